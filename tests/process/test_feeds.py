"""Feeds over HTTP, as second readers understand them: the archive's own words, and nothing else."""

import asyncio
import os
import re
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders.full_archive import FullArchive
from tests.builders.hostile_archive import hostile_archive
from tests.builders.hostile_texts import FOR_BROWSERS, MARK
from tests.builders.read_feeds import faults, foreign, json_faults, read, words
from tests.builders.served_archive import ServedArchive
from web.pages.feeds.atom import NOT_XML
from web.place import Place
from web.serving.face import Face
from web.serving.settings import Serving
from web.serving.validators import with_validators

KINDS = ("all", "new", "edited", "removed")
ADDRESSES = [
    *(f"/feeds/{kind}" for kind in KINDS),
    "/feeds/new?site=songmai",
    "/feeds/new?site=songmai&section=Nông thôn mới",
    "/feeds/all?q=chăn thả&_lang=en",
    "/feeds/question/lately_changed/edited?site=songmai",
    "/feeds/question/vanished?site=deogio&state=",
]
SNIPPETS = """select articles.key, articles.site, articles.title, articles.url, published_at,
        published_on, published_precision, articles.first_seen_at, lead,
        ifnull(author, sites.name), section
    from articles join sites on sites.key = articles.site"""

WORDS = re.compile(r"\w+")
FIGURES = "select title from revisions where figures_changed = 1 and changed_by = 'portal'"


def in_form(address: str, form: str) -> str:
    path, question, query = address.partition("?")
    return f"{path}.{form}{question}{query}"


def links(entry: Any, rel: str) -> list[str]:
    return [one.href for one in entry.links if one.rel == rel]


