"""What several pages of a site share becomes its rules: where title, date, lead and text are."""

from datetime import UTC, datetime

from pipelines.read.family.learned_rules import learn_rules
from pipelines.read.html.page import HtmlPage
from portals.platform import ArticleRules, platform_of
from tests.builders.pages_of_no_family import ARTICLE, page_of, read_generic, read_page, site_of


def article_page(number: int) -> HtmlPage:
    head = (
        f"<div id='bai-{number}' class='chi-tiet'>"
        f"<h2 class='ten-bai'>Thôn số {number} làm đường bê tông vào xóm núi</h2>"
    )
    dated = (
        f"<span class='gio'>0{number}/02/2021 08:00</span>"
        f"<p class='sapo'>Thôn số {number} góp 200 ngày công làm đường trong tháng Hai.</p>"
    )
    prose = (
        f"<p>Đường dài {number} km, do dân hiến đất và góp công, xã hỗ trợ xi măng.</p>"
        "<p>Trẻ em đi học không còn lội bùn mùa mưa.</p>"
    )
    body = f"<div class='noi-dung-{number} than-bai'>{prose}</div></div>"
    return page_of(
        f"<body>{head}{dated}{body}</body>", f"http://xa.example/bai-viet/thon-so-{number}.html"
    )


def test_rules_are_learned_from_what_several_pages_of_a_site_have_in_common() -> None:
    url = "http://xa.example/gioi-thieu"
    learned = learn_rules(
        [article_page(1), article_page(2), article_page(3), page_of("<h1>Giới thiệu xã</h1>", url)],
        site_of(url),
        platform_of("generic"),
    )
    assert learned.title == ("h2.ten-bai",)
    assert learned.published == ("span.gio",)
    assert learned.lead == ("p.sapo",)
    assert learned.body == ("div.than-bai",)
    assert learned.page == learned.body


def under_a_module(number: int) -> HtmlPage:
    module = "<h1>Nhịp sống làng quê</h1>"
    text = (
        f"<p>Thôn số {number} làm {number} km đường, do dân hiến đất và góp công, xã hỗ trợ "
        "xi măng và máy trộn.</p>"
    ) * 2
    article = (
        f"<div class='tieude'>Thôn số {number} làm đường bê tông</div>"
        f"<span class='gio'>0{number}/02/2021</span><div class='than'>{text}</div>"
    )
    return page_of(
        f"<body><div>{module}<div>{article}</div></div></body>",
        f"http://xa.example/bai-viet/{number}.html",
    )


def test_a_heading_that_stands_the_same_on_several_articles_is_learned_to_be_no_title() -> None:
    pages = [under_a_module(number) for number in range(1, 5)]
    alone, _ = read_page(pages[0])
    assert alone is not None
    assert alone.title == "Nhịp sống làng quê"  # one page alone cannot know
    assert learn_rules(pages, site_of(pages[0].url), platform_of("generic")).title == (
        "div.tieude",
    )


def test_nothing_is_learned_from_a_single_article() -> None:
    assert (
        learn_rules([article_page(1)], site_of("http://xa.example/"), platform_of("generic"))
        == ArticleRules()
    )


def test_an_article_on_which_the_learned_place_holds_no_date_tells_its_own() -> None:
    page = page_of(f"<body>{ARTICLE}</body>")
    article, _, _ = read_generic(
        page,
        site_of(page.url),
        platform_of("generic"),
        ArticleRules(published=("span.gio",)),
        page.url,
    )
    assert article is not None
    assert article.published is not None
    assert (article.published.at, article.published.evidence) == (
        datetime(2021, 3, 2, 0, 30, tzinfo=UTC),
        "selector",
    )


def timed_page(number: int, tag: str) -> HtmlPage:
    row = (
        f"<div class='hang'><{tag} class='luc' datetime='2021-02-0{number}T08:15:00+07:00'>0"
        f"{number}/02/2021</{tag}> <span>Lê Thị Nụ</span></div>"
    )
    text = (
        f"<p>Đường thôn số {number} dài {number} km, do dân hiến đất và góp công, xã hỗ trợ "
        "xi măng và máy trộn.</p>"
    ) * 2
    article = f"<h1>Thôn số {number} làm đường bê tông</h1>{row}<div class='than'>{text}</div>"
    return page_of(
        f"<body><main>{article}</main></body>", f"http://xa.example/bai-viet/{number}.html"
    )


def test_of_a_row_with_a_time_element_the_element_is_learned_and_its_instant_read() -> None:
    learned = learn_rules(
        [timed_page(number, "time") for number in range(1, 5)],
        site_of("http://xa.example/"),
        platform_of("generic"),
    )
    assert learned.published == ("time.luc::attr(datetime)", "time.luc")
    article, _, _ = read_generic(
        timed_page(5, "time"),
        site_of("http://xa.example/"),
        platform_of("generic"),
        learned,
        "http://xa.example/bai-viet/5.html",
    )
    assert article is not None
    assert article.published is not None
    assert article.published.at == datetime(2021, 2, 5, 1, 15, tzinfo=UTC)


def test_a_class_that_stands_on_different_tags_is_learned_without_a_tag() -> None:
    pages = [
        timed_page(number, tag) for number, tag in enumerate(("span", "b", "span", "b"), start=1)
    ]
    assert learn_rules(pages, site_of("http://xa.example/"), platform_of("generic")).published == (
        ".luc",
    )
