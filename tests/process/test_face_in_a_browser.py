"""All kinds of page in Debian's Chromium: at a desk and on a phone, light and dark, both languages.

`LOA_PAGES_OF_A_KIND` says how many pages of each kind are opened, `LOA_SCREENSHOTS` where pictures
of them go.
"""

import os
from collections.abc import Iterator

import pytest

from crawler.browser.browser import why_no_browser
from tests.builders.face_browser import (
    DESK,
    PHONE,
    SHOTS,
    FaceBrowser,
    Theme,
    face_browser,
    file_name,
)
from tests.builders.face_pages import ABSENT, is_foreign, kind_of, pages
from tests.builders.full_archive import FullArchive
from tests.builders.full_pages import ARABIC, CHINESE, LONG_WORDS
from tests.builders.full_portals import BRIDGE, HERDS
from tests.builders.served_archive import ServedArchive

pytestmark = pytest.mark.skipif(why_no_browser() is not None, reason=str(why_no_browser()))
OF_A_KIND = int(os.environ.get("LOA_PAGES_OF_A_KIND", "1"))
LISTED = (
    *("/search", "/search?q=cau", "/search?q=khongcotunao", "/sites", "/site/thachlam"),
    *("/changes", "/removed", "/copies", "/runs", "/issues", "/status"),
    *("/archive/captures", "/archive/articles?_layout=columns"),
)
KINDS = {
    *("/", "/search", "/a/KEY", "/a/KEY/versions", "/a/KEY/versions/N", "/sites", "/site/KEY"),
    *("/day/DAY", "/month/DAY", "/changes", "/removed", "/copies", "/capture/N", "/attachment/N"),
    *("/runs", "/run/N", "/issues", "/issue/N", "/status"),
    *("/archive", "/archive/articles", "/archive/TABLE", "/archive/TABLE/ROW"),
}
# The editor of SQL is a field of words without scripts.
WORDS = """() => {
    document.querySelectorAll(".CodeMirror, .cm-editor, #sql-format").forEach(one => one.remove());
    return document.querySelector("main").innerText;
}"""
THEMES: tuple[Theme, ...] = ("light", "dark")


@pytest.fixture(scope="module")
def paths(full_face: ServedArchive, full_archive: FullArchive) -> list[str]:
    """A page of each kind, and those that are hard to lay out."""
    hard = [full_archive.key(title) for title in (BRIDGE, HERDS, ARABIC, CHINESE, LONG_WORDS)]
    return pages(full_face, [*LISTED, *(f"/a/{key}" for key in hard)], of_a_kind=OF_A_KIND)


@pytest.fixture(scope="module")
def browser(full_face: ServedArchive, paths: list[str]) -> Iterator[FaceBrowser]:
    """Chromium; it starts once the pages are known, because it keeps this thread's event loop."""
    with face_browser(str(full_face.client.base_url)) as opened:
        yield opened


def looks(language: str) -> list[tuple[tuple[int, int], Theme]]:
    """Sizes and themes; the two languages share them, unless pictures or many pages are wanted."""
    every: list[tuple[tuple[int, int], Theme]]
    every = [(size, theme) for size in (DESK, PHONE) for theme in THEMES]
    if SHOTS or OF_A_KIND > 1:
        return every
    return [every[0], every[3]] if language == "vi" else [every[1], every[2]]


