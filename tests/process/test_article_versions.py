"""The versions of an article over HTTP: what changed between any two, and each of them alone."""

from typing import Any

import pytest

from tests.builders.full_archive import FullArchive
from tests.builders.served_archive import ServedArchive, text_of

BRIDGE = "Sông Mai khởi công cầu Nà Hin"  # seen four times: a figure, a name, a paragraph


@pytest.fixture(scope="module")
def bridge(full_archive: FullArchive) -> str:
    return f"/a/{full_archive.key(BRIDGE)}"


def marked(page: Any, element: str) -> list[str]:
    """What the elements of a difference say, without what only a screen reader says."""
    return [
        " ".join("".join(one.xpath(".//text()[not(parent::span)]")).split())
        for one in page.xpath(f"//section[@class='diff']//{element}")
    ]


def test_the_last_edit_is_shown_at_once(full_face: ServedArchive, bridge: str) -> None:
    page = full_face.page(f"{bridge}/versions")
    assert "Từ phiên bản 3 đến phiên bản 4" in text_of(page)
    (went,) = marked(page, "del")
    assert went.startswith("Các hộ phải di dời")
    assert marked(page, "ins") == []
    assert "bớt 21 từ" in text_of(page)


def test_any_two_versions_are_compared_and_figures_stand_out(
    full_face: ServedArchive, bridge: str
) -> None:
    page = full_face.page(f"{bridge}/versions?from=1&to=3")
    assert marked(page, "del") == ["42", "Văn Khoát,"]
    assert marked(page, "ins") == ["57", "Đức Thiện,"]
    assert marked(page, "del/strong") == ["42"]
    assert marked(page, "ins/strong") == ["57"]
    assert page.xpath("//del/span[@class='unseen']/text()") == ["bỏ: "] * 2
    assert "đổi con số" in text_of(page.xpath("//section[@id='difference']")[0])
    # The order in which they are asked for does not matter.
    assert marked(full_face.page(f"{bridge}/versions?from=3&to=1"), "del") == marked(page, "del")


def test_two_versions_stand_side_by_side(full_face: ServedArchive, bridge: str) -> None:
    page = full_face.page(f"{bridge}/versions?from=1&to=4&view=side")
    (table,) = page.xpath("//section[@class='diff']/table")
    assert table.xpath("thead//th/text()") == ["Phiên bản 1", "Phiên bản 4"]
    rows = [row.xpath("td") for row in table.xpath("tbody/tr[not(@class)]")]
    changed = [(bool(old.xpath(".//del")), bool(new.xpath(".//ins"))) for old, new in rows]
    assert changed == [(True, True), (True, True), (True, False)]
    assert text_of(rows[2][1]) == ""  # a paragraph that went has nothing beside it
    assert table.xpath("tbody/tr[@class='gap']/td/@colspan") == ["2"]


def test_the_whole_text_can_be_shown(full_face: ServedArchive, bridge: str) -> None:
    (link,) = full_face.page(f"{bridge}/versions").xpath("//a[text()='Toàn văn']/@href")
    page = full_face.page(link)
    assert page.xpath("//*[@class='gap']") == []
    assert "Mố và trụ" in text_of(page)


def test_all_versions_are_listed_newest_first_with_what_they_changed(
    full_face: ServedArchive, bridge: str
) -> None:
    lines = full_face.page(f"{bridge}/versions").xpath("//ol[contains(@class, 'versions')]/li")
    told = [text_of(line) for line in lines]
    assert [line.split(",")[0] for line in told] == [f"Phiên bản {seq}" for seq in (4, 3, 2, 1)]
    assert "nội dung · thêm 1 từ, bớt 1 từ · đổi con số" in told[2]
    assert "bản đầu tiên ghi nhận được" in told[3]
    for line in lines:
        assert line.xpath(".//a[text()='bản chụp']/@href")[0].startswith("/capture/")
        for link in line.xpath(f".//a[starts-with(@href, '{bridge}')]/@href"):
            assert full_face.get(link).status_code == 200


def test_a_version_is_readable_alone(full_face: ServedArchive, bridge: str) -> None:
    page = full_face.page(f"{bridge}/versions/1")
    text = text_of(page.xpath("//div[@class='text']")[0])
    assert "42 tỷ đồng" in text
    assert "57 tỷ đồng" not in text
    assert "Đây là phiên bản 1 trong 4 phiên bản" in text_of(page)
    assert len(page.xpath("//div[@class='text']//figure/figcaption")) == 2
    assert page.xpath("//a[@rel='next']/@href") == [f"{bridge}/versions/2"]
    assert page.xpath("//a[@rel='prev']") == []
    assert page.xpath("//div[contains(@class, 'notice')]//a[starts-with(@href, '/capture/')]")


def test_an_article_that_nobody_edited_says_so(
    full_face: ServedArchive, full_archive: FullArchive
) -> None:
    ((key,),) = full_archive.rows(
        "select key from articles where id in (select article from revisions group by article "
        "having count(*) = 1) limit 1"
    )
    page = full_face.page(f"/a/{key}/versions")
    assert "chưa có gì bị sửa" in text_of(page)
    assert len(page.xpath("//ol[contains(@class, 'versions')]/li")) == 1


@pytest.mark.parametrize("rest", ["/versions?to=9", "/versions?from=99", "/versions/5"])
def test_a_version_that_there_is_not_is_not_found(
    full_face: ServedArchive, bridge: str, rest: str
) -> None:
    assert full_face.get(f"{bridge}{rest}").status_code == 404


@pytest.mark.parametrize(
    "rest", ["?from=x&to=-1", "?to=99999999999999999999", "?from=4&to=4", "?below=1"]
)
def test_odd_addresses_are_answered(full_face: ServedArchive, bridge: str, rest: str) -> None:
    assert full_face.get(f"{bridge}/versions{rest}").status_code == 200


def test_an_old_key_leads_to_the_same_page_of_the_present_one(
    full_face: ServedArchive, bridge: str
) -> None:
    answer = full_face.get(f"{bridge.upper().replace('/A/', '/a/')}/versions?from=1&to=2")
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{bridge}/versions?from=1&to=2"
