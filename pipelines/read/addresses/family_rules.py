"""The meaning of an address in a CMS family: an article, a listing, or not worth a request.

Also the identity that all addresses of one article share. Whether an address looks endless is
another question (`trap_shapes`).
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from pipelines.read.addresses.canonical import canonical_url, of_site
from pipelines.read.addresses.pagers import is_later_page, page_number
from pipelines.read.addresses.trap_shapes import without_language
from portals.platform import Platform, platform_of
from portals.site import Site

# File extensions: requested if an article links to them, but never as articles.
_FILES = ".pdf .doc .docx .xls .xlsx .ppt .pptx .odt .ods .rtf .zip .rar .7z"
FILE_ENDINGS = tuple(_FILES.split())
# Appointments and contact cards: a calendar has one for every entry, and they are never news.
CARD_ENDINGS = (".ics", ".vcs", ".vcf")


@lru_cache(maxsize=16_384)  # several patterns look at each link, and many pages repeat it
def path_and_query(url: str) -> str:
    """The part of an address that a platform's patterns search."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def own_address(url: str, platform: Platform) -> str:
    """The canonical address of a page by its own address alone, without what it says of itself."""
    return canonical_url(url, drop_parameters=platform.addresses.drop_parameters) or url


def matches(url: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    """Whether any pattern is found in the address's path and query."""
    wanted = path_and_query(url)
    return any(pattern.search(wanted) for pattern in patterns)


def names_listing(url: str, platform: Platform) -> bool:
    """Whether an address is a listing's by its family's patterns. If no family is known, later
    pages of listings count too, unless the address has an article's number and only a count of
    entries (`?view=article&id=45&limitstart=0`).
    """
    if matches(url, platform.addresses.listing):
        return True
    if platform.key != "generic" or not is_later_page(url):
        return False
    return page_number(url) is not None or not matches(url, platform.addresses.article)


def ends_like_document(url: str) -> bool:
    """Whether a canonical address's path ends like a file that an article may link to."""
    return url.partition("?")[0].lower().endswith(FILE_ENDINGS)


def ends_like_file(url: str) -> bool:
    """`ends_like_document`, or like a card."""
    return url.partition("?")[0].lower().endswith((*FILE_ENDINGS, *CARD_ENDINGS))


def worth_asking(url: str, site: Site, platform: Platform) -> bool:
    """Whether a canonical address belongs to this site and is no file, and nothing that its family
    is known to waste requests on.
    """
    return _is_worth_asking(url, site.all_hosts, platform.key)


@lru_cache(maxsize=65_536)  # a portal's pages repeat the same two hundred links
def _is_worth_asking(url: str, hosts: frozenset[str], platform: str) -> bool:
    wasted = platform_of(platform).addresses.ignore
    return of_site(url, hosts) and not ends_like_file(url) and not matches(url, wasted)


@lru_cache(maxsize=65_536)
def link_kind(
    url: str, hosts: frozenset[str], platform: str
) -> Literal["article", "listing"] | None:
    """The kind of a canonical address by the patterns of a family (its key). None if it is neither,
    off the site, a file, or not worth a request. A language beside the address changes nothing.
    """
    addresses = platform_of(platform).addresses
    if not _is_worth_asking(url, hosts, platform):
        return None
    bare = without_language(url)
    if names_listing(bare, platform_of(platform)):
        return "listing"
    return "article" if matches(bare, addresses.article) else None


def link_identity(url: str, platform: Platform) -> str | None:
    """The identity that all addresses of one article share, for families that define one."""
    if platform.addresses.identity is None or not matches(url, platform.addresses.article):
        return None
    match = platform.addresses.identity.search(path_and_query(url))
    if match is None:
        return None
    identity = "?".join(match.groups(""))
    return identity.lower() if match.re.flags & re.IGNORECASE else identity
