"""A capture shown as the page that the portal sent: in a frame that can fetch and run nothing."""

import asyncio
import atexit
from collections.abc import Mapping
from functools import cache

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.keep.warc.opened import Fault, RecordFault
from pipelines.keep.warc.reader import WarcPlace
from pipelines.readers.worker_pool import WorkerDied, WorkerPool
from web import evidence
from web.archive import Archive, Row, archive_of
from web.kept_originals import KeptOriginal, shown_original
from web.originals import LARGEST_PICTURE, NotShown, Original
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
MOST_PICTURES = 40
# The pictures of the article that a capture shows.
KEPT_PICTURES = f"""select images.url, warc_file, warc_offset, warc_length, captures.sha256,
        captures.bytes
    from images join captures on captures.id = images.capture
    where captures.picture is not null and images.article in (
        select article from revisions where capture = :id
        union select article from revisions where id = :revision)
    limit {MOST_PICTURES}"""
# A page may be made so that parsing it takes minutes and gigabytes.
SECONDS = 4.0  # of CPU time
WALL_SECONDS = 60.0
MEMORY = 2 << 30  # bytes of address space


@cache
def _workers() -> WorkerPool:
    """One process, made for the first original: a page's tree takes up to fifty times its bytes."""
    pool = WorkerPool(1, seconds=SECONDS, memory=MEMORY, wall=WALL_SECONDS)
    atexit.register(pool.close)
    return pool


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
    archive: Archive, row: Row, is_source: bool, kept: Mapping[str, WarcPlace] | None = None
) -> Original:
    """Raises RecordFault and NotShown. `kept`: the places of pictures."""
    place = evidence.kept_place(row)
    if place is None or not place.bytes:
        raise NotShown("no-bytes")
    if place.bytes > LARGEST_PICTURE:
        raise NotShown("too-large")
    asked = KeptOriginal(
        evidence.folder_of(archive),
        place,
        **{name: row[name] for name in ("site", "url", "status", "language")},
        is_source=is_source,
        pictures=dict(kept or {}),
    )
    try:
        found = await asyncio.wrap_future(_workers().begin(shown_original, asked))
    except WorkerDied as death:
        raise NotShown("too-costly") from death
    if isinstance(found, Fault):
        raise RecordFault(found, place)
    if not isinstance(found, Original):
        raise NotShown(str(found))
    return found


ROUTES: Routes = (
    (r"^/capture/(?P<id>\d{1,18})/original$", original),
    (r"^/capture/(?P<id>\d{1,18})/frame$", frame),
)
