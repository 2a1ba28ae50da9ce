"""The face as a reader meets it: a real Datasette over HTTP on a small invented archive."""

import json
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click.testing
import httpx
import pytest
from lxml import html

from crawler.commands.serve import (
    AddressTakenError,
    check_port,
    serve,
    serve_archive,
)
from pipelines.keep.database.archive import ArchiveError
from pipelines.read.addresses.article_key import article_key
from tests.builders.served_archive import ATTACK, METADATA, ServedArchive, fill_archive, text_of

HOSTILE = article_key("javascript:alert(3)")


def test_every_table_view_and_column_is_described_and_nothing_else_is(
    served: ServedArchive,
) -> None:
    db = sqlite3.connect(served.archive)
    names = [
        name
        for (name,) in db.execute(
            "select name from sqlite_master where type in ('table', 'view') and name not like "
            "'%\\_fts\\_%' escape '\\' and name <> 'sqlite_sequence'"
        )
    ]
    schema = {
        name: {column for _, column, *_ in db.execute(f'pragma table_info("{name}")')}
        for name in names
    }
    db.close()
    described = {name: set(table["columns"]) for name, table in METADATA["tables"].items()}
    assert described == schema
    assert all(
        len(table["description"]) > 20 and all(table["columns"].values())
        for table in METADATA["tables"].values()
    )


def test_every_page_answers(served: ServedArchive) -> None:
    paths = [
        "/",
        "/archive",
        "/archive/articles",
        "/archive/articles?_layout=columns",
        "/archive/articles/1",
        "/archive/articles/5",
        "/archive?sql=select+1",
    ]
    paths += [f"/archive/{name}" for name in METADATA["tables"]] + [
        f"/archive/{name}" for name in METADATA["queries"]
    ]
    paths += [
        "/archive/sites/suoi~2Emo",
        "/archive/captures/1",
        "/archive/revisions/6",
        "/archive/runs/1",
        "/archive/articles.json",
        "/archive/articles.csv",
    ]
    answers = {path: served.get(path) for path in paths}
    assert {
        path: answer.status_code for path, answer in answers.items() if answer.status_code != 200
    } == {}
    assert [path for path, answer in answers.items() if "Error" in answer.text] == []


def test_a_saved_query_tells_what_changed(served: ServedArchive) -> None:
    (change,) = served.get("/archive/lately_changed.json", _shape="array").json()
    assert (change["article"], change["seq"], change["title_before"], change["body_changed"]) == (
        1,
        2,
        "Đảng bộ xã Suối Mơ họp thường kỳ",
        "yes",
    )
    assert (change["changed"], change["words_added"], change["figures_changed"]) == (
        '["title", "lead", "body"]',
        2,
        1,
    )
    of_site = served.get("/archive/lately_changed.json", _shape="array", site="suoi.mo").json()
    assert of_site == [change]
    assert served.get("/archive/lately_changed.json", _shape="array", site="khac").json() == []


def test_saved_queries_count_and_name(served: ServedArchive) -> None:
    months = served.get("/archive/articles_by_month.json", _shape="array").json()
    assert [(row["month"], row["articles"]) for row in months] == [
        ("2024-05", 1),
        ("2024-03", 1),
        ("2024-02", 1),
        ("2023-11", 1),
    ]
    assert served.get("/archive/articles_by_month.json", _shape="array", site="khac").json() == []
    sources = served.get("/archive/authors_and_sources.json", _shape="array", name="Ban").json()
    assert [(row["role"], row["name"], row["articles"]) for row in sources] == [
        ("source", "Ban biên tập", 1)
    ]
    assert sorted(
        row["article"] for row in served.get("/archive/doubtful_dates.json", _shape="array").json()
    ) == [3, 5]
    assert [
        row["reason"] for row in served.get("/archive/refused_pages.json", _shape="array").json()
    ] == ["challenge"]
    (site,) = served.get("/archive/holdings.json", _shape="array").json()
    assert (site["articles"], site["undated"], site["refused"], site["newest"]) == (
        5,
        1,
        1,
        "2024-05-01",
    )


def test_the_front_page_shows_the_newest_and_searches(served: ServedArchive) -> None:
    page = served.page("/")
    assert page.xpath("//form[@role='search']/@action") == ["/search"]
    assert page.xpath("//ol[@class='entries']/li[1]/h3/a/@href") == ["/a/luqv47sfhkgke4ly"]


def test_pages_are_vietnamese_and_english_by_a_switch_that_lasts(served: ServedArchive) -> None:
    page = served.page("/")
    assert page.get("lang") == "vi"
    assert "Tin mới nhất" in text_of(page)
    (switch,) = page.xpath("//a[@hreflang='en']/@href")
    chosen = served.get(f"/{switch}")
    assert '<html lang="en">' in chosen.text
    kept = chosen.headers["set-cookie"].split(";")[0]
    later = served.client.get("/archive/articles", headers={"cookie": kept}).text
    assert "Skip to the content" in later
    assert "Skip to the content" not in served.get("/archive/articles").text


def test_articles_are_labelled_by_site_and_faceted_by_year(served: ServedArchive) -> None:
    page = served.page("/archive/articles")
    assert page.xpath("//tbody/tr[1]//a/text()")[:4] == [
        *("4", "Trang tin xã Suối Mơ", "https://suoimo.example/tin-4.html"),
        "Mùa thu ở bản Nà Pheo",
    ]
    years = page.xpath("//div[@data-column='published_on']//li/a")
    assert [year.text for year in years] == ["2024", "2023"]
    chosen = (
        httpx.URL(years[1].get("href"))
        .copy_with(path="/archive/articles.json")
        .copy_add_param("_shape", "array")
    )
    assert [row["id"] for row in served.client.get(chosen).json()] == [3]


