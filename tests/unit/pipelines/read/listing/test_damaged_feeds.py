"""Feeds and sitemaps with something around them, or broken inside: what can be read is read."""

import pytest

from tests.builders.feed_files import read_feed_body, read_sitemap_body, urlset, words

WARNING = (
    "<br />\n<b>Warning</b>:  Undefined variable $x in <b>rss.php</b> on line <b>12</b><br />\n"
)


def item(number: int, extra: str = "", title: str = "Tin") -> str:
    return (
        f"<item><title>{title} {number}</title><link>/tin/{number}</link>{extra}"
        "<pubDate>Tue, 12 May 2026 08:30:00 +0700</pubDate></item>"
    )


def rss(inside: str, declaration: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f"{declaration}<rss version='2.0'><channel><title>x</title>{inside}</channel></rss>"


def listed(body: str | bytes) -> list[tuple[str, str | None, str]]:
    """Path, title and day of each link."""
    return [
        (
            link.url.removeprefix("http://mau.example/tin/"),
            link.title,
            link.published.on.isoformat() if link.published else "",
        )
        for link in read_feed_body(body).links
    ]


def named(*numbers: int) -> list[tuple[str, str | None, str]]:
    return [(str(number), f"Tin {number}", "2026-05-12") for number in numbers]


TWO = rss(item(1) + item(2))


@pytest.mark.parametrize(
    "body",
    [
        WARNING + TWO,
        WARNING * 60 + TWO,
        TWO + WARNING,
        rss(item(1) + WARNING + item(2)),
        "\n\n  \n" + TWO,
        "\ufeff\ufeff\n" + TWO,
        "Thông báo: cổng đổi địa chỉ.\n" + TWO,
        "<!-- x --><script>var a = '<b>';</script>" + TWO,
        "<html><body><p>Bảo trì</p></body></html>\n" + TWO,
        TWO + "<!-- cached --><script>if (1 < 2) x();</script>",
        TWO.replace("?>", ">", 1),
        TWO.replace("?>", "?>" + '<?xml version="1.0"?>', 1),
        TWO.replace("<", "&lt;").replace(">", "&gt;"),
        '<?xml version="1.0"?>\n<string xmlns="http://tempuri.org/">'
        + TWO.replace("<", "&lt;").replace(">", "&gt;")
        + "</string>",
        "<html><head></head><body><pre>"
        + TWO.replace("<", "&lt;").replace(">", "&gt;")
        + "</pre></body></html>",
        rss("<!-- " + item(0, "<x><![CDATA[y]]></x>") + " -->" + item(1) + item(2)),
        rss(item(1, "<x>\x08\x0c&#x1;</x>") + item(2)),
        rss(item(1, "<k:x k:y='1'>declared nowhere</k:x>") + item(2)),
        rss(item(1) + item(2, "<!-- a -- b -->")),
        TWO.encode("utf-16-le"),
        TWO.encode("utf-32"),
    ],
)
def test_what_stands_around_a_feed_takes_nothing_away(body: str | bytes) -> None:
    assert listed(body) == named(1, 2)
    assert read_feed_body(body).notes == ()


@pytest.mark.parametrize(
    "second",
    [
        item(2, "<description><b>abc</description>"),
        item(2, "<description>abc</p></description>"),
        item(2, "<description><p>a<br>b<img src='x'></p></description>"),
        item(2).replace("Tin 2", "Tin 2</b>"),
        item(2).replace("</title>", ""),
        item(2).replace("</title>", "</Title>"),
        item(2).replace("<title>", "<title><![CDATA["),
        item(2).replace("</link>", ""),
        item(2).replace("</item>", ""),
        item(2, "<description><![CDATA[ abc </description>"),
        item(2, "<description><![CDATA[ a <![CDATA[ b ]]> c <p> ]]></description>"),
        item(2, "<enclosure url=http://mau.example/a.mp3 length=1 />"),
        item(2, "<enclosure url='a' url='b'/>"),
        item(2, "<!-- never closed"),
        item(2).replace("<title>", "<title><em>"),
    ],
)
def test_a_damaged_item_takes_no_other_with_it_and_is_told(second: str) -> None:
    body = rss(item(1) + second + item(3, "<description><![CDATA[ abc ]]></description>"))
    reading = read_feed_body(body)
    assert listed(body) == named(1, 2, 3)
    assert words(reading) == ["feed-damaged"]
    assert "it shows 3 entries, and 1 of them" in reading.notes[0].detail


def test_an_item_without_a_readable_address_is_counted_among_good_ones() -> None:
    reading = read_feed_body(rss(item(1) + "<item><title>Tin 2</b><lin k>/2</item>" + item(3)))
    assert [link.title for link in reading.links] == ["Tin 1", "Tin 3"]
    assert words(reading) == ["feed-damaged", "feed-item-without-address"]


def test_signs_that_would_be_markup_stay_in_a_title() -> None:
    body = rss(item(1, title="Mưa < 5 mm & gió >") + item(2).replace("</item>", ""))
    assert [title for _, title, _ in listed(body)] == ["Mưa < 5 mm & gió > 1", "Tin 2"]


@pytest.mark.parametrize("cut", ["/tin/3", "/tin/3<", "/tin/3</lin", "<link>", "<title>Tin 3"])
def test_a_cut_feed_gives_no_half_address_and_is_told(cut: str) -> None:
    whole = rss(item(1) + item(2) + item(3))
    reading = read_feed_body(whole[: whole.rindex("/tin/3")].rsplit("<link>", 1)[0] + cut)
    assert [link.url for link in reading.links] == [
        "http://mau.example/tin/1",
        "http://mau.example/tin/2",
    ]
    assert words(reading) == ["feed-damaged", "feed-item-without-address"]
    assert "is cut" in reading.notes[0].detail


def test_a_feed_cut_in_a_text_keeps_the_address_in_front_of_it() -> None:
    whole = rss(item(1) + item(2, "<description>abc"))
    assert [path for path, _, _ in listed(whole[: whole.rindex("abc")])] == ["1", "2"]


@pytest.mark.parametrize(
    ("charset", "label"),
    [("latin-1", "ISO-8859-1"), ("utf-8", "ISO-8859-1"), ("utf-8", "utf-16"), ("utf-16", "UTF-8")],
)
def test_the_bytes_tell_the_charset_where_the_label_lies(charset: str, label: str) -> None:
    body = rss(item(1, title="Tin màu"), f'<?xml version="1.0" encoding="{label}"?>')
    assert [title for _, title, _ in listed(body.encode(charset))] == ["Tin màu 1"]


def test_one_broken_letter_costs_one_letter() -> None:
    body = rss(item(1, title="Ủy ban nhân dân xã Suối Mây họp")).encode()
    broken = body.replace("Ủ".encode(), "Ủ".encode()[:2])
    assert [title for _, title, _ in listed(broken)] == ["\ufffdy ban nhân dân xã Suối Mây họp 1"]


def test_prefixes_declared_on_the_channel_hold_for_its_items_alone() -> None:
    body = rss(item(1, "<q:date>2026</q:date><br>") + item(2)).replace(
        "<channel>", "<channel xmlns:q='http://khac.example/ns'>"
    )
    assert listed(body) == named(1, 2)


def test_a_damaged_atom_feed_is_read_entry_by_entry() -> None:
    entry = "<a:entry><a:title>{0}</a:title><a:link href='/tin/{0}'/>{1}</a:entry>"
    body = (
        "<a:feed xmlns:a='http://www.w3.org/2005/Atom'>"
        + entry.format(1, "<a:content><br></a:content>")
        + entry.format(2, "")
        + "</a:feed>"
    )
    assert [link.url[-1] for link in read_feed_body(body).links] == ["1", "2"]


def url(number: int, extra: str = "") -> str:
    return f"<url><loc>http://mau.example/{number}</loc>{extra}</url>"


@pytest.mark.parametrize(
    "body",
    [
        WARNING + urlset(url(1) + url(2)),
        urlset(url(1) + WARNING + url(2)),
        urlset(url(1) + url(2)) + WARNING,
        urlset(
            url(1) + "\x0c" + url(2, "<image:image><image:loc>/a.jpg</image:loc></image:image>")
        ),
        urlset(url(1) + url(2)).upper().replace("HTTP://MAU.EXAMPLE", "http://mau.example"),
        urlset(url(1) + url(2)).encode("utf-16"),
        urlset(url(1) + url(2)).replace("<", "&lt;").replace(">", "&gt;"),
    ],
)
def test_a_sitemap_a_little_off_the_rules_names_every_page(body: str | bytes) -> None:
    reading = read_sitemap_body(body)
    assert [link.url for link in reading.links] == ["http://mau.example/1", "http://mau.example/2"]
    assert (reading.notes, reading.complete) == ((), True)


@pytest.mark.parametrize("slip", ["<br>", "</p>", "<n:genres>", "<image:loc>/a.jpg"])
def test_a_damaged_news_entry_keeps_its_title_and_day(slip: str) -> None:
    news = (
        f"<n:news>{slip}<n:publication_date>2026-05-12</n:publication_date>"
        "<n:title>Họp giao ban</n:title></n:news>"
    )
    (link,) = read_sitemap_body(urlset(url(1, news))).links
    assert link.published is not None
    assert (link.title, link.published.on.isoformat()) == ("Họp giao ban", "2026-05-12")


def test_what_is_damaged_between_the_entries_is_told_too() -> None:
    reading = read_feed_body(rss(item(1) + "<category>Tin</item>" + item(2)))
    assert (len(reading.links), words(reading)) == (2, ["feed-damaged"])


def test_a_damaged_part_of_a_sitemap_leaves_it_incomplete_and_is_told() -> None:
    reading = read_sitemap_body(urlset(url(1) + url(2).replace("</loc>", "") + url(3)))
    assert [link.url[-1] for link in reading.links] == ["1", "2", "3"]
    assert (reading.complete, words(reading)) == (False, ["sitemap-damaged"])
