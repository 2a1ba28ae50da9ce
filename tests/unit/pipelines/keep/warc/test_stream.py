"""Walking WARC files: every allowed form is read, damage stays local, other files are refused."""

import base64
import gzip
import hashlib
import os
import random
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.keep.warc.record import Record
from pipelines.keep.warc.region import NotWarcError
from pipelines.keep.warc.stream import Damage, walk_warc

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]  # Python 3.14
except ImportError:
    from backports import zstd


def plain(
    kind: str,
    block: bytes,
    *fields: str,
    url: str = "http://cu.example/",
    date: str = "2020-05-06T07:08:09Z",
) -> bytes:
    """A record as another program would write it: WARC/1.0, no digest unless it is given."""
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Date: {date}",
        f"WARC-Target-URI: {url}",
        *fields,
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def answer(body: bytes, *headers: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *headers]).encode() + b"\r\n\r\n" + body


def digest(block: bytes) -> str:
    return (
        "WARC-Block-Digest: sha1:"
        + base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
    )


def walk(path: Path, content: bytes) -> list[Record | Damage]:
    path.write_bytes(content)
    return list(walk_warc(path))


def bodies(found: Iterable[Record | Damage]) -> list[bytes]:
    return [one.body for one in found if isinstance(one, Record) and one.kind != "warcinfo"]


def damages(found: Iterable[Record | Damage]) -> list[Damage]:
    return [one for one in found if isinstance(one, Damage)]


def members(*pages: bytes) -> list[bytes]:
    """A .warc.gz as its gzip members, one a record."""
    return [gzip.compress(plain("response", answer(page)), mtime=0) for page in pages]


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :]


def test_every_flipped_byte_harms_its_own_record_only(tmp_path: Path) -> None:
    before, hit, *after = members(b"trang 0", b"trang 1", b"trang 2", b"trang 3")
    whole = before + hit + b"".join(after)
    harmed = 0
    for at in range(len(before), len(before) + len(hit)):
        found = walk(tmp_path / "a.warc.gz", flipped(whole, at))
        if damages(found):
            harmed += 1
            assert bodies(found) == [b"trang 0", b"trang 2", b"trang 3"]
            assert [(one.offset, one.length) for one in damages(found)] == [(len(before), len(hit))]
        else:
            assert bodies(found) == [b"trang 0", b"trang 1", b"trang 2", b"trang 3"]
    # Only these bytes may change unnoticed: time, level and system in the gzip header, its text
    # flag, and the unused bits of the last compressed byte.
    assert harmed >= len(hit) - 8


