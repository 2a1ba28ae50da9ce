"""An article's language: by its letters, then as declared for it, then for the page."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.capture import Capture
from pipelines.read.html.language import language_of, zone_of_page
from pipelines.read.html.page import HtmlPage
from pipelines.read.reader import read
from pipelines.read.task import Task
from portals.site import Site, site_for_address

AT = datetime(2024, 6, 1, 2, tzinfo=UTC)
VIETNAMESE = (
    "Hợp tác xã Bản Pho đưa máy cày xuống ruộng từ đầu tuần, làm xong mười lăm héc ta trong ba "
    "ngày."
)
ENGLISH = (
    "The town council has agreed to rebuild the footbridge at Mill Lane, which was closed after "
    "the floods in January, and to ask for tenders in May. "
)
NAMED = ENGLISH + (
    "Its guests came from the twin towns of Đồng Hới, Quảng Ngãi and Buôn Ma Thuột, and were "
    "shown the old mill and the weir behind it."
)
ARTICLE_LD = (
    '<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "x", "inLanguage": '
    "{}}}</script>"
)


def page_of(declared: str = "", head: str = "") -> HtmlPage:
    return HtmlPage(
        f"<html {declared}><head>{head}</head><body><p>x</p></body></html>",
        "http://xa.example/a",
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        fetched_at=AT,
    )


@pytest.mark.parametrize(
    ("declared", "head", "text", "expected"),
    [
        ("lang='vi'", "", VIETNAMESE, "vi"),
        ("lang='en-us'", "", VIETNAMESE, "vi"),  # the language of the CMS
        ("", "", VIETNAMESE, "vi"),
        ("lang='en-IE'", "", ENGLISH, "en"),
        ("lang='en-IE'", "", NAMED, "en"),
        ("", "<meta property='og:locale' content='fr_FR'>", ENGLISH, "fr"),
        ("lang='vi'", ARTICLE_LD.format('"en-GB"'), ENGLISH, "en"),
        ("lang='en'", ARTICLE_LD.format('{"@type": "Language", "name": "English"}'), ENGLISH, "en"),
        # An English page in a Vietnamese frame: declared wrongly, so nothing is known.
        (
            "lang='vi'",
            "",
            ENGLISH * 2,
            None,
        ),
        ("lang='vi'", "", "Thong bao", "vi"),
        ("lang=''", "", ENGLISH, None),
        ("lang='#lang#'", "", ENGLISH, None),
    ],
)
def test_letters_come_before_what_is_declared(
    declared: str, head: str, text: str, expected: str | None
) -> None:
    assert language_of(page_of(declared, head), text) == expected


@pytest.mark.parametrize(("language", "expected"), [(None, "en"), ("und", "en"), ("cy", "cy")])
def test_each_page_tells_its_language_where_no_site_file_names_one(
    language: str | None, expected: str
) -> None:
    url = "http://town.example/news/footbridge-to-be-rebuilt"
    site = (
        site_for_address(url)
        if language is None
        else Site(name="Town", url="http://town.example/", language=language, key="town")
    )
    text = (
        "<h1>Footbridge to be rebuilt</h1><time datetime='2024-05-12'>12 May 2024</time><div>"
        f"<p>{ENGLISH}</p><p>{NAMED}</p></div>"
    )
    page = f"<html lang='en-IE'><body><main>{text}</main></body></html>"
    reading = read(
        Task(
            Capture(site.key, url, AT, 200, (("Content-Type", "text/html"),), page.encode()),
            replace(site, platform="generic"),
            "article",
        )
    )
    assert reading.article is not None
    assert reading.article.language == expected


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        (VIETNAMESE * 4, "Asia/Ho_Chi_Minh"),
        (VIETNAMESE * 4 + "2024-05-01T18:00:00+07:00 2024-05-01T11:00:00Z", "Asia/Ho_Chi_Minh"),
        (VIETNAMESE * 4 + '"2024-05-01T18:00:00-07:00"', "UTC"),  # an emigrants' newspaper
        (ENGLISH, "UTC"),
        (NAMED, "UTC"),
    ],
)
def test_the_unknown_zone_of_a_portal_is_that_of_the_one_country_that_writes_so(
    text: str, zone: str
) -> None:
    assert zone_of_page(text, ZoneInfo("UTC")).key == zone
    assert zone_of_page(text, ZoneInfo("Europe/Paris")).key == "Europe/Paris"
