"""Detect the CMS family of a page by its signs and its site."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice

from pipelines.read.addresses.canonical import canonical_url, origin_of
from pipelines.read.html.page import HtmlPage
from pipelines.read.task import Task
from portals.platform import Platform, platform_of, platforms

SEARCHED = 65_536  # characters of a page searched for a family's markup
ENOUGH = 2  # signs that agree make a family
PROOF = 100  # signs: more than any family has
MOST_MATCHES = 50  # matches of one pattern that are checked for one of the portal's own
# The beginning of the address around a match.
ADDRESS = re.compile(r"""(?:https?:)?//[^\s"'<>()\\]*$""", re.I)
LONGEST_ADDRESS = 300
PLAIN = re.compile(r"(?!.*\|)(?:[\w/\"= -](?![*+?{])|\\[./](?![*+?{]))+")
# Names of hosts that serve a portal's own files.
OWN_FILES = re.compile(r"//(?:www|cdn|static|media|img|images|files|assets)\d*\.")


def detect(page: HtmlPage, task: Task) -> Platform:
    """The family of a page: named by a person, else the site's own, else the one with most signs.

    The site's own family needs one sign on the page, another family several that agree: editors
    paste other portals' markup into their texts, moved portals keep old addresses of files, and
    themes share class names. A page without signs belongs to the family that the site file names,
    but not to one that was only learned. A broad family never takes a page from the site's own.
    """
    if task.platform is not None:
        return platform_of(task.platform)
    own = platform_of(task.site.platform) if task.site.platform else None
    learned = platform_of(task.learned) if task.learned and own is None else None
    head, generators = page.text[:SEARCHED], _generators(page)
    for known in (own, learned):
        if known is not None and (
            known.key == "generic" or _signs(known, page, head, generators) > 0
        ):
            return known
    families = [platform for platform in platforms().values() if platform.key != "generic"]
    for broad in (False, True):
        kin = [platform for platform in families if platform.detect.broad is broad]
        signs = {platform.key: _signs(platform, page, head, generators) for platform in kin}
        best = max(signs, key=signs.__getitem__)
        if signs[best] >= ENOUGH:
            # A learned family is built on the broad one.
            return platform_of(best) if not broad else own or learned or platform_of(best)
    return own or platform_of("generic")


def platform_for(task: Task) -> Platform:
    """The family to assume without a page: named, the site's own, learned, or generic."""
    return platform_of(task.platform or task.site.platform or task.learned or "generic")


def _signs(platform: Platform, page: HtmlPage, head: str, generators: Sequence[str]) -> int:
    """How many of a family's signs a page has; PROOF if its generator names the family.

    One less if this family names itself, and the page's generator is another program.
    """
    signs = platform.detect
    if any(pattern.search(said) for pattern in signs.generator for said in generators):
        return PROOF
    return (
        sum(page.has([selector]) for selector in signs.selectors)
        + sum(_is_own(pattern, page, head) for pattern in signs.html)
        - bool(signs.generator and generators)
    )


def _generators(page: HtmlPage) -> list[str]:
    """The programs that a page names as its makers; plug-ins and themes name themselves too."""
    return [
        meta.get("content") or ""
        for meta in page.root.iter("meta")
        if (meta.get("name") or "").lower() == "generator"
    ]


def _is_own(pattern: re.Pattern[str], page: HtmlPage, head: str) -> bool:
    """Whether a pattern matches outside the addresses of other hosts."""
    return _beginning(pattern) in head and any(
        not _is_foreign(match, page, head) for match in islice(pattern.finditer(head), MOST_MATCHES)
    )


@cache
def _beginning(pattern: re.Pattern[str]) -> str:
    """The plain text that a pattern begins with, which is found three times faster."""
    plain = PLAIN.match(pattern.pattern)
    return plain[0].replace("\\", "") if plain else ""


def _is_foreign(match: re.Match[str], page: HtmlPage, head: str) -> bool:
    address = ADDRESS.search(head, max(0, match.start() - LONGEST_ADDRESS), match.start())
    if address is None:
        return False
    url = canonical_url(address[0], page.base)
    return url is not None and _home(url) not in (_home(page.url), _home(page.base))


def _home(url: str) -> str:
    return OWN_FILES.sub("//", origin_of(url).partition(":")[2])
