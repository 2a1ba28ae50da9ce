"""A small archive of invented articles, and `loa serve` on it in its own process."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any, Self

import httpx
from datasette.utils import parse_metadata
from lxml import html
from sqlite_utils import Database

from pipelines.keep.database.migrations import migrations
from pipelines.read.addresses.article_key import article_key
from tests import ROOT

WEB = ROOT / "web"
METADATA = parse_metadata((WEB / "metadata.yml").read_text(encoding="utf-8"))["databases"][
    "archive"
]
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>"
STRUCTURED = """<h2 onclick="x()">Kết quả</h2>
<p style="x">Xem <img src="https://suoimo.example/a.jpg" alt="Cầu" onerror="x()"> và
<a href="https://suoimo.example/x">đây</a>, <a href="javascript:x()">kia</a>.
<script>x()</script></p>
<ul><li>lúa</li><li>ngô</li></ul>
<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>"""
SEEN = "2024-03-05T02:00:00Z"
KEY = "suoi.mo"  # a dot, as in a host name, must survive Datasette's addresses

# id, title, lead, body, published_on, published_at, evidence, raw
ARTICLES = [
    (1, "Đảng bộ xã Suối Mơ họp thường kỳ", "Sáng nay, Đảng ủy xã họp.",
    "Đoạn một của tin.\n\nĐoạn hai: đường liên thôn <b>dài</b> 3 km.",
     "2024-03-04", "2024-03-04T01:33:00Z", "selector", "Thứ hai - 04/03/2024 08:33"),
    (2, "Huyện ủy Khe Lau làm việc với nông dân", None,
    "Huyện uỷ bàn việc trồng 10⁴ m² rừng, giảm CO₂.", "2024-02-01", None, "label", "01/02/2024"),
    (3, "Đăng ký thi thử cho học sinh", None, "Nhà trường tổ chức thi thử vào tháng tới.",
    "2023-11-20", None, "url", "/2023/11/20/"),
    (4, "Mùa thu ở bản Nà Pheo", None, "Thu hoạch lúa mùa. Thư viện 300 m2 mở cửa.",
    "2024-05-01", None, "feed", "2024-05-01"),
    (5, ATTACK, ATTACK, ATTACK, None, None, None, None),
]  # fmt: skip


def fill_archive(path: Path) -> None:
    """An archive as the crawler would leave it after two runs, in WAL mode."""
    db = Database(path)
    migrations.apply(db)
    db.enable_wal()
    with db.atomic():
        site = {
            "url": "https://suoimo.example/",
            "language": "vi",
            "timezone": "Asia/Ho_Chi_Minh",
            "origin": "file",
            "first_seen_at": SEEN,
        }
        db.table("sites").insert({"key": KEY, "name": "Trang tin xã Suối Mơ", **site})
        db.table("runs").insert(
            {
                "id": 1,
                "kind": "crawl",
                "site": KEY,
                "started_at": SEEN,
                "ended_at": SEEN,
                "outcome": "complete",
            }
        )
        for number, title, lead, body, on, at, evidence, raw in ARTICLES:
            url = (
                f"https://suoimo.example/tin-{number}.html"
                if number != 5
                else "javascript:alert(3)"
            )
            capture = {
                "id": number,
                "run": 1,
                "site": KEY,
                "url": url,
                "fetched_at": SEEN,
                "status": 200,
                "outcome": "article",
                "sha256": f"{number:064x}",
            }
            db.table("captures").insert(
                {
                    **capture,
                    "warc_file": "suoi-mo-1.warc.gz",
                    "warc_offset": number * 1000,
                    "warc_length": 900,
                }
            )
            dated = {
                "published_on": on,
                "published_at": at,
                "published_evidence": evidence,
                "published_raw": raw,
                "published_precision": "minute" if at else on and "day",
            }
            seen = {
                "first_seen_at": SEEN,
                "last_seen_at": SEEN,
                "word_count": len(body.split()),
                "revision": number,
            }
            db.table("articles").insert(
                {
                    "id": number,
                    "site": KEY,
                    "url": url,
                    "key": article_key(url),
                    "title": title,
                    "lead": lead,
                    "body": body,
                    "section": "Tin xã",
                    **dated,
                    **seen,
                }
            )
            revision = {
                "article": number,
                "seen_at": SEEN,
                "title": title,
                "body": body,
                "content_sha256": "0" * 64,
                "extractor": "rules",
                "capture": number,
            }
            db.table("revisions").insert({"id": number, "seq": 1, **revision})
        changed = {
            "title": "Đảng bộ xã Suối Mơ họp",
            "body": "Bản cũ.",
            "content_sha256": "1" * 64,
            "extractor": "rules",
            "capture": 1,
            "changed": '["title", "lead", "body"]',
            "words_added": 2,
            "words_removed": 19,
            "figures_changed": 1,
            "changed_by": "portal",
        }
        db.table("revisions").insert(
            {"id": 6, "article": 1, "seq": 2, "seen_at": "2024-03-06T02:00:00Z", **changed}
        )
        db.table("articles").update(2, {"body_html": STRUCTURED})
        db.table("articles").update(1, {"revision": 6, "source": "Ban biên tập", "author": ATTACK})
        db.table("article_parts").insert_all(
            {
                "revision": 2,
                "number": number,
                "url": f"https://suoimo.example/tin-2.html?trang={number}",
                "capture": capture,
                "content_sha256": "2" * 64,
            }
            for number, capture in ((1, 2), (2, 3))
        )
        file = {
            "article": 1,
            "url": "https://suoimo.example/nghi-quyet.pdf",
            "name": "Nghị quyết số 7",
            "media_type": "application/pdf",
            "bytes": 1234,
        }
        db.table("attachments").insert({"id": 1, **file, "text": "Chỉ tiêu giảm nghèo bền vững"})
        db.table("images").insert(
            {
                "id": 1,
                "article": 1,
                "url": "https://suoimo.example/anh.jpg",
                "caption": "Quang cảnh cuộc họp",
                "position": 1,
            }
        )
        page = {"site": KEY, "kind": "article", "first_seen_at": SEEN}
        db.table("pages").insert(
            {
                "url": "https://suoimo.example/kiem-tra",
                "state": "refused",
                "reason": "challenge",
                **page,
            }
        )
    db.close()


class ServedArchive:
    """`loa serve` in a process of its own on a free port, as it announced itself.

    `prepared`: what the process does before it starts the program; `changed`: statements that the
    program begins with.
    """

    def __init__(
        self,
        archive: Path,
        *options: str,
        prepared: Callable[[], None] | None = None,
        changed: str = "",
    ) -> None:
        program = f"{changed}from crawler.commands.serve import serve; serve()"
        arguments = [
            sys.executable,
            "-u",
            "-c",
            program,
            "--archive",
            str(archive),
            "--port",
            str(free_port()),
            *options,
        ]
        self.archive = archive
        self.process = subprocess.Popen(
            arguments,
            cwd=WEB.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=prepared,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.log: list[str] = []
        threading.Thread(
            target=lambda lines: self.log.extend(lines), args=(self.process.stderr,), daemon=True
        ).start()
        announced = self.process.stdout.readline()
        assert announced.startswith("Datasette: http://127.0.0.1:"), announced + "".join(self.log)
        # Each request is that of a new reader: no cookie keeps a language.
        nothing_kept = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self.client = httpx.Client(base_url=announced.split()[1], timeout=20, cookies=nothing_kept)

    def get(self, path: str, **params: str) -> httpx.Response:
        return self.client.get(path, params=params or None)

    def titles(self, path: str, **params: str) -> list[str]:
        return [row["title"] for row in self.get(path, _shape="array", **params).json()]

    def page(self, path: str, **params: str) -> Any:
        response = self.get(path, **params)
        assert response.status_code == 200, response.text
        return html.fromstring(response.text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.process.send_signal(signal.SIGINT)
        with self.process:  # closes its pipes
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()  # else the block waits for ever
                raise


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def text_of(page: Any) -> str:
    return " ".join(page.text_content().split())
