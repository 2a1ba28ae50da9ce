"""Which publication date an article keeps when pages, listings and visits disagree."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.outcomes import IssueKind
from pipelines.read.reading import Dated, Link, Note, Reading
from tests.builders.archived_answers import AT, URL, Keeper, article, dated, read_as

DAY = timedelta(days=1)


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def test_a_date_that_is_corrected_opens_an_issue_and_makes_a_revision(keeper: Keeper) -> None:
    keeper.keep(read_as(article(published=dated())))
    for day in (1, 2):
        keeper.keep(read_as(article(published=dated("2026-02-19", "19/02/2026"))), AT + day * DAY)
    assert keeper.one("select published_on from articles")["published_on"] == "2026-03-01"
    issue = keeper.one("select * from issues")
    assert issue["kind"] == "date-moved"
    assert "19/02/2026" in str(issue["detail"])
    assert [row["published_on"] for row in keeper.rows("select * from revisions order by seq")] == [
        "2026-03-01",
        "2026-02-19",
    ]


def test_a_date_that_moves_with_the_text_stays_where_it_was_first(keeper: Keeper) -> None:
    keeper.keep(read_as(article(published=dated())))
    for day in (1, 2, 3):
        keeper.keep(
            read_as(article(body="Hoãn họp.", published=dated("2026-03-03", "03/03/2026"))),
            AT + day * DAY,
        )
    assert keeper.one("select published_on from articles")["published_on"] == "2026-03-01"
    assert keeper.one("select kind, closed_at from issues") == {
        "kind": "date-moved",
        "closed_at": None,
    }


def on_day(day: int, body: str = "Văn bản.") -> Reading:
    return read_as(article(body=body, published=dated(f"2026-03-{day:02}", f"{day:02}/03/2026")))


def test_a_date_that_follows_the_visits_is_taken_back_and_all_its_days_are_told(
    keeper: Keeper,
) -> None:
    for day in range(4):
        keeper.keep(on_day(2 + day), AT + day * DAY)
    assert keeper.one(
        "select published_on, published_at, published_precision, published_evidence, "
        "published_raw from articles"
    ) == dict.fromkeys(
        (
            "published_on",
            "published_at",
            "published_precision",
            "published_evidence",
            "published_raw",
        )
    )
    issue = keeper.one("select * from issues")
    assert (issue["kind"], issue["closed_at"], issue["article"]) == ("date-moves", None, 1)
    assert str(issue["detail"]).endswith("2026-03-02, 2026-03-03, 2026-03-04, 2026-03-05")
    assert keeper.one("select published_on from revisions") == {"published_on": "2026-03-02"}


def test_a_date_that_follows_the_visits_is_not_believed_with_a_new_text_either(
    keeper: Keeper,
) -> None:
    for day in range(2):
        keeper.keep(on_day(2 + day), AT + day * DAY)
    keeper.keep(on_day(4, "Sửa."), AT + 2 * DAY)
    keeper.keep(read_as(article(body="Sửa.")), AT + 3 * DAY)
    assert keeper.one("select published_on from articles") == {"published_on": None}
    assert str(keeper.one("select detail from issues where closed_at is null")["detail"]).endswith(
        "2026-03-02, 2026-03-03, 2026-03-04"
    )


def test_a_date_that_begins_to_follow_the_visits_with_a_new_text_is_taken_back(
    keeper: Keeper,
) -> None:
    keeper.keep(on_day(1))
    for day in (1, 2):
        keeper.keep(on_day(2 + day, "Sửa."), AT + day * DAY)
    assert keeper.one("select published_on from articles") == {"published_on": None}
    assert [
        (row["kind"], row["closed_at"] is None)
        for row in keeper.rows("select * from issues order by id")
    ] == [("date-moved", False), ("date-moves", True)]
    assert str(keeper.one("select detail from issues where closed_at is null")["detail"]).endswith(
        "2026-03-01, 2026-03-03, 2026-03-04"
    )


def test_a_text_imported_late_shows_as_well_that_its_date_follows_the_visits(
    keeper: Keeper,
) -> None:
    keeper.keep(on_day(12), AT + 10 * DAY)
    keeper.keep(on_day(2), AT)
    assert keeper.one("select published_on, first_seen_at from articles") == {
        "published_on": None,
        "first_seen_at": "2026-03-02T01:00:00.000Z",
    }


def test_a_person_who_closes_the_issue_makes_the_date_count_again(keeper: Keeper) -> None:
    for day in range(2):
        keeper.keep(on_day(2 + day), AT + day * DAY)
    with keeper.archive.transaction() as db:
        db.execute("update issues set closed_at = '2026-03-03T09:00:00.000Z'")
    keeper.keep(on_day(2), AT + 2 * DAY)
    assert keeper.one("select published_on from articles") == {"published_on": "2026-03-02"}


@pytest.mark.parametrize(
    ("listed", "kept"), [("2026-02-27", ("2026-02-27", "listing")), ("2026-03-02", (None, None))]
)
def test_what_a_listing_says_replaces_a_date_that_follows_the_visits_unless_it_follows_them_too(
    keeper: Keeper, listed: str, kept: tuple[str | None, ...]
) -> None:
    hint = replace(dated(listed), evidence="listing")
    keeper.keep(
        Reading("listing", "nukeviet", links=(Link(URL, "article", published=hint),)),
        url="http://lungvai.example/tin-tuc/",
        kind="listing",
    )
    for day in range(3):
        keeper.keep(on_day(2 + day), AT + day * DAY)
    assert (
        tuple(keeper.one("select published_on, published_evidence from articles").values()) == kept
    )
    assert keeper.one("select kind from issues") == {"kind": "date-moves"}


def test_a_day_in_the_address_replaces_a_date_that_follows_the_visits(keeper: Keeper) -> None:
    url = "http://lungvai.example/2026/02/26/hop-dan-ban-viec-lam-duong/"
    for day in range(3):
        keeper.keep(
            read_as(article(url=url, published=dated(f"2026-03-0{2 + day}"))),
            AT + day * DAY,
            url=url,
        )
    assert tuple(
        keeper.one("select published_on, published_evidence, published_raw from articles").values()
    ) == ("2026-02-26", "url", "2026/02/26")


def test_a_date_said_elsewhere_stays_when_the_page_prints_one_that_is_impossible(
    keeper: Keeper,
) -> None:
    hint = replace(dated("2026-02-27"), evidence="feed")
    keeper.keep(
        Reading("feed", "nukeviet", links=(Link(URL, "article", published=hint),)),
        url="http://lungvai.example/rss/",
        kind="feed",
    )
    keeper.keep(read_as(article(body="Văn bản.")))
    for day in (1, 2):
        keeper.keep(on_day(2 + day), AT + day * DAY)
    assert tuple(keeper.one("select published_on, published_evidence from articles").values()) == (
        "2026-02-27",
        "feed",
    )


@pytest.mark.parametrize(
    ("language", "raw", "kept"),
    [
        ("en", "3/1/2026", "feed"),
        ("vi", "3/1/2026", "selector"),
        ("en", "3 January 2026", "selector"),
    ],
)
def test_a_feed_tells_which_of_an_english_page_s_figures_is_the_day(
    keeper: Keeper, language: str, raw: str, kept: str
) -> None:
    hint = replace(dated("2026-03-01"), evidence="feed")
    keeper.keep(
        Reading("feed", "nukeviet", links=(Link(URL, "article", published=hint),)),
        url="http://lungvai.example/rss/",
        kind="feed",
    )
    keeper.keep(read_as(replace(article(published=dated("2026-01-03", raw)), language=language)))
    assert keeper.one("select published_on, published_evidence from articles") == {
        "published_on": "2026-03-01" if kept == "feed" else "2026-01-03",
        "published_evidence": kept,
    }


def test_a_guess_that_follows_the_visits_takes_nothing_back_but_a_guess(keeper: Keeper) -> None:
    for path, first in (("a-1", dated()), ("b-2", replace(dated(), evidence="guess"))):
        url = f"http://lungvai.example/tin-tuc/{path}.html"
        keeper.keep(read_as(article(url=url, published=first)), url=url)
        keeper.keep(
            read_as(article(url=url, published=replace(dated("2026-03-03"), evidence="guess"))),
            AT + DAY,
            url=url,
        )
    assert [
        row["published_on"] for row in keeper.rows("select published_on from articles order by url")
    ] == ["2026-03-01", None]


def test_a_date_that_was_missing_or_guessed_is_taken_when_it_is_found(keeper: Keeper) -> None:
    keeper.keep(read_as(article()))
    assert keeper.one("select published_on from articles")["published_on"] is None
    guess = replace(dated("2026-02-20", "20/02"), evidence="guess")
    for day, published, expected in ((1, guess, "2026-02-20"), (2, dated(), "2026-03-01")):
        keeper.keep(read_as(article(published=published)), AT + day * DAY)
        assert keeper.one("select published_on from articles")["published_on"] == expected
    assert keeper.rows("select * from issues") == []


def test_a_listings_date_serves_where_the_page_itself_gives_none_or_guesses(keeper: Keeper) -> None:
    listed = Dated(dated().on, AT - DAY, "minute", "listing", "01/03/2026 08:00")
    for path, own in (
        ("a-1", None),
        ("b-2", replace(dated("2019-01-01"), evidence="guess")),
        ("c-3", dated("2026-02-28")),
    ):
        url = f"http://lungvai.example/tin-tuc/{path}.html"
        keeper.keep(
            Reading("listing", "nukeviet", links=(Link(url, "article", published=listed),)),
            url=f"http://lungvai.example/{path}/",
            kind="listing",
        )
        keeper.keep(read_as(article(url=url, published=own)), url=url)
    rows = keeper.rows(
        "select published_on, published_at, published_evidence, published_precision from "
        "articles order by url"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("2026-03-01", "2026-03-01T01:00:00Z", "listing", "minute"),
        ("2026-03-01", "2026-03-01T01:00:00Z", "listing", "minute"),
        ("2026-02-28", None, "selector", "day"),
    ]


FEED = "http://lungvai.example/rss/"
UNDATED = replace(
    read_as(article()),
    article=replace(article(), published=None),
    notes=(Note(IssueKind.UNDATED, f"{URL}: no date of publication on the page"),),
)


def names(url: str, kind: Literal["feed", "sitemap"] = "feed") -> Reading:
    hint = replace(dated("2026-02-27"), evidence=kind)
    return Reading(kind, "nukeviet", links=(Link(url, "article", published=hint),))


@pytest.mark.parametrize("evidence", ["feed", "sitemap"])
@pytest.mark.parametrize("first", ["the page", "the feed"])
def test_a_feed_or_sitemap_dates_an_undated_article_sooner_or_later(
    keeper: Keeper, first: str, evidence: Literal["feed", "sitemap"]
) -> None:
    if first == "the page":
        keeper.keep(UNDATED)
    keeper.keep(names(URL, evidence), AT + DAY, url=FEED, kind="feed")
    keeper.keep(UNDATED, AT + 2 * DAY)  # the page still prints none
    assert tuple(
        keeper.one(
            "select published_on, published_precision, published_evidence from articles"
        ).values()
    ) == ("2026-02-27", "day", evidence)
    assert keeper.rows("select * from issues") == []


def test_a_date_reaches_the_article_through_a_redirect(keeper: Keeper) -> None:
    keeper.keep(UNDATED)
    old = "http://lungvai.example/?p=12"
    keeper.keep(names(old), AT + DAY, url=FEED, kind="feed")
    keeper.keep(None, AT + DAY, url=old, status=301, headers=(("Location", URL),))
    assert keeper.one("select published_on, published_evidence from articles") == {
        "published_on": "2026-02-27",
        "published_evidence": "feed",
    }
    assert keeper.rows("select * from issues where closed_at is null") == []


def ago(day: str) -> Reading:
    printed = replace(dated(day, "3 tuần trước"), is_counted_back=True)
    return read_as(article(published=printed))


def test_how_long_ago_an_article_appeared_moves_no_date_and_takes_none_back(keeper: Keeper) -> None:
    keeper.keep(read_as(article(published=dated())))
    for days, day in ((22, "2026-03-03"), (40, "2026-03-14"), (41, "2026-02-10")):
        keeper.keep(ago(day), AT + days * DAY)
    assert keeper.one("select published_on, published_raw from articles") == {
        "published_on": "2026-03-01",
        "published_raw": "01/03/2026",
    }
    assert keeper.rows("select kind from issues") == []


def test_how_long_ago_a_list_says_moves_no_date_that_it_gave_before(keeper: Keeper) -> None:
    for days, day in ((0, "2026-02-27"), (1, "2026-02-26")):
        told = replace(dated(day, "3 ngày trước"), evidence="listing", is_counted_back=True)
        listed = Reading("listing", "nukeviet", links=(Link(URL, "article", published=told),))
        keeper.keep(listed, AT + days * DAY, url="http://lungvai.example/tin-tuc/", kind="listing")
        keeper.keep(UNDATED, AT + days * DAY)
    assert keeper.one("select published_on from articles") == {"published_on": "2026-02-27"}


def test_a_date_counted_back_yields_to_one_that_is_printed_whole(keeper: Keeper) -> None:
    for days, day in ((0, "2026-02-09"), (7, "2026-02-16"), (21, "2026-02-23")):
        keeper.keep(ago(day), AT + days * DAY)
    assert keeper.one("select published_on from articles") == {"published_on": "2026-02-09"}
    keeper.keep(read_as(article(published=dated("2026-02-12", "12/02/2026"))), AT + 22 * DAY)
    keeper.keep(ago("2026-02-23"), AT + 30 * DAY)
    assert keeper.one("select published_on from articles") == {"published_on": "2026-02-12"}
    assert keeper.rows("select kind from issues") == []


def test_the_date_of_a_feed_moves_no_date_that_is_known(keeper: Keeper) -> None:
    keeper.keep(read_as(article(published=dated())))
    keeper.keep(names(URL), AT + DAY, url=FEED, kind="feed")
    assert keeper.one("select published_on from articles")["published_on"] == "2026-03-01"
