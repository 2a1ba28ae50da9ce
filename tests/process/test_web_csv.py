"""CSV for people and for programs: a byte order mark where a spreadsheet will open the file."""

import csv
import io
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.builders.served_archive import ServedArchive

MARK = b"\xef\xbb\xbf"
ASKED = {"sql": "select 1 as số"}


@pytest.mark.parametrize(
    ("path", "options", "marked"),
    [
        ("/archive/articles.csv", {}, False),
        ("/archive/articles.csv", {"_size": "max", "_bom": "on"}, True),
        ("/archive/articles.csv", {"_dl": "on"}, True),
        ("/archive/articles.csv", {"_dl": "on", "_bom": "off"}, False),
        ("/archive/articles.csv", {"_bom": "0"}, False),
        ("/archive/articles.csv", {"_stream": "on", "_bom": "on"}, True),
        ("/archive/articles.csv", {"_stream": "on"}, False),
        ("/archive/articles.csv", {"_header": "off", "_bom": "1"}, True),
        ("/archive/search.csv", {"q": "dang", "_bom": "on"}, True),
        ("/archive/search.csv", {"q": "dang"}, False),
        ("/archive.csv", {**ASKED, "_bom": "on"}, True),
        ("/archive.csv", {**ASKED, "_dl": "on"}, True),
    ],
)  # fmt: skip
def test_csv_begins_with_a_mark_where_the_address_asks_for_one(
    served: ServedArchive, path: str, options: dict[str, str], marked: bool
) -> None:
    body = served.get(path, **options).content
    plain = served.get(path, **{**options, "_bom": "off"}).content
    assert not plain.startswith(MARK)
    assert body == (MARK + plain if marked else plain)


def test_the_links_of_the_pages_give_files_for_spreadsheets(served: ServedArchive) -> None:
    for path, options in (
        ("/archive/articles", {}),
        ("/archive/articles", {"_layout": "columns", "site": "suoi.mo"}),
        ("/archive/search", {"q": "dang"}),
        ("/archive", {"sql": "select title from articles"}),
    ):
        page = served.page(path, **options)
        (link, *_) = page.xpath("//a[starts-with(., 'CSV')]/@href")
        assert {"_dl": ["on"], "_bom": ["on"]}.items() <= parse_qs(urlsplit(link).query).items()
        answer = served.client.get(link)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.content.startswith(MARK)
        assert answer.content.count(MARK) == 1
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
        assert any("Đảng bộ xã Suối Mơ họp thường kỳ" in row for row in rows)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/archive/articles.json?_bom=on", 200), ("/archive/articles?_bom=on&_dl=on", 200),
        ("/archive/khong-co.csv?_bom=on", 404), ("/archive.csv?sql=drop+table+x&_bom=on", 400),
        ("/archive/articles.csv?_trace=1&_bom=on", 200),
    ],
)  # fmt: skip
def test_nothing_but_csv_is_marked(served: ServedArchive, path: str, status: int) -> None:
    answer = served.client.get(path)
    assert answer.status_code == status
    assert not answer.content.startswith(MARK)
