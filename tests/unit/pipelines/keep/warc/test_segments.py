"""Segments of one record are joined, whatever lies between them; the rest is given as it came."""

from pathlib import Path

from pipelines.keep.warc import segments
from pipelines.keep.warc.record import Record
from pipelines.keep.warc.segments import Segments
from pipelines.keep.warc.stream import walk_warc
from pipelines.keep.warc.wholeness import fault_of
from tests.builders import foreign_warc as foreign

AT = "2026-03-09T01:00:00Z"
URL = foreign.url("duong")
BODY = foreign.page("Sửa đường vào bản")
BLOCK = foreign.answer(BODY)
ID = "<urn:uuid:6b0a2b4e-0000-4000-8000-000000000001>"
OTHER = foreign.response(foreign.url("khac"), AT, b"<p>")


def first(block: bytes, url: str = URL, number: str = ID) -> bytes:
    fields = {"WARC_Record_ID": number, "WARC_Segment_Number": "1"}
    digest = foreign.digest(block)
    return foreign.record("response", url, AT, block, WARC_Block_Digest=digest, **fields)


def more(block: bytes, number: int, total: int | None = None, origin: str | None = ID) -> bytes:
    fields = {"WARC_Segment_Number": str(number)}
    if origin is not None:
        fields["WARC_Segment_Origin_ID"] = origin
    if total is not None:
        fields["WARC_Segment_Total_Length"] = str(total)
    return foreign.record("continuation", URL, AT, block, **fields)


def joined(tmp_path: Path, *files: bytes) -> list[Record]:
    """What comes of the records of some files, in order."""
    taking = Segments()
    found: list[Record] = []
    for content in files:
        path = tmp_path / "one.warc"
        path.write_bytes(content)
        for record in walk_warc(path):
            assert isinstance(record, Record)
            found.extend(taking.take(record))
    return [*found, *taking.rest()]


def test_segments_are_joined_in_one_file_and_over_several(tmp_path: Path) -> None:
    a, b, c = BLOCK[:200], BLOCK[200:500], BLOCK[500:]
    last = more(c, 3, len(BLOCK))
    for files in (
        (first(a) + more(b, 2) + last,),
        (first(a) + OTHER, OTHER + more(b, 2) + OTHER, last),
    ):
        found = joined(tmp_path, *files)
        (whole,) = (record for record in found if record.url == URL)
        assert (whole.kind, whole.status, whole.body) == ("response", 200, BODY)
        assert fault_of(whole) is None
    assert len(found) == 4


def test_a_continuation_without_its_origins_id_is_found_by_its_address(tmp_path: Path) -> None:
    (whole,) = joined(tmp_path, first(BLOCK[:90]) + more(BLOCK[90:], 2, len(BLOCK), origin=None))
    assert whole.body == BODY
    assert fault_of(whole) is None


def test_segments_that_do_not_make_the_whole_stay_a_part(tmp_path: Path) -> None:
    begin = first(BLOCK[:90])
    for rest in (
        b"",
        more(BLOCK[90:200], 2),  # no last one
        more(BLOCK[200:], 3, len(BLOCK)),  # one is missing
        more(BLOCK[90:-1], 2, len(BLOCK)),  # too short
        more(BLOCK[90:], 2, len(BLOCK), origin="<urn:uuid:of-another>"),
        first(BLOCK[:90]),  # begun twice
    ):
        found = [one for one in joined(tmp_path, begin + rest) if one.kind == "response"]
        assert found
        assert all((fault_of(one) or "").startswith("cut: other segments") for one in found)


def test_a_continuation_of_nothing_stays_one(tmp_path: Path) -> None:
    (alone,) = joined(tmp_path, more(BLOCK, 2, len(BLOCK)))
    assert alone.kind == "continuation"


def test_what_waits_to_be_joined_is_bounded(tmp_path: Path) -> None:
    many = [first(BLOCK[:90], foreign.url(str(n)), f"<urn:uuid:{n}>") for n in range(500)]
    taking = Segments()
    path = tmp_path / "many.warc"
    path.write_bytes(b"".join(many))
    ready = [one for record in walk_warc(path) for one in taking.take(record)]  # type: ignore[arg-type]
    assert len(ready) == 500 - segments.MOST
    assert len([*taking.rest()]) == segments.MOST
