"""Articles in several parts: which pages belong together, and when all of them have come.

The first page stands for the article; a later one has `pages.part_of` and its number `pages.part`.
Its captures wait as `article-part` until every part has come, so that no revision holds half a
text. Decision 87 has the reasons.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value, update_row
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.discovery import Origin, discover
from pipelines.keep.frontier.page import COLUMNS, Page, page_at
from pipelines.keep.frontier.revisit_times import SOONEST
from pipelines.keep.issues.issues import close_issue, open_at_address
from pipelines.keep.records.captures import CaptureRow, captures_where
from pipelines.keep.records.decision import article_fingerprint
from pipelines.outcomes import LIKE_ARTICLE, LIKE_REFUSED, IssueKind, Outcome, one_of
from pipelines.read.parts.titles import is_part_title
from pipelines.read.reading import Link, Part, Reading
from portals.platform import Platform

BEFORE_ARTICLES = 49  # priority of a part: its article waits for it
# Once so many articles of a site named parts that were none, and more than those that had some, no
# parts are looked for on it: a pager of another list looks like one of an article.
MOST_IN_VAIN = 3
# Answers in place of a part: the text of another one, or a redirect to the first.
NO_PARTS = (Outcome.REFUSED_REPEATED_PART, Outcome.REDIRECT)
TRIES = 2  # of a part that fails, before a known article is read without its new text
JOINED = (
    *(Outcome.ARTICLE_NEW, Outcome.ARTICLE_CHANGED),
    *(Outcome.ARTICLE_UNCHANGED, Outcome.ARTICLE_OLDER),
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The captures of an article's parts that show one state of it, by number; `is_last`: the
    newest one that the archive has.
    """

    captures: dict[int, CaptureRow]
    is_last: bool

    @property
    def lead(self) -> tuple[int, CaptureRow]:
        """The first part that came, and its number."""
        number = min(self.captures)
        return number, self.captures[number]

    @property
    def newest(self) -> CaptureRow:
        """The capture that completed this state."""
        return max(self.captures.values(), key=lambda row: (row.fetched_at, row.id))

    @property
    def is_joined(self) -> bool:
        """Whether this state was joined before."""
        return self.newest.outcome in JOINED


def note_parts(
    db: Connection, page: Page, reading: Reading, platform: Platform, row: int, at: datetime
) -> None:
    """Note what the page of a part says about the others, and request those that are unknown.

    If the text of this part differs from the one in the record, the others become due too. `row`:
    its capture's.
    """
    first = _first_page(db, page, reading, platform, at)
    if first.id != page.id and page.part_of is None and reading.parts is not None:
        _take_in(db, first, page, reading.parts.number)
    for part in reading.parts.named if reading.parts is not None else ():
        _name_part(db, first, part, reading, platform, at)
    run = db.execute(
        "select kind, started_at from runs where id = (select run from captures where id = ?)",
        (row,),
    ).fetchone()
    if run["kind"] == "crawl" and _is_other_text(db, first, page, reading):
        db.execute(
            f"""update pages set next_due_at = :at where {_MEMBERS} and id <> :page
                and state in ('held', 'failing', 'gone') and last_fetched_at < :began""",
            {
                "first": first.id,
                "at": utc_text(at),
                "page": page.id,
                "began": run["started_at"],
            },
        )


def unknown_parts(db: Connection, page: Page, reading: Reading) -> list[str]:
    """The parts that a page names and that the frontier does not know."""
    if reading.parts is None or _in_vain(db, page.site):
        return []
    return [part.url for part in reading.parts.named if page_at(db, page.site, part.url) is None]


_MEMBERS = "(pages.id = :first or pages.part_of = :first)"


