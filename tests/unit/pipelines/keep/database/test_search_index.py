"""The search index holds all the texts of an article, whoever writes them and in whatever order."""

import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from pipelines.keep.database import migrations as steps
from pipelines.keep.database.archive import Archive, migrate_archive
from pipelines.keep.database.migrations import migrations
from pipelines.read.reading import Image
from tests.builders.archived_answers import AT, Keeper, article, read_as

FIELDS = {
    "title": "lúa",
    "lead": "ngô",
    "body": "khoai",
    "captions": "sắn",
    "attachments": "chuối",
    "author": "Pán",
    "source": "Báo",
    "section": "Bản",
}
TERMS = "create virtual table temp.terms using fts5vocab(main, {index}, instance)"


@pytest.fixture
def db(archive: Archive) -> sqlite3.Connection:
    """An archive with one site, as anybody may write to it in SQL."""
    archive.connection.execute(
        "insert into sites (key, name, url, language, timezone, origin, first_seen_at)"
        " values ('xa', 'Xã', '', 'vi', 'Asia/Ho_Chi_Minh', 'file', '')"
    )
    archive.connection.execute("pragma foreign_keys = off")
    return archive.connection


def add_article(db: sqlite3.Connection, id: int, title: str = "lúa") -> None:
    db.execute(
        "insert into articles (id, site, url, title, lead, body, author, source, section,"
        " first_seen_at, last_seen_at, word_count)"
        " values (?, 'xa', ?, ?, 'ngô', 'khoai', 'Pán', 'Báo', 'Bản', '', '', 1)",
        (id, f"http://xa.example/{id}", title),
    )


def found(db: sqlite3.Connection, question: str, index: str = "articles_fts") -> list[int]:
    query = f"select rowid from {index} where {index} match ? order by rowid"
    return [row[0] for row in db.execute(query, (question,))]


def assert_in_step(db: sqlite3.Connection) -> None:
    """Fail unless FTS5's own rebuild gives the index that the triggers made."""
    for index in ("articles_fts", "titles_fts"):
        db.execute(TERMS.format(index=index))
        held = db.execute("select * from temp.terms").fetchall()
        db.execute(f"insert into {index}({index}) values ('rebuild')")
        assert held == db.execute("select * from temp.terms").fetchall()
        db.execute("drop table temp.terms")


def test_each_text_of_an_article_is_found_in_its_own_column(db: sqlite3.Connection) -> None:
    add_article(db, 1)
    db.execute("insert into images (article, url, caption, position) values (1, 'a', 'sắn', 1)")
    db.execute("insert into attachments (article, url, text) values (1, 'a', 'chuối')")
    for column, word in FIELDS.items():
        others = " ".join(name for name in FIELDS if name != column)
        assert found(db, f"{{{column}}}: {word}") == [1]
        assert found(db, f"{{{others}}}: {word}") == []
    assert found(db, "lua", "titles_fts") == [1]
    assert_in_step(db)


def test_what_is_deleted_or_rewritten_is_found_no_more(db: sqlite3.Connection) -> None:
    for id in (1, 2):
        add_article(db, id)
        db.execute(
            "insert into images (article, url, caption, position) values (?, 'a', 'sắn', 1)", (id,)
        )
        db.execute(
            f"insert into attachments (id, article, url, name) values ({id}, {id}, 'a', 'chuối')"
        )
    db.execute("update articles set title = 'lạc', author = 'Mai' where id = 1")
    db.execute("update images set caption = 'vừng' where article = 1")
    db.execute("update attachments set text = 'bưởi', name = null where article = 1")
    for word in ("lua", "pan", "san", "chuoi"):
        assert found(db, word) == [2]
    for word in ("lac", "mai", "vung", "buoi"):
        assert found(db, word) == [1]
    assert found(db, "lua", "titles_fts") == [2]
    assert_in_step(db)
    db.execute("delete from images where article = 1")
    db.execute("delete from attachments where article = 1")
    db.execute("delete from articles where id = 2")
    assert found(db, "vung OR buoi OR lua") == []
    assert found(db, "lac OR lua", "titles_fts") == [1]
    assert_in_step(db)


