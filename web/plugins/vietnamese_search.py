"""SQL functions for the language of questions; `pipelines/search` says what it is.

Datasette's own table search calls `escape_fts`, so this plugin replaces that function.
"""

import sqlite3

from datasette import hookimpl

from pipelines.search.expression import vi_fts
from pipelines.search.readings import as_typed


@hookimpl(trylast=True)  # Datasette's own escape_fts is registered first and replaced
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Give SQL vi_fts(question), escape_fts(question) and as_typed(question, text)."""
    for name in ("escape_fts", "vi_fts"):
        conn.create_function(name, 1, vi_fts, deterministic=True)
    conn.create_function("as_typed", 2, as_typed, deterministic=True)