def _first_page(
    db: Connection, page: Page, reading: Reading, platform: Platform, at: datetime
) -> Page:
    """The page of the article's first part; it is requested if nobody knew it."""
    if page.part_of is not None:
        return _page(db, page.part_of)
    parts = reading.parts
    if parts is None or parts.number == 1:
        return page
    if (first := page_at(db, page.site, parts.first)) is None:
        origin = Origin(page.id, page.depth, trusted=True)
        discover(db, page.site, [Link(parts.first, "article")], platform, at, origin)
        first = page_at(db, page.site, parts.first)
        assert first is not None
    return first if first.part_of is None else _page(db, first.part_of)


def _page(db: Connection, number: int) -> Page:
    row = db.execute(f"select {COLUMNS} from pages where id = ?", (number,)).fetchone()
    return Page._make(row)


def _name_part(
    db: Connection, first: Page, part: Part, reading: Reading, platform: Platform, at: datetime
) -> None:
    """Take a page in as a part, and request it if nobody knew it; unless it is one of another
    article, or an article of its own.
    """
    known = page_at(db, first.site, part.url)
    if known is not None and (known.id == first.id or known.part_of is not None):
        return
    if known is None:
        if _in_vain(db, first.site):
            return
        origin = Origin(first.id, first.depth, trusted=True)
        discover(db, first.site, [Link(part.url, "article")], platform, at, origin)
        known = page_at(db, first.site, part.url)
        assert known is not None
    elif known.article is not None and not _may_be_part(db, known, reading, part.number):
        return
    _take_in(db, first, known, part.number)


def _take_in(db: Connection, first: Page, page: Page, number: int) -> None:
    taken: dict[str, object] = {
        "part_of": first.id,
        "part": number,
        "kind": "article",
        "priority": min(first.priority, BEFORE_ARTICLES),
    }
    if page.state in ("refused", "resting") and page.reason != Outcome.REFUSED_REPEATED_PART:
        taken |= {"state": "waiting", "reason": None}
    update_row(db, "pages", page.id, taken)


def _may_be_part(db: Connection, page: Page, reading: Reading, number: int) -> bool:
    """Whether a page with a record may be a part: the record has the article's title."""
    assert reading.article is not None
    title = first_value(db, "select title from articles where id = ?", (page.article,))
    return is_part_title(str(title), reading.article.title, number)


def _in_vain(db: Connection, site: str) -> bool:
    """Whether the pagers on a site's articles have proved to be of something else."""
    row = db.execute(
        f"""select count(distinct part_of) filter (where reason {one_of(NO_PARTS)}) as vain,
            count(distinct part_of) filter (where state = 'held') as had
        from pages where site = ? and part_of is not null""",
        (site,),
    ).fetchone()
    return bool(row["vain"] >= MOST_IN_VAIN and row["vain"] > row["had"])


def _is_other_text(db: Connection, first: Page, page: Page, reading: Reading) -> bool:
    """Whether a part shows another text than the record's revision holds of it."""
    assert reading.article is not None
    number = page.part or (reading.parts.number if reading.parts is not None else 1)
    held = first_value(
        db,
        """select content_sha256 from article_parts where number = ? and revision = (
            select revision from articles where id = ?)""",
        (number, first.article),
    )
    return first.article is not None and held != article_fingerprint(reading.article)


def release_parts(db: Connection, page: Page, at: datetime) -> None:
    """Let the later parts of an article go, whose first page names none any more."""
    if first_value(db, "select 1 from pages where part_of = ?", (page.id,)) is None:
        return
    db.execute(
        "update pages set part_of = null, part = null, next_due_at = null where part_of = ?",
        (page.id,),
    )
    close_missing(db, page, at)


def close_missing(db: Connection, page: Page, at: datetime) -> None:
    """Close the issue that parts of an article are missing."""
    for issue in open_at_address(db, page.site, page.url):
        if issue.kind == IssueKind.PARTS_MISSING:
            close_issue(db, issue, at)


