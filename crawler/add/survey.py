"""Surveys a portal with few requests and proposes a site file. Keeps nothing else."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from crawler.add.causes import Cause, cause_of
from crawler.add.publisher import publisher_of
from crawler.add.sampling import MOST_PAGES, MOST_ROBOTS, next_of_sample
from crawler.add.time_zones import zone_of
from crawler.crawl import visit_sites
from crawler.scratch import scratch_archive
from crawler.visit.options import VisitOptions
from pipelines.capture import PAGES, Capture
from pipelines.keep.database.archive import captures_folder, read_archive
from pipelines.keep.database.rows import first_value
from pipelines.keep.frontier.hosts import crawl_delays
from pipelines.keep.frontier.walk import LATER_PAGE, whole_promised
from pipelines.keep.records.captures import place_of
from pipelines.keep.records.outcome import MOST_HOPS
from pipelines.keep.warc.reader import read_record
from pipelines.outcomes import LED_ELSEWHERE, Outcome, one_of
from pipelines.read.addresses.canonical import canonical_url, host_of
from pipelines.read.addresses.family_rules import names_listing, worth_asking
from pipelines.read.addresses.pages_without_news import is_front_page
from pipelines.read.addresses.second_lists import is_second_list, names_section
from pipelines.read.addresses.shape import shape_of
from pipelines.read.reading import LinkKind
from pipelines.read.seen_listings import LEAST_OWN, Sample
from pipelines.read.survey import Survey
from pipelines.read.trial import BLIND, MendedFile, Trial
from pipelines.readers.readers import Readers, SurveyFailedError
from portals.errors import LoaError
from portals.platform import platform_of
from portals.site import UNDETERMINED, CrawlRules, ListingAddress, Site, site_for_address

# The number of a page in a pager of unknown form (`sport2.html`, `sport/2/`).
NUMBER_AT_END = re.compile(r"[/_-]?\d{1,3}(?=(?:\.\w+)?/?$)")


class PortalNotSeenError(LoaError):
    """The portal's front page could not be fetched."""

    exit_code = 7

    def __init__(self, message: str, cause: Cause) -> None:
        super().__init__(message)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings about a portal. `site`: the content of its file; `evidence`: why, by field.

    `next_pages`: address of a listing to the address of its second page. `unseen`: menu entries
    that may be sections or other modules. `complete`: the sitemap names every article. `articles`:
    captures of pages that were read as articles. `hints`: their dates in listings and feeds, as
    (day, evidence) by address. `shells`: how many pages came empty, for scripts to fill. `asked`:
    requests, robots.txt included. `crawl_delay`: the seconds between two requests that robots.txt
    asks for. `known`: how many addresses the survey knows, asked or not.
    """

    site: Site
    evidence: dict[str, str]
    next_pages: dict[str, str]
    unseen: tuple[str, ...]
    complete: bool
    articles: tuple[Capture, ...]
    hints: dict[str, tuple[str, str]]
    shells: int
    asked: int
    crawl_delay: float | None
    known: int
    mended: MendedFile | None


def survey_portal(
    address: str, key: str, archive: Path, *, proxy: str | None, delay: float | None
) -> Findings:
    """Visit the portal at an address and return the findings.

    `archive`: where the crawls' knowledge of the host is, if it exists; nothing is written there.
    Raises PortalNotSeenError, and UnknownSiteError if it is not an address.
    """
    site = replace(site_for_address(address), key=key, url=canonical_url(address) or address)
    site = replace(site, crawl=replace(site.crawl, attachments=False))
    with scratch_archive(archive) as scratch:
        options = VisitOptions(
            proxy=proxy,
            delay=delay,
            max_pages=MOST_PAGES,
            quota={"robots": MOST_ROBOTS},
            choose=next_of_sample,
        )
        (result,) = visit_sites([(site, "address")], scratch, options)
        with read_archive(scratch) as db:
            front = _front_page(db, site, result.detail)
            row = db.execute("select platform from sites where key = ?", (key,)).fetchone()
            site = replace(site, url=front, platform=row["platform"])
            captures = _captures(db, site, captures_folder(scratch))
            with Readers(1) as readers:
                seen = readers.survey(Sample(site, captures))
                found = _found(db, site, captures, seen)
                with suppress(SurveyFailedError):
                    mended = readers.try_file(_trial(db, found.site, captures))
                    unseen = tuple(url for url in found.unseen if url not in mended.added)
                    found = replace(found, site=mended.site, unseen=unseen, mended=mended)
            return replace(found, site=_with_section_names(found.site, seen.section_names))


def _front_page(db: sqlite3.Connection, site: Site, detail: str | None) -> str:
    """The portal's front page: the address itself, or the target of its redirect on the portal."""
    url = site.url
    redirect = """select target.url from pages join pages as target on target.found_on = pages.id
        where pages.site = ? and pages.url = ? and pages.reason = ? and target.kind = 'listing'"""
    for _ in range(MOST_HOPS):
        target = db.execute(redirect, (site.key, url, Outcome.REDIRECT)).fetchone()
        if target is None:
            break
        url = target["url"]
    query = "select * from captures where url = ? order by id desc limit 1"
    last = db.execute(query, (url,)).fetchone()
    if last is None:
        why = f"not fetched: {detail or 'its robots.txt forbids it'}"
        raise PortalNotSeenError(f"{url}: {why}; nothing was written", _cause(db, site.key))
    if last["status"] not in PAGES:
        why = (last["error"] or f"answered {last['status']}").removeprefix(f"{url}: ")
        remedy = "give the address of a front page that answers"
        told = f"{url}: {why}; nothing was written; {remedy}"
        raise PortalNotSeenError(told, _cause(db, site.key))
    return url


