"""Script-filled portals: a browser fills pages only with what the visit fetches for it, politely.

No browser outlives the crawl.
"""

import io
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from crawler.browser.browser import why_no_browser
from tests.builders.archive_invariants import assert_exit_code_agrees, assert_invariants
from tests.builders.rebuilt_archive import TABLES, contents, rebuilt
from tests.builders.sample_world import kill, until
from tests.builders.script_portal import (
    APP,
    APP_TAG,
    SHELL,
    Answer,
    LoggedRequest,
    ScriptPortal,
    ScriptWorld,
)

pytestmark = pytest.mark.skipif(why_no_browser() is not None, reason=str(why_no_browser()))
GAP = 0.2  # seconds between two requests, in the site file of the portal that is crawled at length
ARTICLES = "select url, title, body, published_on, revision from articles order by url"


@dataclass
class Crawled:
    """A script-filled portal after two crawls, and what each asked it for (`first`, `second`).

    `other` is its second host, `others` what that was asked for.
    """

    world: ScriptWorld
    portal: ScriptPortal
    first: list[LoggedRequest]
    second: list[LoggedRequest]
    other: ScriptPortal


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Its scripts come from another of its hosts.

    Its pages also ask for a picture, a style, what robots.txt forbids, and a foreign host.
    """
    with (
        ScriptPortal() as portal,
        ScriptPortal("User-agent: *\nDisallow:\n") as other,
        ScriptPortal() as foreign,
    ):
        address = f"http://kho.example:{other.port}"
        more = f"""<link rel="stylesheet" href="/mau.css"><link rel="icon" href="/bieu-tuong.png">
            <script src="{address}/chung.js"></script>
            <script src="/api/cam/dem.js"></script>
            <script src="http://la.example:{foreign.port}/theo-doi.js"></script>{APP_TAG}"""
        for path in ("/", *portal.articles):
            portal.answers[path] = Answer(
                SHELL.format(head=more).replace("</body>", '<img src="/anh.jpg"></body>')
            )
        portal.answers["/app.js"] = Answer(
            APP.replace("'/api/tin/'", "KHO + '/api/tin/'"),
            "text/javascript",
            headers={"Retry-After": "1"},
        )
        other.answers["/chung.js"] = Answer(
            f"window.KHO = '{address}';", "text/javascript", headers={"Set-Cookie": "theo=doi"}
        )
        for n in range(1, len(other.articles) + 1):
            path = f"/api/tin/{n}"
            other.answers[f"/v2{path}"] = Answer(
                other.answer(path).text,
                "application/json",
                headers={"Access-Control-Allow-Origin": portal.url.rstrip("/")},
            )
            other.answers[path] = Answer("", status=302, headers={"Location": f"/v2{path}"})
        world = ScriptWorld(
            tmp_path_factory.mktemp("browser"),
            portal,
            f'hosts = ["kho.example:{other.port}"]',
            delay=GAP,
        )
        world.names |= {
            "kho.example": world.names["portal.example"],
            "la.example": world.names["portal.example"],
        }
        done = world.loa("crawl", "portal")
        assert done.returncode == 0, done.stderr
        assert_invariants(world.archive)
        first, since = list(portal.log), len(portal.log)
        assert world.loa("crawl", "portal").returncode == 0
        assert foreign.log == []
        yield Crawled(world, portal, first, portal.log[since:], other)


def test_every_article_of_a_portal_of_script_is_read(crawled: Crawled) -> None:
    truth = [
        (crawled.portal.url.rstrip("/") + path, one["title"], one["day"], "\n\n".join(one["text"]))
        for path, one in crawled.portal.articles.items()
    ]
    assert [
        (row["url"], row["title"], row["published_on"], row["body"])
        for row in crawled.world.rows(ARTICLES)
    ] == truth
    assert_invariants(crawled.world.archive)


def test_each_request_is_one_row_and_is_counted_once(crawled: Crawled) -> None:
    kept = [
        row["url"]
        for row in crawled.world.rows("select url from captures where rendered_from is null")
    ]
    asked = [
        f"http://{one.host}{one.path}"
        for portal in (crawled.portal, crawled.other)
        for one in portal.log
    ]
    assert sorted(kept) == sorted(asked)
    assert crawled.world.value("select sum(requests) from runs") == len(asked)
    assert {one.method for one in (*crawled.portal.log, *crawled.other.log)} == {"GET"}


def test_a_filled_page_tells_the_answer_that_it_was_made_of(crawled: Crawled) -> None:
    filled = crawled.world.rows(
        "select made.url, made.outcome, shell.url as of, shell.outcome as was from captures "
        "made join captures shell on shell.id = made.rendered_from"
    )
    assert len(filled) == len(crawled.portal.articles) + 2
    assert all(row["url"] == row["of"] and row["was"] == "awaits-browser" for row in filled)
    outcomes = {row["outcome"] for row in crawled.world.rows("select outcome from captures")}
    assert outcomes == {"robots", "awaits-browser", "subresource", "listing", "gone", "article-new"}


def test_a_second_visit_asks_for_no_article_and_finds_nothing_new(crawled: Crawled) -> None:
    assert {one.path for one in crawled.second} & set(crawled.portal.articles) == set()
    assert "/api/tin" in {one.path for one in crawled.second}
    assert crawled.world.rows(
        "select articles_new, articles_changed, failed from runs where id = 2"
    ) == [{"articles_new": 0, "articles_changed": 0, "failed": 0}]
    assert crawled.world.value("select count(*) from revisions") == len(crawled.portal.articles)


def test_what_a_page_asks_for_keeps_the_pace_of_its_host(crawled: Crawled) -> None:
    for log in (crawled.first, crawled.second, crawled.other.log):
        wants = [
            max(
                GAP,
                float(crawled.portal.answer(one.path).headers.get("Retry-After", 0))
                if log is not crawled.other.log
                else 0,
            )
            for one in log
        ]
        breaches = [
            later.path
            for (earlier, later), want in zip(pairwise(log), wants, strict=False)
            if later.came < earlier.answered + want
        ]
        assert breaches == []


def test_robots_txt_comes_first_and_is_obeyed(crawled: Crawled) -> None:
    assert crawled.other.paths()[0] == "/robots.txt"
    assert crawled.other.paths().count("/robots.txt") == 1
    assert not any(path.startswith("/api/cam") for path in crawled.portal.paths())
    assert "/chung.js" in crawled.other.paths()
    assert "/v2/api/tin/1" in crawled.other.paths()


def test_pictures_and_styles_are_never_asked_for_and_scripts_once_in_a_visit(
    crawled: Crawled,
) -> None:
    paths = crawled.portal.paths()
    assert {"/anh.jpg", "/mau.css", "/bieu-tuong.png"} & set(paths) == set()
    assert paths.count("/app.js") == 2


def test_no_cookie_goes_out(crawled: Crawled) -> None:
    assert [
        one.path for one in (*crawled.portal.log, *crawled.other.log) if "Cookie" in one.headers
    ] == []
    assert {one.headers["User-Agent"] for one in crawled.other.log} == {
        crawled.first[0].headers["User-Agent"]
    }


def test_no_browser_is_left_and_none_of_its_files(crawled: Crawled) -> None:
    assert crawled.world.browsers() == []
    assert list(crawled.world.temporary.iterdir()) == []


def test_the_captures_alone_give_the_same_articles(crawled: Crawled, tmp_path: Path) -> None:
    with ScriptPortal() as nothing:
        again = ScriptWorld(tmp_path, nothing)
    done = again.loa("import", *sorted((crawled.world.folder / "captures").iterdir()))
    assert done.returncode == 0, done.stderr
    assert again.rows(
        "select url, title, body, published_on from articles order by url"
    ) == crawled.world.rows("select url, title, body, published_on from articles order by url")
    filled = "select count(rendered_from) from captures"
    assert again.value(filled) == crawled.world.value(filled) > 0
    assert_invariants(again.archive)
    assert "nothing is different" in crawled.world.loa("reread").stdout


def test_others_can_read_the_record_of_a_filled_page(crawled: Crawled) -> None:
    row = crawled.world.rows(
        "select * from captures where rendered_from is not null and outcome = 'article-new' limit 1"
    )[0]
    path = crawled.world.folder / "captures" / row["warc_file"]
    member = path.read_bytes()[row["warc_offset"] : row["warc_offset"] + row["warc_length"]]
    (record,) = ArchiveIterator(io.BytesIO(member), check_digests="raise")
    assert (record.rec_type, record.rec_headers["WARC-Target-URI"]) == ("conversion", row["url"])
    with path.open("rb") as file:
        kinds = [
            (one.headers["WARC-Type"], one.verify_block_digest())
            for one in FastIterator(file, parse_http=False)
        ]
    assert kinds.count(("conversion", True)) == crawled.world.value(
        "select count(rendered_from) from captures where warc_file = ?", row["warc_file"]
    )
    assert {whole for _, whole in kinds} == {True}


def test_a_crawl_with_a_browser_is_rebuilt_from_its_captures(crawled: Crawled) -> None:
    before, after = contents(crawled.world.archive), contents(rebuilt(crawled.world))
    for table in TABLES:
        assert after[table] == before[table], table
    assert len(after["articles"]) == len(crawled.portal.articles)


@pytest.fixture
def portal() -> Iterator[ScriptPortal]:
    with ScriptPortal() as served:
        yield served


def test_a_page_is_read_on_its_own(portal: ScriptPortal, tmp_path: Path) -> None:
    path, truth = next(iter(portal.articles.items()))
    done = ScriptWorld(tmp_path, portal).loa("read", portal.url.rstrip("/") + path)
    assert done.returncode == 0, done.stderr
    assert truth["text"][0] in done.stdout
    assert portal.paths() == ["/robots.txt", path, "/app.js", "/api/tin/1"]


def test_data_that_fails_for_now_leaves_the_page_for_the_next_visit(
    portal: ScriptPortal, tmp_path: Path
) -> None:
    portal.answers["/api/tin/2"] = Answer("", status=500)
    portal.answers["/api/tin/3"] = Answer("", status=429, headers={"Retry-After": "4000"})
    world = ScriptWorld(tmp_path, portal)
    done = world.loa("crawl", "portal")
    assert done.returncode == 7
    assert world.value("select count(*) from articles") == 1
    failed = world.rows("select error from captures where outcome = 'failed' order by id")
    assert [row["error"].partition(":")[0] for row in failed] == ["browser", "browser"]
    assert "/api/tin/2: answered 500" in failed[0]["error"]
    asked = len(portal.log)
    # A Retry-After holds for the next process too.
    assert world.loa("crawl", "portal").returncode == 7
    assert len(portal.log) == asked
    portal.answers.clear()
    world.write("update hosts set not_before_at = null")
    world.write("update pages set next_due_at = '2000-01-01T00:00:00.000Z' where state = 'failing'")
    world.loa("crawl", "portal")
    assert world.value("select count(*) from articles") == len(portal.articles)
    assert_invariants(world.archive)


def test_without_a_browser_the_visit_says_what_is_missing_and_the_next_one_with_it_reads_all(
    portal: ScriptPortal, tmp_path: Path
) -> None:
    world = ScriptWorld(tmp_path, portal)
    world.site("plain", f"http://plain.example:{portal.port}/")
    world.names["plain.example"] = world.names["portal.example"]
    portal.answers["/sitemap.xml"] = Answer(
        "".join(
            (
                "<urlset>",
                *(
                    f"<url><loc>{portal.url.rstrip('/')}{path}</loc></url>"
                    for path in portal.articles
                ),
                "</urlset>",
            )
        ),
        "text/xml",
    )
    done = world.loa("crawl", "portal", "plain", PATH="/nowhere")
    assert done.returncode == 7
    assert_exit_code_agrees(world.archive, done.returncode)
    (said,) = [line for line in done.stderr.splitlines() if line.startswith("portal: ")]
    assert "no Chromium was found" in said
    assert "LOA_CHROMIUM" in world.value("select detail from runs where site = 'portal'")
    assert "Traceback" not in done.stderr
    outcomes = world.rows(
        "select distinct outcome from captures where site = 'portal' and url like '%/tin-tuc/%'"
    )
    assert outcomes == [{"outcome": "refused-needs-browser"}]
    assert not any(path.startswith(("/app.js", "/api/")) for path in portal.paths())
    assert (
        world.value(
            "select count(*) from captures where site = 'plain' and outcome = "
            "'refused-needs-browser'"
        )
        == 1
    )
    assert world.loa("crawl", "portal").returncode == 0
    assert world.value("select count(*) from articles") == len(portal.articles)


def test_what_is_missing_is_said_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOA_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert "LOA_CHROMIUM" in str(why_no_browser())
    monkeypatch.setitem(sys.modules, "playwright", None)
    assert "pip install" in str(why_no_browser())


def test_a_browser_that_does_not_start_is_told_and_the_visit_ends(
    portal: ScriptPortal, tmp_path: Path
) -> None:
    world = ScriptWorld(tmp_path, portal)
    done = world.loa("crawl", "portal", LOA_CHROMIUM="/bin/false")
    assert done.returncode == 7
    assert "Traceback" not in done.stderr
    assert world.rows("select outcome, status from captures where rendered_from is not null") == [
        {"outcome": "failed", "status": None}
    ]
    assert world.value("select error from captures where rendered_from is not null").startswith(
        "browser: "
    )


def test_a_crawl_that_is_killed_while_a_page_is_filled_leaves_no_browser_and_nothing_undone(
    portal: ScriptPortal, tmp_path: Path
) -> None:
    portal.delay["/api/tin/2"] = 3
    world = ScriptWorld(tmp_path, portal)
    running = world.start("crawl", "portal")
    until(lambda: "/api/tin/2" in portal.coming)
    assert world.browsers() != []
    kill(running)
    until(lambda: world.browsers() == [])
    held = assert_invariants(world.archive)
    portal.delay.clear()
    world.crawl("portal")
    assert world.value("select count(*) from articles") == len(portal.articles)
    assert_invariants(world.archive, since=held)


@pytest.mark.parametrize("stop", ["ctrl-c", "sigterm", "systemd", "max-minutes"])
def test_a_visit_that_is_stopped_while_a_page_is_filled_ends_in_order(
    portal: ScriptPortal, tmp_path: Path, stop: str
) -> None:
    portal.script("/", "fetch('/api/tin'); setInterval(() => fetch('/api/cam'), 100);")
    portal.delay["/api/tin"] = 2
    world = ScriptWorld(tmp_path, portal)
    running = world.start(
        "crawl", "portal", *(("--max-minutes", "0.06") if stop == "max-minutes" else ())
    )
    if stop != "max-minutes":
        until(lambda: "/api/tin" in portal.coming)
    if stop == "ctrl-c":
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does
    elif stop == "systemd":
        os.killpg(running.pid, signal.SIGTERM)  # to every process of the unit
    elif stop == "sigterm":
        running.terminate()
    _, errors = running.communicate(timeout=30)
    assert "Traceback" not in errors
    assert "Task" not in errors
    until(lambda: world.browsers() == [])
    assert running.returncode == (0 if stop == "max-minutes" else 130)
    assert world.value("select outcome from runs") == (
        "stopped" if stop == "max-minutes" else "interrupted"
    )
    assert world.value(
        "select count(*) from captures where url like '%/api/tin'"
    ) == portal.paths().count("/api/tin")
    assert world.rows("select outcome from captures where outcome = 'failed'") == []
    assert_invariants(world.archive)
