"""What a hostile web cannot do: reach other schemes or hosts, run code, forge files or logs."""

import ast
import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from scrapy.settings import Settings

import crawler
import pipelines
import portals
from crawler.terminal.escaping import OneLineFormatter, escaped_line, escaped_lines
from pipelines.read.addresses.canonical import canonical_url
from portals.sample import SamplePortals
from tests.builders.archive_invariants import assert_invariants
from tests.builders.guarded_web import ARTICLE, PUBLIC, GuardedWorld, Page, Portal
from tests.builders.running_processes import children_of
from tests.builders.sample_world import World, until

EVIL = "\x1b[2J\x1b]0;hacked\x07\r\nanphu: ok; 9 pages\u202egnp.exe\u2028\x85\x00"
SCHEMES = (
    "file:///etc/hostname",
    "data:text/html,x",
    "ftp://h.example/x",
    "s3://bucket/key",
    "gopher://h.example/1",
    "javascript:alert(1)",
    "blob:http://h.example/1",
    "ws://h.example/",
    "dict://h.example:11211/stat",
    "jar:http://h.example!/x",
    "view-source:http://h.example/",
    "mailto:a@h.example",
    "ldap://h.example/",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GuardedWorld, Portal, str]]:
    """A portal that tries everything, crawled once: (world, portal, all output of the crawl)."""
    with Portal() as portal, Portal() as elsewhere:
        world = GuardedWorld(tmp_path_factory.mktemp("hostile"))
        world.names = {"hostile.example": [[PUBLIC]], "elsewhere.example": [[PUBLIC]]}
        world.site("hostile", f"http://hostile.example:{portal.port}/")
        other = f"http://elsewhere.example:{elsewhere.port}"
        targets = [
            *SCHEMES,
            f"{other}/tin/bai-viet-so-1",
            f"http://hostile.example:{elsewhere.port}/tin/bai-viet-so-2",
            f"//elsewhere.example:{elsewhere.port}/tin/bai-so-3",
        ]
        links = "".join(
            f'<h3><a href="{target}">Bài {n}</a></h3>' for n, target in enumerate(targets)
        )
        links += "".join(
            f'<h3><a href="/di/chuyen-tiep-so-{n}">Chuyển {n}</a></h3>' for n in range(len(targets))
        )
        links += (
            '<h3><a href="/tin/bai-viet-co-tep">Tệp</a></h3><h3>'
            '<a href="/tin/bai-viet-ten-la">Lạ</a></h3><h3>'
            '<a href="/vong/vong-quanh-so-0">Vòng</a></h3>'
        )
        links += '<h3><a href="/ung-dung/trang-can-trinh-duyet">Ứng dụng</a></h3>'
        pages = {
            "/": Page(
                f"<html><head><title>Cổng</title></head><body><main>{links}</main></body></html>"
            )
        }
        for n, target in enumerate(targets):
            pages[f"/di/chuyen-tiep-so-{n}"] = Page(status=302, headers={"Location": target})
        for n in range(30):
            pages[f"/vong/vong-quanh-so-{n}"] = Page(
                status=302, headers={"Location": f"/vong/vong-quanh-so-{n + 1}"}
            )
        files = (
            '<p><a href="/tep/..%2F..%2F..%2Fetc%2Fcron.d%2Fevil.pdf">Tệp 1</a></p><p>'
            '<a href="/tep/%2e%2e/evil2.pdf">Tệp 2</a></p>'
        )
        files += "".join(f'<p><a href="{target}.pdf">Tệp</a></p>' for target in targets)
        pages["/tin/bai-viet-co-tep"] = Page(ARTICLE.format(n=1, more=files))
        name = {
            "Content-Type": "text/plain",
            "Content-Disposition": 'attachment; filename="../../../evil.sh"',
        }
        pages["/tep/..%2F..%2F..%2Fetc%2Fcron.d%2Fevil.pdf"] = pages["/evil2.pdf"] = Page(
            "#!/bin/sh", headers=name
        )
        pages["/tin/bai-viet-ten-la"] = Page(
            ARTICLE.format(n=2, more="").replace("Họp dân", f"Họp dân {EVIL.replace(chr(0), '')}"),
            headers={"Server": EVIL[:4] + "x", "Retry-After": "\x1b[31m1"},
        )
        pages["/ung-dung/trang-can-trinh-duyet"] = Page(
            '<html><head><title>Cổng</title><script src="/main.js"></script></head><body>'
            '<div id="root"></div></body></html>'
        )
        pages["/robots.txt"] = Page(
            f"User-agent: *\nDisallow:\nSitemap: file:///etc/passwd\nSitemap: {other}/sitemap.xml\n"
        )
        portal.pages = {("hostile.example", path): page for path, page in pages.items()}
        done = world.loa("crawl", "hostile")
        world.elsewhere = elsewhere  # type: ignore[attr-defined]
        yield world, portal, done.stdout + done.stderr


