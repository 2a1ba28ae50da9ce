"""Documents tell the truth: each command, exit code, table, folder and setting has its line, and
no line speaks of what is not there.
"""

import re
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest
import sqlite_utils

from crawler.cli import COMMANDS, loa
from pipelines.keep.database.migrations import migrations
from tests import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DESIGN = (ROOT / "docs/design.md").read_text(encoding="utf-8")
COMMANDS_PAGE = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
QUESTIONS = (ROOT / "docs/questions-in-sql.md").read_text(encoding="utf-8")
DECISIONS = sorted(
    (ROOT / "docs/decisions").glob("[0-9]*.md"), key=lambda page: int(page.name.split("-")[0])
)
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "portals").rglob("*.md")]
)
ROOMS = ("pipelines", "crawler", "portals", "web", "tests", "docs")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_row(command: str) -> None:
    assert re.search(rf"^\| `loa {command}\b", COMMANDS_PAGE, re.M)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_an_archive(name: str) -> None:
    command = loa.get_command(click.Context(loa), name)
    assert command is not None
    group = command.commands.values() if isinstance(command, click.Group) else [command]
    assert group
    for one in group:
        assert "--archive" in {option for param in one.params for option in param.opts}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_command_that_is_not_there(page: Path) -> None:
    named = re.findall(r"(?:`|\.venv/bin/)loa ([a-z]+)", page.read_text(encoding="utf-8"))
    assert set(named) <= set(COMMANDS)


def test_readme_and_help_give_the_same_exit_codes() -> None:
    shown = " ".join((loa.help or "").split("Exit codes:")[1].replace("`", "").split())
    helped = [part.partition(" ") for part in re.split(r"; (?=\d+ )", shown.removesuffix("."))]
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", README.replace("`", ""), re.M)
    assert rows == [(code, meaning) for code, _, meaning in helped]
    assert [int(code) for code, _ in rows] == [*range(15), 130]


def test_both_readmes_give_the_same_codes_and_commands() -> None:
    ours = (ROOT / "README.vi.md").read_text(encoding="utf-8")
    for pattern in (r"^\| (\d+) \|", r"^    ((?:make|\.venv/bin/loa) [^#\n]*?) *(?:#|$)"):
        assert re.findall(pattern, ours, re.M) == re.findall(pattern, README, re.M) != []


def test_every_setting_has_its_row() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for room in ("crawler", "pipelines", "portals")
        for path in (ROOT / room).rglob("*.py")
    )
    read = set(re.findall(r"\bLOA_[A-Z_]*[A-Z]\b", code))
    assert read >= {"LOA_ARCHIVE", "LOA_SITES"}
    assert {name for name in read if f"`{name}`" not in COMMANDS_PAGE} == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_make_target_that_is_not_there(page: Path) -> None:
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    named = re.findall(r"(?:`|    |=1 )make ([a-z]+)", page.read_text(encoding="utf-8"))
    assert set(named) <= set(targets)


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) < 120


@pytest.fixture
def schema() -> Iterator[sqlite3.Connection]:
    with closing(sqlite_utils.Database(memory=True)) as database:
        migrations.apply(database)
        yield database.conn


def test_every_table_is_named_in_the_design(schema: sqlite3.Connection) -> None:
    tables = {
        row[0]
        for row in schema.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
            " and name not like '%\\_fts\\_%' escape '\\' and name not like '_sqlite%'"
        )
    }
    assert tables
    assert {table for table in tables if f"`{table}`" not in DESIGN} == set()


def test_the_questions_run_on_the_schema(schema: sqlite3.Connection) -> None:
    questions = re.findall(r"^    (select .*?;)$", QUESTIONS, re.M | re.S)
    assert len(questions) == 8
    for question in questions:
        schema.execute(question)


def folders_of(room: str, depth: int) -> set[str]:
    """Folders of code or data in a room, as paths; a folder of pages or caches is neither."""
    found = {room}
    for path in (ROOT / room).rglob("*"):
        parts = path.relative_to(ROOT).parts
        if path.is_dir() and len(parts) <= depth and not any("__" in part for part in parts):
            found.add("/".join(parts))
    return found


def test_the_tree_of_the_design_is_that_of_the_folders() -> None:
    tree = DESIGN.split("## The tree")[1].split("## ")[0]
    named: set[str] = set()
    above: list[str] = []
    for indent, name in re.findall(r"^( *)([\w.]+)/ ", tree, re.M):
        above = [*above[: len(indent) // 4], name]
        named.add("/".join(above))
    there = folders_of("pipelines", 3) | folders_of("crawler", 3) | folders_of("portals", 2)
    there |= folders_of("web", 2) - {"web/static", "web/templates"}
    assert named == there | {"tests", "docs", "captures"}
    assert all(
        (ROOT / "tests" / name).is_dir()
        for name in re.findall(r"(\w+)/[ ,\n]", tree.split("tests/")[1].split("docs/")[0])
    )


def test_every_dependency_gives_its_reason_in_one_line() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    listed = tomllib.loads("\n".join(lines))["project"]
    for requirement in [
        *listed["dependencies"],
        *(one for extra in listed["optional-dependencies"].values() for one in extra),
    ]:
        line = next(line for line in lines if line.startswith(f'    "{requirement}"'))
        assert re.search(r"#\s+\S.{10,}", line), requirement


def test_the_lock_has_hashes_and_names_no_registry() -> None:
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^([\w.-]+)==", lock, re.M)
    assert len(pinned) > 50
    assert lock.count("--hash=sha256:") >= len(pinned)
    assert "://" not in lock
    assert "--index-url" not in lock


def test_every_word_of_the_design_is_explained_once() -> None:
    words = re.findall(r"^\| (\w+) \|", DESIGN.split("## Words")[1].split("##")[0], re.M)
    assert len(words) == len(set(words)) >= 10


@pytest.mark.parametrize("decision", DECISIONS, ids=name_of)
def test_a_decision_names_its_modules_and_is_listed_with_its_title(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    modules = re.findall(r"`([^`]+)`", text.split("**Modules:**")[1])
    assert modules
    assert [module for module in modules if not (ROOT / module).is_file()] == []
    listed = decision.with_name("README.md").read_text(encoding="utf-8")
    title = text.splitlines()[0].removeprefix("# ")
    assert f"- [{decision.name.partition('-')[0]}]({decision.name}) {title}\n" in listed


def test_decisions_are_numbered_one_by_one() -> None:
    numbers = [decision.name.partition("-")[0] for decision in DECISIONS]
    assert numbers == [f"{number:02}" for number in range(1, len(DECISIONS) + 1)]
    assert len(DECISIONS) >= 54


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_between_pages_resolve(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    for link in links:
        target, _, anchor = link.partition("#")
        if ":" in target:
            continue
        file = page.parent / target if target else page
        assert file.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.M)
            assert anchor in {re.sub(r"[^\w-]", "", h.lower().replace(" ", "-")) for h in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    named = re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w./-]+)`", page.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_files_that_code_and_data_name_are_there() -> None:
    sources = [
        path
        for room in ROOMS
        for pattern in ("*.py", "*.toml", "*.yml")
        for path in (ROOT / room).rglob(pattern)
    ]
    named = re.compile(rf"(?<![\w/])((?:{'|'.join(ROOMS)})/[\w/-]+\.(?:py|toml|md|yml))\b")
    wrong = {
        f"{name_of(source)}: {path}"
        for source in sources
        for path in named.findall(source.read_text(encoding="utf-8"))
        if not (ROOT / path).exists()
    }
    assert wrong == set()
