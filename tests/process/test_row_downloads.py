"""Files of rows from the pages: whole, in the pages' order, safe; limits are told in the file."""

import csv
import io
import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.bench.exports import narrow_archive
from tests.builders.full_archive import FullArchive
from tests.builders.served_archive import ServedArchive
from tests.builders.slow_clients import RUNAWAY

ROWS = 2_345  # more than Datasette gives at once


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedArchive]:
    path = tmp_path_factory.mktemp("narrow") / "archive.db"
    narrow_archive(path, ROWS)
    with ServedArchive(path) as served:
        yield served


def sheet(served: ServedArchive, path: str, **options: str) -> list[dict[str, str]]:
    answer = served.get(path, **options)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def lines(served: ServedArchive, path: str, **options: str) -> list[dict[str, Any]]:
    answer = served.get(path, **options)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-type"] == "application/x-ndjson; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_table_is_taken_whole_as_it_is_filtered_and_sorted(narrow: ServedArchive) -> None:
    page = narrow.page("/archive/articles")
    (link,) = page.xpath("//a[. = 'CSV']/@href")
    text = narrow.client.get(link).content.decode("utf-8-sig")
    whole = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(whole) == ROWS
    days = [row["published_on"] for row in whole]
    assert days == sorted(days, reverse=True)
    (link,) = page.xpath("//a[. = 'JSON Lines']/@href")
    assert [json.loads(one)["id"] for one in narrow.client.get(link).text.splitlines()] == [
        int(row["id"]) for row in whole
    ]
    some = lines(narrow, "/archive/articles.jsonl", author__contains="5", _sort="title", _col="url")
    with closing(sqlite3.connect(narrow.archive)) as db:
        found = db.execute("select url from articles where author like '%5%' order by title")
        assert [row["url"] for row in some] == [url for (url,) in found.fetchall()]
    # A page of rows is a page of rows.
    assert len(sheet_of_datasette(narrow, _size="7")) == 7
    assert narrow.get("/archive/articles.jsonl", _col="none").status_code == 400
    for refused in ("none", f"({RUNAWAY}) > 1"):
        for form in ("csv", "jsonl"):
            assert narrow.get(f"/archive/articles.{form}", _where=refused).status_code == 400
    assert narrow.get("/archive/none.jsonl").status_code == 404
    assert narrow.get("/other/articles.csv").status_code == 404


def sheet_of_datasette(served: ServedArchive, **options: str) -> list[list[str]]:
    answer = served.get("/archive/articles.csv", _header="off", **options)
    return list(csv.reader(io.StringIO(answer.text, newline="")))


def test_sql_and_saved_queries_are_taken_whole(
    narrow: ServedArchive, full_face: ServedArchive
) -> None:
    sql = "select id, :word as word from articles order by id desc"
    assert len(sheet(narrow, "/archive.csv", sql=sql, word="=1")) == ROWS
    assert lines(narrow, "/archive.jsonl", sql=sql, word="=1")[0] == {"id": ROWS, "word": "=1"}
    for wrong in ("drop table articles", "select", "select * from none", ""):
        assert narrow.get("/archive.jsonl", sql=wrong).status_code in (400, 404), wrong
    assert narrow.get("/archive.csv", sql="select * from none").status_code == 400
    shown = full_face.get("/archive/holdings.json", _shape="array").json()
    assert lines(full_face, "/archive/holdings.jsonl") == shown
    year = full_face.get("/archive/who_publishes_most.jsonl", year="1900")
    assert (year.status_code, year.text) == (200, "")
    # Rows that belong to an article bring its lasting key.
    revisions = lines(full_face, "/archive/revisions.jsonl", _sort="id")
    assert list(revisions[0])[:2] == ["key", "id"]
    assert all(row["key"] for row in revisions)


