"""JSON-LD as portals write it: the page's own article is found, another's never taken for it."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.html.mended_json import MOST_CHARACTERS
from pipelines.read.html.page import HtmlPage
from pipelines.read.html.structured_data import StructuredData, structured_data_of

TITLE = "Xã Khe Ngang nạo vét mương trước mùa mưa"
HERE = "http://xa.example/tin/nao-vet-muong-12.html"
DAY = "2026-05-12T08:30:00+07:00"
OWN = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": DAY,
    "author": {"@type": "Person", "name": "Lò Thị Sen"},
}
OTHER = {
    "@type": "NewsArticle",
    "headline": "Xã Khe Dọc trồng rừng",
    "url": "http://xa.example/tin/trong-rung-3.html",
    "datePublished": "2020-01-01T08:00:00+07:00",
    "author": {"@type": "Person", "name": "Người khác"},
}
THIRD = OTHER | {"headline": "Hội làng", "url": "http://xa.example/tin/hoi-lang-4.html"}


def said(*scripts: object, attributes: str = "type='application/ld+json'") -> StructuredData:
    written = (one if isinstance(one, str) else json.dumps(one) for one in scripts)
    head = "".join(f"<script {attributes}>{one}</script>" for one in written)
    page = HtmlPage(
        f"<html><head><title>{TITLE} - Xã Khe Ngang</title>{head}</head><body></body></html>",
        HERE,
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        fetched_at=datetime(2026, 6, 1, tzinfo=UTC),
    )
    return structured_data_of(page)


def is_own(found: StructuredData) -> bool:
    return (
        found.article
        and found.published is not None
        and found.published[0].at == datetime(2026, 5, 12, 1, 30, tzinfo=UTC)
    )


def own(**changed: object) -> dict[str, object]:
    return {**OWN, **changed}


@pytest.mark.parametrize(
    "attributes",
    [
        "TYPE='application/LD+JSON; charset=utf-8'",
        "type=' application/ld+json '",
        "type='application/json+ld'",
        "id=a class=schema type=application/ld+json",
    ],
)
def test_the_type_of_the_script_may_be_spelt_loosely(attributes: str) -> None:
    assert is_own(said(OWN, attributes=attributes))


@pytest.mark.parametrize(
    "declared",
    [
        [[OWN]],
        {"@graph": OWN},
        {"@graph": [{"@type": "WebPage"}, OWN]},
        {"@type": "WebPage", "mainEntity": OWN},
        {"@type": ["ItemPage", "WebPage"], "mainEntity": [OWN]},
        {"@type": "WebPage", "mainEntityOfPage": OWN},
        {"@graph": [{"@type": "WebPage", "mainEntity": {"@graph": [OWN]}}]},
    ],
)
def test_the_article_may_be_nested(declared: object) -> None:
    assert is_own(said(declared))


@pytest.mark.parametrize(
    "declared",
    [
        own(**{"@type": "http://schema.org/NewsArticle"}),
        own(**{"@type": "https://schema.org/NewsArticle/"}),
        own(**{"@type": "schema:NewsArticle"}),
        own(**{"@type": ["Thing", "newsarticle"]}),
        {key.lower(): value for key, value in OWN.items()},
        {key if "@" in key else f"schema:{key}": value for key, value in OWN.items()},
        {key if "@" in key else f"http://schema.org/{key}": value for key, value in OWN.items()},
        {key.strip("@"): value for key, value in OWN.items()},
        own(datePublished={"@type": "DateTime", "@value": DAY}, headline=[{"@value": TITLE}]),
        own(datePublished=[DAY]),
        own(datePublished=1778549400),
        own(datePublished=1778549400000),
        own(datePublished="/Date(1778549400000+0700)/"),
        own(datePublished="Tue May 12 2026 08:30:00 GMT+0700 (Indochina Time)"),
        own(datePublished="12/05/2026 08:30"),
        own(author="Lò Thị Sen"),
        own(author=["Lò Thị Sen", "Người khác"]),
        own(author=[{"name": ["Lò Thị Sen"]}]),
        own(author="L&ograve; Thị Sen"),
    ],
)
def test_types_keys_and_values_may_be_spelt_in_many_ways(declared: object) -> None:
    assert is_own(said(declared))


def test_an_author_named_by_a_reference_is_found_in_the_graph() -> None:
    person = {"@type": "Person", "@id": "#sen", "name": "Lò Thị Sen"}
    assert is_own(said({"@graph": [own(author={"@id": "#sen"}), person]}))
    assert is_own(said({"@graph": [own(author="#sen"), person]}))


WRITTEN = json.dumps(OWN, ensure_ascii=False)
CUT = '{"headline":"' + TITLE + '","@type":"NewsArticle","datePublished":"2026-05-1'


@pytest.mark.parametrize(
    "script",
    [
        WRITTEN + ";",
        WRITTEN[:-1] + ",}",
        "//<![CDATA[\n" + WRITTEN + "\n//]]>",
        "<!-- " + WRITTEN + " -->",
        "\ufeff" + WRITTEN,
        WRITTEN.replace('"', "&quot;"),
        WRITTEN.replace('"', "'"),
        WRITTEN.replace("nạo vét", '"nạo vét"'),
        WRITTEN.replace("nạo vét", "nạo\nvét"),
        WRITTEN.replace(', "date', ', // ngày\n"date'),
        '{"@type":"WebSite","name":"Xã"}\n' + WRITTEN,
        json.dumps(WRITTEN),
    ],
)
def test_a_script_with_a_slip_is_read(script: str) -> None:
    assert is_own(said(script))


def test_a_damaged_script_harms_no_sound_one() -> None:
    assert is_own(said('{"@type":"WebSite", "name": broken {', OWN))
    assert is_own(said(OWN, CUT))


def test_a_page_has_only_so_much_mended_and_sound_scripts_are_read_all_the_same() -> None:
    long = '{"a": "' + " " * MOST_CHARACTERS + '",}'
    assert not said(long, WRITTEN + ";").article
    assert is_own(said(long, OWN))
    assert is_own(said(WRITTEN + ";", long))


@pytest.mark.parametrize(
    "scripts",
    [
        (OWN, OWN),
        (OWN, own(datePublished="2026-05-12T01:30:00Z")),
        ([OTHER, OWN],),
        (OTHER, own(headline="Nạo vét", url=HERE)),
        (OTHER, own(headline="Nạo vét", url=HERE.replace("http://", "https://www."))),
        (OTHER, own(headline="Nạo vét", mainEntityOfPage={"@id": HERE + "#webpage"})),
        (OTHER, own(headline="Nạo vét", mainEntityOfPage="/tin/nao-vet-muong-12.html")),
        (OWN, {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": OTHER}]}),
    ],
)
def test_of_several_articles_the_pages_own_is_taken(scripts: tuple[object, ...]) -> None:
    assert is_own(said(*scripts))


@pytest.mark.parametrize(
    "declared",
    [
        OTHER,
        [OTHER, THIRD],
        {"@graph": [OTHER, THIRD]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": OTHER}]},
        CUT.partition(",")[0] + json.dumps(OTHER) + "}",
        CUT + json.dumps(OTHER),
    ],
)
def test_articles_of_other_pages_give_nothing(declared: object) -> None:
    found = said(declared)
    assert not found.article
    assert found.published is None


def test_two_days_of_one_article_are_none() -> None:
    found = said(OWN, own(datePublished="2019-02-03T08:30:00+07:00"))
    assert found.article
    assert found.published is None
