"""`loa diff`: which article, which revisions, and what it says of them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.commands.articles.diff import ArticleNameError, diff
from pipelines.keep.database.archive import Archive
from pipelines.read.addresses.article_key import article_key
from tests.builders.archived_answers import AT, URL, Keeper, article, read_as

DAY = timedelta(days=1)
OTHER = "http://lungvai.example/tin-tuc/hop-8.html"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "archive.db") as archive:
        keeper = Keeper(archive)
        for number, body in enumerate(("Góp 5 triệu.", "Góp 6 triệu.", "Góp 6 triệu rưỡi.")):
            keeper.keep(read_as(article(body=body)), AT + number * DAY)
        keeper.keep(read_as(replace(article(), url=OTHER, title="Họp")), url=OTHER)
    return tmp_path / "archive.db"


def shown(path: Path, *words: str) -> Result:
    return CliRunner().invoke(diff, ["--archive", str(path), *words])


@pytest.mark.parametrize("name", ["1", URL, article_key(URL), URL.replace("http:", "HTTP:")])
def test_an_article_has_a_number_an_address_and_a_key(path: Path, name: str) -> None:
    assert shown(path, name).output.splitlines() == [
        f"{URL} ({article_key(URL)})",
        "revision 1, seen 2026-03-02T01:00:00.000Z",
        "revision 2, seen 2026-03-03T01:00:00.000Z: body changed, by the portal",
        "revision 3, seen 2026-03-04T01:00:00.000Z: body changed, by the portal",
        "",
        "from revision 2 to 3: body; 2 words added, 1 removed",
        "text:",
        "  Góp *6* [-triệu.-] {+triệu rưỡi.+}".replace("*6*", "6"),
    ]


@pytest.mark.parametrize(
    ("revisions", "told", "line"),
    [
        (
            ("2",),
            "from revision 1 to 2: body; 1 words added, 1 removed; figures changed",
            "[-*5*-]",
        ),
        (
            ("1", "3"),
            "from revision 1 to 3: body; 3 words added, 2 removed; figures changed",
            "{+*6*",
        ),
        (
            ("3", "1"),
            "from revision 3 to 1: body; 2 words added, 3 removed; figures changed",
            "[-*6*",
        ),
    ],
)
def test_revisions_are_named_by_their_numbers(
    path: Path, revisions: tuple[str, ...], told: str, line: str
) -> None:
    output = shown(path, "1", *revisions).output
    assert told in output
    assert line in output


def test_an_article_that_never_changed_has_no_differences(path: Path) -> None:
    assert shown(path, OTHER).output.splitlines() == [
        f"{OTHER} ({article_key(OTHER)})",
        "revision 1, seen 2026-03-02T01:00:00.000Z",
    ]


@pytest.mark.parametrize("words", [["99"], ["nix"], [OTHER, "2"], ["1", "1", "2", "3"]])
def test_what_is_not_there_is_said(path: Path, words: list[str]) -> None:
    result = shown(path, *words)
    assert isinstance(result.exception, ArticleNameError)
    assert result.exception.exit_code == 2
