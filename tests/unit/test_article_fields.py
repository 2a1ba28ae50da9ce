"""A field of Article that is forgotten anywhere fails here, by name: see docs/add-a-field.md."""

import asyncio
from contextlib import closing
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import pytest
import sqlite_utils
from lxml import html

from crawler.commands.read import shown_fields
from pipelines.capture import Capture
from pipelines.keep.database.archive import Archive
from pipelines.keep.database.migrations import migrations
from pipelines.keep.records.article_columns import KEPT_APART, OWN_COLUMNS, TEXT_FIELDS
from pipelines.keep.records.captures import captures_where
from pipelines.keep.upkeep.reread import differences
from pipelines.read.addresses.article_key import article_key
from pipelines.read.reader import read
from pipelines.read.reading import Article, Dated, Evidence, Reading
from pipelines.read.task import Task
from tests.builders.archived_answers import AT, SITE, URL, Keeper, read_as
from tests.builders.served_archive import METADATA, text_of
from web.pages.articles.wording import evidence
from web.serving.face import Face
from web.serving.settings import Serving

FIELDS = tuple(field.name for field in fields(Article))
DAY = timedelta(days=1)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)

# A page on which every field stands, and the fields of which no rule needs to be told.
PAGE = """<html lang="vi"><head><meta name="generator" content="NukeViet v4.5">
<meta property="article:modified_time" content="2026-02-02T16:40:00+07:00"></head><body>
<div class="news_column" itemtype="http://schema.org/NewsArticle" itemscope>
<ol class="breadcrumb"><li>Trang nhất</li><li><a href="/tin/">Tin trong huyện</a></li></ol>
<h1 itemprop="headline">Xã Đồng Vàng họp dân</h1><span class="h5">Chủ nhật - 01/02/2026 08:33</span>
<div class="hometext">Sáng ngày 31/01/2026, xã Đồng Vàng tổ chức họp dân.</div>
<div id="news-bodyhtml"><p>Bà con bàn việc làm đường liên thôn, dài ba cây số.</p>
<figure class="image"><img src="/uploads/hop.jpg"><figcaption>Bà con họp</figcaption></figure></div>
<div class="news-download-file"><a href="/bai-95.html?download=1&amp;id=0">quyet-dinh.pdf</a></div>
<p class="text-right"><strong>Tác giả: </strong>Hoài An</p>
<p class="text-right"><strong>Nguồn tin: </strong>Đài huyện</p></div></body></html>"""
WITHOUT_A_RULE = {
    "url": "it was asked for",
    "body_html": "made together with the body",
    "language": "of the site's file, or counted from the letters",
    "event_on": "read from the lead and the first paragraph",
    "images": "all that stand in the body",
    "attachments": "all links to files",
    "extractor": "it is the rule",
}


def filled(kind: type, name: str, version: int) -> Any:
    """A value of a type whose every field is filled; another for another version."""
    if NoneType in get_args(kind):
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
    if get_origin(kind) is Annotated or kind is str:
        return f"{name} {version}"
    if get_origin(kind) is tuple:
        return (filled(get_args(kind)[0], name, version),)
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        return kind(
            **{one.name: filled(hints[one.name], name or one.name, version) for one in fields(kind)}
        )
    day = FIRST + DAY * (len(name) + 20 * version)  # another for each date of an article
    return {date: day.date(), datetime: day, int: version, bool: False}[kind]


def full_article(version: int = 1) -> Article:
    one: Article = replace(filled(Article, "", version), url=URL, language="vi")
    return one


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    keeper = Keeper(archive)
    keeper.keep(read_as(full_article()))
    return keeper


@pytest.fixture(scope="module")
def columns() -> dict[str, set[str]]:
    with closing(sqlite_utils.Database(memory=True)) as database:
        migrations.apply(database)
        return {table: set(database[table].columns_dict) for table in ("articles", "revisions")}


@pytest.mark.parametrize("name", OWN_COLUMNS)
def test_every_field_has_a_column(columns: dict[str, set[str]], name: str) -> None:
    assert name in columns["articles"], f"migrations.py: no column articles.{name}"


