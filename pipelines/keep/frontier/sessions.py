"""Sessions in addresses: a page under a new token is the page that is known under an old one.

`canonical_url` drops session parameters of known names everywhere. One of another name shows
itself: three or more paths on one page carry the same token, and the frontier has these addresses
with another.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from sqlite3 import Connection
from urllib.parse import urlsplit

from pipelines.read.addresses.canonical import without_parameters
from pipelines.read.listing.listing_digest import listed_names
from pipelines.read.reading import Link, Reading
from portals.platform import Platform

# Sixteen letters and digits, or a clock's ten digits: no word, no day, no short number.
TOKEN = re.compile(r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[0-9A-Za-z]{16,}|\d{10,}")
LEAST_PATHS = 3  # of one page that carry a token; one path's long value may be an article's key


def under_known_tokens(db: Connection, site: str, reading: Reading, platform: Platform) -> Reading:
    """The reading, with known addresses for links to pages that the frontier knows under another
    token.
    """
    urls = [link.url for link in reading.links]
    names = session_names(urls)
    if not names:
        return reading
    known = {
        url: found
        for url in (*urls, reading.next_page or "")
        if (bare := _without(url, names)) != url and (found := _known(db, site, url, bare, names))
    }
    if not known:
        return reading
    links = tuple(dict.fromkeys(_at(link, known) for link in reading.links))
    return replace(
        reading,
        links=links,
        names=reading.names and listed_names(links, platform),
        next_page=known.get(reading.next_page or "", reading.next_page),
    )


def session_names(urls: Iterable[str]) -> frozenset[str]:
    """The parameters that have one and the same token in all of these addresses that have them."""
    values: defaultdict[str, set[str]] = defaultdict(set)
    paths: defaultdict[str, set[str]] = defaultdict(set)
    for url in urls:
        if "?" in url:
            parts = urlsplit(url)
            for parameter in parts.query.split("&"):
                name, _, value = parameter.partition("=")
                values[name].add(value)
                paths[name].add(parts.path)
    return frozenset(
        name
        for name, its in paths.items()
        if len(its) >= LEAST_PATHS
        and len(values[name]) == 1
        and all(map(TOKEN.fullmatch, values[name]))
    )


def _at(link: Link, known: Mapping[str, str]) -> Link:
    return replace(link, url=known[link.url]) if link.url in known else link


def _known(db: Connection, site: str, url: str, bare: str, names: Collection[str]) -> str | None:
    """The first known address of the same page; None if there is none, or it is this one."""
    path = url.partition("?")[0]
    rows = db.execute(
        """select id, url from pages where site = :site and url = :path
        union all
        select id, url from pages where site = :site and url > :path || '?' and url < :path || '@'
        order by id""",  # "@" follows "?"; an "or" would read all pages of the site
        {"site": site, "path": path},
    )
    same = (row["url"] for row in rows if _without(row["url"], names) == bare)
    found = next(same, None)
    return None if found == url else found


def _without(url: str, names: Collection[str]) -> str:
    """An address without the tokens of these parameters."""

    def holds_token(parameter: str) -> bool:
        name, _, value = parameter.partition("=")
        return name in names and TOKEN.fullmatch(value) is not None

    return without_parameters(url, holds_token)
