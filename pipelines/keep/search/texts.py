"""The texts of hits, by field."""

import json
from collections.abc import Iterable
from sqlite3 import Connection

from pipelines.search.rank import WEIGHTS

Texts = dict[str, str | None]
MOST_LETTERS = 30_000  # of a field that is ranked; hits beyond count for nothing
MOST_SHOWN = 200_000  # of a field in which the words are looked for
HEADS = ("title", "lead")
WHOLE = tuple(WEIGHTS)


def texts_of(
    db: Connection,
    ids: Iterable[int],
    fields: tuple[str, ...] = WHOLE,
    *,
    cut: int = MOST_LETTERS,
) -> dict[int, Texts]:
    """The texts of articles by field, each cut to so many letters."""
    columns = ", ".join(f"substr({name}, 1, {cut})" for name in fields)
    table = "articles" if set(fields) <= set(HEADS) else "articles_text"
    rows = db.execute(
        f"select id, {columns} from {table} where id in (select value from json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0]: dict(zip(fields, row[1:], strict=True)) for row in rows}