def _cause(db: sqlite3.Connection, site: str) -> Cause:
    """Why the last answer, of the front page or of robots.txt, shows no page."""
    query = "select status, error, outcome from captures where site = ? order by id desc limit 1"
    last = db.execute(query, (site,)).fetchone()
    return Cause.OTHER if last is None else cause_of(last["status"], last["error"], last["outcome"])


def _captures(
    db: sqlite3.Connection, site: Site, folder: Path
) -> tuple[tuple[Capture, LinkKind], ...]:
    """Captures of pages, with the kind that was requested; the front page first."""
    rows = db.execute(
        f"""select captures.*, pages.kind
        from captures join pages on pages.site = captures.site and pages.url = captures.url
        where captures.site = ? and status in {PAGES} and pages.kind <> 'robots'
            and outcome not {one_of(LED_ELSEWHERE)}
        order by captures.url <> ?, captures.id""",
        (site.key, site.url),
    )
    kept = ((row, read_record(folder, place_of(row))) for row in rows)
    return tuple((replace(one, site=site.key, url=row["url"]), row["kind"]) for row, one in kept)


def _found(
    db: sqlite3.Connection, site: Site, captures: Sequence[tuple[Capture, LinkKind]], seen: Survey
) -> Findings:
    complete = whole_promised(db, site.key)
    listings, unseen = _listings(db, site, seen)
    rows = db.execute("select url, outcome from captures").fetchall()
    outcomes = Counter(row["outcome"] for row in rows)
    as_article = (Outcome.ARTICLE_NEW, Outcome.ARTICLE_UNCHANGED, Outcome.ARTICLE_PART)
    read_as_articles = {row["url"] for row in rows if row["outcome"] in as_article}
    host = urlsplit(site.url).hostname or ""
    zone, zone_evidence = zone_of(seen.language, seen.region, seen.moments, host=host)
    file = replace(
        site,
        name=seen.name or urlsplit(site.url).netloc,
        language=seen.language or UNDETERMINED,
        timezone=zone,
        publisher=publisher_of(seen.name or ""),
        crawl=CrawlRules(allow_private=site.crawl.allow_private),
        listing=tuple(listings),
        article=seen.rules,
    )
    hints = db.execute(
        """select url, published_on, published_evidence from pages
        where site = ? and published_on is not null""",
        (site.key,),
    )
    return Findings(
        site=file,
        evidence={
            "name": seen.name_evidence,
            "language": seen.language_evidence,
            "timezone": zone_evidence,
        },
        next_pages={one.url: one.next_page for one in seen.listings if one.next_page},
        unseen=tuple(unseen),
        complete=complete,
        articles=tuple(capture for capture, _ in captures if capture.url in read_as_articles),
        hints={row["url"]: (row["published_on"], row["published_evidence"]) for row in hints},
        shells=outcomes[Outcome.REFUSED_NEEDS_BROWSER],
        asked=outcomes.total(),
        crawl_delay=crawl_delays(db).get(host_of(site.url)),
        known=first_value(db, "select count(*) from pages where site = ?", (site.key,)),
        mended=None,
    )


def _with_section_names(site: Site, names: Mapping[str, str]) -> Site:
    """The site, its sections called what the front page calls them unless they have names."""
    named = (
        replace(one, section=one.section or names.get(one.url))
        if one.kind == "html" and one.url != site.url
        else one
        for one in site.listing
    )
    return replace(site, listing=tuple(named))


