"""Puts one answer into the archive: its capture, its outcome, and everything that follows.

All of it happens in the caller's transaction, after the WARC file was synced.
"""

from dataclasses import dataclass, replace
from sqlite3 import Connection

from pipelines.capture import EXCESS, Capture
from pipelines.keep.database.rows import update_row
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.discovery import note_read_title, remember
from pipelines.keep.frontier.listing_names import keep_names, may_become_listing
from pipelines.keep.frontier.page import Page
from pipelines.keep.frontier.page_state import mark_page
from pipelines.keep.frontier.sessions import under_known_tokens
from pipelines.keep.frontier.validators import watch
from pipelines.keep.issues.notes import keep_notes
from pipelines.keep.looks.former_addresses import ask_former_addresses
from pipelines.keep.looks.listed import follow_entries
from pipelines.keep.memory.sampled_pages import sample_page
from pipelines.keep.records.attachments import follow_swap
from pipelines.keep.records.capture_facts import keep_reading_facts
from pipelines.keep.records.captures import keep_capture
from pipelines.keep.records.outcome import Arrival, Kept, follow_absence, follow_target, settle
from pipelines.keep.records.parts import is_in_parts, ready
from pipelines.keep.records.pictures import follow_picture
from pipelines.keep.records.sites import learn_family
from pipelines.keep.warc.reader import WarcPlace
from pipelines.outcomes import (
    LED_ELSEWHERE,
    LED_ON,
    OWN_FAULTS,
    PROXY_FAULT,
    IssueKind,
    Outcome,
    Refusal,
)
from pipelines.read.addresses.canonical import LONGEST_URL
from pipelines.read.addresses.family_rules import matches, names_listing
from pipelines.read.reading import Link, LinkKind, Note, Reading
from pipelines.read.storable import storable
from portals.platform import Platform
from portals.site import Site

LONGEST_HEADER = 16_384  # characters


@dataclass(frozen=True, slots=True)
class Answer:
    """A capture on its way into the archive.

    `place`: where its bytes are, None if no answer came; `reading`: None if there was nothing to
    read; `kind`: the kind of page that the crawl requested, None for an import that does not say.
    """

    capture: Capture
    place: WarcPlace | None
    reading: Reading | None
    kind: LinkKind | None = None


def keep_answer(db: Connection, run: int, site: Site, answer: Answer) -> Kept:
    """Keep one capture and everything that follows from it."""
    capture, reading = _storable(answer.capture), answer.reading
    platform = learn_family(db, site, reading)
    if reading is not None:
        reading = under_known_tokens(db, site.key, reading, platform)
    row = keep_capture(db, run, capture, answer.place, reading.platform if reading else None)
    if answer.kind == "subresource":
        return _keep_subresource(db, site, capture, row)
    link = Link(capture.url, answer.kind or _kind(capture, reading, platform))
    at = capture.fetched_at
    page = remember(db, site.key, link, platform, at, asked=answer.kind is not None)
    if answer.kind == "article" and reading is not None and reading.kind == "listing":
        if may_become_listing(page, platform):
            link = Link(capture.url, "listing")
            page = remember(db, site.key, link, platform, at, asked=True)
        else:
            detail = f"{capture.url}: lists articles, and is none"
            refusal = Refusal.NOT_AN_ARTICLE
            reading = replace(reading, kind="refused", refusal=refusal, detail=detail)
    if answer.kind is None and page.kind == "listing" and page.depth > 0 and _is_article(reading):
        page = remember(db, site.key, replace(link, kind="article"), platform, at, asked=True)
    # An old capture says nothing about the address's present state.
    newest = page.last_fetched_at is None or page.last_fetched_at <= utc_text(at)
    named_others = (
        newest
        and reading is not None
        and reading.kind in ("listing", "feed", "sitemap")
        and keep_names(db, page.id, reading, at)  # before the walk, which uses these names
    )
    arrival = Arrival(site, platform, page, capture, row, answer.place, reading)
    kept, state = settle(db, arrival)
    if newest and capture.fault != PROXY_FAULT:
        follow_absence(db, arrival, kept, state)
        if answer.kind is not None:
            ask_former_addresses(db, page, kept.outcome, at)
        other_text = named_others or kept.outcome == Outcome.ARTICLE_CHANGED
        watch(db, page, capture, row, other_text=other_text)
        mark_page(db, page, capture, kept.outcome, state)
        follow_target(db, page, kept, state)
        follow_entries(db, run, page, reading, at)
        if kept.outcome == Outcome.ARTICLE_PART or is_in_parts(db, page):
            kept = replace(kept, whole=ready(db, page, at))
    wrong = state in ("failing", "refused") or kept.outcome.refusal is not None
    db.execute(
        "update captures set outcome = ?, error = coalesce(error, ?), leads_to = ? where id = ?",
        (kept.outcome, kept.detail if wrong else None, _leads_to(arrival, kept), row),
    )
    _follow_outcome(db, page, kept, reading, row)
    keep_reading_facts(db, capture, row, reading)
    notes = (*reading.notes, *_excess(capture)) if reading else _blocked(capture)
    keep_notes(db, capture, row, notes)
    leads_to = arrival.target if kept.outcome in LED_ON else None
    return replace(kept, leads_to=leads_to, rendered=capture.rendered_from is not None)


