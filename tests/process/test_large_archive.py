"""The bench's archive of invented articles is like one that was imported from their pages."""

import sqlite3
from pathlib import Path

from click.testing import CliRunner

from crawler.commands.import_ import import_
from tests.bench.large_archive.as_warc import write_warc
from tests.bench.large_archive.build import build
from tests.bench.large_archive.comparison import differences
from tests.builders.archive_invariants import COUNTS_TOLD

ARTICLES = 90


def test_a_built_archive_is_like_an_imported_one(tmp_path: Path) -> None:
    built, imported = tmp_path / "built" / "archive.db", tmp_path / "imported" / "archive.db"
    built.parent.mkdir()
    imported.parent.mkdir()
    build(ARTICLES, built)
    file = write_warc(ARTICLES, tmp_path)
    done = CliRunner().invoke(import_, [str(file), "--archive", str(imported)])
    assert done.exit_code == 0, done.output
    assert differences(built, imported) == []
    db = sqlite3.connect(built)
    assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert db.execute("pragma foreign_key_check").fetchall() == []
    for index in ("articles_fts", "titles_fts"):
        db.execute(f"insert into {index}({index}, rank) values ('integrity-check', 1)")
    for what, query in COUNTS_TOLD.items():
        assert db.execute(query).fetchall() == [], what
    db.close()
