"""Documents tell the truth: every command, exit code, table and folder has its line, and no line speaks of what is not there."""

import re
import sqlite3
import tomllib

import pytest
import sqlite_utils

from crawler.cli import COMMANDS, loa
from pipelines.keep.database.migrations import migrations
from tests import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DESIGN = (ROOT / "DESIGN.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_row_in_the_readme(command: str) -> None:
    assert re.search(rf"^\| `loa {command}\b", README, re.M)


def test_the_readme_names_no_command_that_is_not_there() -> None:
    assert set(re.findall(r"^\| `loa (\w+)", README, re.M)) == set(COMMANDS)
    assert set(re.findall(r"\.venv/bin/loa (\w+)", README)) <= set(COMMANDS)


def test_readme_and_help_give_the_same_exit_codes() -> None:
    codes = re.compile(
        r"(\d+) ((?:all went|a fault|wrong|a site|archive\.db|captures|a WARC|a crawl|verify|the address|another loa)[^;.]*)"
    )
    told = codes.findall(" ".join(README.split()))
    assert told == codes.findall(" ".join((loa.help or "").split()))
    assert len(told) == 11


@pytest.fixture
def schema() -> sqlite3.Connection:
    database = sqlite_utils.Database(memory=True)
    migrations.apply(database)
    return database.conn


def test_every_table_is_named_in_the_design(schema: sqlite3.Connection) -> None:
    tables = {
        row[0]
        for row in schema.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like 'articles_fts_%' and name not like '_sqlite%'"
        )
    }
    assert tables
    assert {table for table in tables if f"`{table}`" not in DESIGN} == set()


def test_the_readmes_questions_run_on_the_schema(schema: sqlite3.Connection) -> None:
    section = README.split("## Questions to ask in SQL")[1].split("##")[0]
    questions = re.findall(r"^    (select .*?;)$", section, re.M)
    assert len(questions) >= 3
    for question in questions:
        schema.execute(question)


def test_the_tree_in_the_readme_is_that_of_the_folder() -> None:
    tree = README.split("## The house")[1].split("Imports run one way")[0]
    named = set(re.findall(r"^    (\w+)/", tree, re.M))
    assert named == {"portals", "pipelines", "crawler", "web", "tests"}
    assert all((ROOT / name).is_dir() for name in named)


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
