"""Tells whether a record holds the whole answer that a server gave. Pure."""

from pipelines.keep.warc.digests import parse_digest
from pipelines.keep.warc.record import Record, split_head
from pipelines.outcomes import CUT, OTHER_DIGEST

# A body under this header that does not begin like it was stored decoded: its length says nothing.
MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


def fault_of(record: Record) -> str | None:
    """Why the body of a response or resource is not the one that the server sent; None if nothing
    says so. The first word, before the colon, is CUT or OTHER_DIGEST.

    A record may say so itself (WARC-Truncated, ISO 28500:2017, 5.13), be a segment of a record
    whose others are missing (section 7), be shorter than its HTTP head says, or differ from its
    WARC-Payload-Digest.
    """
    if word := record.fields.get("warc-truncated", "").strip():
        return f"{CUT}: the tool that wrote it says WARC-Truncated: {word[:40]}"
    if "warc-segment-number" in record.fields:
        return f"{CUT}: other segments of the record are missing"
    if not record.ended:
        return f"{CUT}: the last chunk is missing"
    size = _announced(record)
    if size is not None and size > len(record.body):
        return f"{CUT}: the server announced {size} bytes, the record has {len(record.body)}"
    if (field := _digest_it_differs_from(record)) is not None:
        return f"{OTHER_DIGEST}: the body differs from its {field}"
    return None


def _announced(record: Record) -> int | None:
    """How many bytes the HTTP head announces for the body as it is stored, if it does."""
    headers = {name.lower(): value.strip() for name, value in reversed(record.headers)}
    size, coding = headers.get("content-length", ""), headers.get("content-encoding", "").lower()
    if record.kind != "response" or "transfer-encoding" in headers or not size.isdecimal():
        return None
    if coding not in ("", "identity", "none") and not (
        coding in MAGIC and record.body.startswith(MAGIC[coding])
    ):
        return None
    return int(size[:18])


def _digest_it_differs_from(record: Record) -> str | None:
    """The field with the digest that a record's bytes differ from; None if they fit it.

    A payload digest fits whatever the tool took for the payload: the body with chunk sizes or
    without, or with the HTTP head.
    """
    digest = parse_digest(record.fields.get("warc-payload-digest"))
    if digest is not None:
        body, block = record.body, record.block
        fits = digest.fits(body) or digest.fits(split_head(block)[1]) or digest.fits(block)
        return None if fits else "WARC-Payload-Digest"
    digest = parse_digest(record.fields.get("warc-block-digest"))
    return None if digest is None or digest.fits(record.block) else "WARC-Block-Digest"
