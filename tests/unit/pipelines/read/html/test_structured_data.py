"""What pages tell machines: JSON-LD, microdata, meta elements, and names to cut off titles."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.html.json_ld import json_ld
from pipelines.read.html.page import HtmlPage
from pipelines.read.html.structured_data import (
    StructuredData,
    stated_authors,
    structured_data_of,
    without_site,
)

FETCHED = datetime(2021, 3, 20, 2, 0, tzinfo=UTC)


def page_of(head: str, body: str = "") -> HtmlPage:
    return HtmlPage(
        f"<html><head>{head}</head><body>{body}</body></html>",
        "http://xa.example/a-1",
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        fetched_at=FETCHED,
    )


def said(head: str, body: str = "", site_name: str = "") -> StructuredData:
    return structured_data_of(page_of(head, body), site_name)


def authors(head: str) -> list[str]:
    return [names for names, _ in stated_authors(page_of(head))]


def script(text: str) -> str:
    return f"<script type='application/ld+json'>{text}</script>"


def test_an_article_in_json_ld_gives_title_and_date() -> None:
    found = said(
        script(
            '{"@context":"https://schema.org","@graph":[{"@type":"WebPage","name":"Trang"},'
            '{"@type":["NewsArticle"],"headline":"Mưa '
            'lớn","datePublished":"2021-02-09T20:15:00+07:00"}]}'
        )
    )
    assert found.article
    assert found.titles == ("Mưa lớn",)
    assert found.published is not None
    assert found.published[0].at == datetime(2021, 2, 9, 13, 15, tzinfo=UTC)
    assert found.published[1] == "JSON-LD datePublished"


@pytest.mark.parametrize(
    "broken", ['{"@type":"NewsArticle" {}}', "", "[" * 3000, '"NewsArticle"', "null", '[null, "x"]']
)
def test_broken_json_ld_declares_nothing_and_harms_nothing(broken: str) -> None:
    assert list(json_ld(page_of(script(broken)))) == []
    assert not said(script(broken)).article


def test_of_several_declared_articles_none_is_believed() -> None:
    two = script(
        '[{"@type":"NewsArticle","headline":"Một","datePublished":"2021-01-01"},{"@type":"NewsArticle","headline":"Hai"}]'
    )
    found = said(two)
    assert not found.article
    assert found.published is None
    shells = "<div itemscope itemtype='http://schema.org/Article'>a</div>"
    assert said("", shells).article
    assert not said("", shells * 2).article


def test_an_address_or_a_place_that_a_template_left_empty_is_no_name() -> None:
    for author in ("http://xa.example/author/2", "#person", "{{ author }}", "<?= $author ?>"):
        assert authors(script('{"@type":"Article","author":"' + author + '"}')) == []


@pytest.mark.parametrize(
    "meta",
    [
        "<META NAME='DC.Date.Issued' CONTENT='2021-01-05T16:40:00+07:00'>",
        "<meta name='article:published_time' content='2021-01-05T16:40:00+07:00'>",
        "<meta property='article:published_time ' value='2021-01-05T16:40:00+07:00'>",
        "<meta property='dc:date dc:created' content='2021-01-05T16:40:00+07:00'>",
        "<meta name='dc_date_issued' content='2021-01-05T16:40:00+07:00'>",
        "<meta property='schema:datePublished' content='2021-01-05T16:40:00+07:00'>",
        "<meta property='article:published_time' content='05/01/2021 16:40'>",
        "<meta property='article:published_time' content='1609839600'>",
        (
            "<meta name='pubdate' content=''><meta name='pubdate' content='Tue Jan 05 2021 16:40:00"
            " GMT+0700 (Indochina Time)'>"
        ),
    ],
)
def test_a_meta_element_may_be_spelt_in_many_ways(meta: str) -> None:
    found = said(meta)
    assert found.published is not None
    assert found.published[0].at == datetime(2021, 1, 5, 9, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "content", ["1/5/2021 4:40:00 PM", "0000-00-00 00:00:00", "2021-13-05T16:40:00", "hôm nay"]
)
def test_a_meta_element_whose_day_is_not_sure_gives_none(content: str) -> None:
    assert said(f"<meta property='article:published_time' content='{content}'>").published is None


def test_figures_in_a_meta_element_are_read_in_the_only_order_that_is_a_date() -> None:
    for content in ("1/31/2021 4:40 PM", "31/1/2021 16:40", "1/31/2021 16:40"):
        found = said(f"<meta property='article:published_time' content='{content}'>")
        assert found.published is not None
        assert found.published[0].at == datetime(2021, 1, 31, 9, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "shell",
    [
        (
            "<div itemscope itemtype='HTTP://SCHEMA.ORG/NewsArticle/'>"
            "<span itemprop='dateCreated DatePublished' value='2021-01-05T09:40Z'></span></div>"
        ),
        (
            "<div vocab='http://schema.org/' typeof='NewsArticle'>"
            "<time property='datePublished' datetime='2021-01-05 16:40 +07:00'>thứ ba</time></div>"
        ),
        (
            "<div typeof='schema:Article sioc:Post'>"
            "<span property='schema:datePublished' content='Tue, 5 Jan 2021 16:40'></span></div>"
        ),
        (
            "<div itemscope itemtype='http://schema.org/Article'>"
            "<span itemprop='datePublished' content=''>05/01/2021 16:40</span></div>"
        ),
    ],
)
def test_microdata_and_rdfa_are_read_as_other_systems_write_them(shell: str) -> None:
    found = said("", shell)
    assert found.article
    assert found.published is not None
    assert found.published[0].at == datetime(2021, 1, 5, 9, 40, tzinfo=UTC)


def test_microdata_gives_its_date_where_no_meta_element_does() -> None:
    shell = (
        "<div itemscope itemtype='https://schema.org/NewsArticle'>"
        "<span itemprop='datePublished' content='2021-01-05T16:40:00+07:00'></span></div>"
    )
    found = said("", shell)
    assert found.published is not None
    assert (found.published[0].on, found.published[1]) == (
        date(2021, 1, 5),
        "microdata datePublished",
    )
    with_meta = said(
        "<meta property='article:published_time' content='2021-01-04T08:00:00+07:00'>", shell
    )
    assert with_meta.published is not None
    assert with_meta.published[0].on == date(2021, 1, 4)


@pytest.mark.parametrize(
    ("meta", "json_ld", "hour"),
    [
        ("2021-01-05", "2021-01-05T16:40:00+07:00", 9),
        ("January 5, 2021 16:40", "2021-01-05 16:40:00+08:00", 8),
        ("2021-01-05T16:40:00+07:00", "2021-01-05T18:00:00+07:00", 9),
        ("2021-01-05T16:40:00", "2021-01-05T18:00:00", 9),
        ("2021-01-05T16:40:00", "2021-01-06T16:40:00+08:00", 9),
    ],
)
def test_of_two_places_the_first_gives_the_day_and_the_more_exact_the_time(
    meta: str, json_ld: str, hour: int
) -> None:
    found = said(
        f"<meta property='article:published_time' content='{meta}'>"
        + script('{"@type":"Article","datePublished":"' + json_ld + '"}')
    )
    assert found.published is not None
    assert found.published[0].at == datetime(2021, 1, 5, hour, 40, tzinfo=UTC)


def test_the_date_of_change_is_kept_apart() -> None:
    found = said("<meta property='article:modified_time' content='2021-01-09T08:00:00+07:00'>")
    assert found.published is None
    assert found.updated is not None
    assert found.updated[0].on == date(2021, 1, 9)


@pytest.mark.parametrize(
    ("title", "cut"),
    [
        ("Mưa lớn - Xã Khe Ngang", "Mưa lớn"),
        ("Xã Khe Ngang | Mưa lớn", "Mưa lớn"),
        ("Mưa lớn – Xã Khe Ngang", "Mưa lớn"),
        ("Mưa lớn ở Xã Khe Ngang", "Mưa lớn ở Xã Khe Ngang"),
        ("Vụ xuân - vụ mùa - Xã Khe Ngang", "Vụ xuân - vụ mùa"),
        ("Xã Khe Ngang", "Xã Khe Ngang"),
    ],
)
def test_the_portal_s_name_is_cut_off_titles(title: str, cut: str) -> None:
    assert without_site(title, ("Xã Khe Ngang",)) == cut


def test_the_part_of_the_window_title_that_names_a_portal_is_no_title() -> None:
    window = "Hội thi bắn nỏ - Cổng thông tin điện tử xã Khe Ngang"
    assert said(f"<title>{window}</title>").titles == ("Hội thi bắn nỏ",)
    alone = "Cổng thông tin điện tử xã Khe Ngang ra mắt"
    assert said(f"<title>{alone}</title>").titles == (alone,)


def test_the_name_of_the_portal_comes_from_the_page_and_from_its_site_file() -> None:
    found = said(
        (
            "<title>Mưa lớn - Cổng A</title><meta property='og:title' content='Mưa lớn - Trang B'>"
            "<meta property='og:site_name' content='Trang B'>"
        ),
        site_name="Cổng A",
    )
    assert found.titles == ("Mưa lớn",)
    assert found.site_names == ("Trang B", "Cổng A")


def test_the_kind_of_the_page_is_what_opengraph_says() -> None:
    assert said("<meta property='og:type' content='Website'>").kind == "website"
    assert said("").kind is None


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ('{"@type":"Organization","name":"Văn phòng A"}', None),
        ('{"@type":"http://schema.org/GovernmentOrganization","name":"Văn phòng A"}', None),
        ('{"@id":"#a"}', None),
        (
            (
                '[{"@type":"Organization","name":"Văn phòng A"},{"@type":"Person","name":"Lò Thị '
                'Sen"}]'
            ),
            "Lò Thị Sen",
        ),
        ('{"@type":["Person","Organization"],"name":"Lò Thị Sen"}', "Lò Thị Sen"),
        ('{"@id":"#b"}', "Lò Thị Sen"),
        ('{"@id":"#c"}', None),
        ('"Lò Thị Sen"', "Lò Thị Sen"),
    ],
)
def test_an_author_is_a_person_and_may_be_described_elsewhere(
    author: str, name: str | None
) -> None:
    people = (
        '{"@type":"Organization","@id":"#a","name":"Văn phòng '
        'A"},{"@type":"Person","@id":"#b","name":"Lò Thị Sen"}'
    )
    found = authors(
        script(
            f'{{"@graph":[{{"@type":"Article","headline":"Mưa lớn","author":{author}}},{people}]}}'
        )
    )
    assert found == [name] * (name is not None)


def test_all_authors_of_json_ld_and_of_meta_elements_count_in_their_order() -> None:
    people = '{"@type":"Person","name":"Lò Thị Sen"},{"@type":"Person","name":"Mùa A Páo"}'
    assert authors(script(f'{{"@type":"Article","headline":"Mưa","author":[{people}]}}')) == [
        "Lò Thị Sen, Mùa A Páo"
    ]
    metas = (
        f"<meta name='citation_author' content='{name}'>" for name in ("Lò Thị Sen", "Mùa A Páo")
    )
    assert authors("".join(metas)) == ["Lò Thị Sen, Mùa A Páo"]
    assert authors("<meta property='article:author' content='Lò Thị Sen'>") == ["Lò Thị Sen"]


def test_an_author_of_json_ld_may_have_a_list_of_names() -> None:
    both = '["Lò Thị Sen", "Mùa A Páo"]'
    for author in (f'{{"name":{both}}}', f'[{{"@type":"Person","name":{both}}}]', both):
        assert authors(script(f'{{"@type":"Article","headline":"Mưa","author":{author}}}')) == [
            "Lò Thị Sen, Mùa A Páo"
        ]


def test_a_note_on_the_editor_stays_in_a_name_that_is_stated_whole() -> None:
    for name in ("The Desk, edited by Lò Thị Sen", "Lò Thị Sen (Khe Sen)"):
        author = f'{{"@type":"Article","headline":"Mưa","author":"{name}"}}'
        assert authors(script(author)) == [name]


def test_a_page_that_declares_no_article_may_name_its_author() -> None:
    page = '{"@type":"WebPage","author":{"@id":"#b"}},{"@type":"Person","@id":"#b","name":"Sen Lò"}'
    assert authors(script(f'{{"@graph":[{page}]}}')) == ["Sen Lò"]


@pytest.mark.parametrize("said", ["http://mang.example/khesen", "khesen2019", "CÔNG TY ABC"])
def test_a_meta_element_that_names_no_person_names_no_author(said: str) -> None:
    assert authors(f"<meta name='author' content='{said}'>") == []


@pytest.mark.parametrize("kind", ["WebPage", "MedicalWebPage", "ItemPage"])
def test_a_page_that_only_declares_itself_gives_its_date(kind: str) -> None:
    page = f'{{"@type":"{kind}","name":"x","datePublished":"2021-02-09"}}'
    found = said(script(f'{{"@graph":[{page},{{"@type":"Organization"}}]}}'))
    assert found.published is not None
    assert found.published[0].on == date(2021, 2, 9)
    assert said(script(f"[{page},{page}]")).published is None
    article = '{"@type":"NewsArticle","headline":"Mưa","datePublished":"2021-02-08"}'
    both = said(script(f"[{page},{article}]"))
    assert both.published is not None
    assert both.published[0].on == date(2021, 2, 8)


def test_an_article_of_schema_org_is_one_whatever_opengraph_says() -> None:
    website = '<meta property="og:type" content="website">'
    assert said(website).contrary
    assert not said(website + script('{"@type":"NewsArticle","headline":"Mưa lớn"}')).contrary
