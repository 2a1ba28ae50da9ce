"""Debian's nginx in front, with the file of docs/serve.md: the whole site works below a path.

The proxy takes the base path away (`proxy_pass` with a slash at its end) or does not. One
`loa serve` answers both. `LOA_PAGES_OF_A_KIND` says how many pages of each kind are opened.
"""

import os
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Error

from crawler.browser.browser import why_no_browser
from tests.builders import nginx
from tests.builders.face_browser import FaceBrowser, Visit, face_browser
from tests.builders.face_pages import kind_of
from tests.builders.full_archive import FullArchive
from tests.builders.full_portals import BRIDGE
from tests.builders.served_archive import ServedArchive
from tests.builders.walked_site import Walk

pytestmark = pytest.mark.skipif(nginx.program() is None, reason="nginx is not installed")
NO_BROWSER = why_no_browser()
in_a_browser = pytest.mark.skipif(NO_BROWSER is not None, reason=str(NO_BROWSER))
OF_A_KIND = int(os.environ.get("LOA_PAGES_OF_A_KIND", "1"))
# What a page owes its readers below a path; each finding is a line of words.
CHECKS = """async () => {
    const wrong = [], root = getComputedStyle(document.documentElement);
    if (document.querySelector("link[rel=stylesheet]") && !root.getPropertyValue("--ink"))
        wrong.push("has no style");
    for (const one of document.images) {
        one.loading = "eager";
        await one.decode().catch(() => wrong.push(`picture ${one.src.slice(0, 90)}`));
    }
    return wrong;
}"""
QUESTIONS = ("/archive/search", "/archive/lately_changed")
LINKS = "() => [...document.querySelectorAll('a[href], iframe')].map(one => one.href || one.src)"
FORMS = "() => [...document.forms].map(one => one.action)"


@dataclass(frozen=True, slots=True)
class Front:
    """One Loa behind two proxies: the ports of the one that keeps the path, and of the other."""

    served: ServedArchive
    kept: int
    stripped: int


