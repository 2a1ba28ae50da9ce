"""`loa accept` as a person at a terminal meets it: what it shows, what it does, what it refuses."""

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.commands.accept import accept
from crawler.commands.status import FAILING
from pipelines.keep.database.archive import Archive, ArchiveBusyError, ArchiveError
from pipelines.keep.issues.issues import Issue, open_once
from pipelines.outcomes import IssueKind
from pipelines.read.reading import Note, Reading
from portals.errors import LoaError
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article
from tests.builders.sample_world import World

LOGIN = (
    b'<html><body><form><input name="user"><input type="password" name="pw">'
    b"<button>OK</button></form></body></html>"
)
SINCE = datetime(2026, 3, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Terminal:
    """An archive with three sorts of open issues, and `loa accept` on it by a fixed clock."""

    path: Path

    def accept(self, *arguments: str) -> Result:
        return CliRunner().invoke(
            accept, [*arguments, "--archive", str(self.path)], obj=lambda: SINCE
        )

    def refused(self, *arguments: str) -> str:
        """What is said of a command that has to be refused and to change nothing."""
        before = self.rows()
        result = self.accept(*arguments)
        assert isinstance(result.exception, LoaError)
        assert self.rows() == before
        return f"{result.exception.exit_code} {result.exception}"

    def rows(self) -> list[tuple[object, ...]]:
        with Archive.open(self.path) as archive:
            return [
                tuple(row)
                for row in archive.connection.execute(
                    "select issues.*, because from issues left join acceptances on issue = id "
                    "order by id"
                )
            ]


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    with Archive.open(tmp_path / "archive.db") as archive:
        keeper = Keeper(archive)
        for n in range(5):
            url = URL.replace("7.html", f"{n}.html")
            notes = (Note(IssueKind.BODY_GUESSED, f"{url}: no rule finds the body"),)
            keeper.keep(
                Reading("article", "nukeviet", article=article(url=url), notes=notes),
                AT + timedelta(days=n),
                url=url,
            )
        with archive.transaction() as db:
            trap = "http://lungvai.example/: \x1b[31mno end"
            open_once(db, Issue(IssueKind.TRAP, trap, SITE.key), AT)
            db.execute(
                "insert into issues (kind, detail, opened_at) values ('clock', 'of no site', "
                "'2026-03-02T01:00:00.000Z')"
            )
    return Terminal(tmp_path / "archive.db")


def test_a_site_alone_shows_what_is_open_since_when_and_the_command_that_accepts_it(
    terminal: Terminal,
) -> None:
    before = terminal.rows()
    shown = terminal.accept("lungvai")
    assert shown.exit_code == 0
    assert terminal.rows() == before
    assert "body-guessed: 5, since 2026-03-02 01:00 UTC" in shown.output
    assert "hop-dan-0.html: no rule finds the body" in shown.output
    assert "... and 2 more" in shown.output
    assert "\x1b" not in shown.output
    (line,) = (line for line in shown.output.splitlines() if "--kind body-guessed" in line)
    loa, command, *words = shlex.split(line)
    assert (loa, command) == ("loa", "accept")
    done = CliRunner().invoke(
        accept,
        ["the notices bear none" if word == "..." else word for word in words],
        obj=lambda: SINCE,
    )
    assert done.exit_code == 0, done.output
    assert "lungvai: 5 body-guessed accepted" in done.output
    closed = [row for row in terminal.rows() if row[-1] is not None]
    assert len(closed) == 5
    assert {row[-1] for row in closed} == {"the notices bear none"}


def test_all_that_is_open_of_a_site_is_accepted_at_once(terminal: Terminal) -> None:
    assert terminal.accept("lungvai", "--all", "--because", "an old portal").exit_code == 0
    assert "lungvai: 0 open issues" in terminal.accept("lungvai").output
    assert "1 open issues" in terminal.accept().output


def test_issues_of_no_site_are_accepted_without_one(terminal: Terminal) -> None:
    shown = terminal.accept().output
    assert "lungvai: 5 body-guessed, 1 trap" in shown
    assert "of no site" in shown
    assert terminal.accept("--kind", "clock", "--because", "the battery was changed").exit_code == 0
    assert [row[-1] for row in terminal.rows()][-1] == "the battery was changed"
    assert sum(row[-1] is not None for row in terminal.rows()) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "3 'nowhere': is not in"),
        (["nowhere", "--all", "--because", "x"], "3 'nowhere': is not in"),
        (
            ["lungvai", "--kind", "silent", "--because", "x"],
            "2 lungvai: no open issue is of kind silent; open are body-guessed, trap",
        ),
        (
            ["--kind", "body-guessed", "--because", "x"],
            "2 no site: no open issue is of kind body-guessed; open are clock",
        ),
        (["lungvai", "--kind", "body-guessed"], "2 body-guessed: give your reason with --because"),
        (
            ["lungvai", "--kind", "body-guessed", "--because", " "],
            "2 body-guessed: give your reason with --because",
        ),
        (["lungvai", "--because", "x"], "2 --because 'x': accepts nothing by itself"),
        (
            ["lungvai", "--all", "--kind", "body-guessed", "--because", "x"],
            "2 --all and --kind: cannot be used together",
        ),
    ],
)
def test_a_wish_that_cannot_be_granted_is_refused_in_one_line(
    terminal: Terminal, arguments: list[str], said: str
) -> None:
    line = terminal.refused(*arguments)
    assert line.startswith(said)
    assert "\n" not in line


def test_nothing_is_accepted_while_another_process_writes_or_where_there_is_no_archive(
    terminal: Terminal, tmp_path: Path
) -> None:
    with Archive.open(terminal.path):
        assert isinstance(
            terminal.accept("lungvai", "--all", "--because", "x").exception, ArchiveBusyError
        )
    nowhere = Terminal(tmp_path / "nothing.db")
    assert isinstance(nowhere.accept("lungvai", "--all", "--because", "x").exception, ArchiveError)
    assert not nowhere.path.exists()


def test_a_monitor_is_quiet_again_after_the_word_of_a_person(world: World) -> None:
    world.crawl("songmai")
    slug = world.portals["songmai"].content.categories[0].slug
    world.portals["songmai"].answer(f"/{slug}/", 200, body=LOGIN)
    assert world.loa("crawl", "songmai").returncode == 7
    before = world.loa("status", "--fail-on", "suspect")
    assert before.returncode == FAILING
    assert "`loa accept SITE`" in before.stdout
    done = world.loa(
        "accept", "songmai", "--kind", "login", "--because", "the section is for members now"
    )
    assert done.returncode == 0, done.stderr
    after = world.loa("status", "--fail-on", "suspect")
    assert after.returncode == 0
    assert "`loa accept SITE`" not in after.stdout
    refused = world.loa("accept", "songmai", "--kind", "login", "--because", "again")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    world.check()
