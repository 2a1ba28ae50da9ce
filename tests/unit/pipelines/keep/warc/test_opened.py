"""A kept record is read forward in bounded memory, and every fault is named."""

import gzip
import hashlib
import os
import random
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.keep.warc.opened import Fault, OpenedRecord, RecordFault, fault_at, packed_pieces
from pipelines.keep.warc.reader import WarcPlace
from pipelines.keep.warc.writer import WarcWriter
from tests.unit.pipelines.keep.warc.test_writer import capture, keep

LARGE = 60 << 20


def body_of(folder: Path, place: WarcPlace) -> bytes:
    with OpenedRecord(folder, place) as opened:
        body = b"".join(opened.pieces())
        assert opened.bytes == len(body)
    return body


def test_each_record_is_read_as_it_was_kept(tmp_path: Path) -> None:
    bodies = [b"", b"short", random.Random(1).randbytes(1_000_000), b"z" * 3_000_000]
    places = keep(tmp_path, *map(capture, bodies))
    assert [body_of(tmp_path, place) for place in places] == bodies
    assert [fault_at(tmp_path, place) for place in places] == [None] * 4
    with OpenedRecord(tmp_path, places[1]) as opened:
        assert (opened.record.status, opened.record.kind) == (200, "response")
    for place in places:
        packed = b"".join(packed_pieces(tmp_path, place))
        assert packed == (tmp_path / place.file).read_bytes()[place.offset : place.end]


def test_sixty_megabytes_never_stand_in_memory(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, name="run-1")
    place = writer.write(capture(bytes(LARGE)))
    writer.close()
    tracemalloc.start()
    assert fault_at(tmp_path, place) is None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def record(block: bytes) -> bytes:
    return (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2024-03-05T02:00:00Z\r\n"
        b"WARC-Target-URI: https://suoimo.example/a\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
    ) % (len(block), block)


def test_records_that_another_tool_packed_or_chunked_are_read(tmp_path: Path) -> None:
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    plain, packed = record(chunked), gzip.compress(record(HEAD + b"\r\nabcde"))
    (tmp_path / "a.warc").write_bytes(plain + plain)
    (tmp_path / "a.warc.gz").write_bytes(packed)
    digest = hashlib.sha256(b"abcde").hexdigest()
    for place in (
        WarcPlace("a.warc", 0, len(plain), digest, 5),
        WarcPlace("a.warc", len(plain), len(plain) - 4, digest, 5),  # without its line ends
        WarcPlace("a.warc.gz", 0, len(packed), digest, 5),
    ):
        assert body_of(tmp_path, place) == b"abcde"
        assert fault_at(tmp_path, place) is None


def test_an_answer_like_the_last_names_the_record_of_its_own(tmp_path: Path) -> None:
    first = capture(b"same", headers=[("X-Turn", "1")])
    writer = WarcWriter(tmp_path, name="run-1")
    place = writer.write(first)
    again = writer.write(capture(b"same", headers=[("X-Turn", "2")]), same_as=place)
    writer.close()
    assert (place.own, again) == (None, place)
    assert again.own is not None
    with OpenedRecord(tmp_path, again.own) as own:
        assert (own.record.kind, own.bytes) == ("revisit", 0)
        assert ("X-Turn", "2") in own.record.headers


@pytest.mark.parametrize("file", ["../run-1.warc.gz", "/etc/hostname", "..", "", "a/b", "x\0"])
def test_a_row_cannot_name_a_file_outside_the_folder(tmp_path: Path, file: str) -> None:
    keep(tmp_path, capture())
    (tmp_path / "captures").mkdir()
    assert fault_at(tmp_path / "captures", WarcPlace(file, 0, 10, "", 0)) is Fault.BAD_NAME
    with pytest.raises(RecordFault):
        next(packed_pieces(tmp_path / "captures", WarcPlace(file, 0, 10, "", 0)))


def test_a_body_is_given_only_if_it_is_the_one_that_was_kept(tmp_path: Path) -> None:
    (place,) = keep(tmp_path, capture(b"one"))
    with OpenedRecord(tmp_path, place) as opened:
        assert opened.kept_body() == b"one"
    other = replace(place, sha256=hashlib.sha256(b"two").hexdigest())
    with OpenedRecord(tmp_path, other) as opened, pytest.raises(RecordFault) as raised:
        opened.kept_body()
    assert raised.value.fault is Fault.OTHER_BYTES


def test_every_fault_has_its_name(tmp_path: Path) -> None:
    first, second = keep(tmp_path, capture(b"one"), capture(b"two"))
    path = tmp_path / first.file

    def at(offset: int, length: int, sha256: str = first.sha256) -> Fault | None:
        return fault_at(tmp_path, WarcPlace(first.file, offset, length, sha256, 3))

    assert at(second.offset, second.length) is Fault.OTHER_BYTES
    assert at(first.offset, first.length + second.length) is Fault.DAMAGED  # two records
    assert at(first.offset, first.length - 9) is Fault.DAMAGED
    assert at(first.offset + 1, first.length) is Fault.DAMAGED
    assert at(-1, 10) is Fault.DAMAGED
    assert at(2**62, 2**62) is Fault.TOO_SHORT
    os.truncate(path, path.stat().st_size - 1)
    assert at(first.offset, first.length) is None
    assert at(second.offset, second.length, second.sha256) is Fault.TOO_SHORT
    path.unlink()
    assert fault_at(tmp_path, first) is Fault.NO_FILE
    assert fault_at(tmp_path / "elsewhere", first) is Fault.NO_FOLDER
    os.mkfifo(path)
    assert fault_at(tmp_path, first) is Fault.UNREADABLE
    path.unlink()
    path.mkdir()
    assert fault_at(tmp_path, first) is Fault.UNREADABLE


def test_a_changed_byte_is_always_noticed(tmp_path: Path) -> None:
    (place,) = keep(tmp_path, capture(random.Random(7).randbytes(3_000)))
    path = tmp_path / place.file
    whole = path.read_bytes()
    for at in range(place.offset + 10, place.end, 97):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        assert fault_at(tmp_path, place) is not None, at