def test_nothing_but_http_and_https_is_ever_asked_for(
    hostile: tuple[GuardedWorld, Portal, str],
) -> None:
    world, portal, _ = hostile
    asked = [row["url"] for row in world.rows("select url from captures")]
    assert {url.partition(":")[0] for url in asked} == {"http"}
    assert world.rows("select url from pages where url not like 'http://hostile.example:%'") == []
    moved = [
        row["outcome"]
        for row in world.rows("select outcome from captures where url like '%/di/%' order by id")
    ]
    assert set(moved) <= {"redirect-loop", "redirect-offsite"}
    assert sum(path.startswith("/di/") for _, path in portal.asked) == len(moved) >= len(SCHEMES)


@pytest.mark.parametrize("url", SCHEMES)
def test_another_scheme_is_no_address(url: str) -> None:
    assert canonical_url(url) is None
    assert canonical_url(url, "http://hostile.example/") is None


def test_only_the_hosts_of_the_site_are_asked(hostile: tuple[GuardedWorld, Portal, str]) -> None:
    world, _, _ = hostile
    assert world.elsewhere.asked == []  # type: ignore[attr-defined]


def test_a_chain_of_redirects_is_followed_ten_times(
    hostile: tuple[GuardedWorld, Portal, str],
) -> None:
    world, portal, _ = hostile
    assert sum(path.startswith("/vong/") for _, path in portal.asked) == 11
    assert (
        world.value("select outcome from captures where url like '%vong-quanh-so-10'")
        == "redirect-loop"
    )


def test_files_are_named_by_us_alone(hostile: tuple[GuardedWorld, Portal, str]) -> None:
    world, portal, _ = hostile
    assert any("evil" in path for _, path in portal.asked)
    written = {
        str(path.relative_to(world.folder)) for path in world.folder.rglob("*") if path.is_file()
    }
    assert not any("evil" in name for name in written)
    assert all(
        name.startswith(("archive.db", "sites/", "entry.py", "captures/crawl-")) for name in written
    )
    assert not Path("/etc/cron.d/evil.pdf").exists()


def test_a_page_that_only_scripts_can_fill_is_told_as_such(
    hostile: tuple[GuardedWorld, Portal, str],
) -> None:
    world, _, _ = hostile
    assert (
        world.value("select outcome from captures where url like '%trang-can-trinh-duyet'")
        == "refused-needs-browser"
    )


def test_output_cannot_be_forged(hostile: tuple[GuardedWorld, Portal, str]) -> None:
    world, portal, output = hostile
    read = world.loa("read", f"http://hostile.example:{portal.port}/tin/bai-viet-ten-la")
    status = world.loa("status")
    for text in (output, read.stdout, read.stderr, status.stdout):
        assert not any(
            sign in text for sign in ("\x1b", "\x07", "\u202e", "\u2028", "\x85", "\x00", "\r")
        )
        assert not any(line.startswith("anphu: ok") for line in text.splitlines())
    assert "Họp dân" in read.stdout
    assert_invariants(world.archive)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("\x1b[31mđỏ\x1b[0m", "\\x1b[31mđỏ\\x1b[0m"),
        ("tệp\u202egnp.exe", "tệp\\u202egnp.exe"),
        ("\u2066x\u2069\u200f\ufeff", "\\u2066x\\u2069\\u200f\\ufeff"),
        ("\x9b2J\x85", "\\x9b2J\\x85"),
        ("lẻ \udc80", "lẻ \\udc80"),
        ("hỏng: http://an:mat-khau@vi-du.example/tin?a@b", "hỏng: http://vi-du.example/tin?a@b"),
        ("Ủy ban xã Đông Á – “tin”", "Ủy ban xã Đông Á – “tin”"),
    ],
)
def test_a_line_shows_what_is_dangerous_as_an_escape(text: str, shown: str) -> None:
    assert escaped_line(text) == shown
    assert escaped_lines(text) == shown.replace("\\n", "\n")


def test_a_log_record_cannot_begin_another_line() -> None:
    record = logging.LogRecord(
        "scrapy",
        logging.WARNING,
        __file__,
        1,
        "bad header %s",
        (EVIL + "\n2026-01-01 [loa] INFO: all is well",),
        None,
    )
    first, *more = OneLineFormatter("%(levelname)s: %(message)s").format(record).split("\n")
    assert first.startswith("WARNING: bad header \\x1b")
    assert more
    assert all(line.startswith("    ") for line in more)
    assert not any(sign in "".join((first, *more)) for sign in "\x1b\x07\r\u202e\u2028\x85\x00")


