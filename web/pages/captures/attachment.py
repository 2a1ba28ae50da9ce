"""A file that an article links to: its text, where it is kept, and its kept bytes to take away."""

import asyncio
import sqlite3
from email.message import Message

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.capture import Capture
from pipelines.keep.warc.opened import OpenedRecord, RecordFault
from pipelines.outcomes import IssueKind, one_of
from pipelines.read.text.content_codings import DecodeError, decode_content
from web import evidence
from web.archive import Row, archive_of, rows_of
from web.downloads import ENDINGS, Download, as_file, has_ending, name_in
from web.languages import gettext as _
from web.pages.captures.capture import CODINGS, MOST, coding_of, faulty
from web.pages.rendering import Routes, page

FULL, SHORTEST_MARGIN = 0.75, 40  # of the widest line; characters
SENTENCE_ENDS = (".", ":", ";", "!", "?", "”", "…")
LONGEST_TEXT = 200_000  # characters of a file's text on its page

ATTACHMENT = f"""select attachments.id, attachments.article, attachments.url, attachments.name,
        attachments.media_type, attachments.bytes, attachments.sha256, attachments.capture,
        substr(attachments.text, 1, {LONGEST_TEXT}) as text,
        length(attachments.text) as characters,
        articles.key, articles.title, articles.language, articles.site, sites.name as site_name,
        sites.timezone as zone, captures.fetched_at, captures.status, captures.warc_file,
        captures.warc_offset, captures.warc_length
    from attachments join articles on articles.id = attachments.article
        join sites on sites.key = articles.site
        left join captures on captures.id = attachments.capture
    where attachments.id = :id"""
NAMED = """attachments.id, attachments.name, attachments.url, articles.key, articles.title,
    articles.language, articles.site, sites.name as site_name from attachments
    join articles on articles.id = attachments.article join sites on sites.key = articles.site"""
# Each is bounded by an index and a limit.
OF_FILES = (
    *(IssueKind.ATTACHMENT_CUT, IssueKind.ATTACHMENT_UNREADABLE),
    *(IssueKind.ATTACHMENT_WITHOUT_TEXT, IssueKind.SCANNED_DOCUMENT),
)
LISTS = {
    "linked_by": f"""select {NAMED} where attachments.url = :url and attachments.id <> :id
        order by attachments.id limit {MOST}""",
    "same_bytes": f"""select {NAMED} where attachments.sha256 = :sha256 and attachments.id <> :id
            and attachments.url <> :url
        order by attachments.id limit {MOST}""",
    "over_time": f"""select id, fetched_at, outcome, status, bytes, sha256, lost_at from captures
        where url = :url and site = :site order by fetched_at desc limit {MOST}""",
    "issues": f"""select id, kind from issues
        where capture = :capture and kind {one_of(OF_FILES)}
        order by id limit {MOST}""",
}


async def attachment(request: Request, datasette: Datasette) -> Response:
    """The page of an attached file."""
    archive = await archive_of(datasette)
    row, lists = await archive.read(lambda db: _found(db, request.url_vars["id"]))
    place = evidence.kept_place(row)
    shown = {
        **{"archive": archive, "file": row, "most": MOST, "is_kept": place is not None},
        "paragraphs": paragraphs_of(row["text"] or ""),
        "left": max(0, (row["characters"] or 0) - LONGEST_TEXT),
        "fault": await evidence.fault_of(archive, place) if place else None,
    }
    return await page(datasette, request, "attachment.html", shown | lists)


async def attachment_file(request: Request, datasette: Datasette) -> Response | Download:
    """The file itself, from the archive, under its own name."""
    archive = await archive_of(datasette)
    row = await archive.read(lambda db: _row(db, request.url_vars["id"]))
    place = evidence.kept_place(row)
    if place is None:
        raise NotFound(_("The file was not fetched, only its address"))
    try:
        record = await evidence.opened(archive, place)
        return (await asyncio.to_thread(_answer, record, row)).asked_by(request.scope)
    except RecordFault as problem:
        return await faulty(datasette, request, {"id": row["capture"]}, problem.fault)


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a file's text, for reading.

    A PDF has only lines as wide as its page. One that reaches the margin and ends no sentence goes
    on in the next.
    """
    paragraphs = []
    for block in text.split("\n\n"):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        margin = FULL * max(map(len, lines), default=0)
        joined = ""
        for line in lines:
            joined += f"{' ' if joined else ''}{line}"
            if len(line) < max(margin, SHORTEST_MARGIN) or line.endswith(SENTENCE_ENDS):
                paragraphs.append(joined)
                joined = ""
        paragraphs += [joined] if joined else []
    return paragraphs


def own_name(row: Row, headers: tuple[tuple[str, str], ...]) -> str:
    """The name of a file: as its server sent it, as it was linked, or as its address ends.

    The first of them counts that ends as its type does, else the first with its type's ending.
    """
    message = Message()
    for name, value in headers:
        if name.lower() == "content-disposition" and name not in message:
            message[name] = value
    sent = message.get_filename() or ""
    names = [one for one in (sent, row["name"] or "", name_in(row["url"])) if one]
    ending = ENDINGS.get(row["media_type"] or "", "")
    fitting = (one for one in names if has_ending(one) and one.lower().endswith(ending))
    return next(fitting, f"{names[0] if names else 'file'}{ending}")


def _answer(record: OpenedRecord, row: Row) -> Download:
    """The file as people open it: without the coding that was chosen for its way."""
    headers = record.record.headers
    name = own_name(row, headers)
    coding = coding_of(headers)
    if coding in ("", "identity", "none"):
        return evidence.body_as_sent(record, as_file(name))
    with record:
        body = record.kept_body()
    at = record.record.date
    capture = Capture(row["site"], row["url"], at, row["status"], headers, body)
    try:
        body = decode_content(capture).body
    except DecodeError:
        name += CODINGS.get(coding, "")
    return Download(iter([body] if body else []), len(body), as_file(name))


def _row(db: sqlite3.Connection, number: str) -> Row:
    rows = rows_of(db, ATTACHMENT, {"id": int(number)})
    if not rows:
        raise NotFound(_("The archive has no attachment %(number)s") % {"number": number})
    return rows[0]


def _found(db: sqlite3.Connection, number: str) -> tuple[Row, dict[str, list[Row]]]:
    row = _row(db, number)
    return row, {name: rows_of(db, query, row) for name, query in LISTS.items()}


ROUTES: Routes = (
    (r"^/attachment/(?P<id>\d{1,18})$", attachment),
    (r"^/attachment/(?P<id>\d{1,18})/file$", attachment_file),
)
