"""Keeping captures: ours and other tools can read them, and no failure looks like a success."""

import gzip
import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from pipelines.capture import Capture
from pipelines.keep.warc.reader import WarcPlace, read_record, verify_record
from pipelines.keep.warc.record import Record, RequestedAs
from pipelines.keep.warc.stream import Damage, walk_warc
from pipelines.keep.warc.writer import WarcWriteError, WarcWriter
from tests import ROOT

AT = datetime(2026, 3, 9, 1, 2, 3, 45, tzinfo=UTC)


def capture(
    body: bytes = b"<p>xin ch\xc3\xa0o</p>",
    *,
    url: str = "https://xa.example/tin",
    headers: Iterable[tuple[str, str]] = (),
    status: int = 200,
) -> Capture:
    return Capture(
        site="xa", url=url, fetched_at=AT, status=status, headers=tuple(headers), body=body
    )


def keep(folder: Path, *captures: Capture, name: str = "run-1") -> list[WarcPlace]:
    writer = WarcWriter(folder, name=name)
    places = [writer.write(one) for one in captures]
    writer.close()
    return places


def read_back(folder: Path, place: WarcPlace) -> Capture:
    return read_record(folder, place)


BODIES = [
    b"",
    b"\xff" * 300,
    b"\r\n\r\nWARC/1.0\r\n\r\n",
    gzip.compress(b"still packed", mtime=0),
    bytes(range(256)) * 300,
]


