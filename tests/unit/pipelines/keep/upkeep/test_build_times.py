"""Which dates a portal's pages show together to be build times."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.issues.acceptances import close_accepted
from pipelines.keep.issues.issues import open_issues
from pipelines.keep.upkeep.build_times import take_back_build_times
from pipelines.outcomes import IssueKind
from pipelines.read.reading import Dated, Evidence, Link, Reading
from tests.builders.archived_answers import AT, SITE, Keeper, article, dated, read_as

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FRONT = "http://lungvai.example/tin-tuc/"


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def address(number: int) -> str:
    return f"http://lungvai.example/tin-tuc/bai-so-{number}-{number}.html"


def at_time(time: datetime, evidence: Evidence = "selector") -> Dated:
    time = time.replace(second=0)
    return Dated(time.astimezone(SITE.zone).date(), time, "minute", evidence, f"{time:%H:%M}")


def on_day(day: date) -> Dated:
    return Dated(day, None, "day", "selector", f"{day:%d/%m/%Y}")


def see(keeper: Keeper, number: int, printed: Dated | None, at: datetime = AT) -> None:
    body = f"Văn bản số {number}."
    reading = read_as(article(url=address(number), body=body, published=printed))
    keeper.keep(reading, at, url=address(number))


def ends(keeper: Keeper, at: datetime = AT) -> None:
    with keeper.archive.transaction() as db:
        take_back_build_times(db, SITE, at)


def days(keeper: Keeper) -> list[str | None]:
    """The day that each article has, in the order of their numbers."""
    rows = keeper.rows("select published_on from articles order by length(url), url")
    return [None if row["published_on"] is None else str(row["published_on"]) for row in rows]


def in_doubt(keeper: Keeper) -> int:
    (row,) = keeper.rows(
        "select count(*) as n from issues where kind = 'date-moves' and closed_at is null"
    )
    return int(str(row["n"]))


BUILT: dict[str, Callable[[int], tuple[datetime, datetime]]] = {
    "at each fetch": lambda n: (AT + n * MINUTE, AT + n * MINUTE + timedelta(seconds=9)),
    "a few minutes before": lambda n: (AT, AT + 6 * MINUTE),
    "last night": lambda n: (AT + n * MINUTE // 4, AT + 11 * HOUR),
    "by a clock that is fast": lambda n: (AT + 3 * MINUTE, AT + n * timedelta(seconds=20)),
}


@pytest.mark.parametrize("built", BUILT)
@pytest.mark.parametrize(("pages", "taken_back"), [(5, True), (4, False)])
def test_build_times_are_no_dates_from_the_first_capture_on(
    keeper: Keeper, built: str, pages: int, taken_back: bool
) -> None:
    for number in range(pages):
        time, at = BUILT[built](number)
        see(keeper, number, at_time(time), at)
    ends(keeper)
    assert days(keeper) == [None if taken_back else "2026-03-02"] * pages
    assert in_doubt(keeper) == (pages if taken_back else 0)


def hours(*fresh: float, old: Iterable[int] = ()) -> list[Dated]:
    """Dates so many hours or days before the fetch."""
    return [
        *(at_time(AT - HOUR * one) for one in fresh),
        *(at_time(AT - DAY * one) for one in old),
    ]


HONEST = {
    "a day's news, fetched the same day": hours(*(0.2 + 0.7 * n for n in range(30))),
    "five notices at once among older news": hours(*[2] * 5, old=range(3, 14)),
    "an edition that appears at one moment, and news of the day": hours(
        *[6] * 20, *(n * 0.8 for n in range(8))
    ),
    "written in one go, but long ago": hours(old=[40] * 20),
    "a migration two days ago": [at_time(AT - 49 * HOUR) for _ in range(20)],
    "a busy day and a busy day before": [on_day(date(2026, 3, 2)) for _ in range(14)]
    + [on_day(date(2026, 3, 1)) for _ in range(8)],
    "a busy day and a busy month before": [on_day(date(2026, 3, 2)) for _ in range(12)]
    + [on_day(date(2026, 2, day)) for day in range(1, 14)],
    "a day's news without times": [on_day(date(2026, 3, 2)) for _ in range(9)],
}


@pytest.mark.parametrize("news", HONEST)
def test_news_that_is_fetched_soon_keeps_its_dates(keeper: Keeper, news: str) -> None:
    for number, printed in enumerate(HONEST[news]):
        see(keeper, number, printed)
    ends(keeper)
    assert days(keeper) == [printed.on.isoformat() for printed in HONEST[news]]
    assert in_doubt(keeper) == 0


def test_news_of_two_days_that_is_fetched_on_these_days_keeps_its_dates(keeper: Keeper) -> None:
    for number in range(24):
        see(keeper, number, on_day(date(2026, 3, 2 + number % 2)), AT + number % 2 * DAY)
    ends(keeper)
    assert days(keeper) == ["2026-03-02", "2026-03-03"] * 12


def test_a_static_copy_that_is_not_built_again_keeps_its_date(keeper: Keeper) -> None:
    for number in range(12):
        see(keeper, number, on_day(date(2026, 3, 2)))
    for number in range(12, 20):
        see(keeper, number, on_day(date(2026, 1, number)))
    ends(keeper)
    assert days(keeper) == [None] * 12 + [f"2026-01-{number}" for number in range(12, 20)]


def test_another_place_is_not_blamed(keeper: Keeper) -> None:
    for number in range(6):
        see(keeper, number, replace(at_time(AT), place="td.Time"))
    see(keeper, 6, replace(at_time(AT), place=".published"))
    ends(keeper)
    assert days(keeper) == [None] * 6 + ["2026-03-02"]


def moving(keeper: Keeper, pages: int) -> None:
    """So many pages that were seen to print the day of the visit, with the same text."""
    for number in range(100, 100 + pages):
        for day in range(2):
            see(keeper, number, on_day(date(2026, 3, 2 + day)), AT + day * DAY)


@pytest.mark.parametrize(("pages", "kept"), [(4, "2026-03-03"), (5, None)])
@pytest.mark.parametrize("with_time", [False, True])
def test_a_new_page_is_not_believed_where_the_dates_of_several_follow_the_visits(
    keeper: Keeper, pages: int, kept: str | None, with_time: bool
) -> None:
    moving(keeper, pages)
    at = AT + DAY
    see(keeper, 1, at_time(at - HOUR) if with_time else on_day(date(2026, 3, 3)), at)
    see(keeper, 2, on_day(date(2026, 3, 1)), at)
    ends(keeper)
    assert days(keeper)[:2] == [kept, "2026-03-01"]


def test_a_doubted_day_that_stays_is_believed_and_one_that_moves_never(keeper: Keeper) -> None:
    moving(keeper, 5)
    for number in (1, 2):
        see(keeper, number, on_day(date(2026, 3, 5)), AT + 3 * DAY)
    ends(keeper)
    assert days(keeper)[:2] == [None, None]
    see(keeper, 1, on_day(date(2026, 3, 5)), AT + 9 * DAY)
    see(keeper, 2, on_day(date(2026, 3, 11)), AT + 9 * DAY)
    ends(keeper)
    assert days(keeper)[:2] == ["2026-03-05", None]
    assert keeper.one(
        "select published_evidence, published_raw from articles where published_on is not null"
    ) == {"published_evidence": "selector", "published_raw": "05/03/2026"}


def test_a_date_counts_again_once_most_of_the_portal_shows_that_its_dates_stay(
    keeper: Keeper,
) -> None:
    for number in range(5):
        see(keeper, number, at_time(AT - HOUR))
    ends(keeper)
    assert days(keeper) == [None] * 5
    for number in range(5, 17):
        see(keeper, number, at_time(AT - number * DAY))
    ends(keeper)
    assert None not in days(keeper)
    assert in_doubt(keeper) == 0


def test_a_date_that_a_person_accepts_is_left_alone(keeper: Keeper) -> None:
    for number in range(6):
        see(keeper, number, at_time(AT))
    ends(keeper)
    with keeper.archive.transaction() as db:
        for issue in open_issues(db, SITE.key, (IssueKind.DATE_MOVES,)):
            close_accepted(db, issue, "all six were published then", AT)
    for number in range(6):
        see(keeper, number, at_time(AT), AT + HOUR)
    ends(keeper)
    assert None not in days(keeper)
    assert in_doubt(keeper) == 0


def names(*numbers: int, date: Dated, kind: Evidence = "listing") -> Reading:
    given = replace(date, evidence=kind)
    links = [Link(address(n), "article", f"Bài số {n}", published=given) for n in numbers]
    assert kind in ("listing", "feed")
    return Reading(kind, "nukeviet", links=tuple(links))


def test_the_address_or_a_listing_dates_an_article_whose_page_does_not(keeper: Keeper) -> None:
    keeper.keep(names(1, date=dated("2026-02-27")), url=FRONT, kind="listing")
    for number in range(1, 6):
        see(keeper, number, at_time(AT))
    url = "http://lungvai.example/2026/02/26/hop-dan/"
    keeper.keep(read_as(article(url=url, published=at_time(AT))), url=url)
    ends(keeper)
    assert keeper.rows(
        "select published_on, published_evidence from articles where published_on is not null"
        " order by published_on"
    ) == [
        {"published_on": "2026-02-26", "published_evidence": "url"},
        {"published_on": "2026-02-27", "published_evidence": "listing"},
    ]


@pytest.mark.parametrize(
    ("entries", "listed", "kind", "taken_back"),
    [
        (10, at_time(AT - 5 * MINUTE, "listing"), "listing", True),
        (10, at_time(AT, "feed"), "feed", True),
        (9, at_time(AT - 5 * MINUTE, "listing"), "listing", False),
        (10, at_time(AT - 2 * DAY, "listing"), "listing", False),
        (10, replace(at_time(AT - 3 * HOUR, "listing"), raw="3 giờ trước"), "listing", False),
    ],
)
def test_a_list_may_print_the_time_of_its_fetch_too(
    keeper: Keeper, entries: int, listed: Dated, kind: Evidence, taken_back: bool
) -> None:
    reading = names(*range(entries), date=listed, kind=kind)
    assert reading.kind in ("listing", "feed")
    keeper.keep(reading, url=FRONT, kind="feed" if kind == "feed" else "listing")
    for number in range(entries):
        see(keeper, number, None)
    ends(keeper)
    assert days(keeper) == [None if taken_back else listed.on.isoformat()] * entries
    assert in_doubt(keeper) == (entries if taken_back else 0)


@pytest.mark.parametrize(("pages", "kept"), [(5, None), (4, "2026-03-02")])
def test_pages_that_print_the_day_on_which_lists_are_built_are_built_then_too(
    keeper: Keeper, pages: int, kept: str | None
) -> None:
    keeper.keep(names(*range(10), date=at_time(AT)), url=FRONT, kind="listing")
    for number in range(10):
        see(keeper, number, on_day(date(2026, 3, 2)) if number < pages else None)
    ends(keeper)
    assert days(keeper) == [kept] * pages + [None] * (10 - pages)


def test_lists_that_print_the_time_of_their_fetch_say_nothing_of_pages_with_older_dates(
    keeper: Keeper,
) -> None:
    keeper.keep(names(*range(12), date=at_time(AT)), url=FRONT, kind="listing")
    printed = [date(2026, 3, 2)] * 5 + [date(2026, 2, day) for day in range(1, 8)]
    for number, day in enumerate(printed):
        see(keeper, number, on_day(day))
    ends(keeper)
    assert days(keeper) == [day.isoformat() for day in printed]


def test_the_order_of_captures_and_a_death_between_change_nothing(archive: Archive) -> None:
    looks = [(number, AT + visit * 3 * DAY) for visit in range(3) for number in range(6)]
    looks += [(number, AT + 3 * DAY) for number in range(6, 9)]
    ways = {
        "forwards": (looks, {len(looks)}),
        "backwards": (looks[::-1], {len(looks)}),
        "in-pieces": (looks[::2] + looks[1::2], {4, 11, len(looks)}),
    }
    found = {}
    for way, (order, ends_after) in ways.items():
        keeper = Keeper(archive, replace(SITE, key=way), name=way)
        for count, (number, at) in enumerate(order, 1):
            see(keeper, number, at_time(at - 2 * MINUTE), at)
            if count in ends_after:
                with archive.transaction() as db:
                    take_back_build_times(db, keeper.site, at.astimezone(UTC))
        found[way] = keeper.rows(
            "select url, published_on, published_evidence, first_seen_at from articles"
            " where site = ? order by url",
            keeper.site.key,
        )
    assert found["forwards"] == found["backwards"] == found["in-pieces"]
    assert {row["published_on"] for row in found["forwards"]} == {None}