def _trial(
    db: sqlite3.Connection, site: Site, captures: tuple[tuple[Capture, LinkKind], ...]
) -> Trial:
    """The trial of a file. The blind look, too, begins at the portal's usual feeds and sitemaps."""
    usual = db.execute(
        "select url, kind from pages where site = ? and found_on is null and kind <> 'robots'",
        (site.key,),
    )
    moved = db.execute(
        """select pages.url, target.url as target from pages
        join pages as target on target.found_on = pages.id
        where pages.site = ? and pages.reason = ?""",
        (site.key, Outcome.REDIRECT),
    )
    return Trial(
        site,
        captures,
        front={row["url"]: row["kind"] for row in usual},
        moved={row["url"]: row["target"] for row in moved},
    )


def _listings(
    db: sqlite3.Connection, site: Site, seen: Survey
) -> tuple[list[ListingAddress], list[str]]:
    """The listings for the file, and the menu entries that may be sections or other modules.

    A section is a listing with an address that is the beginning of article addresses. These were
    read already, or a title or sitemap names them and they wait. If the section was fetched, it
    must also name articles of its own. If this finds fewer than two sections, any listing with
    articles of its own is one: boxes on every page name some too.
    """
    own = {listing.url: listing.articles for listing in seen.listings if listing.kind == "html"}
    roots = _root_sitemaps(db, site)
    sitemaps = [one for one in seen.listings if one.kind == "sitemap" and one.url in roots]
    feeds = [one for one in seen.listings if one.kind in ("rss", "atom", "json") and one.articles]
    listings = [ListingAddress(one.kind, one.url) for one in (*sitemaps, *feeds)]
    listings.append(ListingAddress("html", site.url))
    unseen = []
    entries = _entries(db, site, own)
    begun = {
        row["url"]: read > 0 or (waiting >= LEAST_OWN and own.get(row["url"], 1) > 0)
        for row in entries
        for read, waiting in [json.loads(row["below"])]
    }
    by_address = sum(begun.values()) >= 2
    platform = platform_of(site.platform or "generic")
    for row in entries:
        found = own.get(row["url"], 0)
        if begun[row["url"]] or (found >= LEAST_OWN and not by_address):
            listings.append(ListingAddress("html", row["url"], row["section"]))
        elif (
            row["state"] == "waiting"
            or found
            or (row["state"] == "held" and not names_listing(row["url"], platform))
        ):
            # A held one that no pattern knows named articles of its own or has a next page
            # (see pipelines/keep/frontier/listing_names.py).
            unseen.append(row["url"])
    return listings, unseen


def _entries(db: sqlite3.Connection, site: Site, own: Mapping[str, int]) -> list[sqlite3.Row]:
    """The pages that may be sections: no later page, no list by month, tag or author, and none that
    shares its name ("back") and the shape of its address with others.

    `below`: how many addresses of articles begin with its own, as a JSON array (read, waiting).
    """
    rows = db.execute(
        """select url, coalesce(section, title) as section, state, (
            select json_array(count(article), count(*) - count(article)) from pages as articles
            where articles.site = pages.site and articles.kind = 'article'
                and (article is not null or (state = 'waiting' and (title is not null
                    or found_on in (select id from pages where kind = 'sitemap'))))
                and substr(articles.url, 1, length(rtrim(pages.url, '/')) + 1)
                    = rtrim(pages.url, '/') || '/') as below
        from pages where site = :site and url <> :front
            and (kind = 'article' or priority < :later)
            and (url in (select value from json_each(:seen)) or (kind = 'listing'
                and (state in ('held', 'waiting')
                    or (state = 'resting' and reason is not 'redundant'))))
        order by id""",
        {
            **{"site": site.key, "front": site.url, "later": LATER_PAGE},
            "seen": json.dumps([url for url, count in own.items() if count]),
        },
    ).fetchall()
    shared = Counter((row["section"], shape_of(row["url"])) for row in rows if row["section"])
    urls = {site.url, *(row["url"] for row in rows)}
    return [
        row
        for row in rows
        if worth_asking(row["url"], site, platform_of(site.platform or BLIND))
        and not is_second_list(row["url"])
        and names_section(row["section"] or "a")
        and shared[row["section"], shape_of(row["url"])] < 2
        and NUMBER_AT_END.sub("", row["url"]) not in urls - {row["url"]}
        and not is_front_page(NUMBER_AT_END.sub("", row["url"]))
    ]


def _root_sitemaps(db: sqlite3.Connection, site: Site) -> set[str]:
    """The sitemaps that no other sitemap names."""
    rows = db.execute(
        """select url from pages where site = ? and kind = 'sitemap' and state = 'held'
            and (found_on is null or found_on not in (
                select id from pages where kind = 'sitemap' and state = 'held'))""",
        (site.key,),
    )
    return {row["url"] for row in rows}
