"""Captures as rows: written once, found by address, bytes or outcome."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection, Row
from typing import Any

from pipelines.capture import PAGES, Capture, media_type_of
from pipelines.keep.database.rows import first_value, insert_row
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.warc.reader import WarcPlace
from pipelines.outcomes import DEADLY_REFUSALS, Outcome, one_of
from pipelines.version import VERSION

# The columns of a WarcPlace, in its order.
PLACE = ("warc_file", "warc_offset", "warc_length", "sha256", "bytes")
OWN_PLACE = ("record_file", "record_offset", "record_length")  # of `place.own`
OWN = ("id", "run", "site", "url", "fetched_at", "status", "media_type", "outcome", "lost_at")
SAME_CAPTURE = "url = ? and fetched_at = ? and ifnull(sha256, '') = ?"


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """One row of `captures`, without its bytes. `place` is None if no answer came."""

    id: int
    run: int
    site: str
    url: str
    fetched_at: str
    status: int | None
    media_type: str | None
    outcome: str
    lost_at: str | None
    place: WarcPlace | None


def keep_capture(
    db: Connection, run: int, capture: Capture, place: WarcPlace | None, platform: str | None
) -> int:
    """Inserts a capture, with its outcome not yet decided, and returns its id."""
    values = {
        "run": run,
        "site": capture.site,
        "url": capture.url,
        "fetched_at": utc_text(capture.fetched_at),
        "status": capture.status,
        "media_type": media_type_of(capture.header("content-type")),
        "outcome": Outcome.UNDECIDED,
        "platform": platform,
        "etag": capture.header("etag"),
        "last_modified": capture.header("last-modified"),
        "error": capture.error,
        "tls": capture.tls,
        "rendered_from": _rendered_from(db, capture),
    }
    if place is not None:
        values |= zip(PLACE, in_columns(place), strict=True)
        if place.own is not None:
            values |= zip(OWN_PLACE, in_columns(place.own), strict=False)
    return insert_row(db, "captures", values)


def _rendered_from(db: Connection, capture: Capture) -> int | None:
    """The row of the answer from which a browser rendered a page."""
    if capture.rendered_from is None:
        return None
    query = "select id from captures where url = ? and fetched_at = ? and site = ?"
    answer = (capture.url, utc_text(capture.rendered_from), capture.site)
    row: int | None = first_value(db, query, answer)
    return row


def captures_where(
    db: Connection, condition: str, values: Sequence[object] = ()
) -> Iterator[CaptureRow]:
    """The captures that meet a condition in SQL, which may end in an order and a limit."""
    query = f"select {', '.join(OWN + PLACE)} from captures where {condition}"
    for row in db.execute(query, values):
        own = {name: row[name] for name in OWN}
        yield CaptureRow(**own, place=None if row["warc_file"] is None else place_of(row))


def places_where(
    db: Connection, condition: str, values: Sequence[object] = ()
) -> Iterator[tuple[int, WarcPlace]]:
    """The ids of the captures that meet a condition, and the places of their bytes."""
    columns = ", ".join(("id", *PLACE))
    query = f"select {columns} from captures where warc_file is not null and {condition}"
    for row in db.execute(query, values):
        yield row["id"], place_of(row)


def place_of(row: Row | Mapping[str, Any]) -> WarcPlace:
    """Where the bytes of a row of `captures` lie."""
    return WarcPlace(*(row[name] for name in PLACE))


def in_columns(place: WarcPlace) -> tuple[object, ...]:
    """The values of a place, in the order of PLACE."""
    return place.file, place.offset, place.length, place.sha256, place.bytes


def last_place(db: Connection, capture: Capture) -> WarcPlace | None:
    """Where the last answer of the same address is, if it came before this one.

    A record is never younger than a row that points to it, even if the clock was set back.
    """
    condition = f"""url = ? and status in {PAGES} and rendered_from is null and fetched_at <= ?
        order by fetched_at desc limit 1"""
    found = places_where(db, condition, (capture.url, utc_text(capture.fetched_at)))
    return next((place for _, place in found), None)


def is_known(db: Connection, capture: Capture, sha256: str) -> bool:
    """Whether the archive has this very capture: same address, same instant, same bytes."""
    key = (capture.url, utc_text(capture.fetched_at), sha256)
    return first_value(db, f"select 1 from captures where {SAME_CAPTURE}", key) is not None


def deadly_bytes(db: Connection) -> set[str]:
    """The SHA-256 of every body that killed the readers of this version of Loa in two captures."""
    deadly = one_of(map(Outcome.of_refusal, DEADLY_REFUSALS))
    rows = db.execute(
        f"""select sha256 from captures where unread_by = ? and outcome {deadly}
        group by sha256 having count(*) > 1""",
        (VERSION,),
    )
    return {row["sha256"] for row in rows}


def unread_documents(db: Connection) -> list[CaptureRow]:
    """Files that were captured before an article linked to them."""
    condition = """outcome = ? and lost_at is null and exists (
        select 1 from attachments join articles on articles.id = attachments.article
        where attachments.url = captures.url and articles.site = captures.site
            and attachments.capture is null)"""
    return list(captures_where(db, condition, (Outcome.ATTACHMENT,)))
