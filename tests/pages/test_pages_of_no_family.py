"""Frozen pages of no known family, our own, read without any family rules."""

import json
import tomllib
from functools import cache
from typing import Any

import pytest

from pipelines.read.article.page_kind import CONVINCED
from pipelines.read.reading import Article, Dated
from tests import FROZEN_PAGES
from tests.builders.pages_of_no_family import (
    page_of,
    read_page,
)

PAGES = FROZEN_PAGES / "generic"
TOLD = {
    path.parent.name: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted(PAGES.glob("*/page.toml"))
}
ARTICLES = [name for name, told in TOLD.items() if told["expected"] == "article"]
OTHERS = [name for name in TOLD if name not in ARTICLES]
FIELDS = (
    "title",
    "lead",
    "body",
    "author",
    "source",
    "section",
    "published",
    "images",
    "attachments",
)


@cache
def frozen(name: str) -> tuple[Article | None, float]:
    return read_page(
        page_of(
            (PAGES / name / "page.html").read_text(encoding="utf-8"),
            TOLD[name]["url"],
            TOLD[name]["fetched_at"],
        )
    )


def found_in(article: Article, field: str, base: str) -> object:
    def path(url: str) -> str:
        return url.removeprefix(base)

    match field:
        case "body":
            return article.body.split("\n\n") if article.body else []
        case "published" | "updated":
            dated: Dated | None = getattr(article, field)
            return dated and {
                "on": dated.on.isoformat(),
                "at": dated.at.isoformat().replace("+00:00", "Z") if dated.at else None,
                "evidence": dated.evidence,
            }
        case "images":
            return [[path(image.url), image.caption] for image in article.images]
        case "attachments":
            return [[path(file.url), file.name] for file in article.attachments]
    return getattr(article, field)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", ARTICLES)
def test_a_page_of_an_unknown_family_says_what_a_reader_finds_on_it(name: str, field: str) -> None:
    expected: dict[str, Any] = json.loads(
        (PAGES / name / "expected.json").read_text(encoding="utf-8")
    )
    article, _ = frozen(name)
    assert article is not None
    assert found_in(article, field, "/".join(TOLD[name]["url"].split("/")[:3])) == expected[field]


@pytest.mark.parametrize("name", OTHERS)
def test_a_section_a_front_page_and_a_page_about_the_district_are_no_articles(name: str) -> None:
    article, confidence = frozen(name)
    assert article is None
    assert confidence < CONVINCED


def test_there_are_articles_and_others_to_read() -> None:
    assert len(ARTICLES) >= 8
    assert len(OTHERS) >= 3
