"""What runs `loa crawl --due` over time: the service, and what it prints for systemd and cron.

None of them leaves a process behind.
"""

import asyncio
import configparser
import os
import pwd
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import click
import httpx
import pytest
from click.testing import CliRunner

import crawler.schedule.service
from crawler.commands.options import archive_option
from crawler.commands.serve import serve
from crawler.commands.service.systemd_unit import PrintsItsUnit
from crawler.schedule.sandbox import account_for
from crawler.schedule.service import Rounds, one_round, serve_rounds, sleep_for
from crawler.schedule.timers import LOOK_EVERY
from portals.errors import LoaError
from portals.site import SHORTEST_INTERVAL
from tests.builders.running_processes import children_of
from tests.builders.sample_world import CONTACT, World, processes_of, until
from tests.builders.served_archive import free_port

SYSTEMD = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
# With a child, as a crawl has its readers.
STUBBORN = 'trap "" TERM; (trap "" TERM; sleep 60) & echo $$ > pid; wait; sleep 60'
HANGING = """
import sys
from crawler.cli import main
from crawler.visit.hosts import Hosts
def hang(*_):
    while True:
        pass
Hosts.answered = hang
main()
"""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds of grace become a fraction of one."""
    monkeypatch.setattr(crawler.schedule.service, "GRACE", 0.3)
    monkeypatch.setattr(crawler.schedule.service, "SHORTEST_SLEEP", 0.01)


def run_round(
    command: Sequence[str], limit: float = 60, stopping: asyncio.Event | None = None
) -> int:
    return asyncio.run(one_round(command, limit=limit, stopping=stopping or asyncio.Event()))


def group(folder: Path) -> list[int]:
    return processes_of(int((folder / "pid").read_text()))


ALERTS = """
[[alert]]
name = "all"
[alert.webhook]
url = "http://127.0.0.1:9/"
token_env = "HOOK"
"""

# A round


def test_a_round_gives_the_exit_code_of_its_command() -> None:
    assert run_round(["sh", "-c", "exit 7"]) == 7


@pytest.mark.usefixtures("impatient")
def test_a_round_that_passes_its_limit_is_killed_with_all_its_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_round(["sh", "-c", STUBBORN], limit=1) == -signal.SIGKILL
    until(lambda: group(tmp_path) == [])


def test_a_round_that_passes_its_limit_may_first_end_in_order() -> None:
    assert run_round(["sh", "-c", 'trap "exit 3" TERM; sleep 60 & wait'], limit=0.5) == 3


@pytest.mark.usefixtures("impatient")
def test_what_a_round_leaves_behind_is_ended_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_round(["sh", "-c", "echo $$ > pid; sleep 60 & exit 0"]) == 0
    until(lambda: group(tmp_path) == [])


def test_a_crawl_that_hangs_is_killed_and_the_next_one_completes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawler.schedule.service, "GRACE", 0.3)
    for name, value in world.environment.items():
        monkeypatch.setenv(name, value)
    portal = world.portals["songmai"]

    async def hang_then_end() -> int:
        stopping = asyncio.Event()
        round_ = asyncio.create_task(
            one_round(
                [sys.executable, "-c", HANGING, "crawl", "--due", "songmai"],
                limit=60,
                stopping=stopping,
            )
        )
        while not portal.requests and not round_.done():
            await asyncio.sleep(0.02)
        stopping.set()
        return await round_

    assert asyncio.run(hang_then_end()) == -signal.SIGKILL
    assert world.loa("crawl", "--due", "songmai").returncode == 0
    assert [row["outcome"] for row in world.rows("select outcome from runs order by id")] == [
        "interrupted",
        "ok",
    ]
    assert world.value("select count(*) from articles") == len(world.portals.truth("songmai"))
    world.check()


# The service


@pytest.mark.parametrize(
    ("due", "seconds"),
    [
        (timedelta(minutes=20), 1200),
        (timedelta(hours=2), 3600),
        (timedelta(0), 60),
        (timedelta(seconds=-1), 60),
        (timedelta(days=-3653), 60),
        (timedelta(days=3653), 3600),
        (None, 3600),
    ],
)
def test_the_service_sleeps_till_something_is_due_never_backwards_and_never_for_years(
    due: timedelta | None, seconds: float
) -> None:
    assert sleep_for(None if due is None else NOON + due, NOON, every=3600) == seconds


@pytest.mark.usefixtures("impatient")
def test_the_service_goes_on_after_a_round_that_went_wrong_or_could_not_begin(
    tmp_path: Path,
) -> None:
    told: list[str] = []
    asked: list[datetime] = []

    async def serve(command: Sequence[str], rounds: int) -> None:
        stopping = asyncio.Event()

        def tell(line: str) -> None:
            told.append(line)
            if len(told) == rounds:
                stopping.set()

        def next_due(now: datetime) -> datetime:
            asked.append(now)
            return now

        await serve_rounds(
            Rounds(command, every=0.02, limit=60),
            next_due=next_due,
            clock=lambda: NOON,
            tell=tell,
            stopping=stopping,
        )

    asyncio.run(
        serve(
            [
                "sh",
                "-c",
                "echo >> rounds; exit $(wc -l < rounds)".replace(
                    "rounds", str(tmp_path / "rounds")
                ),
            ],
            7,
        )
    )
    assert [re.sub(r".*: the round (.*); .*", r"\1", line) for line in told] == [
        f"ended with exit code {code}" for code in range(1, 8)
    ]
    assert len(asked) == 1  # what is due is asked only where the round could say so
    told.clear()
    asyncio.run(serve([str(tmp_path / "nowhere")], 2))
    assert all("could not start (No such file or directory)" in line for line in told)


def test_the_service_visits_what_is_due_tells_a_line_a_round_and_ends_in_order(
    world: World,
) -> None:
    (world.folder / "alerts.toml").write_text(ALERTS, encoding="utf-8")
    running = world.start("schedule", "run", "anphu")
    assert running.stdout is not None
    line = running.stdout.readline()
    assert re.fullmatch(
        (
            r"\d{4}-\d\d-\d\d \d\d:\d\d UTC: the round went well; telling alerts ended with exit "
            r"code 3; the next at \d{4}-\d\d-\d\d \d\d:\d\d UTC\n"
        ),
        line,
    )
    assert world.value("select outcome from runs") == "ok"
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 0
    assert "$HOOK is not set" in errors
    assert "Traceback" not in errors
    assert processes_of(running.pid) == []


def test_the_service_that_is_stopped_in_a_round_ends_that_first(world: World) -> None:
    world.rewrite_site("songmai", "delay = 0.0", "delay = 60.0")
    portal = world.portals["songmai"]
    running = world.start("schedule", "run", "songmai")
    until(lambda: len(portal.requests) >= 1)
    child = children_of(running.pid)
    assert len(child) == 1
    running.send_signal(signal.SIGTERM)
    output, _ = running.communicate(timeout=30)
    assert running.returncode == 0
    assert output.endswith("; stopping\n")
    assert processes_of(running.pid) == processes_of(child[0]) == []
    assert world.loa("crawl", "--due", "anphu").returncode == 0  # the lock is free


# What is printed for systemd and cron


def test_the_timers_look_as_often_as_a_site_file_may_ask() -> None:
    assert timedelta(minutes=LOOK_EVERY) == SHORTEST_INTERVAL


@pytest.fixture
def awkward(world: World) -> Path:
    """An archive in a folder whose name units, crontabs and shells would interpret."""
    folder = world.folder / "kho 100% $HOME \"tin\" 'x'"
    folder.mkdir()
    return folder / "archive.db"


def visited(world: World, archive: Path) -> list[str]:
    """The sites of the runs that went well."""
    world.archive = archive
    return [row["site"] for row in world.rows("select site from runs where outcome = 'ok'")]


def test_the_line_for_cron_works_in_the_bare_shell_that_cron_gives(
    world: World, awkward: Path
) -> None:
    secret = {"LOA_SMTP_PASSWORD": "geheim", "LOA_SITES": "sites"}
    printed = world.loa("schedule", "cron", "anphu", "--archive", awkward, **secret)
    (line,) = printed.stdout.splitlines()
    assert line.startswith("*/15 * * * * env LOA_CONTACT=")
    assert "geheim" not in line  # others may read a crontab
    assert re.search(r"(?<!\\)%", line) is None
    command = line.split(maxsplit=5)[5].replace(r"\%", "%")
    for _ in range(2):  # the second time nothing is due
        done = subprocess.run(
            ["sh", "-c", command],
            env={"PATH": "/usr/bin:/bin", "HOME": "/"},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert visited(world, awkward) == ["anphu"]
    assert not awkward.with_name("alerts.db").exists()  # nobody asked for alerts


def test_the_units_for_systemd_run_the_same_with_nothing_of_this_shell(
    world: World, awkward: Path
) -> None:
    done = world.loa("schedule", "systemd", "anphu", "--archive", awkward, "--into", "units")
    assert done.returncode == 0
    assert "enable --now loa.timer" in done.stdout
    unit = world.folder / "units" / "loa.service"
    environment = variables_of(unit)
    assert (environment["LOA_CONTACT"], environment["LOA_SITES"]) == (CONTACT, str(world.sites))
    awkward.with_name("alerts.toml").write_text(ALERTS, encoding="utf-8")
    for command in started_by(unit):
        ran = subprocess.run(
            command,
            env={**environment, "HOOK": "token"},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ran.returncode == 0, ran.stderr
    assert visited(world, awkward) == ["anphu"]
    assert awkward.with_name("alerts.db").exists()
    checked = world.loa("schedule", "systemd", "--archive", awkward)
    assert "a timer does not have $HOOK; name a file instead" in checked.stderr
    timer = sections(world.folder / "units" / "loa.timer")["Timer"]
    assert timer["Persistent"] == "yes"
    assert timer["OnCalendar"] == "*:0/15"


def test_the_unit_of_the_server_serves_with_the_same_options_and_nothing_of_this_shell(
    world: World, awkward: Path
) -> None:
    world.loa("crawl", "anphu", "--archive", awkward)
    port = free_port()
    given = ("--public", "--port", f"{port}", "--allowed-host", "news.example")
    name = os.path.relpath(awkward, world.folder)  # as people type it
    unit = world.folder / "loa-serve.service"
    unit.write_text(
        world.loa("serve", *given, "--archive", name, "--systemd", "system").stdout,
        encoding="utf-8",
    )
    (command,) = started_by(unit)
    with subprocess.Popen(
        command, env=variables_of(unit), cwd="/", stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == f"Datasette: http://127.0.0.1:{port}/\n"
            asked = httpx.get(f"http://127.0.0.1:{port}/", headers={"Host": "news.example"})
            assert "Tin mới nhất" in asked.text
        finally:
            server.terminate()
    assert server.returncode in (0, 130)  # which do not fail the unit


def test_the_unit_of_the_server_may_write_beside_each_file_that_it_is_given(tmp_path: Path) -> None:
    @click.command(cls=PrintsItsUnit)
    @archive_option
    @click.option("--copy", type=click.Path())
    @click.option("--name", multiple=True, callback=lambda *_: object())
    @click.option("--open/--closed")
    def made(**_: object) -> None:
        raise AssertionError

    given = ("--copy", str(tmp_path / "c/x.db"), "--name=a b", "--name=c", "--closed")
    paths = ("--archive", "/srv/loa/a.db", "--systemd", "system", "--run-as", "daemon")
    unit = CliRunner().invoke(made, [*given, *paths]).stdout
    assert f"ReadWritePaths=/srv/loa {tmp_path}/c\n" in unit
    words = f'--archive=/srv/loa/a.db --copy={tmp_path}/c/x.db "--name=a b" --name=c --closed\n'
    assert f"crawler serve {words}" in unit


@pytest.mark.parametrize("given", [(), ("--systemd", "user")])
def test_an_account_is_only_for_the_units_of_the_system(given: tuple[str, ...]) -> None:
    done = CliRunner().invoke(serve, [*given, "--run-as", "root"])
    assert done.exit_code == 2
    assert "--run-as needs --systemd system" in done.output


def test_the_units_that_root_prints_run_as_the_owner_of_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "archive.db"
    assert account_for(archive) == pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwuid", lambda number: SimpleNamespace(pw_name=f"owner {number}"))
    assert account_for(archive) == f"owner {tmp_path.stat().st_uid}"
    with pytest.raises(LoaError, match=r"there is no account 'nobody-here'.*adduser"):
        account_for(archive, "nobody-here")


@pytest.fixture
def units(world: World, awkward: Path) -> Callable[[str], list[str]]:
    """Writes all units of the system or of a user, and returns their paths."""

    def write(manager: str) -> list[str]:
        account = ["--run-as", "daemon"] if manager == "system" else []
        timers = world.loa(
            *("schedule", "systemd", "--archive", awkward, "--into", "units"),
            *(account or ["--user"]),
        )
        server = world.loa(
            *("serve", "--public", "--archive", awkward, "--systemd", manager), *account
        )
        assert (timers.returncode, server.returncode) == (0, 0)
        (world.folder / "units" / "loa-serve.service").write_text(server.stdout, encoding="utf-8")
        return [f"units/{name}" for name in ("loa.service", "loa.timer", "loa-serve.service")]

    return write


def analyze(world: World, *words: str) -> tuple[int, str]:
    """The exit code of `systemd-analyze`, and all that it said."""
    done = subprocess.run(
        ["systemd-analyze", "--no-pager", *words],
        cwd=world.folder,
        env={**os.environ, "XDG_RUNTIME_DIR": str(world.folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout


@SYSTEMD
@pytest.mark.parametrize("manager", ["system", "user"])
def test_systemd_takes_the_units_as_they_stand(
    world: World, units: Callable[[str], list[str]], manager: str
) -> None:
    assert analyze(world, f"--{manager}", "verify", *units(manager)) == (0, "")


@SYSTEMD
def test_systemd_finds_little_exposed_by_the_units(
    world: World, units: Callable[[str], list[str]]
) -> None:
    """Of 100: 96 is a unit without a word about security. Chromium costs the crawl some."""
    crawl, _, server = units("system")
    for unit, threshold in ((crawl, 30), (server, 25)):
        check = ("security", "--offline=true", f"--threshold={threshold}", unit)
        code, told = analyze(world, *check)
        assert code == 0, told


def sections(path: Path) -> dict[str, dict[str, str]]:
    """A unit's sections, without lines that are given more than once."""
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their capitals
    unit.read_string(path.read_text(encoding="utf-8"))
    return {name: dict(unit[name]) for name in unit.sections()}


def started_by(path: Path) -> list[list[str]]:
    """The commands of a unit, as systemd would run them one after the other."""
    lines = re.findall(r"^ExecStart=(.*)$", path.read_text(encoding="utf-8"), re.M)
    return [
        [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(line)] for line in lines
    ]


def variables_of(path: Path) -> dict[str, str]:
    """The environment that a unit sets."""
    lines = re.findall(r"^Environment=(.*)$", path.read_text(encoding="utf-8"), re.M)
    words = (word.replace("%%", "%") for line in lines for word in shlex.split(line))
    return dict(word.split("=", 1) for word in words)
