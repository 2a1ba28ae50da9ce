"""Serves the sample portals on loopback, one port each; misbehaves if a test asks for it."""

import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR, socket
from typing import Any, Self

from portals.errors import LoaError
from portals.sample.content import load_portals
from portals.sample.nukeviet import NukeViet
from portals.sample.portal import Answer, Fault, Portal, Request
from portals.sample.sharepoint import SharePoint
from portals.sample.wordpress import WordPress

FAMILIES: dict[str, type[Portal]] = {
    "songmai": NukeViet,
    "thachlam": WordPress,
    "anphu": SharePoint,
}


class PortBusyError(LoaError):
    """The port for a sample portal is in use."""

    exit_code = 9


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, port: int, portal: Portal, closing: threading.Event) -> None:
        super().__init__(("127.0.0.1", port), _Conversation)
        self.portal = portal
        self.closing = closing
        self.open_sockets: set[socket] = set()
        portal.url = f"http://127.0.0.1:{self.server_address[1]}/"

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open_sockets.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open_sockets.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End connections that a client keeps alive: a closed portal must no longer answer."""
        for each in tuple(self.open_sockets):
            with suppress(OSError):  # the client may have been quicker
                each.shutdown(SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client may hang up between two requests.
        if not (self.closing.is_set() or isinstance(sys.exception(), ConnectionError)):
            super().handle_error(request, client_address)


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Apache/2.4"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        portal = self.server.portal
        headers = {name.lower(): value for name, value in self.headers.items()}
        fault = portal.fault_at(self.path) or Fault()
        answer = portal.respond(self.path, headers)
        status = fault.status or answer.status
        portal.requests.append(Request(time.monotonic(), self.command, self.path, headers, status))
        try:
            self._send(status, answer, fault)
        except (BrokenPipeError, ConnectionResetError):  # crawlers with limits leave in the middle
            self.close_connection = True

    do_HEAD = do_GET

    def _send(self, status: int, answer: Answer, fault: Fault) -> None:
        replaced = fault.status is not None or fault.body is not None
        body = answer.body if fault.body is None else fault.body
        sent: dict[str, str | None] = {"Content-Type": answer.media_type}
        sent["Content-Length"] = str(len(body))
        for name, value in {**({} if replaced else answer.headers), **fault.headers}.items():
            given = next((known for known in sent if known.lower() == name.lower()), name)
            sent[given] = value
        if status in (204, 304):
            del sent["Content-Length"]
        self.send_response(status)
        for name, value in sent.items():
            if value is not None:
                self.send_header(name, value)
        false_length = sent.get("Content-Length", "") != str(len(body)) and status not in (204, 304)
        if false_length or fault.cut_after is not None:  # the connection is useless now
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self._send_body(body[: fault.cut_after], fault.seconds_per_byte)

    def _send_body(self, body: bytes, seconds_per_byte: float) -> None:
        if not seconds_per_byte:
            self.wfile.write(body)
            return
        for position in range(len(body)):
            if self.server.closing.wait(seconds_per_byte):
                return
            self.wfile.write(body[position : position + 1])

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: `Portal.requests` is the log."""


class SamplePortals:
    """The three portals, being served while the `with` block lasts.

    `ports` go to songmai, thachlam and anphu; 0 lets the system choose. `clock` gives seconds since
    the epoch, which the clocks on the pages show.
    """

    def __init__(
        self, ports: tuple[int, int, int] = (0, 0, 0), clock: Callable[[], float] = time.time
    ) -> None:
        contents = load_portals(FAMILIES)
        self.portals = {key: family(contents[key], clock) for key, family in FAMILIES.items()}
        self._closing = threading.Event()
        self._ports = dict(zip(FAMILIES, ports, strict=True))
        self._servers: list[_Server] = []

    @property
    def urls(self) -> dict[str, str]:
        """The address of each portal, with a slash at the end."""
        return {key: portal.url for key, portal in self.portals.items()}

    def __getitem__(self, key: str) -> Portal:
        return self.portals[key]

    def __enter__(self) -> Self:
        try:
            for key, portal in self.portals.items():
                self._servers.append(_Server(self._ports[key], portal, self._closing))
        except OSError as error:
            self.close()
            taken = f"port {self._ports[key]} for the sample portal {key} is taken"
            remedy = "end what listens there, such as another `loa demo`, or name another port"
            raise PortBusyError(f"{taken} ({error.strerror}); {remedy}") from error
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
        self.close()

    def close(self) -> None:
        """Frees the ports and ends every conversation."""
        self._closing.set()
        for server in self._servers:
            server.server_close()
            server.hang_up()
        self._servers.clear()

    def truth(self, key: str) -> list[dict[str, Any]]:
        """The truth about a portal's pages; see `Portal.truth`."""
        return self.portals[key].truth()

    def sites_folder(self, path: Path) -> Path:
        """Write a site file for each portal into the folder `path`, made if need be; return it."""
        path.mkdir(parents=True, exist_ok=True)
        for key, portal in self.portals.items():
            (path / f"{key}.toml").write_text(site_file(portal), encoding="utf-8")
        return path


def site_file(portal: Portal) -> str:
    """The site file of a portal, as `loa crawl` reads it."""
    lines = [
        f'name = "{portal.content.name}"\nurl = "{portal.url}"\nplatform = "{portal.platform}"',
        'language = "vi"\ntimezone = "Asia/Ho_Chi_Minh"\n',
        f'[publisher]\nname = "{portal.content.publisher}"\nlevel = "district"\narea_code = ""\n',
        "[crawl]\ndelay = 0.0\nallow_private = true\nkeep_images = true",
    ]
    for row in portal.listings():
        lines += ["\n[[listing]]", *(f'{name} = "{value}"' for name, value in row.items())]
    return "\n".join(lines) + "\n"
