"""The articles that a question reaches: those that FTS5 finds and that no filter leaves out.

FTS5 streams hits from the newest row to older ones, so a common word costs no more than REACH hits.
Only its bm25 would first count each word over the whole archive.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from sqlite3 import Connection
from typing import NamedTuple

from pipelines.keep.search.asked import Asked, Filters
from pipelines.keep.search.texts import WHOLE, texts_of
from pipelines.search.expression import match
from pipelines.search.marks import folded
from pipelines.search.question import Question
from pipelines.search.readings import means

REACH = 2_000  # articles
READ = 1_000  # articles whose texts are read, where marks are meant
MOST_SITES = 200  # that the words of one site: may name
YEARS = (1990, 2100)  # in which open spans of days begin and end
FACTS = "id, site, section, published_on, published_at, changed_at, removed_at"


class Facts(NamedTuple):
    """What stands beside a hit."""

    id: int
    site: str
    section: str | None
    published_on: str | None
    published_at: str | None
    changed_at: str | None
    removed_at: str | None

    @property
    def newness(self) -> tuple[str, str, int]:
        """Later days are greater; articles without a day are the least."""
        return (self.published_on or "", self.published_at or "", self.id)


@dataclass(frozen=True, slots=True)
class Reach:
    """The articles reached, last archived first. `is_whole`: no more than REACH were found.

    `also`: what FTS5 was asked beside the words.
    """

    articles: tuple[Facts, ...]
    is_whole: bool
    also: tuple[str, ...] = ()


def reached(db: Connection, asked: Asked) -> Reach:
    """The articles that a question with its filters reaches."""
    question, filters = asked.question, asked.filters
    sites = _sites(db, question.sites, filters.site)
    if sites == [] or not (question.groups or question.has_filters):
        return Reach((), is_whole=True)
    if question.groups:
        also = _filter_words(sites, question, filters)
        ids = matching(db, match(question, *also), REACH + 1)
    else:
        also = ()
        ids = _newest(db, sites, question)
    facts = [
        one
        for one in facts_of(db, ids[:REACH])
        if _is_within(one, question) and _is_picked(one, filters)
    ]
    if unwanted := set(_sites(db, question.excluded_sites, None) or ()):
        facts = [one for one in facts if one.site not in unwanted]
    if filters.files:
        held = with_files(db, [one.id for one in facts])
        facts = [one for one in facts if one.id in held]
    is_whole = len(ids) <= REACH
    if question.exact_terms:
        is_whole = is_whole and len(facts) <= READ
        facts = _as_meant(db, question, facts[:READ])
    return Reach(tuple(facts), is_whole, also)


def _as_meant(db: Connection, question: Question, facts: list[Facts]) -> list[Facts]:
    """Those articles whose texts have the marks that are meant, which the index drops."""
    texts = texts_of(db, [one.id for one in facts], WHOLE, cut=None)
    return [one for one in facts if means(question, texts[one.id])]


def matching(
    db: Connection, expression: str, limit: int, within: tuple[int, int] | None = None
) -> list[int]:
    """The articles that match an FTS5 expression, last archived first.

    `within`: the first and the last row to look at.
    """
    low, high = within or (0, (1 << 63) - 1)
    rows = db.execute(
        "select rowid from articles_fts where articles_fts match ? and rowid between ? and ?"
        " order by rowid desc limit ?",
        (expression, low, high, limit),
    )
    return [row[0] for row in rows]


def facts_of(db: Connection, ids: Iterable[int]) -> list[Facts]:
    """The facts of articles, in the order of their ids."""
    order = list(ids)
    rows = db.execute(
        f"select {FACTS} from articles indexed by articles_facts"
        " where id in (select value from json_each(?))",
        (json.dumps(order),),
    )
    found = {row[0]: Facts._make(row) for row in rows}
    return [found[id] for id in order if id in found]


def with_files(db: Connection, ids: Iterable[int]) -> set[int]:
    """Those of some articles that have files."""
    rows = db.execute(
        "select distinct article from attachments"
        " where article in (select value from json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0] for row in rows}


def _sites(db: Connection, named: Iterable[str], picked: str | None) -> list[str] | None:
    """The keys of the sites meant: with a key, or with the words of a name. None: all."""
    meant = None if picked is None else [picked]
    for name in named:
        found = _sites_named(db, name)
        meant = found if meant is None else [key for key in meant if key in found]
    return meant


def _sites_named(db: Connection, name: str) -> list[str]:
    rows = db.execute("select key, name, url from sites").fetchall()
    wanted = folded(name)
    same = [key for key, _, _ in rows if folded(key) == wanted]
    return (
        same
        or [
            key
            for key, title, url in rows
            if wanted in folded(key) or wanted in folded(title) or wanted in folded(url)
        ][:MOST_SITES]
    )


def _filter_words(sites: list[str] | None, question: Question, filters: Filters) -> tuple[str, ...]:
    """Sites and years as FTS5 knows them; see `filters` in search_schema.py."""
    also = []
    if sites:
        keys = " OR ".join(f'"{key.encode().hex()}"' for key in sites)
        also.append(f"{{filters}} : ({keys})")
    years = _years(question, filters)
    if years is not None:
        also.append(f"{{filters}} : ({' OR '.join(f'y{year:04}' for year in years) or 'none'})")
    return tuple(also)


def _years(question: Question, filters: Filters) -> range | None:
    if filters.year is not None and filters.year.isdecimal():
        return range(int(filters.year), int(filters.year) + 1)
    if question.since is None and question.before is None:
        return None
    first = max(question.since.year, YEARS[0]) if question.since else YEARS[0]
    last = min(question.before.year, YEARS[1]) if question.before else YEARS[1]
    return range(first, last + 1)


def _newest(db: Connection, sites: list[str] | None, question: Question) -> list[int]:
    """The newest articles of some sites in some time, where no word is asked for."""
    span = {
        "since": (question.since or date.min).isoformat(),
        "before": (question.before or date.max).isoformat(),
        "limit": REACH + 1,
    }
    time = (
        "published_on >= :since and published_on < :before"
        if question.since or (question.before)
        else "1"
    )
    order = "order by published_on desc, published_at desc, id desc limit :limit"
    if sites is None:
        return [row[0] for row in db.execute(f"select id from articles where {time} {order}", span)]
    query = f"select id from articles where site = :site and {time} {order}"
    return [row[0] for site in sites for row in db.execute(query, {**span, "site": site})]


def _is_within(one: Facts, question: Question) -> bool:
    on = one.published_on or ""
    return (question.since is None or on >= question.since.isoformat()) and (
        question.before is None or "" < on < question.before.isoformat()
    )


def _is_picked(one: Facts, filters: Filters) -> bool:
    year = (one.published_on or "unknown")[: 4 if one.published_on else None]
    return (
        (filters.site is None or one.site == filters.site)
        and (filters.year is None or year == filters.year)
        and (filters.section is None or one.section == filters.section)
        and (not filters.edited or one.changed_at is not None)
        and (not filters.removed or one.removed_at is not None)
    )
