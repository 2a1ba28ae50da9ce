"""S1 for pages of script: whatever a page tries, the browser opens no connection.

Only the visit's own GETs reach the portal's hosts. Canaries prove it.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

import crawler.browser.browser
from crawler.browser.browser import PageBrowser, why_no_browser
from pipelines.capture import Capture
from tests.builders.archive_invariants import assert_invariants
from tests.builders.guarded_web import PUBLIC, Canary
from tests.builders.script_attack import (
    ATTEMPTS,
    BODY,
    HEAD,
    HEADERS,
    WORKER,
    DatagramCanary,
    attack_script,
    with_targets,
)
from tests.builders.script_portal import SHELL, Answer, ScriptPortal, ScriptWorld, json_answer

pytestmark = pytest.mark.skipif(why_no_browser() is not None, reason=str(why_no_browser()))
# Of each of the two portals.
TARGETS = (
    ("http://127.0.0.1:PORT", "http://la.example:FOREIGN"),
    ("http://[::1]:PORT", "http://localhost:PORT"),
)
OWN = {
    "/robots.txt",
    "/",
    "/sitemap.xml",
    "/rss",
    "/rong.js",
    "/app.js",
    "/api/tin",
    "/tho.js",
    "/chuyen-huong",
    "/chuyen-huong.js",
    "/su-kien",
}


@dataclass
class Attempt:
    """A crawl of two portals whose articles try it all.

    One is asked by its name, one by its address, which a browser trusts more.
    """

    world: ScriptWorld
    portals: list[ScriptPortal]
    foreign: ScriptPortal
    canary: Canary
    datagrams: DatagramCanary


@pytest.fixture(scope="module")
def attempt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attempt]:
    with (
        ScriptPortal() as portal,
        ScriptPortal() as trusted,
        ScriptPortal() as foreign,
        Canary() as canary,
        DatagramCanary() as datagrams,
    ):
        world = ScriptWorld(
            tmp_path_factory.mktemp("guard"),
            portal,
            settings={"crawler.browser.browser.OWN_TIME": 6.0},
        )
        trusted.url = f"http://{PUBLIC}:{trusted.port}/"
        world.site("trusted", trusted.url, browser=True)
        world.names |= {"la.example": [[PUBLIC]]}
        for one, targets in zip((portal, trusted), TARGETS, strict=True):
            arm(
                one,
                [target.replace("FOREIGN", str(foreign.port)) for target in targets],
                canary.port,
                datagrams.port,
            )
        done = world.loa("crawl", "portal", "trusted")
        assert "Traceback" not in done.stderr
        yield Attempt(world, [portal, trusted], foreign, canary, datagrams)


def arm(portal: ScriptPortal, targets: list[str], port: int, datagrams: int) -> None:
    """Has the portal name one article for each target, which tries to reach it."""
    portal.answers["/api/tin"] = json_answer(
        [
            {"path": f"/tin-tuc/loi-ra-so-{n}.html", "title": f"Lối ra số {n} của trang này"}
            for n in range(len(targets))
        ]
    )
    for n, target in enumerate(targets):
        aim = with_targets(target, "", port, datagrams)
        headers = {
            name: with_targets(value, aim, port, datagrams) for name, value in HEADERS.items()
        }
        page = SHELL.format(
            head=f'<script src="/rong.js"></script>{with_targets(HEAD, aim, port, datagrams)}'
        )
        body = (
            f"{with_targets(BODY, aim, port, datagrams)}"
            f"<script>{attack_script(aim, port, datagrams)}</script>"
            "</body>"
        )
        portal.answers[f"/tin-tuc/loi-ra-so-{n}.html"] = Answer(
            page.replace("</body>", body), headers=headers
        )
        portal.answers["/tho.js"] = Answer(
            with_targets(WORKER, aim, port, datagrams), "text/javascript"
        )
        for path in ("/chuyen-huong", "/chuyen-huong.js"):
            portal.answers[path] = Answer("", status=302, headers={"Location": f"{aim}/toi-noi"})


def test_no_connection_is_opened_but_by_the_visit(attempt: Attempt) -> None:
    assert (attempt.canary.hits, attempt.datagrams.hits, attempt.foreign.log) == ([], [], [])


def test_the_portal_sees_nothing_but_the_visits_own_requests_without_cookies(
    attempt: Attempt,
) -> None:
    for portal in attempt.portals:
        assert {asked.method for asked in portal.log} == {"GET"}
        assert {path for path in portal.paths() if not path.startswith("/tin-tuc/")} <= OWN
        assert [asked.path for asked in portal.log if "Cookie" in asked.headers] == []
        assert "/tho.js" in portal.paths()
        assert "/chuyen-huong" in portal.paths()


def test_every_way_out_was_tried_and_the_page_stands_as_it_was(attempt: Attempt) -> None:
    assert attempt.world.rows(
        "select distinct error from captures where rendered_from is not null"
    ) == [{"error": None}]
    # Pages of one portal show the same text, so they are twins: one article with two addresses.
    shown = "select body from pages join articles on articles.id = pages.article"
    bodies = [row["body"] for row in attempt.world.rows(shown)]
    assert len(bodies) == sum(map(len, TARGETS))
    assert [name for body in bodies for name in ATTEMPTS if name not in body.split()] == []


def test_each_request_is_one_row(attempt: Attempt) -> None:
    asked = [f"http://{one.host}{one.path}" for portal in attempt.portals for one in portal.log]
    assert sorted(
        row["url"]
        for row in attempt.world.rows("select url from captures where rendered_from is null")
    ) == sorted(asked)
    assert_invariants(attempt.world.archive)
    assert attempt.world.browsers() == []


def test_without_the_proxy_that_does_not_exist_the_canaries_would_have_been_hit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse(url: str, headers: Mapping[str, str]) -> None:
        return None

    async def filled(shell: Capture) -> str:
        browser = PageBrowser("loa", None)
        try:
            return await browser.fill(shell, refuse)
        finally:
            await browser.close()

    monkeypatch.setattr(crawler.browser.browser, "NOWHERE", ())
    monkeypatch.setattr(crawler.browser.browser, "OWN_TIME", 5.0)
    with ScriptPortal() as portal, Canary() as canary, DatagramCanary() as datagrams:
        arm(portal, list(TARGETS[0][:1]), canary.port, datagrams.port)
        path = "/tin-tuc/loi-ra-so-0.html"
        answer = portal.answer(path)
        shell = Capture(
            "portal",
            f"http://{PUBLIC}:{portal.port}{path}",
            datetime.now(UTC),
            200,
            tuple(answer.headers.items()),
            answer.text.encode(),
        )
        asyncio.run(filled(shell))
        assert canary.hits != []
        assert datagrams.hits != []
