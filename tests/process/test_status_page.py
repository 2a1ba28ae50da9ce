"""The page of a status agrees with `loa status`."""

import re

import pytest
from click.testing import CliRunner

from crawler.commands.status import status
from tests.builders.full_archive import FullArchive
from tests.builders.served_archive import ServedArchive, text_of


@pytest.fixture
def printed(full_archive: FullArchive, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What `loa status` prints, line by line, with room for all words."""
    monkeypatch.setattr("crawler.commands.status.LOG_WIDTH", 500)
    result = CliRunner().invoke(status, ["--archive", str(full_archive.path)])
    assert result.exit_code == 0
    return [" ".join(line.split()) for line in result.output.splitlines()]


def test_the_page_says_what_the_command_prints(
    printed: list[str], full_face: ServedArchive
) -> None:
    page = full_face.page("/status", _lang="en")
    lines = printed[1:]
    rows = page.xpath("//main//table/tbody/tr")
    assert len(rows) == 8
    for row, line in zip(rows, lines[:8], strict=True):
        _, health, why, last, next_visit, *counts = (text_of(cell) for cell in row.xpath("*"))
        (site,) = row.xpath("th/code/text()")  # after the portal's name
        assert line.startswith(f"{site} {health} {last} {next_visit} ")
        new, changed, failed, cost, articles, looks, _, waiting, refused, unasked, issues = counts
        shown = [new, changed, failed, cost, articles, looks]
        assert f" {' '.join(shown)} " in line
        assert f" {' '.join([waiting, refused, unasked, issues])}" in line
        assert line.endswith(why)
    below = [text_of(item) for item in page.xpath("//main/ul/li")]
    # The disk may fill between the two.
    free = re.compile(r"[\d.]+ GiB free")
    told = [free.sub("", line.replace("`", "")) for line in lines[8:]]
    assert below
    assert [line for line in below if free.sub("", line) not in " ".join(told)] == []


def test_the_words_are_explained_in_both_languages(full_face: ServedArchive) -> None:
    assert "nothing new for longer than usual" in text_of(full_face.page("/status", _lang="en"))
    assert "lâu hơn thường lệ không có gì mới" in text_of(full_face.page("/status", _lang="vi"))
