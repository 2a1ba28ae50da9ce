"""The own answers of the operator's proxy are not the portal's, and count against no page."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from portals.site import CrawlRules, Site
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.guarded_web import GuardedWorld
from tests.builders.loopback_server import Serving
from tests.builders.small_portal import TOPICS, SmallPortal

DAY = timedelta(days=1)


class Refusing(SmallPortal):
    """Stands for the portal and the proxy before it: after `open_pages` pages the proxy answers
    with `status` and the `refusal` headers.
    """

    status = 407
    refusal: dict[str, str]
    open_pages: int | None = None
    edited = False

    def answer(self, path: str) -> tuple[int, str]:
        """Status and text."""
        self.headers = {}
        if self.open_pages is not None and len(self.asked) > self.open_pages:
            self.headers = self.refusal
            return self.status, "<html><h1>The proxy speaks</h1></html>"
        status, text = super().answer(path)
        return status, text.replace("Sáng nay", "Chiều qua") if self.edited else text


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Refusing]:
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0)
    with Refusing() as portal:
        yield portal


@pytest.mark.parametrize("open_pages", [0, 4])
@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (407, {"Proxy-Authenticate": "Basic realm=office"}),
        (503, {"X-Squid-Error": "ERR_CONNECT_FAIL 111"}),
        (403, {"Proxy-Status": "office; error=http_request_denied"}),
    ],
)
def test_a_proxy_that_refuses_leaves_every_page_as_it_was(
    portal: Refusing, tmp_path: Path, status: int, refusal: dict[str, str], open_pages: int
) -> None:
    clock = SetClock(datetime(2025, 3, 23, 1, tzinfo=UTC))
    with Ingest(tmp_path / "archive.db", name="proxied") as ingest:
        crawl = CrawlRules(allow_private=True, delay=0)
        site = Site(name="Xã Hợp Tiến", url=portal.url, key="hop-tien", crawl=crawl)
        db = ingest.archive.connection
        through = {"proxy": "http://office.example:3128"}
        assert visit(site, ingest, clock, **through).outcome == "ok"
        articles = "select url, state, next_due_at, failures from pages where kind = 'article'"
        before = db.execute(articles).fetchall()

        clock.now += 10 * DAY  # all are due, and robots.txt is old
        portal.asked.clear()
        portal.status, portal.refusal, portal.open_pages = status, refusal, open_pages
        end = visit(site, ingest, clock, **through)
        assert end.outcome == "incomplete"
        assert end.detail is not None
        assert f"proxy: answered {status} in place of the portal; check --proxy" in end.detail
        assert len(portal.asked) == open_pages + 1  # the host is left at once
        assert db.execute(articles).fetchall() == before
        told = db.execute(
            "select status, warc_file from captures where run = 2 and error like 'proxy: %'"
        )
        assert [tuple(row) for row in told] == [(None, None)]
        assert db.execute("select count(*) from issues").fetchone()[0] == 0

        clock.now += DAY
        portal.open_pages, portal.edited = None, True
        assert visit(site, ingest, clock, **through).outcome == "ok"
        query = "select count(*) from articles where body like '%Chiều qua%'"
        assert db.execute(query).fetchone()[0] == len(TOPICS)


class Gate(Serving):
    """A proxy that answers 407 to everything, CONNECT too; `asked` counts requests."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        gate = self

        class Conversation(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                gate.asked.append(self.path)
                self.send_response(407)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_CONNECT = do_GET

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Conversation)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


def test_a_real_crawl_names_the_proxy_and_the_remedy(tmp_path: Path) -> None:
    """Of http by 407, of https by a tunnel that is not opened."""
    world = GuardedWorld(tmp_path)
    world.site("khoa", "https://khoa.example/")
    world.site("ngo", "http://ngo.example/")
    with Gate() as gate:
        done = world.loa("crawl", "--proxy", gate.url)
    assert done.returncode == 7
    assert sorted(gate.asked) == ["http://ngo.example/robots.txt", "khoa.example:443"]
    assert done.stderr.count("proxy: answered 407 in place of the portal; check --proxy") == 2
    rows = world.rows("select status, outcome, error from captures")
    assert {(row["status"], row["outcome"]) for row in rows} == {(None, "robots")}
    assert world.rows("select * from issues") == []
    assert world.rows("select distinct state from pages where kind <> 'robots'") == [
        {"state": "waiting"}
    ]
