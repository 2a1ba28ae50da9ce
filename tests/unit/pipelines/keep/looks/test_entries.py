"""What two readings of a listing tell: which articles left it, and of which it tells more."""

from dataclasses import replace
from datetime import date

import pytest

from pipelines.keep.looks.entries import Entry, edited, left, packed, shown_of, unpacked
from pipelines.read.reading import Dated, Link

# Article n is of day n, and its page has the number n.
DAYS = {n: f"2026-03-{n:02}" for n in range(1, 29)}


def shows(*pages: int) -> list[Entry]:
    return [Entry(page, 1) for page in pages]


def gone(before: list[Entry], now: list[Entry], **how: bool) -> list[int]:
    return left(before, now, DAYS, **how)


def test_what_a_listing_shows_no_more_though_it_shows_older_ones_has_left_it() -> None:
    assert gone(shows(9, 8, 7, 6, 5), shows(9, 7, 6, 5)) == [8]
    assert gone(shows(9, 8, 7, 6, 5), shows(8, 7, 6, 5, 4)) == [9]
    # Six of ten.
    ten = shows(*range(10, 0, -1))
    assert gone(ten, shows(10, 6, 3, 1)) == [9, 8, 7, 5, 4, 2]


@pytest.mark.parametrize("new", [(10,), (12, 11, 10)])
def test_what_moved_on_to_the_next_page_has_not_left(new: tuple[int, ...]) -> None:
    kept = (9, 8, 7, 6, 5)[: 5 - len(new)]
    assert gone(shows(9, 8, 7, 6, 5), shows(*new, *kept)) == []


def test_what_fell_out_of_a_box_above_the_list_has_not_left() -> None:
    # The box of the four newest is cut at four; below it a section goes on with its own.
    assert gone(shows(9, 8, 7, 6, 20, 5, 4, 3), shows(21, 9, 8, 7, 20, 5, 4, 3)) == []
    # An article that is pinned above the list.
    assert gone(shows(2, 9, 8, 7), shows(9, 8, 7)) == []


def test_a_listing_that_broke_tells_nothing() -> None:
    assert gone(shows(9, 8, 7, 6, 5, 4), shows()) == []
    assert gone(shows(9, 8, 7, 6, 5, 4), shows(4)) == []
    assert gone(shows(9, 8, 7, 6, 5, 4), shows(20, 19, 18, 17)) == []


def test_entries_without_a_day_are_in_the_order_of_the_listing() -> None:
    assert left(shows(1, 2, 3), shows(1, 3), {}) == [2]
    assert left(shows(1, 2, 3), shows(1, 2), {}) == []


def test_a_sitemap_is_in_any_order_and_a_day_decides() -> None:
    assert gone(shows(1, 2, 3, 4), shows(1, 3, 4), in_order=False) == [2]
    # It names the newest thousand, say.
    assert gone(shows(1, 2, 3, 4), shows(2, 3, 4, 5), in_order=False) == []


def test_a_title_a_date_and_the_words_of_a_feed_are_told_and_yesterday_is_not() -> None:
    day = Dated(date(2026, 3, 1), None, "day", "listing", "01/03/2026")
    link = Link("http://lungvai.example/1.html", "article", "Họp dân", day)
    assert shown_of(link) == shown_of(replace(link))
    others = [
        replace(link, title="Họp dan"),
        replace(link, published=replace(day, on=date(2026, 3, 2))),
        replace(link, told=7),
    ]
    assert len({shown_of(one) for one in [link, *others]}) == 4
    yesterday, today = (
        replace(link, published=replace(day, on=date(2026, 3, n), is_counted_back=True))
        for n in (1, 2)
    )
    assert shown_of(yesterday) == shown_of(today)
    assert shown_of(Link(link.url, "article")) == 0


def test_an_entry_of_which_a_listing_tells_something_else_was_edited() -> None:
    before = [Entry(1, 11), Entry(2, 22), Entry(3, 0), Entry(4, 44)]
    assert edited(before, [Entry(1, 11), Entry(2, 99), Entry(3, 33), Entry(5, 55)]) == [2]
    # Nothing is told of it any more.
    assert edited(before, [Entry(1, 11), Entry(2, 22), Entry(4, 0)]) == []


def test_a_listing_that_tells_other_things_of_all_its_entries_has_a_new_look() -> None:
    before = [Entry(n, n) for n in range(1, 21)]
    assert edited(before, [Entry(n, n + 100) for n in range(1, 21)]) == []
    half = [Entry(n, n + 100 * (n > 10)) for n in range(1, 21)]
    assert edited(before, half) == list(range(11, 21))


def test_entries_are_kept_in_their_order() -> None:
    entries = [Entry(70_000, 4_294_967_295), Entry(3, 0)]
    assert unpacked(packed(entries)) == entries
    assert unpacked(b"") == []
