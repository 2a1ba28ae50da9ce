"""Later visits by the real spider over HTTP, on a clock that tests set: few requests, no gap."""

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.commands.import_ import import_
from crawler.terminal.progress import Progress
from pipelines.ingest import Ingest
from pipelines.keep.database.archive import captures_folder, read_archive
from pipelines.keep.status.statuses import requests_per_new
from pipelines.keep.upkeep.verify import verify_archive
from pipelines.keep.visits.runs import Counts
from pipelines.keep.warc.record import Record
from pipelines.keep.warc.stream import walk_warc
from portals.site import site_for_address
from tests import SHARED
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.watched_portal import (
    DAY,
    NOON,
    WatchedPortal,
    every_family,
    publish,
    unpacked_answer,
    wordpress,
)

HOURS = int(os.environ.get("LOA_HOURS", "26"))  # visits of an unchanging site; the bar wants 240
NAMING = ("listing", "feed", "sitemap")


@every_family
def test_an_unchanging_site_costs_the_same_few_requests_and_rows_each_hour(
    watch: WatchedPortal,
) -> None:
    first = watch.visit()
    before = watch.rows("select id, article, content_sha256 from revisions order by id")
    size = watch.value("select page_count * page_size from pragma_page_count, pragma_page_size")
    listings: set[int] = set()
    watch.visit()  # lets the sections rest that name nothing of their own
    for _ in range(HOURS):
        paths = [path for path in watch.visit() if path != "/robots.txt"]
        kinds = watch.kinds(paths)
        listings.add(sum(kind in NAMING for kind in kinds))
        assert len(kinds) < len(first)
    assert len(listings) == 1
    assert watch.rows("select id, article, content_sha256 from revisions order by id") == before
    grown = (
        watch.value("select page_count * page_size from pragma_page_count, pragma_page_size") - size
    )
    assert grown < 5_000_000 * max(HOURS, 24) / 240
    looks = watch.value(
        "select max(looks) from (select count(*) as looks from captures join articles using "
        "(url) group by captures.url)"
    )
    assert looks <= 2 + HOURS / 24  # no article is looked at twice a day


@every_family
def test_an_article_on_any_one_listing_feed_or_sitemap_is_found_by_the_next_visit(
    watch: WatchedPortal,
) -> None:
    watch.visit()
    watch.visit()  # lets the sections rest that name nothing of their own
    asked = [path for path in watch.visit() if path != "/robots.txt"]
    found = 0
    for number, source in enumerate(asked):
        everywhere = watch.naming()
        watch.portal.heal()
        watch.freeze(everywhere)
        category = next(
            (each.slug for each in watch.portal.content.categories if each.slug in source),
            watch.portal.content.categories[0].slug,
        )
        story = publish(watch, f"Thông báo số {number} của xã", category=category)
        if watch.portal.address(story).encode() in unpacked_answer(watch.portal, source):
            found += 1
            watch.portal.heal(source)
            paths = watch.visit()
            assert watch.held(story), source
            assert sum(kind not in NAMING for kind in watch.kinds(paths)) <= 5, (source, paths)
        watch.portal.heal()
        watch.visit()
    assert found >= len(asked) - 1  # all but the sitemap index


def test_bytes_that_came_before_are_kept_once_and_the_file_says_so(watch: WatchedPortal) -> None:
    bare = watch.portal
    watch.freeze(["/", "/rss/"])
    watch.visit()
    watch.visit()
    watch.ingest.warc.sync()
    (file,) = (watch.ingest.archive.captures).iterdir()
    records = [
        record
        for record in walk_warc(file)
        if isinstance(record, Record) and record.url == bare.url
    ]
    assert [record.kind for record in records] == ["response", "revisit"]
    assert len({record.fields["warc-payload-digest"] for record in records}) == 1
    assert records[1].body == b""
    places = watch.rows(
        "select warc_offset, warc_length, sha256 from captures where url = ?", bare.url
    )
    assert len(places) == 2
    assert places[0] == places[1]
    assert (
        verify_archive(watch.ingest.archive.connection, watch.ingest.archive.captures).problems
        == []
    )


@wordpress
def test_the_archive_can_be_made_anew_from_files_that_keep_each_body_once(
    watch: WatchedPortal, tmp_path: Path
) -> None:
    watch.visit()
    for _ in range(2):
        with watch.ingest.archive.transaction() as db:
            db.execute(
                "update pages set etag = null, next_due_at = '2026-01-01T00:00:00.000Z' where "
                "kind = 'article' and state = 'held'"
            )
        watch.visit()
    watch.ingest.warc.sync()
    (file,) = watch.ingest.archive.captures.iterdir()
    kinds = [record.kind for record in walk_warc(file) if isinstance(record, Record)]
    assert kinds.count("revisit") > watch.value("select count(*) from articles")
    anew = tmp_path / "anew" / "archive.db"
    anew.parent.mkdir()
    done = CliRunner().invoke(import_, [str(file), "--archive", str(anew)])
    assert done.exit_code == 0, done.output
    assert "revisit" not in done.output  # none was passed over
    query = (
        "select site, url, title, body, published_on, first_seen_at, last_seen_at, changed_at, "
        "removed_at from articles order by url"
    )
    with read_archive(anew) as db:
        assert [dict(row) for row in db.execute(query)] == watch.rows(query)
        assert db.execute("select count(*) from captures").fetchone()[0] == watch.value(
            "select count(*) from captures where status is not null"
        )
        assert verify_archive(db, captures_folder(anew)).problems == []


