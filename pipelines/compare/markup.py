"""Shows differences as HTML for the face. Strangers' text is escaped."""

from html import escape
from itertools import groupby
from typing import NamedTuple

from pipelines.compare.lines import Line, Run

ELEMENTS = {"removed": "del", "added": "ins"}


class Spoken(NamedTuple):
    """What is said to those who do not see the marks, before words that went or came."""

    removed: str
    added: str


def line_markup(line: Line, spoken: Spoken) -> str:
    """The words of a line: `del` and `ins` mark those that only one version has, and `strong` the
    figures in them, so that no colour is needed.
    """
    parts = []
    for side, group in groupby(line.runs, key=lambda run: run.side):
        text = " ".join(map(_figured, group))
        element = ELEMENTS.get(side)
        if element is not None:
            said = f'<span class="unseen">{escape(getattr(spoken, side))} </span>'
            text = f"<{element}>{said}{text}</{element}>"
        parts.append(text)
    return " ".join(parts)


def _figured(run: Run) -> str:
    text = escape(run.text)
    return f"<strong>{text}</strong>" if run.figure else text
