"""Settles one answer: its outcome, the state of its page, and the addresses that it names."""

from dataclasses import dataclass, replace
from sqlite3 import Connection
from urllib.parse import urlsplit

from pipelines.capture import Capture
from pipelines.keep.database.rows import update_row
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.discovery import Origin, discover, links_of, name_target
from pipelines.keep.frontier.listing_names import is_redundant
from pipelines.keep.frontier.page import Page, PageState, page_at
from pipelines.keep.frontier.pages import leave_former_targets
from pipelines.keep.frontier.unasked import count_unasked
from pipelines.keep.frontier.walk import heed_sitemap, walk_on
from pipelines.keep.history.rework import rework
from pipelines.keep.records.articles import SeenIn, keep_article, see_unchanged
from pipelines.keep.records.attachments import ask_files_again, discover_files, take_document
from pipelines.keep.records.capture_facts import weaker_than_held
from pipelines.keep.records.identity import home_of, without_article
from pipelines.keep.records.moves import lead_to, move_record
from pipelines.keep.records.parts import follow_part, note_parts, release_parts
from pipelines.keep.records.pictures import take_picture, too_large
from pipelines.keep.records.publication import (
    date_by_name,
    has_date_issue,
    held_article,
    settle_date,
)
from pipelines.keep.warc.reader import WarcPlace
from pipelines.outcomes import (
    HOLLOW,
    LISTING_OUTCOMES,
    NOT_WHOLE,
    OVERSIZE,
    OWN_FAULTS,
    SELF_DECLARED_REFUSALS,
    WORKER_REFUSALS,
    Outcome,
    Refusal,
)
from pipelines.read.addresses.canonical import canonical_url, names_address, same_site
from pipelines.read.reading import Article, Link, Reading
from portals.platform import Platform
from portals.site import Site

MOST_HOPS = 10  # redirects in a row that are followed; browsers follow 20
TRY_LATER = frozenset({408, 425, 429})  # and all from 500 on


@dataclass(frozen=True, slots=True)
class Kept:
    """The outcome of one capture. `cookie`: the Cookie header that would answer a challenge; only
    the visit uses it. `leads_to`: where a redirect leads within the site, or to itself. `rendered`:
    the capture is a page that a browser rendered. `named`: how many articles it named that were new
    to the archive. `whole`: the first page of an article all of whose parts have come, and which is
    to be joined now.
    """

    url: str
    outcome: Outcome
    detail: str | None = None
    cookie: str | None = None
    leads_to: str | None = None
    rendered: bool = False
    named: int = 0
    whole: int | None = None

    @property
    def known(self) -> bool:
        """Whether the archive had this very capture already."""
        return self.outcome == Outcome.KNOWN


@dataclass(frozen=True, slots=True)
class Arrival:
    """An answer as it reaches the archive; `page` is its page before, `row` its capture's row."""

    site: Site
    platform: Platform
    page: Page
    capture: Capture
    row: int
    place: WarcPlace | None
    reading: Reading | None

    @property
    def target(self) -> str | None:
        """Where a redirect leads, if that is an address: by its header, or by the page itself."""
        if self.reading is not None and self.reading.kind == "redirect":
            return self.reading.target
        return canonical_url(self.capture.location, self.capture.url)

    @property
    def may_go_deeper(self) -> bool:
        """Whether links of the page are within the depth that its site allows."""
        return self.page.depth < self.site.crawl.max_depth

    def kept(self, outcome: Outcome, why: str | None = None) -> Kept:
        """The outcome, and why in one line that names the address."""
        detail = None if why is None else f"{self.capture.url}: {why}"
        return Kept(self.capture.url, outcome, detail)


