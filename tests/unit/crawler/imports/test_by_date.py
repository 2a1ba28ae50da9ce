"""Exchanges of other tools come in the order of their dates; other files stay as they are."""

import gzip
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.imports.by_date import ExchangesByDate
from pipelines.keep.warc.writer import WarcWriter
from tests.builders import foreign_warc as foreign

DATES = [f"2026-03-09T01:{minute:02}:00Z" for minute in range(9)]


def response(number: int) -> bytes:
    return foreign.response(foreign.url(f"bai-{number}"), DATES[number], b"Van ban %d" % number)


def addresses(*files: Path) -> list[str]:
    """The last words of the addresses that come from these files."""
    with ExchangesByDate() as found:
        for file in files:
            assert found.take(file) == []
        return [str(one.record.url).rpartition("/")[2] for one in found]


@pytest.mark.parametrize("packed", [True, False])
def test_exchanges_come_by_date_whatever_their_order_and_file(tmp_path: Path, packed: bool) -> None:
    numbers = list(range(9))
    random.Random(4).shuffle(numbers)
    files = []
    for part in (numbers[:4], numbers[4:]):
        records = [foreign.record("warcinfo", None, DATES[0]), *map(response, part)]
        path = tmp_path / f"part-{part[0]}.warc{'.gz' if packed else ''}"
        path.write_bytes(b"".join(map(gzip.compress, records) if packed else records))
        files.append(path)
    assert addresses(*files) == [f"bai-{number}.html" for number in range(9)]
    with ExchangesByDate() as found:
        found.take(files[1])
        for one in found:
            assert one.record.body == b"Van ban %d" % DATES.index(f"{one.record.date:%FT%TZ}")


def test_of_one_moment_the_addresses_decide(tmp_path: Path) -> None:
    records = [foreign.response(foreign.url(name), DATES[0], b"") for name in "bca"]
    assert addresses(foreign.warc(tmp_path / "one.warc.gz", records)) == [
        "a.html",
        "b.html",
        "c.html",
    ]


def test_of_one_address_and_moment_the_page_comes_last(tmp_path: Path) -> None:
    url = foreign.url("bai")
    for body in (b"Van ban", b"Van ban khac", b"Van ban thu ba"):
        gate = foreign.answer(b"", f"Location: {url}", head="HTTP/1.1 302 Found")
        page = foreign.response(url, DATES[0], body)
        records = [page, foreign.record("response", url, DATES[0], gate)]
        with ExchangesByDate() as found:
            found.take(foreign.warc(tmp_path / "one.warc.gz", records))
            assert [one.record.status for one in found] == [302, 200]


def test_an_answer_keeps_the_method_of_its_request(tmp_path: Path) -> None:
    url = foreign.url("bai")
    asked = foreign.record("request", url, DATES[1], b"HEAD /tin/bai.html HTTP/1.1\r\n\r\n")
    records = [asked, foreign.response(url, DATES[1], b""), response(0)]
    with ExchangesByDate() as found:
        found.take(foreign.warc(tmp_path / "one.warc.gz", records))
        assert [(one.record.kind, one.method) for one in found] == [
            ("response", None),
            ("request", None),
            ("response", "HEAD"),
        ]


def test_damages_are_reported_and_the_rest_comes(tmp_path: Path) -> None:
    path = foreign.warc(tmp_path / "one.warc.gz", [response(1), response(0)])
    path.write_bytes(path.read_bytes() + gzip.compress(response(2))[:-9])
    with ExchangesByDate() as found:
        (damage,) = found.take(path) or ()
        assert damage.reason == "cut: the file ends inside the record"
        assert len(list(found)) == 2


def ours(path: Path) -> None:
    writer = WarcWriter(path.parent, name=path.name.partition(".")[0])
    writer.write_settings("suoirut", "{}", datetime(2026, 3, 9, 1, tzinfo=UTC))
    writer.close()


SEGMENT = foreign.record("continuation", foreign.url("bai"), DATES[1], b"", WARC_Segment_Number="2")


def test_what_must_stay_in_order_is_left_alone(tmp_path: Path) -> None:
    ours(tmp_path / "ours.warc.gz")
    (tmp_path / "together.warc.gz").write_bytes(gzip.compress(response(1) + response(0)))
    foreign.warc(tmp_path / "segments.warc.gz", [response(1), SEGMENT])
    (tmp_path / "package.wacz").write_bytes(b"PK\x03\x04")
    whole = foreign.warc(tmp_path / "whole.warc.gz", map(response, range(9)))
    with ExchangesByDate() as found:
        assert [found.take(path) for path in sorted(tmp_path.iterdir())] == [None] * 4 + [[]]
        assert found.take(tmp_path / "segments.warc.gz") is None
        assert found.take(whole) == []
        assert len(list(found)) == 18
