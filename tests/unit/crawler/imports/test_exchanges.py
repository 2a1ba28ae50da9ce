"""An answer finds the request beside it, before it or after it, and no other."""

from pathlib import Path

import pytest

from crawler.imports.exchanges import exchanges
from pipelines.keep.warc.record import Record
from pipelines.keep.warc.stream import walk_warc
from tests.builders import foreign_warc as foreign

AT, LATER = "2026-03-09T01:00:00Z", "2026-03-09T01:00:01Z"
URL = foreign.url("duong")
INFO = foreign.record("warcinfo", None, AT)
NOTE = foreign.record("metadata", URL, AT, b"outlink: /")
OURS = foreign.record("metadata", None, AT, b"{}", Loa_Site="suoirut")


def number(at: int) -> str:
    return f"<urn:uuid:{at}>"


def request(method: str, at: int = 1, *, date: str = AT, **fields: str) -> bytes:
    block = f"{method} /tin/duong.html HTTP/1.1\r\nHost: suoirut.example\r\n\r\n".encode()
    return foreign.record("request", URL, date, block, WARC_Record_ID=number(at), **fields)


def answer(at: int = 2, *, date: str = AT, kind: str = "response", **fields: str) -> bytes:
    block = foreign.answer(b"")
    return foreign.record(kind, URL, date, block, WARC_Record_ID=number(at), **fields)


def to(at: int) -> dict[str, str]:
    return {"WARC_Concurrent_To": number(at)}


def methods(tmp_path: Path, *records: bytes) -> list[str | None]:
    """The methods of the answers, in order."""
    path = tmp_path / "one.warc"
    path.write_bytes(b"".join(records))
    found = [one for one in walk_warc(path) if isinstance(one, Record)]
    paired = list(exchanges(iter(found)))
    assert len(paired) == len(records)
    return [one.method for one in paired if one.record.kind in ("response", "revisit")]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        # As Wget, pywb, Heritrix and browsertrix write them.
        ([INFO, request("HEAD", 1), answer(2, **to(1))], ["HEAD"]),
        ([INFO, answer(2), request("POST", 1, **to(2)), NOTE], ["POST"]),
        ([answer(2), request("GET", 1, **to(2)), foreign.record("metadata", URL, AT)], ["GET"]),
        ([answer(2, kind="revisit"), NOTE, request("PUT", 1, **to(2))], ["PUT"]),
        # Only address and date tie them.
        ([request("HEAD"), answer()], ["HEAD"]),
        ([answer(), request("options")], ["OPTIONS"]),
        ([request("HEAD"), answer(date=LATER)], [None]),
        # The second of two answers is not that to the first request.
        ([request("POST"), answer(), answer(3)], ["POST", None]),
        (
            [request("POST", 1), answer(2, **to(1)), answer(3, **to(4)), request("GET", 4)],
            ["POST", "GET"],
        ),
        ([answer(2), answer(3), request("HEAD", 1, **to(3))], [None, "HEAD"]),
        ([request("HEAD", 1, **to(9)), answer(2)], [None]),
        # A record may name several that were made with it.
        (
            [
                answer(2),
                foreign.record(
                    "request",
                    URL,
                    AT,
                    b"DELETE / HTTP/1.1\r\n\r\n",
                    WARC_Concurrent_To=number(7),
                    WARC_Concurrent_to=number(2),
                ),
                INFO,
            ],
            ["DELETE"],
        ),
        ([answer(2), INFO, request("HEAD", 1, **to(2))], [None]),
        ([request(":method: GET"), answer()], [""]),
    ],
)
def test_an_answer_has_the_method_of_its_own_request(
    tmp_path: Path, records: list[bytes], expected: list[str | None]
) -> None:
    assert methods(tmp_path, *records) == expected


def test_our_own_records_stay_in_order(tmp_path: Path) -> None:
    path = tmp_path / "ours.warc"
    path.write_bytes(INFO + answer() + OURS + answer(3) + NOTE)
    found = [one for one in walk_warc(path) if isinstance(one, Record)]
    kinds = [one.record.kind for one in exchanges(iter(found))]
    assert kinds == ["warcinfo", "response", "metadata", "metadata", "response"]


def test_a_name_that_is_repeated_without_end_is_cut(tmp_path: Path) -> None:
    many = b"WARC-Concurrent-To: <urn:uuid:x>\r\n" * 7_000
    path = tmp_path / "many.warc"
    path.write_bytes(answer().replace(b"Content-Length", many + b"Content-Length"))
    (found,) = walk_warc(path)
    assert isinstance(found, Record)
    assert len(found.fields["warc-concurrent-to"]) < 5_000
