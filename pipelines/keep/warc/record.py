"""A WARC record as data, and how a record's bytes become it. Pure.

The format is ISO 28500:2017 (WARC 1.1, https://iipc.github.io/warc-specifications/). We parse
records ourselves: the libraries lack the parts that the walk over damaged files needs.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pipelines.read.reading import LinkKind

BLANK_LINE = re.compile(rb"\r?\n\r?\n")
BLANKS = " \t\r"  # str.strip() alone would take the last byte of a UTF-8 "à" for a blank
STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})(?: [^\n]*)?\r?$")
REMOVED = "removed"  # the field Loa-Says of a removal
SOFTWARE = "loa"  # of a file that Loa made, in its warcinfo record
CONNECTED = re.compile(rb"HTTP/\d(?:\.\d)? 200 connection established", re.IGNORECASE)  # by a proxy
LONGEST_JOINED = 4_000  # characters
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")


@dataclass(frozen=True, slots=True)
class Record:
    """One whole record: its WARC-Type, its WARC-Date in UTC, and the site's key if we wrote it.

    `status` and `headers` are those of the HTTP answer in a response or revisit, as latin-1, which
    loses no byte. Any other record has only its Content-Type there. `body` is the payload without
    chunked transfer encoding, but with its content encoding. `ended`: chunks, if any, came to their
    end. `fields` (names in lower case) and `block` are the record as it was written.

    `asked_as` is the kind of page (listing, article ...) that our crawl requested, `read_as` the
    family that a person named for it, `error` and `tls` are those of its capture.
    `rendered_from`: a conversion record holds what a browser made of the answer that came then; its
    status is that answer's, 200. `names`: what the tool that made it first calls it, in a record
    that Loa imported: its WARC-Record-ID and WARC-Payload-Digest.

    `offset` and `length` are those of the gzip member, or of the record in an uncompressed file (of
    a .wacz: in the WARC inside it). `length` is None if the member holds several records.
    """

    kind: str
    url: str | None
    date: datetime
    site: str | None
    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    offset: int
    length: int | None
    ended: bool = True
    asked_as: str | None = None
    rendered_from: datetime | None = None
    read_as: str | None = None
    error: str | None = None
    tls: str | None = None
    says: str | None = None
    names: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    block: bytes = b""

    @property
    def is_removal(self) -> bool:
        """Whether it records that the portal removed an article; its date is the capture's."""
        return self.kind == "metadata" and self.url is not None and self.says == REMOVED

    @property
    def is_failure(self) -> bool:
        """Whether it says why a request got no answer."""
        return self.kind == "metadata" and self.url is not None and self.error is not None

    @property
    def settings(self) -> str | None:
        """The settings of a site (portals/settings.py), if the record holds any."""
        holds = self.kind == "metadata" and self.url is None and self.site is not None
        return self.body.decode("utf-8", "replace") if holds else None

    @property
    def begins_own_file(self) -> bool | None:
        """Whether a file of Loa begins here; None if this is not the beginning of a file."""
        if self.kind != "warcinfo":
            return None
        return ("software", SOFTWARE) in parse_fields(b"\n" + self.body, "utf-8")


@dataclass(frozen=True, slots=True)
class RequestedAs:
    """What is known of a capture's request. `kind`: of page; `read_as`: the family that a person
    named for it; `names`: what other tools call the record that it was imported from.
    """

    kind: LinkKind | None = None
    read_as: str | None = None
    names: tuple[str, ...] = ()


UNKNOWN_REQUEST = RequestedAs()  # for captures from files that other programs made


def split_head(message: bytes) -> tuple[bytes, bytes]:
    """The parts before and after the first blank line of a WARC record or HTTP message."""
    blank = BLANK_LINE.search(message)
    return (message[: blank.start()], message[blank.end() :]) if blank else (message, b"")


def parse_fields(head: bytes, encoding: str) -> tuple[tuple[str, str], ...]:
    """The named fields of a WARC or HTTP head, folded lines joined.

    Skips the first line, and lines without a colon.
    """
    fields: list[tuple[str, str]] = []
    for line in head.decode(encoding, "replace").split("\n")[1:]:
        if line[:1] in (" ", "\t") and fields:
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {line.strip(BLANKS)}")
        else:
            name, colon, value = line.partition(":")
            if colon:
                fields.append((name.strip(BLANKS), value.strip(BLANKS)))
    return tuple(fields)


