"""WARC files packed with zstd, and ARC files: read, told apart, and never unpacked for ever."""

import gzip
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.keep.warc.record import Record
from pipelines.keep.warc.region import NotWarcError
from pipelines.keep.warc.stream import Damage, walk_warc
from tests.builders import foreign_warc as foreign

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]  # Python 3.14
except ImportError:
    from backports import zstd

AT = "2026-03-09T01:00:00Z"
PAGES = [foreign.page(f"Tin số {n}", first=f"Bản tin ngày {n}.") for n in range(12)]
RECORDS = [foreign.response(foreign.url(str(n)), AT, page) for n, page in enumerate(PAGES)]
DICTIONARY = zstd.train_dict([*RECORDS] * 4, 4_096)
CHECKED = {zstd.CompressionParameter.checksum_flag: 1}
NOTE = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"note"  # a frame that readers skip


def frames(dictionary: zstd.ZstdDict | None = None) -> list[bytes]:
    return [zstd.compress(one, options=CHECKED, zstd_dict=dictionary) for one in RECORDS]


def skippable(content: bytes) -> bytes:
    return b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content


def walk(path: Path, content: bytes) -> list[Record | Damage]:
    path.write_bytes(content)
    return list(walk_warc(path))


def bodies(found: list[Record | Damage]) -> list[bytes]:
    return [one.body for one in found if isinstance(one, Record)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"".join(frames()),
        lambda: b"".join(map(zstd.compress, RECORDS)),  # without checksums
        lambda: zstd.compress(b"".join(RECORDS)),  # as the program zstd makes it
        lambda: NOTE.join(frames()) + NOTE,
        lambda: skippable(DICTIONARY.dict_content) + b"".join(frames(DICTIONARY)),
        lambda: (
            skippable(zstd.compress(DICTIONARY.dict_content)) + NOTE + b"".join(frames(DICTIONARY))
        ),
    ],
)
def test_records_packed_with_zstd_are_read(tmp_path: Path, make: Callable[[], bytes]) -> None:
    for name in ("a.warc.zst", "named-wrongly.warc.gz"):
        assert bodies(walk(tmp_path / name, make())) == PAGES
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("archive/data.warc.zst", make())
    assert bodies(list(walk_warc(path))) == PAGES


def test_the_place_of_a_frame_is_its_own(tmp_path: Path) -> None:
    found = walk(tmp_path / "a.warc.zst", b"".join(frames()))
    sizes = [len(frame) for frame in frames()]
    places = [(one.offset, one.length) for one in found]
    assert places == [(sum(sizes[:n]), size) for n, size in enumerate(sizes)]


def test_a_damaged_frame_costs_its_own_record(tmp_path: Path) -> None:
    noise = random.Random(5)
    large = foreign.response(foreign.url("anh"), AT, noise.randbytes(300_000))
    for packed in (frames(), [*map(zstd.compress, [RECORDS[0], large, RECORDS[2]])]):
        hit = bytearray(packed[1])
        hit[len(hit) // 2 : len(hit) // 2 + 9] = noise.randbytes(9)
        found = walk(tmp_path / "a.warc.zst", packed[0] + bytes(hit) + b"".join(packed[2:]))
        if packed[1] == frames()[1]:
            assert bodies(found) == [PAGES[0], *PAGES[2:]]
            assert [one.offset for one in found if isinstance(one, Damage)] == [len(packed[0])]
        cut = walk(tmp_path / "a.warc.zst", b"".join(packed)[:-9])
        assert isinstance(cut[-1], Damage)
        assert len(cut) == len(packed)


def test_a_large_frame_after_noise_is_found(tmp_path: Path) -> None:
    body = random.Random(6).randbytes(100_000)
    frame = zstd.compress(foreign.response(foreign.url("anh"), AT, body))
    found = walk(tmp_path / "a.warc.zst", frames()[0] + b"noise" + frame)
    assert bodies(found) == [PAGES[0], body]


def test_a_bomb_is_left_early(tmp_path: Path) -> None:
    head = b"WARC/1.0\r\nContent-Length: %d\r\n\r\n" % (300 << 20)
    bomb = zstd.compress(head + bytes(160 << 20))
    assert len(bomb) < 20_000
    found = walk(tmp_path / "bomb.warc.zst", bomb + b"".join(frames()))
    assert isinstance(found[0], Damage)
    assert found[0].reason == "unpacks to more than 1032 times its size"


def test_magic_without_a_frame_is_searched_in_bounded_time(tmp_path: Path) -> None:
    # A header, and a block that says that it is larger than what follows.
    begun = b"\x28\xb5\x2f\xfd\x00\x58" + (0x1F_FF_04).to_bytes(3, "little")
    found = walk(tmp_path / "a.warc.zst", frames()[0] + begun * 20_000)
    assert bodies(found) == [PAGES[0]]


def test_a_dictionary_that_is_damaged_is_no_crash(tmp_path: Path) -> None:
    packed = b"".join(frames(DICTIONARY))
    for start in (b"", skippable(b"\x37\xa4\x30\xecnone"), skippable(b"\x28\xb5\x2f\xfdno")):
        with pytest.raises(NotWarcError, match="holds no WARC record"):
            walk(tmp_path / "a.warc.zst", start + packed)


ARC = (
    b"filedesc://old.arc.gz 0.0.0.0 20040105000000 text/plain 70\n1 0 Archive\n"
    b"URL IP-address Archive-date Content-type Archive-length\n\n"
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("old.arc", ARC),
        ("old.arc.gz", gzip.compress(ARC, mtime=0) * 2),
        ("old.warc", ARC),
        ("old.warc.gz", gzip.compress(ARC, mtime=0)),
        ("old.arc.zst", zstd.compress(ARC)),
    ],
)
def test_an_arc_file_is_refused_with_its_remedy(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(NotWarcError, match=rf"{name}: an ARC file: .*`warcio recompress ") as told:
        walk(tmp_path / name, content)
    assert told.value.exit_code == 6
