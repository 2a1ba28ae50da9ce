"""Citations over HTTP: each page says how to cite what it shows, and the cited address keeps
showing it, whatever the portal and the archive do later.
"""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import foreign_warc as foreign
from tests.builders.full_archive import FullArchive
from tests.builders.rebuilt_archive import imported
from tests.builders.sample_world import World
from tests.builders.served_archive import ServedArchive, text_of
from web.pages.articles.cited import Found, cited_row, found_then, lasting_path

BRIDGE = "Sông Mai khởi công cầu Nà Hin"  # seen four times: a figure, a name, a paragraph


@pytest.fixture(scope="module")
def bridge(full_archive: FullArchive) -> str:
    return f"/a/{full_archive.key(BRIDGE)}"


def canonical(page: Any) -> str:
    (address,) = page.xpath("//link[@rel='canonical']/@href")
    return str(address)


def test_each_version_has_an_address_that_shows_it_and_cites_it(
    full_face: ServedArchive, full_archive: FullArchive, bridge: str
) -> None:
    shown = full_archive.rows(
        """select seq, revisions.title, fetched_at, sha256 from revisions
            join captures on captures.id = capture
        where article = (select id from articles where key = ?) order by seq""",
        bridge.removeprefix("/a/"),
    )
    assert len(shown) == 4
    addresses = set()
    for seq, title, at, sha256 in shown:
        page = full_face.page(f"{bridge}/versions/{seq}")
        address = canonical(page)
        addresses.add(address)
        cited = full_face.page(address)
        assert canonical(cited) == address
        assert text_of(cited.xpath("//main")[0]) == text_of(page.xpath("//main")[0])
        assert cited.xpath("//p[@class='notice']") == []  # it is what was cited
        (item,) = full_face.get(f"{address}.csl.json").json()
        assert (item["title"], item["archive_location"]) == (title, address)
        said = page.xpath("string(//p[@class='citation'])")
        for part in (title, at[:19].replace("T", " "), sha256, address):
            assert part in said
    assert len(addresses) == 4
    # The article itself is cited as the version that it shows.
    now = full_face.page(bridge)
    assert now.xpath("string(//p[@class='citation'])") == said
    assert canonical(now) == str(full_face.client.base_url).rstrip("/") + bridge


def test_the_files_of_a_citation_have_their_types_and_a_name(
    full_face: ServedArchive, bridge: str
) -> None:
    for link in full_face.page(bridge).xpath("//section[@id='citation']//a/@href"):
        assert full_face.get(link).status_code == 200
    types = {
        "bib": ("application/x-bibtex", "@online{loa-"),
        "ris": ("application/x-research-info-systems", "TY  - ELEC\r\n"),
        "csl.json": ("application/vnd.citationstyles.csl+json", "[\n"),
    }
    for ending, (media_type, beginning) in types.items():
        answer = full_face.get(f"{bridge}.{ending}")
        assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
        assert answer.headers["content-disposition"].endswith(f'.{ending}"')
        assert answer.text.startswith(beginning)
    for ending in ("bibtex", "exe", "csl.xml", "html"):
        assert full_face.get(f"{bridge}.{ending}").status_code == 404


def test_the_hits_of_a_page_are_cited_in_one_file(full_face: ServedArchive) -> None:
    page = full_face.page("/search?q=cau")
    hits = page.xpath("//li[contains(@class, 'entry')]//*[self::h2 or self::h3]/a/@href")
    (link,) = page.xpath("//a[text()='CSL-JSON']/@href")
    cited = full_face.get(link).json()
    assert len(hits) > 1
    keys = [one["archive_location"].partition("/a/")[2].partition("/")[0] for one in cited]
    assert [f"/a/{key}" for key in keys] == hits
    for name in ("BibTeX", "RIS"):
        (link,) = page.xpath("//a[text()=$name]/@href", name=name)
        assert full_face.get(link).text.count("Archived at ") == len(hits)


