"""What is asked of the archive: a question, and the filters, order and page of its answer."""

from dataclasses import dataclass
from enum import StrEnum

from pipelines.search.question import Question, parse_question

PAGE = 20  # hits


class Order(StrEnum):
    """In which order hits are shown."""

    RELEVANCE = "relevance"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader picked beside the hits. None: all articles.

    `site`: a key. `year`: as 2020, or unknown. `files`, `edited`, `removed`: only articles with
    files, that the portal edited, or that are no longer there.
    """

    site: str | None = None
    year: str | None = None
    section: str | None = None
    files: bool = False
    edited: bool = False
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that limits and orders its answer. `page` counts from 1."""

    question: Question
    filters: Filters = Filters()
    order: Order = Order.RELEVANCE
    page: int = 1
    size: int = PAGE


def ask(typed: str | None) -> Asked:
    """The first page of the best answers to a question."""
    return Asked(parse_question(typed))
