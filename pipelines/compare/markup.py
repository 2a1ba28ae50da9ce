"""Shows differences as HTML for the face. Strangers' text is escaped."""

from html import escape
from itertools import groupby
from typing import NamedTuple

from pipelines.compare.lines import Line, Run

ELEMENTS = {"removed": "del", "added": "ins"}


class Spoken(NamedTuple):
    """What is said to those who do not see the marks, before words that went or came, and in which
    language: a text may be in another.
    """

    removed: str
    added: str
    language: str


def line_markup(line: Line, spoken: Spoken | None) -> str:
    """The words of a line: `del` and `ins` mark those that only one version has, and `strong` the
    figures in them, so that no colour is needed. `spoken`: None where no style hides such words.
    """
    parts = []
    for side, group in groupby(line.runs, key=lambda run: run.side):
        text = " ".join(map(_figured, group))
        element = ELEMENTS.get(side)
        if element is not None:
            said = "" if spoken is None else _said(getattr(spoken, side), spoken.language)
            text = f"<{element}>{said}{text}</{element}>"
        parts.append(text)
    return " ".join(parts)


def _said(words: str, language: str) -> str:
    return f'<span class="unseen" lang="{escape(language)}">{escape(words)} </span>'


def _figured(run: Run) -> str:
    text = escape(run.text)
    return f"<strong>{text}</strong>" if run.figure else text
