"""Tries a new site file on the pages of its survey, and mends it where it finds or reads less than
a blind look.

The blind look knows no file, family or rules. Both looks begin at their own listings and follow
what the pages name, as far as there are captures.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipelines.capture import Capture
from pipelines.read.addresses.second_lists import is_second_list
from pipelines.read.addresses.shape import shape_of
from pipelines.read.reader import read
from pipelines.read.reading import LinkKind, Reading
from pipelines.read.survey import losses
from pipelines.read.task import Task
from pipelines.read.text.clean_text import fold
from portals.platform import ArticleRules
from portals.site import ListingAddress, Site

BLIND = "generic"
ROOT = 3  # slashes in the address of a page in a portal's first folder
LEAST_TITLED = 5  # addresses of one shape; they count as articles although none was read
LEAST_LOST = 2  # articles; only a family that loses so many may be set aside


@dataclass(frozen=True, slots=True)
class Trial:
    """A site file to be tried. `front`: where the blind look begins, with the kinds of pages;
    `moved`: addresses of the portal that lead to another.
    """

    site: Site
    captures: tuple[tuple[Capture, LinkKind], ...]
    front: Mapping[str, LinkKind]
    moved: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Losses:
    """What one look has and another lacks.

    `articles`: addresses that are surely articles, and are not named; `listings`: pages that name
    some of them, and are not reached, and their neighbours; `pagers`: listings that end although
    they have a next page; `worse`: the fields that an article lost, by address. `named`: how many
    articles there are.
    """

    articles: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    pagers: tuple[str, ...] = ()
    worse: Mapping[str, list[str]] = field(default_factory=dict)
    named: int = 0

    @property
    def weight(self) -> int:
        """How much is lost, in articles: a pager counts for several."""
        return len(self.articles) + 3 * len(self.pagers) + len(self.worse)


@dataclass(frozen=True, slots=True)
class MendedFile:
    """A site file after its trial.

    `left`: what it still loses; `dropped`: fields whose learned selectors are gone; `added`: new
    listings; `by_family`: what it lost by a family that it now sets aside.
    """

    site: Site
    left: Losses
    dropped: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    by_family: Losses | None = None


@dataclass(slots=True)
class _Walk:
    """A look at the captures. `named`: addresses of articles, with a title that names each;
    `sections`: addresses of listings, in their order; `later`: the listing that goes on at each
    later page.
    """

    readings: dict[str, Reading] = field(default_factory=dict)
    named: dict[str, str | None] = field(default_factory=dict)
    sections: dict[str, None] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)


def try_file(trial: Trial) -> MendedFile:
    """The file, mended as far as the captures prove that it must be."""
    look = _Look(trial)
    mended = _without_bad_rules(look, MendedFile(trial.site, look.losses(trial.site)))
    return _without_family(look, _with_listings(look, mended))


def _without_bad_rules(look: "_Look", before: MendedFile) -> MendedFile:
    """Drop the learned selectors of the fields that some articles lose."""
    rules = before.site.article
    lost = {name for names in before.left.worse.values() for name in names}
    dropped = tuple(sorted(name for name in lost if getattr(rules, name, ())))
    if not dropped:
        return before
    none: dict[str, Any] = dict.fromkeys(dropped, ())
    site = replace(before.site, article=replace(rules, **none))
    return MendedFile(site, look.losses(site), dropped)


def _with_listings(look: "_Look", before: MendedFile) -> MendedFile:
    """Add the listings that alone name some articles, if the file then finds these."""
    added = before.left.listings
    more = tuple(ListingAddress("html", url) for url in added)
    site = replace(before.site, listing=(*before.site.listing, *more))
    if not added or (left := look.losses(site)).weight >= before.left.weight:
        return before
    return replace(before, site=site, left=left, added=added)


def _without_family(look: "_Look", before: MendedFile) -> MendedFile:
    """Set the family aside if it loses more than it brings."""
    if before.left.weight < LEAST_LOST or before.site.platform == BLIND:
        return before
    site = replace(before.site, platform=BLIND, article=ArticleRules())
    left = look.losses(site)
    brings = _losses(look.walk_of(before.site), look.walk_of(site))
    if left.weight + brings.weight >= before.left.weight:
        return before
    return MendedFile(site, left, added=before.added, by_family=before.left)


class _Look:
    """Walks captures, each read once by the same rules."""

    def __init__(self, trial: Trial) -> None:
        self._captures = {capture.url: capture for capture, _ in trial.captures}
        self._moved = trial.moved
        self._known: dict[tuple[object, ...], Reading] = {}
        crawl = replace(trial.site.crawl, sections=True)
        bare = replace(trial.site, platform=BLIND, article=ArticleRules(), crawl=crawl)
        self._blind = self._walk(bare, trial.front)

    def losses(self, site: Site) -> Losses:
        """What a crawl of a site has less than the blind look."""
        return _losses(self._blind, self.walk_of(site), may_gain=site.article == ArticleRules())

    def walk_of(self, site: Site) -> _Walk:
        """What a crawl of a site reads and names, as far as there are captures."""
        return self._walk(site, {one.url: _kind_of(one) for one in site.listing})

    def _walk(self, site: Site, starts: Mapping[str, LinkKind]) -> _Walk:
        walk = _Walk()
        kinds: dict[str, LinkKind] = {self._target(url): kind for url, kind in starts.items()}
        waiting = list(kinds)
        while waiting:
            url = waiting.pop(0)
            reading = self._read(url, kinds[url], site)
            if reading is None:
                continue
            walk.readings[url] = reading
            if reading.next_page is not None:
                walk.later.setdefault(self._target(reading.next_page), url)
            for address, kind, title in _named(reading):
                target = self._target(address)
                if kind == "listing":
                    walk.sections[target] = None
                if kind == "article":
                    walk.named[target] = walk.named.get(target) or title
                if target not in kinds:
                    kinds[target] = kind
                    waiting.append(target)
        return walk

    def _target(self, url: str) -> str:
        for _ in self._moved:
            if url not in self._moved:
                break
            url = self._moved[url]
        return url

    def _read(self, url: str, kind: LinkKind, site: Site) -> Reading | None:
        capture = self._captures.get(url)
        if capture is None:
            return None
        key = (url, kind, site.platform, site.article, site.crawl)
        if key not in self._known:
            self._known[key] = read(Task(capture, site, kind))
        return self._known[key]


def _kind_of(listing: ListingAddress) -> LinkKind:
    if listing.kind == "html":
        return "listing"
    return "sitemap" if listing.kind == "sitemap" else "feed"


def _named(reading: Reading) -> Iterator[tuple[str, LinkKind, str | None]]:
    for link in reading.links:
        if link.doubt is None:
            yield link.url, link.kind, link.title
    if reading.next_page is not None:
        yield reading.next_page, "listing", None


def _losses(whole: _Walk, part: _Walk, *, may_gain: bool = False) -> Losses:
    """What `part` has less than `whole`."""
    articles = [url for url, one in whole.readings.items() if one.kind == "article"]
    shapes = {_shape(url) for url in articles} or _shapes_of_titles(whole)
    sure = {
        url
        for url, titled in whole.named.items()
        if (url in articles if url in whole.readings else titled and _shape(url) in shapes)
    }
    missed = sure - part.named.keys() - part.readings.keys()
    missed -= _second_addresses(whole, part)
    return Losses(
        articles=tuple(sorted(missed)),
        listings=tuple(_unreached(whole, part, missed)),
        pagers=tuple(
            dict.fromkeys(
                listing
                for url, listing in whole.later.items()
                if url not in part.readings and not missed.isdisjoint(_articles_on(whole, url))
            )
        ),
        worse=dict(_worse(articles, whole, part, may_gain=may_gain)),
        named=len(sure),
    )


def _shapes_of_titles(walk: _Walk) -> set[str]:
    """The shapes of the addresses that titles name, if several have one: none of them was asked."""
    counts = Counter(
        _shape(url) for url, titled in walk.named.items() if titled and url not in walk.readings
    )
    return {shape for shape, count in counts.items() if count >= LEAST_TITLED}


def _shape(url: str) -> str:
    return shape_of(url.rstrip("/"))


def _unreached(whole: _Walk, part: _Walk, missed: set[str]) -> Iterator[str]:
    """The listings that name what is missed, each with something that none before it names; then
    those in a folder with them that were not asked.
    """
    rest, folders = set(missed), set()
    for url, one in whole.readings.items():
        is_listing = one.kind == "listing" and url not in whole.later and not is_second_list(url)
        if is_listing and url not in part.readings and (own := rest & _articles_on(whole, url)):
            rest -= own
            folders.add(url.rpartition("/")[0])
            yield url
    for url in whole.sections:
        is_known = url in whole.readings or url in part.sections or url in part.named
        is_near = url.count("/") > ROOT and url.rpartition("/")[0] in folders
        if is_near and not is_known and not is_second_list(url):
            yield url


def _articles_on(walk: _Walk, url: str) -> set[str]:
    reading = walk.readings.get(url)
    named = _named(reading) if reading is not None else ()
    return {address for address, kind, _ in named if kind == "article"}


def _second_addresses(whole: _Walk, part: _Walk) -> set[str]:
    """Addresses that are articles to one look alone, and have the title by which the other names
    another address: a menu may lead to an article.
    """
    told = {fold(title): url for url, title in part.named.items() if title}
    return {
        url
        for url, one in whole.readings.items()
        if one.article is not None and told.get(fold(one.article.title), url) != url
    }


def _worse(
    articles: Iterable[str], whole: _Walk, part: _Walk, *, may_gain: bool
) -> Iterator[tuple[str, list[str]]]:
    second = _second_addresses(whole, part)
    for url in articles:
        old, new = whole.readings[url].article, part.readings.get(url)
        if url in second:
            continue
        if (
            old is not None
            and new is not None
            and (lost := losses(old, new.article, may_gain=may_gain))
        ):
            yield url, lost
