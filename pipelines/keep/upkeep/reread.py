"""Reads kept captures with today's rules, compares them with the archive, stores differences.

An article is read again from the capture of its present text, so that each difference comes from
the rules and none from the portal. History only grows.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection, Row
from typing import Any

from pipelines.capture import PAGES, Capture
from pipelines.keep.database.rows import update_row
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.page import Page, page_at
from pipelines.keep.history.dates import printed_in, printed_text
from pipelines.keep.history.read_again import keep_beside
from pipelines.keep.history.rework import point_anew
from pipelines.keep.issues.issues import article_ever_had
from pipelines.keep.memory.memories import memory_of
from pipelines.keep.records.article_columns import TEXT_FIELDS, own_columns, text_fingerprint
from pipelines.keep.records.articles import SeenIn, add_revision, keep_article
from pipelines.keep.records.attachments import discover_files, keep_attachment_links, take_document
from pipelines.keep.records.capture_facts import weaker_than_held
from pipelines.keep.records.captures import CaptureRow, captures_where
from pipelines.keep.records.decision import article_fingerprint
from pipelines.keep.records.identity import home_of
from pipelines.keep.records.outcome import outcome_of
from pipelines.keep.records.parts import note_parts, unknown_parts
from pipelines.keep.records.pictures import UNPICTURED, is_new_picture, take_picture
from pipelines.keep.records.publication import publication_columns
from pipelines.keep.records.sites import family_of_site
from pipelines.keep.records.whole_article import name_captures
from pipelines.keep.upkeep.merged_records import MergedRecord
from pipelines.keep.visits.counted_pages import report_unread
from pipelines.keep.visits.runs import recount
from pipelines.keep.warc.reader import read_record
from pipelines.outcomes import LIKE_REFUSED, UNREAD, WORKER_REFUSALS, IssueKind, Outcome, one_of
from pipelines.read.addresses.family_rules import own_address
from pipelines.read.reading import Article, Document, Reading
from pipelines.read.task import Task
from portals.platform import platform_of
from portals.site import Site

TEXTS = frozenset({*TEXT_FIELDS, "word_count"})

# A capture that lost its bytes is replaced by the one that brought them again.
TO_READ = f"""
select ifnull((select again from losses where losses.capture = to_read.id), id) as id from (
select revisions.capture as id from revisions join articles on articles.revision = revisions.id
    where :site is null or articles.site = :site
union select attachments.capture from attachments join articles on articles.id = attachments.article
    where attachments.capture is not null and (:site is null or articles.site = :site)
union {UNPICTURED}
union select id from (
    select captures.id, outcome, kind, row_number() over (
        partition by captures.site, captures.url
        order by fetched_at desc, captures.id desc) as newest
    from captures join pages on pages.site = captures.site and pages.url = captures.url
    where status in {PAGES} and warc_file is not null and kind <> 'robots'
        and (:site is null or captures.site = :site))
where newest = 1
    and (outcome {LIKE_REFUSED} or (outcome = '{Outcome.LISTING}' and kind = 'article'))
union select id from captures where unread_by is not null and warc_file is not null
    and (:site is null or captures.site = :site)
) as to_read group by 1 order by 1
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A change by today's rules to one field, or to the whole: `article`, `outcome`, `url`,
    `record`, `picture` (a file that proves to be one). `stored`: by `store_reading`.
    """

    url: str
    field: str
    before: str | None
    after: str | None
    stored: bool = True


def split_differences(merged: MergedRecord) -> list[Difference]:
    """Where the texts belong that are in another page's record."""
    return [
        Difference(merged.url, "record", merged.url, merged.address_of(part))
        for part in merged.leave
    ]


def captures_to_read(db: Connection, site: str | None) -> list[int]:
    """The captures of the present texts, and the last one of each refused page.

    Of one site, or of all if `site` is None.
    """
    return [row["id"] for row in db.execute(TO_READ, {"site": site})]


