"""Second addresses of one article: the family's rule gives all of them the same identity.

A rule that gives the articles of one page the same identity is too wide and is not believed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from sqlite3 import Connection
from urllib.parse import urlsplit

from pipelines.keep.database.rows import first_value
from pipelines.keep.frontier.page import Page
from pipelines.keep.issues.acceptances import open_unless_accepted
from pipelines.keep.issues.issues import Issue, close_issue, open_at_address
from pipelines.outcomes import CLIENT_ERRORS, IssueKind, Outcome, one_of
from pipelines.read.addresses.family_rules import link_identity
from pipelines.read.reading import Link
from portals.platform import Platform

# The addresses of one article end alike unless its title was edited. So many different endings
# on one page belong to different articles.
DIFFERENT_ENDINGS = 3


def identities_of(
    links: Iterable[Link], known: Mapping[str, Page], platform: Platform
) -> dict[str, str]:
    """The identity of each article's address that has one: the stored one, else that of the rule.

    Only that of the rule if the stored ones turn out too wide.
    """
    urls = [link.url for link in links if link.kind == "article"]
    kept = {
        url: page.identity
        for url in urls
        if (page := known.get(url)) is not None and page.reason != "same-article"
    }
    identities = {url: kept[url] if url in kept else link_identity(url, platform) for url in urls}
    if too_wide(_without_none(identities)):
        identities = {url: link_identity(url, platform) for url in urls}
    return _without_none(identities)


def _without_none(identities: Mapping[str, str | None]) -> dict[str, str]:
    return {url: identity for url, identity in identities.items() if identity is not None}


def too_wide(identities: Mapping[str, str]) -> frozenset[str]:
    """The identities that many articles of one page share, which makes them void."""
    endings: defaultdict[str, set[str]] = defaultdict(set)
    for url, identity in identities.items():
        endings[identity].add(_ending(url))
    return frozenset(
        identity for identity, found in endings.items() if len(found) >= DIFFERENT_ENDINGS
    )


def _ending(url: str) -> str:
    """The last segment of an address's path, without a file extension."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2].partition(".")[0].lower()


def is_second(db: Connection, site: str, identity: str) -> bool:
    """Whether an article with this identity is known under another active address.

    An address is not active if it never gave an article and its last answer was an error or a
    redirect.
    """
    passing = one_of((*CLIENT_ERRORS, Outcome.REDIRECT))
    query = f"""select 1 from pages where site = ? and identity = ? and state <> 'refused'
        and not (state = 'failing' and article is null and reason {passing})"""
    return first_value(db, query, (site, identity)) is not None


def tell_too_wide(
    db: Connection, page: int, shared: frozenset[str], platform: Platform, at: datetime
) -> None:
    """Open an issue once for a page whose articles share an identity; close it when none do."""
    row = db.execute("select site, url from pages where id = ?", (page,)).fetchone()
    site, url = row["site"], row["url"]
    if shared:
        detail = (
            f"{url}: by the rule `identity` of {platform.key} many of its articles are one,"
            f" {min(shared)!r}; all of them are asked for"
        )
        issue = Issue(IssueKind.IDENTITY_TOO_WIDE, detail, site, url)
        open_unless_accepted(db, issue, at, per="site")
        return
    for told in open_at_address(db, site, url):
        if told.kind == IssueKind.IDENTITY_TOO_WIDE:
            close_issue(db, told, at)
