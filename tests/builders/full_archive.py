"""The archive that has everything: the states of articles, portals, runs and issues people meet.

Loa makes it in a few seconds: it visits seven portals over HTTP for nine days and imports files of
an eighth. Every day is counted back from `now`, so that there is always something of this week.
`python -m tests.builders.full_archive FOLDER` makes one to look at.
"""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any
from unittest.mock import patch

from click.testing import CliRunner

from crawler.commands.accept import accept
from crawler.commands.import_ import import_
from crawler.commands.watch import pause
from pipelines.ingest import Ingest
from portals.site import Site, sites_in
from tests.builders import foreign_warc as foreign
from tests.builders.clocked_visit import SetClock, visit_by_name
from tests.builders.full_portals import FullWeb

DAYS_BEFORE = (9, 7, 6, 5, 4, 3, 2, 1, 0.1)  # of the rounds of visits
CUT = 3  # rounds until a power cut
# Of portals that are not visited in each round, to save time.
ROUNDS = {
    "anphu": (0, 4, 8),
    "hoptien": (0, 2, 5, 8),
    "lungpo": (0, 1),
    "suoimay": (0, 3, 5, 8),
    "thachlam": (0, 1, 5, 8),
}
# So that each edit and each state is seen at the next visit.
DUE = """update pages set next_due_at = '2000-01-01T00:00:00.000Z'
    where kind = 'article' and site in ('songmai', 'deogio', 'suoimay')
        and (title is null or title not like 'Bản tin%')"""


@dataclass(frozen=True, slots=True)
class FullArchive:
    """The archive's file, the folder with its site files, and the time of its last visits."""

    path: Path
    sites: Path
    now: datetime

    def key(self, title: str) -> str:
        """The key of the article whose title begins so."""
        found = self.rows("select key from articles where title like ? || '%'", title)
        return str(found[0][0])

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        db = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        try:
            return db.execute(query, values).fetchall()
        finally:
            db.close()


def build(folder: Path, now: datetime) -> FullArchive:
    """Build it in a folder: archive.db, captures/ and sites/."""
    archive = FullArchive(folder / "archive.db", folder / "sites", now)
    clock = SetClock(now - timedelta(days=DAYS_BEFORE[0], hours=1))
    with FullWeb(now, clock.seconds) as web, _no_waiting(clock):
        sites = sites_in(web.sites_folder(archive.sites))
        _import(archive, clock)
        for rounds in (range(CUT), range(CUT, len(DAYS_BEFORE))):
            with Ingest(archive.path, name=f"visits-{rounds.start}") as ingest:
                for round_ in rounds:
                    clock.now = max(clock.now, now - timedelta(days=DAYS_BEFORE[round_]))
                    web.live(round_, clock.now)
                    _visit_all(ingest, sites, web, clock, round_)
                if rounds.start == 0:
                    ingest.begin_run("crawl", [sites["hoptien"]], "file", clock())  # the power goes
    _decide(archive, now)
    return archive


def build_once(folder: Path, now: datetime) -> FullArchive:
    """Build it unless it is there; test processes that want it at the same time wait."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        done = folder / "built"
        if not done.exists():
            build(folder, now)
            done.write_text(now.isoformat())
        return FullArchive(
            folder / "archive.db", folder / "sites", datetime.fromisoformat(done.read_text())
        )


def _visit_all(
    ingest: Ingest, sites: dict[str, Site], web: FullWeb, clock: SetClock, round_: int
) -> None:
    if 0 < round_ < len(DAYS_BEFORE) - 1:
        with ingest.archive.transaction() as db:
            db.execute(DUE)
    for key, site in sites.items():
        if round_ not in ROUNDS.get(key, range(len(DAYS_BEFORE))):
            continue
        few = {"max_pages": 4} if key == "anphu" and round_ == 4 else {}
        visit_by_name(site, ingest, clock, web.places, **few)


@contextmanager
def _no_waiting(clock: SetClock) -> Iterator[None]:
    sleep = asyncio.sleep

    async def goes_on(seconds: float) -> None:
        clock.now += timedelta(seconds=seconds)
        await sleep(0)

    with (
        patch("crawler.spiders.portal.asyncio.sleep", goes_on),
        patch("pipelines.ingest.COMMIT_SECONDS", 0.0),
    ):
        yield


def _import(archive: FullArchive, clock: SetClock) -> None:
    """Files of other tools: two captures of an article, a cut one, and a damaged file."""
    old, new = clock.now - timedelta(days=80), clock.now - timedelta(days=50)
    whole = foreign.page("Sửa đường vào bản Nà Phặc trước mùa mưa")
    later = foreign.page("Sửa đường vào bản Nà Phặc", first=foreign.PARAGRAPHS[0] + " Ba tổ dân.")
    cut = foreign.page("Chỉ có phần đầu của bài này")[:500]
    records = [
        foreign.response(foreign.url("duong"), f"{old:%Y-%m-%dT%H:%M:%SZ}", whole),
        foreign.response(foreign.url("duong"), f"{new:%Y-%m-%dT%H:%M:%SZ}", later),
        foreign.response(
            foreign.url("cut"), f"{new:%Y-%m-%dT%H:%M:%SZ}", cut, WARC_Truncated="disconnect"
        ),
    ]
    first = foreign.warc(archive.path.with_name("suoirut.warc.gz"), records)
    broken = archive.path.with_name("broken.warc.gz")
    broken.write_bytes(first.read_bytes()[:-40])
    for file in (first, broken):
        CliRunner().invoke(
            import_,
            [str(file), "--archive", str(archive.path)],
            obj=lambda: clock.now,
            env={"LOA_SITES": str(archive.sites)},
        )


def _decide(archive: FullArchive, now: datetime) -> None:
    """What an operator decided: a pause, and an issue that is normal."""
    settings = {"LOA_SITES": str(archive.sites), "LOA_ARCHIVE": str(archive.path)}
    run = CliRunner().invoke
    run(pause, ["lungpo"], obj=lambda: now, env=settings)
    run(
        accept,
        ["suoimay", "--kind", "undated", "--because", "quy chế không ghi ngày"],
        obj=lambda: now,
        env=settings,
    )


if __name__ == "__main__":
    os.environ["LOA_FREE_FLOOR"] = "0"
    (chosen,) = map(Path, sys.argv[1:])
    chosen.mkdir(parents=True)
    print(build(chosen, datetime.now(UTC).replace(microsecond=0)).path)
