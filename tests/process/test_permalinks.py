"""`/a/KEY` over HTTP: it shows an article, leads on from an old key, and lists where several share
one. The archive is called a.db; the addresses of its tables are not named after it.
"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.keep.records.article_keys import change_address, share_keys
from pipelines.read.addresses.article_key import article_key
from tests.builders.served_archive import METADATA, SEEN, ServedArchive, fill_archive, text_of

FIRST = "zpv3x22l4qypmioz"
OLD = article_key("https://suoimo.example/tin-cu.html")
MERGED = article_key("https://suoimo.example/tin-gop.html")
TWICE = article_key("https://suoimo.example/tin-chung.html")
TWINS = article_key("https://suoimo.example/tin-doi.html")
WRONG = article_key("https://suoimo.example/khong-co.html")


def add_article(db: sqlite3.Connection, number: int, url: str, site: str = "suoi.mo") -> None:
    db.execute(
        """insert into articles (id, site, url, key, title, body, first_seen_at, last_seen_at,
            word_count, revision)
        values (:number, :site, :url, :key, 'Tin số ' || :number, 'Nội dung.', :at, :at, 2, 1)""",
        {"number": number, "site": site, "url": url, "key": article_key(url), "at": SEEN},
    )


def origin_of(served: ServedArchive) -> str:
    return str(served.client.base_url).rstrip("/")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedArchive]:
    """Article 10 moved from OLD. 11 was one record with 12 at MERGED, and was moved. 13 and 14 of
    two sites have one address. 15 and 16 of one site differ in their scheme.
    """
    path = tmp_path_factory.mktemp("permalinks") / "a.db"
    fill_archive(path)
    db = sqlite3.connect(path)
    with db:
        db.execute(
            """insert into sites (key, name, url, language, timezone, origin, first_seen_at)
            select 'ban-sao', 'Bản sao xã Suối Mơ', url, language, timezone, 'import', ?
            from sites""",
            (SEEN,),
        )
        db.execute(
            """insert into pages (site, url, kind, state, first_seen_at, last_fetched_at, article)
            values ('suoi.mo', 'https://suoimo.example/tin-1.html', 'article', 'held', ?, ?, 1)""",
            (SEEN, SEEN),
        )
        add_article(db, 10, "https://suoimo.example/tin-cu.html")
        change_address(db, 10, "https://suoimo.example/tin-moi.html")
        add_article(db, 11, "https://suoimo.example/tin-gop.html")
        add_article(db, 12, "https://suoimo.example/tin-rieng.html")
        share_keys(db, 11, 12)
        change_address(db, 11, "https://suoimo.example/tin-tach.html")
        add_article(db, 13, "https://suoimo.example/tin-chung.html")
        add_article(db, 14, "https://suoimo.example/tin-chung.html", "ban-sao")
        add_article(db, 15, "http://www.suoimo.example/tin-doi.html")
        add_article(db, 16, "https://suoimo.example/tin-doi.html")
    db.close()
    with ServedArchive(path) as served:
        yield served


def test_a_key_shows_its_article_with_a_link_that_lasts(served: ServedArchive) -> None:
    answer = served.get(f"/a/{FIRST}")
    assert answer.status_code == 200
    page = served.page(f"/a/{FIRST}")
    assert page.xpath("string(//h1)") == "Đảng bộ xã Suối Mơ họp thường kỳ"
    assert "04/03/2024 08:33 (giờ Việt Nam)" in text_of(page)
    whole = origin_of(served) + f"/a/{FIRST}"
    assert page.xpath("//link[@rel='canonical']/@href") == [whole]
    assert page.xpath("//article//a[text()=$whole]/@href", whole=whole) == [f"/a/{FIRST}"]


def test_the_row_of_an_article_leads_to_its_page(served: ServedArchive) -> None:
    page = served.page("/archive/articles/1")
    assert page.xpath("//a[text()='Đọc tin']/@href") == [f"/a/{FIRST}"]
    (link,) = served.page(f"/a/{FIRST}").xpath("//a[text()='Dòng trong bảng articles']/@href")
    assert link == "/archive/articles/1"


def test_a_key_gives_the_row_as_json_too(served: ServedArchive) -> None:
    (link,) = served.page(f"/a/{FIRST}").xpath("//article//a[text()='JSON']/@href")
    assert link == f"/a/{FIRST}.json"
    (row,) = served.get(link, _shape="objects").json()["rows"]
    assert (row["id"], row["key"]) == (1, FIRST)


def test_a_key_is_read_without_regard_to_case(served: ServedArchive) -> None:
    for end in ("", "/"):
        answer = served.client.get(f"/a/{FIRST.upper()}{end}", follow_redirects=True)
        assert str(answer.url).endswith(f"/a/{FIRST}")
    answer = served.get(f"/a/{FIRST.upper()}")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/a/{FIRST}")


@pytest.mark.parametrize("path", [f"/a/{WRONG}", f"/a/{WRONG}.json", f"/a/{FIRST}?site=none"])
def test_a_key_of_no_article_is_not_found(served: ServedArchive, path: str) -> None:
    answer = served.client.get(path)
    assert answer.status_code == 404
    assert "Không tin nào có mã" in answer.text


def test_an_old_key_redirects_to_the_present_one(served: ServedArchive) -> None:
    new = article_key("https://suoimo.example/tin-moi.html")
    for end in ("", ".json", "?site=suoi.mo", ".json?_shape=objects"):
        answer = served.client.get(f"/a/{OLD}{end}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (302, f"/a/{new}{end}")
    assert "Tin số 10" in text_of(served.page(f"/a/{new}"))


def listed(served: ServedArchive, path: str) -> list[tuple[str, str]]:
    page = served.page(path)
    links = page.xpath("//ol[@class='entries']//*[self::h2 or self::h3]/a")
    return [(link.text, link.get("href")) for link in links]


def test_the_key_of_a_record_that_was_split_lists_its_parts(served: ServedArchive) -> None:
    parts = [
        ("Tin số 11", f"/a/{article_key('https://suoimo.example/tin-tach.html')}"),
        ("Tin số 12", f"/a/{article_key('https://suoimo.example/tin-rieng.html')}"),
    ]
    assert listed(served, f"/a/{MERGED}") == parts
    for title, path in parts:
        assert served.page(path).xpath("string(//h1)") == title


def test_an_address_of_two_sites_lists_both_and_each_has_its_link(served: ServedArchive) -> None:
    links = [f"/a/{TWICE}?site=suoi.mo", f"/a/{TWICE}?site=ban-sao"]
    assert listed(served, f"/a/{TWICE}") == [
        ("Tin số 13", links[0]),
        ("Tin số 14", links[1]),
    ]
    for number, link in enumerate(links, 13):
        page = served.page(link)
        assert page.xpath("string(//h1)") == f"Tin số {number}"
        assert page.xpath("//link[@rel='canonical']/@href") == [origin_of(served) + link]
        assert text_of(page).count("Tin khác cùng mã") == 1
    both = served.get(f"/a/{TWICE}.json").json()
    assert [(one["site"], one["path"]) for one in both["articles"]] == [
        ("suoi.mo", links[0]),
        ("ban-sao", links[1]),
    ]


def test_twins_of_one_site_are_both_listed(served: ServedArchive) -> None:
    of_site = f"/a/{TWINS}?article="
    found = [("Tin số 15", f"{of_site}15"), ("Tin số 16", f"{of_site}16")]
    assert listed(served, f"/a/{TWINS}") == found
    for title, link in found:
        assert served.page(link).xpath("string(//h1)") == title


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/archive/search?q=dang",
        *(f"/archive/{name}" for name in METADATA["queries"] if name != "search"),
        *(f"/archive/{name}" for name in METADATA["tables"] if name != "articles"),
        "/archive?sql=select+key,+title+from+articles",
        f"/a/{FIRST}",
        f"/a/{MERGED}",
        "/archive/revisions/6",
    ],
)
def test_our_pages_name_articles_by_key(served: ServedArchive, path: str) -> None:
    links = served.page(path).xpath("//a/@href")
    rows = [link for link in links if re.search(r"/articles/\d", link)]
    assert rows == (
        ["/archive/articles/1"] if path == f"/a/{FIRST}" else []
    )  # where its row stands


@pytest.mark.parametrize(
    "path",
    ["/", "/archive/articles", "/archive/articles?_layout=columns", "/archive/search?q=dang",
     "/archive/lately_changed", "/archive/doubtful_dates", "/archive/revisions",
     "/archive/revisions/6", "/archive/pages", "/archive/article_keys",
     "/archive?sql=select+key,+title+from+articles"],
)  # fmt: skip
def test_pages_that_show_articles_link_to_them(served: ServedArchive, path: str) -> None:
    links = served.page(path).xpath("//a/@href")
    permalinks = {link for link in links if re.fullmatch(r"/a/[a-z2-7]{16}", link)}
    assert permalinks
    answers = [served.client.get(link, follow_redirects=True) for link in permalinks]
    assert {answer.status_code for answer in answers} == {200}


def test_the_keys_of_sites_are_no_keys_of_articles(served: ServedArchive) -> None:
    page = served.page("/archive?sql=select+'xanguyenvietkhai'+as+key,+name+from+sites")
    assert page.xpath("//td/a") == []


def test_permalinks_work_whatever_the_file_is_called(tmp_path: Path) -> None:
    path = tmp_path / "tin tức 2026.v2 ~41 a+b&c.db"
    fill_archive(path)
    with ServedArchive(path) as served:
        (link,) = served.page("/").xpath("//ol[@class='entries']/li[1]//h3/a/@href")
        page = served.page(link)
        assert page.xpath("string(//h1)") == "Mùa thu ở bản Nà Pheo"
        for other in page.xpath("(//nav | //article)//a[starts-with(@href, '/')]/@href"):
            assert served.get(other).status_code == 200, other
        for key in ("zpv3x22l4qypmio0", "zpv3x22l4qypmio", "tin-1", "%3Cb%3E"):
            answer = served.client.get(f"/a/{key}", follow_redirects=True)
            assert answer.status_code == 404
            assert "Không tin nào có mã" in answer.text
            assert "<b>" not in answer.text
