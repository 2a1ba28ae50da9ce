"""Debian's nginx in front of a served archive, as docs/serve.md sets it up."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests import ROOT
from tests.builders.certificates import certificate
from tests.builders.served_archive import free_port

HOST = "news.example.org"
SITE = f"https://{HOST}/loa/"
MAIN = """daemon off;
pid {folder}/nginx.pid;
error_log stderr;
worker_processes 1;
{user}
events {{}}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {sites}
}}
"""
LONGEST_START = 20.0  # seconds


def program() -> str | None:
    """nginx, which not every user has on their path."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def site_of_the_docs() -> str:
    """The file for nginx that docs/serve.md gives."""
    text = (ROOT / "docs" / "serve.md").read_text(encoding="utf-8")
    found = re.search(r"^    server \{\n(?:(?:    .*)?\n)*?^    \}\n", text, re.MULTILINE)
    assert found is not None, "docs/serve.md has no `server {` block"
    return found[0]


@contextmanager
def nginx(folder: Path, upstream: int, *sites: str) -> Iterator[list[int]]:
    """Nginx with some sites, each on a loopback port of its own; this yields the ports.

    Only what belongs to a machine changes in the text of a site: its port, the port of Loa, and
    where the certificate is.
    """
    pem = certificate(HOST).secret(folder / "certificate.pem")
    ports, texts = [free_port() for _ in sites], []
    for port, site in zip(ports, sites, strict=True):
        text = site
        for given, here in (
            ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
            ("127.0.0.1:8001", f"127.0.0.1:{upstream}"),
            (f"/etc/ssl/certs/{HOST}.pem", str(pem)),
            (f"/etc/ssl/private/{HOST}.key", str(pem)),
        ):
            assert given in text, given
            text = text.replace(given, here)
        texts.append(text)
    user = "user root;" if os.geteuid() == 0 else ""
    conf = folder / "nginx.conf"
    conf.write_text(MAIN.format(folder=folder, user=user, sites="".join(texts)), encoding="utf-8")
    binary = program()
    assert binary is not None
    started = subprocess.Popen([binary, "-p", str(folder), "-c", str(conf)])
    try:
        deadline = time.monotonic() + LONGEST_START
        while not all(map(_listens, ports)):
            assert started.poll() is None, "nginx ended"
            assert time.monotonic() < deadline, "nginx does not listen"
            time.sleep(0.02)
        yield ports
    finally:
        started.terminate()
        started.wait(timeout=LONGEST_START)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class _ToLoopback(httpx.HTTPTransport):
    """Connects to a port of loopback, whatever host is asked."""

    def __init__(self, port: int) -> None:
        super().__init__(verify=False)
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """What that port answers to a request for another host."""
        request.url = request.url.copy_with(host="127.0.0.1", port=self._port)
        return super().handle_request(request)


def client(port: int) -> httpx.Client:
    """A client for which the site of the docs stands on a loopback port."""
    return httpx.Client(base_url=SITE, transport=_ToLoopback(port), timeout=30)
