"""Works the history of a record out anew, from what all its captures showed.

A capture that is newer than all others of its article only adds to the history. One that comes out
of order, in an import, may divide a turn, join two, or begin one sooner. No text is lost: each has
a revision. Only its repetitions come and go.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from sqlite3 import Connection, Row
from typing import Any

from pipelines.keep.database.index_entries import indexed_once
from pipelines.keep.database.rows import first_value, insert_row, update_row
from pipelines.keep.database.timestamps import parse_utc
from pipelines.keep.frontier.clock_repair import IN_ORDER
from pipelines.keep.history.dates import Look, day_of, printed_from
from pipelines.keep.history.named_changes import name_changes
from pipelines.keep.history.timeline import FileSeen, Showing, Timeline, Turn, timeline
from pipelines.keep.history.versions import FILES, keys_of
from pipelines.keep.issues.acceptances import open_unless_accepted
from pipelines.keep.issues.issues import Issue, open_of_article
from pipelines.keep.records.article_columns import (
    REVISION_FIELDS,
    own_columns,
    text_columns,
    text_fingerprint,
)
from pipelines.keep.records.pictures import link_pictures
from pipelines.outcomes import IssueKind, Outcome
from pipelines.read.reading import Article, Reading
from pipelines.read.text.clean_text import word_count

# A page that showed another text at each of this many looks will go on like this.
RESTLESS = 6
# The capture of a text in several parts is that of its first part. A 304 repeats what its address
# showed before.
LOOKS = f"""
select {IN_ORDER} as at, captures.fetched_at, ifnull(first.url, captures.url) as url,
    revisions.id, printed, captures.id, iif(first.id is null, captures.id, ifnull((
        select lead.id from captures as lead
        where lead.site = captures.site and lead.url = first.url
            and lead.outcome = '{Outcome.ARTICLE_PART}' and lead.fetched_at <= captures.fetched_at
        order by lead.fetched_at desc limit 1), captures.id)), captures.sha256
from captures join revisions on revisions.id = captures.revision
    left join pages on pages.site = captures.site and pages.url = captures.url
    left join pages as first on first.id = pages.part_of
where revisions.article = :id and at <= :last_seen_at
union all
select {IN_ORDER} as at, captures.fetched_at, captures.url, null, null,
    captures.id, captures.id, null
