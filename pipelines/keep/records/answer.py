"""Carries decisions out: one capture's outcome, its place in the WARC file, revision, page and newly discovered addresses, all in the caller's transaction."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from pipelines.capture import Capture
from pipelines.keep.database.timestamps import stored
from pipelines.keep.frontier.guessed_listings import is_redundant, may_become_listing
from pipelines.keep.frontier.listing_names import keep_names
from pipelines.keep.frontier.page_state import PageState, mark_page
from pipelines.keep.frontier.pages import discover, remember, walk_on
from pipelines.keep.frontier.validators import watch
from pipelines.keep.issues.acceptances import open_unless_accepted
from pipelines.keep.issues.issues import Issue, close_issue, open_at_address
from pipelines.keep.records.articles import keep_article, mark_removed, see_unchanged, take_document
from pipelines.keep.records.capture_facts import keep_evidence, weaker_than_held
from pipelines.keep.records.captures import keep_capture
from pipelines.keep.records.site_family import learn_family
from pipelines.keep.warc.reader import WarcPlace
from pipelines.outcomes import (
    OWN_FAULTS,
    SELF_DECLARED_REFUSALS,
    STANDING_ISSUES,
    IssueKind,
    Outcome,
    Refusal,
)
from pipelines.read.addresses.canonical import LONGEST_URL, canonical_url, same_site
from pipelines.read.addresses.family_rules import matches, names_listing
from pipelines.read.reading import Link, LinkKind, Note, Reading
from pipelines.read.storable import storable
from portals.platform import Platform
from portals.site import Site

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_HOPS = (
    10  # redirects from one address to the next before no further one is followed; browsers take 20
)
LONGEST_HEADER = 16_384  # characters


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one capture. `outcome` is the word in captures.outcome; `known` tells that the archive had this very capture already.

    `cookie`: the Cookie header that would answer a challenge; it goes no further than the visit. `rendered`: it was what a browser made of an answer.
    """

    url: str
    outcome: Outcome
    detail: str | None = None
    known: bool = False
    cookie: str | None = None
    rendered: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A capture on its way into the archive: where its bytes lie (None where no answer came), and what was read (None where there was nothing to read)."""

    capture: Capture
    place: WarcPlace | None
    reading: Reading | None
    kind: LinkKind | None = None


def keep_site(
    db: sqlite3.Connection, site: Site, origin: Literal["file", "import", "address"], at: datetime
) -> None:
    """The site's row as its file says it; a platform learned from pages outlives a file that names none, a file's language and time zone outlive the file."""
    db.execute(
        """insert into sites (key, name, url, platform, publisher, level, area_code, language, timezone, origin, first_seen_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (key) do update set name = iif(excluded.origin = 'file', excluded.name, name), url = excluded.url,
            platform = coalesce(excluded.platform, platform), publisher = coalesce(excluded.publisher, publisher),
            level = coalesce(excluded.level, level), area_code = coalesce(excluded.area_code, area_code),
            language = iif(excluded.origin = 'file' or origin <> 'file', excluded.language, language),
            timezone = iif(excluded.origin = 'file' or origin <> 'file', excluded.timezone, timezone),
            origin = iif(excluded.origin = 'file', 'file', origin)""",
        (
            *(
                site.key,
                site.name,
                site.url,
                site.platform,
                site.publisher.name or None,
                site.publisher.level,
                site.publisher.area_code or None,
            ),
            *(site.language, site.timezone, origin, stored(at)),
        ),
    )


def keep_answer(db: sqlite3.Connection, run: int, site: Site, answer: Answer) -> Kept:
    """Keeps one capture and everything that follows from it. Called inside a transaction, after the WARC file was synced."""
    answer = _fit_to_store(answer)
    capture, reading = answer.capture, answer.reading
    platform = learn_family(db, site, reading)
    platform_read = reading.platform if reading else None
    capture_row = keep_capture(db, run, capture, answer.place, platform_read)
    if answer.kind == "subresource":
        return _keep_subresource(db, site, capture, capture_row)
    kind = answer.kind or _kind(capture, reading, platform)
    page = remember(
        db,
        site.key,
        capture.url,
        kind,
        platform,
        at=capture.fetched_at,
        asked=answer.kind is not None,
    )
    if answer.kind == "article" and reading is not None and reading.kind == "listing":
        if may_become_listing(page, platform):
            page = remember(
                db, site.key, capture.url, "listing", platform, at=capture.fetched_at, asked=True
            )
        else:
            unknown = f"{capture.url}: lists articles, and is none"
            reading = Reading(
                "refused",
                reading.platform,
                links=reading.links,
                refusal=Refusal.NOT_AN_ARTICLE,
                detail=unknown,
                notes=reading.notes,
            )
            answer = replace(answer, reading=reading)
    newest = page["last_fetched_at"] is None or page["last_fetched_at"] <= stored(
        capture.fetched_at
    )  # an old capture says nothing of how the address stands now
    listed_anew = False
    if (
        newest and reading is not None and reading.kind in ("listing", "feed", "sitemap")
    ):  # before the walk, which goes by what its pages name
        listed_anew = keep_names(db, page["id"], reading, capture.fetched_at)
    kept, state = _follow(db, site, platform, answer, capture_row, page)
    kept = replace(kept, rendered=capture.rendered_from is not None)
    if newest:
        watch(
            db,
            page,
            capture,
            capture_row,
            other_text=listed_anew or kept.outcome == Outcome.ARTICLE_CHANGED,
        )
        mark_page(db, page, capture, kept.outcome, state)
    db.execute(
        "update captures set outcome = ?, error = coalesce(error, ?) where id = ?",
        (
            kept.outcome,
            kept.detail
            if state in ("failing", "refused") or kept.outcome.refusal is not None
            else None,
            capture_row,
        ),
    )
    keep_evidence(db, site, capture, capture_row, reading)
    _keep_notes(db, site, capture, capture_row, reading.notes if reading else _blocked(capture))
    return kept


def _keep_subresource(
    db: sqlite3.Connection, site: Site, capture: Capture, capture_row: int
) -> Kept:
    """What a page asked for while a browser filled it: a capture like any other, but no page, and not to be read."""
    outcome = Outcome(capture.fault) if capture.fault in OWN_FAULTS else Outcome.SUBRESOURCE
    db.execute("update captures set outcome = ? where id = ?", (outcome, capture_row))
    _keep_notes(db, site, capture, capture_row, _blocked(capture))
    return Kept(capture.url, outcome, capture.error)


def _fit_to_store(answer: Answer) -> Answer:
    """The answer with its server's words made storable, which no reader has cleaned; the WARC file holds them as they came."""
    capture = answer.capture
    headers = tuple((name, storable(value, LONGEST_HEADER)) for name, value in capture.headers)
    error = None if capture.error is None else storable(capture.error)
    return replace(
        answer,
        capture=replace(
            capture, url=storable(capture.url, LONGEST_URL), headers=headers, error=error
        ),
    )


def _blocked(capture: Capture) -> tuple[Note, ...]:
    """What a person has to know of an answer that could not be had. A bad certificate is told by the judgement of the whole visit."""
    return (
        (Note(IssueKind.BLOCKED_ADDRESS, f"{capture.url}: {capture.error}"),)
        if capture.fault == Outcome.BLOCKED_ADDRESS
        else ()
    )


def _follow(
    db: sqlite3.Connection,
    site: Site,
    platform: Platform,
    answer: Answer,
    capture_row: int,
    page: sqlite3.Row,
) -> tuple[Kept, PageState]:
    capture, reading = answer.capture, answer.reading
    url, at = capture.url, capture.fetched_at
    if capture.fault in OWN_FAULTS:
        return Kept(url, Outcome(capture.fault), f"{url}: {capture.error}"), "held" if page[
            "kind"
        ] == "robots" else "failing"
    if page["kind"] == "robots":
        return Kept(url, Outcome.ROBOTS, capture.error), "held"
    if capture.status is None:
        return Kept(url, Outcome.FAILED, f"{url}: {capture.error}"), "failing"
    if capture.status in REDIRECTS:
        return _follow_redirect(db, site, platform, capture, page)
    if capture.status == 304:
        see_unchanged(db, page, at)
        return Kept(url, Outcome.NOT_MODIFIED), "held"
    if capture.status in (404, 410):
        if capture.status == 410 or page["failures"] > 0:
            mark_removed(db, site.key, url, at)
        return Kept(url, Outcome.GONE, f"{url}: answered {capture.status}"), "gone"
    if reading is None or capture.status != 200:
        state: PageState = (
            "failing" if capture.status >= 500 or capture.status in (408, 425, 429) else "refused"
        )
        return Kept(
            url,
            Outcome.SERVER_ERROR if state == "failing" else Outcome.CLIENT_ERROR,
            f"{url}: answered {capture.status}",
        ), state
    if (
        reading.refusal == Refusal.NEEDS_BROWSER
        and site.crawl.browser
        and capture.rendered_from is None
    ):
        return Kept(
            url, Outcome.AWAITS_BROWSER
        ), "waiting"  # the next visit asks again if this process dies before the browser is done
    new = 0
    if (
        page["depth"] < site.crawl.max_depth and reading.refusal not in SELF_DECLARED_REFUSALS
    ):  # what a parked name or a log-in page links to is not the portal's
        articles = [link for link in reading.links if link.kind == "article"]
        others = [link for link in reading.links if link.kind != "article"]
        new = discover(
            db, site.key, articles, platform, at=at, found_on=page["id"], depth=page["depth"] + 1
        )
        discover(
            db, site.key, others, platform, at=at, found_on=page["id"], depth=page["depth"] + 1
        )
    if reading.kind == "article" and reading.article is not None:
        if (why := weaker_than_held(db, site, reading)) is not None:
            see_unchanged(db, page, at)
            return Kept(
                url, Outcome.REFUSED_LAYOUT_CHANGED, f"{url}: {why}; the record stays as it was"
            ), "held"
        verdict = keep_article(db, site, reading, capture_row, page, at)
        if site.crawl.attachments:
            files = [
                Link(link.url, "attachment", link.name)
                for link in reading.article.attachments
                if same_site(link.url, site.all_hosts)
            ]
            discover(
                db, site.key, files, platform, at=at, found_on=page["id"], depth=page["depth"] + 1
            )
        return Kept(url, Outcome.of_article(verdict)), "held"
    if reading.kind == "attachment" and reading.document is not None:
        take_document(db, site.key, url, reading.document, answer.place, capture_row)
        return Kept(url, Outcome.ATTACHMENT), "held"
    if reading.kind == "refused" and capture.error is not None:
        return Kept(
            url, Outcome.FAILED, f"{url}: {capture.error}"
        ), "failing"  # a page that scripts could not fill for now
    if (
        page["kind"] == "listing"
        and reading.kind in ("listing", "refused")
        and is_redundant(db, page, reading, platform)
    ):
        return Kept(
            url,
            outcome_of(reading),
            reading.detail,
        ), "resting"
    if reading.kind == "refused":
        return Kept(url, outcome_of(reading), reading.detail, cookie=reading.cookie), _refused(
            reading, page
        )
    if reading.next_page is not None and page["depth"] < site.crawl.max_depth:
        walk_on(
            db,
            site.key,
            reading.next_page,
            at=at,
            found_on=page["id"],
            depth=page["depth"] + 1,
            new=new,
        )
    if reading.kind == "sitemap":
        db.execute(
            "update pages set reason = ? where id = ?",
            ("complete" if reading.complete else None, page["id"]),
        )
    return Kept(url, outcome_of(reading)), "held"


def outcome_of(reading: Reading) -> Outcome:
    """The outcome that a reading alone gives, for one that is no article."""
    return Outcome.of_refusal(reading.refusal) if reading.refusal else Outcome(reading.kind)


def _refused(reading: Reading, page: sqlite3.Row) -> PageState:
    """What becomes of an address whose page was refused: a portal that is being mended, or asks who we are, may answer with the article the next time."""
    if reading.refusal == Refusal.SOFT_404 and page["kind"] == "article":
        return "gone"
    if reading.refusal in SELF_DECLARED_REFUSALS:
        return "failing"
    return "refused" if page["article"] is None else "held"


def _follow_redirect(
    db: sqlite3.Connection, site: Site, platform: Platform, capture: Capture, page: sqlite3.Row
) -> tuple[Kept, PageState]:
    """A redirect is an answer of its own: its target is asked for as an address of its own where it is the portal's, and recorded where it is not."""
    target = canonical_url(capture.location, capture.url)
    if target is None or target == capture.url:
        return Kept(
            capture.url, Outcome.REDIRECT_LOOP, f"{capture.url}: redirects to {target or 'nowhere'}"
        ), "refused"
    if _hops(db, page) >= MOST_HOPS:
        return Kept(
            capture.url,
            Outcome.REDIRECT_LOOP,
            f"{capture.url}: redirects on after {MOST_HOPS} redirects",
        ), "refused"
    if not same_site(target, site.all_hosts):
        return Kept(
            capture.url,
            Outcome.REDIRECT_OFFSITE,
            f"{capture.url}: points to {target}, which is not the portal's",
        ), "refused"
    if page["kind"] == "article" and urlsplit(target).path in ("", "/"):
        return Kept(
            capture.url, Outcome.GONE, f"{capture.url}: redirects to the front page"
        ), "gone"
    discover(
        db,
        site.key,
        [Link(target, page["kind"])],
        platform,
        at=capture.fetched_at,
        found_on=page["id"],
        depth=page["depth"],
        trusted=True,
    )
    db.execute(
        "update pages set priority = min(priority, ?) where site = ? and url = ?",
        (page["priority"], site.key, target),
    )
    return Kept(capture.url, Outcome.REDIRECT, f"{capture.url}: redirects to {target}"), "refused"


def _hops(db: sqlite3.Connection, page: sqlite3.Row) -> int:
    """How many redirects in a row led to a page, MOST_HOPS at most."""
    hops, found_on = 0, page["found_on"]
    while found_on is not None and hops < MOST_HOPS:
        before = db.execute(
            "select found_on, reason from pages where id = ?", (found_on,)
        ).fetchone()
        if before["reason"] != Outcome.REDIRECT:
            break
        hops, found_on = hops + 1, before["found_on"]
    return hops


def _kind(capture: Capture, reading: Reading | None, platform: Platform) -> LinkKind:
    """What an address is that nothing has named before."""
    if reading is not None and reading.kind in ("listing", "feed", "sitemap", "attachment"):
        return reading.kind
    return (
        "listing"
        if names_listing(capture.url, platform)
        and not matches(capture.url, platform.addresses.article)
        else "article"
    )


def _keep_notes(
    db: sqlite3.Connection, site: Site, capture: Capture, capture_row: int, notes: tuple[Note, ...]
) -> None:
    """Open an issue for each note, once an address and kind; close those that came without one."""
    article = db.execute(
        "select article from pages where site = ? and url = ?", (site.key, capture.url)
    ).fetchone()
    opened = open_at_address(db, site.key, capture.url)
    kinds = {note.kind for note in notes}
    for note in notes:
        issue = Issue(
            note.kind,
            note.detail,
            site.key,
            capture.url,
            article["article"] if article else None,
            capture_row,
        )
        open_unless_accepted(db, issue, capture.fetched_at, per="address")
    for left in opened:
        if capture.status == 200 and left.kind not in kinds | STANDING_ISSUES:
            close_issue(db, left, capture.fetched_at)