@pytest.fixture(scope="module")
def front(full_archive: FullArchive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    kept = nginx.site_of_the_docs()
    stripped = re.sub(r"(location /loa/ \{\s+proxy_pass [^;]+);", r"\1/;", kept)
    assert stripped != kept
    with ServedArchive(full_archive.path, "--public", "--base-url", nginx.SITE) as served:
        upstream = served.client.base_url.port
        assert upstream is not None
        folder = tmp_path_factory.mktemp("nginx")
        with nginx.nginx(folder, upstream, kept, stripped) as ports:
            yield Front(served, *ports)


@pytest.fixture(scope="module")
def rich(full_archive: FullArchive) -> list[str]:
    """Pages that lead to kinds that few pages lead to."""
    capture = full_archive.rows("select max(capture) from revisions")[0][0]
    pictured = "select key from articles where id = (select article from images limit 1)"
    return [
        *("sitemap.xml", "robots.txt", "search?q=x%C3%A3"),
        *("archive/articles", "archive/articles?_facet=site"),
        "archive/articles.json?_size=2&_sort_desc=published_on&_facet_date=published_on",
        f"a/{full_archive.key(BRIDGE)}/versions",
        f"a/{full_archive.rows(pictured)[0][0]}",
        f"capture/{capture}/original",
    ]


@pytest.mark.parametrize("proxy", ["kept", "stripped"])
def test_no_address_leaves_the_path_or_leads_nowhere(
    front: Front, rich: list[str], proxy: str
) -> None:
    with nginx.client(getattr(front, proxy)) as client:
        walk = Walk(client, nginx.SITE, of_a_kind=2 if proxy == "kept" else OF_A_KIND)
        walk.go(*rich)
    assert not walk.wrong, "\n".join(walk.wrong)
    assert walk.kinds.keys() >= {
        *("/a/KEY?", "/a/KEY/versions?", "/site/KEY?", "/day/DAY?site", "/search?page&q"),
        *("/search?filter&q", "/search.json?page&q", "/capture/N/frame?", "/image/N?"),
        *("/archive/articles?_facet", "/archive/articles?_next&_sort_desc", "/?_lang"),
        "/archive/TABLE/ROW?",
        "/archive/articles.json?_facet_date&_next&_size&_sort_desc",
        "/archive/articles.json?_facet_date&_size&_sort_desc&column",
    }
    assert walk.media_types.keys() >= {"text/css", "image/svg+xml", "application/xml"}


@pytest.fixture(scope="module")
def browser(front: Front) -> Iterator[FaceBrowser]:
    """Chromium, for which the host of the docs is at nginx."""
    leads = f"{nginx.HOST}:443 127.0.0.1:{front.stripped}"
    with face_browser(nginx.SITE, leads, f"rebound.example 127.0.0.1:{front.stripped}") as opened:
        yield opened


@in_a_browser
def test_every_kind_of_page_and_form_works_in_a_browser(
    browser: FaceBrowser, rich: list[str]
) -> None:
    wrong, forms = list[str](), dict[str, str]()
    walk = Walk(httpx.Client(), nginx.SITE, OF_A_KIND)
    with browser.visit() as visit:
        waiting = deque(["/", *(f"/{path}" for path in rich), *QUESTIONS])
        seen = {*waiting}
        while waiting:
            path = waiting.popleft()
            if not _opened(visit, path):
                continue
            visit.told += visit.page.evaluate(CHECKS)
            wrong += visit.findings(path)
            for url in visit.page.evaluate(FORMS):
                forms.setdefault(_form_kind(url), path)
            for url in visit.page.evaluate(LINKS):
                link = "/" + url.partition("#")[0].removeprefix(nginx.SITE)
                if not url.startswith(nginx.SITE) or link in seen:
                    continue
                seen.add(link)
                kind = walk.kind(url) if OF_A_KIND > 1 else walk.kind(url).partition("?")[0]
                walk.kinds[kind] += 1
                if walk.kinds[kind] <= OF_A_KIND:
                    waiting.append(link)
        for kind, path in forms.items():
            visit.open(path)
            _send(visit, kind)
            wrong += visit.findings(f"{path}: form to {kind}")
    assert not wrong, "\n".join(wrong)
    assert len(walk.kinds) > 30
    assert forms.keys() >= {
        "/search",
        "/a/KEY/versions",
        "/archive/articles",
        "/changes",
        *QUESTIONS,
    }


def _opened(visit: Visit, path: str) -> bool:
    """Whether the browser shows a page; it keeps some answers as files."""
    try:
        visit.open(path)
    except Error as error:
        if "Download is starting" not in str(error):
            raise
        return False
    return True


def _form_kind(action: str) -> str:
    path = "/" + action.partition("?")[0].removeprefix(nginx.SITE)
    return path if path.startswith("/archive/") else kind_of(path)


def _send(visit: Visit, kind: str) -> None:
    number = [*map(_form_kind, visit.page.evaluate(FORMS))].index(kind)
    with visit.page.expect_navigation() as sent:
        visit.page.evaluate(f"() => document.forms[{number}].requestSubmit()")
    answer = sent.value
    if answer is None or answer.status != 200 or "?" not in answer.url:
        visit.told.append(f"{answer and answer.url} answers {answer and answer.status}")
    visit.told += visit.page.evaluate(CHECKS)


@in_a_browser
def test_a_reader_searches_pages_on_and_changes_the_language(browser: FaceBrowser) -> None:
    with browser.visit(language=None) as visit:
        visit.open("/")
        visit.page.get_by_role("searchbox").first.fill("xã")
        visit.page.get_by_role("searchbox").first.press("Enter")
        visit.page.locator("a[rel=next]").first.click()
        assert visit.page.url.startswith(f"{nginx.SITE}search?")
        assert visit.page.locator("main h3 a").count() > 0
        spoken = "document.documentElement.lang"
        assert visit.page.evaluate(spoken) == "vi"
        visit.page.locator("a.language").click()
        assert visit.page.evaluate(spoken) == "en"
        visit.page.locator("a.home").click()
        assert (visit.page.url, visit.page.evaluate(spoken)) == (nginx.SITE, "en")
        kept = {str(one.get("name")): one for one in visit.page.context.cookies()}["loa_language"]
        assert (kept.get("path"), kept.get("secure"), kept.get("sameSite")) == (
            "/loa/",
            True,
            "Lax",
        )
        assert not visit.findings("/")


@in_a_browser
def test_a_rebound_name_reads_nothing_through_the_proxy(browser: FaceBrowser) -> None:
    with browser.visit(language=None) as visit:
        answer = visit.page.goto("https://rebound.example/loa/archive/articles.json")
        assert answer is not None
        assert answer.status == 421
