"""Feeds and sitemaps in a few words, and their readings: for the tests of both."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pipelines.read.listing.feeds import read_feed
from pipelines.read.listing.sitemaps import read_sitemap
from pipelines.read.reading import Reading

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
FEED = "http://mau.example/rss/"


def read_feed_body(body: str | bytes, url: str = FEED) -> Reading:
    reading = read_feed(
        body.encode() if isinstance(body, str) else body, url, zone=ZONE, fetched_at=AT
    )
    assert reading is not None
    return reading


def read_sitemap_body(body: str | bytes, url: str = "http://mau.example/sitemap.xml") -> Reading:
    reading = read_sitemap(
        body.encode() if isinstance(body, str) else body, url, zone=ZONE, fetched_at=AT
    )
    assert reading is not None
    return reading


def item(inside: str) -> str:
    return f"<rss version='2.0'><channel><item>{inside}</item></channel></rss>"


def urlset(inside: str) -> str:
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}</urlset>'


def words(reading: Reading) -> list[str]:
    return [note.kind for note in reading.notes]