@pytest.mark.parametrize("path", ["/changes", "/changes?by=reader", "/removed", "/copies"])
def test_a_list_is_taken_whole_in_its_order(full_face: ServedArchive, path: str) -> None:
    page = full_face.page(path)
    (link,) = page.xpath("//a[. = 'JSON Lines']/@href")
    rows = lines(full_face, link.partition("?")[0], **_query(link))
    keys = [row["key"] for row in rows]
    linked = [one.split("/")[2] for one in page.xpath("//main//a/@href") if one.startswith("/a/")]
    if path == "/copies":
        assert set(linked) <= set(keys)
        assert {row["position"] for row in rows} >= {"first", "later"}
    else:
        assert list(dict.fromkeys(linked)) == list(dict.fromkeys(keys))
    if "by" not in link:
        assert rows
    (link,) = page.xpath("//a[. = 'CSV']/@href")
    assert [row["key"] for row in sheet(full_face, link.partition("?")[0], **_query(link))] == keys


def test_a_list_is_taken_as_it_is_filtered(
    full_archive: FullArchive, full_face: ServedArchive
) -> None:
    ((site, count),) = full_archive.rows(
        "select site, count(*) from vanished group by site order by 2 desc limit 1"
    )
    assert [row["site"] for row in lines(full_face, "/removed.jsonl", site=site)] == [site] * count
    moved = lines(full_face, "/removed.jsonl", state="moved")
    assert {row["state"] for row in moved} == {"moved"}


def test_a_search_is_taken_whole(narrow: ServedArchive, full_face: ServedArchive) -> None:
    found = full_face.get("/search.json", q="xã").json()
    assert found["is_exact"]
    page = full_face.page("/search", q="xã")
    (link,) = page.xpath("//a[. = 'CSV']/@href")
    rows = sheet(full_face, "/search.csv", **_query(link))
    assert [row["key"] for row in rows][: len(found["hits"])] == [
        hit["key"] for hit in found["hits"]
    ]
    assert len(rows) == found["articles"]
    # More than a page can rank.
    assert not narrow.get("/search.json", q="after:2000").json()["is_exact"]
    assert len(lines(narrow, "/search.jsonl", q="after:2000")) == ROWS
    assert lines(narrow, "/search.jsonl", q="khong-co-gi") == []


def test_a_limit_of_a_public_server_is_told(narrow: ServedArchive) -> None:
    changed = (
        "import web.pages.downloads.rows as rows;"
        "rows.PUBLIC = rows.PUBLIC._replace(rows=1_000, at_once=1);"
    )
    with ServedArchive(narrow.archive, "--public", changed=changed) as public:
        answer = public.get("/archive/articles.csv", _lang="en", _sort="id")
        *rows, last = csv.reader(io.StringIO(answer.text, newline=""))
        assert len(rows) == 1_001
        assert last == [
            "This file ends here, after 1,000 rows, and there is more. Choose fewer rows; or"
            " whoever has the archive takes all of them with loa export."
        ]
        *found, cut = answer_lines(public, "/search.jsonl?q=after:2000")
        assert len(found) == 1_000
        assert list(cut) == ["cut_by_loa"]
        assert "sau 1.000 dòng" in cut["cut_by_loa"]
        assert len(answer_lines(public, "/archive/articles.jsonl?id__lte=1000")) == 1_000
        told = "up to 1,000, or as many as this server finds"
        assert told in public.page("/archive/articles", _lang="en").text_content()
        assert public.get("/archive.csv", sql="select 1").status_code == 403
        # While one reader takes nothing, there is no place for a second; when it leaves, there is.
        with socket.create_connection(("127.0.0.1", public.client.base_url.port)) as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            slow.sendall(b"GET /archive/articles.csv HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert slow.recv(12) == b"HTTP/1.1 200"
            busy = public.get("/archive/articles.csv")
            assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
            assert public.get("/").status_code == 200
        for _ in range(100):
            if public.get("/archive/articles.csv", id="1").status_code == 200:
                break
        else:
            pytest.fail("the reader who left kept its place")


def answer_lines(served: ServedArchive, path: str) -> list[dict[str, Any]]:
    return [json.loads(one) for one in served.client.get(path).text.splitlines()]


def _query(link: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
