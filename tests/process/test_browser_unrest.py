"""Pages whose scripts hang, grow, ask or navigate without end: each has one outcome.

The next page is read, the visit ends, and no browser is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.browser.browser import why_no_browser
from crawler.browser.rendering import MOST_TIMES
from tests.builders.archive_invariants import assert_invariants
from tests.builders.script_portal import Answer, ScriptPortal, ScriptWorld

MOST_SUBRESOURCES = 10  # instead of the crawler's own eighty
pytestmark = pytest.mark.skipif(why_no_browser() is not None, reason=str(why_no_browser()))
SHOW = """const show = () => { document.getElementById('app').innerHTML = `<article>
  <h1>Chuyện của ${location.pathname.slice(9, -5)}</h1><time datetime="2026-03-11">11/03/2026</time>
  <p>Sáng nay bà con trong xã đã bàn việc này và nhất trí với cách làm mà các thôn đưa ra
  từ tháng trước.</p>
  <p>Buổi họp kéo dài hai giờ, có sáu ý kiến, và kết thúc trong sự đồng lòng của những người
  có mặt ở nhà văn hóa.</p></article>`; };
"""
HOPELESS = {  # pages that show nothing that could be read
    "vong-lap": "show(); while (true) {}",
    "vong-sau": "show(); setTimeout(() => { while (true) {} }, 300);",
    "day-vung-nho": "const held = []; for (;;) held.push(new Uint8Array(3e7).fill(1));",
    "dai-vo-tan": "show(); const long = 'Một dòng chữ. '.repeat(1e6); document.body.append(long);",
}
UNRULY = {  # pages that show their article all the same
    "hop-thoai": (
        "alert(1); confirm(2); prompt(3); print(); window.onbeforeunload = () => 'x'; show();"
    ),
    "hoi-mai": "show(); setInterval(() => fetch('/api/tin'), 20);",
    "hoi-khac-mai": "show(); let n = 0; setInterval(() => fetch('/api/dem?n=' + n++), 20);",
    "hoi-nguoi-la-mai": "show(); setInterval(() => fetch('http://la.example/'), 20);",
    "anh-loi-mai": (
        "show(); const image = new Image(); image.onerror = () => { image.src = '/khac.png?' + "
        "Math.random(); }; image.src = '/anh.png';"
    ),
    "di-mai": "show(); let n = 0; setInterval(() => { location = '/di?' + n++; }, 10);",
    "tai-lai-mai": "show(); setInterval(() => location.reload(), 10);",
    "cua-so-mai": (
        "show(); for (let n = 0; n < 20; n++) window.open('about:blank', '_blank', n % 2 ? "
        "'noopener' : '');"
    ),
    "tho-mai": "show(); new Worker(URL.createObjectURL(new Blob(['while (true) {}'])));",
    "loi": (
        "show(); setTimeout(() => { throw new Error('x'); }); Promise.reject(new Error('y')); "
        "khongCo();"
    ),
    "doi-khuon": (
        "show(); String.prototype.slice = () => 'x'; Object.defineProperty(Element.prototype, "
        "'outerHTML', {get: () => { while (true) {} }});"
    ),
    "chu-hong": "show(); document.querySelector('h1').append('\\ud800 \\0 \\uffff');",
    "tra-loi-la": "show(); fetch('/la-999').catch(() => 0); fetch('/la-dau').catch(() => 0);",
}


@dataclass
class Visited:
    world: ScriptWorld
    portal: ScriptPortal
    said: str
    # By the page's name: outcome and error of what the browser made of it.
    outcomes: dict[str, tuple[str, str | None]]


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    with ScriptPortal() as portal:
        pages = {**HOPELESS, **UNRULY, "cuoi": "show();"}
        paths = {name: f"/tin-tuc/chuyen-so-{n}.html" for n, name in enumerate(pages)}
        portal.name({path: f"Chuyện của {name} trong xã" for name, path in paths.items()})
        for name, path in paths.items():
            portal.script(path, SHOW + pages[name])
        portal.answers["/la-999"] = Answer("x", status=999)
        portal.answers["/la-dau"] = Answer(
            "x",
            headers={
                "X La": "a",
                "Content-Encoding": "gzip",
                "Access-Control-Allow-Origin": "\x80",
            },
        )
        limits = {"OWN_TIME": 1.0, "READING": 2.0, "MOST_MEMORY": 700 << 20}
        settings = {
            **{f"crawler.browser.browser.{name}": limit for name, limit in limits.items()},
            "crawler.browser.rendering.MOST_SUBRESOURCES": MOST_SUBRESOURCES,
        }
        world = ScriptWorld(tmp_path_factory.mktemp("unrest"), portal, settings=settings)
        done = world.loa("crawl", "portal")
        rows = world.rows(
            "select url, outcome, error from captures where rendered_from is not null order by id"
        )
        became = {
            row["url"].removeprefix(portal.url.rstrip("/")): (row["outcome"], row["error"])
            for row in rows
        }
        yield Visited(
            world, portal, done.stderr, {name: became[path] for name, path in paths.items()}
        )


@pytest.mark.parametrize("name", HOPELESS)
def test_a_page_that_shows_nothing_fails_for_a_typed_reason(visited: Visited, name: str) -> None:
    outcome, error = visited.outcomes[name]
    assert outcome == "failed"
    assert str(error).startswith("browser: ")


@pytest.mark.parametrize("name", [*UNRULY, "cuoi"])
def test_a_page_that_shows_its_article_is_read_whatever_else_it_does(
    visited: Visited, name: str
) -> None:
    assert visited.outcomes[name][0] == "article-new"


def test_a_page_that_asks_again_and_again_is_not_followed_for_ever(visited: Visited) -> None:
    paths = visited.portal.paths()
    assert paths.count("/api/tin") <= 1 + MOST_TIMES
    assert 0 < len([path for path in paths if path.startswith("/api/dem")]) <= MOST_SUBRESOURCES
    assert not any(path.startswith("/di") for path in paths)


def test_the_visit_ends_with_every_page_and_no_browser_is_left(visited: Visited) -> None:
    assert len(visited.outcomes) == len(HOPELESS) + len(UNRULY) + 1
    assert "Traceback" not in visited.said
    assert "Task" not in visited.said
    (run,) = visited.world.rows("select outcome, detail from runs")
    # All these pages show one text, and that is told first.
    assert run["outcome"] == "suspect"
    assert "did not come to rest within 1 s; the next visit asks again" in run["detail"]
    assert visited.world.browsers() == []
    assert list(visited.world.temporary.iterdir()) == []
    assert_invariants(visited.world.archive)


def test_a_visit_gives_up_where_page_after_page_cannot_be_filled(tmp_path: Path) -> None:
    with ScriptPortal() as portal:
        paths = [f"/tin-tuc/bai-viet-so-{n}.html" for n in range(5)]
        portal.name({path: f"Bài viết số {n} của xã" for n, path in enumerate(paths)})
        for path in paths:
            portal.script(path, "while (true) {}")
        settings = {
            "crawler.browser.browser.OWN_TIME": 0.5,
            "crawler.browser.browser.READING": 0.5,
            "crawler.visit.visit.MOST_KILLED": 2,
        }
        world = ScriptWorld(tmp_path, portal, settings=settings)
        assert world.loa("crawl", "portal").returncode == 7
        assert world.value(
            "select count(*) from captures where rendered_from is not null and outcome = 'failed'"
        ) in (2, 3)  # one was under way
        assert "of its pages were too much for a reader or the browser" in world.value(
            "select detail from runs"
        )
