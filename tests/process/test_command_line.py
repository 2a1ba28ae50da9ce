"""The command line teaches; to bad input it answers with one line, and changes nothing."""

import gzip
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import click.testing
import pytest

from crawler.cli import COMMANDS, loa
from tests.builders.sample_world import World


def command(name: str) -> click.Command:
    found = loa.get_command(click.Context(loa), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_names_every_option_and_says_what_it_is_for(name: str) -> None:
    shown = click.testing.CliRunner().invoke(loa, [name, "--help"])
    assert shown.exit_code == 0
    for parameter in command(name).params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert all(option in shown.output for option in parameter.opts)
    assert "LOA_ARCHIVE" in shown.output


def test_help_lists_the_commands_and_the_exit_codes() -> None:
    shown = click.testing.CliRunner().invoke(loa, ["--help"]).output
    assert all(f"  {name}" in shown for name in COMMANDS)
    codes = shown[shown.index("Exit codes") :]
    assert all(f"{code} " in codes for code in range(11))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    said = " ".join((command(name).help or "").split())
    assert said.startswith(COMMANDS[name].removesuffix("."))


@pytest.mark.parametrize("number", ["inf", "nan", "1e400"])
@pytest.mark.parametrize(
    "words",
    [
        ["crawl", "--delay"],
        ["crawl", "--max-minutes"],
        ["add", "http://a.example/", "--delay"],
        ["schedule", "run", "--limit"],
    ],
    ids=" ".join,
)
def test_a_time_without_end_is_refused(words: list[str], number: str) -> None:
    shown = click.testing.CliRunner().invoke(loa, [*words, number])
    assert shown.exit_code == 2
    assert f"Invalid value for '{words[-1]}'" in shown.output
    assert "is not a number to count with" in shown.output or "is not in the range" in shown.output


def test_help_does_not_wait_for_scrapy() -> None:
    program = (
        "import sys; sys.argv = ['loa', '--help']\nfrom crawler.cli import main\ntry:\n    "
        "main()\nexcept SystemExit:\n    pass\n"
    )
    program += (
        "print(sorted({'scrapy', 'twisted', 'lxml', 'trafilatura', 'datasette'} & "
        "set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30
    )
    assert done.stdout.splitlines()[-1] == "[]"


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


def refused(world: World, code: int, named: str, *arguments: str | Path, **environment: str) -> str:
    """Runs a command that has to be refused, and gives its one line."""
    before = everything(world.folder)
    done = world.loa(*arguments, **environment)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("loa: ")
    assert named in line
    assert ";" in line or ": " in line.removeprefix("loa: ")  # what is wrong, then what to do
    assert everything(world.folder) == before
    return line


def test_a_site_file_that_is_no_toml_is_refused(world: World) -> None:
    (world.sites / "anphu.toml").write_text('name = "An Phú\n', encoding="utf-8")
    refused(world, 3, "anphu.toml", "crawl", "songmai")


def test_an_unknown_key_in_a_site_file_is_refused_with_those_that_are_known(world: World) -> None:
    world.rewrite_site("anphu", "platform =", "plattform =")
    assert "platform" in refused(world, 3, "plattform", "crawl", "songmai").replace("plattform", "")


def test_an_unknown_site_is_refused_with_a_hint(world: World) -> None:
    assert "songmai" in refused(world, 3, "'mai'", "crawl", "mai")


@pytest.mark.parametrize(
    "address",
    ["http://", "ftp://portal.example/", "http://ngoài kia/", "http://portal.example:99999/"],
)
def test_an_address_that_is_none_is_refused(world: World, address: str) -> None:
    refused(world, 3, address, "crawl", address)


def test_a_folder_of_sites_that_is_not_there_is_refused(world: World) -> None:
    refused(world, 3, "LOA_SITES", "crawl", LOA_SITES=str(world.folder / "nowhere"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"no archive"),
        ("page.warc.gz", gzip.compress(b"<html>", mtime=0)),
        ("empty.warc.gz", b""),
    ],
)
def test_a_file_that_is_no_warc_is_refused(world: World, name: str, content: bytes) -> None:
    (world.folder / name).write_bytes(content)
    refused(world, 6, name, "import", name)


def test_a_warc_that_is_not_there_is_refused_before_the_others_are_taken(world: World) -> None:
    refused(world, 6, "missing.warc.gz", "import", "missing.warc.gz")


def test_an_unknown_platform_is_refused_with_those_that_are_known(world: World) -> None:
    (world.folder / "x.warc.gz").write_bytes(b"")
    assert "nukeviet" in refused(
        world, 3, "drupal-6", "import", "x.warc.gz", "--platform", "drupal-6"
    )


def test_an_import_for_an_unknown_site_is_refused(world: World) -> None:
    (world.folder / "x.warc.gz").write_bytes(b"")
    done = world.loa("import", "x.warc.gz", "--site", "nowhere")
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "nowhere" in done.stderr


@pytest.mark.parametrize("name", ["crawl", "verify"])
@pytest.mark.parametrize("thing", ["text", "sqlite", "folder", "far"])
def test_an_archive_that_is_not_ours_is_left_alone(world: World, name: str, thing: str) -> None:
    path = world.folder / "theirs.db"
    if thing == "text":
        path.write_text("my notes", encoding="utf-8")
    elif thing == "sqlite":
        db = sqlite3.connect(path)
        db.execute("create table diary (day text)")
        db.close()
    elif thing == "folder":
        path.mkdir()
    else:
        path = world.folder / "nowhere" / "theirs.db"
    refused(world, 4, str(path), name, *(["songmai"] if name == "crawl" else []), "--archive", path)


def test_status_and_verify_of_no_archive_say_how_to_make_one(world: World) -> None:
    for name in ("status", "verify", "serve"):
        assert "loa crawl" in refused(world, 4, "archive.db", name)


def test_serving_on_a_port_in_use_is_refused(world: World) -> None:
    world.loa("crawl", "http://127.0.0.1:9/")  # an archive with nothing in it
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = world.loa("serve", "--port", port)
    assert done.returncode == 9
    (line,) = done.stderr.splitlines()
    assert port in line
    assert "--port" in line


def test_wrong_usage_has_a_code_of_its_own(world: World) -> None:
    assert world.loa("crawl", "--delay", "soon").returncode == 2
    assert world.loa("listen").returncode == 2
    assert world.loa("import").returncode == 2


def test_verify_ends_with_its_own_code_where_something_is_wrong(world: World) -> None:
    world.loa("crawl", "songmai", "--max-pages", "9")
    world.check()
    (warc,) = (world.folder / "captures").iterdir()
    damaged = bytearray(warc.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    warc.write_bytes(damaged)
    done = world.loa("verify")
    assert done.returncode == 8
    assert warc.name in done.stdout
    assert done.stdout.splitlines()[-1].endswith("damaged")
