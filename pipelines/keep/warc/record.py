"""Turns a capture into the bytes of a WARC record, and a record's bytes into data. Pure.

The format is ISO 28500:2017 (WARC 1.1, https://iipc.github.io/warc-specifications/). We build and
parse records ourselves: the libraries accept no microseconds in WARC-Date, let a header value start
a second field, and lack the parts that the walk over damaged files needs.
"""

import hashlib
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import responses

from isal import isal_zlib

from pipelines.capture import Capture
from pipelines.read.reading import LinkKind

# ISA-L's level: a tenth of the time of zlib's level 6 on portal pages, for a seventh more bytes.
# Level 3 takes twice as long and saves 4 %.
GZIP_LEVEL = 2
ORIGINAL = "X-Archive-Orig-"  # the customary prefix of a header that the kept body no longer fits
UNSAFE_IN_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f]")
UNSAFE_IN_NAME = re.compile(r"[^!#$%&'*+\-.^_`|~0-9A-Za-z]")  # not a tchar (RFC 9110, 5.6.2)
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
BLANK_LINE = re.compile(rb"\r?\n\r?\n")
BLANKS = " \t\r"  # str.strip() alone would take the last byte of a UTF-8 "à" for a blank
STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})(?: [^\n]*)?\r?$")
REMOVED = "removed"  # the field Loa-Says of a removal
SOFTWARE = "loa"  # of a file that Loa made, in its warcinfo record
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")


@dataclass(frozen=True, slots=True)
class Record:
    """One whole record: its WARC-Type, its WARC-Date in UTC, and the site's key if we wrote it.

    `status` and `headers` are those of the HTTP answer in a response or revisit, as latin-1, which
    loses no byte. Any other record has only its Content-Type there. `body` is the payload without
    chunked transfer encoding, but with its content encoding. `payload` is the digest of the whole
    body, which a revisit leaves out.

    `asked_as` is the kind of page (listing, article ...) that our crawl requested, `read_as` the
    family that a person named for it, `error` and `tls` are those of its capture.
    `rendered_from`: a conversion record holds what a browser made of the answer that came then; its
    status is that answer's, 200.

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
    payload: str | None = None
    asked_as: str | None = None
    rendered_from: datetime | None = None
    read_as: str | None = None
    error: str | None = None
    tls: str | None = None
    says: str | None = None

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
    named for it.
    """

    kind: LinkKind | None = None
    read_as: str | None = None


UNKNOWN_REQUEST = RequestedAs()  # for captures from files that other programs made


def answer_record(
    capture: Capture, sha256: str, request: RequestedAs, *, same_as: datetime | None = None
) -> bytes:
    """The capture as one gzip member that holds one record.

    `sha256` (hex) is that of the body. A revisit record
    (section 6.7) leaves the body out: the server did (304), or the same address gave the same bytes
    at `same_as`. Control characters of a URL or header are percent-encoded, so that none begins a
    field or a record; so is what a header's name may not hold. A line without a name is
    X-Archive-Unnamed. Transfer-Encoding, and a Content-Length that differs from the kept body's,
    stay under X-Archive-Orig- names.
    """
    lines = [f"HTTP/1.1 {capture.status:03d} {responses.get(capture.status or 0, '')}"]
    size = str(len(capture.body))
    for name, value in capture.headers:
        other_size = name.lower() == "content-length" and value.strip() != size
        unfit = other_size or name.lower() == "transfer-encoding"
        lines.append(_field(ORIGINAL + name if unfit else name, value))
        if other_size:
            lines.append(f"{name}: {size}")
    head = b"".join(_latin(line) + b"\r\n" for line in lines) + b"\r\n"
    content = ("Content-Type", "application/http;msgtype=response")
    fields = [*_answer_fields(capture, sha256, request, refers_to=same_as), content]
    if same_as is not None:
        return _member([("WARC-Type", "revisit"), ("WARC-Profile", IDENTICAL), *fields], head)
    if capture.status == 304 and not capture.body:
        return _member([("WARC-Type", "revisit"), ("WARC-Profile", NOT_MODIFIED), *fields], head)
    return _member([("WARC-Type", "response"), *fields], head + capture.body)


def rendered_record(capture: Capture, sha256: str, request: RequestedAs) -> bytes:
    """A page that a browser rendered, as a conversion record (section 6.8) in one gzip member.

    It names the answer by address and instant, as a revisit does: an import gives records new ids.
    `sha256` (hex) is that of the body.
    """
    assert capture.rendered_from is not None
    fields = _answer_fields(capture, sha256, request, refers_to=capture.rendered_from)
    content = ("Content-Type", capture.header("content-type") or "text/html")
    return _member([("WARC-Type", "conversion"), *fields, content], capture.body)


def failure_record(capture: Capture, request: RequestedAs) -> bytes:
    """A request that got no answer, as a metadata record (section 6.6) in one gzip member."""
    fields = _capture_fields(capture, request, refers_to=capture.rendered_from)
    return _member([("WARC-Type", "metadata"), *fields], b"")


def removal_record(site: str, url: str, at: datetime) -> bytes:
    """A run's decision that the portal removed an article, as the capture of `at` shows."""
    fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Date", _format_date(at)),
        ("WARC-Target-URI", UNSAFE_IN_URL.sub(_percent, url)),
        ("Loa-Site", site),
        ("Loa-Says", REMOVED),
    ]
    return _member(fields, b"")


def settings_record(key: str, settings: str, at: datetime) -> bytes:
    """A site's settings, in force from this record on, as a metadata record in one gzip member."""
    fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Date", _format_date(at)),
        ("Loa-Site", key),
        ("Content-Type", "application/json"),
    ]
    return _member(fields, settings.encode("utf-8"))


