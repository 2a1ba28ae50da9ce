"""Visits the sample portals several times, and lets their events happen between two visits.

Every visit is a true one, by this machine's clock: only the portals and their news are invented.
What a portal shows depends on nothing but the number of the visit, and the stories that it has
published tell how far an archive has come. So a demo that was stopped goes on, and one that was
over finds nothing new.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from sqlite3 import Row

from crawler.crawl import Choice, visit_sites
from crawler.visit.options import VisitOptions
from pipelines.keep.database.archive import ArchiveError, NoArchiveError, read_archive
from pipelines.keep.visits.watch import site_rows
from pipelines.outcomes import GOOD_RUNS
from portals.sample import SamplePortals
from portals.sample.events import Event
from portals.site import Site

_RUNS = """select count(*) as runs, total(requests) as requests, total(articles_new) as new,
        total(articles_changed) as changed, min(started_at) as began,
        max(id) as newest
    from runs where id > ?"""
_VANISHED = """select count(*) filter (where state = 'moved') as moved,
        count(*) filter (where state <> 'moved') as gone
    from sightings where state not in ('there', 'returned') and confirmed_at >= ?"""


class Story:
    """The visits of one demo. `tell` takes lines in plain words."""

    def __init__(
        self,
        portals: SamplePortals,
        events: Sequence[Event],
        archive: Path,
        tell: Callable[[str], None],
    ) -> None:
        self._portals = portals
        self._events = events
        self._archive = archive
        self._tell = tell
        self._last = max(event.before_visit for event in events)
        self.articles = article_addresses(portals, events)
        known, self._newest_run = known_addresses(archive)
        self._seen = seen_visits(events, self.articles, known)
        self._visit = min(self._seen.values())
        self._began = 0.0
        for event in events:
            if event.before_visit <= self._seen[event.portal]:
                event.happen(portals[event.portal])

    @property
    def edited(self) -> str:
        """The address of an article that its portal edits."""
        return next(self.articles[event] for event in self._events if event.does == "edit")

    def crawl(self, sites: Sequence[Site]) -> bool:
        """Visit the sites until all has happened. Says whether the visits went as they should.

        Raises the errors of a crawl.
        """
        if self._visit == self._last:
            self._tell("The archive has seen all that happens on these portals. One more visit:")
        else:
            self._tell(f"Visit {self._visit} of {self._last}:")
        self._began = time.monotonic()
        # Their files are gone soon: later commands reach them by name or address.
        chosen: list[Choice] = [(site, "address") for site in sites]
        options, quiet = VisitOptions(again=self._go_on), not sys.stderr.isatty()
        results = visit_sites(chosen, self._archive, options, quiet=quiet)
        self._report()
        broken = {event.portal for event in self._events if event.does == "close"}
        return all(one.outcome in GOOD_RUNS or one.site.key in broken for one in results)

    def _go_on(self) -> bool:
        if self._visit == self._last:
            return False
        self._report()
        self._visit += 1
        self._tell("Meanwhile:")
        for event in self._events:
            if self._seen[event.portal] < event.before_visit == self._visit:
                event.happen(self._portals[event.portal])
                self._tell(f"  - {event.told}")
        self._tell(f"Visit {self._visit} of {self._last}:")
        self._began = time.monotonic()
        return True

    def _report(self) -> None:
        seconds = time.monotonic() - self._began
        with read_archive(self._archive) as db:
            runs = db.execute(_RUNS, (self._newest_run,)).fetchone()
            vanished = db.execute(_VANISHED, (runs["began"],)).fetchone()
            self._newest_run = runs["newest"] or self._newest_run
        self._tell(f"  {found(runs, vanished)} ({runs['requests']:.0f} requests, {seconds:.0f} s)")


def found(runs: Row, vanished: Row) -> str:
    """What the visits found, in words."""
    new, changed = int(runs["new"]), int(runs["changed"])
    parts = [f"{new} new article{'s' if new != 1 else ''}", f"{changed} changed"]
    parts += [f"{vanished[word]} {word}" for word in ("moved", "gone") if vanished[word]]
    return ", ".join(parts)


def seen_visits(
    events: Sequence[Event], articles: Mapping[Event, str], known: Mapping[str, bool]
) -> dict[str, int]:
    """By portal: the number of the visit up to which its events have happened for this archive.

    `known`: the addresses that the archive knows, and whether it holds the article. A portal goes
    on no further than to its first story that is not held. It stays before that story's visit if
    the archive has not even heard of it: an address that a listing has named must answer.
    """
    seen = dict.fromkeys(
        (event.portal for event in events), max(event.before_visit for event in events)
    )
    for event in events:
        address = articles[event]
        if event.new is not None and not known.get(address):
            visit = event.before_visit if address in known else event.before_visit - 1
            seen[event.portal] = min(seen[event.portal], visit)
    return seen


def article_addresses(portals: SamplePortals, events: Sequence[Event]) -> dict[Event, str]:
    """The address of the article that each event is about, before anything happens; "" if none."""
    found: dict[Event, str] = {}
    new = {(event.portal, event.new.id): event.new for event in events if event.new}
    for event in events:
        portal, number = portals[event.portal], event.new.id if event.new else event.story
        story = new.get((event.portal, number)) or (portal.find(number) if number else None)
        found[event] = portal.url.rstrip("/") + portal.address(story) if story else ""
    return found


def known_addresses(archive: Path) -> tuple[dict[str, bool], int]:
    """The addresses that the archive knows, each with whether it holds the article, and the number
    of its newest run.
    """
    try:
        with read_archive(archive) as db:
            pages = db.execute("select url, article is not null as held from pages").fetchall()
            newest = db.execute(_RUNS, (0,)).fetchone()["newest"] or 0
            return {row["url"]: bool(row["held"]) for row in pages}, newest
    except NoArchiveError:  # the first visit makes it
        return {}, 0


def require_no_other_portals(archive: Path, sites: Sequence[Site]) -> None:
    """Raise ArchiveError if the archive holds portals, and none of these invented ones.

    Who added portals to the archive of a demo keeps the demo.
    """
    try:
        with read_archive(archive) as db:
            held = {row["url"] for row in site_rows(db)}
    except NoArchiveError:  # the first visit makes it
        return
    if held and held.isdisjoint(site.url for site in sites):
        raise ArchiveError(
            f"{archive}: holds other portals, and the demo would add its invented ones; "
            "give it an archive of its own, as with LOA_ARCHIVE=demo/archive.db"
        )
