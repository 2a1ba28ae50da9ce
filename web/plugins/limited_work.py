"""Limits Datasette's own queries by the processor time that they take.

Datasette counts the time that passes. On a busy machine, where a query waits for its turn, a third
of the pages then failed. Our own pages ask only what an index answers, and have no limit.
"""

import gc
import sqlite3
import sys
from typing import Any

from datasette import database, hookimpl
from datasette.app import Datasette
from datasette.views.base import DatasetteError

from web import errors
from web.languages import gettext as _
from web.limits import limit_work

# Seconds after which a thread that works in Python lets another go on. A page waits for its turn at
# each query; beside a long search, Python's 5 ms made 40 ms of it.
TURN = 0.0005
CACHE_KIB = 8_192  # of each of Datasette's connections, one for each thread


@hookimpl
def startup(datasette: Datasette) -> None:
    """Replace Datasette's limit of time, and let threads take turns quickly.

    What was loaded by now stays: the garbage collector need not look at it again.
    """
    database.sqlite_timelimit = limit_work
    sys.setswitchinterval(TURN)
    gc.collect()
    gc.freeze()


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Bound what a connection keeps in memory. Memory maps stay off: they count as the server's."""
    conn.execute(f"pragma cache_size = -{CACHE_KIB}")


@hookimpl(tryfirst=True)
def handle_exception(datasette: Datasette, request: Any, exception: Exception) -> None:
    """Say in the reader's language what a stopped query means, and what to do."""
    if isinstance(exception, DatasetteError) and exception.title == errors.STOPPED:
        seconds = f"{datasette.sql_time_limit_ms / 1000:g}"
        exception.title = _("This question takes too much work")
        exception.message = _(
            "It was stopped after %(seconds)s seconds of computing. Ask for less: choose a portal, "
            "a year or a section, leave out columns, or add a limit. To find words, use the search "
            "page. For questions about the whole archive, open the file archive.db itself, or a "
            "copy that loa snapshot makes."
        ) % {"seconds": seconds}
        exception.message_is_html = False
