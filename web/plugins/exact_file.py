"""Opens exactly the file that was named, and makes none.

Datasette puts the path into a URI as it is: `#` and `?` would end it, and `%41` would become `A`.
SQLite would then open another file, or make one.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Request

from pipelines.keep.database.read_only import FrozenConnection, connect_read_only, file_stamp
from web import errors
from web.languages import gettext as _

Application = Callable[[Any, Any, Any], Awaitable[None]]


@hookimpl(tryfirst=True)  # before another plugin opens a file
def startup(datasette: Datasette) -> None:
    """Open every file with `connect`."""
    for database in datasette.databases.values():
        if database.path is not None:
            database.connect = partial(connect, database)


def connect(database: Database, write: bool = False) -> sqlite3.Connection:
    """Stands in for Database.connect."""
    assert not write, "the face writes nothing"
    path = Path(database.path)
    stamp = file_stamp(path)
    connection = connect_read_only(path, check_same_thread=False)
    if isinstance(connection, FrozenConnection):
        _frozen.setdefault(path, stamp)
    database._all_file_connections.append(connection)
    return connection


@hookimpl(tryfirst=True)  # within the wrappers that choose the language and add headers
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Answer 503 once a file has changed that is read as immutable."""

    def wrap(app: Application) -> Application:
        async def served(scope: Any, receive: Any, send: Any) -> None:
            changed = any(file_stamp(path) != stamp for path, stamp in _frozen.items())
            if changed and scope["type"] == "http":
                problem = errors.busy(
                    _(
                        "This server may not read its log. The operator can run loa serve where it "
                        "can write beside the archive, or serve a snapshot."
                    )
                )
                answer = await errors.answer(datasette, Request(scope, receive), problem)
                await answer.asgi_send(send)
            else:
                await app(scope, receive, send)

        return served

    return wrap


_frozen: dict[Path, tuple[int, ...]] = {}  # and what each looked like when it was opened
