"""Reading one kept record by its place: a damaged record is named, and no other."""

import os
import random
from pathlib import Path

import pytest

from pipelines.keep.warc.reader import WarcPlace, WarcReadError, read_record, verify_record
from pipelines.keep.warc.writer import WarcWriter
from tests.unit.pipelines.keep.warc.test_writer import capture, keep


def fault(folder: Path, place: WarcPlace) -> str | None:
    found = verify_record(folder, place)
    return found if isinstance(found, str) else None


@pytest.mark.parametrize("file", ["../run-1.warc.gz", "/etc/hostname", "..", "", "a/b", "x\0"])
def test_a_place_outside_the_folder_is_refused(tmp_path: Path, file: str) -> None:
    keep(tmp_path, capture())
    (tmp_path / "captures").mkdir()
    assert (
        fault(tmp_path / "captures", WarcPlace(file, 0, 10, "", 0))
        == "file name is not a plain name"
    )
    with pytest.raises(WarcReadError, match="not a plain name"):
        read_record(tmp_path / "captures", WarcPlace(file, 0, 10, "", 0))
    with pytest.raises(ValueError, match="not a plain file name"):
        WarcWriter(tmp_path, name=file)


def test_the_check_of_a_place_says_what_is_wrong(tmp_path: Path) -> None:
    first, second = keep(tmp_path, capture(b"one"), capture(b"two"))
    path = tmp_path / "run-1.warc.gz"
    assert (
        fault(tmp_path, WarcPlace(first.file, second.offset, second.length, first.sha256, 3))
        == "bytes differ from sha256"
    )
    assert (
        fault(
            tmp_path,
            WarcPlace(first.file, first.offset, first.length + second.length, first.sha256, 3),
        )
        == "record damaged: not one whole record"
    )
    os.truncate(path, path.stat().st_size - 1)
    assert fault(tmp_path, first) is None
    assert fault(tmp_path, second) == "file ends before the record does"
    path.unlink()
    assert fault(tmp_path, first) == "file missing"


def test_the_check_names_the_damaged_record_and_no_other(tmp_path: Path) -> None:
    places = keep(
        tmp_path, *(capture(random.Random(number).randbytes(3_000)) for number in range(3))
    )
    path = tmp_path / "run-1.warc.gz"
    whole, hit = path.read_bytes(), places[1]
    # Between the gzip header and the last compressed byte, which has unused bits.
    for at in range(hit.offset + 10, hit.offset + hit.length - 9, hit.length // 20):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        assert [fault(tmp_path, place) is None for place in places] == [True, False, True]
    for at in range(0, len(whole), len(whole) // 20):
        path.write_bytes(whole[:at])
        assert [fault(tmp_path, place) is None for place in places] == [
            place.offset + place.length <= at for place in places
        ]
