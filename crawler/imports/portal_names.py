"""Names the sites that an import made, by their pages, as `loa add` does."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.imports.site_finder import SiteFinder
from pipelines.capture import PAGES, Capture
from pipelines.ingest import Ingest
from pipelines.keep.records.captures import CaptureRow, captures_where
from pipelines.keep.warc.reader import WarcReadError, read_record
from pipelines.outcomes import LED_ELSEWHERE, Outcome, one_of
from pipelines.read.reading import LinkKind
from pipelines.read.seen_listings import Sample
from pipelines.readers.readers import SurveyFailedError
from portals.site import Site

# Pages looked at, besides the front page: more would hardly change what most titles share.
MOST_PAGES: dict[LinkKind, int] = {"listing": 4, "article": 8}
# Of each title one article: two views of one article would make its title look like what all
# pages share, and every page of it would be taken for a page of the portal's own.
ONE_EACH = """id in (select min(captures.id) from captures
    join revisions on revisions.capture = captures.id where site = ? group by revisions.title)"""


def name_portals(ingest: Ingest, sites: SiteFinder) -> None:
    """Give each site that this import made the name that its pages show, if they show one.

    A site that settings describe keeps the name that they give.
    """
    for site in list(sites.made.values()):
        sample = _sample(ingest, site)
        try:
            name = ingest.readers.portal_name(sample) if sample.captures else None
        except SurveyFailedError:
            continue  # it keeps the name of its host
        if name is not None:
            named, last = replace(site, name=name), sample.captures[-1][0].fetched_at
            ingest.note_settings(named, last)
            ingest.warc.sync()
            sites.write_row(named, ingest, last)


def _sample(ingest: Ingest, site: Site) -> Sample:
    """Some pages of a site, the front page first if the import brought it."""
    folder = ingest.archive.captures
    pages: dict[str, tuple[Capture, LinkKind]] = {}
    for kind, row in _rows(ingest, site):
        if row.url not in pages and row.place is not None:
            with suppress(WarcReadError):
                capture = read_record(folder, row.place)
                pages[row.url] = replace(capture, site=site.key, url=row.url), kind
    front = next(iter(pages), "") in _fronts(site)
    return Sample(site, tuple(pages.values()), front=front)


def _rows(ingest: Ingest, site: Site) -> Iterator[tuple[LinkKind, CaptureRow]]:
    db = ingest.archive.connection
    came = f"site = ? and status in {PAGES} and lost_at is null and"
    fronts = f"""{came} outcome not {one_of(LED_ELSEWHERE)}
        and url in (select value from json_each(?)) order by id limit 1"""
    for row in captures_where(db, fronts, (site.key, json.dumps(_fronts(site)))):
        yield "listing", row
    some = f"{came} outcome = ? and {{}} order by id limit ?"
    kinds: tuple[tuple[LinkKind, Outcome, str], ...] = (
        ("listing", Outcome.LISTING, "site = ?"),
        ("article", Outcome.ARTICLE_NEW, ONE_EACH),
    )
    for kind, outcome, which in kinds:
        values = (site.key, outcome, site.key, MOST_PAGES[kind])
        for row in captures_where(db, some.format(which), values):
            yield kind, row


def _fronts(site: Site) -> list[str]:
    host = urlsplit(site.url).netloc.removeprefix("www.")
    return [f"{scheme}://{www}{host}/" for scheme in ("https", "http") for www in ("", "www.")]
