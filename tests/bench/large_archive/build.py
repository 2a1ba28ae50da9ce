"""Builds an archive of invented articles: `python -m tests.bench.large_archive.build N FILE`.

The rows are those that a crawl of some years would have left, written straight into the tables that
the real migrations made. Indices and triggers are put back at the end, and the search index is
built once: a million articles take about a quarter of an hour of processor time.

What is left out: the sketches of texts, the memories of portals and the entries of listings, which
only a crawl reads; and the WARC files.
"""

import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

from pipelines.keep.database.archive import Archive
from pipelines.keep.database.schema.announcements import ANNOUNCEMENTS
from pipelines.keep.database.schema.changes import CHANGES
from pipelines.keep.database.schema.lists import LISTS
from pipelines.keep.database.schema.search import SEARCH
from pipelines.keep.database.statistics import renew_statistics
from pipelines.read.addresses.article_key import article_key
from tests.bench.large_archive.rows import Row, Rows, capture, instant, printed_json, sha256_of
from tests.bench.large_archive.stories import (
    DAY,
    END,
    VISIT_EVERY,
    Plan,
    Portal,
    plans,
    portals,
    story,
)

BATCH = 2_000
LISTINGS_A_VISIT = 3
FAST = ("journal_mode = off", "synchronous = off", "cache_size = -1500000", "temp_store = memory")
OUTCOMES = ("listing", "article-new", "article-unchanged", "article-changed", "gone")
LISTING, NEW, UNCHANGED, CHANGED, GONE = range(len(OUTCOMES))
# What triggers keep otherwise: counts, lists and search indices.
FILLS = [
    one
    for one in (*LISTS, *CHANGES, *SEARCH, *ANNOUNCEMENTS)
    if one.lstrip().startswith("insert into")
]
# One event: when, which outcome, and the number of the article, or of the portal for a listing.
Event = tuple[float, int, int]


