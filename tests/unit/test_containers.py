"""Containerfile and compose.yaml, as far as they can be checked without building anything."""

import tomllib
from fnmatch import fnmatch
from typing import Any

import click
from datasette.utils import parse_metadata
from packaging.specifiers import SpecifierSet

from crawler.cli import loa
from tests import ROOT
from tests.builders.containers import IMAGE, STEPS, instructions

CONTAINERFILE = list(instructions((ROOT / "Containerfile").read_text(encoding="utf-8")))
COMPOSE: dict[str, Any] = parse_metadata((ROOT / "compose.yaml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_image_begins_with_a_python_that_loa_supports_and_says_what_soak_can_try() -> None:
    assert CONTAINERFILE[0] == ("FROM", IMAGE)
    python = IMAGE.removeprefix("python:").partition("-")[0]
    assert python in SpecifierSet(PROJECT["project"]["requires-python"])
    assert {name for name, _ in CONTAINERFILE[1:]} <= set(STEPS)


def test_the_image_gets_all_that_an_installation_needs_and_an_engine_may_send_it() -> None:
    copied = {one for name, rest in CONTAINERFILE if name == "COPY" for one in rest.split()[:-1]}
    folders = {
        one.rstrip("*") for one in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    }
    assert copied == folders | {"pyproject.toml", "README.md", "LICENSE", "requirements.txt"}
    assert all((ROOT / one).exists() for one in copied)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = {line[1:] for line in ignored if line.startswith("!")}
    assert sent == copied
    assert "*" in ignored
    assert not any(fnmatch(one, line) for one in copied for line in ignored if line[0] not in "#!*")


def test_each_service_runs_a_command_of_loa_and_keeps_its_files_in_volumes() -> None:
    volumes = {rest for name, rest in CONTAINERFILE if name == "VOLUME"}
    (default,) = (parse_metadata(rest) for name, rest in CONTAINERFILE if name == "CMD")
    for service in COMPOSE["services"].values():
        program, name, *words = service.get("command", default)
        assert program == "loa"
        command = loa.get_command(click.Context(loa), name)
        assert command is not None
        if isinstance(command, click.Group):
            command = command.get_command(click.Context(command), words.pop(0))
            assert command is not None
        command.make_context(name, words)  # or it names an option that is not there
        places = [one.split(":") for one in service["volumes"]]
        assert {name for name, _ in places} == set(COMPOSE["volumes"])
        assert all(f'"{inside}"' in "".join(volumes) for _, inside in places)
        assert service["read_only"] is True
