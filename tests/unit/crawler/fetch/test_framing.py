"""The lines that frame an answer: read as browsers and curl read them; a doubt is an error."""

import pytest

from crawler.fetch.framing import Chunks, FramingError, is_chunked, one_length, status_line


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        (b"HTTP/1.1 200 OK", b"200", b"OK"),
        (b"HTTP/1.0 404", b"404", b""),
        (b"HTTP/1.1  200 \t OK", b"200", b"OK"),
        (b"HTTP/1.1\t503\tService Unavailable", b"503", b"Service Unavailable"),
        (b"http/1.1 302 found", b"302", b"found"),
        (b"HTTP/2 200", b"200", b""),
        (b"HTTP 200 OK", b"200", b"OK"),
        (b"HTTP/1.1 403.6 Forbidden", b"403", b".6 Forbidden"),  # as IIS writes a substatus
        (b"HTTP/1.1 200OK", b"200", b"OK"),
        (b"\xef\xbb\xbfHTTP/1.1 200 OK", b"200", b"OK"),
    ],
)
def test_a_status_line_is_read_in_every_spelling(line: bytes, status: bytes, reason: bytes) -> None:
    assert status_line(line) == b"HTTP/1.1 " + status + b" " + reason


@pytest.mark.parametrize(
    "line", [b"", b"<html>", b"SSH-2.0-OpenSSH", b"HTTP/1.1 fine OK", b"HTTP/1.1 2000 OK", b"x" * 9]
)
def test_what_is_no_status_line_stays_as_it_is(line: bytes) -> None:
    assert status_line(line) == line


@pytest.mark.parametrize(
    ("values", "chunked"),
    [
        ([], False),
        ([b""], False),
        ([b"identity"], False),
        ([b"chunked"], True),
        ([b"Chunked"], True),
        ([b" chunked ; x=1"], True),
        ([b'"chunked"'], True),
        ([b"chunked", b"chunked"], True),
        ([b"identity, chunked"], True),
        ([b"gzip, chunked"], True),  # the reader finds the gzip
    ],
)
def test_chunks_are_known_by_any_spelling(values: list[bytes], chunked: bool) -> None:
    assert is_chunked(values) is chunked


@pytest.mark.parametrize("value", [b"gzip", b"x", b"chunkedd"])
def test_a_coding_that_nobody_asked_for_is_told(value: bytes) -> None:
    with pytest.raises(FramingError, match=value.decode()):
        is_chunked([value])


@pytest.mark.parametrize(
    ("values", "length"),
    [
        ([], None),
        ([b"42"], 42),
        ([b"0"], 0),
        ([b"+42"], 42),
        ([b"0042"], 42),
        ([b"42;"], 42),
        ([b"42.0"], 42),
        ([b"42", b"42"], 42),
        ([b"42, 42"], 42),
        ([b"42,"], 42),
    ],
)
def test_lengths_that_agree_are_one(values: list[bytes], length: int | None) -> None:
    assert one_length(values) == length


@pytest.mark.parametrize(
    "values",
    [[b"10", b"42"], [b"10, 42"], [b"-1"], [b""], [b"many"], [b"0x2a"], [b"4 2"], [b"9" * 20]],
)
def test_a_length_in_doubt_is_told(values: list[bytes]) -> None:
    with pytest.raises(FramingError) as told:
        one_length(values)
    assert values[0].decode() in str(told.value)


@pytest.mark.parametrize(
    "wire",
    [
        b"4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n",
        b"4\nWiki\n5\npedia\n0\n\n",
        b'4;a=b\r\nWiki\r\n0005 ;c="d\x01"\r\npedia\r\n0\r\nX-Sum: 9\r\n\r\n',
        b" 4 \r\nWiki\r\n5\t\r\npedia\r\n00  \r\n\r\n",
        b"9;" + b"x" * 16_000 + b"\r\nWikipedia\r\n0\r\n\r\n",
    ],
)
def test_chunks_are_joined_however_they_arrive(wire: bytes) -> None:
    for step in (1, 2, 7, len(wire)):
        chunks = Chunks()
        parts = [chunks.take(wire[at : at + step]) for at in range(0, len(wire), step)]
        assert b"".join(parts) == b"Wikipedia"
        assert (chunks.is_whole, chunks.rest) == (True, b"")


@pytest.mark.parametrize(
    ("wire", "body", "whole", "rest"),
    [
        (b"4\r\nWi", b"Wi", False, None),
        (b"4\r\nWiki\r\n", b"Wiki", False, None),
        (b"4\r\nWiki\r\n0", b"Wiki", False, None),  # may be the beginning of "04"
        (b"4\r\nWiki\r\n0\r\n", b"Wiki", True, None),
        (b"4\r\nWiki\r\n0\r\n\r\nmore", b"Wiki", True, b"more"),
    ],
)
def test_a_body_is_whole_once_its_last_chunk_has_come(
    wire: bytes, body: bytes, whole: bool, rest: bytes | None
) -> None:
    chunks = Chunks()
    assert chunks.take(wire) == body
    assert (chunks.is_whole, chunks.rest) == (whole, rest)


@pytest.mark.parametrize(
    "wire",
    [
        b"<html>\r\n",
        b"-5\r\n",
        b"0x4\r\nWiki\r\n",
        b"4\r\nWikipedia\r\n",
        b"f" * 16 + b"\r\n",
        b"4;" + b"x" * 20_000,
        b"0\r\n" + b"X-A: b\r\n" * 20_000,
    ],
)
def test_what_is_no_chunk_is_told(wire: bytes) -> None:
    with pytest.raises(FramingError):
        Chunks().take(wire)
