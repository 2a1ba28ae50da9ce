"""Where an entry of a feed carries its address, and what its title and date are."""

import pytest

from tests.builders.feed_files import FEED, item, read_feed_body, words

PAGE = "http://mau.example/tin/1.html"
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
ATOM_IN_RSS = "xmlns:atom='http://www.w3.org/2005/Atom'"


def feed(entry: str, attributes: str = ATOM) -> str:
    return f"<feed {attributes}><title>Mẫu</title><entry>{entry}</entry></feed>"


@pytest.mark.parametrize(
    "body",
    [
        feed(f"<id>{PAGE}</id>"),
        feed(f'<link rel="self" href="/api/1"/><id>{PAGE}</id>'),
        feed(f'<link rel="enclosure" href="/1.mp3"/><link rel="Alternate" href="{PAGE}"/>'),
        feed(f'<link rel="http://www.iana.org/assignments/relation/alternate" href="{PAGE}"/>'),
        feed(f"<link>{PAGE}</link>"),
        feed(f'<id>urn:uuid:1</id><content type="text/html" src="{PAGE}"/>'),
        feed(f'<id>bai-1</id><content src="{PAGE}"/>'),
        feed('<link href="1.html"/>', f'{ATOM} xml:base="/tin/"'),
        feed(f'<link href="{PAGE}"/>', 'version="1.0"'),
        feed(f'<link href="{PAGE}"/>', 'version="0.3" xmlns="http://purl.org/atom/ns#"'),
        feed(f'<link href="{PAGE}"/>').replace("<", "<a:").replace("<a:/", "</a:"),
        item(f"<guid>{PAGE}</guid>"),
        item(f"<guid isPermaLink=' True '>\n{PAGE}\n</guid>"),
        item("<guid>tin/1.html</guid>").replace("<item>", "<link>http://mau.example/</link><item>"),
        item(f"<link></link><guid isPermaLink='false'>{PAGE}</guid>"),
        item(f"<link/><id>{PAGE}</id>"),
        item(f"<link href='{PAGE}'/>"),
        item(f"<atom:link href='{PAGE}' {ATOM_IN_RSS}/>"),
        item(f"<atom:link rel='self' href='/api' {ATOM_IN_RSS}/><guid>{PAGE}</guid>"),
        item(f"<atom:link href='{PAGE}'/>"),
        item(f"<link>\n <![CDATA[\n {PAGE}\n ]]>\n</link>"),
        item("<link>http://mau.example/tin/\n1.html</link>"),
        item(f"<link> </link><link>{PAGE}</link>"),
        item("<link>//mau.example/tin/1.html</link>"),
        item("<link>mau.example/tin/1.html</link>"),
        item(f"<link>{PAGE}?utm_source=rss&amp;utm_medium=feed</link>"),
        item(
            f"<link>http://proxy.example/~r/1</link><f:origLink "
            f"xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'>{PAGE}</f:origLink>"
        ),
        item(f"<link>{PAGE}</link>").upper().replace("HTTP://MAU.EXAMPLE/TIN/1.HTML", PAGE),
        item(f"<link>{PAGE}</link>").replace("<rss ", f"<rss {ATOM} "),
        item(f"<link>{PAGE}</link>").replace("<", "<r:").replace("<r:/", "</r:"),
        item(f"<link>http://proxy.example/~r/1</link><guid>{PAGE}</guid>"),
        item(f"<guid isPermaLink='true'>{PAGE}</guid><link>http://khac.example/tin</link>"),
        item(f"<link>{PAGE}</link><guid>http://mau.example/?p=1</guid>"),
        item(f"<link>http://mau.example/</link><guid>{PAGE}</guid>"),
        f"<channel><item><link>{PAGE}</link></item></channel>",
    ],
)
def test_an_entry_names_its_article(body: str) -> None:
    reading = read_feed_body(body)
    assert [link.url for link in reading.links] == [PAGE]
    assert reading.notes == ()


def test_a_host_is_no_path_even_with_www() -> None:
    reading = read_feed_body(item("<link>www.mau.example/a</link>"))
    assert [link.url for link in reading.links] == ["http://www.mau.example/a"]


@pytest.mark.parametrize(
    "body",
    [
        item("<guid isPermaLink='false'>news_12</guid>"),
        item("<guid isPermaLink='false'>/tin/1.html</guid>"),
        item("<enclosure url='/1.mp3' type='audio/mpeg'/>"),
        item("<enclosure url='/1.mp3' type='audio/mpeg'/><guid>tap-1</guid>"),
        item("<m:content xmlns:m='http://search.yahoo.com/mrss/' url='/1.jpg'/>"),
        item("<source url='/rss/'>Báo</source><comments>/tin/1.html#y-kien</comments>"),
        feed("<id>tag:mau.example,2026:1</id>"),
        feed("<id>bai-1</id>"),
        feed('<id>urn:uuid:1</id><content type="image/png" src="/1.png"/>'),
        feed('<link rel="self" href="/api/1"/><id>urn:uuid:1</id>'),
        feed('<link rel="related" href="/1"/><link rel="edit" href="/2"/>'),
    ],
)
def test_what_is_not_the_address_of_an_article_is_none(body: str) -> None:
    reading = read_feed_body(body)
    assert reading.links == ()
    assert words(reading) == ["feed-item-without-address"]