def test_what_a_new_article_costs_is_counted_by_site(watch: WatchedPortal) -> None:
    first = len(watch.visit())
    articles = watch.value("select count(*) from articles")
    key = site_for_address(watch.portal.url).key
    assert requests_per_new(watch.ingest.archive.connection, now=watch.clock.now) == {
        key: first / articles
    }
    again = len(watch.visit())
    assert requests_per_new(watch.ingest.archive.connection, now=watch.clock.now) == {
        key: (first + again) / articles
    }
    watch.visit(31 * DAY)
    assert requests_per_new(watch.ingest.archive.connection, now=watch.clock.now) == {key: None}
    assert requests_per_new(watch.ingest.archive.connection, now=watch.clock.now + 31 * DAY) == {}


def test_a_visit_says_what_each_new_article_cost_and_an_import_does_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    site = site_for_address("http://lungvai.example/")
    Progress().ended(site, "ok", None, Counts(requests=21, articles_new=6))
    Progress().ended(site, "ok", None, Counts(requests=21))
    Progress().ended(site, "ok", None, Counts(requests=21, articles_new=6), asked=False)
    told = capsys.readouterr().err.splitlines()
    assert ["3.5 requests for each new article" in line for line in told] == [True, False, False]


class Replay:
    """Answers in place of a connection as a site was captured, with its own ETag if told to."""

    captured: dict[str, Record]
    tagged = False

    def __init__(self, netloc: str, timeout: float) -> None:
        self.origin = f"http://{netloc}"

    def request(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        url = self.origin + path
        record = (
            self.captured.get(url)
            or self.captured.get(url.rstrip("/"))
            or self.captured.get(f"{url}/")
        )
        self.status, self.body, self.headers = 404, b"", [("Content-Type", "text/plain")]
        if record is not None and record.status is not None:
            self.status, self.body = record.status, record.body
            self.headers = [
                (name, value)
                for name, value in record.headers
                if name.lower() not in ("content-length", "connection", "transfer-encoding")
            ]
            tag = f'"{sha256(record.body).hexdigest()[:16]}"'
            if self.tagged and self.status == 200:
                self.headers = [
                    *((name, value) for name, value in self.headers if name.lower() != "etag"),
                    ("ETag", tag),
                ]
                if headers.get("If-None-Match") == tag:
                    self.status, self.body = 304, b""

    def getresponse(self) -> "Replay":
        return self

    def getheaders(self) -> list[tuple[str, str]]:
        return self.headers

    def read(self) -> bytes:
        return self.body

    def close(self) -> None:
        """Nothing is open."""


# The captures with a truth lie beside the project and belong to others: nothing of them is kept.
@pytest.mark.parametrize(
    ("name", "tagged"), [("nukeviet", False), ("nukeviet", True), ("wordpress", True)]
)
def test_a_second_visit_of_a_captured_site_asks_for_a_seventh_at_most(
    name: str, tagged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = SHARED / "data" / name / f"{name}.warc.gz"
    if not path.exists():
        pytest.skip("the captures with a truth are not beside this checkout")
    monkeypatch.setattr("tests.builders.clocked_visit.HTTPConnection", Replay)
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0.0)
    records = [
        record
        for record in walk_warc(path)
        if isinstance(record, Record) and record.kind == "response" and record.url
    ]
    monkeypatch.setattr(
        Replay, "captured", {record.url: record for record in records}, raising=False
    )
    monkeypatch.setattr(Replay, "tagged", tagged)
    clock, site = SetClock(NOON), site_for_address(records[0].url or "")
    with Ingest(tmp_path / "archive.db", name="visits") as ingest:
        for _ in range(2):
            visit(site, ingest, clock, delay=0)
        db = ingest.archive.connection
        first, second = (
            row["requests"] for row in db.execute("select requests from runs order by id")
        )
        assert second <= 0.15 * first
        unmodified = db.execute(
            "select count(*) from captures where run = 2 and status = 304"
        ).fetchone()[0]
        assert unmodified >= (0.95 * second if tagged else 0)
        assert (
            db.execute("select count(*) from revisions").fetchone()[0]
            == db.execute("select count(*) from articles").fetchone()[0]
        )
