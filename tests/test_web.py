"""The face, as a reader meets it: a real Datasette over HTTP on a small archive of invented articles."""

import base64
import hashlib
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlencode

import click.testing
import httpx
import pytest
from datasette.utils import parse_metadata
from lxml import html
from sqlite_utils import Database

from crawler.commands.serve import AddressTakenError, check_port, datasette_arguments, serve, serve_archive
from pipelines.keep.archive import ArchiveError
from pipelines.keep.migrations import migrations

WEB = Path(__file__).parents[1] / "web"
METADATA = parse_metadata((WEB / "metadata.yml").read_text(encoding="utf-8"))["databases"]["archive"]
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>"
SEEN = "2024-03-05T02:00:00Z"
KEY = "suoi.mo"  # a dot, as in a host name, must survive Datasette's addresses

# id, title, lead, body, published_on, published_at, evidence, raw
ARTICLES = [
    (1, "Đảng bộ xã Suối Mơ họp thường kỳ", "Sáng nay, Đảng ủy xã họp.", "Đoạn một của tin.\n\nĐoạn hai: đường liên thôn <b>dài</b> 3 km.",
     "2024-03-04", "2024-03-04T01:33:00Z", "selector", "Thứ hai - 04/03/2024 08:33"),
    (2, "Huyện ủy Khe Lau làm việc với nông dân", None, "Huyện uỷ bàn việc trồng rừng.", "2024-02-01", None, "label", "01/02/2024"),
    (3, "Đăng ký thi thử cho học sinh", None, "Nhà trường tổ chức thi thử vào tháng tới.", "2023-11-20", None, "url", "/2023/11/20/"),
    (4, "Mùa thu ở bản Nà Pheo", None, "Thu hoạch lúa mùa. Thư viện mở cửa.", "2024-05-01", None, "feed", "2024-05-01"),
    (5, ATTACK, ATTACK, ATTACK, None, None, None, None),
]  # fmt: skip


def fill(path: Path) -> None:
    """An archive as the crawler would leave it after two runs, in WAL mode."""
    db = Database(path)
    migrations.apply(db)
    db.enable_wal()
    with db.atomic():
        site = {"url": "https://suoimo.example/", "language": "vi", "timezone": "Asia/Ho_Chi_Minh", "origin": "file", "first_seen_at": SEEN}
        db.table("sites").insert({"key": KEY, "name": "Trang tin xã Suối Mơ", **site})
        db.table("runs").insert({"id": 1, "kind": "crawl", "site": KEY, "started_at": SEEN, "ended_at": SEEN, "outcome": "complete"})
        for number, title, lead, body, on, at, evidence, raw in ARTICLES:
            url = f"https://suoimo.example/tin-{number}.html" if number != 5 else "javascript:alert(3)"
            capture = {
                "id": number,
                "run": 1,
                "site": KEY,
                "url": url,
                "fetched_at": SEEN,
                "status": 200,
                "outcome": "article",
                "sha256": f"{number:064x}",
            }
            db.table("captures").insert({**capture, "warc_file": "suoi-mo-1.warc.gz", "warc_offset": number * 1000, "warc_length": 900})
            dated = {
                "published_on": on,
                "published_at": at,
                "published_evidence": evidence,
                "published_raw": raw,
                "published_precision": "minute" if at else on and "day",
            }
            seen = {"first_seen_at": SEEN, "last_seen_at": SEEN, "word_count": len(body.split()), "revision": number}
            db.table("articles").insert(
                {"id": number, "site": KEY, "url": url, "title": title, "lead": lead, "body": body, "section": "Tin xã", **dated, **seen}
            )
            revision = {"article": number, "seen_at": SEEN, "title": title, "body": body, "content_sha256": "0" * 64, "extractor": "rules", "capture": number}
            db.table("revisions").insert({"id": number, "seq": 1, **revision})
        changed = {"title": "Đảng bộ xã Suối Mơ họp", "body": "Bản cũ.", "content_sha256": "1" * 64, "extractor": "rules", "capture": 1}
        db.table("revisions").insert({"id": 6, "article": 1, "seq": 2, "seen_at": "2024-03-06T02:00:00Z", **changed})
        db.table("articles").update(1, {"revision": 6, "source": "Ban biên tập", "author": ATTACK})
        file = {"article": 1, "url": "https://suoimo.example/nghi-quyet.pdf", "name": "Nghị quyết số 7", "media_type": "application/pdf", "bytes": 1234}
        db.table("attachments").insert({"id": 1, **file, "text": "Chỉ tiêu giảm nghèo bền vững"})
        db.table("images").insert({"id": 1, "article": 1, "url": "https://suoimo.example/anh.jpg", "caption": "Quang cảnh cuộc họp", "position": 1})
        page = {"site": KEY, "kind": "article", "first_seen_at": SEEN}
        db.table("pages").insert({"url": "https://suoimo.example/kiem-tra", "state": "refused", "reason": "challenge", **page})
    db.close()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("web") / "archive.db"
    fill(path)
    return path


