"""Datasette's own pages wear the dress of ours: both languages, labels, headings in order."""

import re
from itertools import pairwise
from typing import Any

import pytest
from lxml import html

from tests import ROOT
from tests.builders.served_archive import ServedArchive, text_of

PAGES = [
    "/archive",
    "/archive/articles",
    "/archive/articles?section=Tin+x%C3%A3&_facet=section",
    "/archive/coverage",
    "/archive/articles/1",
    "/archive/captures/1",
    "/archive/lately_changed",
    "/archive?sql=select+:name+as+name&name=a",
    "/archive?sql=select+nothing",
]
# What Datasette says on these pages of its own.
ITS_WORDS = re.compile(
    "Custom SQL|Run SQL|Queries took|This data as|Advanced export|Links from other|View and edit|"
    r"\brows?\b|\brecords?\b|Apply|Sort\.\.\.|remove filter|Powered by"
)


@pytest.mark.parametrize("path", PAGES)
def test_it_speaks_the_readers_language(served: ServedArchive, path: str) -> None:
    separator = "&" if "?" in path else "?"
    for language, sections in (("vi", "Các mục"), ("en", "Sections")):
        page: Any = html.fromstring(served.get(f"{path}{separator}_lang={language}").text)
        assert page.get("lang") == language
        assert page.xpath("string(//header//nav/@aria-label)") == sections
        assert page.xpath("string(//nav[@class='crumbs']//a/@href)") == "/"
        for each in page.xpath("//style | //code | //pre | //textarea | //td | //dd | //option"):
            each.drop_tree()
        if language == "vi":
            assert ITS_WORDS.findall(text_of(page)) == []


@pytest.mark.parametrize("path", PAGES)
def test_each_field_has_a_label_and_each_heading_its_place(
    served: ServedArchive, path: str
) -> None:
    page: Any = html.fromstring(served.get(path).text)
    fields = page.xpath("//input[not(@type='hidden')] | //select | //textarea")
    unnamed = [
        field.get("name")
        for field in fields
        if not field.get("aria-label")
        and not page.xpath("//label[@for=$id]", id=field.get("id") or "-")
        and not field.xpath("ancestor::label")
    ]
    assert unnamed == []
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []


def test_rows_lead_to_our_pages(served: ServedArchive) -> None:
    row = served.page("/archive/captures/1")
    assert "/capture/1" in row.xpath("//main//a/@href")
    assert "/site/suoi.mo" in row.xpath("//dd//a/@href")
    table = served.page("/archive/revisions")
    assert {"/capture/1", "/a/zpv3x22l4qypmioz"} <= set(table.xpath("//td/a/@href"))
    answer = served.page("/archive?sql=select+site,+run,+id+as+capture+from+captures+limit+1")
    assert answer.xpath("//td/a/@href") == ["/site/suoi.mo", "/run/1", "/capture/1"]


def test_a_row_says_what_its_columns_mean(served: ServedArchive) -> None:
    said = served.page("/archive/captures/1?_lang=en").xpath("//dl[contains(@class, 'row')]/dd")
    assert "The address that was asked for." in [one.xpath("string(p)") for one in said]


@pytest.mark.parametrize("folder", ["templates", "pages", "plugins"])
def test_no_page_says_a_thing_in_both_languages_at_once(folder: str) -> None:
    both = re.compile(r'[à-ỹ] / [a-z]|<span lang="en">/')
    files = [*(ROOT / "web" / folder).rglob("*.html"), *(ROOT / "web" / folder).rglob("*.py")]
    assert files
    assert [file.name for file in files if both.search(file.read_text(encoding="utf-8"))] == []
