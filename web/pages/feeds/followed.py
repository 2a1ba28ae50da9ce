"""The feeds that tell of what a page shows."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping

from web.pages.feeds.asked import FILTERS, AskedFeed
from web.pages.feeds.wording import titles
from web.pages.search import asked_of
from web.questions import parameters, queries

Followed = dict[str, str]
NEEDED = frozenset({"q", "key", "day"})  # parameters without which a query finds nothing


def feeds_of(names: Iterable[str], values: Mapping[str, object] | None = None) -> list[Followed]:
    """Feeds of these kinds: title, and their paths by form. `values`: what an address of the search
    says; empty ones say nothing.
    """
    given = {
        name: "1" if value is True else str(value)
        for name, value in (values or {}).items()
        if value
    }
    said = tuple((name, given[name]) for name in FILTERS if name in given)
    return [_followed(AskedFeed(name, "atom", asked_of({}), None, said)) for name in names]


def feeds_of_query(
    query: str, columns: Collection[str], values: Mapping[str, object]
) -> list[Followed]:
    """The feed of a saved query; none where its rows name no articles."""
    if "key" not in columns:
        return []
    given = {name: str(value) for name, value in values.items() if value}
    said = tuple((name, given[name]) for name in parameters(query) if name in given)
    return [_followed(AskedFeed("all", "atom", asked_of({}), query, said))]


def questions_followed(db: sqlite3.Connection) -> dict[str, Followed]:
    """The feeds of saved queries that answer without being told a word, by the queries' names."""
    found = {}
    for name, query in queries().items():
        given = parameters(name)
        if not NEEDED & set(given):
            cursor = db.execute(f"select * from ({query['sql']}) limit 0", dict.fromkeys(given, ""))
            columns = [column[0] for column in cursor.description]
            if feeds := feeds_of_query(name, columns, {}):
                found[name] = feeds[0]
    return found


def _followed(asked: AskedFeed) -> Followed:
    title = titles()[asked.name]
    return {"title": title, "atom": asked.path("atom"), "json": asked.path("json")}
