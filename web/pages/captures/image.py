"""Kept pictures: `/image/ID` is a picture of an article, `/capture/ID/picture` that of a capture.

Only what its own bytes show to be a picture is answered, with a policy that lets nothing run.
"""

import asyncio

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.capture import Capture
from pipelines.keep.warc.opened import OpenedRecord, RecordFault
from pipelines.read.files.media_types import PICTURES, sniff
from pipelines.read.text.content_codings import DecodeError, decode_content
from portals.site import LARGEST_IMAGE
from web import evidence
from web.archive import Archive, Row, archive_of
from web.downloads import Download
from web.languages import gettext as _
from web.pages.captures.capture import capture_row, faulty
from web.pages.rendering import Routes

IMAGE = "select capture, sha256 from images where id = ?"


async def image(request: Request, datasette: Datasette) -> Response | Download:
    """The picture that an article shows, as it was captured last."""
    archive = await archive_of(datasette)
    number = request.url_vars["id"]
    row = await archive.row(IMAGE, (int(number),))
    if row is None:
        raise NotFound(_("The archive has no image %(number)s") % {"number": number})
    if row["capture"] is None:
        raise NotFound(_("The picture was not kept, only its address and caption"))
    # The number may belong to another picture tomorrow, so browsers ask each time; most get a 304.
    # Its headers replace those that the browser has.
    if row["sha256"] and request.headers.get("if-none-match") == f'"{row["sha256"]}"':
        return Response("", status=304, headers=_headers(row["sha256"]))
    return await _picture_of(request, datasette, archive, row["capture"])


async def picture(request: Request, datasette: Datasette) -> Response | Download:
    """The picture that a capture holds."""
    archive = await archive_of(datasette)
    return await _picture_of(request, datasette, archive, request.url_vars["id"])


async def _picture_of(
    request: Request, datasette: Datasette, archive: Archive, number: int | str
) -> Response | Download:
    row = await capture_row(archive, str(number))
    place = evidence.kept_place(row)
    if place is None:
        raise NotFound(_("Capture %(number)s has no bytes: no answer came") % {"number": row["id"]})
    try:
        body = await asyncio.to_thread(_body, await evidence.opened(archive, place), row)
    except RecordFault as problem:
        return await faulty(datasette, request, row, problem.fault)
    media_type = sniff(body, None, None)
    if media_type not in PICTURES:
        raise NotFound(_("Capture %(number)s is no picture") % {"number": row["id"]})
    headers = {**_headers(row["sha256"]), "content-type": media_type}
    return Download(iter((body,)), len(body), headers).asked_by(request.scope)


def _headers(digest: str) -> dict[str, str]:
    return {
        "content-disposition": "inline",
        "content-security-policy": "sandbox; default-src 'none'",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "private, no-cache",
        "etag": f'"{digest}"',
    }


def _body(record: OpenedRecord, row: Row) -> bytes:
    """The content of a record, without its codings; empty if it is no picture's. Raises
    RecordFault.
    """
    with record:
        if record.bytes > LARGEST_IMAGE:
            return b""
        body = record.kept_body()
        headers = tuple(record.record.headers)
    at = record.record.date
    try:
        sent = Capture(row["site"], row["url"], at, row["status"], headers, body)
        return decode_content(sent, limit=LARGEST_IMAGE).body
    except DecodeError:
        return b""


ROUTES: Routes = (
    (r"^/image/(?P<id>\d{1,18})$", image),
    (r"^/capture/(?P<id>\d{1,18})/picture$", picture),
)
