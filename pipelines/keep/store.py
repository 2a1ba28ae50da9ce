"""Carries decisions out: one capture's outcome, its place in the WARC file, revision, page and newly discovered addresses, all in the caller's transaction."""

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from urllib.parse import urlsplit

from pipelines.capture import Capture
from pipelines.keep.again import article_again, failing_again, gone_again
from pipelines.keep.articles import keep_article, mark_removed, see_unchanged, take_document
from pipelines.keep.frontier import discover, remember, walk_on
from pipelines.keep.instants import instant_of, stored
from pipelines.keep.warc import WarcPlace
from pipelines.read.addresses import matches
from pipelines.read.reading import Link, LinkKind, Note, Reading
from pipelines.read.urls import canonical_url, same_site
from portals.platform import Platform, platform_of
from portals.site import Site

PageState = Literal["held", "failing", "gone", "refused"]
REDIRECTS = frozenset({301, 302, 303, 307, 308})
STANDING_ISSUES = frozenset({"date-moved", "date-moves"})  # a person closes these: the next reading says nothing about them


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one capture. `outcome` is the word in captures.outcome; `known` tells that the archive had this very capture already."""

    url: str
    outcome: str
    detail: str | None = None
    known: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A capture on its way into the archive: where its bytes lie (None where no answer came), and what was read (None where there was nothing to read)."""

    capture: Capture
    place: WarcPlace | None
    reading: Reading | None
    kind: LinkKind | None = None


def keep_site(db: sqlite3.Connection, site: Site, origin: Literal["file", "import", "address"], at: datetime) -> None:
    """The site's row as its file says it; a platform learned from pages outlives a file that names none."""
    db.execute(
        """insert into sites (key, name, url, platform, publisher, level, area_code, language, timezone, origin, first_seen_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (key) do update set name = iif(excluded.origin = 'file', excluded.name, name), url = excluded.url,
            platform = coalesce(excluded.platform, platform), publisher = coalesce(excluded.publisher, publisher),
            level = coalesce(excluded.level, level), area_code = coalesce(excluded.area_code, area_code),
            language = excluded.language, timezone = excluded.timezone, origin = iif(excluded.origin = 'file', 'file', origin)""",
        (
            *(site.key, site.name, site.url, site.platform, site.publisher.name or None, site.publisher.level, site.publisher.area_code or None),
            *(site.language, site.timezone, origin, stored(at)),
        ),
    )


def is_known(db: sqlite3.Connection, capture: Capture, sha256: str) -> bool:
    """Whether the archive has this very capture: same address, same instant, same bytes."""
    found = db.execute(
        "select 1 from captures where url = ? and fetched_at = ? and ifnull(sha256, '') = ?", (capture.url, stored(capture.fetched_at), sha256)
    ).fetchone()
    return found is not None


def keep_answer(db: sqlite3.Connection, run: int, site: Site, answer: Answer) -> Kept:
    """Keeps one capture and everything that follows from it. Called inside a transaction, after the WARC file was synced."""
    capture, reading = answer.capture, answer.reading
    platform = _platform(db, site, reading)
    capture_row = _keep_capture(db, run, answer, reading.platform if reading else None)
    page = remember(db, site.key, capture.url, answer.kind or _kind(capture, reading, platform), platform, at=capture.fetched_at)
    kept, state = _follow(db, site, platform, answer, capture_row, page)
    if page["last_fetched_at"] is None or page["last_fetched_at"] <= stored(capture.fetched_at):  # an old capture says nothing of how the address stands now
        _mark_page(db, page, capture, kept, state)
    db.execute(
        "update captures set outcome = ?, error = coalesce(error, ?) where id = ?",
        (kept.outcome, kept.detail if state in ("failing", "refused") else None, capture_row),
    )
    _keep_notes(db, site, capture, capture_row, reading.notes if reading else ())
    return kept