class Served:
    """`loa serve` in a process of its own on a free port, as it announced itself."""

    def __init__(self, archive: Path, *options: str) -> None:
        program = "from crawler.commands.serve import serve; serve()"
        arguments = [sys.executable, "-u", "-c", program, "--archive", str(archive), "--port", str(free_port()), *options]
        self.process = subprocess.Popen(arguments, cwd=WEB.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.log: list[str] = []
        threading.Thread(target=lambda lines: self.log.extend(lines), args=(self.process.stderr,), daemon=True).start()
        announced = self.process.stdout.readline()
        assert announced.startswith("Datasette: http://127.0.0.1:"), announced + "".join(self.log)
        self.client = httpx.Client(base_url=announced.split()[1], timeout=20)

    def get(self, path: str, **params: str) -> httpx.Response:
        return self.client.get(path, params=params or None)

    def titles(self, path: str, **params: str) -> list[str]:
        return [row["title"] for row in self.get(path, _shape="array", **params).json()]

    def page(self, path: str, **params: str) -> Any:
        response = self.get(path, **params)
        assert response.status_code == 200, response.text
        return html.fromstring(response.text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.process.send_signal(signal.SIGINT)
        with self.process:  # closes its pipes
            self.process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def served(archive: Path) -> Iterator[Served]:
    with Served(archive) as server:
        yield server


def text_of(page: Any) -> str:
    return " ".join(page.text_content().split())


def test_every_table_view_and_column_is_described_and_nothing_else_is(archive: Path) -> None:
    db = sqlite3.connect(archive)
    names = [
        name for (name,) in db.execute("select name from sqlite_master where type in ('table', 'view') and name not like 'articles\\_fts\\_%' escape '\\'")
    ]
    schema = {name: {column for _, column, *_ in db.execute(f'pragma table_info("{name}")')} for name in names}
    db.close()
    described = {name: set(table["columns"]) for name, table in METADATA["tables"].items()}
    assert described == schema
    assert all(len(table["description"]) > 20 and all(table["columns"].values()) for table in METADATA["tables"].values())


def test_every_page_answers(served: Served) -> None:
    paths = ["/", "/archive", "/archive/articles", "/archive/articles?_layout=columns", "/archive/articles/1", "/archive/articles/5", "/archive?sql=select+1"]
    paths += [f"/archive/{name}" for name in METADATA["tables"]] + [f"/archive/{name}" for name in METADATA["queries"]]
    paths += ["/archive/sites/suoi~2Emo", "/archive/captures/1", "/archive/revisions/6", "/archive/runs/1", "/archive/articles.json", "/archive/articles.csv"]
    answers = {path: served.get(path) for path in paths}
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200} == {}
    assert [path for path, answer in answers.items() if "Error" in answer.text] == []


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("dang bo", [1]), ("Đảng bộ", [1]), (unicodedata.normalize("NFD", "Đảng bộ"), [1]), ("HUYỆN UỶ", [2]), ("huyen uy", [2]), ("dang", [1, 3]),
        ('"dang bo"', [1]), ('"bo dang"', []), ("duong lien thon", [1]), ("dường", [1]), ("giam ngheo", [1]), ("thử", [3, 4]),
    ],
)  # fmt: skip
def test_words_are_found_with_or_without_marks(served: Served, question: str, found: list[int]) -> None:
    table = served.get("/archive/articles.json", _search=question, _shape="array").json()
    query = served.get("/archive/search.json", q=question, _shape="array").json()
    assert sorted(row["id"] for row in table) == found
    assert sorted(row["article"] for row in query) == found


@pytest.mark.parametrize(
    "question",
    ['"', 'dang "bo', "AND", "dang OR", "NOT", "dang*", "*", "title:dang", "(", "NEAR(a b)", "", "  ", "-", "^a", "a\0b", "'", "d-" * 500, "đ " * 9999],
)
def test_no_question_breaks_the_search(served: Served, question: str) -> None:
    assert served.client.get(f"/archive/search.json?{urlencode({'q': question})[:60000]}").status_code == 200
    assert served.client.get(f"/archive/articles.json?{urlencode({'_search': question})[:60000]}").status_code == 200


def test_marks_as_typed_come_first_and_then_the_newest(served: Served) -> None:
    assert served.titles("/archive/search.json", q="thử") == ["Đăng ký thi thử cho học sinh", "Mùa thu ở bản Nà Pheo"]
    assert served.titles("/archive/search.json", q="thu") == ["Mùa thu ở bản Nà Pheo", "Đăng ký thi thử cho học sinh"]


