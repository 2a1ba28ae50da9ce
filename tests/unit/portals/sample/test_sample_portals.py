"""The sample portals answer like the systems they play, and their pages match their truth."""

import gzip
import struct
import unicodedata
import urllib.request
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import etree

from portals.sample import SamplePortals
from portals.sample.server import FAMILIES
from tests.builders.sample_client import ask, reached, tree, words

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_each_portal_has_at_least_26_articles_and_no_two_titles_of_one_are_alike(
    portals: SamplePortals,
) -> None:
    for key in FAMILIES:
        titles = [row["title"] for row in portals.truth(key)]
        assert len(titles) >= 26
        assert len(set(titles)) == len(titles)


def test_at_least_six_articles_are_republished_with_small_differences(
    portals: SamplePortals,
) -> None:
    bodies = {
        (key, row["url"]): set(row["body_text"].split("\n"))
        for key in FAMILIES
        for row in portals.truth(key)
    }
    pairs = [
        (one, two)
        for one in bodies
        for two in bodies
        if one[0] < two[0]
        and len(bodies[one] & bodies[two]) * 2 >= len(bodies[one])
        and bodies[one] != bodies[two]
    ]
    assert len(pairs) >= 6


@pytest.mark.parametrize("key", FAMILIES)
def test_every_page_shows_what_its_truth_row_says(portals: SamplePortals, key: str) -> None:
    for row in portals.truth(key):
        shown = words(tree(row["url"]))
        for text in (
            row["title"],
            row["lead"],
            row["author"],
            row["source"],
            *row["captions"],
            *row["body_text"].split("\n"),
        ):
            assert text is None or " ".join(text.split()) in shown, (row["url"], text)
        day = datetime.fromisoformat(row["published"])
        assert (
            any(f"{day:{shape}}" in shown for shape in ("%d/%m/%Y", "%d-%m-%Y", "Ngày %d tháng "))
            or f"{day.day}/{day.month}/{day.year}" in shown
        )
        for address in row["attachments"]:
            assert ask(address).status == 200


@pytest.mark.parametrize("key", FAMILIES)
def test_credits_and_captions_are_no_part_of_the_true_body(
    portals: SamplePortals, key: str
) -> None:
    for row in portals.truth(key):
        lines = row["body_text"].split("\n")
        assert row["author"] not in lines
        assert row["source"] not in lines
        assert not set(row["captions"]) & set(lines)


@pytest.mark.parametrize(
    ("key", "next_page"),
    [
        ("songmai", "//ul[@class='pagination']//a[@rel='next'][.='»']/@href"),
        ("thachlam", "//a[@class='next page-numbers']/@href"),
        ("anphu", "//div[@class='paging']/a[@class='next']/@href"),
    ],
)
def test_following_the_listings_reaches_every_article(
    portals: SamplePortals, key: str, next_page: str
) -> None:
    starts = [row["url"] for row in portals[key].listings() if row["kind"] == "html"]
    found = set().union(*(reached(start, next_page) for start in starts))
    assert {row["url"] for row in portals.truth(key)} <= found


def test_a_listing_is_cut_into_pages(portals: SamplePortals) -> None:
    url = portals.urls
    assert len(tree(url["songmai"] + "tin-tuc-su-kien/").xpath("//h3/a")) == 6
    assert len(tree(url["thachlam"] + "page/2").xpath("//h2[contains(@class,'entry-title')]")) == 10
    assert len(tree(url["anphu"] + "tin-tuc-su-kien").xpath("//a[@class='newstitle']")) == 8
    assert len(tree(url["anphu"] + "tin-tuc-su-kien?page=2").xpath("//a[@class='newstitle']")) == 7


