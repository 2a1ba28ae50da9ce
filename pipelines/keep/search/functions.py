"""SQL functions that answer questions as the page /search does."""

import json
from functools import partial
from sqlite3 import Connection

from pipelines.keep.search.asked import ask
from pipelines.keep.search.search import ids_found
from pipelines.search.expression import vi_fts
from pipelines.search.readings import as_typed

MOST_FOUND = 1_000  # articles that search_articles names


def add_functions(connection: Connection) -> None:
    """Gives a connection to an archive vi_fts(question), search_articles(question) and
    as_typed(question, text).
    """
    connection.create_function("vi_fts", 1, vi_fts, deterministic=True)
    connection.create_function("search_articles", 1, partial(search_articles, connection))
    connection.create_function("as_typed", 2, as_typed, deterministic=True)


def search_articles(connection: Connection, question: str | None) -> str:
    """The articles that answer a question, best first, as a JSON list of up to 1,000 ids."""
    return json.dumps(ids_found(connection, ask(question))[:MOST_FOUND])