def _follow(db: sqlite3.Connection, site: Site, platform: Platform, answer: Answer, capture_row: int, page: sqlite3.Row) -> tuple[Kept, PageState]:
    capture, reading = answer.capture, answer.reading
    url, at = capture.url, capture.fetched_at
    if page["kind"] == "robots":
        return Kept(url, "robots", capture.error), "held"
    if capture.status is None:
        return Kept(url, "failed", f"{url}: {capture.error}"), "failing"
    if capture.status in REDIRECTS:
        return _follow_redirect(db, site, platform, capture, page)
    if capture.status == 304:
        see_unchanged(db, page, at)
        return Kept(url, "not-modified"), "held"
    if capture.status in (404, 410):
        if capture.status == 410 or page["failures"] > 0:
            mark_removed(db, site.key, url, at)
        return Kept(url, "gone", f"{url}: answered {capture.status}"), "gone"
    if reading is None or capture.status != 200:
        state: PageState = "failing" if capture.status >= 500 or capture.status in (408, 425, 429) else "refused"
        return Kept(url, "server-error" if state == "failing" else "client-error", f"{url}: answered {capture.status}"), state
    new = 0
    if page["depth"] < site.crawl.max_depth:
        articles = [link for link in reading.links if link.kind == "article"]
        others = [link for link in reading.links if link.kind != "article"]
        new = discover(db, site.key, articles, platform, at=at, found_on=page["id"], depth=page["depth"] + 1)
        discover(db, site.key, others, platform, at=at, found_on=page["id"], depth=page["depth"] + 1)
    if reading.kind == "article" and reading.article is not None:
        verdict = keep_article(db, site, reading, capture_row, page, at)
        if site.crawl.attachments:
            files = [Link(link.url, "attachment", link.name) for link in reading.article.attachments if same_site(link.url, site.all_hosts)]
            discover(db, site.key, files, platform, at=at, found_on=page["id"], depth=page["depth"] + 1)
        return Kept(url, f"article-{verdict}"), "held"
    if reading.kind == "attachment" and reading.document is not None:
        take_document(db, site.key, url, reading.document, answer.place, capture_row)
        return Kept(url, "attachment"), "held"
    if reading.kind == "refused":
        return Kept(url, f"refused-{reading.refusal}", reading.detail), "refused"
    if reading.next_page is not None and page["depth"] < site.crawl.max_depth:
        walk_on(db, site.key, reading.next_page, at=at, found_on=page["id"], depth=page["depth"] + 1, new=new)
    if reading.kind == "sitemap":
        db.execute("update pages set reason = ? where id = ?", ("complete" if reading.complete else None, page["id"]))
    return Kept(url, reading.kind), "held"


def _follow_redirect(db: sqlite3.Connection, site: Site, platform: Platform, capture: Capture, page: sqlite3.Row) -> tuple[Kept, PageState]:
    """A redirect is an answer of its own: its target is asked for as an address of its own where it is the portal's, and recorded where it is not."""
    target = canonical_url(capture.header("location") or "", capture.url)
    if target is None or target == capture.url:
        return Kept(capture.url, "redirect-loop", f"{capture.url}: redirects to {target or 'nowhere'}"), "refused"
    if not same_site(target, site.all_hosts):
        return Kept(capture.url, "redirect-offsite", f"{capture.url}: points to {target}, which is not the portal's"), "refused"
    if page["kind"] == "article" and urlsplit(target).path in ("", "/"):
        return Kept(capture.url, "gone", f"{capture.url}: redirects to the front page"), "gone"
    discover(db, site.key, [Link(target, page["kind"])], platform, at=capture.fetched_at, found_on=page["id"], depth=page["depth"], trusted=True)
    db.execute("update pages set priority = min(priority, ?) where site = ? and url = ?", (page["priority"], site.key, target))
    return Kept(capture.url, "redirect", f"{capture.url}: redirects to {target}"), "refused"


def _platform(db: sqlite3.Connection, site: Site, reading: Reading | None) -> Platform:
    """The family whose rules hold for this page's addresses; a family recognised for the first time is remembered with the site.

    A broad family yields to a narrower one: a front page may bear the signs of nothing but the ground that the articles' family stands on.
    """
    known = site.platform or db.execute("select platform from sites where key = ?", (site.key,)).fetchone()["platform"]
    if reading is not None and reading.kind in ("article", "listing") and site.platform is None and narrows(reading.platform, known):
        db.execute("update sites set platform = ? where key = ?", (reading.platform, site.key))
        known = reading.platform
    return platform_of((reading.platform if reading else None) or known or "generic")


def narrows(platform: str | None, known: str | None) -> bool:
    """Whether a family says more of a site than the one that is known, or is the first that does."""
    if platform is None or platform == "generic":
        return False
    return known is None or (platform_of(known).detect.broad and not platform_of(platform).detect.broad)