from captures join pages on pages.site = captures.site and pages.url = captures.url
where pages.article = :id and captures.status = 304 and at <= :last_seen_at
order by 1, 2, 3, 8
"""


@dataclass(frozen=True, slots=True)
class Read:
    """A reading that is at hand, of a capture."""

    capture: int
    reading: Reading

    @property
    def article(self) -> Article:
        """The article that it shows."""
        assert self.reading.article is not None
        return self.reading.article

    @property
    def revision_columns(self) -> dict[str, Any]:
        """What a revision that begins with this capture keeps of it."""
        texts = text_columns(self.article)
        own = {"content_sha256": text_fingerprint(texts), "extractor": self.article.extractor}
        return {**texts, **own, "lent": None}


def rework(db: Connection, article: int, read: Read | None = None) -> None:
    """Write the revisions of a record anew, and the columns that follow from them, in the caller's
    transaction. `read`: the reading of the capture that made this necessary.

    A revision that begins with a capture whose reading is not at hand has the text of another
    capture that shows the same, until `give_own_text` brings its own (`revisions.lent`). A revision
    that no capture shows any more, because other rules have read them since, stays where it is.
    """
    record = db.execute("select * from articles where id = ?", (article,)).fetchone()
    rows = {
        row["id"]: row
        for row in db.execute(
            "select * from revisions where article = ? order by seen_at, seq", (article,)
        )
    }
    looks = looks_at(db, article)
    if not looks:
        return
    counts = open_of_article(db, article, IssueKind.DATE_MOVES) is None
    showings = list(_showings(looks, counts=counts))
    files = [FileSeen(*row) for row in db.execute(FILES, {"article": article})]
    history = timeline(showings, record["url"], files)
    keys = keys_of(db, article)
    revisions = _assign(db, rows, keys, history, read)
    _write_days(db, looks, history, revisions, record["published_on"])
    for turn, revision in zip(history.turns, revisions, strict=True):
        _point(db, revision, [one.shown_by for one in turn.showings])
    left = _leave(db, rows, keys, history, revisions)
    began = [turn.first.at for turn in history.turns]
    _number(db, article, dict(zip(revisions, began, strict=True)), left)
    present = revisions[next(n for n, turn in enumerate(history.turns) if turn is history.present)]
    _point_pages(db, article, present)
    _write_record(db, record, revisions, present, read)
    name_changes(db, article)
    if history.folded:
        tell_restless(db, record, "flips between versions that it showed before")
    elif len(revisions) >= RESTLESS:
        tell_if_restless(db, article)


def refuse_weaker(db: Connection, article: int) -> None:
    """Refuse the captures of an article without a text that came before an earlier one with a text
    did: in the order of their instants, they would have been refused as `layout-changed`.
    """
    rows = db.execute(
        """select captures.id, ifnull(lacks, '') as lacks, body from captures
            join revisions on revisions.id = captures.revision
        where article = ? order by captures.fetched_at, captures.url""",
        (article,),
    ).fetchall()
    has_text = False
    for row in rows:
        if has_text and not row["body"] and "body" in row["lacks"].split():
            refused = {"outcome": Outcome.REFUSED_LAYOUT_CHANGED, "revision": None, "printed": None}
            update_row(db, "captures", row["id"], refused)
        has_text = has_text or bool(row["body"])


def looks_at(db: Connection, article: int) -> list[Look]:
    """What all captures of an article showed, in the order of their instants."""
    values = db.execute("select id, last_seen_at from articles where id = ?", (article,)).fetchone()
    keys = keys_of(db, article)
    last: dict[str, Look] = {}
    found = []
    for at, seen_at, url, revision, printed, row, capture, _ in db.execute(LOOKS, dict(values)):
        before = last.get(url)
        wrong = None if at == seen_at else seen_at
        if revision is not None:
            last[url] = Look(at, url, keys[revision], printed_from(printed), row, capture, wrong)
            found.append(last[url])
        elif before is not None:
            found.append(replace(before, at=at, shown_by=None, seen_at=wrong))
    return found


def _showings(looks: Iterable[Look], *, counts: bool) -> Iterator[Showing]:
    """The showings of these looks; `counts`: whether the article's dates count. A look without a
    stated day has the day of the look before, or the first.
    """
    stated = [day for look in looks if (day := day_of(look.printed)) is not None] if counts else []
    day = stated[0] if stated else None
    for look in looks:
        if counts:
            day = day_of(look.printed) or day
        if look.shown_by is not None:
            yield Showing(
                look.at, look.url, look.text, day, look.shown_by, look.capture, look.seen_at
            )


def _write_days(
    db: Connection,
    looks: Iterable[Look],
    history: Timeline,
    revisions: Sequence[int],
    published_on: str | None,
) -> None:
    """Write the day that each turn states, else that of the record, which others told."""
    stated = {look.shown_by: day_of(look.printed) for look in looks}
    for turn, revision in zip(history.turns, revisions, strict=True):
        day = turn.first.day or stated[turn.first.shown_by] or published_on
        db.execute(
            "update revisions set published_on = ? where id = ? and published_on is not ?",
            (day, revision, day),
        )


def _assign(
    db: Connection,
    rows: Mapping[int, Row],
    keys: Mapping[int, str],
    history: Timeline,
    read: Read | None,
) -> list[int]:
    """The revision of each turn: one that has its text, moved to the turn's first capture, else a
    new one with the same text.
    """
    spare: dict[str, list[Row]] = defaultdict(list)
    for row in rows.values():
        spare[keys[row["id"]]].append(row)
    lenders = {text: of_text[-1] for text, of_text in spare.items()}
    chosen: dict[int, Row] = {}
    for match in (("capture", "seen_at"), ("capture",), ()):  # what stays as it is chooses first
        for n, turn in enumerate(history.turns):
            first = {"capture": turn.first.capture, "seen_at": turn.first.seen_at or turn.first.at}
            of_text = spare[turn.first.text]
            same = [row for row in of_text if all(row[name] == first[name] for name in match)]
            if same and n not in chosen:
                chosen[n] = same[-1] if match else same[0]  # the last may be a correction
                of_text.remove(chosen[n])
    return [
        _move(db, chosen.get(n), lenders[turn.first.text], turn, read)
        for n, turn in enumerate(history.turns)
    ]


def _move(db: Connection, row: Row | None, lender: Row, turn: Turn, read: Read | None) -> int:
    """Let a revision, or a new one, be that of a turn; returns it."""
    first = turn.first
    where: dict[str, Any] = {"seen_at": first.seen_at or first.at, "capture": first.capture}
    if row is not None and all(row[name] == value for name, value in where.items()):
        return int(row["id"])
    if row is not None and row["capture"] == first.capture:
        update_row(db, "revisions", row["id"], where)
        return int(row["id"])
    if read is not None and read.capture == first.capture:
        where |= read.revision_columns
    elif row is not None or lender["capture"] != first.capture:
        where["lent"] = 1
    if row is not None:
        update_row(db, "revisions", row["id"], where)
        return int(row["id"])
    lent = dict(lender)
    del lent["id"], lent["reread_at"]
    number = -1 - first_value(db, "select max(id) from revisions")
    revision = insert_row(db, "revisions", {**lent, **where, "seq": number})
    db.execute(
        """insert into article_parts (revision, number, url, capture, content_sha256)
        select ?, number, url, capture, content_sha256 from article_parts where revision = ?""",
        (revision, lender["id"]),
    )
    return revision


def _point(db: Connection, revision: int, captures: Iterable[int]) -> None:
    db.executemany(
        "update captures set revision = :revision where id = :id and revision is not :revision",
        [{"revision": revision, "id": capture} for capture in captures],
    )


def _leave(
    db: Connection,
    rows: Mapping[int, Row],
    keys: Mapping[int, str],
    history: Timeline,
    revisions: Sequence[int],
) -> list[Row]:
    """Delete the revisions that only repeat the text of another; returns those that no capture
    shows any more, which stay.
    """
    by_text = {
        turn.first.text: revision for turn, revision in zip(history.turns, revisions, strict=True)
    }
    left = []
    for row in rows.values():
        if row["id"] in revisions:
            continue
        other = by_text.get(keys[row["id"]])
        if other is None and not row["body"]:
            other = revisions[0]  # a page without a text was refused (refuse_weaker)
        if other is None or _was_read_otherwise(db, row, other):
            left.append(row)
            continue
        for table in ("pages", "articles", "captures"):
            db.execute(f"update {table} set revision = ? where revision = ?", (other, row["id"]))
        for table, column in (("article_parts", "revision"), ("revisions", "id")):
            db.execute(f"delete from {table} where {column} = ?", (row["id"],))
    return left


def _was_read_otherwise(db: Connection, row: Row, other: int) -> bool:
    """Whether a revision has another text of the capture that another revision was read from."""
    capture, text = db.execute(
        "select capture, content_sha256 from revisions where id = ?", (other,)
    ).fetchone()
    return bool(row["capture"] == capture and row["content_sha256"] != text)


def _number(db: Connection, article: int, began: Mapping[int, str], left: Sequence[Row]) -> None:
    """Number a record's revisions anew, in the order in which they were seen (`began`: when the
    turn of each did). A text that was read from a capture before other rules corrected it comes
    before the correction.
    """
    order = {row["id"]: -1 for row in left} | {one: n for n, one in enumerate(began)}
    query = f"""select revisions.id, min(seen_at, {IN_ORDER}) as at, seq
        from revisions join captures on captures.id = capture where article = ?"""
    at = {row["id"]: row["at"] for row in db.execute(query, (article,))}
    at.update(began)
    rows = db.execute("select id, seq from revisions where article = ?", (article,)).fetchall()
    found = sorted(rows, key=lambda row: (at[row["id"]], order[row["id"]], row["seq"]))
    if [row["seq"] for row in found] == list(range(1, len(found) + 1)):
        return
    # First numbers that no revision has, then the true ones.
    db.execute("update revisions set seq = -id where article = ?", (article,))
    for seq, row in enumerate(found, 1):
        db.execute("update revisions set seq = ? where id = ?", (seq, row["id"]))


def _point_pages(db: Connection, article: int, present: int) -> None:
    """Let each page of a record have the revision that its last capture showed."""
    db.execute(
        """update pages set revision = shown.revision from (
            select captures.site, captures.url, captures.revision, max(fetched_at)
            from captures join revisions on revisions.id = captures.revision
            where article = :article group by captures.site, captures.url) as shown
        where pages.site = shown.site and pages.url = shown.url and pages.article = :article
            and pages.revision is not null and pages.revision is not shown.revision""",
        {"article": article},
    )
    db.execute(
        """update pages set revision = :present where article = :article and revision in (
            select id from revisions where article = :article and id <> :present
                and ifnull(shown_sha256, content_sha256) = (
                    select ifnull(shown_sha256, content_sha256) from revisions
                    where id = :present))""",
        {"article": article, "present": present},
    )


def _write_record(
    db: Connection, record: Row, revisions: Sequence[int], present: int, read: Read | None
) -> None:
    """Write what a record's history says of it."""
    query = f"select * from revisions where id in ({', '.join('?' * len(revisions))})"
    rows = {row["id"]: row for row in db.execute(query, tuple(revisions))}
    row, first = rows[present], rows[revisions[0]]
    edits = [rows[one]["seen_at"] for one in revisions[1:] if rows[one]["reread_at"] is None]
    columns: dict[str, Any] = {
        "revision": present,
        "first_seen_at": min(record["first_seen_at"], first["seen_at"]),
        "changed_at": max(edits, default=None),  # by the publisher, as far as captures show
    }
    if read is not None and row["capture"] == read.capture:
        columns |= own_columns(read.article, read.reading)
        keep_images(db, record["id"], read.article)
    elif row["id"] != record["revision"]:
        columns |= {name: row[name] for name in REVISION_FIELDS}
        columns["word_count"] = word_count(f"{row['lead'] or ''}\n{row['body']}")
    update_row(db, "articles", record["id"], columns)