class Tables:
    """Writes rows in batches, a statement for each table and set of columns."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.waiting: defaultdict[tuple[str, tuple[str, ...]], list[Row]] = defaultdict(list)

    def add(self, table: str, *rows: Row) -> None:
        for row in rows:
            waiting = self.waiting[table, tuple(row)]
            waiting.append(row)
            if len(waiting) >= BATCH:
                self.flush()

    def flush(self) -> None:
        for (table, columns), rows in self.waiting.items():
            names, values = ", ".join(columns), ", ".join(f":{name}" for name in columns)
            self.db.executemany(f"insert into {table} ({names}) values ({values})", rows)
        self.waiting.clear()


def build(articles: int, path: Path, *, told: bool = False) -> None:
    """Make an archive of so many articles in a new file."""
    begun = time.monotonic()

    def tell(text: str) -> None:
        if told:
            print(f"{time.monotonic() - begun:7.0f} s  {text}", flush=True)

    Archive.open(path).close()
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in FAST:
        db.execute(f"pragma {pragma}")
    put_back = _taken_off(db)
    db.execute("begin")
    _Builder(db, articles, tell).write()
    tell("indices and triggers")
    for statement in put_back:
        db.execute(statement)
    tell("counts and search indices")
    for statement in FILLS:
        db.execute(statement)
    db.execute("commit")
    tell("analyze")
    renew_statistics(db)
    db.execute("pragma journal_mode = wal")
    db.close()
    tell(f"{articles} articles, {path.stat().st_size / 1e9:.2f} GB")


def _taken_off(db: sqlite3.Connection) -> list[str]:
    """Drop the indices and triggers, and return the statements that make them again."""
    rows = db.execute(
        "select type, name, sql from sqlite_master where type in ('index', 'trigger')"
        " and sql is not null and name not like '%sqlite%' order by type, name"
    ).fetchall()
    for kind, name, _ in rows:
        db.execute(f"drop {kind} {name}")
    return [sql for *_, sql in rows]


class _Builder:
    def __init__(self, db: sqlite3.Connection, articles: int, tell: Callable[[str], None]) -> None:
        self.tables = Tables(db)
        self.db, self.articles, self.tell = db, articles, tell
        self.portals = portals(articles)
        self.plans = list(plans(articles))
        self.runs: dict[tuple[int, int], int] = {}
        self.events = self._events()
        # Row numbers follow the time at which a row was written, as in a real archive.
        firsts = [number for _, kind, number in self.events if kind == NEW]
        self.ids = [0] * articles
        for place, number in enumerate(firsts, 1):
            self.ids[number] = place
        self.last_revision = [0] * articles
        self.revision = [0] * articles
        count = 0
        for _, kind, number in self.events:
            if kind in (NEW, CHANGED):
                count += 1
                self.last_revision[number] = count
        self.capture = self.page = self.revisions = 0
        self.firsts: dict[int, int] = {}  # the first captures of articles that vanished
        self.counts: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])

    def _events(self) -> list[Event]:
        found: list[Event] = []
        for portal in self.portals:
            for at in portal.visits():
                found += [
                    (at + 1 + place, LISTING, portal.number) for place in range(LISTINGS_A_VISIT)
                ]
        for one in self.plans:
            found.append((one.first_seen, NEW, one.number))
            found += [(at, UNCHANGED, one.number) for at in one.looks]
            found += [(at, CHANGED, one.number) for at in one.edits]
            found += [(at, GONE, one.number) for at in one.gone]
        found.sort()
        return found

    def write(self) -> None:
        self._sites_and_runs()
        for portal in self.portals:
            for place in range(LISTINGS_A_VISIT):
                self._listing_page(portal, place)
        for done, event in enumerate(self.events):
            if done % 200_000 == 0:
                self.tell(f"{done} of {len(self.events)} captures")
            self._event(*event)
        self._waiting_pages()
        self._issues()
        self.tables.flush()
        self.db.executemany(
            "update runs set requests = ?, articles_new = ?, articles_changed = ?,"
            " articles_unchanged = ? where id = ?",
            ((*counts, run) for run, counts in self.counts.items()),
        )

    def _sites_and_runs(self) -> None:
        for portal in self.portals:
            bad = portal.health in ("suspect", "broken")
            self.tables.add(
                "sites",
                {
                    "key": portal.key,
                    "name": portal.name,
                    "url": f"https://{portal.host}/",
                    "platform": "nukeviet",
                    "publisher": portal.name.removeprefix("Cổng thông tin điện tử "),
                    "level": portal.level,
                    "language": "vi",
                    "timezone": "Asia/Ho_Chi_Minh",
                    "origin": "file",
                    "first_seen_at": instant(portal.watched_since),
                    "next_due_at": instant(END + VISIT_EVERY),
                    "visited_at": instant(portal.visits()[-1]),
                    "interval_minutes": 5_760,
                    "swept_at": instant(portal.watched_since),
                    "health": portal.health,
                    "health_detail": "silent: nothing new for 40 days" if bad else None,
                    "health_at": instant(portal.visits()[-1]),
                    "round_at": instant(END - 30 * DAY),
                    "round_days": 58,
                },
            )
            self.tables.add("hosts", {"host": portal.host, "robots_status": 404})
        begun = sorted((at, portal.number) for portal in self.portals for at in portal.visits())
        for number, (at, place) in enumerate(begun, 1):
            self.runs[place, int((at - self.portals[place].watched_since) / VISIT_EVERY)] = number
            self.tables.add(
                "runs",
                {
                    "id": number,
                    "kind": "crawl",
                    "site": self.portals[place].key,
                    "started_at": instant(at),
                    "ended_at": instant(at + 900),
                    "outcome": "ok" if number % 23 else "incomplete",
                    "newest_on": instant(at)[:10],
                },
            )

    def _run(self, portal: Portal, at: float) -> int:
        last = int((END - portal.watched_since) / VISIT_EVERY)
        visit = min(int((at - portal.watched_since) / VISIT_EVERY), last)
        return self.runs[portal.number, visit]

    def _listing_page(self, portal: Portal, place: int) -> None:
        self.page += 1
        self.tables.add(
            "pages",
            {
                "id": self.page,
                "site": portal.key,
                "url": _listing(portal, place),
                "kind": "listing",
                "state": "held",
                "priority": 28,
                "first_seen_at": instant(portal.watched_since),
                "last_fetched_at": instant(portal.visits()[-1] + place),
                "next_due_at": instant(END + VISIT_EVERY),
            },
        )

    def _event(self, at: float, kind: int, number: int) -> None:
        self.capture += 1
        if kind == LISTING:
            portal = self.portals[number]
            run = self._run(portal, at)
            place = int(at - portal.watched_since) % int(VISIT_EVERY) - 1
            row = capture(self.capture, run, portal, _listing(portal, place), at, "listing")
            told = {
                "entries": 20,
                "newest_on": instant(at)[:10],
                "entries_sha256": row["sha256"][:16],
            }
            self.tables.add("captures", {**row, **told, "entries_gone": 0})
            self.counts[run][0] += 1
            return
        plan = self.plans[number]
        run = self._run(plan.portal, at)
        counts = self.counts[run]
        counts[0] += 1
        if kind != GONE:
            counts[{NEW: 1, CHANGED: 2, UNCHANGED: 3}[kind]] += 1
        if kind == NEW:
            self._first(plan, run, at)
            return
        if kind == CHANGED:
            self._edit(plan, run, at)
            return
        rows = Rows(self.ids[number], plan, story(plan))
        row = capture(self.capture, run, plan.portal, rows.url, at, OUTCOMES[kind])
        if kind == UNCHANGED:
            shown = {"revision": self.revision[number], "printed": printed_json(rows)}
            self.tables.add("captures", {**row, **shown})
            return
        self.tables.add("captures", row)
        self.tables.add("sightings", *rows.sighting([self.firsts.pop(number), self.capture]))

    def _first(self, plan: Plan, run: int, at: float) -> None:
        rows = Rows(self.ids[plan.number], plan, story(plan))
        self.tables.add("articles", rows.article(self.last_revision[plan.number]))
        self._version(rows, run, at, seq=1)
        self.tables.add("article_keys", {"key": article_key(rows.url), "article": rows.id})
        self.tables.add("printed_dates", rows.printed_date())
        self.tables.add("images", *rows.images())
        self.page += 1
        found_on = plan.portal.number * LISTINGS_A_VISIT + plan.number % LISTINGS_A_VISIT + 1
        self.tables.add("pages", rows.page(self.page, found_on, self.last_revision[plan.number]))
        captures, found_on = [], self.page
        if plan.gone:
            self.firsts[plan.number] = self.capture
        for place, (url, *_) in enumerate(rows.files):
            self.capture += 1
            self.page += 1
            captures.append(self.capture)
            fetched = at + 1 + place
            row = capture(self.capture, run, plan.portal, url, fetched, "attachment")
            self.tables.add("captures", {**row, "sha256": sha256_of(url)})
            self.tables.add(
                "pages",
                {
                    "id": self.page,
                    "site": plan.portal.key,
                    "url": url,
                    "kind": "attachment",
                    "state": "held",
                    "depth": 2,
                    "priority": 60,
                    "found_on": found_on,
                    "first_seen_at": instant(at),
                    "last_fetched_at": instant(fetched),
                },
            )
        self.tables.add("attachments", *rows.attachments(captures))

    def _edit(self, plan: Plan, run: int, at: float) -> None:
        rows = Rows(self.ids[plan.number], plan, story(plan))
        self._version(rows, run, at, seq=2 + plan.edits.index(at))

    def _version(self, rows: Rows, run: int, at: float, *, seq: int) -> None:
        plan = rows.plan
        self.revisions += 1
        self.revision[plan.number] = self.revisions
        outcome = OUTCOMES[NEW if seq == 1 else CHANGED]
        row = capture(self.capture, run, plan.portal, rows.url, at, outcome)
        shown = {"revision": self.revisions, "printed": printed_json(rows)}
        self.tables.add("captures", {**row, **shown})
        self.tables.add("revisions", rows.revision(self.revisions, seq, self.capture, at))

    def _waiting_pages(self) -> None:
        """One address of fifty was refused, and some wait."""
        for number in range(self.articles // 50):
            portal = self.portals[number % len(self.portals)]
            self.page += 1
            refused = number % 4 != 0
            row = {
                "id": self.page,
                "site": portal.key,
                "url": f"https://{portal.host}/trang/{number}.html",
                "kind": "article",
                "state": "refused" if refused else "waiting",
                "reason": "refused-not-an-article" if refused else None,
                "depth": 1,
                "priority": 50,
                "first_seen_at": instant(portal.watched_since),
                "last_fetched_at": instant(portal.watched_since + 60) if refused else None,
            }
            self.tables.add("pages", row)

    def _issues(self) -> None:
        """Broken portals, and one article of three hundred."""
        for portal in self.portals:
            if portal.health in ("suspect", "broken"):
                told = {"kind": "silent", "detail": "nothing new for 40 days"}
                self.tables.add(
                    "issues", {"site": portal.key, "opened_at": instant(END - 9e5), **told}
                )
        for number in range(0, self.articles, 300):
            plan = self.plans[number]
            kind = ("date-moved", "text-doubtful", "attachment-without-text")[number // 300 % 3]
            closed = instant(plan.first_seen + 9e5) if number // 300 % 5 == 0 else None
            row = {"site": plan.portal.key, "article": self.ids[number], "kind": kind}
            told = {"detail": "a person should look", "opened_at": instant(plan.first_seen)}
            self.tables.add("issues", {**row, **told, "closed_at": closed})


def _listing(portal: Portal, place: int) -> str:
    return f"https://{portal.host}/{'' if place == 0 else f'chuyen-muc-{place}/'}"


def main(arguments: Iterable[str]) -> None:
    """Build the archive that the command line names."""
    count, path = arguments
    build(int(count), Path(path), told=True)


if __name__ == "__main__":
    main(chain(sys.argv[1:]))
