"""The sample portals: do they answer like the systems that they play, and do their pages say what their truth says?"""

import gzip
import http.client
import io
import signal
import subprocess
import sys
import tomllib
import unicodedata
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import docx
import pypdf
import pytest
from lxml import etree, html

from portals.sample import SamplePortals
from portals.sample.content import SampleContentError, blocks_of, load_portals, slug_of
from portals.sample.documents import docx as make_docx
from portals.sample.documents import pdf as make_pdf
from portals.sample.portal import documents
from portals.sample.server import FAMILIES, PortBusyError

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=7)))
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def portals() -> Iterator[SamplePortals]:
    with SamplePortals(clock=NOON.timestamp) as running:
        yield running


class Reply:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()

    @property
    def text(self) -> str:
        return str(self.body, "utf-8")


def ask(url: str, method: str = "GET", **headers: str) -> Reply:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    try:
        connection.request(
            method, parts.path + (f"?{parts.query}" if parts.query else ""), headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        return Reply(connection.getresponse())
    finally:
        connection.close()


def tree(url: str) -> html.HtmlElement:
    return html.fromstring(ask(url).body, base_url=url)


def words(element: html.HtmlElement) -> str:
    """All text of an element, composed and with single blanks: what a reader sees."""
    return " ".join(unicodedata.normalize("NFC", " ".join(element.itertext())).split())


def reached(start: str, next_page: str) -> set[str]:
    """Every address that is linked from a listing and the pages that follow it."""
    found: set[str] = set()
    seen: set[str] = set()
    page: str | None = start
    while page and page not in seen:
        seen.add(page)
        root = tree(page)
        found |= {urljoin(page, link) for link in root.xpath("//a/@href")}
        after = root.xpath(next_page)
        page = urljoin(page, after[-1]) if after else None
    return found


def test_each_portal_has_at_least_26_articles_and_no_two_titles_of_one_are_alike(portals: SamplePortals) -> None:
    for key in FAMILIES:
        titles = [row["title"] for row in portals.truth(key)]
        assert len(titles) >= 26
        assert len(set(titles)) == len(titles)


def test_at_least_six_articles_are_republished_with_small_differences(portals: SamplePortals) -> None:
    bodies = {(key, row["url"]): set(row["body_text"].split("\n")) for key in FAMILIES for row in portals.truth(key)}
    pairs = [
        (one, two)
        for one in bodies
        for two in bodies
        if one[0] < two[0] and len(bodies[one] & bodies[two]) * 2 >= len(bodies[one]) and bodies[one] != bodies[two]
    ]
    assert len(pairs) >= 6


@pytest.mark.parametrize("key", FAMILIES)
def test_every_page_shows_what_its_truth_row_says(portals: SamplePortals, key: str) -> None:
    for row in portals.truth(key):
        shown = words(tree(row["url"]))
        for text in (row["title"], row["lead"], row["author"], row["source"], *row["captions"], *row["body_text"].split("\n")):
            assert text is None or " ".join(text.split()) in shown, (row["url"], text)
        day = datetime.fromisoformat(row["published"])
        assert any(f"{day:{shape}}" in shown for shape in ("%d/%m/%Y", "%d-%m-%Y", "Ngày %d tháng ")) or f"{day.day}/{day.month}/{day.year}" in shown
        for address in row["attachments"]:
            assert ask(address).status == 200


@pytest.mark.parametrize("key", FAMILIES)
def test_credits_and_captions_are_no_part_of_the_true_body(portals: SamplePortals, key: str) -> None:
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
def test_following_the_listings_reaches_every_article(portals: SamplePortals, key: str, next_page: str) -> None:
    starts = [row["url"] for row in portals[key].listings() if row["kind"] == "html"]
    found = set().union(*(reached(start, next_page) for start in starts))
    assert {row["url"] for row in portals.truth(key)} <= found


def test_a_listing_is_cut_into_pages(portals: SamplePortals) -> None:
    url = portals.urls
    assert len(tree(url["songmai"] + "tin-tuc-su-kien/").xpath("//h3/a")) == 6
    assert len(tree(url["thachlam"] + "page/2").xpath("//h2[contains(@class,'entry-title')]")) == 10
    assert len(tree(url["anphu"] + "tin-tuc-su-kien").xpath("//a[@class='newstitle']")) == 8
    assert len(tree(url["anphu"] + "tin-tuc-su-kien?page=2").xpath("//a[@class='newstitle']")) == 6


@pytest.mark.parametrize(
    ("key", "path", "length"), [("songmai", "rss/", 28), ("songmai", "rss/thong-bao/", None), ("thachlam", "feed", 10), ("anphu", "rss/tin-moi.aspx", 15)]
)
def test_rss_names_the_newest_articles_with_their_true_time(portals: SamplePortals, key: str, path: str, length: int | None) -> None:
    items = etree.fromstring(ask(portals.urls[key] + path).body).findall("channel/item")
    published = {row["url"]: datetime.fromisoformat(row["published"]) for row in portals.truth(key)}
    dates = [parsedate_to_datetime(item.findtext("pubDate", "")) for item in items]
    assert dates == sorted(dates, reverse=True)
    assert length is None or len(items) == length
    assert sum(published.get(item.findtext("link", "")) == date for item, date in zip(items, dates, strict=True)) >= len(items) - 1  # one is a pointer


def test_atom_gives_publication_and_change_apart(portals: SamplePortals) -> None:
    feed = etree.fromstring(ask(portals.urls["anphu"] + "rss/atom.aspx").body)
    assert feed.findtext(f"{ATOM}updated") == "2026-11-22T12:00:00+07:00"
    entry = next(each for each in feed.iter(f"{ATOM}entry") if each.findtext(f"{ATOM}id") == "urn:anphu:tin:1217")
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
    assert {row["url"] for row in portals.truth("anphu")} <= set(places(gzip.decompress(packed.body)))


def test_the_sitemap_of_wordpress_has_no_dates_and_that_of_nukeviet_has_edit_times(portals: SamplePortals) -> None:
    assert b"lastmod" not in ask(portals.urls["thachlam"] + "wp-sitemap-posts-post-1.xml").body
    assert b"<lastmod>2020-07-13T16:02:11+07:00</lastmod>" in ask(portals.urls["songmai"] + "sitemap-vi.news.xml").body


def test_robots_txt_names_the_sitemap_under_the_right_port(portals: SamplePortals) -> None:
    for key, path in (("songmai", "sitemap.xml"), ("thachlam", "wp-sitemap.xml"), ("anphu", "sitemap.xml.gz")):
        assert f"Sitemap: {portals.urls[key]}{path}" in ask(portals.urls[key] + "robots.txt").text


def test_nukeviet_machine_dates_lie_and_are_malformed_where_the_visible_date_is_right(portals: SamplePortals) -> None:
    page = tree(portals.urls["songmai"] + "tin-tuc-su-kien/ubnd-huyen-song-mai-phien-hop-thuong-ky-thang-7-nam-2020-41.html")
    assert page.xpath("//div[contains(@class,'news_column')]//span[@class='h5']/text()") == ["Thứ sáu - 10/07/2020 08:33"]
    assert page.xpath("//meta[@property='article:published_time']/@content") == ["2020-07-10+0708:33:00"]
    assert page.xpath("//*[@itemprop='datePublished']/text()") == ["2020-07-13T16:02:11+07:00"]


def test_nukeviet_leads_second_categories_and_wrong_slugs_to_the_main_address(portals: SamplePortals) -> None:
    root = portals.urls["songmai"]
    main = root + "nong-thon-moi/xa-mai-thuong-ve-dich-nong-thon-moi-sau-chin-nam-43.html"
    assert main.replace("nong-thon-moi/", "tin-tuc-su-kien/", 1) in reached(root + "tin-tuc-su-kien/", "//a[@rel='next'][.='»']/@href")
    for path in ("tin-tuc-su-kien/xa-mai-thuong-ve-dich-nong-thon-moi-sau-chin-nam-43.html", "nong-thon-moi/ten-khac-43.html"):
        reply = ask(root + path)
        assert (reply.status, reply.headers["Location"]) == (301, main)


def test_nukeviet_has_a_soft_404_and_a_true_one(portals: SamplePortals) -> None:
    root = portals.urls["songmai"]
    assert (ask(root + "khong-co/").status, ask(root + "khong-co/").headers["Location"]) == (301, root)
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
    root, path = portals.urls["songmai"], "nong-thon-moi/xa-mai-thuong-ve-dich-nong-thon-moi-sau-chin-nam-43.html"
    for kind in ("print/", "savefile/"):
        assert "hiến hơn 3,1 ha đất" in words(tree(root + kind + path))
    assert ask(root + "savefile/" + path).headers["Content-Disposition"].startswith("attachment")


def test_nukeviet_knows_no_conditional_get_and_never_sends_the_same_bytes_twice(portals: SamplePortals) -> None:
    url = portals.truth("songmai")[0]["url"]
    first = ask(url)
    second = ask(url, If_Modified_Since=first.headers["Last-Modified"])
    assert first.headers["Last-Modified"] == "Sat, 21 Nov 2026 05:00:00 GMT"
    assert second.status == 200
    assert first.body != second.body


def test_wordpress_answers_304_to_its_own_etag_until_the_page_changes(portals: SamplePortals) -> None:
    row = portals.truth("thachlam")[3]
    etag = ask(row["url"]).headers["ETag"]
    again = ask(row["url"], If_None_Match=etag)
    assert (again.status, again.body) == (304, b"")
    portals["thachlam"].edit(urlsplit(row["url"]).path.rpartition("/")[2].removesuffix(".html"), paragraphs=["Nội dung đã sửa."])
    changed = ask(row["url"], If_None_Match=etag)
    assert changed.status == 200
    assert changed.headers["ETag"] != etag


def test_wordpress_packs_text_for_those_who_take_gzip(portals: SamplePortals) -> None:
    reply = ask(portals.urls["thachlam"] + "feed", Accept_Encoding="gzip, deflate")
    assert reply.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(reply.body) == ask(portals.urls["thachlam"] + "feed").body


def test_wordpress_shows_typographic_signs_and_the_account_where_nobody_is_named(portals: SamplePortals) -> None:
    portal = portals["thachlam"]
    row = next(row for row in portals.truth("thachlam") if "Chất vấn" in row["title"])
    page = tree(row["url"])
    assert row["title"] == "Chất vấn về thiếu giáo viên tiếng Anh: “Không thể để học sinh chờ”"
    assert words(page.xpath("//h1")[0]) == row["title"]
    assert page.xpath("//a[@rel='author']/text()") == ["quantri"]
    assert row["author"] is None
    assert page.xpath("//time[contains(@class,'entry-date')]/@datetime") == [portal.find(315).published.isoformat()]


def test_wordpress_answers_404_beyond_the_last_page_and_301_to_the_short_link(portals: SamplePortals) -> None:
    root = portals.urls["thachlam"]
    assert ask(root + "page/4").status == 404
    assert ask(root + "khong-co.html").status == 404
    assert ask(root + "sitemap.xml").status == 404
    assert ask(root + "?p=310").headers["Location"] == root + "van-hoa-xa-hoi/phien-cho-0-dong-o-nam-cat.html"


def test_sharepoint_titles_every_page_alike_and_shows_today_in_its_header(portals: SamplePortals) -> None:
    url = portals.truth("anphu")[0]["url"]
    page = tree(url)
    assert words(page.xpath("//title")[0]) == "Trang thông tin điện tử Huyện An Phú"
    assert page.get("lang") == "en-us"
    assert page.xpath("//span[@id='ctl00_lblNgay']/text()") == ["Chủ nhật, ngày 22 tháng 11 năm 2026"]
    assert words(page.xpath("//table[@id='tableforprint']//p[@class='Title']")[0]) == "Những ngày cuối cùng ở trụ sở huyện"
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
def test_sharepoint_prints_dates_in_many_shapes(portals: SamplePortals, number: int, printed: str) -> None:
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


def test_an_edit_shows_at_the_old_address(portals: SamplePortals) -> None:
    portal = portals["anphu"]
    url = urljoin(portal.url, portal.address(portal.find(1203)))
    portal.edit(1203, title="Tiêu đề đã sửa", paragraphs=["Đoạn một.", "Đoạn hai."])
    shown = words(tree(url))
    assert "Tiêu đề đã sửa" in shown
    assert "chủ công" not in shown
    assert next(row for row in portals.truth("anphu") if row["url"] == url)["body_text"] == "Đoạn một.\nĐoạn hai."


@pytest.mark.parametrize("key", FAMILIES)
def test_a_removed_article_answers_404_and_leaves_listings_and_feeds(portals: SamplePortals, key: str) -> None:
    row = portals.truth(key)[0]
    portals[key].remove(portals[key].stories[0].slug)
    assert ask(row["url"]).status == 404
    for listing in portals[key].listings():
        body = ask(listing["url"]).body
        assert row["title"].encode() not in (gzip.decompress(body) if listing["url"].endswith(".gz") else body)


@pytest.mark.parametrize(("key", "feed"), [("songmai", "rss/"), ("thachlam", "feed"), ("anphu", "rss/atom.aspx")])
def test_an_added_article_appears_in_listing_feed_and_truth(portals: SamplePortals, key: str, feed: str) -> None:
    story = portals[key].add("Tin mới thêm vào", published=NOON, text="Một đoạn.\n\n!figure Chú thích", lead="Tóm tắt tin.")
    address = urljoin(portals.urls[key], portals[key].address(story))
    assert address in ask(portals.urls[key] + feed).text
    assert address in reached(portals[key].listings()[0]["url"], "//none/@href")
    assert portals.truth(key)[0]["url"] == address
    assert "Một đoạn." in words(tree(address))


def test_an_answer_put_in_place_lasts_as_often_as_told(portals: SamplePortals) -> None:
    url = portals.truth("songmai")[0]["url"]
    portals["songmai"].answer(urlsplit(url).path, status=429, headers={"Retry-After": "60"}, body=b"cham lai", times=2)
    assert [(reply.status, reply.headers["Retry-After"]) for reply in (ask(url), ask(url))] == [(429, "60")] * 2
    assert ask(url).status == 200


def test_a_star_stands_for_every_path_until_healed(portals: SamplePortals) -> None:
    portals["anphu"].answer("*", status=503)
    assert ask(portals.urls["anphu"]).status == 503
    assert ask(portals.urls["thachlam"]).status == 200
    portals["anphu"].heal()
    assert ask(portals.urls["anphu"]).status == 200


def test_a_cut_answer_announces_more_than_it_sends(portals: SamplePortals) -> None:
    portals["songmai"].cut("/", after_bytes=100)
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(portals.urls["songmai"])
    assert len(caught.value.partial) == 100


def test_a_dripping_answer_arrives_whole_and_takes_its_time(portals: SamplePortals) -> None:
    portals["anphu"].lie("/nho", {}, body=b"0123456789")
    portals["anphu"].drip("/robots.txt", seconds_per_byte=0.002)
    whole = ask(portals.urls["anphu"] + "robots.txt").text
    assert whole.endswith("sitemap.xml.gz\r\n")
    assert ask(portals.urls["anphu"] + "nho").body == b"0123456789"


def test_lies_change_headers_and_leave_the_body(portals: SamplePortals) -> None:
    honest = ask(portals.urls["anphu"] + "rss/tin-moi.aspx")
    portals["anphu"].lie("/rss/tin-moi.aspx", {"content-type": "text/html; charset=windows-1258", "Content-Length": "10"})
    lying = ask(portals.urls["anphu"] + "rss/tin-moi.aspx")
    assert lying.headers["Content-Type"] == "text/html; charset=windows-1258"
    assert lying.body == honest.body[:10]


def test_requests_are_recorded_in_order_with_what_was_asked_and_answered(portals: SamplePortals) -> None:
    root = portals.urls["songmai"]
    ask(root + "rss/?x=1", User_Agent="thu-nghiem")
    ask(root + "thong-bao/khong-co-9999.html", method="HEAD")
    seen = portals["songmai"].requests
    assert [(each.method, each.path, each.status) for each in seen] == [("GET", "/rss/?x=1", 200), ("HEAD", "/thong-bao/khong-co-9999.html", 404)]
    assert seen[0].headers["user-agent"] == "thu-nghiem"
    assert seen[0].at < seen[1].at


def test_one_connection_carries_many_requests(portals: SamplePortals) -> None:
    connection = http.client.HTTPConnection(urlsplit(portals.urls["anphu"]).netloc, timeout=5)
    for _ in range(3):
        connection.request("GET", "/robots.txt")
        answer = connection.getresponse()
        assert answer.read().startswith(b"User-agent")
        assert not answer.will_close
    connection.close()


def _ask_on(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/robots.txt")
    connection.getresponse()


def test_a_closed_portal_answers_no_more_even_on_an_open_connection() -> None:
    with SamplePortals() as running:
        connection = http.client.HTTPConnection(urlsplit(running.urls["anphu"]).netloc, timeout=5)
        connection.request("GET", "/robots.txt")
        connection.getresponse().read()
    with pytest.raises(ConnectionError):  # where the client notices it, on sending or on reading, is the system's choice
        _ask_on(connection)
    connection.close()


def test_a_taken_port_is_told_in_one_line(portals: SamplePortals) -> None:
    taken = urlsplit(portals.urls["thachlam"]).port
    assert taken is not None
    with pytest.raises(PortBusyError, match=f"^port {taken} for the sample portal thachlam is taken"), SamplePortals(ports=(0, taken, 0)):
        pass


def test_the_command_prints_three_addresses_and_ends_quietly_on_interrupt() -> None:
    with subprocess.Popen([sys.executable, "-m", "portals.sample"], stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        addresses = dict(served.stdout.readline().split() for _ in FAMILIES)
        assert list(addresses) == ["songmai", "thachlam", "anphu"]
        assert ask(addresses["anphu"]).status == 200
        served.send_signal(signal.SIGINT)
        assert served.wait(timeout=5) == 0


def test_site_files_name_the_portals_as_the_crawler_reads_them(portals: SamplePortals, tmp_path: Path) -> None:
    folder = portals.sites_folder(tmp_path / "sites")
    sites = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.toml")}
    assert {key: site["platform"] for key, site in sites.items()} == {"songmai": "nukeviet", "thachlam": "wordpress", "anphu": "sharepoint-lacviet"}
    assert sites["songmai"]["crawl"] == {"delay": 0.0, "allow_private": True}
    assert sites["anphu"]["publisher"]["level"] == "district"
    assert {row["kind"] for row in sites["anphu"]["listing"]} == {"html", "rss", "atom", "sitemap"}
    for site in sites.values():
        assert all(ask(row["url"]).status == 200 for row in site["listing"])


@pytest.mark.parametrize("name", sorted(documents()))
def test_the_text_of_an_attachment_comes_out_as_written(portals: SamplePortals, name: str) -> None:
    addresses = [address for key in FAMILIES for story in portals[key].stories for n, file in enumerate(story.attachments) if file == name
                 for address in [urljoin(portals.urls[key], portals[key].file_address(story, n))]]  # fmt: skip
    reply = ask(addresses[0])
    assert name in reply.headers["Content-Disposition"]
    if name.endswith(".pdf"):
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(reply.body)).pages)
        assert " ".join(text.split()) == " ".join(documents()[name])
    else:
        assert [paragraph.text for paragraph in docx.Document(io.BytesIO(reply.body)).paragraphs] == list(documents()[name])


def test_documents_are_the_same_bytes_each_time_and_grow_to_many_pages() -> None:
    lines = [f"Dòng thứ {n}: ủy ban nhân dân huyện, Ế Ỗ ỹ." for n in range(120)]
    assert make_pdf(lines) == make_pdf(lines)
    assert make_docx(lines) == make_docx(lines)
    reader = pypdf.PdfReader(io.BytesIO(make_pdf(lines)))
    assert len(reader.pages) == 3
    assert reader.pages[2].extract_text().strip().split("\n")[-1] == lines[-1]


def test_images_of_a_page_are_there(portals: SamplePortals) -> None:
    page_url = urljoin(portals.urls["thachlam"], "van-hoa-xa-hoi/phien-cho-0-dong-o-nam-cat.html")
    images = tree(page_url).xpath("//div[contains(@class,'entry-content')]//img/@src")
    assert len(images) == 1
    reply = ask(urljoin(page_url, images[0]))
    assert (reply.status, reply.headers["Content-Type"]) == (200, "image/svg+xml")
    assert etree.fromstring(reply.body).get("width") == "600"


def test_slugs_fold_the_letters_of_vietnamese() -> None:
    assert slug_of("Đại hội Đảng bộ xã Hòa Trung: 15/17 chỉ tiêu đạt!") == "dai-hoi-dang-bo-xa-hoa-trung-15-17-chi-tieu-dat"


def test_the_notation_tells_blocks_apart() -> None:
    blocks = blocks_of("Một.\n\n# Hai\n\n* ba\n* bốn\n\n| a | b |\n| c | |\n\n!row Năm\n\n~ Sáu")
    assert [block.kind for block in blocks] == ["paragraph", "heading", "list", "table", "image", "credit"]
    assert blocks[2].lines == ("ba", "bốn")
    assert blocks[3].lines == ("a\tb", "c\t")


def test_an_unknown_image_style_is_refused_by_name() -> None:
    with pytest.raises(SampleContentError, match="'figur'"):
        blocks_of("!figur Chú thích")


def test_content_loads_without_a_server() -> None:
    assert load_portals(["anphu"] + [key for key in FAMILIES if key != "anphu"])["anphu"].name == "Trang thông tin điện tử Huyện An Phú"


def test_a_browser_like_client_follows_the_soft_404_home(portals: SamplePortals) -> None:
    with urllib.request.urlopen(portals.urls["songmai"] + "khong-co/", timeout=5) as answer:
        assert answer.url == portals.urls["songmai"]
