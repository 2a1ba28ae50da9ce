"""A script-filled portal on loopback: pages come as empty shells, and scripts fill them with data.

Its log is the server's own.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.builders.guarded_web import PUBLIC, GuardedWorld
from tests.builders.loopback_server import Serving

SHELL = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Cổng</title>{head}</head>'
    '<body><div id="app"></div></body></html>'
)
APP_TAG = '<script src="/app.js" defer></script>'
APP = """(async () => {
  const root = document.getElementById('app'), path = location.pathname;
  const get = async (address) => (await fetch(address)).json();
  if (path == '/') {
    const all = await get('/api/tin');
    root.innerHTML = '<main>'
      + all.map(one => `<h3><a href="${one.path}">${one.title}</a></h3>`).join('') + '</main>';
  } else {
    const one = await get('/api/tin/' + path.match(/(\\d+)[.]html/)[1]);
    document.title = one.title;
    root.innerHTML = `<article><h1>${one.title}</h1>`
      + `<time datetime="${one.day}">${one.day.split('-').reverse().join('/')}</time>`
      + one.text.map(text => `<p>${text}</p>`).join('') + '</article>';
  }
})();"""
TOPICS = ("Thu hoạch ngô sớm", "Sửa cầu treo Khe Vông", "Khám mắt cho người già")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers."""

    text: str
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request as the server saw it. Times are seconds of time.monotonic.

    `answered` is the moment just before the answer went out.
    """

    method: str
    host: str
    path: str
    headers: Mapping[str, str]
    came: float
    answered: float


class ScriptPortal(Serving):
    """Serves while the `with` block lasts, as portal.example on the public internet.

    tests/builders/guarded_web.py stands for that internet.

    `log` lists what was asked and answered, in order; `coming` lists the paths as they came.
    `answers` maps a path to another answer, `delay` maps a path to seconds.
    """

    def __init__(self, robots: str = "User-agent: *\nDisallow: /api/cam\n") -> None:
        self.log: list[LoggedRequest] = []
        self.coming: list[str] = []
        self.robots = robots
        self.delay: dict[str, float] = {}
        self.articles = {
            f"/tin-tuc/bai-viet-so-{n}.html": article_data(n) for n in range(1, len(TOPICS) + 1)
        }
        self.answers: dict[str, Answer] = {}
        portal = self

        class Conversation(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                came = time.monotonic()
                portal.coming.append(self.path)
                time.sleep(portal.delay.get(self.path, 0))
                answer = portal.answer(self.path)
                body = answer.text.encode()
                portal.log.append(
                    LoggedRequest(
                        self.command,
                        self.headers["Host"],
                        self.path,
                        dict(self.headers),
                        came,
                        time.monotonic(),
                    )
                )
                with suppress(OSError):  # who asked is gone
                    self.send_response(answer.status)
                    for name, value in {
                        "Content-Type": answer.media_type,
                        "Content-Length": str(len(body)),
                        **answer.headers,
                    }.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)

            do_POST = do_PUT = do_HEAD = do_OPTIONS = do_CONNECT = do_GET

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer((PUBLIC, 0), Conversation)
        self.port = self.server.server_address[1]
        self.url = f"http://portal.example:{self.port}/"

    def answer(self, path: str) -> Answer:
        if path in self.answers:
            return self.answers[path]
        if path == "/robots.txt":
            return Answer(self.robots, "text/plain")
        if path == "/rong.js":
            return Answer("", "text/javascript")
        if path == "/app.js":
            return Answer(APP, "text/javascript")
        if path == "/api/tin":
            return json_answer(
                [{"path": path, "title": one["title"]} for path, one in self.articles.items()]
            )
        if path.startswith("/api/tin/"):
            return json_answer(
                self.articles[f"/tin-tuc/bai-viet-so-{path.removeprefix('/api/tin/')}.html"]
            )
        return (
            Answer(SHELL.format(head=APP_TAG))
            if path == "/" or path in self.articles
            else Answer("", status=404)
        )

    def paths(self) -> list[str]:
        """What was asked for, in its order."""
        return [asked.path for asked in self.log]

    def name(self, titles: Mapping[str, str]) -> None:
        """Has the front page name these addresses, and nothing else."""
        self.answers["/api/tin"] = json_answer(
            [{"path": path, "title": title} for path, title in titles.items()]
        )

    def script(
        self, path: str, script: str, body: str = "", head: str = "", **headers: str
    ) -> None:
        """Has a path answer as a shell with a script of its own."""
        page = SHELL.format(head=f'<script src="/rong.js"></script>{head}').replace(
            "</body>", f"{body}<script>{script}</script></body>"
        )
        self.answers[path] = Answer(
            page, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


def article_data(number: int) -> dict[str, str | list[str]]:
    """The data of one article."""
    topic = TOPICS[number - 1]
    return {
        "title": f"{topic} năm nay",
        "day": f"2026-03-{10 + number}",
        "text": [
            (
                f"Sáng nay bà con trong xã đã bàn việc {topic.lower()} và nhất trí với cách làm "
                "mà các thôn đưa ra từ tháng trước."
            ),
            (
                f"Buổi họp kéo dài {number} giờ, có sáu ý kiến, và kết thúc trong sự đồng lòng "
                "của những người có mặt ở nhà văn hóa."
            ),
        ],
    }


def json_answer(value: object) -> Answer:
    return Answer(json.dumps(value), "application/json")


class ScriptWorld(GuardedWorld):
    """A world whose site `portal` is the script portal, with a browser.

    `settings` maps the dotted name of a crawler constant to its value here.
    """

    def __init__(
        self,
        folder: Path,
        portal: ScriptPortal,
        *more: str,
        settings: Mapping[str, object] | None = None,
        **crawl: object,
    ) -> None:
        super().__init__(folder)
        self.names["portal.example"] = [[PUBLIC]]
        self.site("portal", portal.url, *more, **{"browser": True, **crawl})
        # A browser has a socket there, whose path must be short.
        self.temporary = Path(tempfile.mkdtemp(prefix="loa-"))
        weakref.finalize(self, shutil.rmtree, self.temporary, ignore_errors=True)
        command = "    from crawler.cli import main\n"
        lines = "".join(
            f"    import {name.rpartition('.')[0]}\n    {name} = {value}\n"
            for name, value in (settings or {}).items()
        )
        self.entry.write_text(
            self.entry.read_text(encoding="utf-8").replace(command, lines + command),
            encoding="utf-8",
        )

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "TMPDIR": str(self.temporary)}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begins a command by the entry point of this world, in a process group of its own."""
        names = {
            "TEST_NAMES": json.dumps(self.names),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        command = [sys.executable, str(self.entry), *arguments]
        return subprocess.Popen(
            command,
            env={**self.environment, **names},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def browsers(self) -> list[int]:
        """The browser processes of this world that still run.

        Their environment or arguments name its folder for such files.
        """
        mark = str(self.temporary).encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                program, names = (
                    (process / "cmdline").read_bytes(),
                    (process / "environ").read_bytes(),
                )
            except OSError:  # it ended meanwhile, or is a zombie
                continue
            if mark in program + names and b"chrom" in program:
                found.append(int(process.name))
        return found
