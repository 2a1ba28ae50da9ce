"""alerts.db: what was told, and digests that wait, whole. One process writes it.

A digest is here in full, with its recipient and its key, before anybody connects to tell it. So
whatever is sent again after a kill is the same bytes under the same key.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pipelines.keep.database.read_only import connect_read_only
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.database.writer_lock import WriterLock
from portals.errors import LoaError

Channel = Literal["email", "webhook"]
State = Literal["waiting", "told", "refused", "withdrawn"]

APPLICATION_ID = 0x4C6F6141  # "LoaA"
SCHEMA_VERSION = 1
SCHEMA = """
create table alerts (
    name text primary key,
    began_at text not null,
    looked_at text not null,
    number integer not null,
    mark text not null
) strict;
create table told (
    alert text not null,
    announcement text not null,
    told_at text not null,
    primary key (alert, announcement)
) strict, without rowid;
create index told_by_time on told(told_at);
create table deliveries (
    key text primary key,
    digest text not null,
    alert text not null,
    channel text not null check (channel in ('email', 'webhook')),
    recipient text not null,
    things integer not null,
    body blob,
    made_at text not null,
    state text not null check (state in ('waiting', 'told', 'refused', 'withdrawn')),
    attempts integer not null default 0,
    next_attempt_at text not null,
    last_error text,
    ended_at text
) strict;
create index deliveries_by_state on deliveries(state, made_at);
"""


class OutboxError(LoaError):
    """alerts.db cannot be used."""

    exit_code = 4


class OutboxBusyError(OutboxError):
    """Another process is telling. Nothing was told twice."""

    exit_code = 10


@dataclass(frozen=True, slots=True)
class Delivery:
    """One digest for one recipient. `body`: the whole e-mail or JSON; None once it is over."""

    key: str
    digest: str
    alert: str
    channel: Channel
    recipient: str
    things: int
    body: bytes | None
    made_at: datetime
    state: State = "waiting"
    attempts: int = 0
    next_attempt_at: datetime | None = None
    last_error: str | None = None

    @property
    def receiver(self) -> tuple[str, str, str]:
        """Who takes it; deliveries to one receiver go out in order."""
        return self.alert, self.channel, self.recipient


@dataclass(frozen=True, slots=True)
class Bookmark:
    """How far an alert has looked through announcements. `mark`: what the archive says of the
    announcement of that number, which another archive would not say.
    """

    number: int
    mark: str


@dataclass(frozen=True, slots=True)
class Begun:
    """An alert that has begun: since when, when it last looked, and how far."""

    began_at: datetime
    looked_at: datetime
    bookmark: Bookmark


class Outbox:
    """alerts.db, open; `for_writing` locks out every other process that tells."""

    def __init__(self, path: Path, db: sqlite3.Connection, lock: WriterLock | None) -> None:
        self.path, self.db, self._lock = path, db, lock

    @classmethod
    @contextmanager
    def for_writing(cls, path: Path) -> Iterator["Outbox"]:
        """The outbox, made if there is none. Raises OutboxError."""
        lock = _locked(path)
        try:
            with _explained(path):
                db = sqlite3.connect(path, isolation_level=None)
                db.execute("pragma synchronous = full")
                _prepare(path, db)
            try:
                yield cls(path, db, lock)
            finally:
                db.close()  # before the lock: closing a file ends SQLite's own locks on it
        finally:
            lock.release()

    @classmethod
    @contextmanager
    def for_reading(cls, path: Path) -> Iterator["Outbox"]:
        """The outbox as it is now; an empty one if there is none. Raises OutboxError."""
        with _explained(path):
            if path.exists() and path.stat().st_size:
                db = connect_read_only(path)
                _check_ours(path, db)
            else:
                db = sqlite3.connect(":memory:", isolation_level=None)
                db.executescript(SCHEMA)
        try:
            yield cls(path, db, None)
        finally:
            db.close()

    def begun(self) -> dict[str, Begun]:
        """The alerts that have begun, by name."""
        with _explained(self.path):
            rows = self.db.execute("select name, began_at, looked_at, number, mark from alerts")
            return {
                name: Begun(parse_utc(began), parse_utc(looked), Bookmark(number, mark))
                for name, began, looked, number, mark in rows
            }

    def told(self, alert: str) -> set[str]:
        """What an alert has told, as far as it remembers."""
        with _explained(self.path):
            rows = self.db.execute("select announcement from told where alert = ?", (alert,))
            return {row[0] for row in rows}

    def begin(self, alert: str, bookmark: Bookmark, now: datetime) -> None:
        """Let an alert begin at a bookmark, and tell what comes after it."""
        self._update(
            """insert into alerts (name, began_at, looked_at, number, mark)
            values (:alert, :now, :now, :number, :mark)""",
            {
                "alert": alert,
                "now": utc_text(now),
                "number": bookmark.number,
                "mark": bookmark.mark,
            },
        )

    def put(
        self,
        alert: str,
        bookmark: Bookmark,
        announced: Iterable[str],
        deliveries: Iterable[Delivery],
        now: datetime,
    ) -> None:
        """Note how far an alert has looked, what it tells, and digests that wait: all, or nothing.

        A delivery that is here already stays as it is.
        """
        rows = list(deliveries)
        with self._transaction():
            self.db.execute(
                "update alerts set looked_at = ?, number = ?, mark = ? where name = ?",
                (utc_text(now), bookmark.number, bookmark.mark, alert),
            )
            self.db.executemany(
                "insert or ignore into told (alert, announcement, told_at) values (?, ?, ?)",
                [(alert, name, utc_text(now)) for name in announced],
            )
            self.db.executemany(
                """insert or ignore into deliveries (key, digest, alert, channel, recipient, things,
                    body, made_at, state, next_attempt_at)
                values (:key, :digest, :alert, :channel, :recipient, :things, :body, :made_at,
                    'waiting', :made_at)""",
                [{**asdict(one), "made_at": utc_text(one.made_at)} for one in rows],
            )

    def open_deliveries(self) -> list[Delivery]:
        """What waits or was refused, the oldest first, without bodies."""
        with _explained(self.path):
            cursor = self.db.execute(
                """select key, digest, alert, channel, recipient, things, null as body, made_at,
                    state, attempts, next_attempt_at, last_error
                from deliveries where state in ('waiting', 'refused') order by made_at, rowid"""
            )
            names = [column[0] for column in cursor.description]
            return [_delivery(dict(zip(names, row, strict=True))) for row in cursor]

    def body(self, delivery: Delivery) -> bytes:
        """The bytes of a delivery that is not over."""
        with _explained(self.path):
            query = "select body from deliveries where key = ?"
            found: bytes = self.db.execute(query, (delivery.key,)).fetchone()[0]
            return found

    def end(
        self, delivery: Delivery, state: State, now: datetime, error: str | None = None
    ) -> None:
        """Note that a delivery was told, refused or withdrawn. Only a refused one keeps its body:
        `again` needs it.
        """
        self._update(
            """update deliveries set state = :state, ended_at = :now, last_error = :error,
                attempts = attempts + 1, body = iif(:state = 'refused', body, null)
            where key = :key""",
            {"state": state, "now": utc_text(now), "error": error, "key": delivery.key},
        )

    def postpone(self, delivery: Delivery, until: datetime, error: str | None) -> None:
        """Note that a delivery waits. `error`: of an attempt; without one, there was none."""
        self._update(
            """update deliveries set next_attempt_at = :until,
                attempts = attempts + (:error is not null),
                last_error = ifnull(:error, last_error) where key = :key""",
            {"until": utc_text(until), "error": error, "key": delivery.key},
        )

    def again(self, now: datetime) -> None:
        """Let all that waits or was refused be tried now."""
        self._update(
            """update deliveries set state = 'waiting', ended_at = null, next_attempt_at = :now
            where state in ('waiting', 'refused')""",
            {"now": utc_text(now)},
        )

    def forget(self, before: datetime) -> None:
        """Forget what was told, and what was over, before an instant."""
        with self._transaction():
            self.db.execute("delete from told where told_at < ?", (utc_text(before),))
            self.db.execute(
                "delete from deliveries where state in ('told', 'withdrawn') and ended_at < ?",
                (utc_text(before),),
            )

    def _update(self, statement: str, values: Mapping[str, object]) -> None:
        with self._transaction():
            self.db.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _explained(self.path):
            self.db.execute("begin immediate")
            try:
                yield
                self.db.execute("commit")
            except BaseException:
                with suppress(sqlite3.Error):
                    self.db.execute("rollback")
                raise


def _delivery(row: dict[str, Any]) -> Delivery:
    at = {name: parse_utc(row[name]) for name in ("made_at", "next_attempt_at")}
    return Delivery(**{**row, **at})


def outbox_path(archive: Path) -> Path:
    """alerts.db of an archive: beside it, in its real folder."""
    return Path(os.path.realpath(archive)).with_name("alerts.db")


def _locked(path: Path) -> WriterLock:
    try:
        # It holds addresses of people: only for the operator's own eyes.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return WriterLock(path, lasting=False)
    except BlockingIOError as error:
        wrong = "another `loa alert` is telling; this one told nothing"
        raise OutboxBusyError(f"{path}: {wrong}") from error
    except OSError as error:
        remedy = "make its folder writable for this user"
        raise OutboxError(f"{path}: cannot be opened ({error.strerror}); {remedy}") from error


def _prepare(path: Path, db: sqlite3.Connection) -> None:
    if db.execute("pragma application_id").fetchone()[0] == 0 and not _tables(db):
        db.execute("begin immediate")
        for statement in SCHEMA.split(";\n"):
            db.execute(statement)
        db.execute(f"pragma application_id = {APPLICATION_ID}")
        db.execute(f"pragma user_version = {SCHEMA_VERSION}")
        db.execute("commit")
    _check_ours(path, db)


def _tables(db: sqlite3.Connection) -> int:
    count: int = db.execute("select count(*) from sqlite_master").fetchone()[0]
    return count


def _check_ours(path: Path, db: sqlite3.Connection) -> None:
    if db.execute("pragma application_id").fetchone()[0] != APPLICATION_ID:
        raise OutboxError(f"{path}: is not Loa's; move it away, or name another archive")
    if db.execute("pragma user_version").fetchone()[0] > SCHEMA_VERSION:
        raise OutboxError(f"{path}: a newer Loa made it; use that one")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        remedy = "free its disk, or move it away: alerts then begin anew and tell nothing twice"
        raise OutboxError(f"{path}: cannot be used ({error}); {remedy}") from error
