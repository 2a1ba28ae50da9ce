"""The front page tells what is new, edited, removed and broken, and what to do when it is empty."""

from pathlib import Path
from urllib.parse import urlencode

from pipelines.keep.database.archive import Archive
from tests.builders.full_archive import FullArchive
from tests.builders.full_portals import BRIDGE, BUDGET, FAIR, HERDS
from tests.builders.served_archive import ServedArchive, text_of


def test_no_portal_fills_the_list_of_newest_articles(
    full_face: ServedArchive, full_archive: FullArchive
) -> None:
    articles = full_face.page("/").xpath("//section[@aria-labelledby='newest']/ol/li")
    titles = [article.xpath("string(h3)") for article in articles]
    assert len(titles) == 10
    assert titles[0].startswith("Bản tin ngày")
    portals = [article.xpath("string(p[@class='where']/a)") for article in articles]
    assert len(set(portals)) >= 5
    assert max(portals.count(portal) for portal in portals) == 2
    first = full_archive.key(titles[0])
    assert articles[0].xpath("h3/a/@href") == [f"/a/{first}"]


def test_it_says_what_was_edited_and_how(
    full_face: ServedArchive, full_archive: FullArchive
) -> None:
    edited = full_face.page("/").xpath("//section[@aria-labelledby='edited']//li")
    told = {one.xpath("string(a)"): text_of(one) for one in edited}
    assert {BUDGET, f"{FAIR}, không thu tiền vé", HERDS, BRIDGE} <= told.keys()
    assert "tiêu đề · +5 · " in told[f"{FAIR}, không thu tiền vé"]
    assert "ngày đăng" in told[BUDGET]
    links = {one.xpath("string(a/@href)") for one in edited}
    assert f"/a/{full_archive.key(BRIDGE)}/versions" in links


def test_it_names_what_was_removed_and_what_looks_broken(full_face: ServedArchive) -> None:
    page = full_face.page("/")
    removed = page.xpath("//section[@aria-labelledby='removed']//li/a/text()")
    assert sorted(removed) == [
        "Khám mắt cho người già",
        "Tập huấn chữa cháy rừng",
        "Đo đất làm trường",
    ]
    broken = page.xpath("//section[@aria-labelledby='broken']//li/a/@href")
    assert sorted(broken) == ["/site/hoptien", "/site/lungpo", "/site/thachlam"]


def test_it_counts_and_offers_filters(full_face: ServedArchive) -> None:
    page = full_face.page("/?_lang=en")
    assert "89 articles of 8 portals, published from 26 Mar 2023" in text_of(page)
    names = page.xpath("//aside//form//input/@name | //aside//form//select/@name")
    assert names == ["q", "site", "after", "until"]
    asked = urlencode({"q": "", "site": "songmai", "after": "2025-01-01", "until": "2025-06-27"})
    found = full_face.page(f"/search?{asked}").xpath("//li[@class='entry']/h3//text()")
    assert "Huyện Sông Mai bàn giao hồ sơ, tài liệu cho các xã mới" in found
    assert [title for title in found if title.startswith("Bản tin")] == []
    assert "songmai" in page.xpath("//select[@name='site']/option/@value")


def test_an_empty_archive_says_what_to_do_next(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db"):
        pass
    with ServedArchive(tmp_path / "archive.db") as face:
        page = face.page("/")
        assert "Kho tin còn trống" in text_of(page)
        assert "loa add https://" in text_of(page)
        assert page.xpath("//ol[@class='entries']") == []