@pytest.mark.parametrize(
    "body", BODIES, ids=["empty", "ff", "looks-like-warc", "content-encoded", "every-byte"]
)
def test_a_capture_comes_back_as_it_went_in(tmp_path: Path, body: bytes) -> None:
    sent = capture(
        body,
        headers=[
            ("Content-Type", "text/html"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
            ("X-Name", "b\xc3\xa0 l\xc3\xa0 \xc3\xa0"),
        ],
        status=404,
    )
    (place,) = keep(tmp_path, sent)
    assert read_back(tmp_path, place) == sent
    assert (place.sha256, place.bytes) == (hashlib.sha256(body).hexdigest(), len(body))
    assert not isinstance(verify_record(tmp_path, place), str)


def test_other_programs_read_our_files_and_agree_with_the_digests(tmp_path: Path) -> None:
    places = keep(
        tmp_path,
        *(
            capture(
                body, headers=[("Content-Type", "text/html"), ("Content-Length", str(len(body)))]
            )
            for body in BODIES
        ),
    )
    path = tmp_path / "run-1.warc.gz"
    with path.open("rb") as stream:
        theirs = [
            (one.rec_headers.get_header("WARC-Date"), one.raw_stream.read())
            for one in ArchiveIterator(stream, check_digests="raise")
        ]
    assert theirs[1:] == [("2026-03-09T01:02:03.000045Z", body) for body in BODIES]
    with path.open("rb") as stream:
        fast = [
            (one.stream_pos, one.verify_payload_digest(), one.reader.read())
            for one in FastIterator(stream)
            if one.http_headers
        ]
    assert fast == [(place.offset, True, body) for place, body in zip(places, BODIES, strict=True)]
    with path.open("rb") as stream:
        assert [one.verify_block_digest() for one in FastIterator(stream, parse_http=False)] == [
            True
        ] * (1 + len(BODIES))


def test_headers_that_no_longer_describe_the_body_move_aside(tmp_path: Path) -> None:
    (place,) = keep(
        tmp_path,
        capture(
            b"12345",
            headers=[
                ("Transfer-Encoding", "chunked"),
                ("Content-Length", "99"),
                ("Content-Encoding", "br"),
            ],
        ),
    )
    assert read_back(tmp_path, place).headers == (
        ("X-Archive-Orig-Transfer-Encoding", "chunked"),
        ("X-Archive-Orig-Content-Length", "99"),
        ("Content-Length", "5"),
        ("Content-Encoding", "br"),
    )


HOSTILE = "x\r\n\r\nWARC/1.1\r\nWARC-Type: response\x00\nEvil: 1\rEvil: 2"


def test_line_ends_in_urls_and_headers_make_no_record_and_no_field(tmp_path: Path) -> None:
    sent = capture(
        b"ok",
        url="https://xa.example/" + HOSTILE,
        headers=[("Location", HOSTILE), (HOSTILE, "v"), ("", "v"), ("X-Đ", "Đ \ud800")],
    )
    (place,) = keep(tmp_path, sent)
    back = read_back(tmp_path, place)
    assert back.body == b"ok"
    assert (
        back.url
        == "https://xa.example/x%0D%0A%0D%0AWARC/1.1%0D%0AWARC-Type:%20response%00%0AEvil:%201%0DEvil:%202"
    )
    assert [name for name, _ in back.headers] == [
        "Location",
        "x%0D%0A%0D%0AWARC%2F1.1%0D%0AWARC-Type%3A%20response%00%0AEvil%3A%201%0DEvil%3A%202",
        "X-Archive-Unnamed",
        "X-%C4%90",
    ]
    with (tmp_path / "run-1.warc.gz").open("rb") as stream:
        theirs = [
            (
                one.rec_type,
                one.rec_headers.get_header("Evil"),
                one.http_headers and one.http_headers.get_header("Evil"),
            )
            for one in ArchiveIterator(stream)
        ]
    assert theirs == [("warcinfo", None, None), ("response", None, None)]


def test_a_run_without_answers_leaves_no_file(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path / "captures", name="run-1")
    with pytest.raises(ValueError, match="no answer"):
        writer.write(
            Capture(
                site="xa", url="https://xa.example/", fetched_at=AT, status=None, error="timeout"
            )
        )
    writer.sync()
    writer.close()
    assert not (tmp_path / "captures").exists()


def test_an_existing_file_is_never_appended_to(tmp_path: Path) -> None:
    keep(tmp_path, capture())
    before = (tmp_path / "run-1.warc.gz").read_bytes()
    with pytest.raises(WarcWriteError, match=r"run-1\.warc\.gz: exists already.*another name"):
        keep(tmp_path, capture())
    assert (tmp_path / "run-1.warc.gz").read_bytes() == before


FULL_DISK = """
import json, random, resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.unit.pipelines.keep.warc.test_writer import capture
from pipelines.keep.warc.writer import WarcWriteError, WarcWriter
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
writer, kept, told = WarcWriter(Path(sys.argv[1]), name="run-1"), 0, []
for _ in range(6):
    try:
        writer.write(capture(random.Random(kept).randbytes(30_000)))
        kept += 1
    except WarcWriteError as error:
        told.append([error.exit_code, str(error)])
writer.close()
print(json.dumps([kept, told]))
"""


def test_a_full_disk_stops_the_writer_and_leaves_whole_records(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", FULL_DISK, str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        check=True,
    )
    kept, told = json.loads(done.stdout)
    assert kept == 3  # a fourth body of 30,000 random bytes passes the limit of 100,000
    assert [code for code, _ in told] == [5, 5, 5]
    assert "run-1.warc.gz: cannot be written (File too large): free space" in told[0][1]
    assert "closed, or a write failed" in told[1][1]
    found = list(walk_warc(tmp_path / "run-1.warc.gz"))
    assert [one.body for one in found[1:] if not isinstance(one, Damage)] == [
        random.Random(number).randbytes(30_000) for number in range(3)
    ]
    assert len(found) == 1 + kept


def test_a_failed_fsync_is_told_and_nothing_more_is_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = WarcWriter(tmp_path, name="run-1")
    writer.write(capture())

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(WarcWriteError, match="Input/output error"):
            writer.sync()
    for promise in (writer.sync, lambda: writer.write(capture())):
        with pytest.raises(WarcWriteError, match="closed, or a write failed"):
            promise()
    writer.close()


def test_failures_removals_and_settings_come_back_from_the_file(tmp_path: Path) -> None:
    began = datetime(2026, 3, 1, tzinfo=UTC)
    shell = datetime(2026, 3, 2, 1, tzinfo=UTC)
    failed = Capture(
        *("lungvai", "http://lungvai.example/a", shell + timedelta(seconds=5), None),
        error="browser: it died",
        rendered_from=shell,
    )
    answer = replace(failed, status=200, error=None, tls="verified", rendered_from=None)
    writer = WarcWriter(tmp_path, name="all", began_at=began)
    for _ in range(2):  # the second time they are there already
        writer.write_settings("lungvai", '{"name": "Lũng Vài"}', began)
    writer.write_failure(failed, RequestedAs("article"))
    writer.write(answer, RequestedAs("article", "generic"))
    writer.write_removal("lungvai", "http://lungvai.example/b", shell)
    writer.close()
    with (tmp_path / "all.warc.gz").open("rb") as file:  # another tool reads the file too
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds == ["warcinfo", "metadata", "metadata", "response", "metadata"]
    records = [one for one in walk_warc(tmp_path / "all.warc.gz") if isinstance(one, Record)]
    first, settings, failure, page, removal = records
    assert (first.begins_own_file, first.date) == (True, began)
    assert (settings.site, settings.settings) == ("lungvai", '{"name": "Lũng Vài"}')
    assert failure.is_failure
    assert (failure.error, failure.asked_as) == ("browser: it died", "article")
    assert (failure.rendered_from, failure.date) == (shell, failed.fetched_at)
    assert (page.read_as, page.tls, page.error, page.is_failure) == (
        "generic",
        "verified",
        None,
        False,
    )
    assert (removal.is_removal, removal.url, removal.date) == (
        True,
        "http://lungvai.example/b",
        shell,
    )
    assert [record.settings for record in (first, failure, page, removal)] == [None] * 4
