"""A small portal behind a gate of cookies, served on loopback."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from crawler.visit.visit_end import VisitEnd
from pipelines.ingest import Ingest
from portals.site import CrawlRules, Site
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.guarded_web import ARTICLE
from tests.builders.loopback_server import Serving
from tests.builders.watched_portal import NOON

ARTICLES = [f"/tin/bai-viet-so-{n}" for n in range(3)]
FRONT = (
    "<title>Cổng</title><main>"
    + "".join(f'<h3><a href="{path}">Bài {path[-1]}</a></h3>' for path in ARTICLES)
    + "</main>"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the gate, with headers in their order."""

    status: int = 302
    headers: Sequence[tuple[str, str]] = ()
    text: str = ""


def to(path: str, *cookies: str, status: int = 302) -> Reply:
    """A redirect that sets cookies."""
    return Reply(status, [("Location", path), *(("Set-Cookie", cookie) for cookie in cookies)])


Gate = Callable[[str, str], Reply | None]  # path and cookies to an answer; None lets in


@dataclass
class GatedPortal(Serving):
    """Serves while the `with` block lasts. `asked` lists (path, cookie); "" for no cookie.

    `robots` is its robots.txt, which stands behind the gate if `guards_robots`. `sets` are cookies
    that come with every page.
    """

    gate: Gate
    asked: list[tuple[str, str]] = field(default_factory=list)
    robots: str = "User-agent: *\nDisallow:\n"
    guards_robots: bool = False
    sets: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        portal = self

        class Conversation(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                cookie = self.headers.get("Cookie", "")
                portal.asked.append((self.path, cookie))
                reply = portal.answer(self.path, cookie)
                self.send_response(reply.status)
                for name, value in [("Content-Type", "text/html; charset=utf-8"), *reply.headers]:
                    self.send_header(name, value)
                body = reply.text.encode()
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Conversation)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.host}/"

    def answer(self, path: str, cookie: str) -> Reply:
        """The gate's answer, else the page."""
        robots = path.partition("?")[0] == "/robots.txt"
        if (not robots or self.guards_robots) and (reply := self.gate(path, cookie)) is not None:
            return reply
        if robots:
            return Reply(200, text=self.robots)
        path = path.partition("?")[0]
        sets = [("Set-Cookie", value) for value in self.sets]
        if path == "/":
            return Reply(200, sets, FRONT)
        if path in ARTICLES:
            return Reply(200, sets, ARTICLE.format(n=path[-1], more=""))
        return Reply(404, sets)

    def paths(self) -> list[str]:
        """The paths that were asked for, without the usual ones that the portal does not have."""
        return [path for path, _ in self.asked if path not in ("/sitemap.xml", "/rss")]


class GateWatch:
    """One portal behind a gate, and the archive that watches it."""

    def __init__(self, portal: GatedPortal, ingest: Ingest, *hosts: str, **crawl: Any) -> None:
        self.portal, self.ingest, self.clock = portal, ingest, SetClock(NOON)
        rules = CrawlRules(delay=0, **crawl)
        key = portal.host.replace(":", "-").replace(".", "-")
        self.site = Site("Cổng", portal.url, key=f"p{key}", hosts=hosts, crawl=rules)

    def visit(self, after: timedelta = timedelta(hours=1)) -> VisitEnd:
        """One visit, so long after the last."""
        self.clock.now += after
        self.portal.asked.clear()
        return visit(self.site, self.ingest, self.clock)

    def column(self, query: str) -> list[Any]:
        """The first column of a query's rows; `:site` is the portal's key."""
        rows = self.ingest.archive.connection.execute(query, {"site": self.site.key})
        return [row[0] for row in rows]

    def articles(self) -> list[str]:
        """The paths of the articles in the archive."""
        root = self.portal.url.rstrip("/")
        urls = self.column("select url from articles where site = :site order by 1")
        return [url.removeprefix(root) for url in urls]

    def open_issues(self) -> list[str]:
        """The kinds of the open issues."""
        open_ones = "select kind from issues where site = :site and closed_at is null order by 1"
        return self.column(open_ones)
