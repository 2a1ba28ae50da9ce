"""What becomes of articles on a portal is told at the second visit; nothing else is ever told."""

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from pipelines.keep.upkeep.verify import verify_archive
from portals.sample.portal import HANOI, Portal
from tests import SHARED
from tests.bench.serve_capture import pages_of
from tests.builders.edited_portal import SAMPLE_START, START, Watching
from tests.builders.removal_scenarios import SCENARIOS, states_of
from tests.builders.restless_portal import HOST, Source, captured, unserved_sample

CAPTURE = SHARED / "data" / "nukeviet" / "nukeviet.warc.gz"
SINCE = datetime.fromisoformat(os.environ.get("LOA_START", START.isoformat()))
SOURCES = os.environ.get("LOA_SOURCES", "nukeviet songmai thachlam anphu").split()


@dataclass
class World:
    """A portal after two visits; each test watches it with a copy of the archive."""

    watching: Watching
    archive: Path
    name: str


@pytest.fixture(scope="module", params=SOURCES)
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    source: Source
    if request.param == "nukeviet":
        if not CAPTURE.exists():
            pytest.skip("the captures with a truth are not beside this checkout")
        pages, netloc = pages_of(CAPTURE)
        source, host, since = captured(pages), netloc.decode(), SINCE
    else:
        source, host, since = unserved_sample(request.param)[1], HOST, SAMPLE_START
    archive = tmp_path_factory.mktemp("before") / "archive.db"
    with Ingest(archive, name="before") as ingest:
        watching = Watching(source, host, ingest, since)
        watching.portal.__enter__()
        watching.visit()
        watching.visit()
    yield World(watching, archive, request.param)
    watching.portal.__exit__(None, None, None)


HEALTHY_VISITS = 20  # of each of three portals


@pytest.mark.parametrize("key", ["songmai", "thachlam", "anphu"])
def test_healthy_life_is_never_a_removal(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """News push older articles off the first pages; titles and texts are edited."""
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0.0)
    sample, source = unserved_sample(key)
    dice, told = random.Random(key), set[tuple[str, str]]()
    with Ingest(tmp_path / "archive.db", name="healthy") as ingest:
        watching = Watching(source, HOST, ingest, datetime(2026, 4, 1, 2, tzinfo=UTC))
        with watching.portal:
            for _ in range(HEALTHY_VISITS):
                watching.visit(dice.choice((0.5, 1, 1, 2)))
                told |= {(p, s) for p, (s, _) in states_of(watching).items() if s != "there"}
                publish(sample, watching.clock.now.astimezone(HANOI), dice)
            left = len(watching.rows("select 1 from articles where removed_at is not null"))
            problems = verify_archive(ingest.archive.connection, ingest.archive.captures).problems
    print(f"measured: {key}, {HEALTHY_VISITS} healthy visits, {len(told)} false states")
    assert (told, left, problems) == (set(), 0, [])


def publish(sample: Portal, at: datetime, dice: random.Random) -> None:
    """What editors do in a day."""
    category = dice.choice(sample.content.categories).slug
    for number in range(dice.choice((0, 1, 2, 3))):
        text = f"Thôn {dice.randrange(90)} họp bàn việc {number}.\n\nBà con góp nhiều ý kiến hay."
        title = f"Họp thôn lần {dice.randrange(10**6)} ở xã"
        sample.add(title, published=at, text=text, category=category)
    story = dice.choice([one for one in sample.stories[:9] if one.pointer is None])
    sample.edit(story.id, title=f"{story.title.partition(' (sửa')[0]} (sửa {at:%d/%m})")


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario(
    world: World, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0.0)
    shutil.copytree(world.archive.parent, tmp_path / "copy")
    scenario, watching = SCENARIOS[name], world.watching
    before, watching.clock.now = watching.clock.now, watching.clock.now
    watching.portal.heal()
    with Ingest(tmp_path / "copy" / "archive.db", name="after") as ingest:
        watching.ingest = ingest
        # Not the first of a section, and not the last: older ones stay behind it.
        path = watching.listed()[1]
        held, told = states_of(watching), []
        for happens, right in (
            (scenario.happens, scenario.states),
            (scenario.then, scenario.at_last),
        ):
            if happens is None:
                continue
            happens(watching.portal, path)
            for _ in range(scenario.visits):
                watching.visit()
            now = states_of(watching)
            place = path if path in now else watching.portal.moved.get(path, path)
            state, addresses = now.get(place, ("no article", 0))
            others = {
                one: state for one, (state, _) in now.items() if one != place and state != "there"
            }
            if state not in right:
                told.append(f"{state} instead of {' or '.join(sorted(right))}")
            if others:
                told.append(f"{len(others)} others {sorted(set(others.values()))}")
            if len(now) != len(held):
                told.append(f"{len(now)} articles instead of {len(held)}")
        if addresses < scenario.addresses:
            told.append(f"{addresses} addresses instead of {scenario.addresses}")
        problems = verify_archive(ingest.archive.connection, ingest.archive.captures).problems
    watching.clock.now = before
    print(f"measured: {world.name}, {name}: {'right' if not told else 'WRONG: ' + '; '.join(told)}")
    assert problems == []
    assert told == []
