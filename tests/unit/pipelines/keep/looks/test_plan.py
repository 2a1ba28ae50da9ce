"""Which held articles and files a visit looks at again, beside those whose day has come."""

from datetime import date, datetime, timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.database.timestamps import parse_utc
from pipelines.keep.looks.plan import plan_looks
from pipelines.read.listing.listing_digest import listed_names
from pipelines.read.reading import Document, Link, Reading
from portals.platform import platform_of
from tests.builders.archived_answers import AT, SITE, Keeper, article, dated, read_as

DAY = timedelta(days=1)
HOME = "http://lungvai.example/"


def address(number: int) -> str:
    return f"{HOME}tin/tin-{number}.html"


def hold(keeper: Keeper, articles: int, *, files: int = 0) -> None:
    """The front page names all articles, the newest first; then each is looked at, an hour apart.
    Article n is of day n; the last ones have a file each.
    """
    numbers = range(articles, 0, -1)
    links = tuple(Link(address(n), "article", f"Tin {n}") for n in numbers)
    names = listed_names(links, platform_of("nukeviet"))
    reading = Reading("listing", "nukeviet", links=links, names=names)
    keeper.keep(reading, AT - DAY, url=HOME, kind="listing")
    for n in numbers:
        file = f"{HOME}tep/{n}.pdf"
        day = dated((date(2025, 1, 1) + n * DAY).isoformat())
        with_file = [file] if n > articles - files else []
        one = article(f"Tin {n}", url=address(n), published=day, files=with_file)
        keeper.keep(read_as(one), AT - timedelta(hours=n), url=address(n))
        if with_file:
            document = Reading("attachment", document=Document("application/pdf", "Chữ"))
            at = AT - timedelta(hours=n)
            keeper.keep(document, at, url=file, kind="attachment", body=file.encode())
    with keeper.archive.transaction() as db:
        db.execute("update pages set depth = 0 where url = ?", (HOME,))


def visit(keeper: Keeper, at: datetime, *, listings: int = 0) -> list[int]:
    """Begins a visit that requests so many listings; gives the articles due, and the files below
    zero.
    """
    with keeper.archive.transaction() as db:
        for n in range(listings):
            db.execute(
                """insert into pages (site, url, kind, state, depth, priority, first_seen_at,
                    next_due_at) values (?, ?, 'listing', 'held', 1, 30, ?, ?)
                on conflict do nothing""",
                (SITE.key, f"{HOME}muc-{n}/", "2026-03-01T00:00:00.000Z", "2026-03-01T00:00:00Z"),
            )
        plan_looks(db, SITE.key, at=at)
    rows = keeper.rows(
        """select url from pages where kind in ('article', 'attachment')
            and next_due_at <= strftime('%Y-%m-%dT%H:%M:%fZ', ?) order by id""",
        at.isoformat(),
    )
    found = [str(row["url"]) for row in rows]
    return sorted(
        -int(url.rpartition("/")[2].removesuffix(".pdf"))
        if url.endswith(".pdf")
        else int(url.rpartition("-")[2].removesuffix(".html"))
        for url in found
    )


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def test_the_round_begins_with_the_first_visit_and_takes_the_oldest_looks(keeper: Keeper) -> None:
    hold(keeper, 29)
    assert visit(keeper, AT) == []
    assert visit(keeper, AT + DAY) == []
    # 29 articles in 58 days: one in two. Article 29 was looked at first.
    assert visit(keeper, AT + 2 * DAY) == [29]
    assert visit(keeper, AT + 3 * DAY) == [29]
    assert visit(keeper, AT + 8 * DAY) == [27, 28, 29]  # it was not looked at, and stays the first
    assert keeper.one("select round_days from sites") == {"round_days": 58}


def test_a_fifth_of_the_listings_goes_to_the_newest_on_the_front_page_in_turn(
    keeper: Keeper,
) -> None:
    hold(keeper, 9)
    # Ten listings: two looks; so the newest four have a turn at every second visit.
    assert visit(keeper, AT + DAY, listings=10) == [8, 9]
    assert visit(keeper, AT + DAY, listings=10) == [8, 9]
    for n in (8, 9):
        one = article(f"Tin {n}", url=address(n), published=dated(f"2025-01-{n + 1:02}"))
        keeper.keep(read_as(one), AT + timedelta(hours=25), url=address(n))
    assert visit(keeper, AT + 2 * DAY, listings=10) == [6, 7]


def test_nothing_is_looked_at_twice_a_day(keeper: Keeper) -> None:
    hold(keeper, 4)
    assert visit(keeper, AT - timedelta(hours=3), listings=10) == []


def test_the_files_of_the_newest_articles_have_their_turn_too(keeper: Keeper) -> None:
    hold(keeper, 9, files=1)
    assert visit(keeper, AT + DAY, listings=10) == [-9, 9]


def test_files_are_looked_at_again_within_three_months_and_not_on_one_day(keeper: Keeper) -> None:
    hold(keeper, 60, files=10)
    visit(keeper, AT)
    rows = keeper.rows("select next_due_at from pages where kind = 'attachment'")
    days = sorted((parse_utc(str(row["next_due_at"])) - AT) / DAY for row in rows)
    assert 41 <= days[0] <= days[-1] <= 88
    assert len({int(day) for day in days}) >= 8


def test_a_page_that_changed_makes_its_files_due(keeper: Keeper) -> None:
    hold(keeper, 3, files=1)
    one = article("Tin 3", "Văn bản mới.", url=address(3), published=dated("2025-01-04"))
    keeper.keep(read_as(one), AT, url=address(3))
    assert keeper.one("select next_due_at from pages where kind = 'attachment'") == {
        "next_due_at": "2026-03-02T01:00:00.000Z"
    }


@pytest.mark.parametrize(("state", "looks"), [("resting", 5), ("held", 2)])
def test_sections_that_rest_leave_their_requests_and_those_of_a_sweep_do_not(
    keeper: Keeper, state: str, looks: int
) -> None:
    hold(keeper, 9)
    with keeper.archive.transaction() as db:
        for n in range(3):
            db.execute(
                """insert into pages (site, url, kind, state, reason, depth, priority,
                    first_seen_at) values (?, ?, 'listing', ?, 'repeated', 1, 30, ?)""",
                (SITE.key, f"{HOME}lang-{n}/", state, "2026-03-01T00:00:00.000Z"),
            )
    # A fifth of ten, or of thirteen, is two; and three that rest.
    assert len(visit(keeper, AT + DAY, listings=10)) == looks
