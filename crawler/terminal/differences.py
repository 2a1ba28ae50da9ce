"""Writes differences for a terminal: with colours, or with plain marks in a file."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import click

from crawler.terminal.escaping import escaped_line
from pipelines.compare.differences import Differences
from pipelines.compare.lines import Line, Run, Side

COLOURS = {"removed": "red", "added": "green"}
MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}
AROUND = 8  # words shown of a line before and after a change


def difference_lines(found: Differences, *, colours: bool) -> Iterator[str]:
    """The lines that differ, under the name of each field; of the others a count.

    Without colours, [-words-] were removed and {+words+} were added, and figures stand between
    asterisks.
    """
    for one in found.fields:
        yield click.style(one.field, bold=True) if colours else f"{one.field}:"
        yield from (f"  {line}" for line in _shown(one.lines, colours=colours))


def _shown(lines: Sequence[Line], *, colours: bool) -> Iterator[str]:
    same = 0
    for line in lines:
        if line.is_same:
            same += 1
            continue
        yield from _count(same)
        same = 0
        yield " ".join(
            _side(side, list(runs), line, colours=colours) for side, runs in _sides(line)
        )
    yield from _count(same)


def _sides(line: Line) -> Iterator[tuple[Side, Iterator[Run]]]:
    return groupby(line.runs, key=lambda run: run.side)


def _count(same: int) -> Iterator[str]:
    if same:
        yield f"... {same} paragraph{'s' if same > 1 else ''} the same"


def _side(side: Side, runs: Sequence[Run], line: Line, *, colours: bool) -> str:
    if side == "same":
        return escaped_line(_shortened(runs[0], line))
    if colours:
        return " ".join(
            click.style(escaped_line(run.text), fg=COLOURS[side], bold=run.figure) for run in runs
        )
    before, after = MARKS[side]
    texts = [escaped_line(run.text) for run in runs]
    marked = " ".join(
        f"*{text}*" if run.figure else text for run, text in zip(runs, texts, strict=True)
    )
    return f"{before}{marked}{after}"


def _shortened(run: Run, line: Line) -> str:
    """What both versions have, without what is far from a change."""
    words = run.text.split(" ")
    head = words[:AROUND] if run is not line.runs[0] else []
    tail = words[-AROUND:] if run is not line.runs[-1] else []
    if len(head) + len(tail) + 1 >= len(words):
        return run.text
    return " ".join([*head, "...", *tail])