def test_an_excerpt_marks_what_was_found(served: Served) -> None:
    page = served.page("/archive/search", q="giam ngheo")
    assert page.xpath("//ol[@class='loa-list']//mark/text()") == ["giảm", "nghèo"]
    assert page.xpath("//ol[@class='loa-list']//h3/a/@href") == ["/archive/articles/1"]
    assert "04/03/2024 · Trang tin xã Suối Mơ" in text_of(page)


def test_a_saved_query_tells_what_changed(served: Served) -> None:
    (change,) = served.get("/archive/lately_changed.json", _shape="array").json()
    assert (change["article"], change["seq"], change["title_before"], change["body_changed"]) == (1, 2, "Đảng bộ xã Suối Mơ họp thường kỳ", "yes")


def test_saved_queries_count_and_name(served: Served) -> None:
    months = served.get("/archive/articles_by_month.json", _shape="array").json()
    assert [(row["month"], row["articles"]) for row in months] == [("2024-05", 1), ("2024-03", 1), ("2024-02", 1), ("2023-11", 1)]
    assert served.get("/archive/articles_by_month.json", _shape="array", site="khac").json() == []
    sources = served.get("/archive/authors_and_sources.json", _shape="array", name="Ban").json()
    assert [(row["role"], row["name"], row["articles"]) for row in sources] == [("source", "Ban biên tập", 1)]
    assert sorted(row["article"] for row in served.get("/archive/doubtful_dates.json", _shape="array").json()) == [3, 5]
    assert [row["reason"] for row in served.get("/archive/refused_pages.json", _shape="array").json()] == ["challenge"]
    (site,) = served.get("/archive/holdings.json", _shape="array").json()
    assert (site["articles"], site["undated"], site["refused"], site["newest"]) == (5, 1, 1, "2024-05-01")


def test_an_article_reads_as_one_and_leads_to_its_evidence(served: Served) -> None:
    page = served.page("/archive/articles/1")
    text = text_of(page)
    assert "04/03/2024 08:33 (Asia/Ho_Chi_Minh)" in text
    assert "Thứ hai - 04/03/2024 08:33" in text
    assert "page's date line" in text
    assert page.xpath("//div[@class='loa-text']/p[not(@class)]/text()") == ["Đoạn một của tin.", "Đoạn hai: đường liên thôn <b>dài</b> 3 km."]
    links = set(page.xpath("//article//a/@href"))
    assert {"/archive/sites/suoi~2Emo", "/archive/attachments/1", "/archive/revisions/1", "/archive/revisions/6", "/archive/captures/1"} <= links
    assert "https://suoimo.example/tin-1.html" in links
    assert "suoi-mo-1.warc.gz" in text
    assert f"{1:064x}" in text
    assert "Quang cảnh cuộc họp" in text
    assert "application/pdf" in text
    assert "1,234 byte" in text


def test_an_unknown_date_is_said_to_be_unknown(served: Served) -> None:
    assert "không rõ ngày / date unknown" in text_of(served.page("/archive/articles/5"))


def test_the_home_page_says_what_there_is_and_searches(served: Served) -> None:
    page = served.page("/")
    assert page.xpath("//dl[@class='loa-counts']//dd")[0].text_content() == "5"
    assert "20/11/2023 – 01/05/2024" in text_of(page)
    assert page.xpath("//form[@role='search']/@action") == ["/archive/search"]
    assert page.xpath("//ol[@class='loa-list']/li[1]//a/@href") == ["/archive/articles/4"]


def test_articles_are_labelled_by_site_and_faceted_by_year(served: Served) -> None:
    page = served.page("/archive/articles")
    assert page.xpath("//ol[@class='loa-list']/li[1]//a/text()") == ["Trang tin xã Suối Mơ", "Mùa thu ở bản Nà Pheo"]
    years = page.xpath("//div[@data-column='published_on']//li/a")
    assert [year.text for year in years] == ["2024", "2023"]
    chosen = httpx.URL(years[1].get("href")).copy_with(path="/archive/articles.json").copy_add_param("_shape", "array")
    assert [row["id"] for row in served.client.get(chosen).json()] == [3]


@pytest.mark.parametrize(
    "path",
    ["/", "/archive/articles", "/archive/articles?_layout=columns", "/archive/articles/5", "/archive/articles/1", "/archive/revisions/5",
     "/archive/search?q=alert", f"/archive/articles?_search={quote(ATTACK)}", f"/archive/search?q=%22%3E{quote(ATTACK)}", f"/{quote(ATTACK)}"],
)  # fmt: skip
def test_hostile_text_stays_text(served: Served, path: str) -> None:
    page: Any = html.fromstring(served.client.get(path, follow_redirects=True).text)
    assert page.xpath("//img | //*[@onerror] | //*[starts-with(@href, 'javascript:')]") == []
    assert [script for script in page.xpath("//script/text()") if "alert" in script] == []
    for link in page.xpath("//a[starts-with(@href, 'http') and not(contains(@href, '127.0.0.1')) and not(ancestor::footer)]"):
        assert link.get("rel") == "noopener nofollow", link.get("href")