def settle(db: Connection, arrival: Arrival) -> tuple[Kept, PageState]:
    """Apply an answer to the archive; returns the outcome and the state of its page."""
    capture, page, status = arrival.capture, arrival.page, arrival.capture.status
    if capture.fault in OWN_FAULTS:
        kept = arrival.kept(Outcome(capture.fault), capture.error)
        return kept, "held" if page.kind == "robots" else "failing"
    if page.kind == "robots":
        return Kept(capture.url, Outcome.ROBOTS, capture.error), "held"
    if status is None or capture.fault in NOT_WHOLE:
        return _without_body(arrival)
    if capture.is_redirect or (arrival.reading is not None and arrival.reading.kind == "redirect"):
        return _follow_redirect(db, arrival)
    if status == 304:
        see_unchanged(db, page, capture.fetched_at)
        if page.article is not None and has_date_issue(db, page.article):
            settle_date(db, arrival.site, page.article, capture.fetched_at)  # it may have stayed
            rework(db, page.article)
        return arrival.kept(Outcome.NOT_MODIFIED), "held"
    if status in (404, 410):
        return arrival.kept(Outcome.GONE, f"answered {status}"), "gone"
    if arrival.reading is not None and capture.is_page:
        return _take(db, arrival, arrival.reading)
    if status >= 500 or status in TRY_LATER:
        return arrival.kept(Outcome.SERVER_ERROR, f"answered {status}"), "failing"
    # Neither a page nor a removal: a firewall, a members' area, a broken rule. It may pass.
    return arrival.kept(Outcome.CLIENT_ERROR, f"answered {status}"), "failing"


def _without_body(arrival: Arrival) -> tuple[Kept, PageState]:
    """The outcome where no answer came, or not the whole of one."""
    if arrival.page.is_picture and arrival.capture.fault == OVERSIZE:
        why = f"is {too_large(arrival.site)}"
        return arrival.kept(Outcome.REFUSED_PICTURE_TOO_LARGE, why), "refused"
    return arrival.kept(Outcome.FAILED, str(arrival.capture.error)), "failing"


def outcome_of(reading: Reading) -> Outcome:
    """The outcome of a reading that is not an article."""
    return Outcome.of_refusal(reading.refusal) if reading.refusal else Outcome(reading.kind)


def _take(db: Connection, arrival: Arrival, reading: Reading) -> tuple[Kept, PageState]:
    """The outcome of an answer that was read."""
    capture, site = arrival.capture, arrival.site
    to_render = site.crawl.browser and capture.rendered_from is None
    if to_render and reading.refusal == Refusal.NEEDS_BROWSER:
        # The next visit asks again if this process dies before the browser is done.
        return arrival.kept(Outcome.AWAITS_BROWSER), "waiting"
    new = _discover_links(db, arrival, reading)
    if reading.kind == "article" and reading.article is not None:
        return _take_article(db, arrival, reading, reading.article)
    if reading.kind == "attachment" and reading.document is not None:
        for url in _way_to(db, arrival.page):  # an article may link to any of them
            take_document(db, site.key, url, reading.document, arrival.place, arrival.row)
            take_picture(db, site.key, url, reading.document.media_type, arrival.row)
        return arrival.kept(Outcome.ATTACHMENT), "held"
    if reading.kind == "refused" and capture.error is not None:
        # A page that scripts could not fill this time.
        return arrival.kept(Outcome.FAILED, capture.error), "failing"
    asked_as_listing = arrival.page.kind == "listing" and reading.kind in ("listing", "refused")
    if asked_as_listing and is_redundant(db, arrival.page, reading, arrival.platform):
        return Kept(capture.url, outcome_of(reading), reading.detail), "resting"
    if reading.kind == "refused":
        kept = Kept(capture.url, outcome_of(reading), reading.detail, cookie=reading.cookie)
        return kept, _refused_state(reading, arrival.page)
    if reading.next_page is not None and arrival.may_go_deeper:
        walk_on(db, arrival.page, reading.next_page, new=new, at=capture.fetched_at)
    if reading.kind == "sitemap":
        reason = "complete" if reading.complete else None
        update_row(db, "pages", arrival.page.id, {"reason": reason})
        heed_sitemap(db, arrival.page, reading)
    return replace(arrival.kept(outcome_of(reading)), named=new), "held"


