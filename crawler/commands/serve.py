"""`loa serve`: Datasette over an archive, with our pages (web/). Only reads."""

import os
import signal
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import click
from datasette.cli import serve as datasette_serve
from uvicorn.config import LOGGING_CONFIG

from crawler.commands.options import archive_option
from crawler.signals import stop_signals
from pipelines.keep.database.archive import read_archive
from portals.errors import LoaError

WEB = Path(__file__).resolve().parents[2] / "web"
LONGEST_START = 60.0  # seconds in which Datasette must answer to be announced


class AddressTakenError(LoaError):
    """The port is in use, or the address is not this computer's."""

    exit_code = 9


@click.command()
@archive_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="Its port."
)
@click.option("--public", is_flag=True, help="Tables and saved queries, but no custom SQL.")
@click.option(
    "--allowed-host",
    "allowed_hosts",
    metavar="NAME",
    multiple=True,
    help="Answer for this host name too, such as that of a proxy in front; may be repeated. "
    "LOA_ALLOWED_HOSTS names more, separated by spaces.",
)
def serve(
    archive: Path, host: str, port: int, public: bool, allowed_hosts: tuple[str, ...]
) -> None:
    """Serve the archive with Datasette until Ctrl-C.

    It answers only requests for an IP address, localhost or this computer's name, so that no page
    on the web can read the archive through your browser.
    """
    allow_hosts(host, *allowed_hosts)
    serve_archive(archive, host=host, port=port, public=public)


def allow_hosts(*names: str) -> None:
    """Let the face (web/plugins/guard.py) answer for these host names too."""
    allowed = os.environ.get("LOA_ALLOWED_HOSTS", "")
    os.environ["LOA_ALLOWED_HOSTS"] = " ".join((allowed, *names))


def serve_archive(
    archive: Path, host: str = "127.0.0.1", port: int = 8001, public: bool = False
) -> None:
    """Serve until Ctrl-C or SIGTERM, and print `Datasette: http://...` once it answers.

    Raises ArchiveError and AddressTakenError before it starts.
    """
    with read_archive(archive):
        pass  # it is an archive; Datasette opens it for itself
    check_port(host, port)
    # A line for each page is noise on a terminal. It would also fill the pipe of a program that
    # started us and reads only our first line.
    LOGGING_CONFIG["loggers"]["uvicorn.access"]["handlers"] = []
    threading.Thread(target=_announce, args=(host, port), daemon=True).start()
    arguments = datasette_arguments(archive, host, port, public)
    if signal.SIGHUP in stop_signals():  # uvicorn does not know it
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    with suppress(click.exceptions.Abort):  # uvicorn raises the signal that ended it once more
        datasette_serve.main(arguments, standalone_mode=False)


def datasette_arguments(archive: Path, host: str, port: int, public: bool) -> list[str]:
    """The arguments for `datasette serve`, with our descriptions, pages and limits.

    The file is never immutable: Datasette would ignore the write-ahead log and answer wrongly.
    """
    settings = {
        "num_sql_threads": 6,  # a page's short queries need not wait behind long searches
        "sql_time_limit_ms": 2000,
        "facet_time_limit_ms": 500,
        "suggest_facets": "off",
        "truncate_cells_html": 300,
        "allow_download": "off",
        "default_allow_sql": "off" if public else "on",
    }
    options = {
        "plugins-dir": WEB / "plugins",
        "template-dir": WEB / "templates",
        "static": f"static:{WEB / 'static'}",
        "host": host,
        "port": port,
    }
    chosen = [part for name, value in settings.items() for part in ("--setting", name, str(value))]
    return [
        str(archive.absolute()),
        *(f"--{name}={value}" for name, value in options.items()),
        *chosen,
    ]


def check_port(host: str, port: int) -> None:
    """Raise AddressTakenError if the port is in use or the address is not this computer's."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # As uvicorn does: a port just left is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise AddressTakenError(
            f"port {port} on {host} cannot be used ({error.strerror}); choose another with --port"
        ) from error


def _announce(host: str, port: int) -> None:
    """Print the address once it answers, so that whoever started us can open it."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        try:
            socket.create_connection((reachable, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            shown = f"[{reachable}]" if ":" in reachable else reachable
            click.echo(f"Datasette: http://{shown}:{port}/")
            return
