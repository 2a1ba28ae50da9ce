"""Pages that lead on before they show anything, crawled and imported by the real commands.

They are asked, limited and told like redirects by a header.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from tests.builders.archive_invariants import assert_invariants
from tests.builders.gated_portal import ARTICLES, FRONT, GatedPortal, GateWatch, Reply, to
from tests.builders.guarded_web import ARTICLE, PUBLIC, GuardedWorld, Page, Portal

NAME = "portal.example"
NUMBERS = range(1, 9)
LISTING = "<html><head><title>Cổng</title></head><body><main><ul>{}</ul></main></body></html>"
ENTRIES = "".join(f'<li><h3><a href="/tin/bai-so-{n}">Họp số {n}</a></h3></li>' for n in NUMBERS)
REFRESH = '<html><head><meta http-equiv="refresh" content="{}"></head><body>{}</body></html>'
SCRIPT = "<html><head><script>{}</script></head><body></body></html>"


@dataclass
class Crawled:
    """A portal with many ways to lead on, after two crawls: what each asked for, in order."""

    world: GuardedWorld
    root: str
    asked: list[list[str]]
    said: str

    def outcomes(self) -> dict[str, str]:
        """The outcome of each address in the first crawl."""
        rows = self.world.rows("select url, outcome from captures where run = 1")
        return {row["url"].removeprefix(self.root): row["outcome"] for row in rows}

    def articles(self) -> set[str]:
        rows = self.world.rows("select url from articles")
        return {row["url"].removeprefix(self.root) for row in rows}


def fill(portal: Portal) -> None:
    pages = {f"/tin/bai-so-{n}": Page(ARTICLE.format(n=n, more="")) for n in NUMBERS}
    pages |= {
        "/": Page("", headers={"Refresh": "0; url=vao.html"}),
        "/vao.html": Page(SCRIPT.format("location.replace('/trang-chu/')")),
        "/trang-chu/": Page("", 300, {"Location": "/trang-chu/vi"}),
        "/trang-chu/vi": Page(LISTING.format(ENTRIES), 300),
        "/tin/bai-so-1": Page(REFRESH.format("3; url='../moi/so-1'", "Bài đã chuyển.")),
        "/moi/so-1": Page(ARTICLE.format(n=1, more=""), status=203),
        "/tin/bai-so-2": Page(REFRESH.format("0; url=https://khac.example/", "")),
        "/tin/bai-so-3": Page(REFRESH.format("0; url=/vong/so-3", "")),
        "/vong/so-3": Page(SCRIPT.format("top.location = '/tin/bai-so-3'")),
        "/tin/bai-so-4": Page(SCRIPT.format("location.href = '/bai?' + Date.now()")),
        "/tin/bai-so-5": Page(REFRESH.format("0; url=/cam/so-5", "")),
        "/tin/bai-so-6": Page(REFRESH.format("0; url=/hop/0", "")),
        **{f"/hop/{n}": Page(REFRESH.format(f"0; url=/hop/{n + 1}", "")) for n in range(20)},
        "/robots.txt": Page(
            "User-agent: *\nDisallow: /cam/", headers={"Content-Type": "text/plain"}
        ),
        "/tin/bai-so-7": Page(
            ARTICLE.format(n=7, more=""), headers={"Refresh": "0; url=/dang-nhap"}
        ),
        "/tin/bai-so-8": Page(ARTICLE.format(n=8, more=""), headers={"Location": "/khac"}),
    }
    portal.pages.update({(NAME, path): page for path, page in pages.items()})


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with Portal() as portal:
        world = GuardedWorld(tmp_path_factory.mktemp("leads-on"))
        world.names[NAME] = [[PUBLIC]]
        root = f"http://{NAME}:{portal.port}"
        world.site("portal", f"{root}/")
        fill(portal)
        asked, said = [], ""
        for _ in range(2):
            before = len(portal.asked)
            said += world.loa("crawl", "portal").stderr
            asked.append([path for _, path in portal.asked[before:]])
        yield Crawled(world, root, asked, said)


def test_the_articles_behind_them_are_kept(crawled: Crawled) -> None:
    assert crawled.articles() == {"/moi/so-1", "/tin/bai-so-7", "/tin/bai-so-8"}
    outcomes = crawled.outcomes()
    ways = ("/", "/vao.html", "/trang-chu/", "/tin/bai-so-1")
    assert {outcomes[path] for path in ways} == {"redirect"}
    assert (outcomes["/trang-chu/vi"], outcomes["/moi/so-1"]) == ("listing", "article-new")
    assert_invariants(crawled.world.archive)


def test_they_keep_to_the_rules_of_redirects(crawled: Crawled) -> None:
    outcomes = crawled.outcomes()
    assert outcomes["/tin/bai-so-2"] == "redirect-offsite"
    assert outcomes["/tin/bai-so-3"] == outcomes["/vong/so-3"] == "redirect"
    assert outcomes["/tin/bai-so-5"] == "redirect"
    assert outcomes["/hop/8"] == "redirect"
    assert outcomes["/hop/9"] == "redirect-loop"  # the tenth in a row is the last to be followed
    never = {"/cam/so-5", "/hop/10", "/dang-nhap", "/khac"}
    assert never.isdisjoint(path for paths in crawled.asked for path in paths)


def test_where_a_script_works_out_its_address_is_told_once(crawled: Crawled) -> None:
    assert crawled.outcomes()["/tin/bai-so-4"] == "refused-computed-redirect"
    (issue,) = crawled.world.rows(
        "select url, detail, closed_at from issues where kind = 'computed-redirect'"
    )
    assert issue["url"] == f"{crawled.root}/tin/bai-so-4"
    assert "pages like this: 1, the newest" in issue["detail"]
    assert issue["closed_at"] is None


def test_a_second_visit_asks_for_the_way_in_and_nothing_that_is_settled(crawled: Crawled) -> None:
    second = crawled.asked[1]
    assert {"/", "/vao.html", "/trang-chu/", "/trang-chu/vi"} <= set(second)
    settled = {"/tin/bai-so-1", "/moi/so-1", "/tin/bai-so-2", "/tin/bai-so-4", "/tin/bai-so-7"}
    assert settled.isdisjoint(second)


@pytest.mark.parametrize("by_header", [True, False])
def test_a_target_that_is_new_in_each_visit_takes_the_place_of_the_last(
    tmp_path: Path, by_header: bool
) -> None:
    numbers = count(1)

    def leads_on(path: str, cookie: str) -> Reply | None:
        if path != "/":
            return None
        target = f"/?_loop={next(numbers)}"
        return to(target) if by_header else Reply(200, text=REFRESH.format(f"0; url={target}", ""))

    with GatedPortal(leads_on) as portal, Ingest(tmp_path / "archive.db", name="t") as ingest:
        one = GateWatch(portal, ingest)
        for visit in range(1, 5):
            assert one.visit().outcome == "ok"
            fronts = [path for path in portal.paths() if path not in (*ARTICLES, "/robots.txt")]
            assert fronts == ["/", f"/?_loop={visit}"]
        assert one.articles() == ARTICLES


def test_a_former_target_that_shows_something_else_is_still_looked_at(tmp_path: Path) -> None:
    fronts = {f"/?trang={name}": FRONT.replace("bai-viet", name) for name in ("thon", "xa")}
    ways = iter(fronts)

    def leads_on(path: str, cookie: str) -> Reply | None:
        return to(next(ways)) if path == "/" else Reply(200, text=fronts.get(path, "<p>...</p>"))

    with GatedPortal(leads_on) as portal, Ingest(tmp_path / "archive.db", name="t") as ingest:
        one = GateWatch(portal, ingest)
        one.visit()
        one.visit()
        assert set(fronts) <= set(portal.paths())


def test_an_import_takes_them_alike(crawled: Crawled, tmp_path: Path) -> None:
    files = sorted((crawled.world.archive.parent / "captures").glob("*.warc.gz"))
    world = GuardedWorld(tmp_path)
    done = world.loa("import", *files)
    rows = "select url, outcome from captures where run = 1 order by url"
    first = [row for row in crawled.world.rows(rows) if row["outcome"] != "robots"]
    took = {row["url"]: row["outcome"] for row in reversed(world.rows("select * from captures"))}
    assert done.returncode == 0, done.stderr
    assert {row["url"]: took[row["url"]] for row in first} == {
        row["url"]: row["outcome"] for row in first
    }
    assert len(world.rows("select url from articles")) == 3