def _discover_links(db: Connection, arrival: Arrival, reading: Reading) -> int:
    """Store the addresses that a page names; returns how many articles are new.

    The links of a parked domain or a login page are not the portal's.
    """
    if not arrival.may_go_deeper or reading.refusal in SELF_DECLARED_REFUSALS:
        return 0
    site, at, origin = arrival.site.key, arrival.capture.fetched_at, links_of(arrival.page)
    # A doubtful page that is no article leads no further.
    barren = arrival.page.doubt is not None and reading.kind != "article"
    left = [link for link in reading.links if barren and link.doubt is not None]
    articles = [
        link
        for link in reading.links
        if link.kind == "article" and not (barren and link.doubt is not None)
    ]
    others = [link for link in reading.links if link.kind != "article"]
    new = discover(db, site, articles, arrival.platform, at, origin)
    date_by_name(db, site, articles)
    discover(db, site, others, arrival.platform, at, origin)
    count_unasked(db, site, (*reading.unasked, *left), at)
    return new


def _take_article(
    db: Connection, arrival: Arrival, reading: Reading, article: Article
) -> tuple[Kept, PageState]:
    site, page, at = arrival.site, arrival.page, arrival.capture.fetched_at
    if reading.parts is not None or page.part_of is not None:
        note_parts(db, page, reading, arrival.platform, arrival.row, at)
        return arrival.kept(Outcome.ARTICLE_PART), "held"
    if page.last_fetched_at is None or page.last_fetched_at <= utc_text(at):
        release_parts(db, page, at)
    home = home_of(db, page, reading, at)
    if (why := weaker_than_held(db, home, reading, at)) is not None:
        see_unchanged(db, page, at)
        why = f"{why}; the record stays as it was"
        return arrival.kept(Outcome.REFUSED_LAYOUT_CHANGED, why), "held"
    verdict = keep_article(db, site, reading, page, SeenIn(arrival.row, at), home)
    if home.elsewhere is not None and arrival.may_go_deeper:
        claimed = Link(home.elsewhere, "article")
        origin = Origin(page.id, page.depth + 1, trusted=True)
        discover(db, site.key, [claimed], arrival.platform, at, origin)
        if (record := held_article(db, site.key, home.elsewhere)) is not None:
            lead_to(db, record.id)
    discover_files(db, site, article, arrival.platform, page, at)
    if verdict == "changed":
        ask_files_again(db, site, page, at)
    return arrival.kept(Outcome.of_article(verdict)), "held"


def _refused_state(reading: Reading, page: Page) -> PageState:
    """The state of an address after its page was refused.

    A portal under maintenance, or one that shows a challenge, may send the article next time. If
    the fault is ours, we do not know the page at all.
    """
    if reading.refusal == Refusal.SOFT_404 and page.kind == "article":
        return "gone"
    if reading.refusal in SELF_DECLARED_REFUSALS | WORKER_REFUSALS:
        return "failing"
    if page.revision is not None:
        return "held"
    return "failing" if outcome_of(reading) in HOLLOW else "refused"


def _follow_redirect(db: Connection, arrival: Arrival) -> tuple[Kept, PageState]:
    """Put the target into the frontier if it is the portal's; else record that it is not."""
    capture, page = arrival.capture, arrival.page
    target = arrival.target
    if target is None or target == capture.url:
        why = f"redirects to {target or 'nowhere'}"
        return arrival.kept(Outcome.REDIRECT_LOOP, why), "failing"
    if len(_way_to(db, page)) > MOST_HOPS:
        why = f"redirects on after {MOST_HOPS} redirects"
        return arrival.kept(Outcome.REDIRECT_LOOP, why), "failing"
    if not same_site(target, arrival.site.all_hosts):
        why = f"points to {target}, which is not the portal's"
        never_had = page.revision is None
        return arrival.kept(Outcome.REDIRECT_OFFSITE, why), "refused" if never_had else "failing"
    to_front = urlsplit(target).path in ("", "/") and not names_address(target, page.url)
    if page.kind == "article" and to_front:
        return arrival.kept(Outcome.GONE, "redirects to the front page"), "gone"
    origin = Origin(page.id, page.depth, trusted=True)
    link = Link(target, page.link_kind, published=page.given_date)
    discover(db, page.site, [link], arrival.platform, capture.fetched_at, origin)
    date_by_name(db, page.site, [link])
    found = page_at(db, page.site, target)
    assert found is not None
    update_row(db, "pages", found.id, {"priority": min(found.priority, page.priority)})
    name_target(db, page, found)
    follow_part(db, page, found)
    state: PageState = "refused" if _leads_on(page, found) else "failing"
    return arrival.kept(Outcome.REDIRECT, f"redirects to {target}"), state