def test_twenty_flips_in_a_large_record_give_none_of_its_bytes(tmp_path: Path) -> None:
    before, hit, after = members(b"before", random.Random(7).randbytes(150_000), b"after")
    for at in range(len(before) + 10, len(before) + len(hit), len(hit) // 20):
        found = walk(tmp_path / "a.warc.gz", flipped(before + hit + after, at))
        assert bodies(found) == [b"before", b"after"]
        assert [(one.offset, one.length) for one in damages(found)] == [(len(before), len(hit))]


def test_a_flip_at_the_very_start_costs_the_first_record_only(tmp_path: Path) -> None:
    first, later = members(b"first", b"later")
    found = walk(tmp_path / "a.warc.gz", b"\0" + first[1:] + later)
    assert found[0] == Damage(0, len(first), "no WARC record begins here")
    assert bodies(found) == [b"later"]


def test_a_cut_at_any_byte_of_the_last_record_is_told(tmp_path: Path) -> None:
    kept, torn = members(b"kept", b"torn")
    for left in range(1, len(torn)):
        found = walk(tmp_path / "a.warc.gz", kept + torn[:left])
        assert bodies(found) == [b"kept"]
        assert damages(found) == [Damage(len(kept), left, "cut: the file ends inside the record")]
    assert not damages(walk(tmp_path / "a.warc.gz", kept))


def test_records_after_a_torn_one_are_found(tmp_path: Path) -> None:
    """What an old crawler leaves that appends after a crash."""
    first, torn, last = members(b"1", b"2", b"3")
    for left in range(1, len(torn)):
        found = walk(tmp_path / "a.warc.gz", first + torn[:left] + last)
        assert bodies(found) == [b"1", b"3"]
        assert [(one.offset, one.length) for one in damages(found)] == [(len(first), left)]


def test_a_record_whose_own_digest_holds_is_given_beside_the_damage_after_it(
    tmp_path: Path,
) -> None:
    block = answer(b"whole")
    content = (
        plain("response", block, digest(block)) + b"noise" + plain("response", answer(b"next"))
    )
    for name, packed in (("a.warc", content), ("a.warc.gz", gzip.compress(content))):
        found = walk(tmp_path / name, packed)
        assert bodies(found)[0] == b"whole"
        assert [one.reason for one in damages(found)] == ["no WARC record begins here"]


def test_a_plain_file_is_walked_and_its_damage_confined(tmp_path: Path) -> None:
    blocks = [answer(f"trang {number}".encode()) for number in range(4)]
    records = [plain("response", block, digest(block)) for block in blocks]
    content = b"".join(records)
    start = len(records[0])
    found = walk(tmp_path / "a.warc", content)
    assert bodies(found) == [b"trang 0", b"trang 1", b"trang 2", b"trang 3"]
    assert [(one.offset, one.length) for one in found][1] == (start, len(records[1]) - 4)
    assert bodies(walk(tmp_path / "a.warc", content.replace(b"trang 1", b"trong 1"))) == [
        b"trang 0",
        b"trang 2",
        b"trang 3",
    ]
    at = content.index(b"Content-Length: 26\r\n", start) + len("Content-Length: ")
    for size in (b"0", b"25", b"27", b"120", b"9999", b"99999999999999999999", b"-1", b"x"):
        found = walk(tmp_path / "a.warc", content[:at] + size + content[at + 2 :])
        assert bodies(found) == [b"trang 0", b"trang 2", b"trang 3"]
        assert [one.offset for one in damages(found)] == [start]
    found = walk(tmp_path / "a.warc", content[:-20])
    assert bodies(found) == [b"trang 0", b"trang 1", b"trang 2"]
    assert damages(found)[0].reason == "cut: the file ends inside the record"


def test_one_gzip_member_around_many_records_is_read_in_bounded_memory(tmp_path: Path) -> None:
    content = b"".join(
        plain("response", answer(b"x" * 1_000_000 + str(number).encode())) for number in range(40)
    )
    path = tmp_path / "single.warc.gz"
    path.write_bytes(gzip.compress(content, 1))
    tracemalloc.start()
    ends = [
        one.body[1_000_000:]
        for one in walk_warc(path)
        if isinstance(one, Record) and (one.offset, one.length) == (0, None)
    ]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ends == [str(number).encode() for number in range(40)]
    assert peak < 12_000_000
    found = walk(path, path.read_bytes()[:-2000])
    assert 20 < len(bodies(found)) < 40
    assert [one.reason for one in damages(found)] == ["cut: the file ends inside the record"]


HUGE = b"WARC/1.0\r\nContent-Length: 99999999999999999\r\n\r\n"
HOSTILE = {
    "lengths beyond the file": HUGE * 4_000,
    "lengths into nothing": HUGE.replace(b"9" * 17, b"1000000") * 4_000 + bytes(1_500_000),
    "heads without an end": b"WARC/1.0\r\nWARC-Type: response\r\n" * 30_000,
    "heads without a length": (b"WARC/1.0\r\n" * 20_000 + b"\r\n\r\n") * 4,
    "digests of other blocks": b"".join(
        b"WARC/1.0\r\nContent-Length: 200000\r\nWARC-Block-Digest: md5:%032d\r\n\r\n" % number
        for number in range(4_000)
    )
    + bytes(200_000),
    "line ends without end": HUGE.replace(b"9" * 17, b"%d" % 300_000) * 4_000 + b"\r\n" * 400_000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_read_grows_with_the_file_and_not_with_its_square(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    content += plain("response", answer(b"the last"))
    read, pread = 0, os.pread

    def counted(file: int, count: int, at: int) -> bytes:
        nonlocal read
        piece = pread(file, count, at)
        read += len(piece)
        return piece

    monkeypatch.setattr(os, "pread", counted)
    assert bodies(walk(tmp_path / "a.warc", content)) == [b"the last"]
    # A start of a record costs a few kilobytes; there are 4,000 of them at most.
    assert read < 8 * len(content) + 4_000 * 40_000


def test_gzip_members_inside_each_other_are_not_unpacked_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = b"WARC/1.0\r\nContent-Length: 60000\r\n\r\n"
    # A stored block of deflate (RFC 1951, 3.2.4) holds the members that follow it.
    member = bytes([31, 139, 8, 0, 0, 0, 0, 0, 0, 255, 0, 255, 255, 0, 0]) + head
    monkeypatch.setattr("pipelines.keep.warc.region.LARGEST_RATIO", 10)
    found = walk(tmp_path / "a.warc.gz", member * 4_000)
    assert 1 < len(damages(found)) < 100
    assert sum(one.length or 0 for one in damages(found)) == len(member) * 4_000
    monkeypatch.undo()
    whole = gzip.compress(plain("response", answer(b"behind")), mtime=0)
    assert bodies(walk(tmp_path / "a.warc.gz", member * 20 + bytes(70_000) + whole)) == [b"behind"]


@pytest.mark.parametrize("pack", [lambda record: record, gzip.compress], ids=["plain", "gzip"])
def test_a_record_above_the_limit_is_passed_over_without_holding_it(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / ("a.warc" if pack(b"") == b"" else "a.warc.gz")
    small = [pack(plain("response", answer(body))) for body in (b"before", b"after")]
    path.write_bytes(small[0] + pack(plain("response", answer(b"0" * 30_000_000))) + small[1])
    tracemalloc.start()
    found = list(walk_warc(path, largest=1_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert bodies(found) == [b"before", b"after"]
    assert [(one.offset, one.reason) for one in damages(found)] == [
        (len(small[0]), "too large: a block of 30000019 bytes, more than 1000000")
    ]
    assert peak < 8_000_000


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        (b"5\r\nhello\r\n6;name=v\r\n world\r\n0\r\n\r\n", b"hello world"),
        (b"0\r\n\r\n", b""),
        (b"5\r\nhello\r\nff\r\n wor", b"hello wor"),
        (b"<p>joined already</p>", b"<p>joined already</p>"),
        (b"12\r\n34\r\n", b"12\r\n34\r\n"),
        (b"", b""),
    ],
    ids=["chunked", "no-chunk", "cut", "joined", "digits", "empty"],
)
def test_the_chunked_transfer_encoding_is_removed(tmp_path: Path, sent: bytes, body: bytes) -> None:
    assert bodies(
        walk(tmp_path / "a.warc", plain("response", answer(sent, "Transfer-Encoding: chunked")))
    ) == [body]


def test_every_kind_of_record_is_named(tmp_path: Path) -> None:
    content = (
        plain(
            "request", b"GET / HTTP/1.1\r\n\r\n", "Content-Type: application/http; msgtype=request"
        )
        + plain(
            "revisit",
            b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n",
            "Content-Type: application/http; msgtype=response",
            url="<http://cu.example/a>",
        )
        + plain("resource", b"%PDF", "Content-Type: application/pdf")
        + plain("metadata", b"a: b", "Content-Type: application/warc-fields")
        + plain("response", b"127.0.0.1", "Content-Type: text/dns", url="dns:cu.example")
        + plain("response", b"HTTP/1.0 200\nServer: x\n folded\n\nold\r\n\r\nbody")
    )
    found = [one for one in walk(tmp_path / "a.warc", content) if isinstance(one, Record)]
    assert [(one.kind, one.url, one.status, one.headers[0][1], one.body) for one in found] == [
        (
            "request",
            "http://cu.example/",
            None,
            "application/http; msgtype=request",
            b"GET / HTTP/1.1\r\n\r\n",
        ),
        ("revisit", "http://cu.example/a", 304, "x", b""),
        ("resource", "http://cu.example/", None, "application/pdf", b"%PDF"),
        ("metadata", "http://cu.example/", None, "application/warc-fields", b"a: b"),
        ("response", "dns:cu.example", None, "text/dns", b"127.0.0.1"),
        ("response", "http://cu.example/", 200, "x folded", b"old\r\n\r\nbody"),
    ]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2019", datetime(2019, 1, 1, tzinfo=UTC)),
        ("2019-07", datetime(2019, 7, 1, tzinfo=UTC)),
        ("2019-07-30", datetime(2019, 7, 30, tzinfo=UTC)),
        ("2019-07-30T05:06Z", datetime(2019, 7, 30, 5, 6, tzinfo=UTC)),
        ("2019-07-30T05:06:07.1Z", datetime(2019, 7, 30, 5, 6, 7, 100_000, tzinfo=UTC)),
        ("2019-07-30T05:06:07.123456789Z", datetime(2019, 7, 30, 5, 6, 7, 123_456, tzinfo=UTC)),
        ("2019-07-30T05:06:07+07:00", datetime(2019, 7, 29, 22, 6, 7, tzinfo=UTC)),
    ],
)
def test_a_date_of_any_allowed_precision_is_read(tmp_path: Path, text: str, at: datetime) -> None:
    assert [
        one.date
        for one in walk(tmp_path / "a.warc", plain("response", answer(b""), date=text))
        if isinstance(one, Record)
    ] == [at]


@pytest.mark.parametrize("text", ["", "yesterday", "2019-13-01", "0001-01-01T00:00:00+14:00"])
def test_a_record_without_a_readable_date_is_damage_and_no_end(tmp_path: Path, text: str) -> None:
    found = walk(
        tmp_path / "a.warc",
        plain("response", answer(b"undated"), date=text) + plain("response", answer(b"dated")),
    )
    assert bodies(found) == [b"dated"]
    assert damages(found)[0].reason == f"WARC-Date {text!r} is not a date"


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_wacz_gives_the_records_inside_it(tmp_path: Path, compression: int) -> None:
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w", compression) as package:
        package.writestr("datapackage.json", "{}")
        package.writestr("archive/data.warc.gz", b"".join(members(b"1", b"2")))
        package.writestr("archive/old.warc", plain("response", answer(b"3")))
        package.writestr("archive/none.warc.gz", b"")
    found = list(walk_warc(path))
    assert bodies(found) == [b"1", b"2", b"3"]
    assert damages(found) == [Damage(0, 0, "archive/none.warc.gz: holds no WARC record")]


def test_a_wrong_name_hides_no_record(tmp_path: Path) -> None:
    packed = b"".join(members(b"one", b"two"))
    unpacked = b"".join(gzip.decompress(member) for member in members(b"one", b"two"))
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("archive/plain.warc.gz", unpacked)
        package.writestr("archive/packed.warc", packed)
    assert bodies(walk_warc(path)) == [b"one", b"two"] * 2
    for name, content in (("plain.warc.gz", unpacked), ("packed.warc", packed)):
        found = walk(tmp_path / name, content)
        assert (bodies(found), damages(found)) == ([b"one", b"two"], [])


def test_a_wacz_with_a_bad_bit_or_a_lost_end_still_gives_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.wacz"
    packed = members(b"1", b"2", b"3")
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("archive/data.warc.gz", b"".join(packed))
    whole = path.read_bytes()
    found = walk(path, flipped(whole, whole.index(packed[1]) + 40))
    assert bodies(found) == [b"1", b"3"]
    assert [(one.offset, one.reason.partition(": ")[0]) for one in damages(found)] == [
        (len(packed[0]), "archive/data.warc.gz")
    ]
    assert bodies(walk(path, whole[:-30])) == [b"1", b"2", b"3"]


def test_a_mutant_of_any_form_ends_in_records_and_damage_or_is_refused(tmp_path: Path) -> None:
    noise = random.Random(11)
    forms = {
        "a.warc": plain("response", answer(b"x")) * 3,
        "a.warc.gz": b"".join(members(b"1", b"2", b"3")),
        "a.warc.zst": b"".join(zstd.compress(plain("response", answer(n))) for n in (b"1", b"2")),
    }
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(tmp_path / "a.wacz", "w", method) as package:
            package.writestr("archive/đ.warc.gz", forms["a.warc.gz"])
        forms[f"{method}.wacz"] = (tmp_path / "a.wacz").read_bytes()
    for name, content in forms.items():
        for _ in range(400):
            mutant = bytearray(content)
            at = noise.randrange(len(mutant))
            mutant[at : at + noise.randrange(4)] = noise.randbytes(noise.randrange(4))
            try:
                found = walk(tmp_path / name, bytes(mutant))
            except NotWarcError:
                continue
            assert all(one.offset >= 0 and (one.length is None or one.length >= 0) for one in found)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.warc.gz", None),
        ("empty.warc", b""),
        ("empty.warc.gz", b""),
        ("page.html", b"<html>"),
        ("page.warc", b"<html>"),
        ("page.html.gz", gzip.compress(b"<html>WARC/1.0\r\n", mtime=0)),
        ("noise.bin", b"\x1f\x8b\x08" * 5000),
        ("cut.wacz", b"PK\x03\x04" + b"\0" * 40),
    ],
)
def test_what_is_no_warc_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NotWarcError, match=rf"{name}: .*name an?( existing)? \.warc") as caught:
        list(walk_warc(path))
    assert caught.value.exit_code == 6
    assert "\n" not in str(caught.value)


def test_a_zip_or_a_folder_is_no_wacz(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as package:
        package.writestr("other.txt", "x")
    for path in (tmp_path / "a.wacz", tmp_path):
        with pytest.raises(NotWarcError, match=r"name a"):
            list(walk_warc(path))
