"""The order of hits: the best first, or the newest.

Of many hits only some are ranked by their texts: those with all words in the title, those with the
words together, and the last archived. Titles are searched in the whole archive.
"""

from sqlite3 import Connection

from pipelines.keep.search.asked import Asked, Filters
from pipelines.keep.search.facts import Facts, facts_of
from pipelines.keep.search.reach import Reach, matching, titled
from pipelines.keep.search.texts import HEADS, WHOLE, texts_of
from pipelines.search.expression import title_match, together
from pipelines.search.question import Question
from pipelines.search.rank import WEIGHTS, rank
from pipelines.search.wanted import wanted_of

LOOKED_AT = 300  # hits of which title and lead are read
READ = 60  # hits of which all texts are read
OF_TITLES = 200  # hits in titles
TOGETHER = 100  # hits with the words together
SPAN = 50_000  # rows in which words that stand together are looked for


def newest_first(reach: Reach) -> list[Facts]:
    """The articles reached by their days, those without a day last."""
    return sorted(reach.articles, key=lambda one: one.newness, reverse=True)


def best_first(db: Connection, asked: Asked, reach: Reach) -> list[Facts]:
    """The articles reached, and where not all could be, those with the words in their titles."""
    question = asked.question
    if not question.groups:
        return newest_first(reach)
    held = {one.id: one for one in reach.articles}
    near = _together(db, question, reach)
    titled = _titled(db, asked, reach, held)
    pool = list(dict.fromkeys([*titled, *near, *held]))
    first = _by_heads(db, question, pool[:LOOKED_AT], set(near))
    texts = texts_of(db, first[:READ], WHOLE)
    wanted = wanted_of(question)
    worth = {id: rank(wanted, found) for id, found in texts.items()}
    best = sorted(worth, key=lambda id: (worth[id], held[id].newness), reverse=True)
    return [held[id] for id in (*best, *first[READ:], *pool[LOOKED_AT:])]


def _together(db: Connection, question: Question, reach: Reach) -> list[int]:
    expression = together(question)
    if expression is None or len(reach.articles) <= READ:
        return []
    ids = [one.id for one in reach.articles]
    near = " AND ".join((*reach.also, expression))
    found = matching(db, near, TOGETHER, (max(min(ids), max(ids) - SPAN), max(ids)))
    held = set(ids)
    return [id for id in found if id in held]


def _titled(db: Connection, asked: Asked, reach: Reach, held: dict[int, Facts]) -> list[int]:
    """Hits in titles. Those out of reach are added to `held`, unless something limits them."""
    question = asked.question
    expression = title_match(question)
    if expression is None or len(reach.articles) <= READ:
        return []
    found = titled(db, expression, OF_TITLES)
    is_limited = question.has_filters or question.excluded or asked.filters != Filters()
    if not reach.is_whole and not is_limited and not question.exact_terms:
        beyond = [id for id in found if id not in held]
        held |= {one.id: one for one in facts_of(db, beyond)}
    return [id for id in found if id in held]


def _by_heads(db: Connection, question: Question, pool: list[int], near: set[int]) -> list[int]:
    """Articles by what their titles and leads are worth."""
    if len(pool) <= READ:
        return pool
    wanted = wanted_of(question)
    worth = {
        id: rank(wanted, texts) + (WEIGHTS["body"] if id in near else 0)
        for id, texts in texts_of(db, pool, HEADS).items()
    }
    return sorted(pool, key=lambda id: worth.get(id, 0.0), reverse=True)
