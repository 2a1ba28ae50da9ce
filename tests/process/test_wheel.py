"""The wheel, built and installed into an empty environment: it crawls and serves by itself.

No registry is asked: the tools that build and the dependencies come from the locked environment.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from tests import ROOT
from tests.builders.served_archive import free_port

FOLDERS = ("crawler", "pipelines", "portals", "web")
PIP = (sys.executable, "-m", "pip", "--quiet")


def run(*command: str | Path, folder: Path) -> str:
    """Run a command to its end as a user would, without this test's own paths."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of a copy of the sources: a build must not leave its files in the checkout."""
    source = tmp_path_factory.mktemp("source")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    options = ("--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", "dist")
    told = run(*PIP, "wheel", *options, ".", folder=source)
    assert "Warning" not in told
    (built,) = (source / "dist").glob("loa-*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment that holds the wheel, and finds its dependencies in the locked one."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder, folder=folder.parent)
    python = folder / "bin" / "python"
    install = (*PIP, "--python", python, "install", "--no-index", "--no-deps", wheel)
    run(*install, folder=folder.parent)
    (packages,) = folder.glob("lib/python*/site-packages")
    locked = sysconfig.get_path("purelib")
    (packages / "locked.pth").write_text(f"{locked}\n", encoding="utf-8")
    return folder


def test_the_wheel_holds_every_file_of_its_four_folders(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = {
        path.relative_to(ROOT).as_posix()
        for name in FOLDERS
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files - held == {"web/screenshot.png"}  # for readers of the README
    assert held <= files


@contextmanager
def announced(*command: str | Path, folder: Path) -> Iterator[str]:
    """The first address that a server prints; the server ends with the block."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[1]
        finally:
            server.terminate()


def test_an_installed_loa_crawls_a_sample_portal_and_serves_it(
    environment: Path, tmp_path: Path
) -> None:
    loa, python = environment / "bin" / "loa", environment / "bin" / "python"
    where = "import crawler, pipelines, portals; print(crawler.__file__, portals.__file__)"
    assert run(python, "-c", where, folder=tmp_path).count(str(environment)) == 2
    with announced(python, "-m", "portals.sample", folder=tmp_path) as songmai:
        run(loa, "crawl", songmai, "--delay", "0", folder=tmp_path)
    with (
        announced(loa, "serve", "--public", "--port", str(free_port()), folder=tmp_path) as address,
        httpx.Client(base_url=address, timeout=20) as client,
    ):
        titles = client.get("/archive/articles.json", params={"_shape": "array", "_size": "max"})
        front, style = client.get("/"), client.get("/static/loa.css")
    assert len(titles.json()) == 28  # as many as the portal's own truth
    assert '<html lang="vi">' in front.text  # our template
    assert "Tin mới nhất" in front.text  # our messages
    assert style.status_code == 200