def kept_capture(db: Connection, folder: Path, number: int) -> tuple[CaptureRow, Capture]:
    """The row of a capture, and the capture with its bytes. Raises WarcReadError."""
    (row,) = captures_where(db, "id = ?", (number,))
    assert row.place is not None  # only answers are read again
    kept = read_record(folder, row.place)
    return row, replace(kept, site=row.site, url=row.url, fetched_at=parse_utc(row.fetched_at))


def reading_task(db: Connection, site: Site, capture: Capture) -> Task:
    """The task for a worker: the page as it was requested, with the family known today."""
    page = _page(db, capture.site, capture.url)
    learned = family_of_site(db, site.key)
    narrow = learned if learned is not None and not platform_of(learned).detect.broad else None
    is_part = page.part_of is not None
    return Task(
        *(capture, site, page.link_kind),
        learned=narrow,
        is_part=is_part,
        given_title=page.given_title,
        memory=memory_of(db, site.key).lines,
    )


# The parts of the newest revision whose first part a capture is; a part that lost its bytes is
# replaced by the capture that brought them again.
PARTS = """
select number, ifnull((select again from losses where losses.capture = article_parts.capture),
    capture) as capture
from article_parts where revision = (
    select revisions.id from revisions join articles on articles.id = revisions.article
    where revisions.capture = ? order by articles.revision = revisions.id desc, revisions.id desc
    limit 1)
order by number
"""


def later_parts(db: Connection, row: CaptureRow) -> dict[int, CaptureRow]:
    """The captures of the later parts of the text that a capture shows, by number; empty for an
    article in one part.
    """
    parts = {one["number"]: one["capture"] for one in db.execute(PARTS, (row.id,))}
    own = min(parts, default=0)
    found = {}
    for number, capture in parts.items():
        if number != own:
            (found[number],) = captures_where(db, "id = ?", (capture,))
    return found


def with_parts(db: Connection, folder: Path, row: CaptureRow, task: Task) -> Task:
    """The task that reads a capture together with the later parts of its article, if it has any.

    Raises WarcReadError.
    """
    later = later_parts(db, row)
    if not later:
        return task
    parts = [(number, kept_capture(db, folder, one.id)[1]) for number, one in later.items()]
    return replace(task, parts=tuple(parts), is_part=False)


def differences(db: Connection, site: Site, row: CaptureRow, reading: Reading) -> list[Difference]:
    """How a new reading of a capture differs from the archive."""
    url, outcome, article = row.url, Outcome(row.outcome), reading.article
    platform = platform_of(reading.platform or "generic")
    if reading.kind == "refused" and reading.refusal in WORKER_REFUSALS:
        return []
    if outcome == Outcome.ATTACHMENT:
        return _file_differences(db, row, reading)
    page = _page(db, row.site, url)
    held = _held(db, page, row)
    if article is None:
        after = outcome_of(reading)
        if outcome.is_article and held is not None:
            what = reading.refusal or reading.kind
            return [Difference(url, "article", held["title"], what, stored=False)]
        mended = outcome in UNREAD and after == Outcome.ATTACHMENT
        other = after.refusal is not None or after == Outcome.REDIRECT
        if mended or (outcome.refusal and other and outcome != after):
            return [Difference(url, "outcome", outcome, after)]
        return []
    if held is None or not outcome.is_article:
        newer = held is not None and held["last_seen_at"] > row.fetched_at
        newer = newer and outcome not in UNREAD  # an unread one may hold a text of its own
        home = home_of(db, page, reading, at := parse_utc(row.fetched_at))
        if newer or weaker_than_held(db, home, reading, at) is not None:
            return []
        return [Difference(url, "article", outcome, article.title)]
    if held["url"] not in {article.url, own_address(url, platform)} and not page.claimed_url:
        return [Difference(url, "url", held["url"], article.url, stored=False)]
    if len(reading.joined) < len(later_parts(db, row)):
        told = ", ".join(str(part.number) for part in reading.joined)
        return [Difference(url, "parts", "more", told, stored=False)]
    return _fields(db, held, page, row, reading)


