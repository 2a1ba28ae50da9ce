"""Checks archive.db at each start, so that nothing is added to a damaged file.

SQLite's quick_check reads the whole file: 0.8 s for a gigabyte in memory, else as fast as the
disk. So a large file is checked at most once a day of writing, and after a writer that did not end
cleanly. `loa verify` looks for all other damage.
"""

import os
import sqlite3
from pathlib import Path

ALWAYS_CHECKED_BYTES = 256 << 20  # a file up to this size is read at every start
CHECK_HOLDS_SECONDS = 86_400.0  # of writing, for a larger file


def find_damage(path: Path, db: sqlite3.Connection, lock: int, *, unclean: bool) -> str | None:
    """What is wrong with an archive, in SQLite's words, or None.

    `unclean`: the last writer left a write-ahead log behind. `lock` is the open lock file. Its time
    of change is that of the last full check; it is compared with the archive's own, so no clock is
    needed.
    """
    size = path.stat().st_size
    pages, page_size = (
        db.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "page_size")
    )
    if not unclean and size < pages * page_size:
        return f"{size} bytes are there of {pages * page_size}"
    since_check = path.stat().st_mtime - os.fstat(lock).st_mtime
    if size > ALWAYS_CHECKED_BYTES and not unclean and since_check < CHECK_HOLDS_SECONDS:
        return None
    (first,) = db.execute("pragma quick_check(1)").fetchone()
    if first != "ok":
        return str(first).splitlines()[-1]
    os.utime(lock)
    return None