def _kind(capture: Capture, reading: Reading | None, platform: Platform) -> LinkKind:
    """What an address is that nothing has named before."""
    if reading is not None and reading.kind in ("listing", "feed", "sitemap", "attachment"):
        return reading.kind
    return "listing" if matches(capture.url, platform.addresses.listing) and not matches(capture.url, platform.addresses.article) else "article"


def _keep_capture(db: sqlite3.Connection, run: int, answer: Answer, platform: str | None) -> int:
    capture, place = answer.capture, answer.place
    media_type = (capture.header("content-type") or "").split(";")[0].strip().lower() or None
    row = db.execute(
        """insert into captures (run, site, url, fetched_at, status, media_type, bytes, sha256, outcome, platform,
            warc_file, warc_offset, warc_length, etag, last_modified, error) values (?, ?, ?, ?, ?, ?, ?, ?, 'kept', ?, ?, ?, ?, ?, ?, ?)""",
        (
            *(
                run,
                capture.site,
                capture.url,
                stored(capture.fetched_at),
                capture.status,
                media_type,
                place.bytes if place else None,
                place.sha256 if place else None,
                platform,
            ),
            *((place.file, place.offset, place.length) if place else (None, None, None)),
            *(capture.header("etag"), capture.header("last-modified"), capture.error),
        ),
    ).lastrowid
    assert row is not None
    return row


def _mark_page(db: sqlite3.Connection, page: sqlite3.Row, capture: Capture, kept: Kept, state: PageState) -> None:
    failures = page["failures"] + 1 if state in ("failing", "gone") else 0
    # A validator is that of the text which is held: after any other answer the address is asked for without one.
    etag, modified = (capture.header("etag"), capture.header("last-modified")) if capture.status == 200 and state == "held" else (None, None)
    if capture.status == 304:
        etag, modified = etag or page["etag"], modified or page["last_modified"]
    due = _due(db, page, capture.fetched_at, state, failures)
    db.execute(
        """update pages set state = ?, reason = case when ? <> 'held' then ? when kind = 'sitemap' then reason end, last_fetched_at = ?,
            next_due_at = ?, failures = ?, etag = ?, last_modified = ? where id = ?""",
        (state, state, kept.outcome, stored(capture.fetched_at), stored(due) if due else None, failures, etag, modified, page["id"]),
    )


def _due(db: sqlite3.Connection, page: sqlite3.Row, at: datetime, state: PageState, failures: int) -> datetime | None:
    """When the address is due again; listings, feeds and sitemaps are due on every visit, which makes them so itself."""
    if state == "failing":
        return failing_again(failures, at)
    if state == "gone":
        return gone_again(failures, at)
    if state != "held" or page["kind"] != "article":
        return None
    row = db.execute("select published_on, first_seen_at from articles where id = (select article from pages where id = ?)", (page["id"],)).fetchone()
    if row is None:
        return None
    return article_again(date.fromisoformat(row["published_on"]) if row["published_on"] else None, instant_of(row["first_seen_at"]), at)


def _keep_notes(db: sqlite3.Connection, site: Site, capture: Capture, capture_row: int, notes: tuple[Note, ...]) -> None:
    """Opens an issue for what was not understood, once for each address and kind; closes it when the address is read without it."""
    open_kinds = {row["kind"] for row in db.execute("select kind from issues where site = ? and url = ? and closed_at is null", (site.key, capture.url))}
    kinds = {note.kind for note in notes}
    for note in notes:
        if note.kind not in open_kinds:
            open_kinds.add(note.kind)
            article = db.execute("select article from pages where site = ? and url = ?", (site.key, capture.url)).fetchone()
            db.execute(
                "insert into issues (site, article, url, kind, detail, opened_at, capture) values (?, ?, ?, ?, ?, ?, ?)",
                (site.key, article["article"] if article else None, capture.url, note.kind, note.detail, stored(capture.fetched_at), capture_row),
            )
    for kind in open_kinds - kinds - STANDING_ISSUES:
        if capture.status == 200:
            db.execute(
                "update issues set closed_at = ? where site = ? and url = ? and kind = ? and closed_at is null",
                (stored(capture.fetched_at), site.key, capture.url, kind),
            )