def _file_differences(db: Connection, row: CaptureRow, reading: Reading) -> list[Difference]:
    query = "select text from attachments where capture = ? limit 1"
    file, document = db.execute(query, (row.id,)).fetchone(), reading.document
    if document and is_new_picture(db, row.id, document.media_type):
        return [Difference(row.url, "picture", None, document.media_type)]
    text = document.text if document else None
    if file is None or text == file["text"]:
        return []
    return [Difference(row.url, "attachment", file["text"], text, stored=document is not None)]


def _fields(
    db: Connection, held: Row, page: Page, row: CaptureRow, reading: Reading
) -> list[Difference]:
    article, url = reading.article, held["url"]
    assert article is not None
    new = _columns(article, reading, held) | _dates(db, held, page, row, article)
    found = [
        Difference(url, name, _shown(held[name]), _shown(value))
        for name, value in new.items()
        if value != held[name]
    ]
    query = "select url, caption, position from images where article = ? order by position"
    images = [tuple(image) for image in db.execute(query, (held["id"],))]
    if (read := [(image.url, image.caption, image.position) for image in article.images]) != images:
        before, after = f"{len(images)}: {images}", f"{len(read)}: {read}"
        found.append(Difference(url, "images", before, after))
    links = db.execute("select url from attachments where article = ?", (held["id"],))
    linked = {link["url"] for link in links}
    if more := [link.url for link in article.attachments if link.url not in linked]:
        found.append(Difference(url, "attachments", None, ", ".join(more)))
    if unknown := unknown_parts(db, page, reading):
        found.append(Difference(url, "parts", None, ", ".join(unknown)))
    return found


def _columns(article: Article, reading: Reading, held: Row) -> dict[str, Any]:
    """The columns that may differ. A text with other white space or typographic signs stays."""
    new = own_columns(article, reading)
    if article_fingerprint(article) == text_fingerprint(held):
        stay = TEXTS if article.body == held["body"] else TEXTS | {"body_html"}
        new = {name: value for name, value in new.items() if name not in stay}
    return new


def _dates(
    db: Connection, held: Row, page: Page, row: CaptureRow, article: Article
) -> dict[str, str | None]:
    """The publication columns, if this capture may change them. The first date stays, and so does
    one that a person or the visits have called into question.
    """
    if article_ever_had(db, held["id"], (IssueKind.DATE_MOVED, IssueKind.DATE_MOVES)):
        return {}
    new = publication_columns(article, page)
    missing = held["published_on"] is None or (
        held["published_evidence"] == "guess" and new["published_evidence"] != "guess"
    )
    filled = missing and new["published_on"] is not None
    return new if filled or held["first_seen_at"] == _seen_at(db, row) else {}


def _seen_at(db: Connection, row: CaptureRow) -> str:
    """When the whole text was seen that a capture shows, perhaps with later parts."""
    return max(one.fetched_at for one in (row, *later_parts(db, row).values()))


def store_reading(
    db: Connection,
    site: Site,
    row: CaptureRow,
    reading: Reading,
    found: list[Difference],
    *,
    now: datetime,
) -> None:
    """Stores the differences in the caller's transaction; a second call changes nothing."""
    if not any(one.stored for one in found):
        return
    if reading.document is not None:
        _store_document(db, row, reading.document)
    elif reading.target is not None:
        _store_redirect(db, row, reading.target, now)
    elif reading.article is None:
        _store_refusal(db, row, outcome_of(reading))
    else:
        _store_article(db, site, row, reading, reading.article, now)
    if Outcome(row.outcome) in UNREAD:
        report_unread(db, row.site, now)


def _store_document(db: Connection, row: CaptureRow, document: Document) -> None:
    links = db.execute("select distinct url from attachments where capture = ?", (row.id,))
    for url in {row.url, *(link["url"] for link in links)}:  # a link may redirect to the file
        take_document(db, row.site, url, document, row.place, row.id)
    take_picture(db, row.site, row.url, document.media_type, row.id)
    if Outcome(row.outcome) in UNREAD:
        _take_outcome(db, row, Outcome.ATTACHMENT)
        _hold(db, _page(db, row.site, row.url), None)


def _store_redirect(db: Connection, row: CaptureRow, target: str, now: datetime) -> None:
    _take_outcome(db, row, Outcome.REDIRECT)
    update_row(db, "captures", row.id, {"error": f"{row.url}: redirects to {target}"})
    _hold(db, _page(db, row.site, row.url), now)  # due at once: the next visit follows it