def _leads_to(arrival: Arrival, kept: Kept) -> str | None:
    """Where an answer leads, if it is a redirect."""
    leads = arrival.capture.is_redirect or kept.outcome in LED_ELSEWHERE
    return arrival.target if leads else None


def _follow_outcome(
    db: Connection, page: Page, kept: Kept, reading: Reading | None, row: int
) -> None:
    """Do what follows from an answer once the outcome of its capture (`row`) is known."""
    if page.is_picture and kept.outcome == Outcome.REDIRECT:
        follow_picture(db, page.site, page.url)  # its target may be held
    if reading is None:
        return
    note_read_title(db, page, reading.given_title)
    if reading.lines:
        sample_page(db, page.site, page.id, page.url, reading.lines)
    if reading.document is not None:
        follow_swap(db, page.site, page.url, row)


def _storable(capture: Capture) -> Capture:
    """The capture with its server's words made storable; the WARC file holds the originals."""
    return replace(
        capture,
        url=storable(capture.url, LONGEST_URL),
        headers=tuple((name, storable(value, LONGEST_HEADER)) for name, value in capture.headers),
        error=None if capture.error is None else storable(capture.error),
    )


def _keep_subresource(db: Connection, site: Site, capture: Capture, capture_row: int) -> Kept:
    """Keep a subresource that the browser requested: a capture, but no page and not to be read."""
    outcome = Outcome(capture.fault) if capture.fault in OWN_FAULTS else Outcome.SUBRESOURCE
    update_row(db, "captures", capture_row, {"outcome": outcome})
    keep_notes(db, capture, capture_row, _blocked(capture))
    return Kept(capture.url, outcome, capture.error)


def _blocked(capture: Capture) -> tuple[Note, ...]:
    """Tell a person why an answer could not be fetched.

    The judgement of the whole visit reports a bad certificate.
    """
    if capture.fault != Outcome.BLOCKED_ADDRESS:
        return ()
    return (Note(IssueKind.BLOCKED_ADDRESS, f"{capture.url}: {capture.error}"),)


def _excess(capture: Capture) -> tuple[Note, ...]:
    """Tell a person of a body that ended before its bytes did: a server that counts letters."""
    count = capture.header(EXCESS)
    if count is None:
        return ()
    why = "more bytes came than its Content-Length says, so the end of its text may be missing"
    return (Note(IssueKind.LENGTH_TOO_SHORT, f"{capture.url}: {why} ({storable(count, 20)})"),)


def _is_article(reading: Reading | None) -> bool:
    return reading is not None and reading.kind == "article"


def _kind(capture: Capture, reading: Reading | None, platform: Platform) -> LinkKind:
    """The kind of an address that no page has named."""
    if reading is not None and reading.kind in ("listing", "feed", "sitemap", "attachment"):
        return reading.kind
    is_article = matches(capture.url, platform.addresses.article)
    return "listing" if names_listing(capture.url, platform) and not is_article else "article"
