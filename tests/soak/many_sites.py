"""L1: ten thousand pages on two hundred sites: does the fetching process grow or slow down?"""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.builders.archive_invariants import assert_invariants
from tests.builders.hostile_web import HostileWeb
from tests.builders.sample_world import HostileWorld

SITES, ARTICLES = int(os.environ.get("LOA_MANY_SITES", "200")), 50
EVERY = 0.5  # seconds between two looks at the process


@dataclass(frozen=True, slots=True)
class Look:
    """The fetching process at one moment: bytes `resident`, open `descriptors`, `pages` so far."""

    at: float
    pages: int
    resident: int
    descriptors: int


def watch(running: "subprocess.Popen[str]", web: HostileWeb) -> list[Look]:
    """Looks at a crawl until it ends."""
    process, looks, began = Path(f"/proc/{running.pid}"), [], time.monotonic()
    while running.poll() is None:
        try:
            resident = int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            looks.append(
                Look(
                    time.monotonic() - began,
                    sum(len(host.hits) for host in web.hosts.values()),
                    resident,
                    len(os.listdir(process / "fd")),
                )
            )
        except (OSError, IndexError):  # it has just ended
            break
        time.sleep(EVERY)
    return looks


def speed(looks: list[Look]) -> float:
    """Pages a second."""
    return (looks[-1].pages - looks[0].pages) / (looks[-1].at - looks[0].at)


def test_ten_thousand_pages_on_two_hundred_sites_leave_the_process_as_it_was(
    tmp_path: Path,
) -> None:
    with HostileWeb() as web:
        for n in range(SITES):
            web.add(f"xa-{n:03}", ARTICLES)
        world = HostileWorld(tmp_path, web)
        running = world.start("crawl", "--quiet", *web.hosts)
        looks = watch(running, web)
        assert running.communicate()[1] == ""
        assert running.returncode == 0
        assert world.value("select count(*) from articles") == SITES * ARTICLES
    total = looks[-1].pages
    settled = [look for look in looks if look.pages >= total / 5]
    early, late = (
        [look for look in looks if low * total <= look.pages <= high * total]
        for low, high in ((0.1, 0.5), (0.5, 0.9))
    )
    growth = max(look.resident for look in settled) - settled[0].resident
    descriptors = [max(look.descriptors for look in part) for part in (early, late)]
    print(
        f"measured: {total} requests in {looks[-1].at:.0f} s, growth {growth / 1e6:.1f} MB, "
        f"speed {speed(early):.0f} then {speed(late):.0f} pages/s, "
        f"descriptors {descriptors[0]} then {descriptors[1]}"
    )
    assert growth < 50e6
    assert descriptors[1] <= descriptors[0] + 5
    assert speed(late) >= 0.9 * speed(early)
    assert_invariants(world.archive)
