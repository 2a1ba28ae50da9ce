"""Reads one kept record by its place, and checks its bytes. Writes nothing."""

import hashlib
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.capture import Capture
from pipelines.keep.warc.record import Record, by_name, parse_fields, parse_record, split_head
from portals.errors import LoaError

PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


class WarcReadError(LoaError):
    """The kept bytes of a capture are missing or damaged."""

    exit_code = 6


@dataclass(frozen=True, slots=True)
class WarcPlace:
    """Where a record lies.

    `file` is a name in the captures folder; `offset` and `length` are those of the gzip member;
    `sha256` (hex) and `bytes` are those of the body. `own`: where the record of this very answer
    is, if its body is in the record of an earlier one.
    """

    file: str
    offset: int
    length: int
    sha256: str
    bytes: int
    own: "WarcPlace | None" = field(default=None, compare=False)

    @property
    def end(self) -> int:
        """The byte of the file that follows the record."""
        return self.offset + self.length


def read_record(folder: Path, place: WarcPlace) -> Capture:
    """The capture at a place, as it was written. Raises WarcReadError.

    Unsafe characters of its URL and headers stay percent-encoded.
    """
    record = look_up(folder, place)
    if isinstance(record, str):
        raise WarcReadError(
            f"{folder / place.file} at {place.offset}: {record}: restore the file from a copy; "
            "`loa verify` lists all that is damaged"
        )
    return Capture(
        record.site or "",
        record.url or "",
        record.date,
        record.status,
        record.headers,
        record.body,
        rendered_from=record.rendered_from,
    )


def verify_record(folder: Path, place: WarcPlace) -> Record | str:
    """The record at a place, if its body is intact; else the fault."""
    record = look_up(folder, place)
    if isinstance(record, str):
        return record
    if len(record.body) != place.bytes or hashlib.sha256(record.body).hexdigest() != place.sha256:
        return "bytes differ from sha256"
    return record


def look_up(folder: Path, place: WarcPlace) -> Record | str:
    """The record at a place, or the fault."""
    if not PLAIN_NAME.fullmatch(place.file):
        return "file name is not a plain name"
    try:
        with (folder / place.file).open("rb") as opened:
            opened.seek(place.offset)
            member = opened.read(place.length)
    except FileNotFoundError:
        return "file missing"
    except OSError as error:
        return f"file cannot be read ({error.strerror})"
    if len(member) < place.length:
        return "file ends before the record does"
    inflate = zlib.decompressobj(wbits=31)
    try:
        plain = inflate.decompress(member)
        head, rest = split_head(plain)
        fields = by_name(parse_fields(head, "utf-8"))
        size = int(fields.get("content-length", "-1"))
        whole = inflate.eof and not inflate.unused_data and head.startswith(b"WARC/")
        if not whole or rest[size:] != b"\r\n\r\n":
            return "record damaged: not one whole record"
        return parse_record(fields, rest[:size], place.offset, place.length)
    except (zlib.error, ValueError) as error:
        return f"record damaged: {error}"
