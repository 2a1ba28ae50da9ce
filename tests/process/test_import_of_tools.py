"""`loa import` of files that Wget and warcio write here and now."""

import gzip
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from tests.builders.foreign_warc import page, url
from tests.builders.loopback_server import Serving
from tests.builders.rebuilt_archive import imported
from tests.builders.sample_world import Workplace

OLD, NEW = (page("Thu tiền điện", first=f"Bản {which}.") for which in ("cũ", "mới"))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    body = OLD

    def do_GET(self) -> None:
        body, chunked = type(self).body, "chunks" in self.path
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        name, value = ("Transfer-Encoding", "chunked") if chunked else ("X-Of", "the test")
        self.send_header(name, value)
        if not chunked:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        parts = (b"%x\r\n" % len(body), body, b"\r\n0\r\n\r\n") if chunked else (body,)
        self.wfile.write(b"".join(parts))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        pass


class Portal(Serving):
    """Sends one article from every address, in chunks from some."""

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def portal() -> Iterator[Portal]:
    _Handler.body = OLD
    with Portal() as portal:
        yield portal


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path / "place")


def take(place: Workplace, *files: Path) -> str:
    done = imported(place, *files)
    assert done.exit_code == 0, done.output
    return str(place.rows("select detail from runs order by id desc limit 1")[0]["detail"])


def texts(place: Workplace, address: str) -> list[str]:
    """The first sentence of each revision that an address showed."""
    rows = place.rows(
        """select revisions.body from captures join revisions on revisions.id = captures.revision
        where captures.url = ? group by revisions.id order by min(fetched_at)""",
        address,
    )
    return [row["body"].partition(".")[0] for row in rows]


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
def test_what_wget_does_not_keep_twice_is_known_in_a_later_import(
    place: Workplace, portal: Portal
) -> None:
    addresses = [f"{portal.url}/tin/thu-tien-{name}.html" for name in ("dien", "nuoc-chunks")]

    def wget(day: int, *options: str) -> Path:
        """What Wget writes, not compressed, as if it ran on a day in March."""
        name = f"{day:02}{options[0]}"
        command = ["wget", "-q", "-O", "/dev/null", f"--warc-file={name}", "--no-warc-compression"]
        subprocess.run([*command, *options, *addresses], cwd=place.folder, check=True, timeout=60)
        file = place.folder / f"{name}.warc"
        date = rb"WARC-Date: 2026-03-%02dT01:00:00Z" % day
        file.write_bytes(re.sub(rb"WARC-Date: [^\r]+", date, file.read_bytes()))
        return file

    first = wget(9, "--warc-cdx")
    again = f"--warc-dedup={first.stem}.cdx"
    _Handler.body = NEW
    second, posted = wget(16, again), wget(17, "--post-data=trang=2")
    _Handler.body = OLD
    third = wget(23, again)
    assert third.read_bytes().count(b"WARC-Type: revisit") == 2
    whole = place.folder / "first.warc.gz"
    whole.write_bytes(gzip.compress(first.read_bytes()))
    told = take(place, posted, second, whole) + take(place, third)
    assert "2 response: answer POST, not GET" in told
    assert "revisit" not in told
    for address in addresses:
        assert texts(place, address) == ["Bản cũ", "Bản mới", "Bản cũ"]
    place.check()


def test_what_warcio_writes_is_read_as_warcio_means_it(place: Workplace) -> None:
    path = place.folder / "warcio.warc"
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=False, warc_version="1.1")

        def add(kind: str, name: str, day: int, **more: Any) -> Any:
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            if kind == "request":
                head = StatusAndHeaders(
                    f"{more.pop('method')} / HTTP/1.1", [], is_http_request=True
                )
            dated = {"WARC-Date": f"2026-03-{day:02}T01:00:00.123456Z"}
            one = writer.create_warc_record(
                url(name), kind, http_headers=head, warc_headers_dict=dated, **more
            )
            return write(one)

        def write(one: Any) -> Any:
            writer.write_record(one)
            if one.raw_stream is not None:
                one.raw_stream.close()  # or its temporary file is left open
            return one

        write(writer.create_warcinfo_record("warcio.warc", {"software": "warcio"}))
        old = add("response", "a", 9, payload=io.BytesIO(OLD))
        add("response", "a", 16, payload=io.BytesIO(NEW))
        for name in ("a", "b"):
            again = writer.create_revisit_record(
                *(url(name), old.rec_headers.get_header("WARC-Payload-Digest"), url("a")),
                "2026-03-09T01:00:00.123456Z",
                http_headers=old.http_headers,
                warc_headers_dict={"WARC-Date": "2026-03-23T01:00:00Z"},
            )
            write(again)
        head = add("response", "c", 9, payload=io.BytesIO(b""))
        asked = {"WARC-Concurrent-To": head.rec_headers.get_header("WARC-Record-ID")}
        asked["WARC-Date"] = head.rec_headers.get_header("WARC-Date")
        line = StatusAndHeaders("HEAD /tin/c.html HTTP/1.1", [], is_http_request=True)
        write(
            writer.create_warc_record(
                url("c"), "request", http_headers=line, warc_headers_dict=asked
            )
        )
    packed = place.folder / "packed.warc.gz"
    recompress = [sys.executable, "-m", "warcio.cli", "recompress", str(path), str(packed)]
    subprocess.run(recompress, check=True, capture_output=True, timeout=60)
    for file in (path, packed):
        told = take(place, file)
        assert "1 response: answer HEAD, not GET" in told
        assert texts(place, url("a")) == ["Bản cũ", "Bản mới", "Bản cũ"]
        assert texts(place, url("b")) == ["Bản cũ"]
    assert "4 captures were there already" in told
    place.check()