def _leads_on(page: Page, found: Page) -> bool:
    """Whether a redirect leads to something that was read, so that its address is settled.

    It may lead to an error page or a log-in for a day. If its target is new, `follow_target`
    decides. The address of a held article is settled only if no other address led to the target
    first: if many lead to one page, that says nothing about their articles.
    """
    if found.state == "refused" and found.reason == Outcome.REDIRECT:
        return page.revision is None  # itself a redirect that leads on
    if page.revision is None:
        return found.state in ("held", "resting")
    led_first = found.article is not None and found.found_on == page.id
    return found.state == "held" and (found.article == page.article or led_first)


def follow_target(db: Connection, page: Page, kept: Kept, state: PageState) -> None:
    """Settle the redirects to a page that turned out to be a record, a listing, or a redirect that
    is settled itself. `state`: that of the page after the answer.
    """
    if kept.outcome == Outcome.LISTING:
        leave_former_targets(db, page)
    read = kept.outcome in (*LISTING_OUTCOMES, Outcome.ATTACHMENT)
    settled = kept.outcome == Outcome.REDIRECT and state == "refused"
    if not (read or settled or kept.outcome.is_article):
        return
    source, hops = page.found_on, 0
    while source is not None and hops < MOST_HOPS:
        query = "select found_on, state, reason, article from pages where id = ?"
        before = db.execute(query, (source,)).fetchone()
        if (before["state"], before["reason"]) != ("failing", Outcome.REDIRECT):
            return
        if before["article"] is not None and not kept.outcome.is_article:
            return
        update_row(db, "pages", source, {"state": "refused", "failures": 0, "next_due_at": None})
        source, hops = before["found_on"], hops + 1


def follow_absence(db: Connection, arrival: Arrival, kept: Kept, state: PageState) -> None:
    """Act on an address that shows no article: a record that other pages filed under it moves to
    its own page's address, and the article's other addresses become due.
    """
    if state not in ("gone", "refused") and kept.outcome not in (Outcome.LISTING, Outcome.REDIRECT):
        return
    if state == "gone" and arrival.page.article is not None:
        db.execute(
            """update pages set next_due_at = min(next_due_at, ?)
            where article = ? and id <> ? and state = 'held'""",
            (utc_text(arrival.capture.fetched_at), arrival.page.article, arrival.page.id),
        )
    target = arrival.target if kept.outcome == Outcome.REDIRECT else None
    move = without_article(db, arrival.page, arrival.platform, target)
    if move is None:
        return
    record = move_record(db, move)
    if move.url == target:  # the address leads to the record, wherever it ends up
        update_row(db, "pages", arrival.page.id, {"article": record})


def _way_to(db: Connection, page: Page) -> list[str]:
    """The address of a page, and those that redirected to it in a row, MOST_HOPS at most."""
    way, found_on = [page.url], page.found_on
    while found_on is not None and len(way) <= MOST_HOPS:
        query = "select url, found_on, reason from pages where id = ?"
        before = db.execute(query, (found_on,)).fetchone()
        if before["reason"] != Outcome.REDIRECT:
            break
        way.append(before["url"])
        found_on = before["found_on"]
    return way
