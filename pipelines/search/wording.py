"""Writes a question as it would be typed."""

from dataclasses import replace

from pipelines.search.question import Question, Term

NAMES = {"captions": "caption", "attachments": "file"}  # of columns; the others have their own


def typed(question: Question) -> str:
    """A question in the language that `parse_question` reads."""
    parts = [" OR ".join(map(_term, group)) for group in question.groups]
    parts += [f"-{_term(term)}" for term in question.excluded]
    parts += [f"site:{_quoted(site)}" for site in question.sites]
    parts += [f"-site:{_quoted(site)}" for site in question.excluded_sites]
    if question.since:
        parts.append(f"after:{question.since}")
    if question.before:
        parts.append(f"before:{question.before}")
    return " ".join(parts)


def reworded(question: Question, **changes: object) -> Question:
    """A question with other parts, typed anew."""
    changed = replace(question, **changes)  # type: ignore[arg-type]  # names of its fields
    return replace(changed, typed=typed(changed), unused=())


def _term(term: Term) -> str:
    text = f'"{term.text}"' if term.is_quoted else term.text
    return f"{NAMES.get(term.column, term.column)}:{text}" if term.column else text


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