@pytest.mark.parametrize("address", ADDRESSES)
def test_feeds_keep_the_rules_of_their_formats_and_say_the_same_in_both(
    full_face: ServedArchive, address: str
) -> None:
    answer = full_face.get(in_form(address, "atom"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert faults(answer.content) == []
    atom = read(answer.content)
    assert atom.entries
    other = full_face.get(in_form(address, "json"))
    assert other.headers["content-type"] == "application/feed+json; charset=utf-8"
    shown = other.json()
    assert json_faults(shown) == []
    assert (atom.feed.title, atom.feed.subtitle) == (shown["title"], shown["description"])
    for one, item in zip(atom.entries, shown["items"], strict=True):
        assert (one.id, one.title, one.summary) == (item["id"], item["title"], item["summary"])
        assert one.content[0].value == item["content_html"]
        assert one.updated == item["date_modified"]
        assert one.get("published", "")[10:] == item.get("date_published", "")[10:]
        assert links(one, "alternate") == [item["url"]]
        assert links(one, "via") == [item["external_url"]]
        assert one.author == item["authors"][0]["name"]
        assert foreign(item["content_html"], str(full_face.client.base_url)) == []
    for href in (links(atom.feed, "self")[0], links(atom.feed, "alternate")[0], shown["feed_url"]):
        assert full_face.client.get(href).status_code == 200, href


def test_each_new_entry_is_its_article(full_face: ServedArchive, full_archive: FullArchive) -> None:
    articles = {row[0]: row for row in full_archive.rows(SNIPPETS)}
    entries, address = [], "/feeds/new.atom"
    while address:
        page = read(full_face.client.get(address).content)
        entries += page.entries
        address = next(iter(links(page.feed, "next")), "")
    assert len(entries) == len({one.id for one in entries}) == len(articles)
    for one in entries:
        key = one.id.split("/")[1]
        _, site, title, url, at, on, precision, seen, lead, author, section = articles[key]
        assert one.id == f"tag:loa,2026:{site}/{key}/new"
        assert (one.title, one.author) == (title, author)
        assert links(one, "via") == [url]
        assert links(one, "alternate") == [str(full_face.client.base_url.join(f"/a/{key}"))]
        assert one.updated >= seen
        # A day is no instant: only the former is told where no more is known.
        assert one.get("published") == ({"minute": at, "month": (on or "")[:7]}.get(precision, on))
        terms = {tag.scheme.removeprefix("tag:loa,2026:"): tag.term for tag in one.tags}
        assert terms == {"kind": "new", "site": site} | ({"section": section} if section else {})
        (body,) = full_archive.rows("select body from articles where key = ?", key)[0]
        lacking = Counter(WORDS.findall(f"{lead or ''} {body}"))
        lacking -= Counter(WORDS.findall(" ".join(words(one.content[0].value))))
        assert not lacking


def test_an_edited_entry_holds_the_difference(
    full_face: ServedArchive, full_archive: FullArchive
) -> None:
    feed = read(full_face.get("/feeds/edited.atom").content)
    edits = full_archive.rows(
        """select key, articles.site, revisions.seen_at, seq, revisions.title from edits
            join revisions on revisions.id = edits.revision join articles on articles.id = article
        where edits.changed_by = 'portal'"""
    )
    told_of = {
        (one.id, one.title, links(one, "alternate")[0].partition("/a/")[2]) for one in feed.entries
    }
    assert told_of == {
        (f"tag:loa,2026:{site}/{key}/edited/{at}", title, f"{key}/versions?from={n - 1}&to={n}")
        for key, site, at, n, title in edits
    }
    (one,) = [one for one in feed.entries if one.title.startswith("Quy định mới")]
    content = one.content[0].value
    assert "<del>trưởng thôn.</del> <ins>ủy ban xã.</ins>" in content
    assert "class=" not in content
    figures = re.compile(r"<(ins|del)>[^<]*<strong>[^<]*\d[^<]*</strong>")
    changed = {row[0] for row in full_archive.rows(FIGURES)}
    assert changed
    assert {one.title for one in feed.entries if figures.search(one.content[0].value)} == changed


def test_a_removed_entry_holds_the_evidence(
    full_face: ServedArchive, full_archive: FullArchive
) -> None:
    feed = read(full_face.get("/feeds/removed.atom").content)
    sightings = full_archive.rows(
        """select key, articles.site, state, since_at, capture, to_url, confirmed_at
        from sightings join articles on articles.id = article where state <> 'there'"""
    )
    by_id = {one.id: one for one in feed.entries}
    assert len(by_id) == len(sightings)
    for key, site, state, since, capture, to_url, confirmed in sightings:
        one = by_id[f"tag:loa,2026:{site}/{key}/{state}/{since}"]
        terms = {tag.scheme.removeprefix("tag:loa,2026:"): tag.term for tag in one.tags}
        assert (terms["kind"], terms["state"]) == ("removed", state)
        assert one.updated >= confirmed
        proof = str(full_face.client.base_url.join(f"/capture/{capture}"))
        assert links(one, "related") == [proof]
        assert f'href="{proof}"' in one.content[0].value
        assert full_face.client.get(proof).status_code == 200
        if state == "moved":
            assert to_url in one.content[0].value
    newest = [one.updated for one in feed.entries]
    assert newest == sorted(newest, reverse=True)
    assert feed.feed.updated == newest[0]


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/feeds/new.rss", 404, ".atom"),
        ("/feeds/new", 404, ".atom"),
        ("/feeds/newest.atom", 404, ".atom"),
        ("/feeds/new.atom?site=nowhere", 404, "nowhere"),
        ("/feeds/new.atom?portal=songmai", 400, "portal"),
        ("/feeds/new.atom?site=songmai&site=deogio", 400, "site"),
        ("/feeds/new.atom?q=---", 400, ""),
        ("/feeds/new.atom?below=x", 400, "below"),
        ("/feeds/new.atom?until=soon", 400, "until"),
        ("/feeds/question/who_publishes_most.atom", 400, "who_publishes_most"),
        ("/feeds/question/nothing.atom", 404, "nothing"),
        ("/feeds/question/vanished.atom?sit=x", 400, "sit"),
    ],
)
def test_what_is_no_feed_is_refused_in_a_line_of_text(
    full_face: ServedArchive, address: str, status: int, said: str
) -> None:
    answer = full_face.client.get(address)
    assert (answer.status_code, answer.text.count("\n")) == (status, 1)
    assert answer.headers["content-type"].startswith("text/plain")
    assert said in answer.text


def test_pages_lead_to_their_feeds(full_face: ServedArchive) -> None:
    for page, feed in {
        "/": "/feeds/new.atom",
        "/changes?site=songmai": "/feeds/edited.atom?site=songmai",
        "/removed": "/feeds/removed.atom",
        "/site/songmai": "/feeds/new.atom?site=songmai",
        "/search?q=chăn+thả&site=songmai&order=newest": (
            "/feeds/new.atom?q=ch%C4%83n+th%E1%BA%A3&site=songmai"
        ),
        "/archive/lately_changed?site=songmai": (
            "/feeds/question/lately_changed.atom?site=songmai"
        ),
    }.items():
        shown = full_face.page(page)
        heads = shown.xpath("//head/link[@type='application/atom+xml'][@rel='alternate']/@href")
        assert feed in heads, page
        seen = shown.xpath("//main//a/@href")
        assert feed in seen, page
        assert feed.replace(".atom", ".json", 1) in seen, page
        for head in heads:
            assert full_face.client.get(head).status_code == 200
    assert (
        full_face.page("/archive/who_publishes_most").xpath("//a[contains(@href, '.atom')]") == []
    )


