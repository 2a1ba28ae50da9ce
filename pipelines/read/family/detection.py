"""Detect which CMS family made a page, by its signs and what is known of its site."""

import re
from dataclasses import fields, replace
from itertools import islice
from typing import Any

from pipelines.read.addresses.canonical import canonical_url, origin_of
from pipelines.read.html.page import HtmlPage
from pipelines.read.task import Task
from portals.platform import ArticleRules, Platform, platform_of, platforms
from portals.site import Site

SEARCHED = 65_536  # characters of a page in which a family's markup is looked for
MOST_MATCHES = 50  # of one pattern that are looked at for one that is the portal's own
# The beginning of an address that something stands in.
ADDRESS = re.compile(r"""(?:https?:)?//[^\s"'<>()\\]*$""", re.I)
LONGEST_ADDRESS = 300
# Names of hosts that serve a portal's own files.
OWN_FILES = re.compile(r"//(?:www|cdn|static|media|img|images|files|assets)\d*\.")


def detect(page: HtmlPage, task: Task) -> Platform:
    """The family that a person named, else the site's own where the page bears its signs, else the
    one with the most signs, else generic.

    One sign alone proves little: editors paste other portals' markup into their texts, and copies
    link to files of the original. So a page without any sign belongs to the family that the site
    file names, but not to one that was only learned. A broad family never takes a page from the
    site's own.
    """
    if task.platform is not None:
        return platform_of(task.platform)
    own = platform_of(task.site.platform) if task.site.platform else None
    learned = platform_of(task.learned) if task.learned and own is None else None
    head = page.text[:SEARCHED]
    for known in (own, learned):
        if known is not None and (known.key == "generic" or _bears_a_sign(known, page, head)):
            return known
    families = [platform for platform in platforms().values() if platform.key != "generic"]
    narrow = [platform for platform in families if not platform.detect.broad]
    generator = page.meta("generator") or ""
    for platform in narrow:
        if any(pattern.search(generator) for pattern in platform.detect.generator):
            return platform
    best = max(narrow, key=lambda platform: _signs(platform, page, head))
    if _signs(best, page, head):
        return best
    broad = next(
        (
            platform
            for platform in families
            if platform.detect.broad and _signs(platform, page, head)
        ),
        None,
    )
    if own is None and broad is not None:
        return learned or broad  # a learned family stands on the broad one
    return own or platform_of("generic")


def platform_for(task: Task) -> Platform:
    """The family to assume without a page: that named, the site's, that learned, or generic."""
    return platform_of(task.platform or task.site.platform or task.learned or "generic")


def rules_for(platform: Platform, site: Site) -> ArticleRules:
    """A platform's article rules with the site's own selectors before them."""
    if site.article == ArticleRules():
        return platform.article
    merged: dict[str, Any] = {}
    for name in (rule.name for rule in fields(ArticleRules)):
        own = getattr(site.article, name)
        if isinstance(own, tuple):
            merged[name] = (*own, *getattr(platform.article, name))
    return replace(platform.article, **merged)


def _bears_a_sign(platform: Platform, page: HtmlPage, head: str) -> bool:
    """Whether a page bears any sign of a family, the cheapest looked for first."""
    signs = platform.detect
    generator = page.meta("generator") or ""
    return (
        any(p.search(generator) for p in signs.generator)
        or any(_is_own(p, page, head) for p in signs.html)
        or page.has(signs.selectors)
    )


def _signs(platform: Platform, page: HtmlPage, head: str) -> int:
    """How many of a family's signs a page bears."""
    signs = platform.detect
    generator = page.meta("generator") or ""
    named = sum(bool(pattern.search(generator)) for pattern in signs.generator)
    return (
        named
        + sum(page.has([selector]) for selector in signs.selectors)
        + sum(_is_own(pattern, page, head) for pattern in signs.html)
    )


def _is_own(pattern: re.Pattern[str], page: HtmlPage, head: str) -> bool:
    """Whether a pattern is found, and not only inside the addresses of other hosts."""
    return any(
        not _is_foreign(match, page, head) for match in islice(pattern.finditer(head), MOST_MATCHES)
    )


def _is_foreign(match: re.Match[str], page: HtmlPage, head: str) -> bool:
    address = ADDRESS.search(head, max(0, match.start() - LONGEST_ADDRESS), match.start())
    if address is None:
        return False
    url = canonical_url(address[0], page.base)
    return url is not None and _home(url) not in (_home(page.url), _home(page.base))


def _home(url: str) -> str:
    return OWN_FILES.sub("//", origin_of(url).partition(":")[2])