@pytest.mark.parametrize(
    ("key", "path", "length"),
    [
        ("songmai", "rss/", 29),
        ("songmai", "rss/thong-bao/", None),
        ("thachlam", "feed", 10),
        ("anphu", "rss/tin-moi.aspx", 15),
    ],
)
def test_rss_names_the_newest_articles_with_their_true_time(
    portals: SamplePortals, key: str, path: str, length: int | None
) -> None:
    items = etree.fromstring(ask(portals.urls[key] + path).body).findall("channel/item")
    published = {row["url"]: datetime.fromisoformat(row["published"]) for row in portals.truth(key)}
    dates = [parsedate_to_datetime(item.findtext("pubDate", "")) for item in items]
    assert dates == sorted(dates, reverse=True)
    assert length is None or len(items) == length
    # One is a pointer.
    assert (
        sum(
            published.get(item.findtext("link", "")) == date
            for item, date in zip(items, dates, strict=True)
        )
        >= len(items) - 1
    )


def test_atom_gives_publication_and_change_apart(portals: SamplePortals) -> None:
    feed = etree.fromstring(ask(portals.urls["anphu"] + "rss/atom.aspx").body)
    assert feed.findtext(f"{ATOM}updated") == "2026-11-22T12:00:00+07:00"
    entry = next(
        each
        for each in feed.iter(f"{ATOM}entry")
        if each.findtext(f"{ATOM}id") == "urn:anphu:tin:1217"
    )
    assert entry.findtext(f"{ATOM}published") == "2024-08-05T09:48:00+07:00"
    assert entry.findtext(f"{ATOM}updated") == "2024-08-07T11:00:00+07:00"


def test_sitemaps_list_every_article(portals: SamplePortals) -> None:
    def places(body: bytes) -> list[str]:
        return [str(each.text) for each in etree.fromstring(body).iter(f"{SITEMAP}loc")]

    url = portals.urls
    for key, index in (("songmai", "sitemap.xml"), ("thachlam", "wp-sitemap.xml")):
        parts = places(ask(url[key] + index).body)
        listed = {place for part in parts for place in places(ask(part).body)}
        assert {row["url"] for row in portals.truth(key)} <= listed
    packed = ask(url["anphu"] + "sitemap.xml.gz")
    assert packed.headers["Content-Type"] == "application/x-gzip"
    assert {row["url"] for row in portals.truth("anphu")} <= set(
        places(gzip.decompress(packed.body))
    )


def test_the_sitemap_of_wordpress_has_no_dates_and_that_of_nukeviet_has_edit_times(
    portals: SamplePortals,
) -> None:
    assert b"lastmod" not in ask(portals.urls["thachlam"] + "wp-sitemap-posts-post-1.xml").body
    assert (
        b"<lastmod>2020-07-13T16:02:11+07:00</lastmod>"
        in ask(portals.urls["songmai"] + "sitemap-vi.news.xml").body
    )


def test_robots_txt_names_the_sitemap_under_the_right_port(portals: SamplePortals) -> None:
    for key, path in (
        ("songmai", "sitemap.xml"),
        ("thachlam", "wp-sitemap.xml"),
        ("anphu", "sitemap.xml.gz"),
    ):
        assert f"Sitemap: {portals.urls[key]}{path}" in ask(portals.urls[key] + "robots.txt").text


def test_nukeviet_machine_dates_lie_and_are_malformed_where_the_visible_date_is_right(
    portals: SamplePortals,
) -> None:
    page = tree(
        portals.urls["songmai"]
        + "tin-tuc-su-kien/ubnd-huyen-song-mai-phien-hop-thuong-ky-thang-7-nam-2020-41.html"
    )
    assert page.xpath("//div[contains(@class,'news_column')]//span[@class='h5']/text()") == [
        "Thứ sáu - 10/07/2020 08:33"
    ]
    assert page.xpath("//meta[@property='article:published_time']/@content") == [
        "2020-07-10+0708:33:00"
    ]
    assert page.xpath("//*[@itemprop='datePublished']/text()") == ["2020-07-13T16:02:11+07:00"]


