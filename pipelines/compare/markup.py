"""Shows differences as HTML for the face. Strangers' text is escaped."""

from html import escape

from pipelines.compare.differences import Differences
from pipelines.compare.lines import Line, Run

ELEMENTS = {"removed": "del", "added": "ins"}


def markup_of(found: Differences) -> str:
    """A section for each field that differs, with a paragraph for each line.

    `del` and `ins` mark what only one version has, `strong` the figures in them. A line that
    both have has the class `same`.
    """
    return "\n".join(
        f'<section class="diff diff-{one.field}">\n'
        + "\n".join(_paragraph(line) for line in one.lines)
        + "\n</section>"
        for one in found.fields
    )


def _paragraph(line: Line) -> str:
    runs = " ".join(map(_run, line.runs))
    return f'<p class="same">{runs}</p>' if line.is_same else f"<p>{runs}</p>"


def _run(run: Run) -> str:
    text = escape(run.text)
    if run.figure:
        text = f"<strong>{text}</strong>"
    element = ELEMENTS.get(run.side)
    return f"<{element}>{text}</{element}>" if element else text
