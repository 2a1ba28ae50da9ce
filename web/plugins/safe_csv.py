"""Makes CSV fit for spreadsheets: cells that look like formulas get a leading apostrophe, and a
file to download begins with a byte order mark.

Without the mark, Excel reads UTF-8 as the computer's old encoding: "Ủy ban" becomes "á»¦y ban".
`_bom=on` asks for it, `_bom=off` refuses it; if neither is said, `_dl` (download a file) brings it,
and the plain `.csv` address, which programs read, does not.

JSON gives every value as it is. Datasette writes each CSV answer with the `csv.writer` that its
base view imports; this plugin replaces that name.
"""

import codecs
import csv
from collections.abc import Awaitable, Callable, Iterable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

from datasette import hookimpl
from datasette.app import Datasette
from datasette.views import base

from pipelines.export.formulas import as_text

NO = ("off", "0", "no", "false")

Application = Callable[[Any, Any, Any], Awaitable[None]]


class SafeWriter:
    """Writes rows like csv.writer, with formulas turned into text."""

    def __init__(self, stream: Any) -> None:
        self._writer = csv.writer(stream)

    def writerow(self, row: Iterable[Any]) -> Any:
        """Returns what the stream's own write() returns: Datasette awaits it."""
        return self._writer.writerow([as_text(cell) for cell in row])


@hookimpl
def startup(datasette: Datasette) -> None:
    """Replace Datasette's writer."""
    base.csv = SimpleNamespace(writer=SafeWriter)


@hookimpl
def asgi_wrapper() -> Callable[[Application], Application]:
    """Begin CSV with a byte order mark where the address asks for one."""

    def wrap(app: Application) -> Application:
        async def marked(scope: Any, receive: Any, send: Any) -> None:
            async def send_with_mark(message: Any) -> None:
                await send(message)
                if message["type"] == "http.response.start" and _is_csv(message):
                    body = {"body": codecs.BOM_UTF8, "more_body": True}
                    await send({"type": "http.response.body", **body})

            await app(scope, receive, send_with_mark if _asks_for_mark(scope) else send)

        return marked

    return wrap


def _asks_for_mark(scope: Any) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].endswith(".csv"):
        return False
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    return asked.get("_bom", asked.get("_dl", NO))[-1].lower() not in NO


def _is_csv(start: Any) -> bool:
    """Whether an answer is the stream of a CSV, and no error."""
    types = [value for name, value in start["headers"] if bytes(name).lower() == b"content-type"]
    return start["status"] == 200 and types[:1] in (
        [b"text/csv; charset=utf-8"],
        [b"text/plain; charset=utf-8"],
    )
