"""The search page and its JSON over HTTP."""

import pytest

from tests.builders.served_archive import ATTACK, ServedArchive, text_of


def test_hits_are_marked_counted_and_lead_to_their_articles(served: ServedArchive) -> None:
    page = served.page("/search", q="giam ngheo")
    assert page.xpath("//h2[@id='hits']/text()") == ["1 tin"]
    assert page.xpath("//ol//h3/a/@href") == ["/a/zpv3x22l4qypmioz"]
    assert page.xpath("//ol//p[@class='excerpt']//mark/text()") == ["giảm nghèo"]
    assert "04/03/2024" in text_of(page.xpath("//ol")[0])
    assert page.xpath("//input[@id='q']/@value") == ["giam ngheo"]
    assert page.xpath("//title/text()") == ["giam ngheo · Tìm · Loa"]


def test_the_language_of_the_reader_is_spoken(served: ServedArchive) -> None:
    page = served.page("/search", q="xã -covid title:", _lang="en")
    said = text_of(page.xpath("//ul[@aria-label='What was understood']")[0])
    assert said == "xã without covid not used: title: (no word after it)"
    assert page.xpath("//h2[@id='hits']/text()") == ["5 articles"]


def test_filters_are_links_that_can_be_taken_back(served: ServedArchive) -> None:
    page = served.page("/search", q="xã OR thi OR nương OR lúa")
    (link,) = page.xpath("//section[@aria-labelledby='by-year']//a[text()='2023']/@href")
    narrow = served.page(link)
    assert text_of(narrow.xpath("//ol//h3")[0]) == "Đăng ký thi thử cho học sinh"
    assert len(narrow.xpath("//ol[@class='entries']/li")) == 1
    (back,) = narrow.xpath("//a[text()='bỏ điều kiện này']/@href")
    assert len(served.page(back).xpath("//ol[@class='entries']/li")) == len(
        page.xpath("//ol[@class='entries']/li")
    )
    kept = dict(
        zip(
            *(narrow.xpath(f"//input[@type='hidden']/@{one}") for one in ("name", "value")),
            strict=True,
        )
    )
    assert kept == {"year": "2023"}


def test_the_newest_come_first_by_a_link(served: ServedArchive) -> None:
    page = served.page("/search", q="thử")
    assert "thi" in text_of(page.xpath("//ol/li[1]//h3")[0])
    (link,) = page.xpath("//a[text()='Mới nhất trước']/@href")
    assert text_of(served.page(link).xpath("//ol/li[1]//h3")[0]) == "Mùa thu ở bản Nà Pheo"


def test_days_of_a_form_become_part_of_the_question(served: ServedArchive) -> None:
    page = served.page("/search", q="xã", after="2024-03-04", until="2024-03-04")
    assert page.xpath("//input[@id='q']/@value") == ["xã after:2024-03-04 before:2024-03-05"]
    assert len(page.xpath("//ol[@class='entries']/li")) == 1
    assert served.page("/search", q="xã", after="yesterday").xpath("//input[@id='q']/@value") == [
        "xã"
    ]
    last = served.page("/search", q="xã", until="9999-12-31")
    assert len(last.xpath("//ol[@class='entries']/li")) == len(
        served.page("/search", q="xã").xpath("//ol[@class='entries']/li")
    )


def test_what_was_shown_instead_is_told(served: ServedArchive) -> None:
    page = served.page("/search", q="ddangr booj")
    assert "Không tìm thấy “ddangr booj”" in text_of(page)
    assert "đảng bộ" in text_of(page.xpath("//p[contains(@class, 'notice')]")[0])
    assert page.xpath("//ol[@class='entries']/li")
    nothing = text_of(served.page("/search", q="site:nowhere xã"))
    assert "Không tìm thấy tin nào" in nothing
    assert "mọi cổng, mọi năm" in nothing


def test_after_the_last_page_a_link_leads_to_the_first(served: ServedArchive) -> None:
    page = served.page("/search", q="xã", page="9")
    assert "Không còn tin nào nữa" in text_of(page)
    (link,) = page.xpath("//a[text()='Trang đầu']/@href")
    assert served.page(link).xpath("//ol[@class='entries']/li")


def test_no_page_is_beyond_the_last_that_may_have_hits(served: ServedArchive) -> None:
    # 2,000 articles are reached at most, 20 stand on a page.
    assert served.get("/search.json", q="xã", page="101").json()["page"] == 100


def test_hostile_words_stay_words(served: ServedArchive) -> None:
    for question in ("alert", "title:script", "author:onerror"):
        page = served.page("/search", q=question)
        assert page.xpath("//ol[@class='entries']/li")
        assert not page.xpath("//main//script | //main//img | //*[@onerror]")


def test_an_empty_question_explains_how_to_ask(served: ServedArchive) -> None:
    page = served.page("/search")
    assert "Cách đặt câu hỏi" in text_of(page)
    for example in page.xpath("//dl//dt/a/@href"):
        assert served.get(example).status_code == 200


@pytest.mark.parametrize("path", ["/search", "/search.json"])
@pytest.mark.parametrize(
    "question",
    ['"', "title:", "-", "OR OR", "a\0b", ATTACK, "đ " * 3000, "NEAR(", "', --", "%", "\ud7ff"],
)
def test_no_question_breaks_the_page(served: ServedArchive, path: str, question: str) -> None:
    for extra in ({}, {"page": "x"}, {"page": "99999999", "year": "²", "site": question[:50]}):
        answer = served.get(path, q=question[:6000], **extra)
        assert answer.status_code == 200
        assert ATTACK not in answer.text or path.endswith("json")


def test_the_json_holds_what_the_page_shows(served: ServedArchive) -> None:
    answer = served.get("/search.json", q='"giảm nghèo" site:suoi').json()
    assert answer["understood"]["all"] == [
        [{"text": "giảm nghèo", "column": None, "is_quoted": True}]
    ]
    assert answer["understood"]["sites"] == ["suoi"]
    assert (answer["articles"], answer["is_exact"], answer["page"], answer["next"]) == (
        1,
        True,
        1,
        None,
    )
    (hit,) = answer["hits"]
    assert (hit["path"], hit["site"], hit["published_on"]) == (
        "/a/zpv3x22l4qypmioz",
        "suoi.mo",
        "2024-03-04",
    )
    assert hit["excerpt"]["field"] == "attachments"
    assert {"text": "giảm nghèo", "is_hit": True} in hit["excerpt"]["pieces"]
    assert answer["beside"]["year"] == [{"value": "2024", "name": "2024", "articles": 1}]
    slip = served.get("/search.json", q="ddangr booj").json()
    assert slip["instead"]["question"] == "đảng bộ"
    assert slip["instead"]["kind"] == "spelling"
