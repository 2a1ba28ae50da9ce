"""What a page links to: articles and what the listing says of them, sections, feeds."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.addresses.family_rules import matches, path_and_query, worth_asking
from pipelines.read.html.page import HtmlPage
from pipelines.read.listing.links import read_feed_links, read_links
from pipelines.read.listing.next_page import next_page
from portals.platform import platform_of
from portals.site import CrawlRules, Site

NUKEVIET = platform_of("nukeviet")
SITE = Site(name="Cổng", url="https://vi-du.example/", key="vi-du")
HOST = "https://vi-du.example"


def page_of(body: str, path: str = "/tin-tuc/", head: str = "") -> HtmlPage:
    return HtmlPage(
        f"<html><head>{head}</head><body>{body}</body></html>",
        HOST + path,
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        fetched_at=datetime(2024, 6, 1, 2, tzinfo=UTC),
    )


def urls_of(body: str, kind: str = "article", site: Site = SITE) -> list[str]:
    return [
        link.url.removeprefix(HOST)
        for link in read_links(page_of(body), site, NUKEVIET)
        if link.kind == kind
    ]


def test_an_entry_comes_with_its_title_and_date_and_before_other_links() -> None:
    body = (
        '<div class="menu"><a href="/tin-tuc/cu-hon-3.html">Cũ hơn</a></div>'
        '<div class="news_column"><div class="panel-body"><h3>'
        '<a href="/tin-tuc/moi-nhat-9.html">Mới  nhất</a></h3>'
        '<ul><li><em class="fa fa-clock-o">&nbsp;</em> 14/05/2024 08:33:00</li>'
        "<li>Đã xem: 7</li></ul></div></div>"
    )
    first, second = read_links(page_of(body), SITE, NUKEVIET)
    assert (first.url, first.title, first.kind) == (
        f"{HOST}/tin-tuc/moi-nhat-9.html",
        "Mới nhất",
        "article",
    )
    assert first.published is not None
    assert (first.published.on, first.published.at, first.published.evidence) == (
        date(2024, 5, 14),
        datetime(2024, 5, 14, 1, 33, tzinfo=UTC),
        "listing",
    )
    assert (second.url, second.published) == (f"{HOST}/tin-tuc/cu-hon-3.html", None)


def test_an_address_is_named_once_however_often_it_is_linked() -> None:
    assert urls_of(
        '<a href="/tin-tuc/a-1.html">A</a><a href="/tin-tuc/a-1.html#binh-luan">A</a><a href="https://VI-DU.example/tin-tuc/a-1.html?utm_source=x">A</a>'
    ) == ["/tin-tuc/a-1.html"]


@pytest.mark.parametrize(
    "href",
    [
        "/print/tin-tuc/a-1.html",
        "/savefile/tin-tuc/a-1.html",
        "https://khac.example/tin-tuc/a-1.html",
        "javascript:void(0)",
        "mailto:a@vi-du.example",
        "/banners/click/?id=2&s=9f",
        "/index.php?second=cronjobs&p=1",
        "/users/login/",
        "' + $(this).data('x') + '-1.html",
    ],
)
def test_twins_traps_strangers_and_debris_are_not_named(href: str) -> None:
    assert urls_of(f'<div class="news_column"><h3><a href="{href}">A</a></h3></div>') == []


def test_sections_are_named_only_where_the_site_wants_them() -> None:
    body = (
        '<nav><a href="/thong-bao/">Thông báo</a><a href="/tin-tuc/page-2/">2</a>'
        '<a href="/contact/">Liên hệ</a></nav>'
    )
    assert urls_of(body, "listing") == ["/thong-bao/"]
    assert urls_of(body, "listing", replace(SITE, crawl=CrawlRules(sections=False))) == []


def test_an_entry_that_leads_to_a_listing_is_no_article() -> None:
    wordpress = platform_of("wordpress")
    body = (
        '<article><h2 class="entry-title"><a href="/category/tin-hoat-dong">Tin hoạt động</a></h2>'
        "</article>"
    )
    assert read_links(page_of(body), SITE, wordpress) == ()


def test_feeds_of_articles_are_named_and_feeds_of_comments_are_not() -> None:
    head = (
        '<link rel="alternate" type="application/rss+xml" title="Tin" href="/feed">'
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed">'
        '<link rel="alternate" type="application/atom+xml" href="/atom">'
        '<link rel="alternate" type="text/html" href="/en/">'
        '<link rel="alternate" type="application/rss+xml" href="https://khac.example/feed">'
        '<link rel="alternate" type="application/rss+xml" href="/tin/bai.html/feed">'
    )
    assert [link.url for link in read_feed_links(page_of("<p>x</p>", head=head), SITE)] == [
        f"{HOST}/feed",
        f"{HOST}/atom",
    ]


@pytest.mark.parametrize(
    ("head", "path"),
    [
        ('<link rel="alternate" type="application/feed+json" href="/feed.json">', "/feed.json"),
        ('<link rel="Alternate" type="application/RSS+XML; charset=utf-8" href="/rss">', "/rss"),
        ('<link rel="home alternate" type="application/atom+xml" href="/atom">', "/atom"),
        ('<link rel="alternate" type="application/json" href="/feed.json">', "/feed.json"),
        ('<link rel="alternate" type="text/xml" href="/?feed=rss">', "/?feed=rss"),
        ('<link rel="alternate" type="application/rdf+xml" href="/tin.rdf">', "/tin.rdf"),
        ('<link rel="alternate" type="application/json" href="/wp-json/wp/v2/feed/5">', None),
        ('<link rel="alternate" type="application/json+oembed" href="/oembed?a=feed">', None),
        ('<link rel="alternate" type="text/xml" href="/tin.xml">', None),
        ('<link rel="stylesheet" type="application/rss+xml" href="/rss">', None),
    ],
)
def test_a_feed_is_announced_by_its_type_or_by_its_name(head: str, path: str | None) -> None:
    found = [link.url for link in read_feed_links(page_of("<p>x</p>", head=head), SITE)]
    assert found == ([HOST + path] if path else [])


def test_a_doubtful_type_announces_no_second_feed() -> None:
    head = (
        '<link rel="alternate" type="text/xml" href="/?feed=rss">'
        '<link rel="alternate" type="application/rss+xml" href="/feed">'
    )
    found = read_feed_links(page_of("<p>x</p>", head=head), SITE)
    assert [link.url for link in found] == [f"{HOST}/feed"]


def test_patterns_see_path_and_query() -> None:
    assert path_and_query("https://vi-du.example?a=1") == "/?a=1"
    assert path_and_query("https://vi-du.example/b?c=2#d") == "/b?c=2"
    assert matches("https://vi-du.example/tin-tuc/bai-12.html", NUKEVIET.addresses.article)
    assert not matches("https://bai-12.html.example/", NUKEVIET.addresses.article)


def test_an_address_of_a_further_host_of_the_site_is_worth_asking() -> None:
    site = replace(SITE, hosts=("cu.vi-du.example",))
    assert worth_asking("https://cu.vi-du.example/tin-tuc/a-1.html", site, NUKEVIET)
    assert not worth_asking("https://cu.vi-du.example/tin-tuc/a-1.html", SITE, NUKEVIET)


def test_a_site_that_follows_no_sections_follows_no_announced_feeds() -> None:
    page = page_of(
        "", head='<link rel="alternate" type="application/rss+xml" href="/rss/kinh-te/">'
    )
    assert [link.url for link in read_feed_links(page, SITE)] == [f"{HOST}/rss/kinh-te/"]
    assert read_feed_links(page, replace(SITE, crawl=CrawlRules(sections=False))) == ()


def test_without_a_family_a_menu_is_followed_but_not_to_files_or_other_hosts() -> None:
    menu = ("/tin-tuc", "/?id=5", "/tep.pdf", "https://khac.example/tin", "/login")
    body = "<nav>" + "".join(f'<a href="{address}">Mục</a>' for address in menu) + "</nav>"
    links = read_links(page_of(body, path="/"), SITE, platform_of("generic"))
    assert [link.url for link in links if link.kind == "listing"] == [f"{HOST}/tin-tuc"]
    # A known family's portal may have sections of its own too.
    body += '<nav><a href="/kinh-te/">Kinh tế</a></nav>'
    assert set(urls_of(body, "listing")) == {"/tin-tuc", "/kinh-te/"}


def test_where_a_family_finds_nothing_the_generic_rules_do_but_for_what_it_wastes() -> None:
    body = (
        '<nav><a href="/chuyen-de">Chuyên đề</a><a href="/users/thanh-vien">Thành viên</a></nav>'
        '<h3><a href="/bai-viet/12">Ra quân làm đường</a></h3>'
    )
    assert (urls_of(body), urls_of(body, "listing")) == (["/bai-viet/12"], ["/chuyen-de"])


def test_a_theme_whose_menu_alone_is_known_still_names_its_articles() -> None:
    body = (
        '<nav><a href="/kinh-te/">Kinh tế</a><a href="/chuyen-de">Chuyên đề</a></nav>'
        '<h3><a href="/bai-viet/12">Ra quân làm đường</a></h3>'
        '<article><h2><a href="/bai-viet/13">Họp dân bàn việc cấp nước</a></h2></article>'
    )
    assert set(urls_of(body)) == {"/bai-viet/12", "/bai-viet/13"}
    assert urls_of(body, "listing") == ["/kinh-te/", "/chuyen-de"]


def test_a_menu_of_bare_links_and_a_link_to_the_next_page_are_known_without_a_family() -> None:
    menu = (
        '<td><a class="menu" href="/index.php?mod=tin&cat=2">Tin tức</a> | '
        '<a class="menu" href="/index.php?mod=login">Đăng nhập</a></td>'
    )
    links = read_links(page_of(menu, path="/"), SITE, platform_of("generic"))
    assert [link.url for link in links] == [f"{HOST}/index.php?mod=tin&cat=2"]
    pager = '<div><a href="/tin?tu=0">Trang trước</a> <a href="/tin?tu=20">Trang sau</a></div>'
    assert (
        next_page(page_of(pager, path="/tin?tu=10"), SITE, platform_of("generic"))
        == f"{HOST}/tin?tu=20"
    )


def test_a_date_that_has_not_come_is_none_of_an_entry() -> None:
    body = (
        '<div class="news_column"><h3><a href="/tin-tuc/hoi-xuan-9.html">Hội xuân</a></h3><ul><li>'
        '<em class="fa fa-clock-o"></em> 14/07/2024</li></ul></div>'
    )
    (link,) = read_links(page_of(body), SITE, NUKEVIET)
    assert (link.title, link.published) == ("Hội xuân", None)
    (past,) = read_links(page_of(body.replace("/07/", "/05/")), SITE, NUKEVIET)
    assert past.published is not None


def test_the_number_of_a_page_is_no_sections_name() -> None:
    body = (
        '<nav><a href="?debut_bai=10">2</a><a href="?x_pi1%5BcurrentPage%5D=3&cHash=0a">3</a>'
        '<a href="/tin?tu=40">4</a></nav>'
    )
    links = read_links(page_of(body), SITE, platform_of("generic"))
    assert [
        (link.url.removeprefix(HOST), link.section) for link in links if link.kind == "listing"
    ] == [("/tin?tu=40", None)]


def test_a_pager_inside_a_menu_names_no_section() -> None:
    body = """<nav><a href="/thong-bao">Thông báo</a><a href="/thong-bao/trang-2">2</a>
        <a href="/thong-bao/trang-3">Trang sau</a></nav>"""
    links = read_links(page_of(body), SITE, platform_of("generic"))
    assert [link.url.removeprefix(HOST) for link in links if link.kind == "listing"] == [
        "/thong-bao"
    ]


def test_a_number_amid_a_path_is_a_pagers_only_on_the_page_that_it_continues() -> None:
    menu = """<nav><a href="/muc/page/2/index.html">2</a>
        <a href="/pagina/12/index.html">Văn hoá</a></nav>"""
    links = read_links(page_of(menu, "/muc/index.html"), SITE, platform_of("generic"))
    assert [link.url.removeprefix(HOST) for link in links] == ["/pagina/12/index.html"]


def test_files_and_appointments_are_neither_articles_nor_sections() -> None:
    body = """<nav><a href="/lich/hop-thon-12.ics">Lịch</a>
        <a href="/tep/mau-don-xin-cap.docx">Mẫu đơn</a></nav>
        <h3><a href="/tep/quyet-dinh-so-12.pdf">Quyết định</a></h3>
        <h3><a href="/lien-he-can-bo-xa.vcf">Thẻ</a></h3>"""
    for platform in ("generic", "wordpress", "sharepoint"):
        links = read_links(page_of(body), SITE, platform_of(platform))
        assert [link for link in links if link.is_asked] == []


def test_what_the_menu_of_a_broad_family_names_may_be_a_section() -> None:
    body = """<ul class="ms-core-listMenu-root">
        <li><a href="/Pages/kinh-te.aspx">Kinh tế</a></li>
        <li><a href="/Lists/ThongBao/AllItems.aspx">Thông báo</a></li>
        <li><a href="/Lists/DanhBa/AllItems.aspx">Danh bạ</a></li>
        <li><a href="/_layouts/15/Authenticate.aspx">Đăng nhập</a></li>
        <li><a href="/tep/quy-che.pdf">Quy chế</a></li></ul>"""
    links = read_links(page_of(body), SITE, platform_of("sharepoint"))
    assert [(link.url.removeprefix(HOST), link.kind) for link in links] == [
        ("/Pages/kinh-te.aspx", "listing"),
        ("/Lists/ThongBao/AllItems.aspx", "listing"),
    ]


TITLED = "".join(f'<p><a href="/xa-hop-{n}">Xã họp bàn việc số {n} của năm</a></p>' for n in (1, 2))


@pytest.mark.parametrize("family", ["generic", "nukeviet", "liferay", "sharepoint-lacviet"])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<ul id="topnav"><li><a href="/nongnghiep">Nông nghiệp</a></li></ul>', True),
        ('<a class="tmenu" href="/nongnghiep">Nông nghiệp</a>', True),
        (f'<div><h4><a href="/nongnghiep">Nông nghiệp</a></h4>{TITLED}</div>', True),
        (f'<div>{TITLED}<a href="/nongnghiep">Xem tiếp »</a></div>', True),
        (f'<div>{TITLED}</div><a href="/nongnghiep">Nông nghiệp</a>', False),
        ('<div class="footer-menu"><a href="/nongnghiep">Nông nghiệp</a></div>', False),
        ('<ul class="menu"><li><a href="/tim-kiem">Tìm kiếm</a></li></ul>', False),
        ('<ul class="menu"><li><a href="/lich/2026/05">Tháng 5</a></li></ul>', False),
    ],
)
def test_menus_and_boxes_lead_to_sections_in_every_family(
    body: str, expected: bool, family: str
) -> None:
    links = read_links(page_of(body, "/"), SITE, platform_of(family))
    assert any(link.kind == "listing" for link in links) is expected
