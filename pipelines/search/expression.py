"""Questions as expressions of FTS5's query language."""

from pipelines.search.question import Question, Term, parse_question
from pipelines.search.spellings import any_spelling

MOST_TOGETHER = 5  # words
NOTHING = '""'  # an expression that finds nothing


def vi_fts(question: str | None) -> str:
    """A valid FTS5 expression for a question, with marks or not; sites and days are left out.

    `dang "da nang"` gives ("dang" OR "đang") AND ("da nang" OR "đa nang"), `m2` gives ("m2" OR "m²"
    OR "m₂"), `title:bão -lũ` gives ({title} : "bão") NOT ("lũ"). A question without a letter or
    digit gives an expression that finds nothing.
    """
    return match(parse_question(question), leaves_out_all=True)


def match(question: Question, *also: str, leaves_out_all: bool = False) -> str:
    """The expression for a question's words, of which each row found also matches `also`.

    Excluded words whose marks are meant are left for `readings.means`. `leaves_out_all`: exclude
    them here, and with them the same letters with other marks.
    """
    wanted = " AND ".join((*also, *(_group(group) for group in question.groups)))
    if not wanted:
        return NOTHING
    excluded = [_term(term) for term in question.excluded if leaves_out_all or not term.is_exact]
    return f"({wanted}) NOT ({' OR '.join(excluded)})" if excluded else wanted


def _group(terms: tuple[Term, ...]) -> str:
    alternatives = [_term(term) for term in terms]
    return alternatives[0] if len(terms) == 1 else "(" + " OR ".join(alternatives) + ")"


def _term(term: Term) -> str:
    expression = any_spelling(term.text)
    return f"({{{term.column}}} : {expression})" if term.column else expression


def together(question: Question) -> str | None:
    """The expression for all plain words as one phrase; None for one word, or more than five, which
    hardly ever stand together.
    """
    words = question.words
    return any_spelling(" ".join(words)) if 2 <= len(words) <= MOST_TOGETHER else None


def title_match(question: Question) -> str | None:
    """The expression for `titles_fts`: the words that a title may have; None if none may."""
    groups = [
        [any_spelling(term.text) for term in group if term.column in (None, "title")]
        for group in question.groups
    ]
    if not groups or not all(groups):
        return None
    return " AND ".join(f"({' OR '.join(group)})" for group in groups)
