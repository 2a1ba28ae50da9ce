"""Feeds: the addresses and days that they name, and no others; a hostile feed costs little."""

import gzip
import time
from datetime import UTC, date, datetime

import pytest

from pipelines.read.listing.feeds import read_feed
from pipelines.read.reading import Dated
from tests.builders.feed_files import (
    AT,
    FEED,
    ZONE,
    item,
    read_feed_body,
    read_sitemap_body,
    urlset,
    words,
)

NUKEVIET = """<?xml version="1.0" encoding="utf-8"?>
<?xml-stylesheet type="text/xsl" href="/assets/css/rss.xsl"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
<title>Xã Mẫu</title><link>http://mau.example/</link>
<atom:link href="http://mau.example/rss/" rel="self" type="application/rss+xml" />
<item>
 <title>Họp giao ban&#x3A; th&#xE1;ng 12 &amp; qu&yacute; IV</title>
 <link>http://mau.example/tin-tuc/hop-giao-ban-12.html</link>
 <guid isPermaLink="false">news_12</guid>
 <pubDate>Sun, 27 Dec 2020 06:12:00 GMT</pubDate>
</item>
<item>
 <title><![CDATA[Đường <b>liên thôn</b> &quot;Bờ Hồ&quot; & cầu mới]]></title>
 <link><![CDATA[
   http://mau.example/tin-tuc/duong-lien-thon-13.html
 ]]></link>
 <pubDate>Sun, 27 Dec 2020 18:30:00 GMT</pubDate>
</item>
</channel></rss>"""

WORDPRESS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Thị trấn Mẫu</title>
<atom:link href="http://mau.example/feed" rel="self" type="application/rss+xml" />
<link>http://mau.example:8081</link>
<generator>https://wordpress.org/?v=5.8</generator>
<item><title>Lễ hội &#8211; ngày đầu</title><link>http://mau.example:8081/tin/le-hoi.html</link>
<dc:creator><![CDATA[admin]]></dc:creator><pubDate>Fri, 10 Jul 2020 01:33:00 +0000</pubDate>
<guid isPermaLink="false">http://mau.example:8081/?p=117</guid>
<media:content url="http://mau.example:8081/a.jpg"><media:title>Ảnh</media:title></media:content></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://mau.example/blog/">
<title>Mẫu</title>
<link rel="self" href="atom.xml"/><link rel="next" href="atom.xml?page=2"/>
<entry xml:base="2020/"><title type="html">Cấp &amp;amp; thoát nước</title>
 <link rel="edit" href="sua/1"/><link rel="alternate" type="application/pdf" href="1.pdf"/>
 <link rel="alternate" type="text/html" href="1.html"/>
 <published>2020-07-10T08:33:00+07:00</published><updated>2020-07-12T09:00:00+07:00</updated></entry>
<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Chỉ <b>sửa</b></div></title>
 <link href="2.html"/><updated>2020-07-12T09:00:00+07:00</updated></entry>
</feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="http://mau.example/"><title>Mẫu</title></channel>
<item rdf:about="http://mau.example/a"><title>Một</title><link>http://mau.example/a</link>
 <dc:date>2020-07-10</dc:date></item>