def test_a_site_a_year_and_a_month_are_words_of_the_index(db: sqlite3.Connection) -> None:
    add_article(db, 1)
    db.execute("update articles set published_on = '2020-07-10' where id = 1")
    for word in (b"xa".hex(), "y2020", "m202007"):
        assert found(db, f"filters: {word}") == [1]
    db.execute("update articles set published_on = null where id = 1")
    assert found(db, "y2020 OR m202007") == []
    assert found(db, "xa OR 2020") == []
    assert_in_step(db)


def test_a_caption_and_a_file_move_with_their_article(db: sqlite3.Connection) -> None:
    for id in (1, 2):
        add_article(db, id)
    db.execute("insert into images (article, url, caption, position) values (1, 'a', 'sắn', 1)")
    db.execute("insert into attachments (article, url, text) values (1, 'a', 'chuối')")
    db.execute("update images set article = 2 where article = 1")
    db.execute("update attachments set article = 2 where article = 1")
    assert found(db, "san") == found(db, "chuoi") == [2]
    assert_in_step(db)


def test_a_row_that_is_there_already_changes_nothing(db: sqlite3.Connection) -> None:
    add_article(db, 1)
    for _ in range(2):
        db.execute(
            "insert into images (article, url, caption, position) values (1, 'a', 'sắn', 1)"
            " on conflict do nothing"
        )
        db.execute(
            "insert into attachments (article, url, name) values (1, 'a', 'chuối')"
            " on conflict do update set text = 'bưởi'"
        )
    assert found(db, "san chuoi buoi") == [1]
    assert_in_step(db)


def test_two_captions_that_change_places_change_places_in_the_index(
    db: sqlite3.Connection,
) -> None:
    add_article(db, 1)
    db.execute(
        "insert into images (article, url, caption, position)"
        " values (1, 'a', 'sắn', 1), (1, 'b', 'mía', 2)"
    )
    db.execute("update images set position = 3 where url = 'a'")
    assert found(db, '"mia san"') == [1]
    assert_in_step(db)


def test_a_new_article_with_pictures_and_files_is_indexed_once(archive: Archive) -> None:
    told: list[str] = []
    archive.connection.set_trace_callback(told.append)
    captions = ("Đập tràn", "Kênh chính", None)
    pictures = tuple(
        Image(f"http://lungvai.example/{n}.jpg", text, n) for n, text in enumerate(captions)
    )
    shown = replace(
        article(files=("http://lungvai.example/a.pdf", "http://lungvai.example/b.pdf")),
        images=pictures,
    )
    keeper = Keeper(archive)
    keeper.keep(read_as(shown))
    assert entries(told) == 1
    assert found(archive.connection, '{captions}: "đap tran"') == [1]
    told.clear()
    keeper.keep(read_as(shown), AT + timedelta(days=1))
    assert entries(told) == 0
    edited = replace(shown, body="Hoãn họp.", images=pictures[1:])
    keeper.keep(read_as(edited), AT + timedelta(days=2))
    assert entries(told) == 1
    assert found(archive.connection, '"đap tran"') == []
    assert keeper.rows("select * from unindexed") == []
    assert_in_step(archive.connection)


def entries(told: list[str]) -> int:
    """How often FTS5 wrote an entry into the index of whole articles."""
    return sum("REPLACE INTO 'main'.'articles_fts_docsize'" in line for line in told)


def test_an_older_archive_is_indexed_anew_and_says_so_where_it_is_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as db:
        migrations.apply(Database(db), stop_before="0035_search")
        db.execute(
            "insert into sites (key, name, url, language, timezone, origin, first_seen_at)"
            " values ('xa', 'Xã', '', 'vi', 'Asia/Ho_Chi_Minh', 'file', '')"
        )
        add_article(db, 1)
        db.execute("insert into images (article, url, caption, position) values (1, 'a', 'sắn', 1)")
        db.commit()
    monkeypatch.setattr(steps, "MANY", 1)
    with caplog.at_level(logging.WARNING):
        migrate_archive(path)
    assert "1 articles are indexed anew" in caplog.text
    with Archive.open(path) as archive:
        assert found(archive.connection, "san pan") == [1]
        assert found(archive.connection, "lua", "titles_fts") == [1]
        assert_in_step(archive.connection)
