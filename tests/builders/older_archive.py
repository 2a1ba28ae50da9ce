"""Archives that older versions of Loa made, frozen as SQL beside their WARC files.

Each is named after the commit that made it: two visits to the sample portal Sông Mai, with five
articles; before the second visit, one was edited and one removed.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests import ROOT

FROZEN = ROOT / "tests/faults/old_archives"
COMMITS = sorted(path.name for path in FROZEN.iterdir())


def thaw(commit: str, folder: Path) -> Path:
    """The archive of a commit, with its captures, in a folder."""
    captures = folder / "captures"
    captures.mkdir(parents=True)
    for warc in (FROZEN / commit).glob("*.warc.gz"):
        shutil.copy(warc, captures)
    path = folder / "archive.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((FROZEN / commit / "archive.sql").read_text(encoding="utf-8"))
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma journal_mode = wal")
    return path
