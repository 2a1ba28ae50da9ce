"""Platform: a CMS family as data.

One TOML file each in `portals/platforms`, newest theme first in every list of selectors.

The first selector that finds something wins, and the record names it (portals/selectors.py says
what a selector is). Never delete an old selector: an archive may hold pages that need it.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from portals.errors import PortalFileError
from portals.selectors import Selector
from portals.strict_toml import read_toml, shape_file

FOLDER = Path(__file__).parent / "platforms"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How to recognise a page of the family: its generator proves it, two other signs agree.

    `generator` is searched in <meta name=generator>, `html` in the first 64 KiB. A pattern of
    `html` that begins with plain text is thirty times faster. `broad`: narrower families show these
    signs too, so they are tried first.
    """

    generator: tuple[re.Pattern[str], ...] = ()
    selectors: tuple[Selector, ...] = ()
    html: tuple[re.Pattern[str], ...] = ()
    broad: bool = False


@dataclass(frozen=True, slots=True)
class Addresses:
    """The meaning of a family's addresses; patterns search path and query.

    `listing` wins over `article`. `ignore`: never worth a request. `identity`: its groups together
    are the same in every address of one article (in any case with `(?i)`). `feeds` and `sitemaps`:
    paths to try on a new site. `sitemap_ignore`: parts of a sitemap index that name no articles.
    `undated`: addresses where a page without a date may be an article (all if empty), for CMSs
    whose news and "about us" pages look alike.
    """

    article: tuple[re.Pattern[str], ...] = ()
    listing: tuple[re.Pattern[str], ...] = ()
    ignore: tuple[re.Pattern[str], ...] = ()
    identity: re.Pattern[str] | None = None
    drop_parameters: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sitemap_ignore: tuple[re.Pattern[str], ...] = ()
    undated: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True, slots=True)
class ListingRules:
    """Where a listing page links articles (`entries`), other listings and its next page."""

    entries: tuple[Selector, ...] = ()
    entry_date: tuple[Selector, ...] = ()
    sections: tuple[Selector, ...] = ()
    next_page: tuple[Selector, ...] = ()


@dataclass(frozen=True)
class ArticleRules:
    """Where an article page keeps each field.

    `page`: signs that every article page of the family shows; `not_page`: signs that a page is not
    an article after all.
    """

    page: tuple[Selector, ...] = ()
    not_page: tuple[Selector, ...] = ()
    title: tuple[Selector, ...] = ()
    published: tuple[Selector, ...] = ()
    updated: tuple[Selector, ...] = ()
    lead: tuple[Selector, ...] = ()
    body: tuple[Selector, ...] = ()
    author: tuple[Selector, ...] = ()
    source: tuple[Selector, ...] = ()
    section: tuple[Selector, ...] = ()
    images: tuple[Selector, ...] = ()
    attachments: tuple[Selector, ...] = ()
    drop: tuple[Selector, ...] = ()
    lead_in_body: Literal["bold", "never"] = "never"


@dataclass(frozen=True, slots=True)
class Platform:
    """One CMS family. `key` is the file's name; `source` says where its facts come from.

    `validators`: what to send back so that the server may answer 304 (not modified): all its
    validators, its ETag alone, or nothing if its 304 cannot be trusted. If the file says nothing,
    the server's own behaviour decides.
    """

    name: str
    source: str
    detect: Fingerprint = Fingerprint()
    addresses: Addresses = Addresses()
    listing: ListingRules = ListingRules()
    article: ArticleRules = ArticleRules()
    validators: Literal["all", "etag", "none"] = "all"
    key: str = ""


def load_platform(path: Path) -> Platform:
    """The platform of one TOML file. Raises PortalFileError."""
    return shape_file(Platform, read_toml(path), path)


@cache
def platforms() -> dict[str, Platform]:
    """Every platform by key, in the order of testing a page: broad ones late, `generic` last."""
    loaded = [platform_of(path.stem) for path in FOLDER.glob("*.toml")]
    loaded.sort(key=lambda one: (one.key == "generic", one.detect.broad, one.key))
    return {platform.key: platform for platform in loaded}


@cache  # loads this family alone: a crawl of one portal needs two of a dozen
def platform_of(key: str) -> Platform:
    """The platform with this key. Raises PortalFileError naming the known ones."""
    path = FOLDER / f"{key}.toml"
    if path not in FOLDER.iterdir():
        known = ", ".join(platforms())
        raise PortalFileError(f"platform {key!r}: is not known; known are: {known}")
    return load_platform(path)
