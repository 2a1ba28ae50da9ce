"""Serves one site of a WARC file on loopback, as the bench's stand-in for a portal: `python -m tests.bench.serve_capture FILE` prints its address."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.keep.warc_stream import Damage, walk_warc

SKIPPED = {"transfer-encoding", "content-length", "connection", "keep-alive"}


def main() -> None:
    """Answers with what was captured; the site's own port is used, since its pages name it."""
    pages: dict[str, tuple[int, tuple[tuple[str, str], ...], bytes]] = {}
    netloc = ""
    for record in walk_warc(Path(sys.argv[1])):
        if not isinstance(record, Damage) and record.kind == "response" and record.url and record.status:
            parts = urlsplit(record.url)
            netloc = netloc or parts.netloc
            pages[parts.path + (f"?{parts.query}" if parts.query else "")] = (record.status, record.headers, record.body)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

        def do_GET(self) -> None:
            """One captured answer, or 404."""
            status, headers, body = pages.get(self.path, (404, (("Content-Type", "text/plain"),), b"not captured\n"))
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in SKIPPED:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", urlsplit(f"//{netloc}").port or 0), Handler)
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_address[1]}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
