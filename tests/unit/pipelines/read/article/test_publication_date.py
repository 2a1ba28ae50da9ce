"""Which date is the publication: the order of trust, and the dates that never qualify."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.article.publication_date import (
    PageDates,
    address_date,
    choose_dates,
    guessed_date,
    ruled_dates,
    stated_dates,
)
from pipelines.read.html.page import HtmlPage
from pipelines.read.html.structured_data import structured_data_of
from pipelines.read.reading import ReadingLog
from portals.platform import ArticleRules

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FETCHED = datetime(2024, 6, 1, 2, tzinfo=UTC)
META = "meta[property='article:published_time']::attr(content)"


def page_of(
    body: str,
    head: str = "",
    url: str = "https://vi-du.example/tin/bai-viet-moi-12.html",
    zone: ZoneInfo = ZONE,
) -> HtmlPage:
    return HtmlPage(
        f"<html><head>{head}</head><body>{body}</body></html>", url, zone=zone, fetched_at=FETCHED
    )


def dates_of(
    body: str,
    head: str = "",
    *selectors: str,
    updated: tuple[str, ...] = (),
    generic: bool = False,
    url: str = "https://vi-du.example/tin/bai-viet-moi-12.html",
    log: ReadingLog | None = None,
    zone: ZoneInfo = ZONE,
) -> PageDates:
    log = log or ReadingLog()
    page = page_of(body, head, url, zone)
    rules = ArticleRules(published=selectors, updated=updated)
    stated = stated_dates(structured_data_of(page)) if generic else ()
    own = page.root.findall(".//h1")
    return choose_dates(page, (ruled_dates(page, rules, own), stated, address_date(page)), log)


def test_the_familys_own_place_comes_before_meta() -> None:
    found = dates_of(
        '<h1>Tin</h1><span class="ngay">14/05/2024 08:33</span>',
        '<meta property="article:published_time" content="2024-05-12T07:00:00+07:00">',
        "span.ngay",
        META,
    )
    assert found.published is not None
    assert (
        found.published.on,
        found.published.at,
        found.published.evidence,
        found.published.precision,
    ) == (
        date(2024, 5, 14),
        datetime(2024, 5, 14, 1, 33, tzinfo=UTC),
        "selector",
        "minute",
    )


def test_meta_comes_before_the_address() -> None:
    found = dates_of(
        "<h1>Tin</h1>",
        '<meta property="article:published_time" content="2024-05-12">',
        generic=True,
        url="https://vi-du.example/portal/pages/2024-5-17/bai.aspx",
    )
    assert found.published is not None
    assert (found.published.on, found.published.evidence) == (date(2024, 5, 12), "meta")


def test_the_address_is_taken_where_the_page_says_nothing() -> None:
    found = dates_of("<h1>Tin</h1>", url="https://vi-du.example/portal/pages/2024-5-17/bai.aspx")
    assert found.published is not None
    assert (found.published.on, found.published.evidence) == (date(2024, 5, 17), "url")


def test_a_named_family_does_not_believe_meta_that_its_rules_do_not_name() -> None:
    assert (
        dates_of(
            "<h1>Tin</h1>", '<meta property="article:published_time" content="2024-05-12">'
        ).published
        is None
    )


def test_schema_org_is_believed_where_no_family_is_known() -> None:
    found = dates_of(
        (
            '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle",'
            '"datePublished":"2024-05-11T09:00:00+07:00"}]}</script>'
        ),
        generic=True,
    )
    assert found.published is not None
    assert found.published.at == datetime(2024, 5, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize("script", ["{", "[" * 5000, '{"datePublished": 7}', ""])
def test_broken_schema_org_is_passed_over(script: str) -> None:
    assert (
        dates_of(f'<script type="application/ld+json">{script}</script>', generic=True).published
        is None
    )


def test_update_and_publication_are_kept_apart() -> None:
    found = dates_of("<p>Đăng lúc: 08:00 13/05/2024 | Cập nhật: 09:30 15/05/2024</p>", "", "p")
    assert found.published is not None
    assert found.updated is not None
    assert (found.published.on, found.updated.on) == (date(2024, 5, 13), date(2024, 5, 15))


@pytest.mark.parametrize(
    "line",
    ["Cập nhật: 15/05/2024", "Cập nhật lúc 09:30 15/05/2024", "Chỉnh sửa lần cuối: 15/05/2024"],
)
def test_an_update_alone_is_no_publication(line: str) -> None:
    assert dates_of(f"<p>{line}</p>", "", "p").published is None


def test_the_update_that_the_rules_name_is_taken_from_its_attribute() -> None:
    found = dates_of(
        "<p>x</p>",
        '<meta property="article:modified_time" content="2024-05-15+0716:40:00">',
        updated=("meta[property='article:modified_time']::attr(content)",),
    )
    assert found.updated is not None
    assert (found.updated.at, found.updated.evidence) == (
        datetime(2024, 5, 15, 9, 40, tzinfo=UTC),
        "meta",
    )


def test_a_date_whose_weekday_does_not_agree_is_not_taken() -> None:
    assert (
        dates_of('<span class="ngay">Thứ hai - 14/05/2024 08:33</span>', "", "span.ngay").published
        is None
    )


TIME = "time::attr(datetime)"
STAMP = '<time datetime="2019-04-11T09:00:00+07:00">11/04/2019</time>'


@pytest.mark.parametrize(
    "stranger",
    [
        f'<article class="loop"><h3><a href="/n9">Xà lan mắc cạn</a></h3>{STAMP}</article>',
        f'<div id="comments"><p>Hay quá!</p>{STAMP}</div>',
        f'<ul><li>{STAMP}<h4><a href="/n9">Xà lan mắc cạn</a></h4></li></ul>',
        f"<article>{STAMP}</article>",
    ],
)
def test_a_selector_that_hits_another_articles_card_or_a_comment_finds_nothing(
    stranger: str,
) -> None:
    stated = '<meta property="article:published_time" content="2024-05-12T07:00:00+07:00">'
    inside = dates_of(f"<main><h1>Tin</h1><p>Bài.</p>{stranger}</main>", stated, TIME, META)
    assert inside.published is not None
    assert inside.published.on == date(2024, 5, 12)
    assert dates_of(f"<h1>Tin</h1>{stranger}", "", TIME).published is None


@pytest.mark.parametrize(
    "own",
    [
        f"<article><h1>Tin</h1><div>{STAMP}</div></article>",
        f'<div class="post-9"><header><h1>Tin</h1></header><aside>{STAMP}</aside></div>',
        f"<section><h1>Tin</h1></section><section><h2>Thông tin</h2>{STAMP}</section>",
    ],
)
def test_a_date_beside_the_title_is_the_articles_own(own: str) -> None:
    found = dates_of(own, "", TIME)
    assert found.published is not None
    assert found.published.on == date(2019, 4, 11)


def test_an_exact_date_beats_one_counted_back() -> None:
    found = dates_of(
        '<h1>Tin</h1><span class="ngay">3 giờ trước</span>',
        '<meta property="article:published_time" content="2024-05-31T22:10:00+07:00">',
        "span.ngay",
        generic=True,
    )
    assert found.published is not None
    assert found.published.at == datetime(2024, 5, 31, 15, 10, tzinfo=UTC)
    alone = dates_of('<h1>Tin</h1><span class="ngay">3 giờ trước</span>', "", "span.ngay")
    assert alone.published is not None
    assert alone.published.at == datetime(2024, 5, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2024-05-19T02:41:41Z", "2024-05-18"),  # the evening before, in America
        ("2024-05-19T02:41:41+00:00", "2024-05-18"),
        ("2024-05-21T02:41:41Z", "2024-05-21"),  # no place on earth has the address's day then
        ("2024-05-19T02:41:41+05:30", "2024-05-19"),
    ],
)
def test_in_an_unknown_zone_the_address_tells_the_day_of_an_instant_in_utc(
    stated: str, day: str
) -> None:
    found = dates_of(
        "<h1>Tin</h1>",
        f'<meta property="article:published_time" content="{stated}">',
        generic=True,
        url="https://news.example/2024/05/18/the-mill/",
        zone=ZoneInfo("UTC"),
    )
    assert found.published is not None
    assert found.published.on.isoformat() == day
    assert found.published.at is not None


def test_every_date_taken_is_explained() -> None:
    log = ReadingLog()
    dates_of("<p>Ngày đăng: 13/05/2024</p>", "", "p", log=log)
    assert [(explanation.field, explanation.value) for explanation in log.explanations] == [
        ("published", "2024-05-13")
    ]


def test_a_guess_near_the_fetch_is_the_clock_and_no_date() -> None:
    page = page_of("<div>Hôm nay 01/06/2024</div><p>Văn bản không ghi ngày.</p>")
    assert guessed_date(page) is None


@pytest.mark.parametrize(
    "shell",
    [
        '<link rel="stylesheet" href="/assets/2023-02-07/app.css">',
        '<script>var built = "2023-02-07T10:00:00Z"</script>',
        '<img src="/uploads/2023-02-07-mill.jpg" srcset="/uploads/2023-02-07-mill-2.jpg 2x">',
        '<a href="https://other.example/2023-02-07-mill/">Mill</a>',
        '<meta property="og:image" content="https://town.example/uploads/2023/02/7.jpg">',
    ],
)
def test_the_addresses_and_scripts_of_a_page_are_no_place_for_a_guess(shell: str) -> None:
    page = page_of(f"<h1>Tin</h1><p>Văn bản không ghi ngày.</p>{shell}")
    assert guessed_date(page) is None


def test_a_guess_says_that_it_is_one() -> None:
    page = page_of('<h1>Tin</h1><div class="date">12/03/2023</div><p>Văn bản.</p>')
    found = guessed_date(page)
    assert found is not None
    assert (found.on, found.at, found.evidence, found.precision) == (
        date(2023, 3, 12),
        None,
        "guess",
        "day",
    )


@pytest.mark.parametrize(
    "stated",
    [
        f'<meta property="article:published_time" content="2024-03-01T08:00:00{offset}">'
        for offset in ("+24:00", "+99:99", "-70:00", "-24:30")
    ]
    + [
        '<script type="application/ld+json">{"datePublished": "2024-03-01T08:00+31:00"}</script>',
        f'<script type="application/ld+json">{{"position": {"9" * 5000}}}</script>',
        '<meta name="pubdate" content="Sat, 01 Mar 99999 08:00:00 GMT">',
    ],
)
def test_a_date_that_cannot_be_is_no_date_and_stops_no_reading(stated: str) -> None:
    assert dates_of("<h1>Tin</h1><p>Văn bản.</p>", stated, META, generic=True).published is None
    page = page_of("<h1>Tin</h1><p>Văn bản.</p>", stated)
    guessed = guessed_date(page)
    assert guessed is None or guessed.on == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("vi", '<div class="date">T4, 12/03/2023 - 13:44</div>'),
        ("en-US", '<div class="date">12/03/2023</div>'),
        ("en-US", '<time datetime="12/3/2023">x</time>'),
        ("vi", '<time datetime="2/3/2023 8:30:00 AM">x</time>'),
        ("vi", '<meta property="article:published_time" content="2/3/2023 8:30:00 AM">'),
    ],
)
def test_a_day_that_strict_reading_refuses_is_not_brought_back_by_a_guess(
    lang: str, line: str
) -> None:
    page = HtmlPage(
        f'<html lang="{lang}"><body><h1>Tin</h1>{line}<p>Text.</p></body></html>',
        "https://vi-du.example/a-1.html",
        zone=ZONE,
        fetched_at=FETCHED,
    )
    assert guessed_date(page) is None


@pytest.mark.parametrize(
    ("day", "taken"), [("02/06/2024", True), ("03/06/2024", False), ("01/06/2025", False)]
)
def test_what_is_published_has_come_and_a_day_is_allowed_for_the_zone(
    day: str, taken: bool
) -> None:
    found = dates_of(f'<span class="ngay">{day}</span>', "", "span.ngay")
    assert (found.published is not None, found.to_come) == ((True, None) if taken else (False, day))


def test_behind_a_date_that_has_not_come_the_next_place_is_asked() -> None:
    found = dates_of(
        '<time datetime="2024-12-04T11:00:00Z">x</time><p>Ngày đăng: 13/05/2024</p>',
        "",
        "time::attr(datetime)",
        "p",
    )
    assert found.published is not None
    assert (found.published.on, found.published.evidence, found.to_come) == (
        date(2024, 5, 13),
        "selector",
        "2024-12-04T11:00:00Z",
    )


@pytest.mark.parametrize(
    ("edited", "kept"),
    [
        ("2024-05-15T08:00:00+07:00", True),
        ("2024-05-13T08:00:00+07:00", True),
        ("2024-05-13T07:59:00+07:00", False),
        ("2023-04-08T08:00:00+07:00", False),
        ("2024-06-05T08:00:00+07:00", False),
    ],
)
def test_an_edit_is_neither_before_the_publication_nor_still_to_come(
    edited: str, kept: bool
) -> None:
    found = dates_of(
        "<p>Đăng lúc: 08:00 13/05/2024</p>",
        f'<meta property="article:modified_time" content="{edited}">',
        "p",
        updated=("meta[property='article:modified_time']::attr(content)",),
    )
    assert found.published is not None
    assert (found.updated is not None) is kept


@pytest.mark.parametrize(
    "line",
    [
        "Monday, May 14, 2024",  # a Tuesday
        "lundi 14 mai 2024",
        "Registered: May 14, 2024",
        "Application deadline: 14 May 2024",
    ],
)
def test_a_line_that_the_strict_reading_refuses_is_no_place_for_a_guess(line: str) -> None:
    page = page_of(f'<div class="meta">{line}</div><p>Hội làng mở sáng nay.</p>')
    assert guessed_date(page) is None


def test_a_line_without_a_contradiction_can_be_guessed() -> None:
    page = page_of('<div class="meta">Tuesday the 14. May 2024</div>')
    found = guessed_date(page)
    assert (found and found.on) == date(2024, 5, 14)
