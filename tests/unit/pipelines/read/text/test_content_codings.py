"""Content codings: what their header names, and what the bytes show."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import brotli
import pytest
from backports import zstd

from pipelines.capture import Capture
from pipelines.read.text.content_codings import (
    Content,
    DecodeError,
    decode_content,
    open_undeclared,
    open_unmarked,
)

PAGE = "<html><p>Ủy ban nhân dân xã họp thường kỳ tháng 11.</p></html>".encode() * 200
MIB = 1024 * 1024


def capture(body: bytes, *codings: str) -> Capture:
    headers = tuple(("Content-Encoding", coding) for coding in codings)
    return Capture(
        site="mau",
        url="http://mau.example/",
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=200,
        headers=headers,
        body=body,
    )


def bare_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(data) + engine.flush()


def zeros(wbits: int) -> bytes:
    """500 MiB of them."""
    engine = zlib.compressobj(wbits=wbits)
    block = bytes(MIB)
    return b"".join([*(engine.compress(block) for _ in range(500)), engine.flush()])


def decoded(body: bytes, *codings: str) -> bytes:
    return decode_content(capture(body, *codings)).body


COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


def refusal(body: bytes, *codings: str) -> str:
    with pytest.raises(DecodeError) as caught:
        decode_content(capture(body, *codings))
    return caught.value.reason


@pytest.mark.parametrize("coding", COMPRESS)
def test_every_coding_is_undone(coding: str) -> None:
    assert decoded(COMPRESS[coding](PAGE), coding) == PAGE
    assert decoded(COMPRESS[coding](PAGE), f" {coding.upper()} ") == PAGE


@pytest.mark.parametrize("coding", COMPRESS)
def test_a_body_stored_decoded_under_its_old_header_is_taken_as_it_stands(coding: str) -> None:
    assert decoded(PAGE, coding) == PAGE


@pytest.mark.parametrize("coding", COMPRESS)
@pytest.mark.parametrize("missing", [9, 40])
def test_a_stream_that_ends_early_is_told(coding: str, missing: int) -> None:
    assert refusal(COMPRESS[coding](PAGE)[:-missing], coding) == "cut"


@pytest.mark.parametrize(
    "body",
    [
        bare_deflate(PAGE),
        zlib.compress(PAGE, 1),
        zlib.compress(PAGE, 9),
        zlib.compress(PAGE) + b"\n<!-- served in 0.1 s -->",
    ],
    ids=["bare", "fast", "best", "with a tail"],
)
def test_deflate_has_two_forms(body: bytes) -> None:
    assert decoded(body, "deflate") == PAGE


def test_gzip_may_come_in_parts_and_with_a_tail() -> None:
    assert decoded(gzip.compress(PAGE[:5000]) + gzip.compress(PAGE[5000:]), "x-gzip") == PAGE
    assert decoded(gzip.compress(PAGE) + b"\x00\x00<!-- -->", "gzip") == PAGE
    parts = zstd.compress(PAGE[:5000]) + zstd.compress(PAGE[5000:])
    assert decoded(parts + b"tail", "zstd") == PAGE


def test_codings_are_undone_from_the_last() -> None:
    body = gzip.compress(brotli.compress(PAGE))
    assert decoded(body, "br, gzip") == PAGE
    assert decoded(body, "br", "identity", "gzip") == PAGE


def test_words_that_are_no_coding_are_passed_over_and_unknown_ones_told() -> None:
    assert decoded(PAGE, "utf-8") == PAGE
    assert decoded(PAGE, "none, identity") == PAGE
    assert decoded(b"", "gzip") == b""
    assert decoded(PAGE, "text/html; charset=utf-8") == PAGE
    assert refusal(b"\x1f\x9d\x90" + bytes(40), "compress") == "unknown-coding"
    assert refusal(PAGE, *["gzip"] * 5) == "unknown-coding"


def test_damage_within_is_told() -> None:
    body = bytearray(gzip.compress(PAGE))
    body[20:24] = b"\xff\xff\xff\xff"
    assert refusal(bytes(body), "gzip") == "damaged"
    assert refusal(b"\x81\x00\xff\x12" * 9, "br") == "damaged"


ZIPPED = gzip.compress(PAGE, mtime=0)
ZLIB = zlib.compress(PAGE)


@pytest.mark.parametrize(
    ("body", "coding", "slip"),
    [
        (ZIPPED[:-8], "gzip", "missing"),
        (ZIPPED[:-4], "gzip", "cut"),
        (ZIPPED[:-1], "x-gzip", "cut"),
        (ZIPPED[:-8] + bytes(8), "gzip", "wrong"),
        (ZIPPED[:-8] + b"\1\2\3\4" + ZIPPED[-4:], "gzip", "wrong"),
        (ZIPPED[:-4] + b"\1\0\0\0", "gzip", "wrong"),
        (ZIPPED[:-8] + bytes(8) + b"\n<!-- cache -->", "gzip", "wrong"),
        (ZLIB[:-4], "deflate", "missing"),
        (ZLIB[:-3], "deflate", "cut"),
        (ZLIB[:-4] + bytes(4), "deflate", "wrong"),
    ],
)
def test_content_is_whole_without_a_right_checksum_and_that_is_told(
    body: bytes, coding: str, slip: str
) -> None:
    content = decode_content(capture(body, coding))
    assert content.body == PAGE
    (told,) = content.slips
    assert told.endswith(slip)


def test_a_wrong_checksum_between_two_parts_does_not_hide_the_second() -> None:
    first, second = gzip.compress(PAGE[:5000]), gzip.compress(PAGE[5000:])
    assert decoded(first[:-8] + bytes(8) + second, "gzip") == PAGE
    assert decoded(first[:-8] + second, "gzip") == PAGE
    assert refusal(first[:-8] + bytes(8) + second[:-20], "gzip") == "cut"


def test_a_gzip_head_with_every_field_is_passed() -> None:
    fields = b"\x04\0" + b"ab\0\0" + b"trang.html\0" + b"ghi chu\0" + b"\0\0"
    head = b"\x1f\x8b\x08\x1e" + bytes(6) + fields
    assert decoded(head + bare_deflate(PAGE), "gzip") == PAGE
    assert refusal(b"\x1f\x8b\x08\x08" + bytes(6) + b"trang", "gzip") == "cut"


@pytest.mark.parametrize(
    ("body", "codings"),
    [
        (ZIPPED, "deflate"),
        (ZIPPED, "gzip, deflate"),
        (ZIPPED, "br, gzip, deflate"),
        (ZIPPED, "gzip, gzip"),
        (ZIPPED, "application/gzip"),
        (ZIPPED, "br"),
        (ZIPPED, "zstd"),
        (zstd.compress(PAGE), "gzip"),
        (b"\r\n\r\n" + ZIPPED, "gzip"),
        (b"\xef\xbb\xbf" + ZIPPED, "gzip"),
        (b"%PDF-1.7\n\x00\x01\x02", "br"),
        (b"%PDF-1.7\n\x00\x01\x02", "deflate"),
    ],
)
def test_where_the_header_is_wrong_the_bytes_decide(body: bytes, codings: str) -> None:
    assert decoded(body, codings) == (body if body.startswith(b"%PDF") else PAGE)


def test_a_body_may_be_compressed_twice_and_no_more() -> None:
    twice = gzip.compress(ZIPPED)
    assert open_undeclared(decode_content(capture(twice, "gzip"))).body == PAGE
    assert open_undeclared(decode_content(capture(twice))).body == PAGE
    assert open_undeclared(Content(zstd.compress(ZIPPED))).body == PAGE
    with pytest.raises(DecodeError, match="more than 2 times"):
        open_undeclared(Content(gzip.compress(twice)))
    assert refusal(gzip.compress(twice), "gzip, gzip, gzip") == "unknown-coding"


def test_each_layer_has_the_limit() -> None:
    inner = gzip.compress(bytes(5000))
    for body in (gzip.compress(inner), inner):
        with pytest.raises(DecodeError, match="larger than 1000"):
            open_undeclared(Content(body), limit=1000)


@pytest.mark.parametrize("body", [ZLIB, zlib.compress(PAGE, 1), brotli.compress(PAGE)])
def test_data_without_a_magic_number_proves_itself_by_its_end_and_its_text(body: bytes) -> None:
    assert open_unmarked(body) == PAGE
    assert open_unmarked(body[:-30]) is None


@pytest.mark.parametrize("body", [b"", PAGE, bytes(range(256)) * 9, zlib.compress(bytes(99))])
def test_other_data_is_not_taken_for_compressed_text(body: bytes) -> None:
    assert open_unmarked(body) is None


def bombs() -> dict[str, tuple[bytes, str]]:
    """500 MiB of zeros in each coding, and in gzip twice."""
    gz = zeros(16 + zlib.MAX_WBITS)
    compressor = brotli.Compressor(quality=1)
    block = bytes(MIB)
    br = b"".join([*(compressor.process(block) for _ in range(500)), compressor.finish()])
    zst = zstd.ZstdCompressor()
    frames = b"".join([*(zst.compress(block) for _ in range(500)), zst.flush()])
    deflated = zeros(zlib.MAX_WBITS)
    return {
        "gzip": (gz, "gzip"),
        "br": (br, "br"),
        "zstd": (frames, "zstd"),
        "deflate": (deflated, "deflate"),
        "twice": (gzip.compress(gz), "gzip, gzip"),
    }


def test_bombs_of_500_mib_are_refused_in_little_memory() -> None:
    for body, codings in bombs().values():
        assert len(body) < MIB
        tracemalloc.start()
        try:
            assert refusal(body, codings) == "too-large"
            assert tracemalloc.get_traced_memory()[1] < 64 * MIB
        finally:
            tracemalloc.stop()


def test_a_body_of_empty_parts_without_end_is_refused() -> None:
    assert refusal(gzip.compress(b"") * 50_000, "gzip") == "damaged"
    assert refusal(zstd.compress(b"") * 50_000, "zstd") == "damaged"


def test_the_limit_is_exact() -> None:
    exact = bytes(1000)
    assert decode_content(capture(gzip.compress(exact), "gzip"), limit=1000).body == exact
    assert decode_content(capture(exact), limit=1000).body == exact
    for body, codings in ((gzip.compress(exact + b"1"), ["gzip"]), (exact + b"1", [])):
        with pytest.raises(DecodeError):
            decode_content(capture(body, *codings), limit=1000)


def test_a_gzip_file_is_opened_and_any_other_left() -> None:
    assert open_undeclared(Content(gzip.compress(PAGE))).body == PAGE
    assert open_undeclared(Content(PAGE)).body == PAGE
    with pytest.raises(DecodeError, match="ends early"):
        open_undeclared(Content(gzip.compress(PAGE)[:-9]))
