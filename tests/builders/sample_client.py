"""A plain client of the sample portals, and the words and links of the pages that it gets."""

import http.client
import unicodedata
from datetime import datetime, timedelta, timezone
from urllib.parse import urljoin, urlsplit

from lxml import html

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=7)))


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
            method,
            parts.path + (f"?{parts.query}" if parts.query else ""),
            headers={name.replace("_", "-"): value for name, value in headers.items()},
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
