"""The articles that a question reaches: those that FTS5 finds and that no filter leaves out.

FTS5 streams hits from the newest row to older ones, so a common word costs no more than REACH hits.
Only its bm25 would first count each word over the whole archive.
"""

import heapq
import itertools
import re
from dataclasses import dataclass
from datetime import date
from sqlite3 import Connection

from pipelines.keep.search.asked import Asked, Order
from pipelines.keep.search.facts import Facts, facts_of
from pipelines.keep.search.limits import Limits, lets_through, limits_of, months
from pipelines.keep.search.texts import MOST_SHOWN, WHOLE, texts_of
from pipelines.read.addresses.article_key import article_key
from pipelines.search.expression import match
from pipelines.search.question import Question
from pipelines.search.readings import means

REACH = 2_000  # articles
DEEP = 20_000  # articles, where a condition that no index of words holds leaves few of them
READ = 1_000  # articles whose texts are read, where marks are meant
ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Reach:
    """The articles reached, last archived first. `is_whole`: no more than REACH were found.

    `also`: what FTS5 was asked beside the words.
    """

    articles: tuple[Facts, ...]
    is_whole: bool
    also: tuple[str, ...] = ()


def reached(db: Connection, asked: Asked) -> Reach:
    """The articles that a question with its filters reaches; of an address, its article."""
    question = asked.question
    if named := addressed(db, question.typed.strip()):
        return Reach(tuple(named), is_whole=True)
    limits = limits_of(db, asked)
    if limits.is_empty or not (question.groups or question.has_filters):
        return Reach((), is_whole=True)
    most = DEEP if limits.conditions or limits.unwanted else REACH
    if question.groups or (question.excluded and limits.words):
        ids = matching(db, match(question, *limits.words), most + 1)
        is_whole = len(ids) <= most
        if not is_whole and asked.order is Order.NEWEST:
            ids = _newest_matching(db, question, limits) or ids
    else:
        ids = _newest(db, limits, question, most + 1)
        is_whole = len(ids) <= most
    found = facts_of(db, ids[:most], limits.conditions)
    facts = [one for one in found if lets_through(one, asked, limits)]
    is_whole = is_whole and len(facts) <= REACH
    if question.exact_terms:
        is_whole = is_whole and len(facts) <= READ
        facts = as_meant(db, question, facts[:READ])
    return Reach(tuple(facts[:REACH]), is_whole, limits.words)


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


def titled(db: Connection, expression: str, limit: int) -> list[int]:
    """The articles whose titles match an FTS5 expression, last archived first."""
    query = "select rowid from titles_fts where titles_fts match ? order by rowid desc limit ?"
    return [row[0] for row in db.execute(query, (expression, limit))]


def addressed(db: Connection, typed: str) -> list[Facts]:
    """The article at an address that was asked for."""
    if not ADDRESS.fullmatch(typed):
        return []
    rows = db.execute("select article from article_keys where key = ?", (article_key(typed),))
    return facts_of(db, [row[0] for row in rows])


def _newest_matching(db: Connection, question: Question, limits: Limits) -> list[int]:
    """The newest of too many hits: those of the last month, of the two before, and so on."""
    rows = db.execute(
        "select distinct month from article_counts where month <> '' order by month desc"
    )
    held = [row[0] for row in rows]
    found: list[int] = []
    span, place = 1, 0
    while place < len(held) and len(found) <= REACH:
        some = months(held[place : place + span])
        found += matching(db, match(question, *limits.words, some), REACH + 1)
        place, span = place + span, span * 2
    return found


def _newest(db: Connection, limits: Limits, question: Question, most: int) -> list[int]:
    """The newest articles of some sites in some time, where no word is asked for."""
    span = {
        "since": (question.since or date.min).isoformat(),
        "before": (question.before or date.max).isoformat(),
        "most": most,
    }
    is_limited = question.since is not None or question.before is not None
    time = "published_on >= :since and published_on < :before" if is_limited else "1"
    order = "order by published_on desc, published_at desc, id desc limit :most"
    select = "select published_on, published_at, id from articles where"
    if limits.sites is None:
        rows = db.execute(f"{select} {time} {order}", span).fetchall()
    else:
        query = f"{select} site = :site and {time} {order}"
        each = (db.execute(query, {**span, "site": site}) for site in limits.sites)
        rows = heapq.nlargest(
            most,
            itertools.chain.from_iterable(each),
            key=lambda row: (row[0] or "", row[1] or "", row[2]),
        )
    return [row[2] for row in rows]


def as_meant(db: Connection, question: Question, facts: list[Facts]) -> list[Facts]:
    """Those articles whose texts have the marks that are meant, which the index drops."""
    texts = texts_of(db, [one.id for one in facts], WHOLE, cut=MOST_SHOWN)
    return [one for one in facts if means(question, texts[one.id])]
