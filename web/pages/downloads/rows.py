"""Rows as a file: streamed while they are read, and never cut in silence.

A file of one's own archive is whole. A public server ends one after so many rows or so much work;
the last line then says so, and the page says it before.
"""

import asyncio
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from datasette.app import Datasette
from datasette.utils.asgi import Request

from pipelines.export.lines import CsvLines, JsonLines, Lines
from pipelines.export.sources import Source
from web import errors
from web.archive import Archive, archive_of
from web.downloads import Send, as_file
from web.languages import gettext as _
from web.languages import number
from web.serving.settings import serving_of

AT_ONCE = 50  # rows that become bytes together
PIECE = 1 << 15  # bytes that are sent together, or a little more
PATIENCE = 60.0  # seconds for which a reader may take nothing
ASKED_EVERY = 20_000  # steps of SQLite's machine between two looks at the limits
KINDS = r"\.(?P<format>csv|jsonl)$"  # how an address of such a file ends


class Limits(NamedTuple):
    """What one file may cost, and how many are made at once; None: no limit."""

    at_once: int
    rows: int | None
    computing: float  # seconds of processor time
    waiting: float | None  # seconds in all


OWN = Limits(at_once=4, rows=None, computing=3600, waiting=None)
PUBLIC = Limits(at_once=2, rows=100_000, computing=30, waiting=900)


def limits_of(datasette: Datasette) -> Limits:
    """The limits of files of this server."""
    return PUBLIC if serving_of(datasette).public else OWN


async def download(
    request: Request, datasette: Datasette, name: str, make: Callable[[sqlite3.Connection], Source]
) -> Any:
    """The rows of a source as a file called `name`, in the format that the address ends in.

    `make` finds the source; it and the first rows are read before the answer begins, so that a
    fault is a page. 503 if too many files are being made.
    """
    limits = limits_of(datasette)
    if not _Slots.take(limits.at_once):
        busy = errors.busy(_("Other files are being made. Try again in a minute."))
        return await errors.answer(datasette, request, busy)
    rows = Rows(datasette, request, limits)
    try:
        archive = await archive_of(datasette)
        await asyncio.to_thread(rows.begin, archive, name, make)
    except sqlite3.OperationalError as error:
        await asyncio.to_thread(rows.close)
        raise errors.of_question(error) from error
    except BaseException:
        await asyncio.to_thread(rows.close)
        raise
    return rows


class _Slots:
    """How many files are being made in this process."""

    taken = 0
    _lock = threading.Lock()

    @classmethod
    def take(cls, most: int) -> bool:
        with cls._lock:
            if cls.taken >= most:
                return False
            cls.taken += 1
            return True

    @classmethod
    def leave(cls) -> None:
        with cls._lock:
            cls.taken -= 1


class Rows:
    """An answer that Datasette sends: rows from a connection of their own, of one moment."""

    status = 200

    def __init__(self, datasette: Datasette, request: Request, limits: Limits) -> None:
        self._datasette, self._request, self._limits = datasette, request, limits
        self._database: Any = None
        self._db: sqlite3.Connection | None = None
        self._computed = 0.0
        self._began = time.monotonic()
        self._left = False  # the reader has gone
        self._over = ""  # why the file ends early

    def begin(
        self, archive: Archive, name: str, make: Callable[[sqlite3.Connection], Source]
    ) -> None:
        """Open the archive and read the first rows, in a thread."""
        self._database = archive.database
        self._db = self._database.connect()
        self._datasette._prepare_connection(self._db, archive.name)
        self._db.execute("begin")
        source = make(self._db)
        kind = self._request.url_vars["format"]
        lines: Lines = JsonLines(source.columns) if kind == "jsonl" else CsvLines(source.columns)
        self.headers = as_file(f"{name}.{kind}", lines.media_type)
        self._pieces = self._made(source, lines, is_json=kind == "jsonl")
        self._first = self._next()

    def close(self) -> None:
        """Close the connection, and let another file be made."""
        _Slots.leave()
        if self._db is not None:
            with suppress(AttributeError, ValueError):
                self._database._all_file_connections.remove(self._db)
            self._db.close()
            self._db = None

    async def asgi_send(self, send: Send) -> None:
        """Send it. Datasette calls this."""
        raw = [(name.encode(), value.encode("latin-1")) for name, value in self.headers.items()]
        watcher = asyncio.create_task(self._watch())
        try:
            await send({"type": "http.response.start", "status": self.status, "headers": raw})
            piece = b"" if self._request.method == "HEAD" else self._first
            while piece and not self._left:
                message = {"type": "http.response.body", "body": piece, "more_body": True}
                await asyncio.wait_for(send(message), PATIENCE)
                piece = await asyncio.to_thread(self._next)
            await send({"type": "http.response.body", "body": b""})
        except (sqlite3.Error, TimeoutError):
            return  # without its end, which every client notices
        finally:
            watcher.cancel()
            await asyncio.to_thread(self.close)

    async def _watch(self) -> None:
        """Notice that the reader has gone, and stop the query."""
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self._left = True

    def _next(self) -> bytes:
        """The next piece; nothing at the end."""
        assert self._db is not None
        begun = time.thread_time()
        before = self._computed

        def is_over() -> bool:
            self._computed = before + time.thread_time() - begun
            return self._left or self._is_spent()

        self._db.set_progress_handler(is_over, ASKED_EVERY)
        try:
            return next(self._pieces, b"")
        finally:
            self._computed = before + time.thread_time() - begun

    def _is_spent(self) -> bool:
        waiting = self._limits.waiting
        if self._computed >= self._limits.computing:
            self._over = _("after %(seconds)s seconds of work") % {
                "seconds": f"{self._limits.computing:g}"
            }
        elif waiting is not None and time.monotonic() - self._began >= waiting:
            self._over = _("after %(minutes)s minutes") % {"minutes": f"{waiting / 60:g}"}
        return bool(self._over)

    def _made(self, source: Source, lines: Lines, *, is_json: bool) -> Iterator[bytes]:
        made = bytearray()
        if self._request.args.get("_header") != "off":
            made += lines.head()
        try:
            for some in self._batches(source):
                made += lines.lines(some)
                if len(made) >= PIECE:
                    yield bytes(made)
                    made.clear()
        except sqlite3.OperationalError:
            if not self._over:
                raise
        if self._over:
            made += _last_line(self._over, is_json=is_json)
        if made:
            yield bytes(made)

    def _batches(self, source: Source) -> Iterator[list[tuple[Any, ...]]]:
        assert self._db is not None
        rows = source.rows(self._db)
        most, count = self._limits.rows, 0
        while most is None or count < most:
            wanted = AT_ONCE if most is None else min(AT_ONCE, most - count)
            some = list(islice(rows, wanted))
            if not some:
                return
            count += len(some)
            yield some
            if self._is_spent():
                return
        if next(rows, None) is not None:
            self._over = _("after %(rows)s rows") % {"rows": number(count)}


def _last_line(over: str, *, is_json: bool) -> bytes:
    said = _(
        "This file ends here, %(over)s, and there is more. Choose fewer rows; or whoever has the"
        " archive takes all of them with loa export."
    ) % {"over": over}
    if is_json:
        return f"{json.dumps({'cut_by_loa': said}, ensure_ascii=False)}\n".encode()
    return CsvLines((), exact=True).lines([(said,)])
