"""Every article that links reach is found, whatever the family, its pagers and its addresses: few
requests, and no endless walk.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from tests.builders.portal_in_parts import PortalInParts, article_page
from tests.builders.watched_pages import Watched

LAST = 15  # articles
EACH = 5  # entries of a page
PAGES = LAST // EACH
MENU = (("/", "Trang chủ"), ("/tin-tuc", "Tin tức"), ("/gioi-thieu", "Giới thiệu"))
GENERATORS = {
    "drupal": "<meta name='generator' content='Drupal 7 (http://drupal.org)'>",
    "liferay": "<script>var Liferay={ThemeDisplay:{}};</script><!-- class='portlet-boundary' -->",
    "wordpress": "<meta name='generator' content='WordPress 6.1'>",
    "dotnetnuke": "<meta name='generator' content='DotNetNuke'>",
    "generic": "",
}
Numbered = Callable[[int], str]


def title_of(number: int) -> str:
    return f"Thôn {number} xã Suối Mây sửa xong đoạn đường số {number} trước mùa mưa"


def slug_of(number: int) -> str:
    return f"/thon-{number}-xa-suoi-may-sua-xong-doan-duong-so-{number}-truoc-mua-mua"


def portal_of(
    family: str,
    listing: Numbered,
    pager: Callable[[int, Numbered], str],
    *,
    article: Numbered = slug_of,
    front: str = "",
) -> dict[str, str]:
    """A portal's pages: `listing` gives the address of each page of its list, `article` of each
    article, `pager` the markup below a page of the list. `front`: what its front page shows; the
    first page of the list if nothing.
    """
    head = GENERATORS[family]
    menu = "".join(f"<li><a href='{path}'>{name}</a></li>" for path, name in MENU)

    def page(title: str, within: str) -> str:
        return (
            f"<html lang='vi'><head><title>{title} - Xã Suối Mây</title>{head}</head><body>"
            f"<ul class='menu'>{menu}</ul>{within}<div id='footer'>UBND xã Suối Mây</div></body>"
            "</html>"
        )

    pages = {article(n): article_page(title_of(n), head=head) for n in range(1, LAST + 1)}
    about = "<h1>Giới thiệu</h1><p>Xã Suối Mây có mười hai thôn.</p>"
    pages["/gioi-thieu"] = page("Giới thiệu", about)
    for number in range(1, PAGES + 1):
        shown = range((number - 1) * EACH + 1, number * EACH + 1)
        entries = "".join(
            f"<li><h3><a href='{article(n)}'>{title_of(n)}</a></h3></li>" for n in shown
        )
        below = pager(number, listing)
        pages[listing(number)] = page("Tin tức", f"<ul>{entries}</ul>{below}")
    pages["/"] = page("Cổng thông tin", front) if front else pages[listing(1)]
    return pages


def numbers(number: int, listing: Numbered) -> str:
    shown = (
        f"<strong>{n}</strong>" if n == number else f"<a href='{listing(n)}'>{n}</a>"
        for n in range(1, PAGES + 1)
    )
    return f"<div>{' '.join(shown)}</div>"


def drupal_next(number: int, listing: Numbered) -> str:
    if number == PAGES:
        return ""
    return f"<ul><li class='pager-next'><a href='{listing(number + 1)}'>sau</a></li></ul>"


def icon(number: int, listing: Numbered) -> str:
    if number == PAGES:
        return ""
    arrow = "<img src='/mui-ten.gif' alt='Trang sau'>"
    return f"<p class='phan-trang'><a href='{listing(number + 1)}'>{arrow}</a></p>"


def older(number: int, listing: Numbered) -> str:
    return f"<a href='{listing(number + 1)}'>Older posts</a>" if number < PAGES else ""


TO_NEWS = "<div class='khoi'><h3><a href='/tin-tuc'>Tin tức</a></h3></div>"
PORTALS: Mapping[str, dict[str, str]] = {
    "from / to /home?page=1": portal_of(
        "drupal", lambda n: f"/home?page={n - 1}" if n > 1 else "/home", drupal_next
    ),
    "drupal, of another name": portal_of(
        "drupal", lambda n: f"/muc/4?trang={n}" if n > 1 else "/tin-tuc", numbers, front=TO_NEWS
    ),
    "a portlet's parameter": portal_of(
        "liferay",
        lambda n: f"/tin-tuc?_101_INSTANCE_aB1_cur={n}" if n > 1 else "/tin-tuc",
        numbers,
        front=TO_NEWS,
    ),
    "icons": portal_of(
        "dotnetnuke", lambda n: f"/tin-tuc?PageIndex={n}" if n > 1 else "/tin-tuc", icon
    ),
    "entries counted": portal_of(
        "generic", lambda n: f"/tin-tuc?tu={(n - 1) * EACH}" if n > 1 else "/tin-tuc", numbers
    ),
    "sections under slugs": portal_of(
        "wordpress", lambda n: f"/tin-tuc/page/{n}/" if n > 1 else "/tin-tuc", older, front=TO_NEWS
    ),
    "articles under slugs": portal_of(
        "liferay",
        lambda n: f"/tin-tuc/p{n}" if n > 1 else "/tin-tuc",
        numbers,
        article=lambda n: f"/duong-so-{n}-thon-{n}",
    ),
    "beside what the family knows": portal_of(
        "wordpress",
        lambda n: f"/tin-tuc/page/{n}/" if n > 1 else "/tin-tuc",
        older,
        article=lambda n: slug_of(n) if n % 2 else f"/xem.php?bai={n + 100}",
    ),
    "articles by number": portal_of(
        "drupal",
        lambda n: f"/tin-tuc?i={n}" if n > 1 else "/tin-tuc",
        numbers,
        article=lambda n: f"/xem.php?bai={n + 100}",
    ),
}


@pytest.fixture
def ingest(tmp_path: Path) -> Iterator[Ingest]:
    with Ingest(tmp_path / "archive.db", name="visits") as opened:
        yield opened


@pytest.mark.parametrize("name", PORTALS)
def test_every_article_that_links_reach_is_found(name: str, ingest: Ingest) -> None:
    with PortalInParts(PORTALS[name], {}) as portal:
        portal.pages["/"] = PORTALS[name]["/"]
        watched = Watched(portal, ingest)
        asked = watched.visit()
        titles = {title for title, _ in watched.texts()}
        assert titles >= {title_of(n) for n in range(1, LAST + 1)}
        answered = [path for path in asked if path in portal.pages]
        assert len(answered) <= 1.4 * LAST


class Endless(PortalInParts):
    """A portal whose list has a next page for ever, with the entries of the page before."""

    def answer(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        begin, _, number = path.partition("?i=")
        if begin != "/tin-tuc":
            return super().answer(path)
        more = (
            f"<p class='phan-trang'><a href='/tin-tuc?i={int(number or 1) + 1}'>Trang sau</a></p>"
        )
        return 200, self.pages["/tin-tuc"].replace("</body>", f"{more}</body>").encode()


def test_a_list_without_end_is_left_after_three_pages_of_nothing_new(ingest: Ingest) -> None:
    pages = portal_of("generic", lambda n: f"/tin-tuc?x={n}" if n > 1 else "/tin-tuc", numbers)
    pages["/tin-tuc"] = pages["/tin-tuc"].replace("<strong>", "<!--").replace("</a></div>", "-->")
    with Endless(pages, {}) as portal:
        portal.pages["/"] = pages["/"]
        asked = Watched(portal, ingest).visit()
        assert 3 <= sum("?i=" in path for path in asked) <= 4
