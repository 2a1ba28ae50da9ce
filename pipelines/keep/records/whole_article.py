"""Stores an article whose parts were read together, as one revision of one record."""

from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection

from pipelines.capture import Capture
from pipelines.keep.database.rows import first_value, update_row
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.page import Page, page_at
from pipelines.keep.frontier.page_state import article_due, count_look
from pipelines.keep.issues.acceptances import open_unless_accepted
from pipelines.keep.issues.issues import Issue
from pipelines.keep.issues.notes import keep_notes
from pipelines.keep.records.articles import SeenIn, keep_article, see_unchanged
from pipelines.keep.records.attachments import discover_files
from pipelines.keep.records.capture_facts import weaker_than_held
from pipelines.keep.records.captures import CaptureRow
from pipelines.keep.records.decision import article_fingerprint
from pipelines.keep.records.identity import Home, home_of
from pipelines.keep.records.moves import take_record
from pipelines.keep.records.parts import JOINED, NO_PARTS, Gathered, close_missing, members
from pipelines.outcomes import IssueKind, Outcome, one_of
from pipelines.read.addresses.part_addresses import MOST_PARTS
from pipelines.read.reading import Part, Reading
from portals.platform import platform_of
from portals.site import Site


def keep_whole(
    db: Connection, site: Site, first: int, gathered: Gathered, reading: Reading, capture: Capture
) -> tuple[Outcome, list[CaptureRow]]:
    """Store the reading of an article's parts; returns its outcome, and the captures of pages that
    are articles of their own. `capture`: of its first part.
    """
    _, lead = gathered.lead
    page = page_at(db, lead.site, lead.url)
    assert page is not None
    if reading.article is None:
        return _let_go(db, gathered, reading)
    newest = _newest(gathered, reading.joined)
    at = parse_utc(newest.fetched_at)
    if gathered.is_last and page.last_fetched_at is not None:  # 304s came since
        page = page._replace(last_fetched_at=min(page.last_fetched_at, utc_text(at)))
    home = home_of(db, page, reading, at)
    if (why := weaker_than_held(db, home, reading, at)) is not None:
        see_unchanged(db, page, at)
        outcome = Outcome.REFUSED_LAYOUT_CHANGED
        _take_outcome(db, newest, outcome, f"{lead.url}: {why}; the record stays as it was")
    else:
        grown = _has_only_grown(db, home, reading.joined)
        seen = SeenIn(
            *(lead.id, at, at if grown else None),
            is_latest=gathered.is_last,
            completed_by=newest.id,
        )
        verdict = keep_article(db, site, reading, page, seen, home)
        outcome = Outcome.of_article("unchanged" if grown else verdict)
        _name_captures(db, page, gathered, reading)
        _take_outcome(db, newest, outcome, None)
        count_look(db, site.key, outcome)
        if outcome == Outcome.ARTICLE_CHANGED:
            update_row(db, "pages", page.id, {"edits_in_vain": 0})
        discover_files(
            db, site, reading.article, platform_of(reading.platform or "generic"), page, at
        )
    if gathered.is_last:
        _settle_pages(db, first, page, reading, at)
        _tell_missing(db, page, reading, capture, lead.id, at)
    return outcome, _strangers(db, gathered, reading)


def _let_go(
    db: Connection, gathered: Gathered, reading: Reading
) -> tuple[Outcome, list[CaptureRow]]:
    """Let pages go that named one as their article's first part that is no article."""
    _, lead = gathered.lead
    outcome = Outcome.of_refusal(reading.refusal) if reading.refusal else Outcome(reading.kind)
    for row in gathered.captures.values():
        update_row(db, "pages", _number(db, row), {"part_of": None, "part": None})
    if lead.outcome == Outcome.ARTICLE_PART:
        _take_outcome(db, lead, outcome, reading.detail)
    others = [row for row in gathered.captures.values() if row.id != lead.id]
    return outcome, [row for row in others if row.outcome == Outcome.ARTICLE_PART]


def keep_alone(db: Connection, site: Site, row: CaptureRow, reading: Reading) -> None:
    """Keep a page that another article named as its part as an article of its own."""
    page, at = page_at(db, row.site, row.url), parse_utc(row.fetched_at)
    assert page is not None
    if reading.article is None:
        outcome = Outcome.of_refusal(reading.refusal) if reading.refusal else Outcome(reading.kind)
        _take_outcome(db, row, outcome, reading.detail)
        update_row(
            db, "pages", page.id, {"state": "refused", "reason": outcome, "next_due_at": None}
        )
        return
    home = home_of(db, page, reading, at)
    verdict = keep_article(db, site, reading, page, SeenIn(row.id, at), home)
    _take_outcome(db, row, Outcome.of_article(verdict), None)
    article = first_value(db, "select article from pages where id = ?", (page.id,))
    update_row(db, "pages", page.id, {"next_due_at": utc_text(article_due(db, article, at))})


def _newest(gathered: Gathered, joined: tuple[Part, ...]) -> CaptureRow:
    rows = [gathered.captures[part.number] for part in joined]
    return max(rows, key=lambda row: (row.fetched_at, row.id))


