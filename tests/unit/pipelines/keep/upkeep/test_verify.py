"""`verify` names everything wrong with an archive, and says nothing about a sound one."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.keep.database.archive import Archive, captures_folder, read_archive
from pipelines.keep.upkeep.verify import Report, verify_archive
from tests.builders.archived_answers import AT, Keeper, article, dated, read_as


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A whole archive: an article with two revisions."""
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        keeper = Keeper(archive)
        keeper.keep(read_as(article(published=dated())))
        keeper.keep(read_as(article(body="Hoãn họp.", published=dated())), AT + timedelta(days=1))
        keeper.warc.close()
    return path


def verified(path: Path) -> Report:
    with read_archive(path) as db:
        return verify_archive(db, captures_folder(path))


def problem(path: Path) -> str:
    (found,) = verified(path).problems
    return found


def behind_its_back(path: Path, *statements: str) -> None:
    db = sqlite3.connect(path)
    with db:
        for statement in statements:
            db.execute(statement)
    db.close()


def warc(path: Path) -> Path:
    (file,) = captures_folder(path).iterdir()
    return file


def test_a_whole_archive_has_no_problems(path: Path) -> None:
    report = verified(path)
    assert (report.captures, report.articles, report.revisions, report.problems) == (2, 1, 2, [])


def test_how_a_listing_goes_on_is_no_day(path: Path) -> None:
    row = "values (1, 0, x'', '2026-03-02T01:00:00.000Z', '{}')"
    behind_its_back(
        path, f"insert into listings (page, named, names, changed_at, goes_on) {row.format('form')}"
    )
    assert verified(path).problems == []
    behind_its_back(path, "update articles set event_on = 'form'")
    assert problem(path) == "articles.event_on of row 1: 'form' is no day"


def test_a_revision_in_parts_is_seen_when_the_last_of_them_came(path: Path) -> None:
    part = "insert into article_parts values (1, {}, 'http://lungvai.example/', {}, '1:0')"
    behind_its_back(path, part.format(1, 1), part.format(2, 2))
    assert problem(path) == "revision seen at another time than its capture: 1"
    seen = "(select fetched_at from captures where id = 2)"
    behind_its_back(path, f"update revisions set seen_at = {seen} where id = 1")
    assert verified(path).problems == []
    behind_its_back(path, "update article_parts set number = 3 where number = 1")
    assert problem(path) == "revision in parts that is not of its first part's capture: 1"


def test_a_flipped_byte_is_found_and_only_its_capture_named(path: Path) -> None:
    content = bytearray(warc(path).read_bytes())
    content[-20] ^= 1
    warc(path).write_bytes(content)
    assert problem(path).startswith(
        "capture 2 (http://lungvai.example/tin-tuc/hop-dan-7.html): run-1.warc.gz: "
    )


def test_a_missing_file_is_found(path: Path) -> None:
    warc(path).unlink()
    assert [line.rpartition(": ")[2] for line in verified(path).problems] == ["file missing"] * 2


def test_a_reference_to_nothing_is_found(path: Path) -> None:
    behind_its_back(
        path,
        (
            "insert into images (article, url, position) values (77, "
            "'http://lungvai.example/1.jpg', 1)"
        ),
    )
    assert problem(path) == "foreign key: images row 1 points to a missing row of articles"


def test_a_text_that_is_not_that_of_its_revision_is_found(path: Path) -> None:
    behind_its_back(path, "update articles set body = 'Khác.'")
    assert problem(path).startswith(
        "article whose text is not that of its revision: http://lungvai.example/"
    )


@pytest.mark.parametrize("key", ["'aiewtlvjrtyutm4w'", "null"])
def test_a_key_that_is_not_made_of_the_address_is_found(path: Path, key: str) -> None:
    behind_its_back(path, f"update articles set key = {key}")
    assert (
        verified(path)
        .problems[0]
        .startswith("article whose key is not made of its address: http://lungvai.example/")
    )


def test_a_key_that_leads_nowhere_is_found(path: Path) -> None:
    behind_its_back(path, "delete from article_keys")
    assert problem(path).startswith("article that its own key does not lead to: http://lungvai.")


def test_an_edited_revision_is_found(path: Path) -> None:
    behind_its_back(path, "update revisions set body = 'Lịch sử viết lại.' where seq = 1")
    assert problem(path) == "revision 1 of article 1: its text is not the one that was kept"


def test_a_deleted_revision_is_found(path: Path) -> None:
    behind_its_back(path, "update captures set revision = null")
    behind_its_back(path, "delete from revisions where seq = 1")
    assert problem(path) == "revisions of an article with a gap: 1"


def test_a_search_index_that_lost_a_text_is_found(path: Path) -> None:
    behind_its_back(
        path,
        (
            "insert into articles_fts(articles_fts, rowid, title, lead, body, captions, "
            "attachments, author, source, section, filters) select 'delete', * from articles_text"
        ),
    )
    assert "search index" in problem(path)


def test_a_run_that_forgot_a_capture_is_found(path: Path) -> None:
    behind_its_back(
        path,
        (
            "update runs set ended_at = started_at, outcome = 'ok', requests = 1, articles_new = "
            "1, articles_changed = 1"
        ),
    )
    assert problem(path) == "run that says another number of requests than it kept: 1"
