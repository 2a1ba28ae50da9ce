"""All articles that answer a question, however many, for those who take them away."""

from collections.abc import Iterator
from itertools import islice
from sqlite3 import Connection

from pipelines.keep.search.asked import Asked
from pipelines.keep.search.facts import Facts, facts_of
from pipelines.keep.search.limits import Limits, lets_through, limits_of
from pipelines.keep.search.reach import addressed, as_meant
from pipelines.search.expression import match
from pipelines.search.question import Question

AT_ONCE = 500  # hits whose facts are read together


def every_answer(db: Connection, asked: Asked) -> Iterator[int]:
    """The articles that answer a question, the last archived first, in constant memory.

    A page of hits stops at those that it can rank; this does not, so its work grows with the
    archive.
    """
    question = asked.question
    if found := addressed(db, question.typed.strip()):
        yield from (one.id for one in found)
        return
    limits = limits_of(db, asked)
    if limits.is_empty or not (question.groups or question.has_filters):
        return
    ids = _candidates(db, question, limits)
    while some := list(islice(ids, AT_ONCE)):
        facts = facts_of(db, some, limits.conditions)
        kept = [
            one
            for one in facts
            if (limits.sites is None or one.site in limits.sites)
            and lets_through(one, asked, limits)
        ]
        yield from (one.id for one in _meant(db, question, kept))


def _candidates(db: Connection, question: Question, limits: Limits) -> Iterator[int]:
    """Those that match the words, or where none are asked for, those of the sites and days."""
    if question.groups or (question.excluded and limits.words):
        sql = "select rowid from articles_fts where articles_fts match :words order by rowid desc"
        rows = db.execute(sql, {"words": match(question, *limits.words)})
    else:
        # Days and sites are judged by the facts, which an index holds: no text is read.
        rows = db.execute("select id from articles indexed by articles_facts order by id desc")
    return (row[0] for row in rows)


def _meant(db: Connection, question: Question, facts: list[Facts]) -> list[Facts]:
    return as_meant(db, question, facts) if question.exact_terms else facts
