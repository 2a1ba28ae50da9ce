"""Checks the pages of a large archive while it is written, so that no start waits for it."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from pipelines.keep.database.read_only import connect_read_only

PATIENCE = 2.0  # seconds that `stop` lets a check run on


def quick_check(db: sqlite3.Connection) -> None:
    """Reads every page. Raises DatabaseError if the database is damaged."""
    (first,) = db.execute("pragma quick_check(1)").fetchone()
    if first != "ok":
        raise sqlite3.DatabaseError(str(first).splitlines()[-1])


class BackgroundCheck:
    """A check in a thread, over a read-only connection of its own.

    `damage`: what it has found so far. It calls `sound` once if it ends and has found nothing.
    """

    def __init__(self, path: Path, sound: Callable[[], None]) -> None:
        self.damage: str | None = None
        self._sound = sound
        self._db = connect_read_only(path, check_same_thread=False)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            quick_check(self._db)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
                self.damage = str(error)
        else:
            self._sound()

    def stop(self) -> None:
        """Ends the check, if it has not ended."""
        self._thread.join(PATIENCE)
        while self._thread.is_alive():
            self._db.interrupt()
            self._thread.join(0.01)
        self._db.close()