def _store_refusal(db: Connection, row: CaptureRow, outcome: Outcome) -> None:
    _take_outcome(db, row, outcome)
    db.execute(
        """update pages set reason = ?, state = 'refused', next_due_at = null
        where site = ? and url = ? and state in ('refused', 'failing') and reason = ?""",
        (outcome, row.site, row.url, row.outcome),
    )


def _store_article(
    db: Connection, site: Site, row: CaptureRow, reading: Reading, article: Article, now: datetime
) -> None:
    page = _page(db, row.site, row.url)
    if Outcome(row.outcome).is_article:
        _amend(db, page, row, reading, now)
    else:
        take_article(db, site, page, row, reading)
        # Due at once: the next visit finds the page's other links, and its present state.
        _hold(db, page, now)
    platform = platform_of(reading.platform or "generic")
    if unknown_parts(db, page, reading):
        note_parts(db, page, reading, platform, row.id, now)
    discover_files(db, site, article, platform, page, now)


def take_article(db: Connection, site: Site, page: Page, row: CaptureRow, reading: Reading) -> None:
    """Keep the article of a capture that was taken for something else."""
    at = parse_utc(row.fetched_at)
    home, seen = home_of(db, page, reading, at), SeenIn(row.id, at)
    verdict = keep_article(db, site, reading, page, seen, home)
    _take_outcome(db, row, Outcome.of_article(verdict))


def _amend(db: Connection, page: Page, row: CaptureRow, reading: Reading, now: datetime) -> None:
    article = reading.article
    assert article is not None
    held = _held(db, page, row)
    assert held is not None  # the caller found it different
    new = _columns(article, reading, held) | _dates(db, held, page, row, article)
    if "title" in new:
        last = db.execute(
            "select id, content_sha256 from revisions where article = ? order by seq desc limit 1",
            (held["id"],),
        ).fetchone()
        if last["content_sha256"] == article_fingerprint(article):
            new["revision"] = last["id"]  # an older capture, imported since, had this very text
        else:
            published_on = new.get("published_on", held["published_on"])
            seen = SeenIn(row.id, parse_utc(_seen_at(db, row)), now)
            new["revision"] = add_revision(db, held["id"], article, published_on, seen)
            captures = {part.number: row for part in reading.joined[:1]} | later_parts(db, row)
            name_captures(db, new["revision"], reading.joined, captures)
    update_row(db, "articles", held["id"], new)
    keep_beside(db, new.get("revision", held["revision"]), article, new.get("body_html"))
    if "revision" in new:
        point_anew(db, held["id"], held["revision"], new["revision"])
    update_row(db, "captures", row.id, {"printed": printed_text(printed_in(article))})
    keep_attachment_links(db, held["id"], article)


def _held(db: Connection, page: Page, row: CaptureRow) -> Row | None:
    """The article whose present text a capture shows, because an address may show one article after
    another; else the article of the address.
    """
    shown: Row | None = db.execute(
        """select articles.* from articles join revisions on revisions.id = articles.revision
        where revisions.capture = ?""",
        (row.id,),
    ).fetchone()
    query = "select * from articles where id = ?"
    return shown or db.execute(query, (page.article,)).fetchone()


def _take_outcome(db: Connection, row: CaptureRow, outcome: Outcome) -> None:
    db.execute(
        """update captures set outcome = ?, error = iif(?, null, error), unread_by = null
        where id = ?""",
        (outcome, outcome.is_article, row.id),
    )
    recount(db, row.run)


def _hold(db: Connection, page: Page, due_at: datetime | None) -> None:
    db.execute(
        f"""update pages set state = 'held', reason = null, next_due_at = ?
        where id = ? and (state = 'refused' or (state = 'failing' and reason {one_of(UNREAD)}))""",
        (utc_text(due_at) if due_at else None, page.id),
    )


def _page(db: Connection, site: str, url: str) -> Page:
    page = page_at(db, site, url)
    assert page is not None
    return page


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)
