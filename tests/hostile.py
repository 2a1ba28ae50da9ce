"""A small web on loopback: many hosts, a port each, served by one thread. A host is a newsroom that behaves, with addresses that misbehave for a test.

Every request is logged with the times of its coming and of its answer's end: the log is the witness of what the crawler asked for, and how politely.
"""

import asyncio
import socket
import struct
import threading
import time
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

SECTION = 50  # articles that one section of a newsroom lists
WORDS = ("cầu", "đường", "lúa", "suối", "bản", "thôn", "trường", "trạm", "chợ", "rừng")


@dataclass(slots=True)
class Hit:
    """One request. Times are time.monotonic() seconds; `answered` is None while its answer is under way. Header names are lower case.

    `wants`: seconds that the answer asked to be left alone for.
    """

    path: str
    headers: dict[str, str]
    came: float
    answered: float | None = None
    wants: float = 0.0


@dataclass(slots=True)
class Exchange:
    """One request and the way back. What answers it writes to `writer`; `over` ends the connection afterwards."""

    host: "Host"
    hit: Hit
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    over: bool = False

    async def send(self, *chunks: bytes) -> None:
        """Writes chunks and waits until they are out."""
        for chunk in chunks:
            self.writer.write(chunk)
            await self.writer.drain()

    def reset(self) -> None:
        """Ends the connection with RST in place of FIN."""
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        self.over = True


Answer = Callable[[Exchange], Awaitable[None]]