def by_name(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A record's fields by their names in lower case; of a repeated one the last value.

    Only WARC-Concurrent-To may be repeated (ISO 28500:2017, section 4): its values are joined.
    """
    found: dict[str, str] = {}
    for name, value in fields:
        key = name.lower()
        if key == "warc-concurrent-to" and key in found and len(found[key]) < LONGEST_JOINED:
            value = f"{found[key]} {value}"
        found[key] = value
    return found


def parse_record(fields: dict[str, str], block: bytes, offset: int, length: int | None) -> Record:
    """The record of these WARC fields (names in lower case) and this block.

    Raises ValueError if it has no type or no readable date.
    """
    kind = fields.get("warc-type", "").lower()
    if not kind:
        raise ValueError("no WARC-Type")
    date = parse_date(fields.get("warc-date", ""))
    url, site = fields.get("warc-target-uri"), fields.get("loa-site")
    if url and url.startswith("<") and url.endswith(">"):
        url = url[1:-1]  # Wget up to 1.20 writes it so
    headers: tuple[tuple[str, str], ...] = (
        (("Content-Type", fields["content-type"]),) if "content-type" in fields else ()
    )
    status, body, ended = None, block, True
    if kind in ("response", "revisit") and block.startswith(b"HTTP/"):
        status, headers, body, ended = _parse_answer(block)
    rendered_from = None
    # Only our own: other tools convert into whatever they like.
    if kind == "conversion" and site is not None and "warc-refers-to-date" in fields:
        status, rendered_from = 200, parse_date(fields["warc-refers-to-date"])
    if kind == "metadata" and "loa-error" in fields and "warc-refers-to-date" in fields:
        rendered_from = parse_date(fields["warc-refers-to-date"])
    return Record(
        *(kind, url, date, site, status, headers, body, offset, length),
        ended=ended,
        asked_as=fields.get("loa-kind"),
        rendered_from=rendered_from,
        read_as=fields.get("loa-read-as"),
        error=fields.get("loa-error"),
        tls=fields.get("loa-tls"),
        says=fields.get("loa-says"),
        names=tuple(fields.get("loa-names", "").split()),
        fields=fields,
        block=block,
    )


def _parse_answer(message: bytes) -> tuple[int | None, tuple[tuple[str, str], ...], bytes, bool]:
    """The status, headers and body of an HTTP answer, and whether its chunks came to their end.

    Skips the heads that a server or proxy sends before the answer: `100 Continue` and the like.
    """
    while True:
        head, body = split_head(message)
        line = STATUS_LINE.match(head.partition(b"\n")[0])
        interim = line is not None and (line[1].startswith(b"1") or CONNECTED.match(head))
        if not interim or not body.startswith(b"HTTP/"):
            break
        message = body
    headers = parse_fields(head, "latin-1")
    codings = [value for name, value in headers if name.lower() == "transfer-encoding"]
    ended = True
    if any("chunked" in coding.lower() for coding in codings):
        body, ended = _join_chunks(body)
    return (int(line[1]) if line else None), headers, body, ended


def parse_date(text: str) -> datetime:
    """The instant of a WARC-Date. Raises ValueError if it is none.

    WARC 1.1 allows any precision, year to nanosecond; a missing part gets its first value.
    """
    try:
        at = datetime.fromisoformat(text + {4: "-01-01", 7: "-01"}.get(len(text), ""))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"WARC-Date {text[:40]!r} is not a date") from error


def _join_chunks(body: bytes) -> tuple[bytes, bool]:
    """The body without its chunk sizes, and whether its last chunk came.

    Many archives keep the header with a body that is already joined: if the first chunk does not
    end as it should, the body stays as it is. If a chunk is cut off, its remaining bytes count.
    """
    parts: list[bytes] = []
    at = 0
    while (size := CHUNK_SIZE.match(body, at)) and (count := int(size[1], 16)):
        end = size.end() + count
        if not parts and body[end : end + 2] != b"\r\n":
            return body, end < len(body)
        parts.append(body[size.end() : end])
        at = end + 2
    if size is not None or not parts:
        return (b"".join(parts) if size else body), True
    rest = body[at:]
    if rest.rstrip(b"\r\n") == b"0":
        return b"".join(parts), True
    return b"".join((*parts, rest)), False
