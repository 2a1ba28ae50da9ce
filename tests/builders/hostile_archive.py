"""An archive with hostile texts in every text column of every table, whatever its tables are."""

import json
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipelines.keep.database.migrations import migrations
from pipelines.outcomes import IssueKind, Outcome, RunOutcome
from pipelines.read.addresses.article_key import article_key

SEEN, DAY = "2026-03-05T02:00:00.000Z", "2026-03-05"
STATES = (
    *("gone", "soft-404", "redirected-home", "moved", "unlisted", "unreachable", "returned"),
    "there",
)
Column = tuple[str, str]  # table and name
# What an address of ours holds, so that it leads to the row.
ADDRESSED: Mapping[Column, Callable[[int], str]] = {
    ("articles", "key"): lambda number: article_key(f"http://hostile.example/{number}"),
    ("sites", "key"): lambda number: f"hostile-{number}",
}
# Words that Loa alone writes; pages show other columns beside them.
WORDS: Mapping[Column, Sequence[str]] = {
    ("captures", "outcome"): [*Outcome],
    ("runs", "outcome"): [*RunOutcome],
    ("issues", "kind"): [*IssueKind],
    ("sightings", "state"): STATES,
    ("revisions", "changed_by"): ["portal"],
}
LISTS: Mapping[Column, Callable[[str], Any]] = {
    ("revisions", "images"): lambda text: [{"url": text, "caption": text}],
    ("revisions", "attachments"): lambda text: [{"url": text, "name": text}],
    ("revisions", "changed"): lambda text: ["title", "body", "lead"],
    ("captures", "printed"): lambda text: [text, DAY, None, "day", "selector", text, 0],
    ("sites", "settings"): lambda text: {"name": text, "url": text},
}
PRESENT = ("lost_at", "closed_at", "until_at")  # empty in what holds now
QUEUES = ("uncompared", "unindexed")  # what Loa has yet to do
_ALLOWED = re.compile(r"(\w+) in \(((?:'[^']*'(?:, )?)+)\)")
_TABLES = """select name, sql from sqlite_schema where type = 'table' and sql not like '%virtual%'
    and name not like 'sqlite%' and name not like '\\_%' escape '\\'
    and name not like '%\\_fts\\_%' escape '\\'"""


def hostile_archive(path: Path, texts: Sequence[str], *, everywhere: bool = False) -> None:
    """An archive with as many rows in each table as there are texts, and each text in each column.

    Row `n` of a table belongs to row `n` of every other. `everywhere`: also where days, times,
    words of Loa's own and lists in JSON belong; without it, pages find what they need to show the
    others. Only keys in addresses and the words that the schema allows are never hostile.
    """
    made = Database(path)
    migrations.apply(made)
    made.close()
    db = sqlite3.connect(path)
    db.execute("pragma foreign_keys = off")
    with db:
        tables = [row for row in db.execute(_TABLES).fetchall() if row[0] not in QUEUES]
        for table, _ in tables:
            db.execute(f"delete from [{table}]")
        for table, sql in tables:
            _fill(db, table, _columns(db, table, sql), texts, everywhere)
    db.close()


def _columns(db: sqlite3.Connection, table: str, sql: str) -> dict[str, tuple[str, Column, Any]]:
    """By name: the type, the column that it refers to or itself, and the words allowed there."""
    allowed = {name: re.findall("'([^']*)'", words) for name, words in _ALLOWED.findall(sql)}
    keys = {
        row[3]: (str(row[2]), str(row[4] or "id"))
        for row in db.execute(f"pragma foreign_key_list([{table}])")
    }
    return {
        name: (str(kind).lower(), keys.get(name, (table, name)), allowed.get(name))
        for _, name, kind, *_ in db.execute(f"pragma table_info([{table}])")
    }


def _fill(
    db: sqlite3.Connection,
    table: str,
    columns: dict[str, tuple[str, Column, Any]],
    texts: Sequence[str],
    everywhere: bool,
) -> None:
    names, marks = ", ".join(f"[{name}]" for name in columns), ", ".join("?" * len(columns))
    for number in range(1, len(texts) + 1):
        values = [
            allowed[number % len(allowed)]
            if allowed
            else _value(column, kind, number, texts[(number + 7 * place) % len(texts)], everywhere)
            for place, (kind, column, allowed) in enumerate(columns.values())
        ]
        # A trigger may have made the row already.
        db.execute(f"insert or replace into [{table}] ({names}) values ({marks})", values)


def _value(column: Column, kind: str, number: int, text: str, everywhere: bool) -> object:
    if kind != "text":
        return {"integer": number, "real": number / 100, "blob": text.encode()}[kind]
    if column in ADDRESSED:
        return ADDRESSED[column](number)
    if everywhere:
        return text
    if column in WORDS:
        return WORDS[column][number % len(WORDS[column])]
    if column in LISTS:
        return json.dumps(LISTS[column](text))
    if column[1] == "removed_at":
        return SEEN if number % 2 else None
    if column[1].endswith("_at"):
        return None if column[1] in PRESENT else SEEN
    return DAY if column[1].endswith("_on") else text
