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


def line_markup(line: Line, spoken: Spoken) -> str:
    """The words of a line: `del` and `ins` mark those that only one version has, and `strong` the
    figures in them, so that no colour is needed.
    """
    parts = []
    for side, group in groupby(line.runs, key=lambda run: run.side):
        text = " ".join(map(_figured, group))
        element = ELEMENTS.get(side)
        if element is not None:
            words, language = escape(getattr(spoken, side)), escape(spoken.language)
            said = f'<span class="unseen" lang="{language}">{words} </span>'
            text = f"<{element}>{said}{text}</{element}>"
        parts.append(text)
    return " ".join(parts)


def _figured(run: Run) -> str:
    text = escape(run.text)
    return f"<strong>{text}</strong>" if run.figure else text
