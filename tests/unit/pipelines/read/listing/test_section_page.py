"""Sections whose addresses look like articles': how the page shows it.

A guessed listing must name something to be asked on every visit.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipelines.capture import Capture
from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.discovery import Origin, discover
from pipelines.keep.frontier.pages import Skipped, begin_visit, next_to_ask
from pipelines.keep.frontier.sweep import EVERY
from pipelines.outcomes import Refusal
from pipelines.read.html.page import HtmlPage
from pipelines.read.listing.listing_digest import listed_names
from pipelines.read.listing.section_page import shows_entries
from pipelines.read.reader import read
from pipelines.read.reading import Link, Reading
from pipelines.read.task import Task
from portals.platform import platform_of
from portals.site import Site
from tests.builders.archived_answers import AT, URL, Keeper, article, read_as

HOME = "http://dong-nuoc.example"
SHAREPOINT = platform_of("sharepoint")
SITE = Site(name="Huyện Đồng Nước", url=f"{HOME}/", platform="sharepoint", key="dong-nuoc")
SECTION = f"{HOME}/Pages/van-hoa-xa-hoi.aspx"
SUMMARY = "Bà con thôn Bãi Sậy vừa làm xong đoạn mương dài hai cây số, kịp dẫn nước cho vụ mùa này."
TEXT = "".join(f"<p>{n}. {SUMMARY}</p>" for n in range(3))
BOX = (
    '<div class="cot-phai"><h2>Tin mới nhất</h2><ul>'
    + "".join(
        f'<li><a href="/Pages/a.aspx?ItemID={n}">Tin mới thứ {n} của huyện</a></li>' for n in (1, 2)
    )
    + "</ul></div>"
)


def entry(number: int) -> str:
    return (
        f'<div class="item"><a href="/Pages/a.aspx?ItemID={number}">Tin số {number} về làm mương'
        f"</a> <span>0{number}/03/2026</span><div>{SUMMARY}</div></div>"
    )


def page_of(body: str) -> HtmlPage:
    markup = (
        f"<html><body><form id='aspnetForm'><div id='s4-workspace'>{body}</div></form></body>"
        "</html>"
    )
    return HtmlPage(
        markup,
        SECTION,
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        fetched_at=datetime(2026, 3, 9, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("body", "is_list"),
    [
        (f"<h2>Văn hóa - Xã hội</h2>{entry(1)}{entry(2)}{entry(3)}", True),
        (f"<h2>Văn hóa - Xã hội</h2>{entry(1)}", True),
        (f"<h2>Lịch sử hình thành</h2>{TEXT}{BOX}", False),
        (f"{BOX}<h2>Lịch sử hình thành</h2>{TEXT}", False),
        (f"<h2>Liên hệ</h2><p>Điện thoại: 0299 386</p><aside>{BOX}</aside>", False),
        ("<h2>Văn hóa - Xã hội</h2><p>Chuyên mục đang cập nhật.</p>", False),
        (f"<h1>Làm mương ở Bãi Sậy</h1>{TEXT}<h4>Các tin khác</h4>{entry(1)}{entry(2)}", False),
    ],
    ids=[
        "summaries",
        "one entry",
        "text, then a box",
        "a box, then text",
        "a column",
        "nothing",
        "an article that no rule knows",
    ],
)
def test_a_section_shows_entries_where_an_article_has_its_text(body: str, *, is_list: bool) -> None:
    assert (
        shows_entries(page_of(body), {f"{HOME}/Pages/a.aspx?ItemID={n}" for n in (1, 2, 3)})
        is is_list
    )


def test_a_page_that_was_asked_for_as_an_article_and_is_a_section_is_read_as_a_listing() -> None:
    body = f"""<html><body><a>Skip Ribbon Commands</a><h2>Văn hóa - Xã hội</h2>{entry(1)}{entry(2)}
        <div class="trang"><span>1</span>
        <a href="/Pages/van-hoa-xa-hoi.aspx?PageIndex=2">2</a></div>
        </body></html>"""
    capture = Capture(
        SITE.key,
        SECTION,
        datetime(2026, 3, 9, tzinfo=UTC),
        200,
        (("Content-Type", "text/html; charset=utf-8"),),
        body.encode(),
    )
    reading = read(Task(capture, SITE, "article"))
    assert reading.kind == "listing"
    assert [link.url.rpartition("=")[2] for link in reading.links if link.kind == "article"] == [
        "1",
        "2",
    ]
    assert reading.next_page == f"{SECTION}?PageIndex=2"


def naming(*numbers: int, next_page: str | None = None) -> Reading:
    links = tuple(Link(f"{HOME}/Pages/a.aspx?ItemID={number}", "article") for number in numbers)
    return Reading(
        "listing",
        "sharepoint",
        links=links,
        names=listed_names(links, SHAREPOINT),
        next_page=next_page,
    )


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    """A front page that names articles 1 to 3 and links to a section that looks like an article."""
    keeper = Keeper(archive, SITE)
    keeper.keep(naming(1, 2, 3), url=SITE.url, kind="listing")
    with archive.transaction() as db:
        discover(
            db, SITE.key, [Link(SECTION, "article")], SHAREPOINT, at=AT, origin=Origin(depth=1)
        )
    return keeper


def asked_again(keeper: Keeper, after: timedelta) -> bool:
    """Whether a visit so long afterwards asks for the section as a listing."""
    at = AT + after
    with keeper.archive.transaction() as db:
        begin_visit(db, SITE.key, at=at)
    asked: list[str] = []
    while (
        page := next_to_ask(
            keeper.archive.connection, SITE.key, visit_began=at, now=at, skipped=Skipped(asked)
        )
    ) and page.kind == "listing":
        asked.append(page.url)
    return SECTION in asked


DAY = timedelta(days=1)


def test_a_section_that_names_an_article_of_its_own_is_asked_on_every_visit(keeper: Keeper) -> None:
    begin_first_sweep(keeper)
    assert keeper.keep(naming(3, 4), url=SECTION, kind="article").outcome == "listing"
    assert asked_again(keeper, DAY)


def test_a_section_that_goes_on_is_asked_on_every_visit_whatever_it_names(keeper: Keeper) -> None:
    begin_first_sweep(keeper)
    keeper.keep(naming(2, 3, next_page=f"{SECTION}?PageIndex=2"), url=SECTION, kind="article")
    assert asked_again(keeper, DAY)


@pytest.mark.parametrize("kind", ["article", "listing"])
def test_a_list_that_others_have_too_rests_until_the_next_sweep(keeper: Keeper, kind: str) -> None:
    begin_first_sweep(keeper)
    assert (
        keeper.keep(
            naming(2, 3), url=SECTION, kind="article" if kind == "article" else "listing"
        ).outcome
        == "listing"
    )
    assert not asked_again(keeper, DAY)
    assert asked_again(keeper, EVERY + DAY)


def test_an_entry_of_a_menu_that_is_no_listing_rests_until_the_next_sweep(keeper: Keeper) -> None:
    begin_first_sweep(keeper)
    keeper.keep(
        Reading("refused", "sharepoint", refusal=Refusal.NOT_AN_ARTICLE),
        url=SECTION,
        kind="listing",
    )
    assert not asked_again(keeper, DAY)
    assert asked_again(keeper, EVERY + DAY)


def test_a_listing_that_named_articles_before_does_not_rest_when_it_is_refused(
    keeper: Keeper,
) -> None:
    begin_first_sweep(keeper)
    keeper.keep(naming(4), url=SECTION, kind="article")
    keeper.keep(
        Reading("refused", "sharepoint", refusal=Refusal.NOT_AN_ARTICLE),
        AT + DAY,
        url=SECTION,
        kind="listing",
    )
    assert asked_again(keeper, 2 * DAY)


def test_two_sections_that_name_the_same_do_not_both_rest(keeper: Keeper) -> None:
    begin_first_sweep(keeper)
    other = f"{HOME}/Pages/tin-van-hoa.aspx"
    with keeper.archive.transaction() as db:
        discover(db, SITE.key, [Link(other, "listing")], SHAREPOINT, at=AT, origin=Origin(depth=1))
    for url in (SECTION, other):
        keeper.keep(naming(7, 8), url=url, kind="listing")
    assert [
        row["state"]
        for row in keeper.rows(
            "select state from pages where url in (?, ?) order by id", SECTION, other
        )
    ] == ["held", "resting"]
    for url in (SECTION, other):  # both are looked at again, as in a sweep
        keeper.keep(naming(7, 8), AT + DAY, url=url, kind="listing")
    assert sorted(
        str(row["state"])
        for row in keeper.rows("select state from pages where url in (?, ?)", SECTION, other)
    ) == ["held", "resting"]


def test_the_address_of_a_held_article_that_shows_a_list_is_a_page_that_lost_it(
    archive: Archive,
) -> None:
    keeper = Keeper(archive)
    keeper.keep(read_as(article()), kind="article")
    kept = keeper.keep(naming(1, 2), AT + DAY, kind="article")
    assert kept.outcome == "refused-not-an-article"
    assert keeper.one("select kind, state from pages where url = ?", URL) == {
        "kind": "article",
        "state": "held",
    }


def test_an_archive_far_from_the_front_page_is_followed_but_not_made_a_listing(
    keeper: Keeper,
) -> None:
    far = f"{HOME}/Pages/tin-ngay-hom-qua.aspx"
    with keeper.archive.transaction() as db:
        discover(db, SITE.key, [Link(far, "article")], SHAREPOINT, at=AT, origin=Origin(depth=3))
    keeper.keep(naming(9), url=far, kind="article")
    assert keeper.one("select kind, state from pages where url = ?", far) == {
        "kind": "article",
        "state": "refused",
    }
    assert keeper.one("select state from pages where url like '%ItemID=9'") == {"state": "waiting"}


def begin_first_sweep(keeper: Keeper) -> None:
    """The first visit counts as a sweep: from it on, the next is reckoned."""
    with keeper.archive.transaction() as db:
        begin_visit(db, SITE.key, at=AT)
