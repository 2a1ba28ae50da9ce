"""The Containerfile and compose.yaml, line by line: two services that share an archive."""

import json
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ROOT
from tests.builders.containers import Project, build
from tests.builders.fresh_root import indented_blocks, make_base, why_not

PAGE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
RUN = "docker compose run --rm "
PORTS = (18401, 18402, 18403)
AT_HOME = {
    f"https://{name}.example.gov.vn/": f"http://127.0.0.1:{port}/"
    for name, port in zip(("one", "two", "three"), PORTS, strict=True)
}

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """The services, with nothing in their volumes, beside three sample portals."""
    began = time.monotonic()
    image = build(ROOT, make_base(tmp_path / "base"), tmp_path / "image")
    print(f"measured: the image is built in {(time.monotonic() - began) / 60:.1f} minutes")
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    made = Project(text, image, tmp_path)
    with made.up():
        serve = [sys.executable, "-m", "portals.sample", "--ports", *map(str, PORTS)]
        with subprocess.Popen(
            made.in_network(serve), cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as portals:
            assert portals.stdout is not None
            try:
                for _ in PORTS:
                    assert "127.0.0.1" in portals.stdout.readline()
                yield made
            finally:
                portals.terminate()


def read(project: Project, path: str) -> bytes:
    """What the server answers, asked from the network of the services."""
    program = "import sys, urllib.request as web; "
    program += "sys.stdout.buffer.write(web.urlopen(sys.argv[1]).read())"
    words = [sys.executable, "-c", program, f"http://127.0.0.1:8001{path}"]
    return subprocess.run(project.in_network(words), capture_output=True, check=True).stdout


def article_count(project: Project) -> int:
    rows = read(project, "/archive/articles.json?_shape=array&_size=max&_col=id")
    return len(json.loads(rows))


def wait_for(text: str, running: "subprocess.Popen[str]") -> None:
    """Read what a container prints until it says this."""
    assert running.stdout is not None
    told = ""
    for line in running.stdout:
        told += line
        if text in line:
            return
    raise AssertionError(told)


def test_two_services_keep_an_archive_and_serve_it_in_containers_that_come_and_go(
    project: Project,
) -> None:
    began = time.monotonic()
    for line in indented_blocks(PAGE, "In containers"):
        if line.startswith(RUN):
            name, *words = shlex.split(line.removeprefix(RUN))
            project.run(name, [AT_HOME.get(word, word) for word in words])
    with project.started("crawl") as crawl:
        wait_for("the round went well", crawl)
        with project.started("serve") as serve:
            wait_for("Datasette: http://127.0.0.1:8001/", serve)
            print(f"measured: a public archive {time.monotonic() - began:.0f} seconds later")
            found = article_count(project)
            assert found == len(PORTS) * 28
            assert "Tin mới nhất" in read(project, "/").decode()
            project.check_health(serve)
    assert (crawl.returncode, serve.returncode) == (0, 0)
    project.run("crawl", ["loa", "verify"])
    with project.started("serve") as serve, project.started("crawl") as crawl:  # new containers
        wait_for("the round went well", crawl)
        wait_for("Datasette: ", serve)
        assert article_count(project) == found
    project.run("serve", ["touch", "/opt/loa/x"], codes=(1,))
