"""One capture: what was asked, what came back, what became of it; and its bytes to take away."""

import sqlite3
from http.client import responses
from itertools import chain
from pathlib import PurePath
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.capture import PAGES
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.warc.opened import Fault, RecordFault, packed_pieces
from pipelines.keep.warc.reader import WarcPlace
from pipelines.keep.warc.record import Record
from web import evidence
from web.archive import Archive, Row, archive_of, rows_of
from web.downloads import ENDINGS, Download, as_file, has_ending, name_in
from web.languages import gettext as _
from web.pages.articles.wording import states
from web.pages.rendering import Routes, page

MOST = 20  # rows of one list
SHOWN_HEADERS = 200
LONGEST_HEADER = 2_000  # characters

CAPTURE = """select captures.*, sites.name as site_name, sites.timezone as zone,
        sites.language, runs.kind as run_kind, runs.started_at as run_started_at
    from captures join sites on sites.key = captures.site join runs on runs.id = captures.run
    where captures.id = :id"""
# Each is bounded by an index and a limit.
LISTS = {
    "versions": f"""select articles.key, revisions.title, articles.language, seq,
            revisions.id = articles.revision as is_current
        from revisions join articles on articles.id = revisions.article
        where revisions.id in (select id from revisions where capture = :id
            union select revision from article_parts where capture = :id
            union select revision from captures where id = :id)
        order by revisions.id limit {MOST}""",
    "attachments": f"""select attachments.id, attachments.name, attachments.url, articles.key,
            articles.title, articles.language
        from attachments join articles on articles.id = attachments.article
        where attachments.capture = :id limit {MOST}""",
    "images": f"""select images.id, images.caption, articles.key, articles.title,
            articles.language
        from images join articles on articles.id = images.article
        where images.capture = :id limit {MOST}""",
    "sightings": f"""select sightings.state, sightings.since_at, articles.key, articles.title,
            articles.language
        from sightings join articles on articles.id = sightings.article
        where sightings.capture = :id limit {MOST}""",
    "issues": f"""select id, kind, opened_at, closed_at from issues where capture = :id
        order by id limit {MOST}""",
    "pages": """select articles.key, articles.title, articles.language
        from pages join articles on articles.id = pages.article
        where pages.site = :site and pages.url = :url""",
    "rendered": "select id, fetched_at from captures where rendered_from = :id limit 1",
    "original": "select id, fetched_at from captures where id = :rendered_from",
    "earlier": f"""select id, fetched_at, status, outcome, bytes, sha256, lost_at from captures
        where url = :url and fetched_at < :fetched_at and site = :site
        order by fetched_at desc limit {MOST}""",
    "later": f"""select id, fetched_at, status, outcome, bytes, sha256, lost_at from captures
        where url = :url and fetched_at > :fetched_at and site = :site
        order by fetched_at limit {MOST}""",
    "lost": """select losses.again, captures.fetched_at from losses
        left join captures on captures.id = losses.again where losses.capture = :id""",
    # What a server meant that said "not modified".
    "still_held": f"""select id, fetched_at from captures
        where :status = 304 and url = :url and site = :site and fetched_at < :fetched_at
            and status in {PAGES} and rendered_from is null
        order by fetched_at desc limit 1""",
}
KEPT_AT = """select id, fetched_at from captures
    where url = :url and site = :site and fetched_at = :kept_at limit 1"""
CODINGS = {"gzip": ".gz", "x-gzip": ".gz", "br": ".br", "zstd": ".zst", "deflate": ".deflate"}


async def capture(request: Request, datasette: Datasette) -> Response:
    """The page of a capture."""
    archive = await archive_of(datasette)
    row, lists = await archive.read(lambda db: _found(db, request.url_vars["id"]))
    shown = {"archive": archive, "capture": row, **lists}
    shown |= {
        "reason_phrase": responses.get(row["status"] or 0, ""),
        "most": MOST,
        "states": states(),
    }
    return await page(datasette, request, "capture.html", shown | await _kept(archive, row))


async def capture_bytes(request: Request, datasette: Datasette) -> Response | Download:
    """The body of a capture as a file, byte for byte as it was sent."""
    archive = await archive_of(datasette)
    row = await capture_row(archive, request.url_vars["id"])
    place = evidence.kept_place(row)
    if place is None:
        raise NotFound(_("Capture %(number)s has no bytes: no answer came") % {"number": row["id"]})
    try:
        record = await evidence.opened(archive, place)
    except RecordFault as problem:
        return await faulty(datasette, request, row, problem.fault)
    name = download_name(row, coding_of(record.record.headers))
    return evidence.body_as_sent(record, as_file(name)).asked_by(request.scope)


