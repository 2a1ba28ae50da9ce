"""What captures keep of a reading, which readings touch no record, and each day's ledger."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.states.sightings import tell_states
from pipelines.keep.visits.judgement import judge_visit
from pipelines.keep.visits.runs import Ending, open_run
from pipelines.outcomes import IssueKind, Refusal, RunOutcome
from pipelines.read.reading import Link, Note, Reading
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article, dated, read_as

LISTING = "http://lungvai.example/tin-tuc/"
DAY = timedelta(days=1)


def links(*numbers: int) -> tuple[Link, ...]:
    return tuple(
        Link(
            f"http://lungvai.example/tin-tuc/tin-{n}.html",
            "article",
            published=dated(f"2026-02-{n:02}"),
        )
        for n in numbers
    )


def end_visit(keeper: Keeper, days: int) -> Ending:
    """Judges the run, and opens the next."""
    with keeper.archive.transaction() as db:
        tell_states(db, keeper.run, AT + days * DAY)
        ending = judge_visit(
            db, keeper.site, keeper.run, Ending(RunOutcome.OK, None), AT + days * DAY
        )
        db.execute(
            "update runs set outcome = ?, ended_at = 'x' where id = ?", (ending.outcome, keeper.run)
        )
        keeper.run = open_run(db, "crawl", keeper.site.key, AT + days * DAY + timedelta(hours=1))
    return ending


def test_a_listing_is_remembered_by_how_many_articles_it_names_and_how_new_they_are(
    archive: Archive,
) -> None:
    keeper = Keeper(archive)
    keeper.keep(
        Reading("listing", "nukeviet", links=(*links(3, 9, 5), Link(LISTING, "listing"))),
        url=LISTING,
        kind="listing",
    )
    first = keeper.one("select entries, newest_on, entries_sha256, entries_gone from captures")
    assert (first["entries"], first["newest_on"], first["entries_gone"]) == (3, "2026-02-09", 0)
    keeper.keep(None, AT + DAY, url=links(3)[0].url, status=404)
    keeper.keep(
        Reading("listing", "nukeviet", links=links(9, 5, 3)),
        AT + 2 * DAY,
        url=LISTING,
        kind="listing",
    )
    keeper.keep(None, AT + 3 * DAY, url=LISTING, status=304, kind="listing")
    for capture in (3, 4):
        again = keeper.one(
            "select entries, newest_on, entries_sha256, entries_gone from captures where id = ?",
            capture,
        )
        # Another order names the same; a 304 says the same again.
        assert again == first | {"entries_gone": 1}


def test_an_articles_capture_says_what_its_page_lacked(archive: Archive) -> None:
    keeper = Keeper(archive)
    keeper.keep(
        replace(read_as(article()), notes=(Note(IssueKind.UNDATED, "d"),), by_evidence=True)
    )
    keeper.keep(
        read_as(article(url=URL + "?b", body="", files=("http://lungvai.example/a.pdf",))),
        url=URL + "?b",
    )
    keeper.keep(read_as(article(url=URL + "?c", body="", lead="Chỉ có lời dẫn.")), url=URL + "?c")
    assert [row["lacks"] for row in keeper.rows("select lacks from captures order by id")] == [
        "date rules",
        None,
        "body",
    ]


@pytest.mark.parametrize(
    "reading",
    [
        read_as(article(body="", lead="Chỉ còn lời dẫn.")),
        replace(read_as(article(body="Phần bên lề.")), by_evidence=True),
    ],
)
def test_a_weaker_reading_leaves_the_record_as_it_was(archive: Archive, reading: Reading) -> None:
    keeper = Keeper(archive)
    keeper.keep(read_as(article()))
    before = keeper.rows("select title, lead, body, changed_at from articles") + keeper.rows(
        "select * from revisions"
    )
    kept = keeper.keep(reading, AT + DAY, headers=(("ETag", '"weak"'),))
    assert kept.outcome == "refused-layout-changed"
    assert (
        keeper.rows("select title, lead, body, changed_at from articles")
        + keeper.rows("select * from revisions")
        == before
    )
    page = keeper.one("select state, etag, next_due_at is not null as due from pages")
    # Asked again in its time, and without a validator of the page that was refused.
    assert tuple(page.values()) == (
        "held",
        None,
        1,
    )


def test_a_text_that_became_shorter_or_a_file_is_an_edit(archive: Archive) -> None:
    keeper = Keeper(archive)
    keeper.keep(read_as(article()))
    assert (
        keeper.keep(read_as(article(body="Tối qua, thôn họp.")), AT + DAY).outcome
        == "article-changed"
    )
    assert (
        keeper.keep(
            read_as(article(body="", files=("http://lungvai.example/a.pdf",))), AT + 2 * DAY
        ).outcome
        == "article-changed"
    )


def test_what_was_always_read_by_its_own_evidence_may_change(archive: Archive) -> None:
    keeper = Keeper(archive)
    keeper.keep(replace(read_as(article()), by_evidence=True))
    assert (
        keeper.keep(
            replace(read_as(article(body="Một văn bản khác.")), by_evidence=True), AT + DAY
        ).outcome
        == "article-changed"
    )


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal.CHALLENGE,
        Refusal.CAPTCHA,
        Refusal.LOGIN,
        Refusal.MAINTENANCE,
        Refusal.PARKED,
        Refusal.BLOCKED,
    ],
)
def test_an_address_behind_a_passing_refusal_is_asked_again_and_its_links_are_not_believed(
    archive: Archive, refusal: Refusal
) -> None:
    keeper = Keeper(archive)
    keeper.keep(Reading("refused", refusal=refusal, links=links(4)))
    assert keeper.one("select state, next_due_at is not null as due from pages") == {
        "state": "failing",
        "due": 1,
    }


def test_a_soft_404_is_believed_the_second_time_and_only_among_articles_that_are_well(
    archive: Archive,
) -> None:
    keeper = Keeper(archive)
    other = "http://lungvai.example/tin-tuc/gat-lua-8.html"
    well = read_as(article("Gặt lúa sớm", "Cả thôn ra đồng.", url=other))
    lost = Reading("refused", refusal=Refusal.SOFT_404)
    keeper.keep(read_as(article()))
    keeper.keep(well, url=other)
    end_visit(keeper, 0)
    removed = "select removed_at is not null as removed from articles where url = ?"

    keeper.keep(lost, AT + DAY)
    assert keeper.one("select state from pages where url = ?", URL) == {"state": "gone"}
    keeper.keep(well, AT + DAY, url=other)
    assert end_visit(keeper, 1).outcome == "suspect"
    assert keeper.one(removed, URL) == {"removed": 0}

    keeper.keep(lost, AT + 2 * DAY)
    end_visit(keeper, 2)
    # Nothing in this visit shows that the portal is well.
    assert keeper.one(removed, URL) == {"removed": 0}

    keeper.keep(lost, AT + 4 * DAY)
    keeper.keep(well, AT + 4 * DAY, url=other)
    end_visit(keeper, 4)
    assert keeper.one(removed, URL) == {"removed": 1}


def test_an_issue_keeps_the_evidence_with_which_it_was_opened(archive: Archive) -> None:
    keeper = Keeper(archive)
    keeper.keep(Reading("listing", "nukeviet", links=links(3, 4)), url=SITE.url, kind="listing")
    for link in links(3, 4):
        keeper.keep(read_as(article(link.url, f"Chữ của {link.url}", url=link.url)), url=link.url)
    assert end_visit(keeper, 0).outcome == "ok"
    for day in (1, 2):
        keeper.keep(
            Reading("refused", refusal=Refusal.CHALLENGE),
            AT + day * DAY,
            url=SITE.url,
            kind="listing",
        )
        assert end_visit(keeper, day).outcome == "suspect"
    (issue,) = keeper.rows("select kind, opened_at, closed_at, capture, detail from issues")
    assert (issue["kind"], issue["opened_at"], issue["closed_at"], issue["capture"]) == (
        "challenge",
        "2026-03-03T01:00:00.000Z",
        None,
        4,
    )
    assert "it named 2 articles on 2026-03-02" in str(issue["detail"])
    # Nothing could be read for more than a day.
    assert keeper.one("select health from sites") == {"health": "broken"}
    keeper.keep(
        Reading("listing", "nukeviet", links=links(3, 4)),
        AT + 3 * DAY,
        url=SITE.url,
        kind="listing",
    )
    assert end_visit(keeper, 3).outcome == "ok"
    assert keeper.one("select closed_at from issues") == {"closed_at": "2026-03-05T01:00:00.000Z"}


@pytest.mark.parametrize("word", [RunOutcome.INTERRUPTED, RunOutcome.FAILED])
def test_a_visit_that_was_cut_off_judges_nobody(archive: Archive, word: RunOutcome) -> None:
    keeper = Keeper(archive)
    keeper.keep(Reading("refused", refusal=Refusal.CHALLENGE), url=SITE.url, kind="listing")
    with archive.transaction() as db:
        assert judge_visit(db, SITE, keeper.run, Ending(word, "why"), AT) == Ending(word, "why")
    assert keeper.one("select health from sites") == {"health": None}


def test_the_ledger_tells_what_became_of_each_day(archive: Archive) -> None:
    keeper = Keeper(archive)
    keeper.keep(Reading("listing", "nukeviet", links=links(3, 4, 5)), url=LISTING, kind="listing")
    keeper.keep(read_as(article()))
    keeper.keep(None, url=links(3)[0].url, status=404)
    keeper.keep(None, url=links(4)[0].url, status=500)
    keeper.keep(Reading("refused", refusal=Refusal.LOGIN), url=links(5)[0].url)
    keeper.keep(read_as(article()), AT + DAY)
    keeper.keep(None, AT + DAY, url="http://lungvai.example/robots.txt", kind="robots")
    first, second = keeper.rows("select * from coverage order by utc_day")
    assert first == {
        **{
            "site": "lungvai",
            "utc_day": "2026-03-02",
            "listed": 4,
            "fetched": 5,
            "stored": 1,
            "unchanged": 0,
            "refused": 1,
            "failed": 1,
            "gone": 1,
        },
        "why": "gone 1, refused-login 1, server-error 1",
    }
    assert (
        second["utc_day"],
        second["listed"],
        second["fetched"],
        second["unchanged"],
        second["why"],
    ) == ("2026-03-03", 0, 1, 1, None)