def test_nukeviet_leads_second_categories_and_wrong_slugs_to_the_main_address(
    portals: SamplePortals,
) -> None:
    root = portals.urls["songmai"]
    main = root + "nong-thon-moi/xa-mai-thuong-ve-dich-nong-thon-moi-sau-chin-nam-43.html"
    assert main.replace("nong-thon-moi/", "tin-tuc-su-kien/", 1) in reached(
        root + "tin-tuc-su-kien/", "//a[@rel='next'][.='»']/@href"
    )
    for path in (
        "tin-tuc-su-kien/xa-mai-thuong-ve-dich-nong-thon-moi-sau-chin-nam-43.html",
        "nong-thon-moi/ten-khac-43.html",
    ):
        reply = ask(root + path)
        assert (reply.status, reply.headers["Location"]) == (301, main)


def test_nukeviet_has_a_soft_404_and_a_true_one(portals: SamplePortals) -> None:
    root = portals.urls["songmai"]
    assert (ask(root + "khong-co/").status, ask(root + "khong-co/").headers["Location"]) == (
        301,
        root,
    )
    assert ask(root + "thong-bao/page-99/").headers["Location"] == root + "thong-bao/"
    assert ask(root + "thong-bao/khong-co-9999.html").status == 404


def test_the_pointer_answers_302_to_another_host_and_is_no_article(portals: SamplePortals) -> None:
    root = portals.urls["songmai"]
    pointers = [story for story in portals["songmai"].stories if story.pointer]
    assert len(pointers) == 1
    reply = ask(urljoin(root, portals["songmai"].address(pointers[0])))
    assert reply.status == 302
    assert reply.headers["Location"].startswith("https://example.com/")
    assert pointers[0].title not in [row["title"] for row in portals.truth("songmai")]


def test_nukeviet_serves_print_and_savefile_twins_of_an_article(portals: SamplePortals) -> None:
    root, path = (
        portals.urls["songmai"],
        "nong-thon-moi/xa-mai-thuong-ve-dich-nong-thon-moi-sau-chin-nam-43.html",
    )
    for kind in ("print/", "savefile/"):
        assert "hiến hơn 3,1 ha đất" in words(tree(root + kind + path))
    assert ask(root + "savefile/" + path).headers["Content-Disposition"].startswith("attachment")


def test_nukeviet_knows_no_conditional_get_and_never_sends_the_same_bytes_twice(
    portals: SamplePortals,
) -> None:
    url = portals.truth("songmai")[0]["url"]
    first = ask(url)
    second = ask(url, If_Modified_Since=first.headers["Last-Modified"])
    assert first.headers["Last-Modified"] == "Sat, 21 Nov 2026 05:00:00 GMT"
    assert second.status == 200
    assert first.body != second.body


def test_wordpress_answers_304_to_its_own_etag_until_the_page_changes(
    portals: SamplePortals,
) -> None:
    row = portals.truth("thachlam")[3]
    etag = ask(row["url"]).headers["ETag"]
    again = ask(row["url"], If_None_Match=etag)
    assert (again.status, again.body) == (304, b"")
    portals["thachlam"].edit(
        urlsplit(row["url"]).path.rpartition("/")[2].removesuffix(".html"),
        paragraphs=["Nội dung đã sửa."],
    )
    changed = ask(row["url"], If_None_Match=etag)
    assert changed.status == 200
    assert changed.headers["ETag"] != etag


def test_wordpress_packs_text_for_those_who_take_gzip(portals: SamplePortals) -> None:
    reply = ask(portals.urls["thachlam"] + "feed", Accept_Encoding="gzip, deflate")
    assert reply.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(reply.body) == ask(portals.urls["thachlam"] + "feed").body


def test_wordpress_shows_typographic_signs_and_the_account_where_nobody_is_named(
    portals: SamplePortals,
) -> None:
    portal = portals["thachlam"]
    row = next(row for row in portals.truth("thachlam") if "Chất vấn" in row["title"])
    page = tree(row["url"])
    assert row["title"] == "Chất vấn về thiếu giáo viên tiếng Anh: “Không thể để học sinh chờ”"
    assert words(page.xpath("//h1")[0]) == row["title"]
    assert page.xpath("//a[@rel='author']/text()") == ["quantri"]
    assert row["author"] is None
    assert page.xpath("//time[contains(@class,'entry-date')]/@datetime") == [
        portal.find(315).published.isoformat()
    ]


