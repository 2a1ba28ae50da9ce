"""Frozen pages, our own, in languages that came as a file of words alone: one folder a language."""

import json
import tomllib
from functools import cache
from typing import Any

import pytest

from pipelines.capture import Capture
from pipelines.read.reader import read
from pipelines.read.reading import Article
from pipelines.read.task import Task
from portals.languages import languages
from portals.site import Site
from tests import FROZEN_PAGES
from tests.pages.test_pages_of_no_family import found_in

LANGUAGES = [key for key in languages() if (FROZEN_PAGES / key).is_dir()]
FOLDERS = sorted(
    path.parent.relative_to(FROZEN_PAGES).as_posix()
    for language in LANGUAGES
    for path in FROZEN_PAGES.glob(f"{language}/*/page.toml")
)
FIELDS = ("title", "lead", "body", "author", "source", "language", "published", "updated")


@cache
def article_of(folder: str) -> tuple[Article, str]:
    told = tomllib.loads((FROZEN_PAGES / folder / "page.toml").read_text(encoding="utf-8"))
    base = "/".join(told["url"].split("/")[:3])
    site = Site(name="", url=f"{base}/", key="frozen", language="und", timezone=told["timezone"])
    body = (FROZEN_PAGES / folder / "page.html").read_bytes()
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    reading = read(
        Task(Capture("frozen", told["url"], told["fetched_at"], 200, headers, body), site)
    )
    assert reading.article is not None, (reading.kind, reading.refusal, reading.detail)
    return reading.article, base


@pytest.mark.parametrize("field", [*FIELDS, "images", "attachments"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_page_is_read_with_the_words_of_its_language(folder: str, field: str) -> None:
    expected: dict[str, Any] = json.loads(
        (FROZEN_PAGES / folder / "expected.json").read_text(encoding="utf-8")
    )
    article, base = article_of(folder)
    assert found_in(article, field, base) == expected[field]


def test_the_folders_of_languages_have_pages() -> None:
    assert (
        {folder.partition("/")[0] for folder in FOLDERS}
        == {*LANGUAGES}
        >= {"th", "id", "zh", "ru", "ar"}
    )
