"""What is taken out: the rows of a table or of a query, always in the same order."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Protocol

from pipelines.export.columns import Column, Kind, Row, answer_columns, column_of
from pipelines.keep.search.asked import Asked
from pipelines.keep.search.every import every_answer

# By which column a span of time chooses; other tables take none.
TIMES = {"articles": "published_on", "revisions": "seen_at", "captures": "fetched_at"}
INNER = frozenset({"articles_text", "unindexed"})  # parts of the search index
# How a row leads to its article, by the column that it has for that.
LINKS = {
    "article": "left join articles as a on a.id = t.article",
    "revision": "left join revisions as r on r.id = t.revision left join articles as a"
    " on a.id = r.article",
    "sighting": "left join sightings as s on s.id = t.sighting left join articles as a"
    " on a.id = s.article",
}
LIMIT = re.compile(r"\blimit\s+(\d+)", re.IGNORECASE)
AT_ONCE = 200  # articles found that are read by one statement


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows of a table are wanted. `since`, `until`: days, both included.

    `asked`: a question, for articles. An article without a day is in no span.
    """

    sites: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    asked: Asked | None = None


class Source(Protocol):
    """Rows to take out. `identity` is the same for the same rows of the same archive."""

    @property
    def name(self) -> str:
        """Of the table or the query."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What each row holds, in order."""

    @property
    def identity(self) -> str:
        """What decides which rows come, and in which order."""

    def rows(self, db: sqlite3.Connection, skipped: int = 0) -> Iterator[Row]:
        """The rows behind the first `skipped`."""


@dataclass(frozen=True, slots=True)
class Query:
    """The rows that a statement of SQL answers."""

    name: str
    columns: tuple[Column, ...]
    sql: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """The statement with its values."""
        return repr((self.sql, sorted(self.values.items())))

    @property
    def ends(self) -> frozenset[int]:
        """The numbers of rows at which the statement, or a part of it, ends by itself. One that
        ends at a single row asks for no more.
        """
        return frozenset(map(int, LIMIT.findall(self.sql))) - {1}

    def rows(self, db: sqlite3.Connection, skipped: int = 0) -> Iterator[Row]:
        """The rows behind the first `skipped`."""
        return islice(plain(db).execute(self.sql, self.values), skipped, None)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table with the public keys of their articles, by its primary key."""

    name: str
    columns: tuple[Column, ...]
    sql: str
    values: Mapping[str, object]

    @property
    def identity(self) -> str:
        """The statement with its values."""
        return repr((self.sql, sorted(self.values.items())))

    def rows(self, db: sqlite3.Connection, skipped: int = 0) -> Iterator[Row]:
        """The rows behind the first `skipped`, over which SQLite steps without reading them."""
        statement = f"{self.sql} limit -1 offset :skipped"
        return iter(plain(db).execute(statement, {**self.values, "skipped": skipped}))

    def of_articles(self, db: sqlite3.Connection, ids: Iterator[int]) -> Iterator[Row]:
        """The rows of those of some articles that are chosen, in the order of the ids; for the
        table of articles.
        """
        cursor = plain(db)
        place = [column.name for column in self.columns].index("id")
        while some := list(islice(ids, AT_ONCE)):
            marks = ", ".join(map(str, some))  # numbers of our own
            statement = self.sql.replace("where ", f"where t.id in ({marks}) and ", 1)
            held = {row[place]: row for row in cursor.execute(statement, self.values)}
            yield from (held[one] for one in some if one in held)


@dataclass(frozen=True, slots=True)
class Found:
    """The articles that answer a question, all of them, the last archived first."""

    table: Table
    asked: Asked

    @property
    def name(self) -> str:
        """The table's."""
        return self.table.name

    @property
    def columns(self) -> tuple[Column, ...]:
        """The table's."""
        return self.table.columns

    @property
    def identity(self) -> str:
        """The question, with the choice of articles."""
        return repr((self.table.identity, self.asked))

    def rows(self, db: sqlite3.Connection, skipped: int = 0) -> Iterator[Row]:
        """The rows behind the first `skipped`."""
        return islice(self.table.of_articles(db, every_answer(db, self.asked)), skipped, None)


