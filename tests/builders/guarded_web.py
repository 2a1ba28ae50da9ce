"""A hostile internet on loopback: names that lead where the test says, and canaries.

One address counts as public; a canary listens on every other.
"""

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import AF_INET6
from socketserver import BaseRequestHandler, ThreadingTCPServer

from tests.builders.loopback_server import Serving
from tests.builders.sample_world import Workplace

# Stands for the public internet: only the entry script below tells the crawler so.
PUBLIC = "127.0.0.77"
ENTRY = f'''
import itertools, json, os, socket, sys

names = {{
    name: itertools.chain(answers, itertools.repeat(answers[-1]))
    for name, answers in json.loads(os.environ["TEST_NAMES"]).items()
}}
real = socket.getaddrinfo

def getaddrinfo(host, port, *rest, **more):
    name = (host.decode() if isinstance(host, bytes) else host or "").rstrip(".")
    if name not in names:
        return real(host, port, *rest, **more)
    return [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
        if ":" in address
        else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
        for address in next(names[name])
    ]

if __name__ == "__main__":
    socket.getaddrinfo = getaddrinfo
    socket.gethostbyname = lambda name: getaddrinfo(name, 0)[0][4][0]
    import portals.public_addresses as addresses

    is_public = addresses.is_public
    addresses.is_public = lambda address: address == "{PUBLIC}" or is_public(address)
    from crawler.cli import main

    main()
'''


ARTICLE = """<html><head><title>Bài {n}</title></head><body><article>
<h1>Họp dân bàn việc số {n}</h1><time datetime="2025-03-11">11/03/2025</time>
<p>Sáng nay bà con trong xã đã họp bàn việc số {n} và nhất trí với cách làm mà các thôn đưa ra từ
tháng trước, nói rõ ai làm việc gì.</p>
<p>Buổi họp kéo dài hai giờ, có sáu ý kiến, và kết thúc trong sự đồng lòng của những người có mặt
ở nhà văn hóa thôn.</p>{more}</article></body></html>"""


@dataclass
class Page:
    """One answer of the portal."""

    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Portal(Serving):
    """Serves pages by host and path at the one public address, and 404 for all others.

    `asked` lists (host, path) in order.

    `secret`: a file with a key and certificates, for a portal of https.
    """

    def __init__(self, secret: Path | None = None) -> None:
        self.pages: dict[tuple[str, str], Page] = {}
        self.asked: list[tuple[str, str]] = []
        portal = self

        class Conversation(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host = self.headers["Host"].partition(":")[0]
                portal.asked.append((host, self.path))
                page = portal.pages.get((host, self.path), Page(status=404))
                self.send_response(page.status)
                for name, value in {
                    "Content-Type": "text/html; charset=utf-8",
                    **page.headers,
                }.items():
                    self.send_header(name, value.encode().decode("latin-1"))
                self.end_headers()
                self.wfile.write(page.text.encode())

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer((PUBLIC, 0), Conversation)
        self.port = self.server.server_address[1]
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if secret is not None:
            self.context.load_cert_chain(secret)
            self.server.socket = self.context.wrap_socket(self.server.socket, server_side=True)


class Canary(Serving):
    """Listens on a port of every address of this machine, or of `address` alone; counts visits."""

    def __init__(self, address: str = "::", port: int = 0) -> None:
        self.hits: list[str] = []
        canary = self

        class Song(BaseRequestHandler):
            def handle(self) -> None:
                canary.hits.append(str(self.request.getsockname()))
                self.request.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
                    b"6\r\nConnection: close\r\n\r\ncanary"
                )

        class Perch(ThreadingTCPServer):
            address_family = AF_INET6 if ":" in address else ThreadingTCPServer.address_family
            allow_reuse_address = True
            daemon_threads = True

        self.server = Perch((address, port), Song)  # an IPv6 socket takes IPv4 too, as Linux has it
        self.port = self.server.server_address[1]


class GuardedWorld(Workplace):
    """A workplace that resolves `names`: a name to the addresses of each look-up in turn.

    The last address is given for ever.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.names: dict[str, Sequence[Sequence[str]]] = {}
        self.entry = folder / "entry.py"
        self.entry.write_text(ENTRY, encoding="utf-8")

    def site(self, key: str, url: str, *more: str, **crawl: object) -> None:
        """Writes a site file; `more`: further lines of it, `crawl`: its rules for crawling."""
        rules = {"delay": 0.0, "timeout": 5.0, **crawl}
        lines = (
            f'name = "{key}"',
            f'url = "{url}"',
            *more,
            "[crawl]",
            *(f"{name} = {json.dumps(value)}" for name, value in rules.items()),
        )
        (self.sites / f"{key}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def loa(self, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end, by its own entry point."""
        names = {
            "TEST_NAMES": json.dumps(self.names),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        command = [sys.executable, str(self.entry), *map(str, arguments)]
        return subprocess.run(
            command,
            env={**self.environment, **names, **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
        )
