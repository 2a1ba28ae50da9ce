"""What several pages of a portal show together: language, country, offsets, learned date rules."""

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.capture import Capture
from pipelines.read.reading import LinkKind
from pipelines.read.seen_listings import Sample
from pipelines.read.survey import Survey, survey
from portals.site import Site

SITE = Site(name="town.example", url="http://town.example/", language="und", key="town")
TEXT = (
    "<p>The council has agreed to rebuild footbridge number {0}, which was closed after the "
    "floods, and to ask for tenders in the spring.</p>"
) * 2


def capture(path: str, body: str, declared: str) -> Capture:
    page = f"<html {declared}><head><title>Town council</title></head><body>{body}</body></html>"
    return Capture(
        "town",
        f"http://town.example{path}",
        datetime(2021, 6, 20, 9, tzinfo=UTC),
        200,
        (("Content-Type", "text/html"),),
        page.encode(),
    )


def survey_of(dateline: str, declared: str = "lang='en-IE'") -> Survey:
    """Of a front page and six articles; `dateline` holds {n} for the number of the article."""
    captures: list[tuple[Capture, LinkKind]] = [
        (capture("/", "<h1>Town council</h1><a href='/news'>News</a>", declared), "listing")
    ]
    for n in range(1, 7):
        article = (
            f"<main><h1>Footbridge {n} is to be rebuilt</h1>{dateline.replace('{n}', str(n))}"
            f"<div class='text'>{TEXT.format(n)}</div></main>"
        )
        captures.append((capture(f"/news/footbridge-number-{n}", article, declared), "article"))
    return survey(Sample(SITE, tuple(captures)))


@pytest.mark.parametrize(
    ("declared", "language", "region"),
    [
        ("lang='en-IE'", "en", "IE"),
        ("lang='en_GB.UTF-8'", "en", "GB"),
        ("lang='en'", "en", None),
        ("lang='zh-Hant-TW'", "zh", "TW"),
        ("", None, None),
    ],
)
def test_language_and_country_are_those_that_the_pages_declare(
    declared: str, language: str | None, region: str | None
) -> None:
    found = survey_of("<time datetime='2021-06-0{n}'>{n} June 2021</time>", declared)
    assert (found.language, found.region, found.moments) == (language, region, ())


def test_the_offsets_that_machines_are_told_are_seen() -> None:
    found = survey_of("<time datetime='2021-06-0{n}T08:15:00+01:00'>{n} June 2021</time>")
    assert [moment.utcoffset() for moment in found.moments] == [timedelta(hours=1)] * 6


def test_a_place_for_the_date_is_learned_where_it_reads_as_well_as_each_page_by_itself() -> None:
    found = survey_of(
        "<div class='row'><time class='on' datetime='2021-06-0{n}T08:15:00+01:00'>{n} June "
        "2021</time> By Jane Roe</div>"
    )
    assert found.rules.published == ("time.on::attr(datetime)", "time.on")


def test_a_row_that_holds_more_than_its_date_is_not_learned() -> None:
    found = survey_of("<div class='row'>{n} June 2021 | By Jane Roe | 3 min read</div>")
    assert found.rules.published == ()


def test_the_name_of_a_section_that_each_article_has_for_a_title_is_not_the_portals() -> None:
    """SharePoint titles a page with its section; the front page's menu names the sections."""
    menu = (
        "<ul><li><a href='/'>Home</a></li><li><a href='/pages/roads.aspx'>Roads and bridges</a>"
        "</li></ul>"
    )
    titles = [
        ("/", "Home - Ballydunmore Town Council"),
        *((f"/pages/roads.aspx?id={n}", "Roads and bridges") for n in range(4)),
    ]
    pages = [
        Capture(
            "town",
            f"http://town.example{path}",
            datetime(2021, 6, 20, 9, tzinfo=UTC),
            200,
            (),
            f"<html><title>{title}</title><body>{menu}</body></html>".encode(),
        )
        for path, title in titles
    ]
    found = survey(Sample(SITE, tuple((page, "listing") for page in pages)))
    assert (found.name, found.name_evidence) == (
        "Ballydunmore Town Council",
        "the title of the front page",
    )


def test_the_front_page_names_the_sections() -> None:
    links = (
        "<nav><a href='/roads'>Roads and bridges</a> <a href='/all'>»</a></nav>"
        "<a href='/roads/1'>The footbridge over the Derry is to be rebuilt in the spring</a>"
        "<a href='/roads'>see more</a>"
    )
    found = survey(Sample(SITE, ((capture("/", links, ""), "listing"),)))
    assert found.section_names == {"http://town.example/roads": "Roads and bridges"}


def survey_of_articles(article: str) -> Survey:
    """A survey of a front page and six articles.

    `article` holds {n} for the article's number and {text} for its text.
    """
    captures: list[tuple[Capture, LinkKind]] = [
        (capture("/", "<h1>Town council</h1><a href='/news'>News</a>", "lang='en-IE'"), "listing")
    ]
    for n in range(1, 7):
        body = article.replace("{n}", str(n)).replace("{text}", TEXT.format(n))
        captures.append((capture(f"/news/footbridge-number-{n}", body, "lang='en-IE'"), "article"))
    return survey(Sample(SITE, tuple(captures)))


HEAD = "<h1>Footbridge {n} is to be rebuilt</h1><time datetime='2021-06-0{n}'>{n} June 2021</time>"


def test_a_place_for_the_text_that_holds_nothing_else_is_learned() -> None:
    found = survey_of_articles(f"<main>{HEAD}<div class='detail'>{{text}}</div></main>")
    assert found.rules.body == ("div.detail",)


def test_a_place_for_the_text_that_holds_the_title_too_is_not_learned() -> None:
    found = survey_of_articles(f"<main class='detail'>{HEAD}{{text}}</main>")
    assert found.rules.body == ()


def test_a_place_for_the_text_that_holds_links_to_neighbours_is_not_learned() -> None:
    neighbours = "".join(
        (
            f"<li><a href='/news/footbridge-number-{n}'>The story of footbridge number {n}, as it "
            "was told</a></li>"
        )
        for n in (7, 8, 9)
    )
    found = survey_of_articles(
        f"<main>{HEAD}<div class='detail'>{{text}}<h4>Related news</h4>"
        f"<ul>{neighbours}</ul></div></main>"
    )
    assert found.rules.body == ()


def test_a_class_that_says_how_a_thing_looks_is_never_learned() -> None:
    found = survey_of_articles(
        f"<main>{HEAD}<div class='shadow bg-white text-sm'>{{text}}</div></main>"
    )
    assert not any(
        word in selector
        for selector in found.rules.body
        for word in ("shadow", "bg-white", "text-sm")
    )


def test_a_place_for_the_text_that_misses_some_of_it_on_one_page_is_not_kept() -> None:
    """On the sixth page half of the text stands before the box that has it on the others."""
    articles: list[tuple[Capture, LinkKind]] = [
        (capture("/", "<h1>Town council</h1><a href='/news'>News</a>", "lang='en-IE'"), "listing")
    ]
    for n in range(1, 7):
        first = f"<div>{TEXT.format(n)}</div>" if n == 6 else ""
        body = (
            f"<main>{HEAD.replace('{n}', str(n))}<div class='frame'>{first}"
            f"<div class='detail'>{TEXT.format(n)}</div></div></main>"
        )
        articles.append((capture(f"/news/footbridge-number-{n}", body, "lang='en-IE'"), "article"))
    assert survey(Sample(SITE, tuple(articles))).rules.body == ()
