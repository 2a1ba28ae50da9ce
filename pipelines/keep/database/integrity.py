"""Whether archive.db may be written to, asked at each start: a damaged file is refused before anything is added to it.

SQLite's quick_check reads the whole file (0.8 s for a gigabyte that is in memory, a disk's own speed where it is not), so a large file is read at most once
for each day of writing, and whenever the last writer did not end in order. Everything else that can go wrong is `loa verify`'s to find.
"""

import os
import sqlite3
from pathlib import Path

SMALL = 256 << 20  # bytes of a file that is read at every start: a fraction of a second
CHECKED_FOR = 86_400.0  # seconds of writing for which a check of a larger file holds


def soundness_fault(path: Path, db: sqlite3.Connection, lock: int, *, unclean: bool) -> str | None:
    """What is wrong with an archive, in SQLite's words, or None. `unclean`: the last writer left a write-ahead log behind.

    `lock` is the open lock file: its time of change is that of the last full check, compared with the archive's own, so that no clock is asked.
    """
    size, pages, page_size = (
        path.stat().st_size,
        *(db.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "page_size")),
    )
    if not unclean and size < pages * page_size:
        return f"{size} bytes are there of {pages * page_size}"
    if (
        size > SMALL
        and not unclean
        and path.stat().st_mtime - os.fstat(lock).st_mtime < CHECKED_FOR
    ):
        return None
    (first,) = db.execute("pragma quick_check(1)").fetchone()
    if first != "ok":
        return str(first).splitlines()[-1]
    os.utime(lock)
    return None