def test_wordpress_answers_404_beyond_the_last_page_and_301_to_the_short_link(
    portals: SamplePortals,
) -> None:
    root = portals.urls["thachlam"]
    assert ask(root + "page/4").status == 404
    assert ask(root + "khong-co.html").status == 404
    assert ask(root + "sitemap.xml").status == 404
    assert (
        ask(root + "?p=310").headers["Location"]
        == root + "van-hoa-xa-hoi/phien-cho-0-dong-o-nam-cat.html"
    )


def test_sharepoint_titles_every_page_alike_and_shows_today_in_its_header(
    portals: SamplePortals,
) -> None:
    url = portals.truth("anphu")[0]["url"]
    page = tree(url)
    assert words(page.xpath("//title")[0]) == "Trang thông tin điện tử Huyện An Phú"
    assert page.get("lang") == "en-us"
    assert page.xpath("//span[@id='ctl00_lblNgay']/text()") == [
        "Chủ nhật, ngày 22 tháng 11 năm 2026"
    ]
    assert (
        words(page.xpath("//table[@id='tableforprint']//p[@class='Title']")[0])
        == "Những ngày cuối cùng ở trụ sở huyện"
    )
    assert "TIN ĐÃ ĐƯA" in words(page.xpath("//div[@id='part2']")[0])
    assert "TIN ĐÃ ĐƯA" not in words(page.xpath("//div[@id='part1']")[0])


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (1201, "14/11/2019"),
        (1203, "Thứ Hai, 29/08/2022, 21:06 [GMT+7]"),
        (1204, "14/05/2021 2:15 CH"),
        (1209, "Ngày đăng: 23/05/2024 15:41 | Cập nhật: 24/05/2024 09:00"),
        (1210, "Đăng ngày 10-02-2022 08:08"),
        (1214, "Ngày 25 tháng 8 năm 2021, 5 giờ 45 phút"),
        (1217, "Ngày đăng: 5/8/2024 - Cập nhật: 07/08/2024"),
        (1218, "28/08/2019 00:00"),
    ],
)
def test_sharepoint_prints_dates_in_many_shapes(
    portals: SamplePortals, number: int, printed: str
) -> None:
    portal = portals["anphu"]
    page = tree(urljoin(portal.url, portal.address(portal.find(number))))
    assert page.xpath("//td[@class='Time']/text()") == [printed]


def test_one_body_is_decomposed_and_one_is_written_in_entities(portals: SamplePortals) -> None:
    songmai, anphu = portals["songmai"], portals["anphu"]
    raw = ask(urljoin(songmai.url, songmai.address(songmai.find(52)))).text
    assert unicodedata.normalize("NFD", "Hàng rào cây xanh") in raw
    assert "Hàng rào cây xanh" not in raw
    raw = ask(urljoin(anphu.url, anphu.address(anphu.find(1201)))).text
    assert "kế hoạch" not in raw.partition("ExternalClass")[2].partition("</td>")[0]
    assert "&agrave;" in raw


def test_images_of_a_page_are_there(portals: SamplePortals) -> None:
    page_url = urljoin(portals.urls["thachlam"], "van-hoa-xa-hoi/phien-cho-0-dong-o-nam-cat.html")
    images = tree(page_url).xpath("//div[contains(@class,'entry-content')]//img/@src")
    assert len(images) == 1
    reply = ask(urljoin(page_url, images[0]))
    assert (reply.status, reply.headers["Content-Type"]) == (200, "image/png")
    assert reply.body[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", reply.body[16:24]) == (360, 240)


def test_a_browser_like_client_follows_the_soft_404_home(portals: SamplePortals) -> None:
    with urllib.request.urlopen(portals.urls["songmai"] + "khong-co/", timeout=5) as answer:
        assert answer.url == portals.urls["songmai"]
