"""Of which articles is told: those that answer a question, or that a saved query names."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from pipelines.keep.announcements.announcement import Kind
from pipelines.keep.search.asked import Asked, Filters
from pipelines.keep.search.facts import facts_of
from pipelines.keep.search.limits import lets_through, limits_of
from pipelines.keep.search.reach import ADDRESS, matching, reached
from pipelines.keep.search.texts import MOST_SHOWN, WHOLE, texts_of
from pipelines.search.expression import NOTHING, match
from pipelines.search.question import Question
from pipelines.search.readings import means

ALL = tuple(Kind)
EVERYTHING = Question("")
NO_FILTERS = Filters()
MOST_NAMED = 5_000  # rows of a saved query


class NamesNoArticlesError(Exception):
    """A query whose rows have no column `key`, so that they name no articles."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody follows. Without a question and filters: all articles; with a question of which
    nothing was understood: none. `articles`: only these rows, as `named_by` gives them.
    """

    question: Question = EVERYTHING
    filters: Filters = NO_FILTERS
    kinds: tuple[Kind, ...] = ALL
    articles: frozenset[int] | None = None


def named_by(db: Connection, query: str, values: Mapping[str, object]) -> frozenset[int]:
    """The articles that the rows of a query name by `key`, and by `site` where they have it.

    The connection needs the functions of pipelines.keep.search. Raises NamesNoArticlesError.
    """
    cursor = db.execute(query, values)
    columns = [column[0] for column in cursor.description]
    if "key" not in columns:
        raise NamesNoArticlesError
    key, site = columns.index("key"), columns.index("site") if "site" in columns else None
    pairs = [
        (row[key], None if site is None else row[site]) for row in cursor.fetchmany(MOST_NAMED)
    ]
    rows = db.execute(
        """select distinct articles.id from json_each(?) as named
        cross join articles on articles.key = named.value ->> 0
        where named.value ->> 1 is null or articles.site = named.value ->> 1""",
        (json.dumps(pairs),),
    )
    return frozenset(row[0] for row in rows)


def is_understood(question: Question) -> bool:
    """Whether something was understood of a question: an address, a word, a portal or a day."""
    is_address = ADDRESS.fullmatch(question.typed.strip()) is not None
    return bool(is_address or question.groups or question.has_filters)


def only_site(db: Connection, scope: Scope) -> str | None:
    """The one portal to which all articles of a scope belong; None if there may be several."""
    return _only(limits_of(db, Asked(scope.question, scope.filters)).sites)


class Members:
    """The articles of a scope in an archive, as it is now.

    `site`: the one portal to which they all belong; `ids`: all of them, if they are few and known;
    `expression`: what the index of words finds, which holds all of them; None where it is not
    needed.
    """

    def __init__(self, db: Connection, scope: Scope) -> None:
        self._db = db
        self._asked = Asked(scope.question, scope.filters)
        self._limits = limits_of(db, self._asked)
        question, filters = scope.question, scope.filters
        sites = self._limits.sites
        asks_nothing = bool(question.typed.strip()) and not is_understood(question)
        self.is_empty = self._limits.is_empty or asks_nothing
        self.site = _only(sites)
        self.ids = scope.articles
        if self.ids is None and (question.groups or ADDRESS.fullmatch(question.typed.strip())):
            reach = reached(db, self._asked)
            self.ids = frozenset(one.id for one in reach.articles) if reach.is_whole else None
        found = match(question, *self._limits.words)
        self._has_words = bool(question.groups or question.excluded)
        is_limited = bool(filters.section or filters.year or question.since or question.before)
        of_some_sites = sites is not None and self.site is None
        narrows = self._has_words or is_limited or of_some_sites
        self.expression = found if found != NOTHING and narrows else None
        self._is_known = self.ids is not None and scope.articles is None

    @property
    def reads_texts(self) -> bool:
        """Whether it must read texts to know who belongs, which costs time."""
        return bool(self._asked.question.exact_terms)

    def among(self, ids: Collection[int]) -> set[int]:
        """Those of some articles that belong to the scope."""
        found = set(ids) if self.ids is None else set(ids) & self.ids
        if self._is_known or not found:
            return found
        if self.ids is None and self._has_words:
            found = self._with_words(found)
        facts = facts_of(self._db, found, self._limits.conditions)
        found = {
            one.id
            for one in facts
            if lets_through(one, self._asked, self._limits)
            and (self._limits.sites is None or one.site in self._limits.sites)
        }
        if self.reads_texts:
            texts = texts_of(self._db, found, WHOLE, cut=MOST_SHOWN)
            found = {one for one in found if means(self._asked.question, texts[one])}
        return found

    def newest(self, last: int, most: int) -> list[int]:
        """Articles that may belong to the scope, in the order of their rows, from the row `last`
        down, as the index of words finds them.
        """
        assert self.expression is not None
        return matching(self._db, self.expression, most, (0, last))

    def _with_words(self, ids: set[int]) -> set[int]:
        if self.expression is None:
            return ids
        rows = self._db.execute(
            "select rowid from articles_fts where articles_fts match ?"
            " and rowid in (select value from json_each(?))",
            (self.expression, json.dumps(sorted(ids))),
        )
        return {row[0] for row in rows}


def _only(sites: Sequence[str] | None) -> str | None:
    return sites[0] if sites is not None and len(sites) == 1 else None
