"""Sixty hostile texts in every text column of the archive.

No page gains an element, attribute or script, no sheet a formula, and JSON tells the truth.
"""

import csv
import io
import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from lxml import html
from sqlite_utils import Database

from pipelines.keep.database.migrations import migrations
from pipelines.read.addresses.article_key import article_key
from tests.builders.hostile_texts import FORMULAS, MARK, PAYLOADS
from tests.builders.served_archive import KEY, METADATA, SEEN, ServedArchive

HARMLESS = "Họp dân bàn việc làm đường"
ADDRESS = "https://nalung.example/tin"
TABLES = [name for name in METADATA["tables"] if name != "articles_fts"]
MEMORY = 512 << 10  # KiB, of the server
BOMBS = [
    "select printf('%.*c', 90000000, 'x')",
    "select printf('%900000000d', 1)",
    "select hex(zeroblob(400000000))",
    "select zeroblob(900000000)",
    "select randomblob(900000000)",
    "select replace(hex(zeroblob(60000)), '0', hex(zeroblob(60000)))",
    "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n",
    "with recursive n(x) as (select 1 union all select x + 1 from n) select group_concat(x) from n",
    "with recursive n(x) as (select 'xx' union all select x || x from n) select x from n",
    "select * from articles a, articles b, articles c, articles d order by a.body || d.body",
    "select count(*) from articles where body like '%" + "a%" * 2_000 + "'",
    "select quote(zeroblob(50000000)) from articles",
]


def fill(path: Path, texts: list[str]) -> None:
    """An archive with a row for each text in every table, in every column that can hold it."""
    db = Database(path)
    migrations.apply(db)
    with db.atomic():
        db.table("sites").insert(
            {
                "key": KEY,
                "name": "x",
                "url": ADDRESS,
                "language": "vi",
                "timezone": "Asia/Ho_Chi_Minh",
                "origin": "file",
                "first_seen_at": SEEN,
            }
        )
        for n in range(1, len(texts) + 1):
            seen = {"site": KEY, "url": f"{ADDRESS}/{n}", "first_seen_at": SEEN}
            db.table("runs").insert(
                {"id": n, "kind": "crawl", "site": KEY, "started_at": SEEN, "outcome": "ok"}
            )
            db.table("captures").insert(
                {
                    "id": n,
                    "run": n,
                    "site": KEY,
                    "url": f"{ADDRESS}/{n}",
                    "fetched_at": SEEN,
                    "outcome": "article-new",
                }
            )
            db.table("articles").insert(
                {
                    "id": n,
                    **seen,
                    "key": article_key(f"{ADDRESS}/{n}"),
                    "title": "x",
                    "body": "x",
                    "last_seen_at": SEEN,
                    "word_count": 1,
                    "revision": n,
                    "published_on": "2025-03-12",
                }
            )
            db.table("revisions").insert(
                {
                    "id": n,
                    "article": n,
                    "seq": 1,
                    "seen_at": SEEN,
                    "title": "x",
                    "body": "x",
                    "content_sha256": "0",
                    "extractor": "x",
                    "capture": n,
                }
            )
            db.table("attachments").insert(
                {"id": n, "article": n, "url": f"{ADDRESS}/{n}.pdf", "capture": n}
            )
            db.table("images").insert(
                {"id": n, "article": n, "url": f"{ADDRESS}/{n}.jpg", "position": 1}
            )
            db.table("pages").insert(
                {"id": n, **seen, "kind": "article", "state": "held", "article": n}
            )
            db.table("hosts").insert({"host": f"h{n}.example"})
            db.table("issues").insert(
                {
                    "id": n,
                    "site": KEY,
                    "article": n,
                    "kind": "undated",
                    "detail": "x",
                    "opened_at": SEEN,
                }
            )
    db.close()
    plain = sqlite3.connect(path)
    with plain:
        for table in TABLES:
            if table == "_sqlite_migrations":
                continue  # no portal's text, and it tells which steps are to run
            for _, column, kind, *_ in plain.execute(f"pragma table_info({table})").fetchall():
                if kind.lower() == "text":
                    _put(plain, table, column, texts)
    plain.close()


def _put(db: sqlite3.Connection, table: str, column: str, texts: list[str]) -> None:
    """Each text into one row's column, save where the schema allows only words of its own."""
    db.execute("pragma foreign_keys = on")
    for n, text in enumerate(texts, 1):
        # A check, a key of another table; a view.
        with suppress(sqlite3.IntegrityError, sqlite3.OperationalError):
            db.execute(f"update {table} set {column} = ? where rowid = ?", (text, n))


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[ServedArchive, ServedArchive]]:
    """Two archives of the same shape: a hostile one, and a harmless one to compare with."""
    folder = tmp_path_factory.mktemp("hostile")
    for name in ("hostile", "harmless"):
        (folder / name).mkdir()
    fill(folder / "hostile" / "archive.db", PAYLOADS)
    fill(
        folder / "harmless" / "archive.db",
        [ADDRESS if n % 2 else f"{HARMLESS} {n}" for n in range(len(PAYLOADS))],
    )
    with (
        ServedArchive(folder / "hostile" / "archive.db") as hostile,
        ServedArchive(folder / "harmless" / "archive.db") as harmless,
    ):
        yield hostile, harmless


def routes() -> list[str]:
    """Every public kind of page."""
    tables = [f"/archive/{table}?_size=100" for table in TABLES]
    columns = [f"/archive/{table}?_size=100&_layout=columns" for table in ("articles",)]
    facets = [
        "/archive/articles?_facet=title&_facet=author&_facet=source",
        "/archive/pages?_facet=reason",
        "/archive/issues?_facet=detail",
    ]
    return [
        "/",
        "/archive",
        *tables,
        *columns,
        *facets,
        *(f"/archive/{query}" for query in METADATA["queries"]),
    ]


