"""Hostile texts in every column of every table, on every kind of page, in Debian's Chromium.

Nothing of theirs becomes a part of a page: no script runs, no element or attribute comes, nothing
is asked for, and the reader stays where they are. `LOA_PAGES_OF_A_KIND` says how many pages of each
kind are opened.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from crawler.browser.browser import why_no_browser
from tests.builders.face_browser import FaceBrowser, face_browser
from tests.builders.face_pages import pages
from tests.builders.hostile_archive import hostile_archive
from tests.builders.hostile_texts import FOR_BROWSERS, MARK
from tests.builders.served_archive import ServedArchive

pytestmark = pytest.mark.skipif(why_no_browser() is not None, reason=str(why_no_browser()))
OF_A_KIND = int(os.environ.get("LOA_PAGES_OF_A_KIND", "1"))
STAGE = f"""window.ran = [];
window.{MARK} = number => window.ran.push(`{MARK}(${{number}}) ran`);
window.addEventListener("securitypolicyviolation", event =>
    window.ran.push(`the policy refused ${{event.violatedDirective}} ${{event.sample}}`));
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => window.ran.push(name);
"""
FOREIGN = """mark => {
    const wrong = [...window.ran];
    const never = new Set(["object", "embed", "base", "video", "audio", "math", "template", "x",
        "foreignobject", "animate", "noscript", "portal"]);
    const links = ["href", "src", "action", "formaction", "data", "poster", "xlink:href", "ping",
        "background", "srcset"];
    const ids = new Map();
    for (const one of document.querySelectorAll("*")) {
        const tag = one.localName.toLowerCase(), told = one.outerHTML.slice(0, 120);
        if (never.has(tag)) wrong.push(`element ${told}`);
        if (one.id) ids.set(one.id, (ids.get(one.id) ?? 0) + 1);
        const runs = tag === "style" || (tag === "script" && one.type !== "application/ld+json");
        if (runs && one.textContent.includes(mark))
            wrong.push(`${tag} with their text`);
        if (tag === "meta" && one.httpEquiv) wrong.push(`meta ${told}`);
        if (tag === "iframe" && !one.hasAttribute("sandbox")) wrong.push(`frame ${told}`);
        for (const {name, value} of one.attributes) {
            if (name.startsWith("on") || name.includes(mark)) wrong.push(`attribute ${told}`);
            if (["style", "class", "id", "name", "srcdoc"].includes(name) && value.includes(mark)
                    && !one.id.startsWith("qp"))  // a parameter of the reader's own SQL
                wrong.push(`${name} ${told}`);
            if (!links.includes(name)) continue;
            let address;
            try { address = new URL(value, document.baseURI); } catch { continue; }
            const own = address.origin === location.origin;
            const away = tag === "a" && ["http:", "https:"].includes(address.protocol)
                && one.relList.contains("noopener") && !value.startsWith("//");
            if (!own && !away) wrong.push(`${name} ${told}`);
        }
    }
    for (const [id, count] of ids) if (count > 1) wrong.push(`${count} elements are #${id}`);
    return wrong;
}"""


@pytest.fixture(scope="module", params=["texts", "everywhere"])
def hostile(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedArchive]:
    """Their texts where texts stand, and also where days and Loa's own words stand."""
    path: Path = tmp_path_factory.mktemp("hostile") / "archive.db"
    hostile_archive(path, FOR_BROWSERS, everywhere=request.param == "everywhere")
    with ServedArchive(path) as server:
        yield server


@pytest.fixture(scope="module")
def paths(hostile: ServedArchive) -> list[str]:
    """Pages of each kind, and pages that say again what was asked."""
    asked = FOR_BROWSERS if OF_A_KIND > 2 else FOR_BROWSERS[::9]
    echoes = [
        path.format(quote(text, safe=""))
        for text in asked
        for path in ("/search?q={}", "/archive?sql=select+'{}'+as+x", "/archive/articles?title={}")
    ]
    return [*pages(hostile, of_a_kind=OF_A_KIND), *echoes, *(f"/{quote(one)}" for one in asked)]


@pytest.fixture(scope="module")
def browser(hostile: ServedArchive, paths: list[str]) -> Iterator[FaceBrowser]:
    with face_browser(str(hostile.client.base_url)) as opened:
        yield opened


def test_nothing_foreign_survives_on_any_page(browser: FaceBrowser, paths: list[str]) -> None:
    wrong, shown = list[str](), set[str]()
    with browser.visit() as visit:
        visit.page.add_init_script(STAGE)
        for path in paths:
            visit.open(path, status=None)
            visit.told += visit.page.evaluate(FOREIGN, MARK)
            if not visit.page.url.startswith(browser.origin):
                visit.told.append(f"the reader is at {visit.page.url}")
            text = visit.page.evaluate("document.body.innerText")
            shown |= {one for one in FOR_BROWSERS if one[:40].strip() in text}
            # Originals that are not there answer with an error, to pictures too.
            visit.told[:] = [one for one in visit.told if "server responded with" not in one]
            wrong += visit.findings(path)
    assert not wrong, "\n".join(wrong)
    # They were there.
    assert len(shown) >= 60, [one for one in FOR_BROWSERS if one not in shown]


@pytest.mark.parametrize("hostile", ["texts"], indirect=True)
def test_no_page_fails(hostile: ServedArchive, paths: list[str]) -> None:
    """Not even where an address is none, or a text holds what no page can show."""
    answers = {path: hostile.client.get(path).status_code for path in paths}
    assert {path: status for path, status in answers.items() if status >= 500} == {}
    assert [line for line in hostile.log if "Traceback" in line] == []