def _has_only_grown(db: Connection, home: Home, joined: tuple[Part, ...]) -> bool:
    """Whether the held text is that of some of these parts: the portal changed nothing, but more of
    the article was read.
    """
    if home.record is None:
        return False
    rows = db.execute(
        """select number, article_parts.content_sha256 from article_parts
            join articles on articles.revision = article_parts.revision where articles.id = ?""",
        (home.record.id,),
    ).fetchall()
    held = {(row["number"], row["content_sha256"]) for row in rows}
    if not held:
        query = "select content_sha256 from revisions where id = ?"
        held = {(joined[0].number, first_value(db, query, (home.record.revision,)))}
    return held < {(part.number, part.fingerprint) for part in joined}


def _name_captures(db: Connection, page: Page, gathered: Gathered, reading: Reading) -> None:
    """Note with the revision of this text from which captures it was joined."""
    assert reading.article is not None
    revision = first_value(
        db,
        """select id from revisions where article = (select article from pages where id = ?)
            and content_sha256 = ? order by seq desc limit 1""",
        (page.id, article_fingerprint(reading.article)),
    )
    if revision is None:  # an old text of a record that changed nothing
        return
    name_captures(db, revision, reading.joined, gathered.captures)
    db.executemany(
        f"""update captures set outcome = '{Outcome.ARTICLE_PART}', error = null
        where id = ? and outcome not {one_of(JOINED)}""",
        [(gathered.captures[part.number].id,) for part in reading.joined],
    )


def name_captures(
    db: Connection, revision: int, joined: tuple[Part, ...], captures: dict[int, CaptureRow]
) -> None:
    """Note the parts of a revision, unless that was done before."""
    db.executemany(
        """insert into article_parts (revision, number, url, capture, content_sha256)
        values (?, ?, ?, ?, ?) on conflict do nothing""",
        [
            (revision, part.number, part.url, captures[part.number].id, part.fingerprint)
            for part in joined
            if len(joined) > 1
        ],
    )


def _take_outcome(db: Connection, row: CaptureRow, outcome: Outcome, error: str | None) -> None:
    db.execute("update captures set outcome = ?, error = ? where id = ?", (outcome, error, row.id))


def _settle_pages(db: Connection, first: int, page: Page, reading: Reading, at: datetime) -> None:
    """Let the pages of all parts lead to the record and be due together; refuse those that only
    repeat another part.
    """
    article = first_value(db, "select article from pages where id = ?", (page.id,))
    joined = {part.url for part in reading.joined}
    repeats = {stranger.url for stranger in reading.strangers if stranger.repeats}
    for member in members(db, first):
        if member.url in joined and member.article not in (None, article):
            take_record(db, member.article, article)
    due = article_due(db, article, at)
    for member in members(db, first):
        if member.url in repeats:
            refused = {"state": "refused", "reason": Outcome.REFUSED_REPEATED_PART}
            update_row(db, "pages", member.id, {**refused, "next_due_at": None})
        elif member.url in joined:
            settled: dict[str, object] = {"article": article, "next_due_at": utc_text(due)}
            if member.state == "refused":
                settled |= {"state": "held", "reason": None}
            if member.id != page.id:  # a part alone shows no text of the record
                settled["revision"] = None
            if member.state in ("held", "refused"):
                update_row(db, "pages", member.id, settled)
    db.execute(
        f"""update articles set last_seen_at = max(last_seen_at, ifnull((
            select max(fetched_at) from captures
                join pages on pages.site = captures.site and pages.url = captures.url
            where pages.article = articles.id and outcome = '{Outcome.NOT_MODIFIED}'), ''))
        where id = ?""",
        (article,),
    )


def _tell_missing(
    db: Connection, page: Page, reading: Reading, capture: Capture, row: int, at: datetime
) -> None:
    """Report that an article goes on over pages that could not be had, or close that issue."""
    keep_notes(db, replace(capture, url=page.url, site=page.site), row, reading.notes)
    close_missing(db, page, at)
    known = {member.url: member for member in members(db, page.part_of or page.id)}
    wanting = [
        part
        for part in reading.missing
        if part.url in known and known[part.url].reason not in NO_PARTS
    ]
    if reading.joined[0].number > 1:
        first = next(iter(known.values()))
        wanting = [Part(one, first.url) for one in range(1, reading.joined[0].number)] + wanting
    why = None
    if wanting:
        numbers = ", ".join(str(part.number) for part in wanting)
        why = f"page {numbers} of it ({wanting[0].url}) could not be had"
    elif reading.joined[-1].number == MOST_PARTS:
        why = f"only its first {MOST_PARTS} pages are read"
    if why is not None:
        detail = f"{page.url}: the article goes on, and its record is not whole: {why}"
        article = first_value(db, "select article from pages where id = ?", (page.id,))
        issue = Issue(IssueKind.PARTS_MISSING, detail, page.site, page.url, article, row)
        open_unless_accepted(db, issue, at, per="address")


def _strangers(db: Connection, gathered: Gathered, reading: Reading) -> list[CaptureRow]:
    """The captures of articles of their own; those that repeat another part are refused."""
    by_url = {row.url: row for row in gathered.captures.values()}
    alone = []
    for stranger in reading.strangers:
        row = by_url[stranger.url]
        if stranger.repeats:
            why = f"{row.url}: shows the text of another part of its article"
            _take_outcome(db, row, Outcome.REFUSED_REPEATED_PART, why)
        else:
            update_row(db, "pages", _number(db, row), {"part_of": None, "part": None})
            alone.append(row)
    return [row for row in alone if row.outcome == Outcome.ARTICLE_PART]


def _number(db: Connection, row: CaptureRow) -> int:
    page = page_at(db, row.site, row.url)
    assert page is not None
    return page.id