@dataclass
class Host:
    """One host of the web. `articles`: how many it has; `edits`: number of an article to a word that its text has now; `answers`: what a path gives instead.

    `tagged` sends an ETag with each page, and 304 where the client has it. `everywhere` answers for all its pages.
    """

    name: str
    articles: int
    port: int = 0
    robots: str = "User-agent: *\nDisallow:\n"
    tagged: bool = False
    answers: dict[str, Answer] = field(default_factory=dict)
    everywhere: Answer | None = None
    edits: dict[int, str] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The front page's address."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def sections(self) -> int:
        """How many sections it has, of SECTION articles each."""
        return -(-self.articles // SECTION)

    def paths(self) -> list[str]:
        """The addresses of all its articles."""
        return [article_path(n) for n in range(self.articles)]

    def asked(self, since: int = 0) -> list[str]:
        """The paths that were asked for, in their order."""
        return [hit.path for hit in self.hits[since:]]

    def page(self, path: str) -> str | None:
        """The text at a path of its own, None where there is nothing."""
        if path == "/":
            return listing(self.name, [(article_path(n), title(n)) for n in range(min(self.articles, SECTION))])
        kind, _, number = path.strip("/").rpartition("-")
        if not number.isdigit():
            return None
        n = int(number)
        if kind == "chuyen-muc/muc" and n < self.sections:
            return listing(self.name, [(article_path(m), title(m)) for m in range(n * SECTION, min(self.articles, (n + 1) * SECTION))])
        if kind == "2025/03/bai-viet" and n < self.articles:
            return article(self.name, n, self.edits.get(n, ""))
        return None


class HostileWeb:
    """Serves while the `with` block lasts. `add` makes a host at any time; `down` and `up` stop and start its listening, at the same port."""

    def __init__(self) -> None:
        self.hosts: dict[str, Host] = {}
        self._servers: dict[str, asyncio.Server] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def __getitem__(self, name: str) -> Host:
        return self.hosts[name]

    def add(self, name: str, articles: int = 0) -> Host:
        """A new host, being served."""
        host = self.hosts[name] = Host(name, articles)
        self.up(name)
        return host

    def up(self, name: str) -> None:
        """Listens (again)."""
        asyncio.run_coroutine_threadsafe(self._listen(self.hosts[name]), self._loop).result(10)

    def down(self, name: str) -> None:
        """Refuses connections from now on."""
        server = self._servers.pop(name)
        self._loop.call_soon_threadsafe(server.close)

    def sites_folder(self, path: Path, **crawl: object) -> Path:
        """Writes a site file for each host into the folder `path`, made if it is not there, and gives it. `crawl`: values of its table [crawl]."""
        path.mkdir(parents=True, exist_ok=True)
        for host in self.hosts.values():
            write_site(path, host, **crawl)
        return path

    async def _listen(self, host: Host) -> None:
        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await _converse(host, reader, writer)
            writer.close()

        server = await asyncio.start_server(converse, "127.0.0.1", host.port, backlog=256)
        host.port = server.sockets[0].getsockname()[1]
        self._servers[host.name] = server

    async def _end(self) -> None:
        for server in self._servers.values():
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def write_site(folder: Path, host: Host, **crawl: object) -> None:
    """A site file that names the front page and the sections."""
    rules = {"delay": 0.0, "timeout": 10.0, "allow_private": True, **crawl}
    lines = [
        f'name = "{host.name}"',
        f'url = "{host.url}"',
        'platform = "wordpress"',
        "",
        "[crawl]",
        *(f"{key} = {_toml(value)}" for key, value in rules.items()),
    ]
    for address in [host.url, *(f"{host.url}chuyen-muc/muc-{n}/" for n in range(host.sections))]:
        lines += ["", "[[listing]]", 'kind = "html"', f'url = "{address}"']
    (folder / f"{host.name}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


async def _converse(host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    over = False
    while not over:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        hit = Hit(path, headers, time.monotonic())
        host.hits.append(hit)
        exchange = Exchange(host, hit, reader, writer)
        answer = host.answers.get(path) or (host.everywhere if path != "/robots.txt" else None) or plain
        try:
            await answer(exchange)
        finally:
            hit.answered = hit.answered or time.monotonic()
        over = exchange.over


async def plain(exchange: Exchange) -> None:
    """What a well-made host answers."""
    host, hit = exchange.host, exchange.hit
    if hit.path == "/robots.txt":
        await respond(exchange, host.robots.encode(), media_type="text/plain")
        return
    text = host.page(hit.path)
    if text is None:
        await respond(exchange, b"<h1>404</h1>", 404)
        return
    tag = f'"{zlib.crc32(text.encode()):x}"'
    if host.tagged and hit.headers.get("if-none-match") == tag:
        await respond(exchange, b"", 304, ETag=tag)
    else:
        await respond(exchange, text.encode(), **({"ETag": tag} if host.tagged else {}))


async def respond(exchange: Exchange, body: bytes = b"", status: int = 200, media_type: str = "text/html; charset=utf-8", **headers: str) -> None:
    """A whole answer. The log says `answered` before its last byte leaves: no next request can come sooner."""
    lines = [f"HTTP/1.1 {status} So", f"Content-Type: {media_type}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    if status not in (204, 304):
        lines.append(f"Content-Length: {len(body)}")
    exchange.hit.answered = time.monotonic()
    await exchange.send("\r\n".join([*lines, "", ""]).encode() + body)


def article_path(n: int) -> str:
    """Where an article stands."""
    return f"/2025/03/bai-viet-{n}/"


def title(n: int) -> str:
    """An article's title."""
    return f"Tin số {n}: việc {WORDS[n % 10]} ở {WORDS[n // 10 % 10]}"


def article(name: str, n: int, edit: str = "") -> str:
    """An article's page, in the markup that WordPress themes share."""
    text = "".join(
        f"<p>Đoạn {m} của bài {n} trên {name}: bà con bàn việc {WORDS[(n + m) % 10]} và nhất trí với cách làm của thôn. {edit}</p>" for m in range(4)
    )
    head = f'<h1 class="entry-title">{title(n)}</h1><time class="entry-date published" datetime="2025-03-{n % 28 + 1:02}T08:{n % 60:02}:00+07:00"></time>'
    body = f'<article class="post type-post hentry">{head}<div class="entry-content">{text}</div></article>'
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title(n)}</title></head><body class="single single-post"><main>{body}</main></body></html>'
    )


def listing(name: str, entries: list[tuple[str, str]]) -> str:
    """A page that names articles."""
    items = "".join(f'<article><h2 class="entry-title"><a href="{path}">{text}</a></h2></article>' for path, text in entries)
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>Trang tin {name}</title></head><body class="home blog"><main>{items}</main></body></html>'
