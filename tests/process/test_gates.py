"""Gates: a host that asks for its cookie gets it back, and no other host does."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import product

import pytest

from pipelines.ingest import Ingest
from tests.builders.gated_portal import ARTICLES, Gate, GatedPortal, GateWatch, Reply, to
from tests.builders.gates import (
    GATES,
    GOOD,
    PAGES,
    aspnet,
    checked,
    checked_and_missed_at_first,
    checked_at_the_front_page,
    checked_by_the_cookie,
    checked_in_vain_at_first,
    to_itself,
)

Watch = Callable[..., GateWatch]


@pytest.fixture(scope="module")
def ingest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingest]:
    with Ingest(tmp_path_factory.mktemp("gates") / "archive.db", name="gates") as opened:
        yield opened


@pytest.fixture
def watch(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0)  # each visit is alone
    with ExitStack() as stack:

        def watching(gate: Gate, *hosts: str, **crawl: object) -> GateWatch:
            portal = stack.enter_context(GatedPortal(gate))
            return GateWatch(portal, ingest, *hosts, **crawl)

        yield watching


@pytest.mark.parametrize(
    ("gate", "guards_robots"),
    [*product(GATES, (False, True)), *product(PAGES, (False,))],
)
def test_a_gate_lets_in_who_returns_its_cookie(
    watch: Watch, gate: Gate, guards_robots: bool
) -> None:
    one = watch(gate)
    one.portal.guards_robots = guards_robots
    one.portal.robots = "User-agent: *\nDisallow: /tin/bai-viet-so-2\n"
    first = one.visit()
    # The last article is forbidden by robots.txt, which was read, too.
    well = ("ok", "listed pages that gave no article: 1 robots")
    assert (first.outcome, first.detail) == well
    assert one.articles() == ARTICLES[:2]
    assert one.open_issues() == []
    assert one.portal.asked[0] == ("/robots.txt", "")
    asked = one.portal.paths()
    # The gate is paid for once.
    assert [asked.count(path) for path in ARTICLES[:2]] == [1, 1]
    whole_visit = len(one.portal.asked)
    assert whole_visit <= 11
    again = one.visit()
    assert (again.outcome, again.detail) == well
    assert one.portal.asked[0][1] == ""  # a visit begins without cookies
    assert len(one.portal.asked) <= whole_visit
    assert [url for url in one.articles() if "?" in url] == []
    assert one.open_issues() == []
    titles = one.column(
        "select count(*) from pages where site = :site and kind = 'article' and state = 'held'"
    )
    assert titles == [2]


def test_a_page_of_maintenance_that_loads_itself_again_is_a_gate(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.visit.pace._SHORTEST_BACK_OFF", 0.0)
    one = watch(lambda path, cookie: busy(cookie) if path != "/robots.txt" else None)
    assert one.visit().outcome == "ok"
    assert one.articles() == ARTICLES
    assert one.column("select outcome from captures where site = :site and status = 503") == [
        "redirect-loop"
    ]


def busy(cookie: str) -> Reply | None:
    page = '<html><head><meta http-equiv="refresh" content="3"><title>503</title></head></html>'
    return None if GOOD in cookie else Reply(503, [("Set-Cookie", f"{GOOD}; path=/")], page)


def test_an_error_with_a_cookie_that_does_not_load_itself_is_an_error(watch: Watch) -> None:
    page = "<html><body><h1>403 Forbidden</h1></body></html>"
    denied = Reply(403, [("Set-Cookie", f"{GOOD}; path=/")], page)
    one = watch(lambda path, cookie: denied if path == ARTICLES[0] else None)
    one.visit()
    assert one.portal.paths().count(ARTICLES[0]) == 1
    assert one.column("select outcome from captures where site = :site and status = 403") == [
        "client-error"
    ]


@pytest.mark.parametrize(
    "gate",
    [
        *(to_itself, checked, checked_at_the_front_page, checked_by_the_cookie, aspnet),
        *(checked_in_vain_at_first, checked_and_missed_at_first),
    ],
)
def test_a_gate_before_the_articles_alone_is_passed_in_each_visit(watch: Watch, gate: Gate) -> None:
    def before_articles(path: str, cookie: str) -> Reply | None:
        return gate(path, cookie) if path not in ("/", "/robots.txt") else None

    one = watch(before_articles)
    for after in (timedelta(hours=1), timedelta(days=3), timedelta(days=30)):
        assert one.visit(after).outcome == "ok"
        assert one.articles() == ARTICLES
        assert one.column(
            "select distinct state from pages where site = :site and url like '%/tin/bai%'"
        ) == ["held"]
    assert one.open_issues() == []


@pytest.mark.parametrize(
    "gate", [to_itself, checked, aspnet, checked_in_vain_at_first, checked_and_missed_at_first]
)
def test_a_gate_before_the_front_page_alone_costs_the_same_in_each_visit(
    watch: Watch, gate: Gate
) -> None:
    def before_the_front_page(path: str, cookie: str) -> Reply | None:
        bare = path.partition("?")[0]
        return gate(path, cookie) if bare in ("/", "/check", "/nocookies.html") else None

    one = watch(before_the_front_page)
    assert one.visit().outcome == "ok"
    for after in (timedelta(hours=1), timedelta(days=3), timedelta(days=3)):
        assert one.visit(after).outcome == "ok"
        asked = [path for path in one.portal.paths() if not path.startswith(("/robots", "/tin"))]
        assert asked[0] == asked[-1] == "/"
        assert len(asked) <= 3
    assert one.articles() == ARTICLES
    assert one.open_issues() == []


def test_no_cookie_is_sent_to_a_portal_that_answers_without(watch: Watch) -> None:
    moved_paths = (
        "/tin/bai-cu-so-1",
        "/tin/bai-cu-so-2",
        "/tin/bai-mat-so-3",
        "/tin/bai-hong-so-4",
    )

    def moved(path: str, _: str) -> Reply | None:
        return {
            "/robots.txt": to("/", "PHPSESSID=xyz; path=/"),  # as where nothing is there
            "/": to("/trang-chu", "PHPSESSID=abc; path=/"),
            "/trang-chu": Reply(
                200,
                [("Set-Cookie", "PHPSESSID=def; path=/")],
                "<title>Cổng</title><main>"
                + "".join(f'<h3><a href="{path}">Bài {path}</a></h3>' for path in moved_paths)
                + "</main>",
            ),
            "/tin/bai-cu-so-1": to(ARTICLES[1], "PHPSESSID=ghi; path=/"),
            "/tin/bai-cu-so-2": to(ARTICLES[2], "PHPSESSID=jkl; path=/"),
            "/tin/bai-mat-so-3": to("/404.html", "PHPSESSID=mno; path=/"),
            "/tin/bai-hong-so-4": to("/tin/bai-hong-so-4"),  # gives no cookie
        }.get(path)

    one = watch(moved)
    one.portal.sets, one.portal.guards_robots = ["track=1; path=/"], True
    one.visit()
    assert one.articles() == ARTICLES[1:]
    # Only what was requested in place of robots.txt had cookies.
    assert [path for path, cookie in one.portal.asked if cookie] == ["/", "/trang-chu"]
    asked = one.portal.paths()
    assert {path for path in asked if asked.count(path) > 1} == {"/", "/trang-chu"}
    assert len(asked) == len(set(asked)) + 2


def test_a_gate_that_never_lets_in_is_left_soon_and_told(watch: Watch) -> None:
    one = watch(lambda path, cookie: to(path, "vs=1; path=/"))
    assert one.visit().outcome == "incomplete"
    assert one.portal.paths() == ["/robots.txt", "/", "/"]
    assert one.open_issues() == ["denied"]


def test_a_gate_before_one_article_that_never_lets_in_is_told(watch: Watch) -> None:
    one = watch(lambda path, cookie: to(path, "vs=1; path=/") if path == ARTICLES[0] else None)
    end = one.visit()
    assert end.outcome == "incomplete"
    assert "asks for a cookie, and asks again although it came back" in str(end.detail)
    assert one.portal.paths().count(ARTICLES[0]) == 2
    assert {cookie for path, cookie in one.portal.asked if path != ARTICLES[0]} == {""}
    assert one.articles() == ARTICLES[1:]


def test_a_gate_with_ever_new_cookies_is_left_soon(watch: Watch) -> None:
    given = iter(range(10_000))
    one = watch(lambda path, cookie: to(path, f"vs{next(given)}=1; path=/"))
    assert one.visit().outcome == "incomplete"
    assert one.portal.paths() == ["/robots.txt", *["/"] * 4]


def test_one_broken_page_does_not_close_an_open_gate(watch: Watch) -> None:
    def broken(path: str, cookie: str) -> Reply | None:
        return to(path, "vs=1; path=/") if path == ARTICLES[0] else to_itself(path, cookie)

    one = watch(broken)
    one.visit()
    assert one.articles() == ARTICLES[1:]


def test_broken_pages_behind_an_open_gate_cost_little(watch: Watch) -> None:
    given = iter(range(10_000))
    front = "".join(f'<h3><a href="/tin/bai-hong-so-{n}">Bài {n}</a></h3>' for n in range(12))

    def broken(path: str, cookie: str) -> Reply | None:
        if path.startswith("/tin/bai-hong"):
            return to(path, f"vs{next(given)}=1; path=/")
        page = Reply(200, text=f"<title>Cổng</title><main>{front}</main>")
        return to_itself(path, cookie) or (page if path == "/" else None)

    one = watch(broken)
    one.visit()
    asked = [path for path in one.portal.paths() if path.startswith("/tin/bai-hong")]
    assert len(set(asked)) >= 10
    assert len(asked) - len(set(asked)) == 3 * 3  # three pages, three times


def test_an_article_that_moved_is_no_part_of_the_gate(watch: Watch) -> None:
    def moved(path: str, cookie: str) -> Reply | None:
        return checked(path, cookie) or (to(ARTICLES[1]) if path == ARTICLES[0] else None)

    one = watch(moved)
    one.visit()
    one.visit(timedelta(days=3))
    gate = one.column("select url from pages where site = :site and reason = 'gate'")
    assert gate == [f"{one.portal.url}check?return=/", f"{one.portal.url}check?return=/sitemap.xml"]
    assert one.column(
        f"select reason from pages where url = '{one.portal.url[:-1]}{ARTICLES[0]}'"
    ) == ["redirect"]


def test_a_value_that_changes_with_every_page_is_followed(watch: Watch) -> None:
    state = {"token": 0}

    def changing(path: str, cookie: str) -> Reply | None:
        if cookie != f"token={state['token']}":
            return to(path, f"token={state['token']}; path=/")
        state["token"] += 1
        one.portal.sets = [f"token={state['token']}; path=/", "other=1; path=/"]
        return None

    one = watch(changing)
    assert one.visit().outcome == "ok"
    assert one.articles() == ARTICLES
    asked = one.portal.paths()
    assert asked.count("/") == 2
    assert len(asked) == 6
    assert not any("other" in cookie for _, cookie in one.portal.asked)


@pytest.mark.parametrize(
    "cookie",
    [
        "vs=1; path=/; domain=other.example",
        "vs=1; path=/; domain=0.0.1",
        "vs=1; path=/; secure",
        "vs=1; path=/khac",
        "vs=1; path=/; max-age=0",
        "vs=1; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT",
        f"vs={'x' * 5_000}; path=/",
    ],
)
def test_a_cookie_that_a_browser_refuses_is_refused(watch: Watch, cookie: str) -> None:
    one = watch(lambda path, got: to(path, cookie))
    assert one.visit().outcome == "incomplete"
    assert one.portal.paths() == ["/robots.txt", "/"]


def test_a_cookie_goes_to_no_other_host_of_the_site(watch: Watch) -> None:
    other = watch(lambda path, cookie: None)
    link = f'<h3><a href="{other.portal.url}tin/bai-viet-so-1">Bài 1</a></h3>'

    def gate(path: str, cookie: str) -> Reply | None:
        page = to_itself(path, cookie)
        return page or (Reply(200, text=f"<title>Cổng</title>{link}") if path == "/" else None)

    one = watch(gate, other.portal.host)
    assert one.visit().outcome == "ok"
    assert (("/", GOOD)) in one.portal.asked
    assert ("/tin/bai-viet-so-1", "") in other.portal.asked
    assert {cookie for _, cookie in other.portal.asked} == {""}


def test_a_check_that_robots_txt_forbids_is_not_asked(watch: Watch) -> None:
    one = watch(checked)
    one.portal.robots = "User-agent: *\nDisallow: /check\n"
    assert one.visit().outcome == "incomplete"
    assert one.portal.paths() == ["/robots.txt", "/"]


def test_the_cookies_are_not_in_the_database(watch: Watch) -> None:
    one = watch(lambda path, cookie: None if "BiMat8f14" in cookie else to(path, "vs=BiMat8f14"))
    one.visit()
    assert any("BiMat8f14" in cookie for _, cookie in one.portal.asked)
    one.ingest.archive.connection.execute("pragma wal_checkpoint(truncate)")
    assert b"BiMat8f14" not in one.ingest.archive.path.read_bytes()