def follow_part(db: Connection, page: Page, target: Page) -> None:
    """Let the page to which a part redirects be that part."""
    if page.part_of is None or target.part_of is not None or target.id == page.part_of:
        return
    update_row(db, "pages", page.id, {"part_of": None, "part": None})
    update_row(
        db, "pages", target.id, {"part_of": page.part_of, "part": page.part, "kind": "article"}
    )


def is_in_parts(db: Connection, page: Page) -> bool:
    """Whether a page is known as a part of an article, or as the first of several."""
    if page.kind != "article":
        return False
    query = "select 1 from pages where part_of = ?"
    return page.part_of is not None or first_value(db, query, (page.id,)) is not None


def ready(db: Connection, page: Page, at: datetime) -> int | None:
    """The first page of a part's article, if every part has answered that will answer in this
    visit; else None.
    """
    query = "select ifnull(part_of, id) from pages where id = ?"
    first: int = first_value(db, query, (page.id,))
    rows = db.execute(
        f"select id, state, failures, next_due_at, article from pages where {_MEMBERS}",
        {"first": first},
    ).fetchall()
    known = any(row["id"] == first and row["article"] is not None for row in rows)
    for row in rows:
        due = row["next_due_at"] is not None and row["next_due_at"] <= utc_text(at)
        again = known and row["state"] == "failing" and row["failures"] < TRIES
        if row["state"] == "waiting" or due or again:
            return None
    return first


def members(db: Connection, first: int) -> list[Page]:
    """The pages of an article's parts, in order."""
    rows = db.execute(
        f"select {COLUMNS} from pages where {_MEMBERS} order by ifnull(part, 1), id",
        {"first": first},
    )
    return [Page._make(row) for row in rows]


def gathered(db: Connection, first: int) -> Iterator[Gathered]:
    """The states of an article as its captures show them, oldest first.

    Each visit asks for each part once, so a part that comes again begins another state; parts that
    do not come again are as they were.
    """
    state: dict[int, CaptureRow] = {}
    come: set[int] = set()
    for number, row in _captures(db, members(db, first)):
        if number in come:
            yield Gathered(dict(state), is_last=False)
            come.clear()
        state[number] = row
        come.add(number)
    if state:
        yield Gathered(state, is_last=True)


def _captures(db: Connection, pages: Iterable[Page]) -> list[tuple[int, CaptureRow]]:
    condition = f"""site = ? and url = ? and warc_file is not null and lost_at is null
        and (outcome {LIKE_ARTICLE} or outcome {LIKE_REFUSED} or outcome = '{Outcome.LISTING}')
        and outcome <> '{Outcome.REFUSED_REPEATED_PART}'"""
    found = [
        (page.part or 1, row)
        for page in pages
        for row in captures_where(db, condition, (page.site, page.url))
    ]
    return sorted(found, key=lambda one: (one[1].fetched_at, one[1].id))


def ask_again(db: Connection, first: int, state: Gathered) -> None:
    """Make the first page due in a day, because a fault of ours left its article unread."""
    due = parse_utc(state.newest.fetched_at) + SOONEST
    db.execute(
        "update pages set next_due_at = ? where id = ? and state = 'held'", (utc_text(due), first)
    )


def firsts_of_run(db: Connection, run: int, at: datetime) -> list[tuple[str, int]]:
    """The sites and first pages of the articles in parts of which a run, or the one before it,
    brought a capture. In a crawl, a part that is still to come leaves its article out.
    """
    rows = db.execute(
        f"""select distinct pages.site, ifnull(part_of, pages.id) as first, runs.kind
        from captures join pages on pages.site = captures.site and pages.url = captures.url
            join runs on runs.id = :run
        where captures.run in (:run, (select max(id) from runs as before
                where before.id < :run and before.site is runs.site))
            and (captures.outcome = '{Outcome.ARTICLE_PART}' or part_of is not null)
        order by first""",
        {"run": run},
    ).fetchall()
    return [
        (row["site"], row["first"])
        for row in rows
        if row["kind"] == "import" or ready(db, _page(db, row["first"]), at) is not None
    ]