def dom(text: str) -> Any:
    return html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))


def shape(page: Any) -> set[tuple[str, str]]:
    """The kinds of element on a page, each with the names of its attributes."""
    elements = [element for element in page.iter() if isinstance(element.tag, str)]
    return {(element.tag, name) for element in elements for name in ("", *element.attrib)}


def assert_nothing_runs(page: Any, path: str) -> None:
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        assert not [name for name in element.attrib if name.lower().startswith("on")], (
            path,
            html.tostring(element)[:200],
        )
        for name in ("href", "src", "action", "formaction", "data"):
            address = element.get(name)
            if address is not None:
                assert urlsplit(address).scheme in ("", "http", "https"), (path, address)
                assert not address.startswith("//"), (path, address)
                if (
                    urlsplit(address).netloc not in ("", "datasette.io")
                    and "127.0.0.1" not in address
                ):
                    assert (element.tag, element.get("rel")) == ("a", "noopener nofollow"), (
                        path,
                        address,
                    )
        if element.tag == "script":
            assert MARK not in (element.text or ""), path


@pytest.fixture(scope="module")
def harmless_shape(served: tuple[ServedArchive, ServedArchive]) -> set[tuple[str, str]]:
    """What the same pages are made of where nobody means harm."""
    echoes = [
        "/archive/search?q=hop",
        "/archive/articles?_search=hop",
        "/archive/articles?title=hop",
        "/khong-co",
        "/archive?sql=select+'x'",
        "/archive?sql=select+'x",  # a statement with a fault in it
    ]
    rows = [
        f"/archive/{table}/{number}"
        for table in ("articles", "revisions", "attachments", "issues")
        for number in (1, 2)
    ]
    paths = [*routes(), *rows, *echoes]
    return set().union(*(shape(dom(served[1].get(path).text)) for path in paths))


@pytest.mark.parametrize("path", routes())
def test_no_page_gains_an_element_or_an_attribute(
    served: tuple[ServedArchive, ServedArchive], harmless_shape: set[tuple[str, str]], path: str
) -> None:
    answer = served[0].get(path)
    assert answer.status_code == 200, answer.text[:500]
    page = dom(answer.text)
    assert_nothing_runs(page, path)
    assert shape(page) - harmless_shape == set()


@pytest.mark.parametrize("number", range(1, len(PAYLOADS) + 1))
def test_a_payload_stays_text_wherever_it_is_shown(
    served: tuple[ServedArchive, ServedArchive], harmless_shape: set[tuple[str, str]], number: int
) -> None:
    asked = quote(PAYLOADS[number - 1], safe="")
    row = f"/archive/{('revisions', 'attachments', 'issues')[number % 3]}/{number}"
    question = (
        f"/archive/search?q={asked}",
        f"/archive/articles?_search={asked}",
        f"/archive/articles?title={asked}",
    )[number % 3]
    for path in (
        f"/archive/articles/{number}",
        row,
        question,
        f"/{asked}",
        f"/archive?sql=select+'{asked}'",
    ):
        page = dom(served[0].client.get(path, follow_redirects=True).text)
        assert_nothing_runs(page, path)
        assert shape(page) - harmless_shape == set(), path


@pytest.mark.parametrize(
    "table",
    ["articles", "revisions", "pages", "issues", "captures", "attachments", "images", "sites"],
)
def test_no_cell_of_a_sheet_is_a_formula_and_json_tells_the_truth(
    served: tuple[ServedArchive, ServedArchive], table: str
) -> None:
    exact = served[0].get(f"/archive/{table}.json", _shape="array", _size="max").json()
    for options in (
        {"_size": "max"},
        {"_stream": "on"},
        {"_dl": "1", "_size": "max"},
        {"_labels": "on", "_size": "max"},
    ):
        answer = served[0].get(f"/archive/{table}.csv", **options)
        sheet = list(csv.reader(io.StringIO(answer.content.decode(), newline="")))
        assert len(sheet) == len(exact) + 1
        for cell in (cell for row in sheet for cell in row):
            bare = cell.lstrip(" \u00a0\ufeff\n")
            assert not bare.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d")), cell
            assert not cell.startswith(("\t", "\r", "\n")), cell
    if table == "articles":
        assert {row["title"] for row in exact} == set(PAYLOADS)
        told = {
            row["title"]
            for row in csv.DictReader(
                io.StringIO(
                    served[0].get("/archive/articles.csv", _size="max").content.decode(), newline=""
                )
            )
        }
        assert {f"'{payload}" for payload in FORMULAS} <= told


def test_a_name_of_a_column_is_no_formula_either(
    served: tuple[ServedArchive, ServedArchive],
) -> None:
    assert served[0].get(
        "/archive.csv", sql='select -5 as "=cmd", "-5" as "@x"'
    ).content.decode().splitlines() == ["'=cmd,'@x", "-5,-5"]


@pytest.mark.parametrize("sql", BOMBS)
def test_a_bomb_of_sql_is_refused_and_the_server_answers_on(
    served: tuple[ServedArchive, ServedArchive], sql: str
) -> None:
    answer = served[0].get("/archive.json", sql=sql)
    assert len(answer.content) <= 5 << 20
    assert served[0].get("/archive/articles/1").status_code == 200
    assert memory_of(served[0].process.pid) <= MEMORY


def memory_of(pid: int) -> int:
    """The most memory that a process has held so far, in KiB."""
    lines = (
        Path(f"/proc/{pid}/status").read_text().splitlines()
        if os.path.exists("/proc/self/status")
        else ["VmHWM: 0"]
    )
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