<item rdf:about="http://mau.example/b"><title>Hai</title></item>
</rdf:RDF>"""


def test_a_nukeviet_feed_gives_addresses_titles_and_days_in_the_portals_zone() -> None:
    first, second = read_feed_body(NUKEVIET).links
    assert first.url == "http://mau.example/tin-tuc/hop-giao-ban-12.html"
    assert first.kind == "article"
    assert first.title == "Họp giao ban: tháng 12 & quý IV"
    assert first.published == Dated(
        date(2020, 12, 27),
        datetime(2020, 12, 27, 6, 12, tzinfo=UTC),
        "minute",
        "feed",
        "Sun, 27 Dec 2020 06:12:00 GMT",
    )
    assert second.url == "http://mau.example/tin-tuc/duong-lien-thon-13.html"
    assert second.title == 'Đường liên thôn "Bờ Hồ" & cầu mới'
    assert second.published is not None
    assert second.published.on == date(2020, 12, 28)  # 01:30 in the morning there
    assert read_feed_body(NUKEVIET).notes == ()


def test_a_wordpress_feed_keeps_its_port() -> None:
    reading = read_feed_body(WORDPRESS, "http://mau.example:8081/feed")
    assert [(link.url, link.title) for link in reading.links] == [
        ("http://mau.example:8081/tin/le-hoi.html", "Lễ hội – ngày đầu")
    ]


def test_an_atom_entry_is_published_when_it_says_so_and_never_when_it_was_edited() -> None:
    first, second = read_feed_body(ATOM, "http://mau.example/atom.xml").links
    assert (first.url, first.title) == ("http://mau.example/blog/2020/1.html", "Cấp & thoát nước")
    assert first.published is not None
    assert first.published.at == datetime(2020, 7, 10, 1, 33, tzinfo=UTC)
    assert (second.url, second.title, second.published) == (
        "http://mau.example/blog/2.html",
        "Chỉ sửa",
        None,
    )


def test_an_rdf_feed_takes_the_items_name_where_it_has_no_link() -> None:
    first, second = read_feed_body(RDF).links
    assert (first.url, second.url) == ("http://mau.example/a", "http://mau.example/b")
    assert first.published == Dated(date(2020, 7, 10), None, "day", "feed", "2020-07-10")
    assert second.published is None


JSON = """{"version": "https://jsonfeed.org/version/1.1", "items": [
{"id": "1", "url": "http://mau.example/1", "title": "Một", "content_text": "Thu 1.205 đồng"}]}"""
WITH_TEXT = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel>
<item><title>Một</title><link>http://mau.example/1</link><description>Tóm tắt 3</description>
<content:encoded><![CDATA[<p>Thu 1.205 đồng</p>]]></content:encoded>
<slash:comments>4</slash:comments></item></channel></rss>"""


@pytest.mark.parametrize(
    ("feed", "before", "after"),
    [
        (WITH_TEXT, "1.205", "1.206"),
        (WITH_TEXT, "Tóm tắt 3", "Tóm tắt 4"),
        (ATOM, "<updated>2020-07-12T09:00", "<updated>2020-07-13T10:00"),
        (JSON, "1.205", "1.206"),
    ],
)
def test_all_words_of_an_entry_are_summed(feed: str, before: str, after: str) -> None:
    told, again, edited = (
        [link.told for link in read_feed_body(text).links]
        for text in (feed, feed, feed.replace(before, after))
    )
    assert told == again != edited
    assert all(told)


def test_a_count_of_comments_is_no_word_of_the_entry() -> None:
    more = WITH_TEXT.replace(">4</slash:comments>", ">5</slash:comments>")
    assert read_feed_body(more).links == read_feed_body(WITH_TEXT).links


def test_an_item_without_an_address_is_counted() -> None:
    reading = read_feed_body(
        "<rss><channel><item><title>A</title></item><item><link>javascript:void(0)</link></item><item><link>/c</link></item></channel></rss>"
    )
    assert [link.url for link in reading.links] == ["http://mau.example/c"]
    assert reading.notes[0].kind == "feed-item-without-address"
    assert reading.notes[0].detail.startswith("2 of 3 ")


