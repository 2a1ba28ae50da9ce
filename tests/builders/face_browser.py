"""Debian's Chromium on the pages of a served archive, and what it finds wrong with them."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, sync_playwright

from crawler.browser.browser import chromium
from tests.builders.face_pages import kind_of

Theme = Literal["light", "dark"]
DESK, PHONE = (1280, 900), (390, 844)
SHOTS = os.environ.get("LOA_SCREENSHOTS")  # a folder outside git
GRAVE = ("serious", "critical")
AXE_RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# What a page owes its readers; each finding is a line of words.
CHECKS = """() => {
    const wrong = [];
    const shown = one => one.getClientRects().length > 0;
    const headings = [...document.querySelectorAll("h1")].filter(shown);
    if (headings.length !== 1) wrong.push(`${headings.length} h1`);
    const mains = document.querySelectorAll("main");
    if (mains.length !== 1) wrong.push(`${mains.length} main`);
    if (!document.title.trim()) wrong.push("no title");
    for (const one of document.querySelectorAll("input, select, textarea")) {
        const named = one.labels?.length || one.ariaLabel || one.getAttribute("aria-labelledby");
        if (one.type !== "hidden" && one.type !== "submit" && !named)
            wrong.push(`no label for ${one.outerHTML.slice(0, 90)}`);
    }
    const wide = document.documentElement.scrollWidth - innerWidth;
    if (wide > 0) {
        const widest = [...document.querySelectorAll("body *")].filter(shown)
            .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
            .filter(one => !one.parentElement.closest("[data-scrolls]")).at(-1);
        wrong.push(`${wide} px too wide at ${innerWidth}: ${widest?.outerHTML.slice(0, 90)}`);
    }
    return wrong;
}"""
UNSEEN_FOCUS = """() => {
    const wrong = [];
    const able = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
    const kinds = new Map();  // a few of each are enough
    for (const one of document.querySelectorAll(able)) {
        const kind = `${one.tagName} ${one.className} ${one.parentElement.className}`;
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        if (kinds.get(kind) > 2 || !one.getClientRects().length || one.tabIndex < 0) continue;
        const before = getComputedStyle(one).boxShadow;
        one.focus({focusVisible: true, preventScroll: true});
        const style = getComputedStyle(one);
        const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
        if (document.activeElement === one && !outlined && style.boxShadow === before)
            wrong.push(`focus is not seen on ${one.outerHTML.slice(0, 90)}`);
        if (wrong.length > 3) break;
    }
    document.activeElement?.blur();
    return wrong;
}"""


@dataclass
class Visit:
    """A page in the browser; `told` collects what is wrong with it."""

    page: Page
    origin: str
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self._requested(request.url))
        self.page.on("console", lambda one: self._said(one.type, one.text))
        self.page.on("pageerror", lambda error: self.told.append(f"script error: {error}"))

    def _requested(self, url: str) -> None:
        if not url.startswith((self.origin, "data:", "blob:", "about:")):
            self.told.append(f"asks another host: {url}")

    def _said(self, kind: str, text: str) -> None:
        # Chromium says so of a page that is rightly absent.
        if kind == "error" and not re.search(r"status of (400|404)", text):
            self.told.append(f"console: {text}")

    def open(self, path: str, *, status: int | None = 200) -> None:
        """Go to a page. Any status is right if None."""
        answer = self.page.goto(self.origin + path, wait_until="load")
        if status is not None and (answer is None or answer.status != status):
            self.told.append(f"answers {answer and answer.status} and not {status}")

    def findings(self, path: str) -> list[str]:
        """What was told since the last call, each once, as lines that begin with this path."""
        told, self.told[:] = [f"{path}: {one}" for one in dict.fromkeys(self.told)], []
        return told

    def wear(self, size: tuple[int, int], theme: Theme) -> None:
        """Show the page in another size and theme."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.emulate_media(color_scheme=theme)

    def check(self, *, focus: bool = True) -> None:
        """What a look at the page as it is now finds."""
        self.told += self.page.evaluate(CHECKS)
        self.told += self.page.evaluate(UNSEEN_FOCUS) if focus else []

    def barriers(self, only: str | None = None) -> None:
        """What axe-core finds that is serious or critical; `only`: by this rule."""
        rules = {**AXE_RULES, "runOnly": {"type": "rule", "values": [only]}} if only else AXE_RULES
        found: dict[str, Any] = Axe().run(self.page, options=rules).response
        for rule in found["violations"]:
            if rule["impact"] in GRAVE:
                first = rule["nodes"][0]
                why = " ".join(str(first["failureSummary"]).split())[:160]
                self.told.append(
                    f"axe {rule['impact']} {rule['id']} ({len(rule['nodes'])}): "
                    f"{first['html'][:120]} {why}"
                )

    def skip(self) -> None:
        """Follow the skip link with the keyboard."""
        self.page.keyboard.press("Tab")
        link = self.page.evaluate(
            """() => { const one = document.activeElement, box = one.getBoundingClientRect();
            return [one.getAttribute("href") ?? "", box.width > 20 && box.top >= 0]; }"""
        )
        if not (str(link[0]).startswith("#") and link[1]):
            self.told.append(f"the first stop is no visible skip link but {link}")
            return
        self.page.keyboard.press("Enter")
        if not self.page.evaluate("() => document.activeElement.closest('main') !== null"):
            self.told.append("the skip link does not lead into main")

    def shoot(self, name: str) -> None:
        """Keep a picture of the whole page, if there is a folder for them."""
        if SHOTS:
            size = self.page.viewport_size or {"width": 0}
            file = Path(SHOTS) / f"{name}-{size['width']}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=file, full_page=True)


def file_name(path: str) -> str:
    """A name for pictures of a kind of page."""
    return re.sub(r"[^\w-]+", "_", kind_of(path)).strip("_") or "front"


class FaceBrowser:
    """One Chromium. Each `visit` has a profile of its own."""

    def __init__(self, contexts: Any, origin: str) -> None:
        self._browser = contexts
        self.origin = origin.rstrip("/")

    @contextmanager
    def visit(
        self, language: str | None = "vi", *, size: tuple[int, int] = DESK, scripts: bool = True
    ) -> Iterator[Visit]:
        """A visitor with a language, or none yet; `scripts`: whether their browser runs any."""
        context: BrowserContext = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            bypass_csp=False,
            ignore_https_errors=True,
        )
        if language is not None:
            cookie = {"name": "loa_language", "value": language, "url": self.origin}
            context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict of the stubs
        try:
            yield Visit(context.new_page(), self.origin)
        finally:
            context.close()


@contextmanager
def face_browser(origin: str, *hosts: str) -> Iterator[FaceBrowser]:
    """Chromium while the block lasts. `hosts`: where names lead, as `NAME:PORT ADDRESS:PORT`."""
    rules = ",".join(f"MAP {host}" for host in hosts)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                f"--host-resolver-rules={rules}",
            ],
        )
        try:
            yield FaceBrowser(browser, origin)
        finally:
            browser.close()
