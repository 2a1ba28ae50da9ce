"""A record shows in many ways that its answer is not whole; odd but whole answers are not cut."""

import gzip
import zlib
from pathlib import Path

import pytest

from pipelines.keep.warc.record import Record
from pipelines.keep.warc.stream import walk_warc
from pipelines.keep.warc.wholeness import fault_of
from tests.builders import foreign_warc as foreign

BODY = foreign.page("Sửa đường vào bản")
CHUNKED = "Transfer-Encoding: chunked"
CHUNKS = b"40\r\n" + BODY[:64] + b"\r\n%x;x=y\r\n" % (len(BODY) - 64) + BODY[64:] + b"\r\n0\r\n\r\n"
ZIPPED = gzip.compress(BODY)
AT = "2026-03-09T01:00:00Z"


def told(tmp_path: Path, record: bytes) -> str | None:
    path = tmp_path / "one.warc"
    path.write_bytes(record)
    (found,) = walk_warc(path)
    assert isinstance(found, Record)
    return fault_of(found)


def response(body: bytes, *headers: str, **fields: str) -> bytes:
    return foreign.response(foreign.url("duong"), AT, body, foreign.TYPE, *headers, **fields)


def length(count: int) -> str:
    return f"Content-Length: {count}"


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        (response(BODY[:-90], WARC_Truncated="length"), "cut: the tool that wrote it says WARC-Tr"),
        (response(BODY, WARC_Truncated="unspecified"), "cut: the tool"),
        (response(BODY, WARC_Truncated="long-word"), "cut: the tool"),
        (response(BODY, WARC_Segment_Number="1"), "cut: other segments"),
        (response(BODY[:-1], length(len(BODY))), f"cut: the server announced {len(BODY)} bytes"),
        (response(b"", length(len(BODY))), "cut: the server announced"),  # of HEAD, as it may be
        (response(ZIPPED[:-9], "Content-Encoding: gzip", length(len(ZIPPED))), "cut: the server"),
        (response(CHUNKS[:-7], CHUNKED), "cut: the last chunk is missing"),
        (response(CHUNKS[:-60], CHUNKED), "cut: the last chunk is missing"),
        (response(CHUNKS[:40], CHUNKED), "cut: the last chunk is missing"),
        (response(CHUNKS[:70], CHUNKED), "cut: the last chunk is missing"),
        (response(CHUNKS[:-5] + b"zz\r\n", CHUNKED), "cut: the last chunk is missing"),
        (response(BODY[:-9], WARC_Payload_Digest=foreign.digest(BODY)), "digest: the body differs"),
        (
            foreign.record("resource", foreign.url("x"), AT, BODY, WARC_Truncated="time"),
            "cut: the tool",
        ),
        (
            foreign.record(
                *("resource", foreign.url("x"), AT, BODY[:-1]),
                WARC_Payload_Digest=foreign.digest(BODY, "sha256", "hex"),
            ),
            "digest: the body differs",
        ),
    ],
)
def test_what_is_not_whole_is_told(tmp_path: Path, record: bytes, fault: str) -> None:
    assert (told(tmp_path, record) or "").startswith(fault)


@pytest.mark.parametrize(
    "record",
    [
        response(BODY),
        response(BODY, length(len(BODY))),
        response(BODY, length(len(BODY) - 20)),  # more than announced
        response(BODY, "Content-Length: many"),
        response(BODY, WARC_Truncated=""),
        response(CHUNKS, CHUNKED),
        response(CHUNKS[:-2], CHUNKED),
        response(CHUNKS[:-4], CHUNKED),  # all but the line end after the 0
        response(CHUNKS, CHUNKED, length(9_999)),  # the chunks count (RFC 9112, 6.3)
        response(BODY, CHUNKED),  # joined by the tool that wrote it
        response(b"2026\r\n" + 9_000 * b"so lieu " + b"\r\n", CHUNKED),
        # Stored decoded, with the length of the coded body.
        response(b"<p>", "Content-Encoding: gzip", length(len(gzip.compress(b"<p>")))),
        response(b"<p>", "Content-Encoding: br", length(9)),
        response(zlib.compress(BODY), "Content-Encoding: deflate", length(9_999)),
        response(BODY, WARC_Payload_Digest=foreign.digest(BODY, "md5", "hex")),
        response(CHUNKS, CHUNKED, WARC_Payload_Digest=foreign.digest(BODY)),
        response(CHUNKS, CHUNKED, WARC_Payload_Digest=foreign.digest(CHUNKS)),  # as Wget counts
        response(BODY, WARC_Payload_Digest=foreign.digest(foreign.answer(BODY))),
        response(BODY, WARC_Payload_Digest="sha1:-"),
    ],
)
def test_an_odd_but_whole_answer_is_whole(tmp_path: Path, record: bytes) -> None:
    assert told(tmp_path, record) is None


@pytest.mark.parametrize("digested", [BODY, BODY[:-9]])
@pytest.mark.parametrize("spelling", ["base32", "hex"])
def test_without_another_digest_that_of_the_block_counts(
    tmp_path: Path, digested: bytes, spelling: str
) -> None:
    """The checksum of gzip holds: a tool may cut a block and pack what is left."""
    digest = foreign.digest(foreign.answer(digested), "sha256", spelling)
    record = response(BODY[:-9], WARC_Block_Digest=digest)
    fault = "digest: the body differs from its WARC-Block-Digest"
    assert told(tmp_path, gzip.compress(record)) == (fault if digested == BODY else None)


def test_heads_before_the_answer_are_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "interim.warc"
    final = foreign.answer(BODY, foreign.TYPE, length(len(BODY)))
    befores = (
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.0 200 Connection established\r\nVia: proxy\r\n\r\n",
    )
    for before in befores:
        path.write_bytes(foreign.record("response", foreign.url("x"), AT, before + final))
        (found,) = walk_warc(path)
        assert isinstance(found, Record)
        assert (found.status, found.body, fault_of(found)) == (200, BODY, None)