def test_machines_are_told_what_an_article_is_and_what_proves_it(
    full_face: ServedArchive, full_archive: FullArchive, bridge: str
) -> None:
    page = full_face.page(bridge, _lang="en")
    (script,) = page.xpath("//script")
    assert script.get("type") == "application/ld+json"
    told = json.loads(script.text)
    assert told["headline"].startswith(BRIDGE)
    assert (told["@type"], told["inLanguage"]) == ("NewsArticle", "vi")
    assert told["url"] == canonical(page)
    assert told["isBasedOn"].startswith("http://songmai.example/")
    assert full_face.page(told["archivedAt"]).xpath("//article")
    named = {one.get("property"): one.get("content") for one in page.xpath("//meta[@property]")}
    assert named["og:title"] == told["headline"]
    assert (named["og:url"], named["og:locale"]) == (told["url"], "vi_VN")
    assert named["article:published_time"] == told["datePublished"]
    ((key,),) = full_archive.rows("select key from articles where published_on is null limit 1")
    undated = full_face.page(f"/a/{key}")
    assert "datePublished" not in json.loads(undated.xpath("string(//script)"))
    assert undated.xpath("//meta[@property='article:published_time']") == []
    assert ", không rõ ngày." in undated.xpath("string(//p[@class='citation'])")
    assert "issued" not in full_face.get(f"/a/{key}.csl.json").json()[0]


def test_a_search_engine_is_told_one_address_of_each_page(
    full_face: ServedArchive, bridge: str
) -> None:
    origin = str(full_face.client.base_url).rstrip("/")
    for path in ("/", "/sites", "/changes", "/archive/articles"):
        assert canonical(full_face.page(path)) == f"{origin}{path}"
        assert canonical(full_face.page(path, _lang="en")) == f"{origin}{path}"
    views = ("/search?q=cau", "/changes?site=songmai", "/archive/articles?_size=5")
    for path in (*views, f"{bridge}/versions", f"{bridge}/versions/1"):
        assert full_face.page(path).xpath("//meta[@name='robots']/@content") == ["noindex"], path


def test_a_cited_version_outlives_later_imports_and_a_rebuild(world: World) -> None:
    days = [datetime(2026, 3, 9, 1, 4, tzinfo=UTC) + timedelta(days=30 * n) for n in range(3)]
    files = [
        foreign.warc(
            world.folder / f"{n}.warc.gz",
            [foreign.response(foreign.url("duong"), f"{day:%Y-%m-%dT%H:%M:%SZ}", body)],
        )
        for n, day in enumerate(days)
        for body in [foreign.page("Sửa đường vào bản Nà Phặc", first=f"Bản {n} góp công.")]
    ]

    def archive(name: str, order: list[int]) -> sqlite3.Connection:
        path = world.folder / name / "archive.db"
        path.parent.mkdir(exist_ok=True)
        for n in order:
            done = imported(world, files[n], LOA_ARCHIVE=str(path))
            assert done.exit_code == 0, done.output
        return sqlite3.connect(f"file:{Path(path)}?mode=ro", uri=True)

    def cited(db: sqlite3.Connection, seq: int) -> tuple[str, str]:
        """The lasting path of a version, and its text."""
        ((body,),) = db.execute("select body from revisions where seq = ?", (seq,)).fetchall()
        return lasting_path(cited_row(db, 1, seq)), body

    def text_at(db: sqlite3.Connection, at: datetime, digits: str) -> tuple[str, str] | None:
        if (found := found_then(db, [1], at, digits)) is None:
            return None
        return cited(db, found.seq)[1], found.how

    db = archive("grown", [1])
    path, text = cited(db, 1)
    assert "Bản 1" in text
    digits = path.rpartition("-")[2]
    db.close()
    # The portal edits the article; then an older capture turns up and becomes version 1.
    db = archive("grown", [2, 0])
    assert cited(db, 2) == (path, text)
    assert text_at(db, days[1], digits) == (text, "same")
    # The same words under another instant are still those words.
    assert text_at(db, days[2], digits) == (text, "same")
    # Other words of that capture, which other rules read: what today's rules read, and said so.
    assert text_at(db, days[1], "0" * 8) == (text, "read-anew")
    # Without the words, what had been seen by an instant.
    between = found_then(db, [1], days[2] - timedelta(seconds=1), "")
    assert between == Found(1, 2, "then")
    assert found_then(db, [1], days[0] - timedelta(seconds=1), "") is None
    db.close()
    with_all = archive("rebuilt", [0, 1, 2])
    assert cited(with_all, 2) == (path, text)
    with_all.close()
