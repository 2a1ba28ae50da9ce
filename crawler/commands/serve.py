"""`loa serve`: Datasette over an archive, with our pages (web/). Only reads."""

import os
import signal
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import click

from crawler.commands.options import archive_option
from crawler.commands.service.systemd_unit import PrintsItsUnit
from crawler.signals import stop_signals
from pipelines.keep.database.archive import captures_folder, read_archive
from portals.errors import LoaError
from web.place import Place
from web.serving import server
from web.serving.face import Face
from web.serving.publishing import Publication, Publisher
from web.serving.settings import LOOPBACK, Serving

PRIVATE = Serving()


class AddressTakenError(LoaError):
    """The port is in use, or the address is not this computer's."""

    exit_code = 9


@click.command(cls=PrintsItsUnit)
@archive_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="Its port."
)
@click.option(
    "--public",
    is_flag=True,
    help="Serve a snapshot to people you do not know: no SQL of their own, no internals, limits.",
)
@click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the snapshot for --public is; without it, beside the archive.",
)
@click.option(
    "--refresh",
    type=click.FloatRange(min=0),
    default=10.0,
    show_default=True,
    metavar="MINUTES",
    help="Make the snapshot anew if the archive changed; 0: only show what `loa snapshot` makes.",
)
@click.option(
    "--allowed-host",
    "allowed_hosts",
    metavar="NAME",
    multiple=True,
    help="Answer for this host name too, such as that of a proxy in front; may be repeated. "
    "LOA_ALLOWED_HOSTS names more, separated by spaces.",
)
@click.option(
    "--base-url",
    "place",
    metavar="ADDRESS",
    default="/",
    envvar="LOA_BASE_URL",
    show_envvar=True,
    callback=lambda _context, _option, text: Place.parse(text),
    help="Where the site stands: a path such as /loa/, or its whole public address, such as "
    "https://news.example.org/loa/, whose host is then answered for.",
)
@click.option(
    "--trusted-proxy",
    "proxies",
    metavar="ADDRESS",
    multiple=True,
    callback=lambda _context, _option, given: tuple(map(_network, given)),
    help="Believe X-Forwarded-Proto and X-Forwarded-For of this IP address or network too. Those "
    "of this computer are believed. May be repeated.",
)
def serve(archive: Path, host: str, port: int, **chosen: Any) -> None:
    """Serve the archive with Datasette until Ctrl-C.

    It answers only requests for an IP address, localhost, this computer's name or that of its
    public address, so that no page on the web can read the archive through your browser.
    """
    serving = Serving(
        public=chosen["public"],
        place=chosen["place"],
        trusted_hosts=(host, *chosen["allowed_hosts"]),
        trusted_proxies=(*LOOPBACK, *chosen["proxies"]),
    )
    shown = chosen["snapshot"] or archive.with_suffix(f".public{archive.suffix}")
    publication = Publication(archive, shown, chosen["refresh"]) if serving.public else None
    serve_archive(archive, serving, host=host, port=port, publication=publication)


def serve_archive(
    archive: Path,
    serving: Serving = PRIVATE,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    publication: Publication | None = None,
) -> None:
    """Serve until Ctrl-C, SIGTERM or SIGHUP, and print `Datasette: http://...` once it answers.

    `publication`: serve this snapshot, not the archive itself. Raises ArchiveError, SnapshotError,
    NoSpaceError and AddressTakenError before it starts.
    """
    if publication is None or publication.minutes:
        with read_archive(archive):
            pass  # it is an archive; the face opens it for itself
    check_port(host, port)
    if publication is not None:
        publication.prepare()
    named = tuple(os.environ.get("LOA_ALLOWED_HOSTS", "").split())
    serving = replace(serving, trusted_hosts=(*serving.trusted_hosts, *named))
    if signal.SIGHUP in stop_signals():  # uvicorn does not know it
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    address = f"http://{_reachable(host)}:{port}{serving.place.path}"
    shown = archive if publication is None else publication.file
    face = Face(shown, serving, captures_folder(archive))
    beside = None if publication is None else Publisher(face, publication).run
    with suppress(KeyboardInterrupt):  # uvicorn raises the signal that ended it once more
        server.run(face, host, port, lambda: click.echo(f"Datasette: {address}"), beside)


def check_port(host: str, port: int) -> None:
    """Raise AddressTakenError if the port is in use or the address is not this computer's."""
    try:
        server.require_free(host, port)
    except OSError as error:
        raise AddressTakenError(
            f"port {port} on {host} cannot be used ({error.strerror}); choose another with --port"
        ) from error


def _network(text: str) -> str:
    """An IP address or a network, as it was given."""
    try:
        ip_network(text)
    except ValueError as error:
        raise click.BadParameter(f"{error}; write one such as 192.0.2.7 or 10.0.0.0/8") from error
    return text


def _reachable(host: str) -> str:
    """A host to which this machine can connect, as addresses write it."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{host}]" if ":" in host else host