def one_of_each(paths: list[str]) -> list[str]:
    """The first page of each template, to save time; all of them if many pages are wanted."""
    if OF_A_KIND > 1:
        return paths
    return [*{kind_of(path).partition("?")[0]: path for path in reversed(paths)}.values()]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_sound_at_each_size_and_in_each_theme(
    browser: FaceBrowser, paths: list[str], language: str
) -> None:
    wrong = list[str]()
    with browser.visit(language) as visit:
        articles = [path for path in paths if kind_of(path) == "/a/KEY" and language == "vi"]
        for path in dict.fromkeys([*one_of_each(paths), *articles, *ABSENT]):
            visit.open(path, status=404 if path in ABSENT else 200)
            spoken = visit.page.evaluate("document.documentElement.lang")
            if spoken != language:
                visit.told.append(f"lang is {spoken}")
            visit.skip()
            for size, theme in looks(language):
                visit.wear(size, theme)
                visit.check(focus=(size, language) == (DESK, "vi"))
                visit.shoot(f"{file_name(path)}-{language}-{theme}")
            wrong += visit.findings(path)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_no_serious_barrier(browser: FaceBrowser, paths: list[str], theme: Theme) -> None:
    wrong = list[str]()
    with browser.visit("vi", size=PHONE if theme == "dark" else DESK) as visit:
        visit.page.emulate_media(color_scheme=theme)
        for path in [*one_of_each(paths), ABSENT[0]]:
            visit.open(path, status=None)
            visit.barriers(only=None if theme == "light" or OF_A_KIND > 1 else "color-contrast")
            wrong += visit.findings(path)
    assert not wrong, "\n".join(wrong)


def test_a_text_from_right_to_left_runs_so_amid_ours(
    browser: FaceBrowser, full_archive: FullArchive
) -> None:
    with browser.visit() as visit:
        visit.open(f"/a/{full_archive.key(ARABIC)}")
        runs = "one => getComputedStyle(one).direction"
        found = [visit.page.locator(one).first.evaluate(runs) for one in ("h1", ".text p", "h2")]
    assert found == ["rtl", "rtl", "ltr"]


def test_a_phone_shows_the_first_headline_without_scrolling(
    browser: FaceBrowser, full_archive: FullArchive
) -> None:
    first = {"/": "main h3 a", "/search?q=cau": "main h3 a", f"/a/{full_archive.key(BRIDGE)}": "h1"}
    with browser.visit(size=PHONE) as visit:
        for path, headline in first.items():
            visit.open(path)
            box = visit.page.locator(headline).first.bounding_box()
            assert box is not None, path
            assert box["y"] + box["height"] <= PHONE[1], path


def test_paper_has_the_text_and_its_proof_and_no_menus(
    browser: FaceBrowser, full_archive: FullArchive
) -> None:
    stays, goes = ["h1", ".text p", "#provenance"], ["header nav", "form[role=search]"]
    with browser.visit() as visit:
        visit.open(f"/a/{full_archive.key(BRIDGE)}")

        def seen() -> list[str]:
            parts = [*stays, *goes]
            return [one for one in parts if visit.page.locator(one).first.is_visible()]

        assert seen() == [*stays, *goes]
        visit.page.emulate_media(media="print")
        assert seen() == stays


@pytest.mark.skipif(OF_A_KIND == 1, reason="no page has a script; `make soak FAULTS=face` looks")
def test_pages_say_the_same_without_scripts(browser: FaceBrowser, paths: list[str]) -> None:
    wrong = list[str]()
    with browser.visit() as with_them, browser.visit(scripts=False) as without:
        for path in one_of_each(paths):
            said = []
            for visit in (with_them, without):
                visit.open(path)
                said.append(visit.page.evaluate(WORDS))
            lacking = {*said[0].split()} - {*said[1].split()}
            if lacking:
                without.told.append(f"lacks {sorted(lacking)[:9]}")
            wrong += without.findings(path)
    assert not wrong, "\n".join(wrong)


def test_the_search_works_without_scripts(browser: FaceBrowser) -> None:
    with browser.visit(scripts=False) as visit:
        visit.open("/")
        visit.page.get_by_role("searchbox").first.fill("cau na hin")
        visit.page.get_by_role("searchbox").first.press("Enter")
        visit.page.get_by_role("link", name=BRIDGE).first.click()
        assert visit.page.get_by_role("heading", level=1).inner_text() == BRIDGE
        assert visit.told == []


def test_the_pages_of_this_test_are_all_kinds(paths: list[str]) -> None:
    assert KINDS - {kind_of(path).partition("?")[0] for path in paths} == set()
    assert not any(is_foreign(path) for path in paths)
