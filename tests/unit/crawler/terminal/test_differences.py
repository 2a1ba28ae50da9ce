"""Differences on a terminal: marks, colours, and nothing that a stranger's text may do there."""

import re

import click
import pytest

from crawler.terminal.differences import difference_lines
from crawler.terminal.escaping import DANGEROUS
from pipelines.compare.differences import differences
from pipelines.compare.version import Version
from tests.builders.hostile_texts import PAYLOADS

BEFORE = Version(title="Họp", body="Mở đầu.\n\nGiá 5 đồng.\n\nBa.\n\nBốn.\n\nNăm cũ.")
AFTER = Version(title="Họp dân", body="Mở đầu.\n\nGiá gần 6 đồng.\n\nBa.\n\nBốn.\n\nNăm mới.")
CONTROLS = ["\x1b[31m", "\x07", "\r", "\u202eabc", "\u2028", "a\u200bb"]


def test_plain_marks() -> None:
    assert list(difference_lines(differences(BEFORE, AFTER), colours=False)) == [
        "title:",
        "  Họp {+dân+}",
        "text:",
        "  ... 1 paragraph the same",
        "  Giá [-*5*-] {+gần *6*+} đồng.",
        "  ... 2 paragraphs the same",
        "  Năm [-cũ.-] {+mới.+}",
    ]


def test_colours() -> None:
    lines = list(difference_lines(differences(BEFORE, AFTER), colours=True))
    assert lines[0] == click.style("title", bold=True)
    figure = click.style("6", fg="green", bold=True)
    assert f"{click.style('gần', fg='green', bold=False)} {figure}" in lines[4]
    plain = [click.unstyle(line).strip() for line in lines]
    assert plain[:2] == ["title", "Họp dân"]
    assert plain[4] == "Giá 5 gần 6 đồng."


def test_a_long_line_shows_what_is_near_the_change() -> None:
    words = [f"w{number}" for number in range(60)]
    before = Version(title="x", body=" ".join(words))
    words[30] = "khác"
    after = Version(title="x", body=" ".join(words))
    (_, line) = difference_lines(differences(before, after), colours=False)
    assert line.strip() == (
        "... w22 w23 w24 w25 w26 w27 w28 w29 [-*w30*-] {+khác+} w31 w32 w33 w34 w35 w36 w37 w38 ..."
    )


@pytest.mark.parametrize("text", [*PAYLOADS, *CONTROLS])
@pytest.mark.parametrize("colours", [False, True])
def test_strangers_text_moves_no_cursor(text: str, colours: bool) -> None:
    hostile = Version(title=text, body=f"{text} a\n\nb {text}", author=text, published_on=text)
    other = Version(title="x", body="a b c d", author="y", published_on="z")
    for pair in ((hostile, other), (other, hostile)):
        for line in difference_lines(differences(*pair), colours=colours):
            assert not DANGEROUS.search(re.sub(r"\x1b\[\d*m", "", line) if colours else line)
