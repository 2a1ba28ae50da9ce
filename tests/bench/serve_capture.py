"""Serve copies of one site of a WARC file on loopback, each on its own port; print the addresses.

`python -m tests.bench.serve_capture FILE COPIES`
"""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.keep.warc.stream import Damage, walk_warc

SKIPPED = {"transfer-encoding", "content-length", "connection", "keep-alive", "content-encoding"}

Page = tuple[int, tuple[tuple[str, str], ...], bytes]


def pages_of(path: Path) -> tuple[dict[str, Page], bytes]:
    """The answers of a capture by path and query, and the host[:port] that its pages name."""
    pages: dict[str, Page] = {}
    netloc = ""
    for record in walk_warc(path):
        if (
            not isinstance(record, Damage)
            and record.kind == "response"
            and record.url
            and record.status
        ):
            parts = urlsplit(record.url)
            netloc = netloc or parts.netloc
            pages[parts.path + (f"?{parts.query}" if parts.query else "")] = (
                record.status,
                record.headers,
                record.body,
            )
    return pages, netloc.encode()


def serve(pages: dict[str, Page], netloc: bytes) -> ThreadingHTTPServer:
    """A server of one copy; the addresses inside its pages are its own."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

        def do_GET(self) -> None:
            """One captured answer, or 404."""
            status, headers, body = pages.get(
                self.path, (404, (("Content-Type", "text/plain"),), b"not captured\n")
            )
            own = f"127.0.0.1:{server.server_address[1]}"
            body = body.replace(netloc, own.encode())
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in SKIPPED:
                    self.send_header(name, value.replace(netloc.decode(), own))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    return server


def main() -> None:
    """Serves until it is stopped."""
    pages, netloc = pages_of(Path(sys.argv[1]))
    servers = [serve(pages, netloc) for _ in range(int(sys.argv[2]))]
    print(
        " ".join(f"http://127.0.0.1:{server.server_address[1]}/" for server in servers), flush=True
    )
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    servers[0].serve_forever()


if __name__ == "__main__":
    main()
