"""The lists of edits, of vanished articles and of copies over HTTP, each line with its proof."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders.full_archive import FullArchive
from tests.builders.served_archive import KEY, SEEN, ServedArchive, fill_archive, text_of


def entries(page: Any) -> list[Any]:
    found: list[Any] = page.xpath("//ol[@class='entries']/li")
    return found


def titles(page: Any) -> list[str]:
    return [text_of(one.xpath("h2 | h3")[0]) for one in entries(page)]


def badges(entry: Any) -> list[str]:
    return [text_of(badge) for badge in entry.xpath(".//*[contains(@class, 'badge ')]")]


def test_what_portals_edited_is_listed_week_by_week_and_leads_to_the_difference(
    full_face: ServedArchive, full_archive: FullArchive
) -> None:
    page = full_face.page("/changes")
    assert len(entries(page)) == 7
    newest = entries(page)[0]
    assert titles(page)[0] == "Quy định mới về chăn thả gia súc"
    assert badges(newest) == ["sapo", "tác giả hoặc nguồn tin", "ảnh"]
    assert "đổi con số" in text_of(page)
    assert len(page.xpath("//h2[starts-with(., 'Tuần từ')]")) >= 2  # the import is of months ago
    (link,) = newest.xpath("h3/a/@href")
    key = full_archive.key("Quy định mới")
    assert link == f"/a/{key}/versions?from=1&to=2"
    compared = full_face.page(link)
    assert compared.xpath("//section[@class='diff']")
    assert badges(compared)[:3] == badges(newest)  # the same names on both pages


def test_edits_are_those_of_one_portal_if_asked_for(full_face: ServedArchive) -> None:
    page = full_face.page("/changes?site=suoirut-example")
    assert titles(page) == ["Sửa đường vào bản Nà Phặc"]
    assert page.xpath("//option[@selected]/@value") == ["suoirut-example"]
    assert entries(full_face.page("/changes?site=none")) == []
    assert "Chưa thấy tin nào bị sửa" in text_of(full_face.page("/changes?by=reader"))


def test_what_vanished_is_told_in_words_with_both_captures(
    full_face: ServedArchive, full_archive: FullArchive
) -> None:
    page = full_face.page("/removed?site=deogio")
    told = {title: text_of(one) for title, one in zip(titles(page), entries(page), strict=True)}
    assert "địa chỉ của tin báo không có trang" in told["Đo đất làm trường"]
    assert "HTTP 410" in told["Đo đất làm trường"]
    assert "trang báo không có bài viết" in told["Khám mắt cho người già"]
    assert "dẫn sang trang khác" in told["Tập huấn chữa cháy rừng"]
    assert "chuyển tin này sang địa chỉ khác" in told["Trồng chè trên nương"]
    assert "không còn liệt kê" in told["Lắp đèn ngã ba chợ"]
    assert "đã đăng lại" in told["Thi hát ru của phụ nữ"]
    for one in entries(page):
        (kept, proof) = one.xpath(".//a[starts-with(@href, '/capture/')]/@href")
        assert kept != proof or "đã đăng lại" in text_of(one) or "liệt kê" in text_of(one)
        assert full_face.get(proof).status_code == 200
    moved = full_face.page("/removed?site=deogio&state=moved")
    assert titles(moved) == ["Trồng chè trên nương"]
    gone = full_face.page("/removed?state=removed")
    assert len(entries(gone)) == 3
    (query,) = gone.xpath("//a[. = 'SQL']/@href")
    assert "Tập huấn chữa cháy rừng" in text_of(full_face.page(query))


def test_a_removed_article_says_so_at_the_top_with_its_proof(
    full_face: ServedArchive, full_archive: FullArchive
) -> None:
    page = full_face.page(f"/a/{full_archive.key('Đo đất làm trường')}")
    (notice,) = page.xpath("//article/p[contains(@class, 'removed')]")
    assert notice.getnext().tag == "header"
    assert "Cổng đã gỡ tin này" in text_of(notice)
    assert notice.xpath("a[starts-with(@href, '/capture/')]")
    course = text_of(page.xpath("//section[@id='states']")[0])
    assert course.index("gỡ tin này") < course.index("Loa thấy tin lần đầu")
    there = full_face.page(f"/a/{full_archive.key('Thi hát ru')}")
    assert there.xpath("//article/p[contains(@class, 'removed')]") == []


def test_an_article_that_was_dated_anew_says_both_days_and_what_is_unclear(
    full_face: ServedArchive, full_archive: FullArchive
) -> None:
    page = full_face.page(f"/a/{full_archive.key('Công khai dự toán')}")
    (other,) = full_archive.rows(
        """select strftime('%d/%m/%Y', revisions.published_on) from revisions
            join articles on articles.id = article
        where articles.title like 'Công khai dự toán%' and seq = 2"""
    )
    assert f"Cổng từng ghi ngày khác, {other[0]}" in text_of(page.xpath("//dl")[0])
    (issue,) = page.xpath("//section[@id='issues']//a")
    assert issue.get("href").startswith("/issue/")
    assert "date-moved" not in text_of(issue)


def test_copies_say_who_published_first(
    full_face: ServedArchive, full_archive: FullArchive
) -> None:
    page = full_face.page("/copies")
    (fair,) = page.xpath("//section[contains(h2, 'hội chợ nông sản')]")
    lines = [text_of(line) for line in fair.xpath("ol/li")]
    assert len(lines) == 3
    assert "An Phú · đăng đầu tiên" in lines[0]
    assert "sau 4 ngày" in lines[1]
    assert "sau 6 ngày" in lines[2]
    article = full_face.page(f"/a/{full_archive.key('Hội chợ nông sản')}")
    (this,) = article.xpath("//section[@id='copies']//li[@aria-current='true']")
    assert "(tin này)" in text_of(this)
    assert len(article.xpath("//section[@id='copies']//li//a")) == 2


def test_an_article_leads_to_those_published_before_and_after_it(
    full_face: ServedArchive, full_archive: FullArchive
) -> None:
    rows = full_archive.rows(
        """select key from articles where site = 'deogio' and published_on is not null
        order by published_on, published_at, id"""
    )
    keys = [str(key) for (key,) in rows]
    seen = [keys[0]]
    while links := full_face.page(f"/a/{seen[-1]}").xpath("//nav//a[@rel='next']/@href"):
        seen.append(links[0].removeprefix("/a/"))
    assert seen == keys
    while links := full_face.page(f"/a/{seen[-1]}").xpath("//nav//a[@rel='prev']/@href"):
        seen.append(links[0].removeprefix("/a/"))
    assert seen == [*keys, *keys[-2::-1]]


@pytest.fixture(scope="module")
def long_lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedArchive]:
    """Sixty edits, removals and visits, two of each at one instant."""
    path = tmp_path_factory.mktemp("lists") / "archive.db"
    fill_archive(path)
    _add_many(path)
    with ServedArchive(path) as server:
        yield server


def _add_many(path: Path) -> None:
    db = sqlite3.connect(path)
    with db:
        db.execute("update revisions set changed_by = null")
        for number in range(60):
            at = f"2024-05-{1 + number // 4:02}T00:00:0{number % 4 // 2}Z"
            db.execute(
                """insert into revisions (article, seq, seen_at, title, body, content_sha256,
                    extractor, capture, changed, changed_by)
                values (2, ?, ?, '', '', ?, '', 2, '["body"]', 'portal')""",
                (10 + number, at, str(number)),
            )
            db.execute(
                """insert into articles (id, site, url, key, title, body, first_seen_at,
                    last_seen_at, word_count, revision)
                values (?, ?, ?, ?, ?, '', ?, ?, 0, 1)""",
                (100 + number, KEY, str(number), f"{number:016}", f"Tin {number}", SEEN, SEEN),
            )
            db.execute(
                """insert into sightings (article, state, since_at, confirmed_at, capture, url)
                values (?, 'gone', ?, ?, 1, '')""",
                (100 + number, at, at),
            )
            db.execute(
                "insert into runs (kind, site, started_at) values ('crawl', ?, ?)", (KEY, at)
            )
    db.close()


@pytest.mark.parametrize(
    "path", ["/changes", "/removed", f"/changes?site={KEY}", f"/removed?site={KEY}"]
)
def test_long_lists_go_on_and_show_each_line_once(long_lists: ServedArchive, path: str) -> None:
    first = long_lists.page(path)
    assert len(entries(first)) == 50
    (older,) = first.xpath("//nav//a[@rel='next']/@href")
    second = long_lists.page(path.partition("?")[0] + older)
    assert len(entries(second)) == 10
    assert second.xpath("//nav//a[@rel='next']") == []
    links = [
        one.xpath(".//h2/a/@href | .//h3/a/@href")[0] for one in entries(first) + entries(second)
    ]
    assert len(set(links)) == 60


@pytest.mark.parametrize("query", ["", f"?site={KEY}"])
def test_visits_go_on_and_stay_with_their_portal(long_lists: ServedArchive, query: str) -> None:
    first = long_lists.page(f"/runs{query}")
    (older,) = first.xpath("//nav//a[@rel='next']/@href")
    assert query[1:] in older
    second = long_lists.page(f"/runs{older}")
    runs = [one.xpath("//main//tbody/tr/th/a/@href") for one in (first, second)]
    assert [len(one) for one in runs] == [50, 11]  # with the one that brought the articles
    assert len({*runs[0], *runs[1]}) == 61


@pytest.mark.parametrize(
    "asked",
    ["below=x", "below=2024,x", "below=,", "below=2024,99999999999999999999", "by=x", "state=x"],
)
def test_odd_addresses_are_answered(long_lists: ServedArchive, asked: str) -> None:
    for path in ("/changes", "/removed", "/copies", "/runs"):
        assert long_lists.get(f"{path}?{asked}").status_code == 200