def point_anew(db: Connection, article: int, before: int, after: int) -> None:
    """Let all that showed a revision show the one that today's rules read in its place."""
    same = {"article": article, "before": before, "after": after}
    db.execute(
        "update pages set revision = :after where article = :article and revision = :before", same
    )
    db.execute("update captures set revision = :after where revision = :before", same)


def tell_if_restless(db: Connection, article: int) -> None:
    """Open an issue about an article that showed another version at each of its last looks."""
    rows = db.execute(
        """select revision from captures where revision in (
            select id from revisions where article = ?) order by fetched_at desc limit ?""",
        (article, RESTLESS),
    ).fetchall()
    if len({row["revision"] for row in rows}) == RESTLESS:
        record = db.execute("select * from articles where id = ?", (article,)).fetchone()
        tell_restless(db, record, f"showed another text at each of the last {RESTLESS} looks")


def tell_restless(db: Connection, record: Row, told: str) -> None:
    """Open an issue about an article that shows ever new versions, or the same ones in turn."""
    detail = f"{record['url']}: the page {told}"
    issue = Issue(IssueKind.TEXT_MOVES, detail, record["site"], record["url"], record["id"])
    open_unless_accepted(db, issue, parse_utc(record["last_seen_at"]), per="article")


def keep_images(db: Connection, article_id: int, article: Article) -> None:
    """Replace the images of an article by those of its current text."""
    shown = [(image.url, image.caption, image.position) for image in article.images]
    query = "select url, caption, position from images where article = ? order by position"
    if [tuple(row) for row in db.execute(query, (article_id,))] == shown:
        return
    with indexed_once(db, article_id):
        db.execute("delete from images where article = ?", (article_id,))
        db.executemany(
            "insert into images (article, url, caption, position) values (?, ?, ?, ?)",
            [(article_id, *image) for image in shown],
        )
    if shown:
        link_pictures(db, article_id)
