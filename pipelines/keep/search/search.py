"""The answer to a question: hits, how many, what they have in common."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from sqlite3 import Connection

from pipelines.keep.search.asked import Asked, Order
from pipelines.keep.search.facts import Facts, with_files
from pipelines.keep.search.instead import Try, instead
from pipelines.keep.search.order import best_first, newest_first
from pipelines.keep.search.reach import Reach, reached
from pipelines.keep.search.texts import MOST_SHOWN, texts_of
from pipelines.search.excerpt import Excerpt, Piece, excerpt, marked
from pipelines.search.wanted import wanted_of

MOST_VALUES = 15  # of a filter


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found."""

    facts: Facts
    key: str | None
    url: str
    title: tuple[Piece, ...]
    site_name: str
    precision: str | None
    language: str | None
    excerpt: Excerpt | None


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a filter, how to name it, and how many of the articles found have it."""

    value: str
    name: str
    articles: int


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to what was asked.

    `articles`: how many were found; if not `is_exact`, there are more. `beside`: values by filter
    (site, year, section, files, edited, removed), each with its count among those found. Where
    nothing was found, `tries` are questions that find something; if one of them is a better
    spelling or leaves out words, it is `shown` and `hits` are its hits.
    """

    asked: Asked
    articles: int
    is_exact: bool
    hits: tuple[Hit, ...]
    beside: dict[str, tuple[Value, ...]]
    tries: tuple[Try, ...] = ()
    shown: Try | None = None

    @property
    def pages(self) -> int:
        """How many pages of hits there are."""
        return -(-self.articles // self.asked.size)


def search(db: Connection, asked: Asked) -> Found:
    """The answer to what was asked, in a bounded number of steps however large the archive is."""
    found = _search(db, asked)
    if found.articles or not (asked.question.groups or asked.question.has_filters):
        return found
    tries = tuple(instead(db, asked))
    shown = next((one for one in tries if one.is_near), None)
    if shown is None:
        return replace(found, tries=tries)
    better = _search(db, replace(asked, question=shown.asked.question))
    return replace(better, asked=asked, tries=tries, shown=shown)


def ids_found(db: Connection, asked: Asked) -> list[int]:
    """The articles that answer a question, in order."""
    return [one.id for one in _ordered(db, asked, reached(db, asked))]


def _search(db: Connection, asked: Asked) -> Found:
    reach = reached(db, asked)
    ordered = _ordered(db, asked, reach)
    first = (asked.page - 1) * asked.size
    hits = _hits(db, asked, ordered[first : first + asked.size])
    beside = _beside(db, reach.articles) if reach.articles else {}
    return Found(asked, len(reach.articles), reach.is_whole, hits, beside)


def _ordered(db: Connection, asked: Asked, reach: Reach) -> list[Facts]:
    if asked.order is Order.NEWEST:
        return newest_first(reach)
    return best_first(db, asked, reach)


def _hits(db: Connection, asked: Asked, shown: list[Facts]) -> tuple[Hit, ...]:
    wanted = wanted_of(asked.question)
    ids = [one.id for one in shown]
    texts = texts_of(db, ids, cut=MOST_SHOWN)
    rows = {
        row[0]: row
        for row in db.execute(
            f"""select articles.id, articles.key, articles.url, sites.name, published_precision,
                articles.language
            from articles join sites on sites.key = articles.site
            where articles.id in ({", ".join("?" * len(ids))})""",
            ids,
        )
    }
    return tuple(
        Hit(
            one,
            key,
            url,
            marked(wanted, "title", texts[one.id]["title"] or ""),
            site_name,
            precision,
            language,
            excerpt(wanted, texts[one.id]),
        )
        for one in shown
        for _, key, url, site_name, precision, language in (rows[one.id],)
    )


def _beside(db: Connection, facts: Iterable[Facts]) -> dict[str, tuple[Value, ...]]:
    facts = list(facts)
    sites = Counter(one.site for one in facts)
    names = dict(
        db.execute(
            "select key, name from sites where key in (select value from json_each(?))",
            (json.dumps(list(sites)),),
        ).fetchall()
    )
    files = with_files(db, [one.id for one in facts])
    years = Counter((one.published_on or "")[:4] for one in facts)
    unknown = years.pop("", 0)
    by_year = [Value(year, year, years[year]) for year in sorted(years, reverse=True)]
    if unknown:
        by_year.append(Value("unknown", "", unknown))
    return {
        "site": _most(sites, names),
        "year": tuple(by_year),
        "section": _most(Counter(one.section for one in facts if one.section), {}),
        "files": _flag(sum(one.id in files for one in facts)),
        "edited": _flag(sum(one.changed_at is not None for one in facts)),
        "removed": _flag(sum(one.removed_at is not None for one in facts)),
    }


def _most(counts: Counter[str], names: dict[str, str]) -> tuple[Value, ...]:
    return tuple(
        Value(value, names.get(value, value), count)
        for value, count in counts.most_common(MOST_VALUES)
    )


def _flag(count: int) -> tuple[Value, ...]:
    return (Value("1", "", count),) if count else ()