def test_questions_that_name_articles_have_a_feed_each(full_face: ServedArchive) -> None:
    feeds = full_face.page("/questions").xpath("//li//a[@type='application/atom+xml']/@href")
    assert "/feeds/question/vanished.atom" in feeds
    assert "/feeds/question/vanished_by_portal.atom" not in feeds
    assert len(feeds) >= 8
    for feed in feeds:
        answer = full_face.get(feed)
        assert answer.status_code == 200, feed
        assert faults(answer.content) == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "archive.db"
    hostile_archive(path, FOR_BROWSERS)
    return path


def asked(
    path: Path, *addresses: str, headers: dict[str, str] | None = None
) -> list[httpx.Response]:
    async def answers() -> list[httpx.Response]:
        face = Face(path, Serving(place=Place.parse("https://news.example/loa/")))
        await face.invoke_startup()
        return [await face.client.get(address, headers=headers) for address in addresses]

    return asyncio.run(answers())


def test_nothing_foreign_survives_in_a_feed(hostile: Path) -> None:
    paths = [f"/loa/feeds/{kind}.atom" for kind in KINDS] + ["/loa/feeds/all.json"]
    with sqlite3.connect(hostile) as db:
        titles = {row[0] for row in db.execute("select title from articles")}
        titles |= {row[0] for row in db.execute("select title from revisions")}
    *atoms, shown = asked(hostile, *paths)
    seen = 0
    for answer in atoms:
        assert answer.status_code == 200
        assert faults(answer.content) == []
        plain = {NOT_XML.sub("\ufffd", title).strip() for title in titles}
        feed = read(answer.content)
        for one in feed.entries:
            seen += 1
            assert one.title in plain
            for content in one.get("content", ()):
                assert foreign(content.value, "https://news.example/loa/") == []
            for link in one.links:
                assert re.fullmatch(r"https?://[!#-;=?-\[\]_a-z~%\u00a1-\U0010ffff]+", link.href)
                assert link.rel != "alternate" or link.href.startswith(
                    "https://news.example/loa/a/"
                )
    assert seen > len(FOR_BROWSERS)
    assert json_faults(shown.json()) == []
    for item in shown.json()["items"]:
        assert foreign(item.get("content_html", ""), "https://news.example/loa/") == []
        assert item["title"] in titles
    assert MARK in shown.text


def test_a_text_that_is_too_long_is_told_by_its_opening_and_never_cut(hostile: Path) -> None:
    with sqlite3.connect(hostile) as db:
        db.execute("update articles set body = ?, lead = null where id = 1", ("lời dài " * 40_000,))
        db.execute("update articles set body_html = null where id = 1")
        db.execute("update announcements set kind = 'new', article = 1 where number = 1")
        db.execute("delete from announcements where number > 1")
    (answer,) = asked(hostile, "/loa/feeds/new.atom")
    assert faults(answer.content) == []
    (one,) = [one for one in read(answer.content).entries if one.summary.startswith("lời dài")]
    assert "content" not in one
    assert one.summary.endswith("…")
    assert len(one.summary) < 500


def test_a_reader_that_has_a_feed_gets_no_other_copy(hostile: Path) -> None:
    paths = ("/loa/feeds/new.atom", "/loa/feeds/new.json", "/loa/feeds/new.atom?_lang=en")
    long_ago = time.time() - 60
    os.utime(hostile, (long_ago, long_ago))
    first, *others = asked(hostile, *paths)
    tag, modified = first.headers["etag"], first.headers["last-modified"]
    assert tag not in {one.headers["etag"] for one in others}
    for given in (
        {"if-none-match": tag},
        {"if-none-match": f'"other", {tag.removeprefix("W/")}'},
        {"if-modified-since": modified},
    ):
        (again,) = asked(hostile, paths[0], headers=given)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["last-modified"] == modified
    for given in (
        {"if-none-match": '"other"', "if-modified-since": modified},
        {"if-modified-since": "Mon, 30 Nov 2037 00:00:00 GMT"},  # a backup was put in its place
    ):
        assert asked(hostile, paths[0], headers=given)[0].status_code == 200
    # A file that may be written again in the same second has no time yet.
    in_a_minute = time.time() + 60
    os.utime(hostile, (in_a_minute, in_a_minute))
    (last,) = asked(hostile, paths[0], headers={"if-modified-since": modified})
    assert (last.status_code, last.headers["etag"]) == (200, tag)
    assert "last-modified" not in last.headers


@pytest.mark.parametrize(
    ("query", "kept"), [(b"q=a", b"public, max-age=60"), (b"_lang=en", b"private, max-age=60")]
)
def test_caches_of_a_public_server_keep_a_feed_for_a_minute(query: bytes, kept: bytes) -> None:
    answer = {"status": 200, "headers": [(b"etag", b'W/"entries"')]}
    scope = {"path": "/feeds/new.atom", "query_string": query}
    headers = dict(with_validators(answer, scope, b'W/"snapshot"', live=False)["headers"])
    assert headers == {b"etag": b'W/"entries"', b"cache-control": kept}
