"""A capture shown as the page that the portal sent: in a frame that can fetch and run nothing."""

import asyncio
import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.capture import Capture
from pipelines.keep.warc.opened import Fault, OpenedRecord, RecordFault
from pipelines.keep.warc.reader import WarcPlace
from web import evidence
from web.archive import Archive, Row, archive_of
from web.originals import LARGEST_PICTURE, NotShown, Original, original_of
from web.pages.captures.capture import capture_row, faulty
from web.pages.rendering import Routes, page

# As safe when it is opened alone: an origin of its own, no scripts, forms, popups or plugins, and
# nothing is loaded but what stands in the page itself. Only our own page may frame it.
POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-dns-prefetch-control": "off",
    "cross-origin-resource-policy": "same-origin",
}
# Python's and our own names of encodings that people know by others.
ENCODINGS = {
    **{"tcvn3": "TCVN3 (ABC)", "vni": "VNI", "viqr": "VIQR"},
    **{f"cp{number}": f"windows-{number}" for number in (874, *range(1250, 1259))},
}
NONE: Mapping[str, WarcPlace] = MappingProxyType({})
MOST_PICTURES = 40
PICTURE_BYTES = 6 << 20  # of all kept pictures in one page
# The pictures of the article that a capture shows.
KEPT_PICTURES = f"""select images.url, warc_file, warc_offset, warc_length, captures.sha256,
        captures.bytes
    from images join captures on captures.id = images.capture
    where captures.picture is not null and images.article in (
        select article from revisions where capture = :id
        union select article from revisions where id = :revision)
    limit {MOST_PICTURES}"""
# One page at a time: its tree takes up to fifty times its bytes.
_thread = ThreadPoolExecutor(1, thread_name_prefix="original")


async def original(request: Request, datasette: Datasette) -> Response:
    """The page around the frame: what is shown, when it was so, and what is left out."""
    archive = await archive_of(datasette)
    row = await capture_row(archive, request.url_vars["id"])
    is_source = request.args.get("source") == "1"
    shown = {"archive": archive, "capture": row, "is_source": is_source}
    try:
        found = await _original(archive, row, is_source)
        encoding = ENCODINGS.get(found.encoding or "", found.encoding or "")
        shown |= {"kind": found.kind, "cut": found.cut}
        shown["encoding"] = "" if encoding in ("utf-8", "ascii") else encoding
    except RecordFault as problem:
        return await faulty(datasette, request, row, problem.fault)
    except NotShown as problem:
        shown["not_shown"] = problem.why
    return await page(datasette, request, "original.html", shown)


async def frame(request: Request, datasette: Datasette) -> Response:
    """What stands in the frame: the original, written anew."""
    archive = await archive_of(datasette)
    row = await capture_row(archive, request.url_vars["id"])
    try:
        is_source = request.args.get("source") == "1"
        kept = {} if is_source else await _kept_pictures(archive, row)
        found = await _original(archive, row, is_source, kept)
    except RecordFault as problem:
        return await faulty(datasette, request, row, problem.fault)
    except NotShown as problem:
        raise NotFound(f"Capture {row['id']} cannot be shown: {problem.why}") from problem
    return Response.html(found.document, headers=HEADERS)


async def _kept_pictures(archive: Archive, row: Row) -> dict[str, WarcPlace]:
    """Where the pictures of a capture's article are kept, by their addresses."""
    rows = await archive.rows(KEPT_PICTURES, row)
    places = {one["url"]: evidence.kept_place(one) for one in rows}
    return {url: place for url, place in places.items() if place is not None}


async def _original(
    archive: Archive, row: Row, is_source: bool, kept: Mapping[str, WarcPlace] = NONE
) -> Original:
    """Raises RecordFault and NotShown. `kept`: the places of pictures."""
    place = evidence.kept_place(row)
    if place is None or not place.bytes:
        raise NotShown("no-bytes")
    if place.bytes > LARGEST_PICTURE:
        raise NotShown("too-large")
    record = await evidence.opened(archive, place)
    pictures = _Pictures(evidence.folder_of(archive), kept)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_thread, _read, record, row, is_source, pictures)


class _Pictures:
    """Gives each kept picture once, as far as they have room in one page together."""

    def __init__(self, folder: Path, places: Mapping[str, WarcPlace]) -> None:
        self.folder, self.places, self.room = folder, dict(places), PICTURE_BYTES

    def __call__(self, url: str) -> bytes | None:
        place = self.places.pop(url, None)
        if place is None or place.bytes > self.room:
            return None
        try:
            with OpenedRecord(self.folder, place) as record:
                if record.bytes != place.bytes:
                    return None
                body = b"".join(record.pieces())
            _check(body, place)
        except RecordFault:
            return None  # a description stands in its place
        self.room -= len(body)
        return body


def _read(record: OpenedRecord, row: Row, is_source: bool, pictures: _Pictures) -> Original:
    with record:
        if record.bytes > LARGEST_PICTURE:
            raise NotShown("too-large")
        body = b"".join(record.pieces())
    _check(body, record.place)
    kept = record.record
    capture = Capture(row["site"], row["url"], kept.date, row["status"], kept.headers, body)
    return original_of(capture, row["language"], source=is_source, pictures=pictures)


def _check(body: bytes, place: WarcPlace) -> None:
    if hashlib.sha256(body).hexdigest() != place.sha256:
        raise RecordFault(Fault.OTHER_BYTES, place)


ROUTES: Routes = (
    (r"^/capture/(?P<id>\d{1,18})/original$", original),
    (r"^/capture/(?P<id>\d{1,18})/frame$", frame),
)