def warcinfo_record(name: str, at: datetime) -> bytes:
    """The record that opens a file: its program and format. One gzip member."""
    about = (
        f"software: {SOFTWARE}\r\nformat: WARC File Format 1.1\r\nconformsTo: "
        "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
    )
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Date", _format_date(at)),
        ("WARC-Filename", name),
        ("Content-Type", "application/warc-fields"),
    ]
    return _member(fields, about.encode())


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


def parse_record(fields: dict[str, str], block: bytes, offset: int, length: int | None) -> Record:
    """The record of these WARC fields (names in lower case) and this block.

    Raises ValueError if it has no type or no readable date.
    """
    kind = fields.get("warc-type", "").lower()
    if not kind:
        raise ValueError("no WARC-Type")
    date = _parse_date(fields.get("warc-date", ""))
    url, site = fields.get("warc-target-uri"), fields.get("loa-site")
    if url and url.startswith("<") and url.endswith(">"):
        url = url[1:-1]  # Wget up to 1.20 writes it so
    status, body = None, block
    headers: tuple[tuple[str, str], ...] = (
        (("Content-Type", fields["content-type"]),) if "content-type" in fields else ()
    )
    if kind in ("response", "revisit") and block.startswith(b"HTTP/"):
        head, body = split_head(block)
        if line := STATUS_LINE.match(head.partition(b"\n")[0]):
            status = int(line[1])
        headers = parse_fields(head, "latin-1")
        codings = [value for name, value in headers if name.lower() == "transfer-encoding"]
        if any("chunked" in coding.lower() for coding in codings):
            body = _join_chunks(body)
    rendered_from = None
    # Only our own: other tools convert into whatever they like.
    if kind == "conversion" and site is not None and "warc-refers-to-date" in fields:
        status, rendered_from = 200, _parse_date(fields["warc-refers-to-date"])
    if kind == "metadata" and "loa-error" in fields and "warc-refers-to-date" in fields:
        rendered_from = _parse_date(fields["warc-refers-to-date"])
    return Record(
        *(kind, url, date, site, status, headers, body, offset, length),
        payload=fields.get("warc-payload-digest"),
        asked_as=fields.get("loa-kind"),
        rendered_from=rendered_from,
        read_as=fields.get("loa-read-as"),
        error=fields.get("loa-error"),
        tls=fields.get("loa-tls"),
        says=fields.get("loa-says"),
    )


def _answer_fields(
    capture: Capture, sha256: str, request: RequestedAs, *, refers_to: datetime | None
) -> list[tuple[str, str]]:
    digest = ("WARC-Payload-Digest", f"sha256:{sha256}")
    return [digest, *_capture_fields(capture, request, refers_to=refers_to)]


def _capture_fields(
    capture: Capture, request: RequestedAs, *, refers_to: datetime | None
) -> list[tuple[str, str]]:
    """The fields of any record of a capture; `refers_to`: when the answer came that it repeats or
    that the browser rendered.
    """
    url = UNSAFE_IN_URL.sub(_percent, capture.url)
    own = {
        "Loa-Site": capture.site,
        "Loa-Kind": request.kind,
        "Loa-Read-As": request.read_as,
        "Loa-Error": capture.error,
        "Loa-TLS": capture.tls,
    }
    fields = [
        ("WARC-Date", _format_date(capture.fetched_at)),
        ("WARC-Target-URI", url),
        *((name, value) for name, value in own.items() if value),
    ]
    if refers_to is None:
        return fields
    date = ("WARC-Refers-To-Date", _format_date(refers_to))
    return [("WARC-Refers-To-Target-URI", url), date, *fields]


def _member(fields: list[tuple[str, str]], block: bytes) -> bytes:
    fields = [
        *fields,
        ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid4()}>"),
        ("WARC-Block-Digest", f"sha256:{hashlib.sha256(block).hexdigest()}"),
        ("Content-Length", str(len(block))),
    ]
    head = "".join(f"{_field(name, value)}\r\n" for name, value in fields)
    record = b"".join(
        (b"WARC/1.1\r\n", head.encode("utf-8", "backslashreplace"), b"\r\n", block, b"\r\n\r\n")
    )
    member: bytes = isal_zlib.compress(record, GZIP_LEVEL, wbits=31)
    return member


def _field(name: str, value: str) -> str:
    safe_name = UNSAFE_IN_NAME.sub(_percent_in_name, name) or "X-Archive-Unnamed"
    return f"{safe_name}: {UNSAFE_IN_VALUE.sub(_percent, value)}"


def _percent(unsafe: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in unsafe[0].encode("utf-8", "backslashreplace"))


def _percent_in_name(unsafe: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in _latin(unsafe[0]))  # the bytes that were sent


def _latin(line: str) -> bytes:
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "backslashreplace")


def _format_date(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _parse_date(text: str) -> datetime:
    """WARC 1.1 allows any precision, year to nanosecond; a missing part gets its first value."""
    try:
        at = datetime.fromisoformat(text + {4: "-01-01", 7: "-01"}.get(len(text), ""))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"WARC-Date {text[:40]!r} is not a date") from error


def _join_chunks(body: bytes) -> bytes:
    """The body without its chunk sizes.

    Many archives keep the header with a body that is already joined: if the first chunk is not
    whole, the body stays as it is. If a later chunk is cut off, its remaining bytes count.
    """
    parts: list[bytes] = []
    at = 0
    while (size := CHUNK_SIZE.match(body, at)) and (count := int(size[1], 16)):
        end = size.end() + count
        if not parts and body[end : end + 2] != b"\r\n":
            return body
        parts.append(body[size.end() : end])
        at = end + 2
    if size is None:
        parts.append(body[at:])
    return b"".join(parts)
