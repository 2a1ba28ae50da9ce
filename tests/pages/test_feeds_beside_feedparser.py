"""Beside feedparser on its own test files: Loa reads nearly all addresses, titles and dates too.

Nothing of feedparser is in the project. To run this, unpack feedparser's source distribution (`pip
download --no-binary :all: feedparser`), name its folder in $FEEDPARSER_SDIST, and install
feedparser beside Loa.
"""

import html
import os
import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.listing.feeds import read_feed
from pipelines.read.reading import Link

ADDRESS = "http://example.com/feed/x.xml"
# Its tests of RSS, RDF and Atom; the others ask for what Loa does not read, such as CDF.
FOLDERS = ("rss", "rdf", "atom", "atom10", "base", "lang", "namespace", "node_precedence", "xml")
ENTRY = re.compile(rb"<((?:\w+:)?)(item|entry)(?:\s[^>]*)?>")
LEAST = 0.98


def files() -> list[Path]:
    folder = os.environ.get("FEEDPARSER_SDIST")
    if folder is None:
        pytest.skip("$FEEDPARSER_SDIST names no source distribution of feedparser")
    tests = Path(folder, "tests", "wellformed")
    found = [path for name in FOLDERS for path in sorted((tests / name).glob("*.xml"))]
    found = [path for path in found if not path.name.startswith("cdf_")]
    assert found, f"{tests} holds no test files of feedparser"
    return found


def with_address(body: bytes) -> bytes:
    """The file with an address in its first entry, for those that test only a title or a date."""

    def linked(match: re.Match[bytes]) -> bytes:
        name = b"%slink" % match[1]
        address = b"http://example.com/inserted"
        if match[2] == b"entry":
            return match[0] + b'<%s href="%s"/>' % (name, address)
        return match[0] + b"<%s>%s</%s>" % (name, address, name)

    return ENTRY.sub(linked, body, count=1)


def entries_by(feedparser: Any, body: bytes) -> list[dict[str, Any]]:
    parsed = feedparser.parse(body, response_headers={"content-location": ADDRESS})
    return [dict(entry) for entry in parsed.entries]


def titles(title: str) -> set[str]:
    """A title as feedparser gives it, and as plain text: Loa keeps no tags."""
    both = (title, html.unescape(re.sub(r"<[^>]+>", "", title)))
    return {unicodedata.normalize("NFC", " ".join(text.split())) for text in both}


def count(body: bytes, entries: list[dict[str, Any]], counts: Counter[str]) -> list[str]:
    """Count the fields that feedparser and Loa read; returns what Loa does not read."""
    reading = read_feed(
        body, ADDRESS, zone=ZoneInfo("UTC"), fetched_at=datetime(2030, 1, 1, tzinfo=UTC)
    )
    by_address = {link.url: link for link in reading.links} if reading else {}
    missing = []
    for entry in entries:
        link = by_address.get(canonical_url(entry.get("link") or "", ADDRESS) or "")
        for name, same in (
            ("address", link is not None),
            ("title", link is not None and link.title in titles(entry.get("title") or "")),
            ("published_parsed", link is not None and same_date(link, entry)),
        ):
            if entry.get("link" if name == "address" else name):
                counts[name] += 1
                counts[f"{name} of Loa"] += same
                if not same:
                    missing.append(f"{name}: {entry.get(name, entry['link'])!r}, Loa: {link}")
    return missing


def same_date(link: Link, entry: dict[str, Any]) -> bool:
    parsed = entry.get("published_parsed")
    if link.published is None or parsed is None:
        return False
    at = datetime(*parsed[:6]).replace(tzinfo=UTC)
    return at == link.published.at or (link.published.at is None and at.date() == link.published.on)


def test_loa_reads_nearly_all_that_feedparser_reads() -> None:
    tests = files()
    feedparser = pytest.importorskip("feedparser", reason="feedparser is not installed beside Loa")
    counts: Counter[str] = Counter()
    missing: list[str] = []
    for path in tests:
        body = path.read_bytes()
        entries = entries_by(feedparser, body)
        if entries and not any(entry.get("link") for entry in entries):
            body = with_address(body)
            entries = entries_by(feedparser, body)
        linked = [entry for entry in entries if entry.get("link")]
        missing += [f"{path.parent.name}/{path.name} {one}" for one in count(body, linked, counts)]
    told = "\n".join([*missing, *(f"{name}: {number}" for name, number in counts.items())])
    print(told)
    fields = ("address", "title", "published_parsed")
    assert all(counts[name] for name in fields), told
    read = sum(counts[f"{name} of Loa"] for name in fields)
    assert read >= LEAST * sum(counts[name] for name in fields), told
