"""SQL functions for the language of questions; docs/search.md says what they do.

Datasette's own table search calls `escape_fts`, so this plugin replaces that function.
"""

import sqlite3

from datasette import hookimpl

from pipelines.keep.search.functions import add_functions
from pipelines.search.expression import vi_fts


@hookimpl(trylast=True)  # Datasette's own escape_fts is registered first and replaced
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Give SQL the functions of the search."""
    add_functions(conn)
    conn.create_function("escape_fts", 1, vi_fts, deterministic=True)
