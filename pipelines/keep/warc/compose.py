"""Turns a capture into the bytes of a WARC record. Pure.

The format is ISO 28500:2017 (WARC 1.1, https://iipc.github.io/warc-specifications/). We build
records ourselves: the libraries accept no microseconds in WARC-Date, and let a header value start a
second field.
"""

import hashlib
import re
import uuid
from datetime import UTC, datetime
from http.client import responses

from isal import isal_zlib

from pipelines.capture import Capture
from pipelines.keep.warc.record import REMOVED, SOFTWARE, RequestedAs
from pipelines.outcomes import CUT

# ISA-L's level: a tenth of the time of zlib's level 6 on portal pages, for a seventh more bytes.
# Level 3 takes twice as long and saves 4 %.
GZIP_LEVEL = 2
ORIGINAL = "X-Archive-Orig-"  # the customary prefix of a header that the kept body no longer fits
UNSAFE_IN_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f]")
UNSAFE_IN_NAME = re.compile(r"[^!#$%&'*+\-.^_`|~0-9A-Za-z]")  # not a tchar (RFC 9110, 5.6.2)
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


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
    fields = _answer_fields(capture, sha256, request, refers_to=same_as)
    if capture.fault == CUT:
        fields.append(("WARC-Truncated", "unspecified"))
    fields.append(("Content-Type", "application/http;msgtype=response"))
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
        "Loa-Names": " ".join(request.names),
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