@pytest.mark.parametrize(
    ("channel", "url"),
    [
        ("http://mau.example/", "http://mau.example/tin/1.html"),
        ("<![CDATA[ /muc/index.html ]]>", "http://mau.example/muc/tin/1.html"),
        # Another host's, an odd one, none: what the feed's own address says.
        ("http://khac.example/", "http://mau.example/rss/tin/1.html"),
        ("mailto:a@mau.example", "http://mau.example/rss/tin/1.html"),
        ("", "http://mau.example/rss/tin/1.html"),
    ],
)
def test_a_relative_link_is_relative_to_the_channels_link(channel: str, url: str) -> None:
    head = f"<image><link>http://anh.example/</link></image><link>{channel}</link>"
    body = item("<link>tin/1.html</link>").replace("<item>", f"{head}<item>")
    assert [link.url for link in read_feed_body(body).links] == [url]


def test_the_channels_link_keeps_the_port_of_the_feed() -> None:
    body = item("<link>1</link>").replace("<item>", "<link>http://mau.example/tin/</link><item>")
    (link,) = read_feed_body(body, "http://mau.example:8081/rss/").links
    assert link.url == "http://mau.example:8081/tin/1"


@pytest.mark.parametrize(
    "inside",
    [
        "<pubdate>Tue, 12 May 2026 08:30:00 +0700</pubdate>",
        "<d:date xmlns:d='http://purl.org/dc/elements/1.1/'>2026-05-12</d:date>",
        "<dc:date>2026-05-12</dc:date>",  # declared nowhere
        "<dc:date xmlns:dc='http://purl.org/metadata/dublin_core#'>2026-05-12</dc:date>",
        "<t:issued xmlns:t='http://purl.org/dc/terms/'>2026-05-12</t:issued>",
        f"<atom:published {ATOM_IN_RSS}>2026-05-12T08:30:00+07:00</atom:published>",
    ],
)
def test_an_item_tells_its_day_in_any_of_these_fields(inside: str) -> None:
    (link,) = read_feed_body(item(f"<link>/1</link>{inside}")).links
    assert link.published is not None
    assert link.published.on.isoformat() == "2026-05-12"


@pytest.mark.parametrize(
    "body",
    [
        item(f"<link>/1</link><atom:updated {ATOM_IN_RSS}>2026-05-12T08:30:00Z</atom:updated>"),
        item("<link>/1</link><dcterms:modified>2026-05-12</dcterms:modified>"),
        feed("<link href='/1'/><updated>2026-05-12T08:30:00Z</updated>"),
        feed("<link href='/1'/><modified>2026-05-12T08:30:00Z</modified>", 'version="0.3"'),
    ],
)
def test_the_time_of_an_edit_is_no_publication(body: str) -> None:
    (link,) = read_feed_body(body).links
    assert link.published is None


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("<m:title xmlns:m='http://search.yahoo.com/mrss/'>Ảnh</m:title><title>Họp</title>", "Họp"),
        ("<dc:title>Họp</dc:title>", "Họp"),
        ("<title>Há»\u008dp giao ban xÃ£</title>", "Họp giao ban xã"),
        ("<title>H&#225;&#187;&#141;p giao ban x&#195;&#163;</title>", "Họp giao ban xã"),
        ("<title></title>", None),
    ],
)
def test_a_title_is_the_items_own_and_readable(inside: str, title: str | None) -> None:
    (link,) = read_feed_body(item(f"<link>/1</link>{inside}")).links
    assert link.title == title


def test_a_base_that_is_no_address_is_not_used() -> None:
    for base in ("http://[", "mailto:a@mau.example", "javascript:1"):
        (link,) = read_feed_body(feed("<link href='1'/>", f'{ATOM} xml:base="{base}"')).links
        assert link.url == f"{FEED}1"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ('<title mode="base64">SOG7jXAgPGI+eMOjPC9iPg==</title>', "Họp xã"),
        ('<title mode="base64">SOG7jXAgPGI+eMOjPC9iPg</title>', "Họp xã"),
        ('<title type="application/octet-stream">SOG7jXAgPGI+eMOjPC9iPg==</title>', "Họp xã"),
        ('<title mode="base64">Họp</title>', None),
        ('<title mode="escaped">Họp &lt;b&gt;xã&lt;/b&gt;</title>', "Họp xã"),
        ("<title>Họp &lt;b&gt;xã&lt;/b&gt;</title>", "Họp <b>xã</b>"),
    ],
)
def test_an_atom_title_is_read_as_its_coding_says(title: str, expected: str | None) -> None:
    (link,) = read_feed_body(feed(f"<link href='/1'/>{title}", 'version="0.3"')).links
    assert link.title == expected
