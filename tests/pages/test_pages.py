"""Frozen pages, our own, of the three measured families, one folder a page.

Expectations are what a careful reader finds on each, written by eye, field by field.
"""

import json
import tomllib
from functools import cache
from typing import Any

import pytest

from pipelines.capture import Capture
from pipelines.read.reader import read
from pipelines.read.reading import Article, Dated, Reading
from pipelines.read.task import Task
from portals.site import Site
from tests import FROZEN_PAGES

PAGES = FROZEN_PAGES
FAMILIES = ("nukeviet", "wordpress", "sharepoint-lacviet")
FOLDERS = sorted(
    path.parent.relative_to(PAGES).as_posix()
    for family in FAMILIES
    for path in PAGES.glob(f"{family}/*/page.toml")
)


def expected_of(folder: str) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads(
        (PAGES / folder / "expected.json").read_text(encoding="utf-8")
    )
    return expected


@cache
def reading_of(folder: str) -> Reading:
    told = tomllib.loads((PAGES / folder / "page.toml").read_text(encoding="utf-8"))
    site = Site(
        name="Cổng thử nghiệm",
        url="/".join(told["url"].split("/")[:3]) + "/",
        key="frozen",
        platform=told.get("platform"),
    )
    body = (PAGES / folder / "page.html").read_bytes()
    return read(
        Task(
            Capture(
                "frozen",
                told["url"],
                told["fetched_at"],
                200,
                (("Content-Type", "text/html; charset=utf-8"),),
                body,
            ),
            site,
        )
    )


def dated(found: Dated | None) -> dict[str, str | None] | None:
    return (
        None
        if found is None
        else {
            "on": found.on.isoformat(),
            "at": found.at.isoformat() if found.at else None,
            "precision": found.precision,
            "evidence": found.evidence,
        }
    )


def of_article(article: Article, field: str) -> object:
    match field:
        case "body":
            return article.body.split("\n\n") if article.body else []
        case "published" | "updated":
            return dated(getattr(article, field))
        case "event_on":
            return article.event_on and article.event_on.isoformat()
        case "images":
            return [[image.url, image.caption] for image in article.images]
        case "attachments":
            return [[file.url, file.name] for file in article.attachments]
    return getattr(article, field)


def of_reading(reading: Reading, field: str) -> object:
    match field:
        case "kind" | "platform" | "refusal" | "next_page":
            return getattr(reading, field)
        case "notes":
            return [note.kind for note in reading.notes]
        case "articles_linked" | "listings_linked" | "feeds_linked":
            kind = field.removesuffix("s_linked")
            return [link.url for link in reading.links if link.kind == kind]
        case "listed_on":
            return {
                link.url: (link.published.at or link.published.on).isoformat()
                for link in reading.links
                if link.published
            }
    assert reading.article is not None, (
        f"no article: {reading.kind} {reading.refusal} {reading.detail}"
    )
    return of_article(reading.article, field)


@pytest.mark.parametrize(
    ("folder", "field"), [(folder, field) for folder in FOLDERS for field in expected_of(folder)]
)
def test_a_frozen_page_is_read_as_a_person_reads_it(folder: str, field: str) -> None:
    assert of_reading(reading_of(folder), field) == expected_of(folder)[field]


def test_every_family_has_its_frozen_pages() -> None:
    for family in FAMILIES:
        names = {folder.partition("/")[2] for folder in FOLDERS if folder.startswith(f"{family}/")}
        assert {
            "full-article",
            "word-paste-and-table",
            "br-layout-and-captions",
            "attachment-only",
            "listing",
            "home",
        } <= names
        assert any(expected_of(f"{family}/{name}")["kind"] == "refused" for name in names)


@pytest.mark.parametrize(
    "folder", [folder for folder in FOLDERS if expected_of(folder)["kind"] == "article"]
)
def test_every_field_of_an_article_can_be_explained(folder: str) -> None:
    reading = reading_of(folder)
    assert reading.article is not None
    explained = {explanation.field for explanation in reading.explanations}
    assert {"title", "published", "section"} <= explained
    assert ("lead" in explained) == (reading.article.lead is not None)