@pytest.mark.parametrize(
    "path",
    ["/", "/archive/articles", "/archive/articles?_layout=columns", "/archive/articles/5",
    "/archive/articles/1", "/archive/revisions/5", f"/a/{HOSTILE}", "/a/zpv3x22l4qypmioz",
     "/archive/search?q=alert", f"/archive/articles?_search={quote(ATTACK)}",
     f"/archive/search?q=%22%3E{quote(ATTACK)}", f"/{quote(ATTACK)}"],
)  # fmt: skip
def test_hostile_text_stays_text(served: ServedArchive, path: str) -> None:
    page: Any = html.fromstring(served.client.get(path, follow_redirects=True).text)
    assert page.xpath("//img | //*[@onerror] | //*[starts-with(@href, 'javascript:')]") == []
    assert page.xpath("//script[not(@type = 'application/ld+json')]") == []  # data never runs
    for link in page.xpath(
        "//a[starts-with(@href, 'http') and not(contains(@href, '127.0.0.1')) and "
        "not(ancestor::footer)]"
    ):
        assert link.get("rel") == "noopener nofollow", link.get("href")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/archive/articles",
        "/archive/articles/1",
        "/a/zpv3x22l4qypmioz",
        "/archive?sql=select+1",
        "/archive/articles.json",
        "/none",
        "/static/loa.css",
    ],
)
def test_every_answer_carries_the_security_headers(served: ServedArchive, path: str) -> None:
    headers = served.get(path).headers
    policy = headers["content-security-policy"]
    scripts = next(rule for rule in policy.split("; ") if rule.startswith("script-src"))
    assert "unsafe" not in scripts
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert (headers["x-content-type-options"], headers.get_list("referrer-policy")) == (
        "nosniff",
        ["no-referrer"],
    )


@pytest.mark.parametrize(
    "path", ["/", "/archive/articles", "/archive/articles/1", "/archive", "/archive/search?q=dang"]
)
def test_no_page_has_a_script_or_lets_one_run(served: ServedArchive, path: str) -> None:
    answer = served.get(path)
    assert "script-src 'none'" in answer.headers["content-security-policy"]
    assert html.fromstring(answer.text).xpath("//script | //@*[starts-with(name(), 'on')]") == []


@pytest.mark.parametrize(
    "path", ["/%5Cexample.com/", "//example.com/", "/%2Fexample.com/", "/archive%5C/"]
)
def test_no_path_leads_off_the_site(served: ServedArchive, path: str) -> None:
    answer = httpx.get(f"{str(served.client.base_url).rstrip('/')}{path}", follow_redirects=False)
    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_a_huge_value_is_refused_and_sql_is_the_owners_only(
    served: ServedArchive, tmp_path: Path
) -> None:
    assert "too big" in served.get("/archive.json", sql="select zeroblob(900000000)").text
    copy = tmp_path / "xa.db"
    fill_archive(copy)
    with ServedArchive(copy, "--public") as public:
        assert public.get("/archive.json", sql="select 1").status_code == 403
        assert public.get("/archive/articles.json", _where="1=1").status_code == 403
        # Addresses are the same, whatever the file is called.
        titles = public.titles("/archive/search.json", q="dang bo")
        assert titles == ["Đảng bộ xã Suối Mơ họp thường kỳ"]
        assert public.get("/xa").status_code == 404
        assert "04/03/2024 08:33" in text_of(public.page("/a/zpv3x22l4qypmioz"))
    assert public.process.returncode == 0
    assert [line for line in public.log if "Traceback" in line] == []


def test_serving_what_is_no_archive_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="loa crawl"):
        serve_archive(tmp_path / "archive.db")
    sqlite3.connect(tmp_path / "other.db").execute("create table a (b)").connection.close()
    with pytest.raises(ArchiveError, match=r"other\.db.*--archive"):
        serve_archive(tmp_path / "other.db")
    (tmp_path / "text.db").write_text("không phải SQLite " * 100)
    with pytest.raises(ArchiveError, match=r"text\.db.*--archive"):
        serve_archive(tmp_path / "text.db")


def test_a_taken_port_is_named_and_nothing_is_served(served: ServedArchive) -> None:
    port = served.client.base_url.port
    assert port is not None
    with pytest.raises(AddressTakenError, match=f"port {port} .* --port"):
        check_port("127.0.0.1", port)
    result = click.testing.CliRunner().invoke(
        serve, ["--archive", str(served.archive), "--port", str(port)]
    )
    assert result.exit_code != 0
    assert isinstance(result.exception, AddressTakenError)


def test_a_live_archive_is_never_served_as_immutable(served: ServedArchive) -> None:
    (database,) = (
        each
        for each in json.loads(served.get("/-/databases.json").text)
        if each["name"] == "archive"
    )
    assert database["is_mutable"]
    db = sqlite3.connect(served.archive)
    with db:
        db.execute("update articles set section = 'Vừa ghi' where id = 2")
    db.close()
    assert (
        served.get("/archive/articles/2.json", _shape="objects").json()["rows"][0]["section"]
        == "Vừa ghi"
    )
