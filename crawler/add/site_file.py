"""Writes a site file: the findings about a portal, as TOML that `portals.site` loads.

Comments give the evidence for each guess and name each gap.
"""

from collections.abc import Iterator
from datetime import date

from crawler.add.survey import Findings
from crawler.add.trial_report import told_losses
from crawler.terminal.escaping import escaped_json
from pipelines.read.trial import BLIND
from portals.platform import ArticleRules, platform_of
from portals.site import ListingAddress

MOST_UNSEEN = 20  # menu entries named in a comment
LEARNED = ("title", "published", "lead", "body")


def site_toml(found: Findings, on: date) -> str:
    """The text of the site file. `on` is today."""
    site = found.site
    lines = [
        f"# Made by `loa add` on {on} from {found.asked} requests. The comments say how each value",
        "# was found: check it before you rely on it.",
        f"name = {_quoted(site.name)} # {found.evidence['name']}",
        f"url = {_quoted(site.url)}",
        *_platform(found),
        f"language = {_quoted(site.language)} # {found.evidence['language']}",
        f"timezone = {_quoted(site.timezone)} # {found.evidence['timezone']}",
        "",
        *_publisher(found),
        *_crawl(found),
        *_article(found),
        *(line for listing in site.listing for line in _listing(listing, found)),
        *_unseen(found),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _platform(found: Findings) -> Iterator[str]:
    aside = None if found.mended is None else found.mended.by_family
    if aside is not None:
        yield "# The pages show a family's signs, but its rules do not fit: by them Loa misses"
        yield f"# {told_losses(aside)}."
        yield f"platform = {_quoted(BLIND)} # no family's rules"
    elif found.site.platform is not None:
        name = platform_of(found.site.platform).name
        yield f"platform = {_quoted(found.site.platform)} # {name}: the pages show its signs"
    else:
        yield "# platform: the pages fit no family in portals/platforms"


def _publisher(found: Findings) -> Iterator[str]:
    publisher = found.site.publisher
    yield "[publisher]"
    if publisher.name:
        yield f"name = {_quoted(publisher.name)} # guessed from the portal's name"
        yield f'level = "{publisher.level}" # guessed from the portal\'s name'
    else:
        yield "# name, level: the portal's name does not name an authority"
    yield "# area_code: unknown"
    yield ""


def _crawl(found: Findings) -> Iterator[str]:
    rules = found.site.crawl
    if found.crawl_delay is not None:
        yield f"# robots.txt asks for {found.crawl_delay:g} s between requests, which Loa keeps."
    if rules.allow_private:
        yield "[crawl]"
        yield "allow_private = true # a private or loopback address, given to `loa add`"
        yield ""


def _article(found: Findings) -> Iterator[str]:
    """The learned selectors, and comments on fields without any."""
    rules = found.site.article
    if rules == ArticleRules():
        return
    yield f"# Learned from {len(found.articles)} articles: where most of them have these fields."
    yield "# They are tried before the evidence of each page."
    yield "[article]"
    for name in LEARNED:
        if selectors := getattr(rules, name):
            yield f"{name} = [{', '.join(map(_quoted, selectors))}]"
        else:
            yield f"# {name}: left to each page: no single place fits all articles, or none has it"
    yield ""


def _listing(listing: ListingAddress, found: Findings) -> Iterator[str]:
    whole = " # names every article" if listing.kind == "sitemap" and found.complete else ""
    yield "[[listing]]"
    yield f'kind = "{listing.kind}"{whole}'
    yield f"url = {_quoted(listing.url)}"
    if listing.section:
        yield f"section = {_quoted(listing.section)}"
    if listing.url in found.next_pages:
        yield f"# goes on at {found.next_pages[listing.url]}"
    yield ""


def _unseen(found: Findings) -> Iterator[str]:
    kinds = {listing.kind for listing in found.site.listing}
    if "sitemap" not in kinds:
        yield "# No sitemap was found: the listings lead to older articles."
    if not kinds & {"rss", "atom", "json"}:
        yield "# No feed was found."
    if not found.articles:
        yield "# No article was recognised: add listings here, or selectors under [article]."
        yield "# `loa read URL` shows how a page is read."
    if found.shells:
        yield f"# {found.shells} pages came empty, for scripts to fill:"
        yield "# `browser = true` under [crawl] lets a browser fill them (portals/sites/README.md)."
    if found.unseen:
        yield "# Menu entries that may be sections or other modules:"
        yield "# not looked at yet, or without an article of their own so far."
        yield from (f"#   {url}" for url in found.unseen[:MOST_UNSEEN])
        if len(found.unseen) > MOST_UNSEEN:
            yield f"#   and {len(found.unseen) - MOST_UNSEEN} more"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, with escapes for signs that TOML forbids or terminals hide."""
    return escaped_json(text)
