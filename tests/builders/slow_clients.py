"""Clients of a web server that send slowly, read slowly, or ask for more than is good."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

TCP_CLOSE = 7  # of the kernel's states of a connection
LONG = "a" * 40
BOMB = "%" + "a%" * 140
RUNAWAY = "with recursive n(i) as (select 1 union all select i+1 from n) select count(*) from n"
# The doors through which somebody could make a public server work.
ABUSES = (
    "/archive?" + urlencode({"sql": "select printf('%.*c', 900000000, 'x')"}),
    "/archive.json?" + urlencode({"sql": "select hex(zeroblob(400000000))"}),
    "/archive.json?" + urlencode({"sql": "select hex(randomblob(100000000))"}),
    "/archive.json?" + urlencode({"sql": RUNAWAY}),
    "/archive/articles?" + urlencode({"_where": "printf('%.*c', 900000000, 'x') <> ''"}),
    "/archive/articles.json?" + urlencode({"_where": f"({RUNAWAY}) > 1"}),
    "/archive/search?" + urlencode({"q": "xã", "sql": "select zeroblob(900000000)"}),
    "/archive/articles?" + urlencode({"body__like": BOMB}),
    "/archive/articles.json?" + urlencode({"body__glob": "*a" * 140 + "*", "_size": "max"}),
    "/archive/articles?" + urlencode([("body__contains", f"{n} {LONG}") for n in range(120)]),
    "/archive/revisions?" + urlencode({"body__notlike": BOMB, "_sort": "body", "_size": "max"}),
    "/archive/articles?" + urlencode([("_facet", one) for one in ("body", "title", "url", "key")]),
    "/archive/articles?" + urlencode({"_facet_array": "body", "_facet_date": "body"}),
    "/archive/articles.json?" + urlencode({"_size": "max", "_shape": "array", "_labels": "on"}),
    "/archive/articles.json?" + urlencode({"_size": "999999999"}),
    "/archive/articles?" + urlencode({"_sort_desc": "body_html", "_next": "z" * 4000}),
    "/archive/articles.csv?" + urlencode({"_stream": "on", "_size": "max"}),
    "/archive/articles?" + urlencode({"_search": " OR ".join(f"t{n}*" for n in range(500))}),
    "/search?" + urlencode({"q": " OR ".join(["xã", "đường", *("a*" for _ in range(400))])}),
    "/archive/articles?"
    + urlencode(
        {"_through": json.dumps({"table": "pages", "column": "url", "value": quote(LONG) * 90})}
    ),
)


@dataclass(slots=True)
class Answer:
    """What a client got: the status, how many bytes, and after how many seconds it was whole."""

    status: int = 0
    length: int = 0
    seconds: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Clients:
    """Clients of the server on a port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def get(self, path: str) -> Answer:
        """A request of a client in good faith, answered whole."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(_head(path, "Connection: close\r\n\r\n"))
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            body = await reader.read()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        status, *lines = head.splitlines()
        fields = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
        seconds = loop.time() - began
        return Answer(int(status.split()[1]), len(body), seconds, fields, body)

    async def send_slowly(self, seconds: float) -> bool:
        """Send a head that never ends; whether the server cut it off."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        try:
            writer.write(_head("/", ""))
            while loop.time() < until:
                writer.write(b"X-More: y\r\n")
                await writer.drain()
                with suppress(TimeoutError):
                    if not await asyncio.wait_for(reader.read(1), 1):
                        return True
        except OSError:
            return True
        finally:
            writer.close()
        return False

    async def read_slowly(self, path: str, seconds: float) -> bool:
        """Ask many times for an answer and take next to nothing; whether the server cut it off."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1024)
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        try:
            writer.write(_head(path, "\r\n") * 40)
            while loop.time() < until:
                await asyncio.sleep(1)
                # What has arrived hides from the reader that there will be no more.
                if _is_reset(writer) or not await reader.read(50):
                    return True
        except OSError:
            return True
        finally:
            writer.transport.abort()
        return False


def _is_reset(writer: asyncio.StreamWriter) -> bool:
    connection = writer.get_extra_info("socket")
    state: int = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
    return state == TCP_CLOSE


async def beside(work: Callable[[], Awaitable[object]], those: list[Awaitable[object]]) -> None:
    """Do the work while all of those go on; they end with it."""
    tasks = [asyncio.ensure_future(one) for one in those]
    await asyncio.sleep(0.5)  # they are at it
    try:
        await work()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _head(path: str, end: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{end}".encode()
