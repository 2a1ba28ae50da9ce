"""Which of two figures is the day: an English page must show it; all others put the day first."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.dates.date_lines import Order, read_dates
from pipelines.read.html.day_order import date_on, dates_on, is_dated, order_of
from pipelines.read.html.page import HtmlPage
from pipelines.read.listing.links import read_links
from portals.platform import platform_of
from portals.site import Site

FETCHED = datetime(2026, 11, 22, 3, tzinfo=UTC)
OF_HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PROSE = (
    "<p>Crews of the town repair the kerbs of Mill Lane; the road stays open for all who live "
    "there.</p>"
)


def page_of(lang: str, *lines: str, zone: str = "Asia/Ho_Chi_Minh", text: str = PROSE) -> HtmlPage:
    body = "".join(f"<div>{line}</div>" for line in lines)
    return HtmlPage(
        f'<html lang="{lang}"><body>{text}{body}</body></html>',
        "https://town.example/news/12",
        zone=ZoneInfo(zone),
        fetched_at=FETCHED,
    )


@pytest.mark.parametrize(
    ("page", "order"),
    [
        (page_of("vi", "10/3/2026 11:29 AM"), "day_first"),
        (page_of("fr", "8/13/2026"), "day_first"),
        (page_of("en", "10/3/2026"), "day_first"),
        (page_of("en", "10/3/2026 11:29 am"), "day_first"),
        (page_of("en-GB", "10/3/2026 11:29 AM"), "day_first"),
        (page_of("en", "10/3/2026 11:29 AM", "30/7/2026"), "day_first"),
        (page_of("", "10/3/2026 11:29"), "day_first"),
        (
            page_of(
                "",
                "10/3/2026 11:29 AM",
                text="<p>Los vecinos de la calle del Molino se reúnen en la plaza.</p>",
            ),
            "day_first",
        ),
        (page_of("", "10/3/2026 11:29 AM"), "in_doubt"),
        (page_of("en", "10/3/26 11:29 AM"), "in_doubt"),
        (page_of("en-US", "10/3/2026"), "in_doubt"),
        (page_of("en", "10/3/2026 11:29 AM"), "in_doubt"),
        (page_of("en", "10/3/2026", zone="America/Toronto"), "in_doubt"),
        (page_of("en", "8/13/2026", "30/7/2026"), "in_doubt"),
        (page_of("en", "10/3/2026", "Last updated: 8/13/2026"), "month_first"),
        (page_of("en-US", "Saturday, 10/3/2026"), "month_first"),
        (page_of("en", "10/3/2026", zone="America/Chicago"), "month_first"),
        (page_of("en-US", "The meeting of 8/13/2026 was put off."), "in_doubt"),
        (page_of("en-US", "10/3/2026 <script>8/13/2026</script>"), "in_doubt"),
    ],
)
def test_an_english_page_shows_its_order_or_leaves_it_in_doubt(
    page: HtmlPage, order: Order
) -> None:
    assert order_of(page) == order


def test_a_vietnamese_page_that_kept_its_program_s_language_puts_the_day_first() -> None:
    page = page_of(
        "en-US",
        "10/3/2026 11:29 AM",
        (
            "<p>Bà con thôn Bản Trà cùng nạo vét kênh mương để kịp đón nước vụ xuân, ai cũng phấn "
            "khởi.</p>"
        )
        * 4,
    )
    assert [one.on for one in dates_on(page, "10/3/2026 11:29 AM")] == [date(2026, 3, 10)]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("10/3/2026 11:29 AM", None),
        ("8/13/2026", date(2026, 8, 13)),
        ("30/7/2026", date(2026, 7, 30)),
        ("10/10/2026", date(2026, 10, 10)),
    ],
)
def test_in_doubt_a_line_is_read_where_it_can_mean_one_day_only(
    line: str, day: date | None
) -> None:
    found = read_dates(line, zone=OF_HANOI, fetched_at=FETCHED, order="in_doubt")
    assert [one.on for one in found] == ([day] if day else [])


def test_month_first_figures_are_read_as_they_are_meant_and_points_are_european_everywhere() -> (
    None
):
    page = page_of("en", "8/13/2026")
    found = [
        (one.on, one.label, one.raw)
        for one in dates_on(page, "Posted: 10/3/2026 11:29 AM | Last Updated: 10/5/2026")
    ]
    assert found == [
        (date(2026, 10, 3), "published", "10/3/2026 11:29 AM"),
        (date(2026, 10, 5), "updated", "10/5/2026"),
    ]
    assert [one.on for one in dates_on(page, "12.05.2020")] == [date(2020, 5, 12)]
    assert dates_on(page, "30/7/2026") == ()
    listed = date_on(page, "10/3/2026")
    assert listed is not None
    assert listed.on == date(2026, 10, 3)


def test_a_line_whose_day_is_in_doubt_is_a_date_line_and_a_sentence_is_none() -> None:
    page = page_of("en-US", "10/3/2026")
    assert is_dated(page, "Posted: 10/3/2026 11:29 AM")
    assert not is_dated(page, "The meeting of 10/3/2026 was put off.")
    assert not is_dated(page_of("vi", "8/13/2026"), "8/13/2026")


def test_an_entry_of_a_listing_is_dated_in_the_page_s_own_order() -> None:
    entry = (
        '<div class="news_column"><h3><a href="/news/mill-lane-{0}.html">Mill Lane {0}</a></h3>'
        '<ul><li><em class="fa fa-clock-o"></em> {1}</li></ul></div>'
    )
    page = page_of("en", entry.format(1, "10/3/2026"), entry.format(2, "8/13/2026"))
    found = read_links(
        page, Site(name="Town", url="https://town.example/", key="town"), platform_of("nukeviet")
    )
    assert [link.published.on for link in found if link.published] == [
        date(2026, 10, 3),
        date(2026, 8, 13),
    ]
