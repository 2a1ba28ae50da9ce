"""Second addresses of one article: what all of them share by the family's rule, and what is done where that rule gives one page's articles the same."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from pipelines.keep.issues.acceptances import open_unless_accepted
from pipelines.keep.issues.issues import Issue, close_issue, open_at_address
from pipelines.outcomes import IssueKind
from pipelines.read.addresses.family_rules import link_identity
from pipelines.read.reading import Link
from portals.platform import Platform

# One article's addresses end alike, but for a title that was edited since: so many endings on one page are of as many articles.
MANY = 3


def identities_of(
    links: Iterable[Link], known: Mapping[str, sqlite3.Row], platform: Platform
) -> dict[str, str]:
    """The identity of each article's address that has one: as it is kept, else by the rule. By the rule alone where what is kept cannot be true any more."""
    urls = [link.url for link in links if link.kind == "article"]
    kept = {
        url: row["identity"]
        for url in urls
        if (row := known.get(url)) is not None and row["reason"] != "same-article"
    }
    identities = {url: kept[url] if url in kept else link_identity(url, platform) for url in urls}
    if too_wide(_without_none(identities)):
        identities = {url: link_identity(url, platform) for url in urls}
    return _without_none(identities)


def _without_none(identities: Mapping[str, str | None]) -> dict[str, str]:
    return {url: identity for url, identity in identities.items() if identity is not None}


def too_wide(identities: Mapping[str, str]) -> frozenset[str]:
    """What one page's addresses of many articles have in common. It is no identity: no address is a second one because of it."""
    endings: defaultdict[str, set[str]] = defaultdict(set)
    for url, identity in identities.items():
        endings[identity].add(_ending(url))
    return frozenset(identity for identity, found in endings.items() if len(found) >= MANY)


def _ending(url: str) -> str:
    """The last part of an address's path, without what kind of file it pretends to be."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2].partition(".")[0].lower()


def is_second(db: sqlite3.Connection, site: str, identity: str) -> bool:
    """Whether an article with this identity is known under an address that is asked for."""
    return (
        db.execute(
            "select 1 from pages where site = ? and identity = ? and state <> 'refused'",
            (site, identity),
        ).fetchone()
        is not None
    )


def tell_too_wide(
    db: sqlite3.Connection,
    site: str,
    page: int,
    found: frozenset[str],
    platform: Platform,
    at: datetime,
) -> None:
    """Tells a person, once, of a page whose articles share an identity, and closes that when they share none any more."""
    url = db.execute("select url from pages where id = ?", (page,)).fetchone()["url"]
    if not found:
        for issue in open_at_address(db, site, url):
            if issue.kind == IssueKind.IDENTITY_TOO_WIDE:
                close_issue(db, issue, at)
        return
    detail = f"{url}: by the rule `identity` of {platform.key} many of its articles are one, {min(found)!r}; all of them are asked for"
    open_unless_accepted(db, Issue(IssueKind.IDENTITY_TOO_WIDE, detail, site, url), at, per="site")
