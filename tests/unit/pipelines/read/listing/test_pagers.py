"""A pager is a run of links whose addresses differ by a number, or a link that says that it leads
on: whatever the family, the words and the address to which it leads.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.html.page import HtmlPage
from pipelines.read.listing.next_page import next_page
from portals.platform import platform_of
from portals.site import Site

HOST = "https://vi-du.example"
SITE = Site(name="Cổng", url=f"{HOST}/", key="vi-du")
ENTRIES = "".join(
    f'<li><h3><a href="/thon-{n}-sua-duong">Thôn {n} sửa xong đường</a></h3></li>' for n in range(9)
)
FAMILIES = ("generic", "nukeviet", "wordpress", "liferay", "sharepoint-lacviet")


def following(pager: str, path: str, family: str = "generic") -> str | None:
    text = f"<html><body><ul>{ENTRIES}</ul>{pager}<div>UBND xã Mẫu</div></body></html>"
    now = datetime(2026, 6, 1, tzinfo=UTC)
    page = HtmlPage(text, HOST + path, zone=ZoneInfo("Asia/Ho_Chi_Minh"), fetched_at=now)
    found = next_page(page, SITE, platform_of(family))
    return None if found is None else found.removeprefix(HOST)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("pager", "path", "expected"),
    [
        # Drupal: a list item says which link it is; pages count from 0.
        ('<li class="pager-next"><a href="/node?page=1">sau</a></li>', "/", "/node?page=1"),
        ('<li class="pager-next"><a href="/home?page=1">x</a></li>', "/", "/home?page=1"),
        (
            '<ul class="pager__items"><li class="pager__item--next"><a href="?page=3">'
            '<span class="visually-hidden">x</span></a></li></ul>',
            "/tin?page=2",
            "/tin?page=3",
        ),
        # Liferay: the parameter bears the name of its portlet.
        (
            "<div><a href='/web/xa/tin?_101_INSTANCE_aB1_delta=20&_101_INSTANCE_aB1_cur=1'>1</a>"
            "<strong>2</strong>"
            "<a href='/web/xa/tin?_101_INSTANCE_aB1_delta=20&_101_INSTANCE_aB1_cur=3'>3</a></div>",
            "/web/xa/tin?_101_INSTANCE_aB1_delta=20&_101_INSTANCE_aB1_cur=2",
            "/web/xa/tin?_101_INSTANCE_aB1_delta=20&_101_INSTANCE_aB1_cur=3",
        ),
        # ASP.NET: any name, in any place of the address.
        ("<span>1</span> <a href='?PageIndex=2'>2</a>", "/Tin.aspx", "/Tin.aspx?PageIndex=2"),
        (
            "<td>1</td><td><a href='/Tin.aspx?chuyende=7&i=2'>2</a></td>"
            "<td><a href='/Tin.aspx?chuyende=7&i=3'>3</a></td>",
            "/Tin.aspx?chuyende=7",
            "/Tin.aspx?chuyende=7&i=2",
        ),
        ("<p><a href='/tin/p2'>[2]</a> <a href='/tin/p3'>[3]</a></p>", "/tin", "/tin/p2"),
        (
            "<p><a href='/tin-tuc-p2.html'>2</a> <a href='/tin-tuc-p3.html'>3</a></p>",
            "/tin-tuc.html",
            "/tin-tuc-p2.html",
        ),
        (
            "<p><a href='/tin'>1</a> <b>2</b> <a href='/tin?tu=20'>3</a></p>",
            "/tin?tu=10",
            "/tin?tu=20",
        ),
        ("<p><b>1</b> <a href='/tin?tu=10'>2</a></p>", "/tin", "/tin?tu=10"),
        # A front page, or a friendly address, is the first page of a list that is elsewhere.
        (
            "<div><b>1</b> <a href='/home?page=1'>2</a> <a href='/home?page=2'>3</a></div>",
            "/",
            "/home?page=1",
        ),
        (
            "<div><b>1</b> <a href='/m/7/trang/2'>2</a> <a href='/m/7/trang/3'>3</a></div>",
            "/tin-moi",
            "/m/7/trang/2",
        ),
        # Words, signs and pictures.
        ("<a href='/tin-tuc/page/3'>Trang sau »</a>", "/tin-tuc/page/2", "/tin-tuc/page/3"),
        ("<a href='/?s=1&paged=2'>Older posts</a>", "/?s=1", "/?s=1&paged=2"),
        (
            "<div class='phan-trang'><a href='/t?c=5&x=2'><img src='/n.gif' alt='Trang sau'></a>"
            "</div>",
            "/t?c=5",
            "/t?c=5&x=2",
        ),
        (
            "<div class='paging'><a href='/t?q=2' title='Trang tiếp'><i></i></a></div>",
            "/t",
            "/t?q=2",
        ),
        ("<a href='?seite=2' aria-label='Nächste Seite'>\ue80f</a>", "/amt", "/amt?seite=2"),
        ("<nav class='pagination'><a href='?after=kq3'>→</a></nav>", "/tin", "/tin?after=kq3"),
        (
            "<ul><li><a href='/tin?start=10'><span class='icon-angle-right'></span></a></li></ul>",
            "/tin",
            "/tin?start=10",
        ),
        # Words that nobody knows, but an address that can only be the next page.
        ("<div class='nav-previous'><a href='/page/3/'>Starsze</a></div>", "/page/2/", "/page/3/"),
        # The numbers end in dots that lead on.
        (
            "<p><a href='?i=1'>1</a> <b>2</b> <a href='?i=3'>...</a></p>",
            "/tin?i=2",
            "/tin?i=3",
        ),
    ],
)
def test_a_pager_is_followed_whatever_the_family(
    pager: str, path: str, expected: str, family: str
) -> None:
    assert following(pager, path, family) == expected


@pytest.mark.parametrize(
    "words",
    [
        "Older entries", "Ältere Beiträge", "Articles précédents", "Página siguiente",
        "Pagina successiva", "Próxima página", "Volgende pagina", "Pàgina següent",
        "Следующая страница", "الصفحة التالية", "下一页", "หน้าถัดไป", "Halaman berikutnya",
        "Bài viết cũ hơn",
    ],
)  # fmt: skip
def test_every_language_says_that_a_link_leads_on(words: str) -> None:
    assert following(f"<p><a href='/tin?k=2'>{words} »</a></p>", "/tin?k=1") == "/tin?k=2"


@pytest.mark.parametrize(
    ("pager", "path"),
    [
        # The days of a month, the years of an archive, stars, and articles with numbers.
        ("<p>" + "".join(f"<a href='/a?i={n}'>{n}</a>" for n in range(1, 31)) + "</p>", "/a"),
        ("<p><a href='/lich?ngay=2'>2</a> <a href='/lich?ngay=3'>3</a></p>", "/lich"),
        ("<p><a href='/k?y=2021'>2021</a> <a href='/k?y=2022'>2022</a></p>", "/k"),
        ("<p>" + "".join(f"<a href='/vote?n={n}'>{n}</a>" for n in range(1, 6)) + "</p>", "/tin"),
        ("<p>Bình luận: <a href='/xa-hop-12'>4</a> <a href='/xa-hop-13'>7</a></p>", "/tin"),
        # The last page of a list, and other things that lead on.
        ("<p><a href='?i=1'>1</a> <a href='?i=2'>2</a> <b>3</b></p>", "/tin?i=3"),
        ("<p><a href='/tin?page=1'>Trang trước</a></p>", "/tin?page=2"),
        ("<p><a href='/tin-tuc'>Xem thêm</a></p>", "/"),
        ("<p><a href='/thon-9-sua-duong'>Next</a></p>", "/tin"),
        ("<div class='carousel'><a class='next' href='/anh?i=2'>»</a></div>", "/tin"),
    ],
)
def test_other_numbers_and_links_are_no_pager(pager: str, path: str) -> None:
    assert following(pager, path) is None