@pytest.mark.parametrize("name", OWN_COLUMNS)
def test_every_column_is_described(name: str) -> None:
    assert METADATA["tables"]["articles"]["columns"].get(name), (
        f"web/metadata.yml: articles.{name} has no description"
    )


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_every_text_has_a_column_in_the_history(columns: dict[str, set[str]], name: str) -> None:
    assert name in columns["revisions"], f"migrations.py: no column revisions.{name}"


def test_the_lists_of_fields_name_nothing_that_is_gone() -> None:
    assert set(KEPT_APART) | set(WITHOUT_A_RULE) | set(TEXT_FIELDS) <= set(FIELDS)


def stored(one: Article, name: str) -> object:
    value = getattr(one, name)
    return value.isoformat() if isinstance(value, date) else value


def test_every_field_is_stored_and_replaced(keeper: Keeper) -> None:
    for version in (1, 2):
        keeper.keep(read_as(full_article(version)), at=AT + version * DAY)
        row = keeper.one("select * from articles")
        expected = {name: stored(full_article(version), name) for name in OWN_COLUMNS}
        assert {name: row.get(name) for name in OWN_COLUMNS} == expected
    texts = keeper.one("select * from revisions where seq = 2")
    assert {name: texts[name] for name in TEXT_FIELDS} == {
        name: stored(full_article(2), name) for name in TEXT_FIELDS
    }


@pytest.mark.parametrize("name", sorted(set(FIELDS) - {"url", "extractor", "language"}))
def test_loa_reread_finds_a_difference_in_every_field(keeper: Keeper, name: str) -> None:
    better = replace(full_article(), **{name: getattr(full_article(2), name)})
    (row,) = captures_where(keeper.archive.connection, "true")
    found = differences(keeper.archive.connection, SITE, row, read_as(better))
    column = {"published": "published_on", "updated": "updated_at"}.get(name, name)
    assert column in {one.field for one in found}


@pytest.mark.parametrize("name", FIELDS)
def test_loa_read_shows_every_field(name: str) -> None:
    shown = shown_fields(full_article())
    assert any(shown.get(key) for key in (name, f"{name.removesuffix('s')} 1"))


@pytest.fixture(scope="module")
def reading() -> Reading:
    url = "http://lungvai.example/tin/bai-95.html"
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return read(Task(Capture("lungvai", url, AT, 200, headers, PAGE.encode()), SITE))


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_read_and_explained(reading: Reading, name: str) -> None:
    assert reading.article is not None
    assert getattr(reading.article, name), f"article.py reads no {name}, or PAGE above shows none"
    if name not in WITHOUT_A_RULE:
        assert name in {one.field for one in reading.explanations}, (
            f"article.py: call log.explain({name!r}, ...) where it is read"
        )


@pytest.fixture(scope="module")
def page_of_an_article(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The visible text of an article's page, and the addresses of its links."""
    path = tmp_path_factory.mktemp("served") / "archive.db"
    with Archive.open(path) as archive:
        Keeper(archive).keep(read_as(full_article()))

    async def page() -> str:
        face = Face(path, Serving())
        await face.invoke_startup()
        answer = await face.client.get(f"/a/{article_key(URL)}")
        return str(answer.text)

    shown = html.fromstring(asyncio.run(page()))
    links = [str(link.get("href")) for link in shown.findall(".//article//a")]
    return "\n".join([text_of(shown), *links])


@pytest.mark.parametrize(
    "name", sorted({*FIELDS} - {"language", "body"})
)  # a lang attribute; body_html
def test_the_page_of_an_article_shows_every_field(page_of_an_article: str, name: str) -> None:
    value = getattr(full_article(), name)
    if isinstance(value, tuple):
        value = value[0].url
    if isinstance(value, Dated):
        value = value.on
    shown = f"{value:%d/%m/%Y}" if isinstance(value, date) else value
    assert shown in page_of_an_article, f"web/templates/article.html: shows no {name}"


@pytest.mark.parametrize("word", get_args(Evidence))
def test_every_word_of_evidence_is_explained_to_readers(word: str) -> None:
    assert word in evidence(), f"web/pages/articles/wording.py: evidence() lacks {word}"
    described = METADATA["tables"]["articles"]["columns"]["published_evidence"]
    assert word in described, f"web/metadata.yml: published_evidence does not explain {word}"