def exportable(db: sqlite3.Connection) -> list[str]:
    """The tables and views that can be taken out."""
    rows = db.execute("select name, type from pragma_table_list where schema = 'main'")
    return sorted(
        name
        for name, kind in rows.fetchall()
        if kind in ("table", "view") and name not in INNER and not name.startswith(("_", "sqlite_"))
    )


def table_source(db: sqlite3.Connection, name: str, choice: Choice) -> Table | Found:
    """The rows of a table or view; the table must be one of `exportable`.

    Rows that belong to an article begin with its `key` and its `site`. Raises ValueError for a
    choice that the table cannot make, with what it lacks.
    """
    held = plain(db).execute(f"select name, type, pk from pragma_table_info('{name}')").fetchall()
    names = [column[0] for column in held]
    columns = {column: (column_of(column, stored), f"t.{column}") for column, stored, _ in held}
    joined = ""
    if name == "articles":
        columns = {"key": columns["key"], **columns}
    elif link := next((sql for column, sql in LINKS.items() if column in names), None):
        joined = f" {link}"
        more = {one: (Column(one, Kind.TEXT), f"a.{one}") for one in ("key", "site")}
        columns = {**more, **columns}  # its own site, where it has one
    where, values = _conditions(name, columns, choice)
    selected = ", ".join(f"{sql} as {column}" for column, (_, sql) in columns.items())
    order = _order(held, is_view=all(not stored for _, stored, _ in held))
    sql = f"select {selected} from {name} as t{joined} where {where}{order}"
    table = Table(name, tuple(column for column, _ in columns.values()), sql, values)
    if choice.asked is None:
        return table
    if name != "articles":
        raise ValueError("a search finds articles only")
    return Found(table, choice.asked)


def query_source(
    db: sqlite3.Connection, name: str, sql: str, values: Mapping[str, object]
) -> Query:
    """The rows that a query answers. Raises sqlite3.Error if SQLite does not understand it."""
    cursor = plain(db).execute(f"select * from ({sql.rstrip().rstrip(';')}) limit 0", values)
    return Query(name, answer_columns(one[0] for one in cursor.description), sql, values)


def plain(db: sqlite3.Connection) -> sqlite3.Cursor:
    """A cursor of plain tuples."""
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor


def _order(held: list[Row], is_view: bool) -> str:
    """By the primary key; a view's rows come in its own order."""
    keys = sorted((place, column) for column, _, place in held if place)
    if not keys:
        return "" if is_view else " order by t.rowid"
    return f" order by {', '.join(f't.{column}' for _, column in keys)}"


def _conditions(
    name: str, columns: Mapping[str, tuple[Column, str]], choice: Choice
) -> tuple[str, dict[str, object]]:
    conditions = ["1"]
    values: dict[str, object] = {}
    if choice.sites:
        if "site" not in columns:
            raise ValueError("its rows belong to no site")
        values |= {f"site{place}": site for place, site in enumerate(choice.sites)}
        marks = ", ".join(f":{mark}" for mark in values)
        conditions.append(f"{columns['site'][1]} in ({marks})")
    if choice.since or choice.until:
        if name not in TIMES:
            raise ValueError(f"days choose among {', '.join(sorted(TIMES))} only")
        column = f"t.{TIMES[name]}"
        if choice.since:
            values["since"] = choice.since.isoformat()
            conditions.append(f"{column} >= :since")
        if choice.until and choice.until < date.max:
            values["before"] = (choice.until + timedelta(days=1)).isoformat()
            conditions.append(f"{column} < :before")
    return " and ".join(conditions), values