async def capture_record(request: Request, datasette: Datasette) -> Response | Download:
    """The WARC record of a capture as a file, byte for byte as it stands in the archive's own.

    If an earlier record holds the bytes, both come, its own first.
    """
    archive = await archive_of(datasette)
    row = await capture_row(archive, request.url_vars["id"])
    place = evidence.kept_place(row)
    if place is None:
        raise NotFound(
            _("Capture %(number)s has no record: no answer came") % {"number": row["id"]}
        )
    places = [one for one in (evidence.own_place(row), place) if one is not None]
    try:
        for one in places:
            (await evidence.opened(archive, one)).close()  # say now if there is none
    except RecordFault as problem:
        return await faulty(datasette, request, row, problem.fault)
    ending = "".join(PurePath(place.file).suffixes[-2:]) if ".warc" in place.file else ".warc"
    folder = evidence.folder_of(archive)
    pieces = chain.from_iterable(packed_pieces(folder, one) for one in places)
    size = sum(one.length for one in places)
    headers = as_file(f"loa-{row['id']}{ending}")
    return Download(pieces, size, headers).asked_by(request.scope)


async def capture_row(archive: Archive, number: str) -> Row:
    """The row of a capture, with the name and the zone of its site. Raises NotFound."""
    return await archive.read(lambda db: _row(db, number))


async def faulty(datasette: Datasette, request: Request, row: Row, fault: Fault) -> Response:
    """An answer that says why the bytes of a capture cannot be had, and what to do."""
    shown = {"capture": row, "fault": fault}
    answer = await page(datasette, request, "fault.html", shown)
    answer.status = 404 if fault in (Fault.NO_FILE, Fault.NO_FOLDER) else 500
    return answer


def download_name(row: Row, coding: str = "") -> str:
    """The name of a capture's body as a file: the last part of its address, and its number.

    The ending says its type, and the coding in which it was sent.
    """
    path = name_in(row["url"]) or "index"
    if not has_ending(path):
        path += ENDINGS.get(row["media_type"] or "", "")
    return f"loa-{row['id']}-{path}{CODINGS.get(coding, '')}"


def _row(db: sqlite3.Connection, number: str) -> Row:
    rows = rows_of(db, CAPTURE, {"id": int(number)})
    if not rows:
        raise NotFound(_("The archive has no capture %(number)s") % {"number": number})
    return rows[0]


def _found(db: sqlite3.Connection, number: str) -> tuple[Row, dict[str, list[Row]]]:
    row = _row(db, number)
    return row, {name: rows_of(db, query, row) for name, query in LISTS.items()}


async def _kept(archive: Archive, row: Row) -> dict[str, Any]:
    """What the WARC file has of a capture: headers, coding, whether its bytes are whole."""
    place = evidence.kept_place(row)
    if place is None:
        return {}
    try:
        kept = await _record_at(archive, place)
    except RecordFault as problem:
        return {"fault": problem.fault}
    own = evidence.own_place(row)
    try:
        answer = await _record_at(archive, own) if own else kept
    except RecordFault:  # the earlier answer's headers are better than none, and named as such
        own, answer = None, kept
    fault = await evidence.fault_of(archive, place)
    kept_at = utc_text(kept.date)
    same = {"url": row["url"], "site": row["site"], "kept_at": kept_at}
    is_own = kept_at == row["fetched_at"]
    return {
        "fault": fault,
        "headers": [
            (name, _readable(value[:LONGEST_HEADER]))
            for name, value in answer.headers[:SHOWN_HEADERS]
        ],
        "coding": coding_of(kept.headers),
        "has_own_record": own is not None,
        "same_as": None if is_own else await archive.row(KEPT_AT, same),
        "kept_at": None if is_own else kept_at,
    }


async def _record_at(archive: Archive, place: WarcPlace) -> Record:
    """The head of a record. Raises RecordFault."""
    with await evidence.opened(archive, place) as record:
        return record.record


def coding_of(headers: tuple[tuple[str, str], ...]) -> str:
    """The last content coding that the headers name, in lower case; "" if they name none."""
    named = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    return named.rpartition(",")[2].strip().lower()


def _readable(value: str) -> str:
    """A header's value, whose bytes beyond ASCII are UTF-8 if they can be."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


ROUTES: Routes = (
    (r"^/capture/(?P<id>\d{1,18})$", capture),
    (r"^/capture/(?P<id>\d{1,18})/bytes$", capture_bytes),
    (r"^/capture/(?P<id>\d{1,18})/record$", capture_record),
)