def test_the_password_of_a_proxy_or_an_address_is_told_to_nobody(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, but not listening
        world = GuardedWorld(tmp_path)
        world.site("portal", "http://portal.example/")
        proxy = f"http://operator:mat-khau-7@127.0.0.1:{closed.getsockname()[1]}"
        outputs = [
            world.loa("crawl", "portal", "--proxy", proxy),
            world.loa("read", "http://portal.example/tin", "--proxy", proxy),
        ]
        outputs.append(world.loa("crawl", "http://operator:mat-khau-7@portal.example/"))
        outputs.append(world.loa("read", "http://operator:mat-khau-7@portal.example/tin"))
        outputs.append(world.loa("add", "http://operator:mat-khau-7@portal.example/"))
        world.site("secret", "http://operator:mat-khau-7@portal.example/")
        outputs.append(world.loa("crawl", "secret"))
    for done in outputs:
        assert done.returncode not in (0, 1)
        assert "mat-khau-7" not in done.stdout + done.stderr
    for path in tmp_path.rglob("archive.db*"):
        assert b"mat-khau-7" not in path.read_bytes()


@contextmanager
def endless_headers(host: str) -> Iterator[tuple[int, list[int]]]:
    """A server whose headers never end: (port, bytes sent to each client)."""
    sent: list[int] = []

    def answer(client: socket.socket) -> None:
        with client:
            path = client.recv(65_536).split(b" ")[1]
            if path == b"/robots.txt":
                client.sendall(
                    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
                return
            at = len(sent)
            sent.append(0)
            try:
                client.sendall(b"HTTP/1.1 200 OK\r\n")
                while True:
                    sent[at] += client.send((b"X-Pad: " + b"y" * 1_000 + b"\r\n") * 64)
            except OSError:
                return

    def serve() -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(client,), daemon=True).start()

    with socket.create_server((host, 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], sent


def test_headers_without_end_are_cut(tmp_path: Path) -> None:
    with endless_headers(PUBLIC) as (port, sent):
        world = GuardedWorld(tmp_path)
        world.names = {"endless.example": [[PUBLIC]]}
        world.site("endless", f"http://endless.example:{port}/")
        done = world.loa("crawl", "endless")
        assert done.returncode == 7
        (error,) = world.rows("select error from captures where url like '%:%/' and status is null")
        assert error["error"].startswith("head-too-long: ")
        assert len(sent) == 1
        assert sent[0] < 16 << 20  # what fits into the buffers of two sockets


def test_the_process_that_crawls_listens_to_nobody(tmp_path: Path) -> None:
    with SamplePortals() as portals:
        world = World(tmp_path, portals)
        world.rewrite_site("songmai", "delay = 0.0", "delay = 0.5")
        process = world.start("crawl", "songmai")
        try:
            until(lambda: len(portals["songmai"].requests) > 3)
            family = descendants(process.pid)
            assert len(family) >= 2  # itself, and a reader
            assert [listening(pid) for pid in family] == [[] for _ in family]
        finally:
            process.terminate()
            process.communicate(timeout=30)


def descendants(pid: int) -> list[int]:
    """A process, its children and theirs."""
    return [pid, *(one for child in children_of(pid) for one in descendants(child))]


def listening(pid: int) -> list[str]:
    """The lines of /proc/net/tcp and tcp6 for a process's listening sockets (state 0A)."""
    held = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            held.add(str(descriptor.readlink()))
        except OSError:  # closed meanwhile
            continue
    tables = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]
    ]
    return [" ".join(line) for line in tables if line[3] == "0A" and f"socket:[{line[9]}]" in held]


def test_a_listening_socket_would_be_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)):
        assert len(listening(os.getpid())) >= 1


def modules() -> list[Path]:
    """All source files of the product but the tests and what web/ is, which fetches nothing."""
    return [
        path
        for package in (crawler, pipelines, portals)
        for path in sorted(Path(package.__file__ or "").parent.rglob("*.py"))
    ]


CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "yaml.load",
    "yaml.unsafe_load",
    "marshal.loads",
    "pickle.loads",
    "pickle.load",
    "shelve.open",
}


@pytest.mark.parametrize("path", modules(), ids=lambda path: "/".join(path.parts[-3:]))
def test_no_module_runs_what_it_was_given(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
            )
            assert not {"pickle", "marshal", "shelve", "dill", "cloudpickle", "yaml", "code"} & {
                name.partition(".")[0] for name in names
            }
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in CALLS, f"line {node.lineno}"
            assert not any(
                keyword.arg == "shell" and ast.unparse(keyword.value) == "True"
                for keyword in node.keywords
            ), f"line {node.lineno}"


def test_no_setting_keeps_pickles() -> None:
    settings = Settings()
    settings.setmodule("crawler.settings")
    assert settings.get("JOBDIR") is None
    assert not settings.getbool("HTTPCACHE_ENABLED")
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {handler for handler in handlers.values() if handler} == {
        "crawler.fetch.download_handler.GuardedDownloadHandler"
    }