def test_an_address_named_twice_is_told_once_where_it_first_stood() -> None:
    items = "".join(
        f"<item><title>{title}</title><link>{path}</link></item>"
        for title, path in [("A", "/a"), ("B", "/b"), ("A2", "/a#x")]
    )
    assert [
        (link.url, link.title)
        for link in read_feed_body(f"<rss><channel>{items}</channel></rss>").links
    ] == [
        ("http://mau.example/a", "A"),
        ("http://mau.example/b", "B"),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        "7/10/2020 8:33:00 AM",
        "Mon, 10 Jul 2020 08:33:00 GMT",  # a Friday
        "Mon, 30 Nov -0001 00:00:00 +0000",
        "0001-01-01T00:00:00",
        "Fri, 31 Feb 2020 08:33:00 GMT",
        "Tue, 24 Nov 2026 08:33:00 GMT",  # the day after tomorrow
        "hôm qua",
    ],
)
def test_a_date_that_cannot_be_taken_is_left_out_and_told(raw: str) -> None:
    reading = read_feed_body(item(f"<link>/a</link><pubDate>{raw}</pubDate>"))
    assert reading.links[0].published is None
    assert words(reading) == ["feed-date-unread"]
    assert raw in reading.notes[0].detail


def test_dates_for_people_are_read_in_the_order_that_one_of_them_proves() -> None:
    def days(*raws: str) -> list[date | None]:
        items = "".join(
            f"<item><link>/{number}</link><pubDate>{raw}</pubDate></item>"
            for number, raw in enumerate(raws)
        )
        links = read_feed_body(f"<rss><channel>{items}</channel></rss>").links
        return [link.published.on if link.published else None for link in links]

    assert days("10/07/2020 08:33") == [date(2020, 7, 10)]
    assert days("7/10/2020 8:33:00 AM", "7/31/2020 9:00:00 AM") == [
        date(2020, 7, 10),
        date(2020, 7, 31),
    ]
    assert days("31/07/2020", "07/31/2020", "07/10/2020") == [
        date(2020, 7, 31),
        date(2020, 7, 31),
        None,
    ]


def test_a_second_date_helps_where_the_first_cannot_be_read() -> None:
    body = item(
        "<link>/a</link><pubDate>10/07/2020</pubDate><dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2020-07-10T08:33:00+07:00</dc:date>"
    )
    published = read_feed_body(body).links[0].published
    assert published is not None
    assert published.at == datetime(2020, 7, 10, 1, 33, tzinfo=UTC)


def test_titles_are_composed_and_in_one_line() -> None:
    assert (
        read_feed_body(item("<link>/a</link><title>  Xa\u0303\n Mâ\u0303u </title>")).links[0].title
        == "Xã Mẫu"
    )


@pytest.mark.parametrize(
    "body",
    [
        NUKEVIET.encode("utf-16"),
        b"\xef\xbb\xbf\r\n  " + NUKEVIET.encode(),
        NUKEVIET.replace('"utf-8"', '"utf-16"').encode(),
        NUKEVIET.replace('"utf-8"', '"windows-1258"').encode(),
        NUKEVIET.replace('"utf-8"', '"no-such-charset"').encode(),
        gzip.compress(NUKEVIET.encode()),
    ],
    ids=[
        "utf-16",
        "mark and blanks",
        "labelled utf-16",
        "labelled windows-1258",
        "labelled nonsense",
        "gzip",
    ],
)
def test_a_wrong_label_or_wrapping_loses_no_letter(body: bytes) -> None:
    assert read_feed_body(body).links == read_feed_body(NUKEVIET).links


def test_a_bare_ampersand_and_html_names_lose_no_text() -> None:
    body = item(
        "<link>/a?x=1&y=2</link><title>R&D &ndash; n&ugrave;i &lt;cao&gt; & xa &khongco; "
        "<![CDATA[a & b]]></title>"
    )
    reading = read_feed_body(body)
    assert reading.links[0].url == "http://mau.example/a?x=1&y=2"
    assert reading.links[0].title == "R&D – nùi <cao> & xa &khongco; a & b"
    assert reading.notes == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        (
            b"<!DOCTYPE html><html><head><link rel='alternate' type='application/rss+xml'></head>"
            b"<body>Tin</body></html>"
        ),
        b"{}",
        b"\x1f\x8b\x08torn",
        b"\x00\x01\x02",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<opml/>",
        b"<!-- <rss version='2.0'> --><html><body>Tin</body></html>",
        b"<!-- x -->" * 1_600 + b"<html>",
        urlset("<url><loc>http://mau.example/a</loc></url>").encode(),
    ],
)
def test_what_is_no_feed_is_none(body: bytes) -> None:
    assert read_feed(body, FEED, zone=ZONE, fetched_at=AT) is None


LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(97 + at)} "{f"&{chr(96 + at)};" * 10}">' for at in range(1, 10))
    + "]><rss><channel><item><link>/a</link><title>&j;</title></item></channel></rss>"
)


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS,
        LAUGHS.replace("<rss>", "<rss><!--" + "x" * 50_000 + "-->"),
        '<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        + item("<title>&e;</title><link>/a</link>"),
    ],
    ids=["billion laughs", "the same and more", "external entity"],
)
def test_entities_of_a_documents_own_are_never_put_in_and_are_told(body: str) -> None:
    for sent in (body.encode(), body.encode("utf-16")):
        reading = read_feed_body(sent)
        (link,) = reading.links
        assert (link.url, link.title) == ("http://mau.example/a", None)
        assert words(reading) == ["feed-entities"]
    swapped = body.replace("rss", "urlset").replace("item>", "url>").replace("link>", "loc>")
    reading_of_map = read_sitemap_body(swapped)
    assert [link.url for link in reading_of_map.links] == ["http://mau.example/a"]
    assert words(reading_of_map) == ["sitemap-entities"]
    assert not reading_of_map.complete


def test_entities_behind_a_false_root_are_not_put_in_either() -> None:
    feed = '<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + item(
        "<title>&e;</title><link>/a</link>"
    )
    for ahead in ("<!-- <rss > -->", "<?a <rss > ?>", "<rss >", f"<!--{' ' * 20_000}-->"):
        for link in read_feed_body(f'<?xml version="1.0"?>{ahead}{feed}').links:
            assert link.title in (None, "&e;")


def test_the_entities_of_html_are_no_entities_of_a_documents_own() -> None:
    dtd = (
        '<!DOCTYPE rss [<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml-lat1.ent">]>'
    )
    reading = read_feed_body(dtd + item("<title>X&atilde;&nbsp;M&#7851;u</title><link>/a</link>"))
    assert [(link.url, link.title) for link in reading.links] == [
        ("http://mau.example/a", "Xã Mẫu")
    ]
    assert reading.notes == ()


@pytest.mark.parametrize(
    "body",
    [
        "<rss><channel>" + "<item>" * 100_000,
        "<rss><channel>" + "<item><a>" * 100_000 + "</a></item>" * 100_000 + "</channel></rss>",
        "<rss " + " ".join(f'a{at}="x"' for at in range(80_000)) + "><channel/></rss>",
        "<rss><channel><item><title>" + "x" * 12_000_000 + "</title></item></channel></rss>",
        "<rss><channel>" + "<a/>" * 2_000_000 + "</channel></rss>",
        "<rss><channel><item><title>" + "&" * 10_000_000,
        "<rss><channel><item><title>" + "<![CDATA[" * 200_000,
        "<rss><channel><item><title>" + "<" * 1_000_000,
        "<rss>" + "<!-- " * 500_000,
        "<" + "rss:" * 500_000,
        "<br/>" * 10_000 + "<rss><channel>" + "<item><title>" * 50_000,
        "<rss><channel><item>" + "<title>" * 500_000,
        "<rss><channel><item>" + "<title " + "a=b " * 500_000,
    ],
    ids=[
        "open items",
        "deep",
        "attributes",
        "long text",
        "elements",
        "ampersands",
        "cdata",
        "angles",
        "comments",
        "prefixes",
        "titles without an end",
        "titles in a title",
        "attributes of a damaged item",
    ],
)
def test_a_hostile_feed_takes_no_more_than_a_moment(body: str) -> None:
    began = time.process_time()
    reading = read_feed(body.encode(), FEED, zone=ZONE, fetched_at=AT)
    assert time.process_time() - began < 10
    assert reading is None or reading.links == ()
