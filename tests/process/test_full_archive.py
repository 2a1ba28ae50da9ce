"""The archive that has everything really has it: the tests of pages stand on it."""

from tests.builders.full_archive import FullArchive
from tests.builders.full_pages import ARABIC, CHINESE, ENGLISH, GUESSED, MONTHLY, PARTS, TWIN
from tests.builders.full_portals import BRIDGE, BUDGET, FAIR, HERDS


def test_portals_are_healthy_quiet_and_broken(full_archive: FullArchive) -> None:
    assert dict(full_archive.rows("select key, health from sites")) == {
        "anphu": "quiet",
        "deogio": "ok",
        "hoptien": "broken",
        "lungpo": "broken",
        "songmai": "ok",
        "suoimay": "ok",
        "suoirut-example": None,
        "thachlam": "broken",
    }
    paused = full_archive.rows("select key from sites where paused_at is not null")
    assert paused == [("lungpo",)]


def test_articles_were_edited_as_their_editors_did(full_archive: FullArchive) -> None:
    told = full_archive.rows(
        """select articles.title, seq, changed, words_added > 0, words_removed > 0, figures_changed
        from revisions join articles on articles.id = article
        where seq > 1 and site = 'songmai' order by articles.title, seq"""
    )
    assert told == [
        (BUDGET, 2, '["date"]', 0, 0, 0),
        (f"{FAIR}, không thu tiền vé", 2, '["title"]', 1, 1, 0),
        (HERDS, 2, '["lead", "byline", "pictures"]', 1, 1, 0),
        (BRIDGE, 2, '["body"]', 1, 1, 1),
        (BRIDGE, 3, '["body"]', 1, 1, 0),
        (BRIDGE, 4, '["body"]', 0, 1, 0),
    ]


def test_articles_vanished_moved_hid_and_returned(full_archive: FullArchive) -> None:
    now = full_archive.rows("select state from sightings where until_at is null order by state")
    assert [state for (state,) in now] == [
        *("gone", "moved", "redirected-home", "returned", "soft-404", "unlisted", "unreachable")
    ]


def test_texts_were_copied_joined_and_attached(full_archive: FullArchive) -> None:
    (copied,) = full_archive.rows(
        """select group_concat(distinct copied.site), min(altered), max(altered) between .01 and .2
        from copies join articles as copied on copied.id = article where copy_group = (
            select copy_group from copies join articles on articles.id = article
            where site = 'songmai' and title like ? || '%')""",
        FAIR,
    )
    assert ({*str(copied[0]).split(",")}, *copied[1:]) == ({"songmai", "thachlam", "anphu"}, 0.0, 1)
    parts = """select count(*) from article_parts join articles using (revision) where title = ?"""
    assert full_archive.rows(parts, PARTS) == [(3,)]
    addresses = """select count(*) from pages join articles on articles.id = pages.article
        where articles.title = ?"""
    assert full_archive.rows(addresses, TWIN) == [(2,)]
    files = """select media_type, attachments.text is not null from attachments
        join articles on articles.id = article where title = ? order by media_type"""
    assert full_archive.rows(files, BUDGET) == [("application/pdf", 0)]
    assert [has_text for _, has_text in full_archive.rows(files, BRIDGE)] == [1, 1]


def test_dates_are_missing_and_weak_and_languages_many(full_archive: FullArchive) -> None:
    dated = "select published_precision, published_evidence from articles where title = ?"
    assert full_archive.rows(dated, MONTHLY) == [("month", "selector")]
    assert full_archive.rows(dated, GUESSED) == [("day", "guess")]
    undated = "select 1 from articles where site = 'suoimay' and published_on is null"
    assert len(full_archive.rows(undated)) == 1
    spoken = "select title from articles where language not in ('vi') order by language"
    assert [title for (title,) in full_archive.rows(spoken)] == [ARABIC, ENGLISH, CHINESE]


def test_runs_failed_and_issues_are_open_and_closed(full_archive: FullArchive) -> None:
    runs = full_archive.rows("select distinct outcome from runs order by outcome")
    assert {word for (word,) in runs} >= {
        *("ok", "suspect", "incomplete", "unreachable", "interrupted", "stopped", "damaged")
    }
    issues = full_archive.rows("select kind, closed_at is null from issues")
    assert {kind for kind, is_open in issues if is_open} >= {
        *("parked", "challenge", "unreachable", "capture-cut", "unanswered", "date-moved")
    }
    assert {kind for kind, is_open in issues if not is_open} >= {"soft-404", "undated"}
