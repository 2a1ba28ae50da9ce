"""A script that sets a cookie and reloads the page, answered without running it.

Only the site file can allow that.
"""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipelines.read.refusals.error_pages import cookie_set_by
from tests.builders.archive_invariants import assert_invariants
from tests.builders.guarded_web import ARTICLE, PUBLIC, GuardedWorld
from tests.builders.loopback_server import Serving

TOKEN = "8f14e45fceea167a"
STUB = (
    f'<html><body><script>document.cookie="D1N={TOKEN}"+"; expires=Fri, 31-Dec-2027 23:59:59 GMT; '
    'path=/";window.location.reload(true);</script></body></html>'
)


@pytest.mark.parametrize(
    ("text", "cookie"),
    [
        (STUB, f"D1N={TOKEN}"),
        (
            "<script>document.cookie='D1N=00ff; path=/'; window.location.href='/';</script>",
            "D1N=00ff",
        ),
        (
            '<script>document.cookie="a=1";document.cookie="b=2;path=/";location.reload()</script>',
            "a=1; b=2",
        ),
        (
            '<script>function go(){document.cookie="D1N=ab"}go();location.replace("/")</script>',
            "D1N=ab",
        ),
        # Would have to be worked out.
        (
            '<script>document.cookie="D1N="+token()+"; path=/";location.reload()</script>',
            None,
        ),
        ('<script>document.cookie="D1N=" + "ab" + x;location.reload()</script>', None),
        ('<script>document.cookie="a=1";document.cookie=b;location.reload()</script>', None),
        ("<script>location.reload()</script>", None),
        ('<script>document.cookie="D1N=ab\\r\\nX-Evil: 1";location.reload()</script>', None),
        ('<script>document.cookie="D1N=a b";location.reload()</script>', None),
        ('<script>document.cookie="D1N=\u1ea1";location.reload()</script>', None),
        ('<script>document.cookie="=x";location.reload()</script>', None),
        ('<script>if(document.cookie=="x")location.reload()</script>', None),
        ('<script>document.cookie="D1N=' + "a" * 5_000 + '";location.reload()</script>', None),
    ],
)
def test_a_cookie_is_read_where_it_stands_as_plain_text_and_never_worked_out(
    text: str, cookie: str | None
) -> None:
    assert cookie_set_by(text) == cookie


class Walled(Serving):
    """A portal that shows its pages only to those who send the cookie back.

    `asked` lists (path, cookie); `believes` says whether the cookie then helps.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.believes = True
        portal = self

        class Conversation(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                cookie = self.headers["Cookie"]
                portal.asked.append((self.path, cookie))
                text = (
                    portal.page(self.path)
                    if self.path == "/robots.txt" or (portal.believes and cookie == f"D1N={TOKEN}")
                    else STUB
                )
                self.send_response(200 if text else 404)
                self.send_header(
                    "Content-Type",
                    "text/plain" if self.path == "/robots.txt" else "text/html; charset=utf-8",
                )
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer((PUBLIC, 0), Conversation)
        self.url = f"http://walled.example:{self.server.server_address[1]}/"

    def page(self, path: str) -> str:
        if path == "/robots.txt":
            return "User-agent: *\nDisallow:\n"
        if path == "/":
            return (
                "<title>Cổng</title><main>"
                + "".join(f'<h3><a href="/tin/bai-viet-so-{n}">Bài {n}</a></h3>' for n in range(3))
                + "</main>"
            )
        number = path.removeprefix("/tin/bai-viet-so-")
        return ARTICLE.format(n=number, more="") if number.isdigit() else ""


@pytest.fixture
def walled() -> Iterator[Walled]:
    with Walled() as portal:
        yield portal


def world_of(walled: Walled, folder: Path, **crawl: object) -> GuardedWorld:
    world = GuardedWorld(folder)
    world.names["walled.example"] = [[PUBLIC]]
    world.site("walled", walled.url, **crawl)
    return world


def test_a_challenge_is_answered_where_the_site_file_says_so(
    walled: Walled, tmp_path: Path
) -> None:
    world = world_of(walled, tmp_path, answer_challenges=True)
    done = world.loa("crawl", "walled")
    assert done.returncode == 0, done.stderr
    assert world.value("select count(*) from articles") == 3
    asked = [path for path, _ in walled.asked]
    assert asked[:3] == ["/robots.txt", "/", "/"]
    # Once the cookie is known, it is sent along.
    assert [path for path in set(asked) if asked.count(path) > 1] == ["/"]
    assert world.rows("select outcome from captures where url = ? order by id", walled.url) == [
        {"outcome": "refused-challenge"},
        {"outcome": "listing"},
    ]
    assert (
        world.rows("select kind from issues where closed_at is null and kind = 'challenge'") == []
    )
    assert_invariants(world.archive)


def test_the_cookie_is_told_to_nobody_and_kept_nowhere(walled: Walled, tmp_path: Path) -> None:
    world = world_of(walled, tmp_path, answer_challenges=True)
    done = world.loa("crawl", "walled")
    assert TOKEN not in done.stdout + done.stderr
    assert TOKEN.encode() not in world.archive.read_bytes()
    walled.asked.clear()
    world.loa("crawl", "walled")
    assert walled.asked[0][1] is None  # the next visit begins without it


def test_a_challenge_is_never_answered_otherwise(walled: Walled, tmp_path: Path) -> None:
    world = world_of(walled, tmp_path)
    done = world.loa("crawl", "walled")
    assert done.returncode == 7
    assert {cookie for _, cookie in walled.asked} == {None}
    assert [path for path, _ in walled.asked].count("/") == 1
    assert (
        world.value("select outcome from captures where url = ?", walled.url) == "refused-challenge"
    )
    assert "answer_challenges" in done.stderr


def test_a_portal_that_does_not_believe_the_cookie_is_asked_once_more_and_no_more(
    walled: Walled, tmp_path: Path
) -> None:
    walled.believes = False
    world = world_of(walled, tmp_path, answer_challenges=True)
    done = world.loa("crawl", "walled")
    assert done.returncode == 7
    assert [path for path, _ in walled.asked].count("/") == 2
    assert world.value("select count(*) from articles") == 0