@pytest.mark.parametrize(
    "path", ["/", "/archive/articles", "/archive/articles/1", "/archive?sql=select+1", "/archive/articles.json", "/none", "/static/loa.css"]
)
def test_every_answer_carries_the_security_headers(served: Served, path: str) -> None:
    headers = served.get(path).headers
    policy = headers["content-security-policy"]
    scripts = next(rule for rule in policy.split("; ") if rule.startswith("script-src"))
    assert "unsafe" not in scripts
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert (headers["x-content-type-options"], headers.get_list("referrer-policy")) == ("nosniff", ["no-referrer"])


@pytest.mark.parametrize("path", ["/", "/archive/articles", "/archive/articles/1", "/archive", "/archive/search?q=dang"])
def test_every_inline_script_of_a_page_is_one_that_the_policy_names(served: Served, path: str) -> None:
    answer = served.get(path)
    for script in re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL):
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/%5Cexample.com/", "//example.com/", "/%2Fexample.com/", "/archive%5C/"])
def test_no_path_leads_off_the_site(served: Served, path: str) -> None:
    answer = httpx.get(f"{str(served.client.base_url).rstrip('/')}{path}", follow_redirects=False)
    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_a_huge_value_is_refused_and_sql_is_the_owners_only(archive: Path, served: Served, tmp_path: Path) -> None:
    assert "too big" in served.get("/archive.json", sql="select zeroblob(900000000)").text
    copy = tmp_path / "xa.db"
    fill(copy)
    with Served(copy, "--public") as public:
        assert public.get("/xa.json", sql="select 1").status_code == 403
        assert public.get("/xa/articles.json", _where="1=1").status_code == 403
        assert public.titles("/xa/search.json", q="dang bo") == ["Đảng bộ xã Suối Mơ họp thường kỳ"]  # an archive of another name has all that ours has
        assert text_of(public.page("/xa/articles/1")).count("08:33") == 2
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


def test_a_taken_port_is_named_and_nothing_is_served(archive: Path, served: Served) -> None:
    port = served.client.base_url.port
    assert port is not None
    with pytest.raises(AddressTakenError, match=f"port {port} .* --port"):
        check_port("127.0.0.1", port)
    result = click.testing.CliRunner().invoke(serve, ["--archive", str(archive), "--port", str(port)])
    assert result.exit_code != 0
    assert isinstance(result.exception, AddressTakenError)


def test_a_live_archive_is_never_served_as_immutable(archive: Path, served: Served) -> None:
    assert not {"-i", "--immutable"} & set(datasette_arguments(archive, "127.0.0.1", 1, False))
    (database,) = (each for each in json.loads(served.get("/-/databases.json").text) if each["name"] == "archive")
    assert database["is_mutable"]
    db = sqlite3.connect(archive)
    with db:
        db.execute("update articles set section = 'Vừa ghi' where id = 2")
    db.close()
    assert served.get("/archive/articles/2.json", _shape="objects").json()["rows"][0]["section"] == "Vừa ghi"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("thuy", '"thuy"'), ('dang "da nang"', '("dang" OR "đang") AND ("da nang" OR "đa nang")'), ("Đảng", '"Đảng"'), ('dang"', '("dang" OR "đang")'),
        ("“xã mới”", '"xã mới"'), ("covid-19", '"covid-19"'), ("*", '""'), ('""', '""'),
    ],
)  # fmt: skip
def test_a_question_is_widened_word_by_word(served: Served, question: str, asked: str) -> None:
    assert served.get("/archive.json", sql="select vi_fts(:q) as asked", q=question, _shape="array").json() == [{"asked": asked}]


@pytest.mark.parametrize(
    ("question", "text", "stands"),
    [
        ("uỷ ban", "Ủy ban", 1),
        ("hòa", "hoà bình", 1),
        ("thử", "thu", 0),
        ("thử", "thửa", 0),
        ("thu", "thu", 0),
        ("quý", "quỳ", 0),
        ("quý", "Quý II", 1),
        ("", "x", 0),
    ],
)
def test_marks_stand_as_typed_in_either_place_of_the_tone(served: Served, question: str, text: str, stands: int) -> None:
    assert served.get("/archive.json", sql="select as_typed(:q, :t) as stands", q=question, t=text, _shape="array").json() == [{"stands": stands}]
