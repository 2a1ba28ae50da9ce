"""Articles as rows: new text is an article, changed text a revision, and nothing kept is lost."""

from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.read.reading import Document, Reading
from tests.builders.archived_answers import AT, URL, Keeper, article, dated, read_as

DAY = timedelta(days=1)


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def test_a_first_text_is_an_article_with_one_revision(keeper: Keeper) -> None:
    assert (
        keeper.keep(read_as(article(lead="Ba thôn cùng họp.", published=dated()))).outcome
        == "article-new"
    )
    row = keeper.one(
        "select articles.*, revisions.seq, revisions.capture from articles join revisions on "
        "revisions.id = articles.revision"
    )
    assert (row["title"], row["published_on"], row["published_at"], row["published_precision"]) == (
        "Họp dân bàn việc làm đường",
        "2026-03-01",
        None,
        "day",
    )
    assert (row["published_evidence"], row["published_raw"]) == ("selector", "01/03/2026")
    assert (row["first_seen_at"], row["changed_at"], row["removed_at"], row["seq"]) == (
        "2026-03-02T01:00:00.000Z",
        None,
        None,
        1,
    )
    assert row["word_count"] == 4 + 4 + 4  # lead, and two paragraphs
    assert row["capture"] == keeper.one("select id from captures")["id"]


def test_a_changed_text_adds_a_revision_and_keeps_the_old_one(keeper: Keeper) -> None:
    keeper.keep(read_as(article(published=dated())))
    before = keeper.rows("select * from revisions")
    assert (
        keeper.keep(read_as(article(body="Hoãn họp.", published=dated())), AT + DAY).outcome
        == "article-changed"
    )
    assert keeper.rows("select * from revisions where seq = 1") == before
    assert keeper.one("select body, changed_at, last_seen_at from articles") == {
        "body": "Hoãn họp.",
        "changed_at": "2026-03-03T01:00:00.000Z",
        "last_seen_at": "2026-03-03T01:00:00.000Z",
    }


def test_the_same_text_again_adds_nothing_but_that_it_was_seen(keeper: Keeper) -> None:
    keeper.keep(read_as(article()))
    assert keeper.keep(read_as(article()), AT + DAY).outcome == "article-unchanged"
    assert keeper.one("select count(*) as n from revisions") == {"n": 1}
    assert keeper.one("select last_seen_at, changed_at from articles") == {
        "last_seen_at": "2026-03-03T01:00:00.000Z",
        "changed_at": None,
    }


def test_images_follow_the_current_text_and_files_stay(keeper: Keeper) -> None:
    keeper.keep(
        read_as(
            article(
                images=("http://lungvai.example/1.jpg",), files=("http://lungvai.example/cu.pdf",)
            )
        )
    )
    keeper.keep(
        read_as(
            article(
                body="Sửa.",
                images=("http://lungvai.example/2.jpg",),
                files=("http://lungvai.example/moi.pdf",),
            )
        ),
        AT + DAY,
    )
    assert [row["url"] for row in keeper.rows("select url from images")] == [
        "http://lungvai.example/2.jpg"
    ]
    assert [row["url"] for row in keeper.rows("select url from attachments order by id")] == [
        "http://lungvai.example/cu.pdf",
        "http://lungvai.example/moi.pdf",
    ]


def test_a_file_is_given_to_every_article_that_links_it_and_is_found_by_its_words(
    keeper: Keeper,
) -> None:
    file = "http://lungvai.example/quyet-dinh.pdf"
    first, second, late = (f"http://lungvai.example/tin-tuc/tin-{n}.html" for n in (1, 2, 3))
    for url in (first, second):
        keeper.keep(read_as(article(url=url, files=(file,))), url=url)
    keeper.keep(
        Reading("attachment", document=Document("application/pdf", "Quyết định số 15")),
        url=file,
        kind="attachment",
    )
    # The file is not asked for a second time.
    keeper.keep(read_as(article(url=late, files=(file,))), url=late)
    held = keeper.rows("select text, capture, media_type from attachments")
    assert len(held) == 3
    assert all(
        row == {"text": "Quyết định số 15", "capture": 3, "media_type": "application/pdf"}
        for row in held
    )
    found = keeper.rows(
        "select rowid from articles_fts where articles_fts match ?", 'attachments:"Quyết định"'
    )
    assert len(found) == 3


def test_a_304_says_that_the_article_is_there_unchanged(keeper: Keeper) -> None:
    keeper.keep(read_as(article()), headers=(("ETag", '"a"'),))
    keeper.keep(None, AT + DAY, status=410)
    assert keeper.keep(None, AT + 2 * DAY, status=304).outcome == "not-modified"
    assert keeper.one("select last_seen_at, removed_at from articles") == {
        "last_seen_at": "2026-03-04T01:00:00.000Z",
        "removed_at": None,
    }


def test_an_article_whose_own_address_differs_is_one_article(keeper: Keeper) -> None:
    asked = "http://lungvai.example/thon-ban/hop-dan-7.html"
    keeper.keep(read_as(article()), url=asked)
    assert keeper.keep(read_as(article()), AT + DAY).outcome == "article-unchanged"
    assert keeper.one("select url from articles") == {"url": URL}
    assert keeper.one(
        "select count(distinct article) as n from pages where article is not null"
    ) == {"n": 1}
