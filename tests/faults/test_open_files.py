"""Too low a limit on open files is reported before anything is fetched or written."""

import resource
import subprocess
import sys

import pytest

from crawler.cli import main
from tests.builders.sample_world import LOA, World

RECORD = (
    b"WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Date: 2025-03-02T00:00:00Z\r\n"
    b"Content-Length: 0\r\n\r\n\r\n\r\n"
)


def limited(world: World, soft: int, hard: int, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LOA, *words],
        env=world.environment,
        cwd=world.folder,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)),
    )


@pytest.mark.parametrize("words", ["crawl", "crawl songmai", "import a.warc"])
def test_too_low_a_limit_is_reported_with_the_remedy(world: World, words: str) -> None:
    (world.folder / "a.warc").write_bytes(RECORD)
    done = limited(world, 24, 24, *words.split())
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.splitlines()
    assert "open files; the limit is 24" in line
    assert "ulimit -n 1024" in line
    assert not world.archive.exists()
    assert all(not world.portals[key].requests for key in ("anphu", "songmai", "thachlam"))


def test_a_limit_that_may_be_raised_is_raised(world: World) -> None:
    done = limited(world, 24, 1024, "crawl")
    assert done.returncode == 0, done.stderr
    world.check()


def test_a_portal_does_not_answer_for_files_that_run_out_during_a_visit(world: World) -> None:
    # The last files are taken when the first request is made.
    program = """
import os
from crawler.cli import main
from crawler.spiders import portal
request = portal.PortalSpider._request
def last_request(*arguments):
    try:
        while True:
            os.dup(0)
    except OSError:
        return request(*arguments)
portal.PortalSpider._request = last_request
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program, "crawl", "songmai"],
        env=world.environment,
        cwd=world.folder,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    )
    assert done.returncode == 2, done.stderr
    assert "ulimit -n 1024" in done.stderr.splitlines()[-1]
    assert world.rows("select url, outcome from captures") == []
    # Closing the run may need a file too; then it is closed as that of a process that died.
    assert world.value("select outcome from runs") in ("failed", "interrupted")
    assert world.rows("select url from pages where failures > 0") == []
    world.crawl("songmai")
    world.check()


def test_running_out_of_files_elsewhere_is_reported_in_one_line(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def opened(*_: object, **__: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("crawler.commands.status.read_archive", opened)
    monkeypatch.setattr("crawler.cli.stop_as_ctrl_c_does", lambda: None)
    monkeypatch.setattr("sys.argv", ["loa", "status", "--archive", str(world.archive)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "ulimit -n 1024" in capsys.readouterr().err
