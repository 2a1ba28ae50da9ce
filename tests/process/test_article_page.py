"""The page of an article over HTTP: it reads like news, and each fact leads to its proof."""

from typing import Any

from lxml import html

from pipelines.read.addresses.article_key import article_key
from tests.builders.served_archive import ServedArchive, text_of


def page_of(served: ServedArchive, number: int) -> Any:
    key = article_key(f"https://suoimo.example/tin-{number}.html")
    return served.page(f"/a/{key}")


def test_an_article_reads_as_one_and_leads_to_its_evidence(served: ServedArchive) -> None:
    page = page_of(served, 1)
    text = text_of(page)
    assert page.xpath("string(//article//time)") == "04/03/2024 08:33 (giờ Việt Nam)"
    assert "đọc từ dòng ngày đăng trên trang: Thứ hai - 04/03/2024 08:33" in text
    assert page.xpath("//div[@class='text']/p[not(@class)]/text()") == [
        "Đoạn một của tin.",
        "Đoạn hai: đường liên thôn <b>dài</b> 3 km.",
    ]
    links = set(page.xpath("//main//a/@href"))
    assert {
        "/site/suoi.mo",
        "/attachment/1",
        "/capture/1",
        "/a/zpv3x22l4qypmioz/versions",
        "/a/zpv3x22l4qypmioz/versions/2",
        "/archive/articles/1",
        "https://suoimo.example/tin-1.html",
    } <= links
    assert "suoi-mo-1.warc.gz" in text
    assert f"{1:064x}" in text
    assert page.xpath("string(//figure/figcaption)") == "Quang cảnh cuộc họp"
    assert page.xpath("//figure/a/@href") == ["https://suoimo.example/anh.jpg"]
    assert "PDF · 1.234 byte" in text


def test_the_words_of_a_page_are_of_the_readers_language(served: ServedArchive) -> None:
    assert "Tin này lấy từ đâu" in text_of(page_of(served, 1))
    english = text_of(served.page("/a/zpv3x22l4qypmioz", _lang="en"))
    assert "from the page's date line" in english
    assert "Tin này lấy từ đâu" not in english


def test_a_text_with_structure_is_shown_with_it_and_asks_no_portal_for_anything(
    served: ServedArchive,
) -> None:
    (text,) = page_of(served, 2).xpath("//div[@class='text']")
    assert [one.tag for one in text] == ["h2", "p", "ul", "table"]
    assert text.xpath(".//li//text()") == ["lúa", "ngô"]
    assert text.xpath(".//a/@href") == ["https://suoimo.example/a.jpg", "https://suoimo.example/x"]
    assert set(text.xpath(".//a/@rel")) == {"noopener nofollow"}
    assert text.xpath(".//img | .//script | .//@onclick | .//@style") == []
    assert "javascript" not in html.tostring(text, encoding="unicode")


def test_an_article_in_parts_leads_to_all_its_captures(served: ServedArchive) -> None:
    page = page_of(served, 2)
    assert "Ghép từ 2 trang" in text_of(page)
    shown = page.xpath("//section[@id='provenance']//ol/li[@value]/a[1]/@href")
    assert shown == ["/capture/2", "/capture/3"]
    assert "Ghép từ" not in text_of(page_of(served, 3))


def test_an_unknown_date_is_said_to_be_unknown(served: ServedArchive) -> None:
    page = served.page(f"/a/{article_key('javascript:alert(3)')}")
    assert "Không rõ ngày đăng" in text_of(page)
    assert page.xpath("//article//time") == []
