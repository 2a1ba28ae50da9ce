"""Sitemaps: the addresses and edit times that they name, no others, and whether they name all."""

import gzip
import time
from datetime import UTC, date, datetime

import pytest

from pipelines.read.listing.sitemaps import read_sitemap
from pipelines.read.reading import Dated
from tests.builders.feed_files import AT, ZONE, read_sitemap_body, urlset, words


def test_a_nukeviet_index_names_sitemaps() -> None:
    body = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>http://mau.example/sitemap-vi.news.xml</loc></sitemap></sitemapindex>'
    reading = read_sitemap_body(body)
    assert (reading.kind, reading.complete) == ("sitemap", True)
    assert [(link.url, link.kind) for link in reading.links] == [
        ("http://mau.example/sitemap-vi.news.xml", "sitemap")
    ]


@pytest.mark.parametrize(
    ("lastmod", "edited_at"),
    [
        ("2020-07-10T08:43:00+07:00", datetime(2020, 7, 10, 1, 43, tzinfo=UTC)),
        # Midnight of that day, on the portal's clock.
        (
            "2020-07-10",
            datetime(2020, 7, 9, 17, tzinfo=UTC),
        ),
        ("gestern", None),
        ("", None),
    ],
)
def test_a_lastmod_is_an_edit_and_no_publication(lastmod: str, edited_at: datetime | None) -> None:
    reading = read_sitemap_body(
        urlset(f"<url><loc>http://mau.example/a</loc><lastmod>{lastmod}</lastmod></url>")
    )
    assert (reading.kind, reading.complete, reading.notes) == ("sitemap", True, ())
    assert reading.links[0].kind == "article"
    assert reading.links[0].published is None
    assert reading.links[0].edited_at == edited_at


def test_the_parts_of_an_index_tell_when_they_were_edited() -> None:
    index = b"<sitemapindex><sitemap><loc>http://mau.example/sitemap-1.xml</loc><lastmod>2020-07-10T08:43:00Z</lastmod></sitemap></sitemapindex>"
    assert [(link.kind, link.edited_at) for link in read_sitemap_body(index).links] == [
        ("sitemap", datetime(2020, 7, 10, 8, 43, tzinfo=UTC))
    ]


def test_a_news_sitemap_tells_day_and_title_and_its_pictures_are_no_pages() -> None:
    body = urlset(
        """<url><loc>http://mau.example/a</loc>
        <image:image xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><image:loc>http://mau.example/a.jpg</image:loc></image:image>
        <n:news xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><n:publication_date>2020-07-10</n:publication_date>
        <n:title>Họp &amp; bàn</n:title></n:news></url>"""
    )
    (link,) = read_sitemap_body(body).links
    assert (link.url, link.title) == ("http://mau.example/a", "Họp & bàn")
    assert link.published == Dated(date(2020, 7, 10), None, "day", "sitemap", "2020-07-10")


def test_addresses_of_other_hosts_are_kept_for_the_caller_to_judge() -> None:
    assert (
        read_sitemap_body(urlset("<url><loc>http://khac.example/a</loc></url>")).links[0].url
        == "http://khac.example/a"
    )


@pytest.mark.parametrize(
    ("count", "complete"),
    [
        (0, False),
        (1, True),
        (499, True),
        (500, False),
        (1_000, False),
        (1_001, True),
        (2_000, False),
    ],
)
def test_a_sitemap_of_a_round_number_may_have_been_cut(count: int, complete: bool) -> None:
    body = urlset(
        "".join(f"<url><loc>http://mau.example/{number}</loc></url>" for number in range(count))
    )
    reading = read_sitemap_body(body)
    assert len(reading.links) == count
    assert reading.complete is complete


def test_a_plain_list_of_addresses_is_a_sitemap() -> None:
    reading = read_sitemap_body(
        "\ufeff# bản đồ\r\nhttp://mau.example/a\r\n\r\nhttp://mau.example/b \r\n"
    )
    assert [link.url for link in reading.links] == ["http://mau.example/a", "http://mau.example/b"]
    assert reading.complete


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"User-agent: *\nDisallow:\n",
        b"http://mau.example/a is gone",
        b"\xff\xd8\xff\xe0",
        b"<html><body>404</body></html>",
        b"<rss/>",
    ],
)
def test_what_is_no_sitemap_is_none(body: bytes) -> None:
    assert read_sitemap(body, "http://mau.example/sitemap.xml", zone=ZONE, fetched_at=AT) is None


def test_a_gzipped_sitemap_is_read_and_a_torn_one_is_told() -> None:
    packed = gzip.compress(
        urlset(
            "".join(f"<url><loc>http://mau.example/{number}</loc></url>" for number in range(300))
        ).encode()
    )
    assert len(read_sitemap_body(packed).links) == 300
    torn = read_sitemap_body(packed[: len(packed) // 2])
    assert (torn.links, torn.complete, words(torn)) == ((), False, ["sitemap-unreadable"])


def test_a_gzip_bomb_is_told() -> None:
    began = time.process_time()
    reading = read_sitemap_body(gzip.compress(b"<urlset>" + b" " * 300_000_000, compresslevel=1))
    assert words(reading) == ["sitemap-unreadable"]
    assert time.process_time() - began < 10


def test_a_million_addresses_end_at_fifty_thousand() -> None:
    began = time.process_time()
    reading = read_sitemap_body(
        urlset(
            "".join(
                f"<url><loc>http://m.example/{number}</loc></url>" for number in range(1_000_000)
            )
        )
    )
    assert time.process_time() - began < 10
    assert len(reading.links) == 50_000
    assert (reading.complete, words(reading)) == (False, ["sitemap-too-large"])


def test_a_news_date_that_has_not_come_is_told_and_not_taken() -> None:
    news = (
        "<news:news><news:publication_date>2027-11-20</news:publication_date>"
        "<news:title>Hội xuân</news:title></news:news>"
    )
    body = urlset(f"<url><loc>http://mau.example/a</loc>{news}</url>").replace(
        "<urlset ", '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    )
    reading = read_sitemap_body(body)
    assert reading.links[0].published is None
    assert [note.kind for note in reading.notes] == ["sitemap-date-unread"]
