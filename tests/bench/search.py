"""How well the search answers questions whose first hit is known, against bm25 alone.

`python -m tests.bench.search ARCHIVE [QUESTIONS.toml]` prints the mean reciprocal rank of each kind
of question, and each question whose first hit is another. Without questions, it asks those to the
sample portals.
"""

import sqlite3
import sys
import tomllib
import unicodedata
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import mean

from pipelines.keep.search.asked import ask
from pipelines.keep.search.search import search
from pipelines.search.expression import vi_fts

QUESTIONS = Path(__file__).parent / "questions"
LOOKED_AT = 20  # hits; a right one further down counts for nothing
Table = dict[str, list[list[str]]]
Way = Callable[[sqlite3.Connection, str], list[str]]


def table_of(path: Path) -> Table:
    """Questions by kind, each followed by what its first hit may be."""
    table: Table = tomllib.loads(path.read_text("utf-8"))
    return table


def titles_found(db: sqlite3.Connection, question: str) -> list[str]:
    """The names of the first hits, as the page shows them."""
    found = search(db, replace(ask(question), size=LOOKED_AT))
    return [name_of(db, hit.facts.id) for hit in found.hits]


def titles_by_bm25(db: sqlite3.Connection, question: str) -> list[str]:
    """The names of the first hits by FTS5's own ranking of all hits."""
    rows = db.execute(
        "select rowid from articles_fts where articles_fts match ?"
        " order by bm25(articles_fts, 8, 3, 2, 2.5, 1, 3, 1.5, 1.5, 0) limit ?",
        (vi_fts(question), LOOKED_AT),
    )
    return [name_of(db, row[0]) for row in rows]


def name_of(db: sqlite3.Connection, id: int) -> str:
    """An article as the tables name it: its key, its site and its title."""
    row = db.execute("select key, site, title from articles where id = ?", (id,)).fetchone()
    return "\t".join(row)


def reciprocal(names: list[str], expected: list[str]) -> float:
    """1 where the first name is an expected one, 1/2 where the second is, 0 where none is."""
    for place, name in enumerate(names, 1):
        key, site, title = name.split("\t")
        if any(
            key == one or title.startswith(one) or f"{site} {title}".startswith(one)
            for one in expected
        ):
            return 1 / place
    return 0.0


def ranks(db: sqlite3.Connection, table: Table, way: Way) -> dict[str, list[float]]:
    """The reciprocal rank of each question, by kind."""
    return {
        kind: [
            reciprocal(
                way(db, unicodedata.normalize("NFD", question) if kind == "nfd" else question),
                expected,
            )
            for question, *expected in questions
        ]
        for kind, questions in table.items()
    }


def main() -> None:
    archive, *paths = sys.argv[1:]
    table = table_of(Path(paths[0]) if paths else QUESTIONS / "sample.toml")
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
        ours, theirs = (ranks(db, table, way) for way in (titles_found, titles_by_bm25))
        for kind, questions in table.items():
            print(f"{kind:12} {len(questions):4} {mean(ours[kind]):6.3f} {mean(theirs[kind]):6.3f}")
            for (question, *_), rank in zip(questions, ours[kind], strict=True):
                if rank < 1:
                    first = (titles_found(db, question) or ["nothing"])[0]
                    print(f"    {rank:5.3f}  {question}: {first}")
    everything = [[rank for one in way.values() for rank in one] for way in (ours, theirs)]
    print(f"{'all':12} {len(everything[0]):4}", *(f"{mean(one):6.3f}" for one in everything))


if __name__ == "__main__":
    main()
