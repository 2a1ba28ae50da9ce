"""Detect the CMS family of a page by its signs and its site."""

import re
from itertools import islice

from pipelines.read.addresses.canonical import canonical_url, origin_of
from pipelines.read.html.page import HtmlPage
from pipelines.read.task import Task
from portals.platform import Platform, platform_of, platforms

SEARCHED = 65_536  # characters of a page searched for a family's markup
MOST_MATCHES = 50  # matches of one pattern that are checked for one of the portal's own
# The beginning of the address around a match.
ADDRESS = re.compile(r"""(?:https?:)?//[^\s"'<>()\\]*$""", re.I)
LONGEST_ADDRESS = 300
# Names of hosts that serve a portal's own files.
OWN_FILES = re.compile(r"//(?:www|cdn|static|media|img|images|files|assets)\d*\.")


def detect(page: HtmlPage, task: Task) -> Platform:
    """The family of a page: named by a person, else the site's own, else the one with most signs.

    The site's own family needs a sign on the page; without any sign, the page is generic. One sign
    alone proves little: editors paste other portals' markup into their texts, and copies link to
    files of the original. So a page without signs belongs to the family that the site file names,
    but not to one that was only learned. A broad family never takes a page from the site's own.
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
    broad = next((it for it in families if it.detect.broad and _signs(it, page, head)), None)
    if own is None and broad is not None:
        return learned or broad  # a learned family is built on the broad one
    return own or platform_of("generic")


def platform_for(task: Task) -> Platform:
    """The family to assume without a page: named, the site's own, learned, or generic."""
    return platform_of(task.platform or task.site.platform or task.learned or "generic")


def _bears_a_sign(platform: Platform, page: HtmlPage, head: str) -> bool:
    """Whether a page has any sign of a family; the cheapest are tried first."""
    signs = platform.detect
    generator = page.meta("generator") or ""
    return (
        any(p.search(generator) for p in signs.generator)
        or any(_is_own(p, page, head) for p in signs.html)
        or page.has(signs.selectors)
    )


def _signs(platform: Platform, page: HtmlPage, head: str) -> int:
    """How many of a family's signs a page has."""
    signs = platform.detect
    generator = page.meta("generator") or ""
    named = sum(bool(pattern.search(generator)) for pattern in signs.generator)
    return (
        named
        + sum(page.has([selector]) for selector in signs.selectors)
        + sum(_is_own(pattern, page, head) for pattern in signs.html)
    )


def _is_own(pattern: re.Pattern[str], page: HtmlPage, head: str) -> bool:
    """Whether a pattern matches outside the addresses of other hosts."""
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
