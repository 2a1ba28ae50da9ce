"""Errors look like all pages, say what to do, and are JSON where JSON was asked for."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from tests.builders.full_archive import FullArchive
from tests.builders.full_portals import BRIDGE
from tests.builders.served_archive import ServedArchive, fill_archive, text_of
from web.errors import busy, problem_of


def refused(served: ServedArchive, path: str, status: int, **params: str) -> str:
    """The text of an error in the dress of all pages."""
    answer = served.client.get(path, params=params or None, follow_redirects=True)
    assert answer.status_code == status
    assert answer.headers["content-security-policy"]
    page = html.fromstring(answer.text)
    assert page.xpath("//header//form[@role='search']/@action") == ["/search"]
    assert page.xpath("count(//h1)") == 1
    return text_of(page)


def links_of(served: ServedArchive, path: str) -> Any:
    return html.fromstring(served.get(path).text).xpath("//main//li/a/@href")


def test_an_unknown_address_says_so_in_both_languages(served: ServedArchive) -> None:
    assert "Không có gì ở địa chỉ này" in refused(served, "/khong-co", 404)
    assert "There is nothing at this address" in refused(served, "/none", 404, _lang="en")


@pytest.mark.parametrize("foreign", [b"a/b=1", b"x=\xff\xfe", b"expires=1", b"\xc3\xa9=1", b"=; ;"])
def test_cookies_of_other_programs_on_the_host_do_no_harm(
    served: ServedArchive, foreign: bytes
) -> None:
    answer = served.client.get("/", headers={b"cookie": foreign + b"; loa_language=en"})
    assert answer.status_code == 200
    assert html.fromstring(answer.text).get("lang") == "en"


@pytest.mark.parametrize(
    ("path", "status"), [("/archive/none.json", 404), ("/archive.json?sql=drop+table+a", 400)]
)
def test_json_is_answered_with_json(served: ServedArchive, path: str, status: int) -> None:
    answer = served.get(path)
    assert answer.status_code == status
    assert (answer.json()["ok"], answer.json()["status"]) == (False, status)
    assert answer.json()["error"]


def test_wrong_sql_names_its_fault_and_a_remedy(served: ServedArchive) -> None:
    text = refused(served, "/archive", 400, sql="delete from articles", _lang="en")
    assert "SQLite does not understand this SQL" in text
    assert "Statement must be a SELECT" in text
    page: Any = html.fromstring(served.get("/archive", sql="selec 1").text)
    assert page.xpath("//textarea[@name='sql']/text()") == ["selec 1"]


def test_what_the_operator_closed_says_who_closed_it(tmp_path: Path) -> None:
    fill_archive(tmp_path / "archive.db")
    with ServedArchive(tmp_path / "archive.db", "--public") as public:
        assert "không cho chạy SQL tự viết" in refused(public, "/archive", 403, sql="select 1")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_sent(served: ServedArchive, method: str) -> None:
    answer = served.client.request(method, "/archive/articles/1")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert "chỉ để đọc" in answer.text
    assert answer.headers["content-security-policy"]


def test_a_mistyped_key_leads_to_those_that_begin_alike(
    full_face: ServedArchive, full_archive: FullArchive
) -> None:
    key = full_archive.key(BRIDGE)
    assert f"/a/{key}" in links_of(full_face, f"/a/{key[:-1]}")


@pytest.mark.parametrize(("asked", "meant"), [("songmay", "songmai"), ("thach-lam", "thachlam")])
def test_a_mistyped_portal_leads_to_those_of_like_names(
    full_face: ServedArchive, asked: str, meant: str
) -> None:
    assert f"/site/{meant}" in links_of(full_face, f"/site/{asked}")


def test_an_unknown_address_is_not_called_a_database(full_face: ServedArchive) -> None:
    answer = full_face.client.get("/nothing-here")
    assert answer.status_code == 404
    assert "Không có gì ở địa chỉ này" in answer.text
    assert "Database" not in answer.text


def test_a_damaged_and_a_busy_archive_have_their_own_words() -> None:
    damaged = problem_of(sqlite3.DatabaseError("database disk image is malformed"))
    assert (damaged.status, "loa verify" in damaged.remedy) == (500, True)
    assert problem_of(sqlite3.OperationalError("database is locked")) == busy()
    ours = problem_of(KeyError("/home/someone/secret"))
    assert (ours.status, ours.told) == (500, "KeyError")
