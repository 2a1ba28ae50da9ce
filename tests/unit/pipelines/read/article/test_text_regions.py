"""Which regions of a page without known rules are the article's text: what stands between title and
text ends nothing.
"""

import json
from datetime import UTC, datetime

import pytest

from pipelines.capture import Capture
from pipelines.read.article.article_page import view_of
from pipelines.read.html.text_regions import LEAST, Opinion, weigh_regions
from pipelines.read.reader import read
from pipelines.read.reading import Article, Reading
from pipelines.read.task import Task
from portals.platform import platform_of
from portals.site import Site
from tests.builders.pages_of_no_family import page_of

SITE = Site(name="Kelby Post", url="http://kelby.example/", key="kelby", language="en")
FETCHED = datetime(2024, 6, 2, 9, 0, tzinfo=UTC)
TITLE = "Ferry to the salt island runs again"
DEK = "The boat lay on the slip for eleven weeks."
TEXT = [
    "The ferry to the salt island sailed on Saturday for the first time since a storm in March "
    "bent its shaft.",
    "Forty people and six bicycles crossed in the morning, and the harbour master counted as many "
    "on the way back.",
    "The yard had to wait for a bearing that is no longer made; a smith in the next town cut one "
    "from bronze.",
    "Until autumn the boat will leave every second hour, and at noon also on the days of the fish "
    "market.",
]
SHARE = (
    "<ul class='buttons'><li><a href='https://facebook.com/s?u=1'>Facebook</a></li>"
    "<li><a href='https://x.com/s?u=1'>Post</a></li><li><a href='mailto:?b=1'>Mail</a></li></ul>"
)
LINKS = (
    "<div class='box'><ul><li><a href='/news/harbour-wall-gets-new-lamps'>Harbour wall gets new "
    "lamps</a></li><li><a href='/news/salt-works-open-a-museum'>Salt works open a museum</a></li>"
    "<li><a href='/news/two-seals-seen-at-the-weir'>Two seals seen at the weir</a></li></ul></div>"
)
RELATED = f"<div class='box'><h4>Related articles</h4>{LINKS}</div>"
PIER = (
    "The old pier was built by the salt company and is open on all days of the year but one, for "
    "those who fish, for those who wait for a boat, and for those who only want to look at the sea "
    "and at the two lights of the harbour."
)
SECTION = "<div class='kicker'><a href='/harbour-and-islands/'>Harbour and islands</a></div>"


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def reading_of(inside: str, beside: str = "") -> Reading:
    markup = (
        f"<!DOCTYPE html><html lang='en'><head><title>{TITLE} - Kelby Post</title>"
        "<meta property='og:type' content='article'>"
        "<meta property='article:published_time' content='2024-06-01T10:00:00+01:00'></head><body>"
        f"<article><h1>{TITLE}</h1>{inside}</article>{beside}</body></html>"
    )
    return read_markup(markup)


def read_markup(markup: str) -> Reading:
    headers = (("content-type", "text/html; charset=utf-8"),)
    url = "http://kelby.example/news/ferry-runs-again"
    return read(Task(Capture("kelby", url, FETCHED, 200, headers, markup.encode()), SITE))


def article_of(inside: str, beside: str = "") -> Article | None:
    return reading_of(inside, beside).article


def body_of(inside: str, beside: str = "") -> list[str]:
    article = article_of(inside, beside)
    assert article is not None
    return article.body.split("\n\n")


@pytest.mark.parametrize(
    "between",
    [
        SHARE,
        "<div class='rt'>4 minute read</div>",
        LINKS,
        RELATED,
        SECTION,
        f"<aside>{RELATED}</aside>",
        f"{SECTION}{SHARE}<div>3 min read</div>{RELATED}{LINKS}",
    ],
)
@pytest.mark.parametrize("above", ["", f"<div class='dek'>{DEK}</div>"])
def test_nothing_between_title_and_text_ends_the_text(above: str, between: str) -> None:
    body = body_of(f"{above}{between}<div class='text'>{paragraphs(TEXT)}</div>")
    assert [line for line in body if line in TEXT] == TEXT
    assert not any("Harbour" in line or "Facebook" in line for line in body)


def test_the_end_of_a_text_behind_its_fold_belongs_to_it() -> None:
    fold = f"<div class='more' id='more'>{paragraphs(TEXT[3:])}</div>"
    parted = f"<div class='entry'><div class='asset'>{paragraphs(TEXT[:3])}</div>{fold}</div>"
    assert body_of(f"<p>By Ann Miller</p>{parted}{SHARE}") == TEXT
    low = f"<div class='low'><p>{PIER[:90]}.</p></div>"
    page = f"<div><div class='page'><h1>{TITLE}</h1><i>1 June 2024</i>{paragraphs(TEXT)}</div>{low}"
    alone = read_markup(f"<html lang='en'><title>{TITLE}</title><body>{page}</div>").article
    assert alone is not None
    assert alone.body.split("\n\n") == TEXT


@pytest.mark.parametrize("between", [SHARE, LINKS, RELATED])
def test_nothing_between_two_paragraphs_ends_the_text(between: str) -> None:
    parted = f"<div class='text'>{paragraphs(TEXT[:1])}{between}{paragraphs(TEXT[1:])}</div>"
    apart = (
        f"<div class='text'>{paragraphs(TEXT[:2])}</div>{between}"
        f"<div class='text'>{paragraphs(TEXT[2:])}</div>"
    )
    assert body_of(parted) == TEXT
    assert body_of(apart) == TEXT


def test_a_caption_above_the_text_is_no_lead() -> None:
    picture = (
        "<div class='media'><figure><img src='/i.jpg'><figcaption>The ferry lies at the old pier "
        "below the salt works, its shaft on the quay.</figcaption></figure></div>"
    )
    article = article_of(f"{picture}{SHARE}<div class='text'>{paragraphs(TEXT)}</div>")
    assert article is not None
    assert (article.lead, article.body.split("\n\n")) == (None, TEXT)


def test_each_paragraph_may_be_wrapped_in_elements_of_its_own() -> None:
    wrapped = "".join(
        f"<div class='cell c{place}'><div><div class='rich'><p>{text}</p></div></div></div>"
        for place, text in enumerate(TEXT)
    )
    assert body_of(f"{SHARE}<div class='grid'>{wrapped}</div>") == TEXT


def test_a_note_on_the_author_behind_the_text_is_none_of_it() -> None:
    note = (
        "<div class='profile'><p>Ada Brook has written about boats, tides and harbours for this "
        "paper since she left the coast guard.</p></div>"
    )
    assert body_of(f"<div class='text'>{paragraphs(TEXT)}</div>{note}") == TEXT


@pytest.mark.parametrize("linked", ["Harbour and islands", "Everything about the islands"])
def test_a_line_with_a_link_above_the_paragraphs_does_not_make_them_an_excerpt(
    linked: str,
) -> None:
    inside = f"<div class='text'><p>In <a href='/islands/'>{linked}</a>.</p>{paragraphs(TEXT)}"
    assert [line for line in body_of(inside + "</div>") if line in TEXT] == TEXT


def test_an_article_without_text_takes_none_from_a_column_beside_it() -> None:
    column = (
        f"<div class='col'><h3>About Kelby</h3>{LINKS}<p>Kelby lies where the river meets the sea, "
        "and has lived on salt, rope and herring for six hundred years.</p></div>"
    )
    article = article_of("<div class='text'></div>", column)
    assert article is None or "herring" not in article.body
    notice = article_of("<div class='text'>See the file.</div>", column)
    assert notice is not None
    assert notice.body == "See the file."


def test_a_few_words_above_far_more_prose_are_not_the_text() -> None:
    long = paragraphs(TEXT * 4)
    article = article_of(
        "<div class='info'>Harbour news</div>",
        f"{LINKS}{LINKS}{LINKS}<div class='text'>{long}</div>",
    )
    assert article is not None
    assert TEXT[0] in article.body


def test_what_a_form_explains_is_no_text_though_the_page_has_no_other() -> None:
    form = (
        "<form action='/comment' method='post'><p>To keep out machines, please write the letters "
        "that you see in the picture below into the box beside it.</p><textarea></textarea></form>"
    )
    article = article_of(f"<div class='text'>See the file.</div>{form}")
    assert article is not None
    assert article.body == "See the file."


def test_other_articles_shown_in_full_below_linked_headings_are_none_of_it() -> None:
    others = "".join(
        f"<div class='post'><h2><a href='/news/{place}'>Herring fleet stays in port, day {place}"
        f"</a></h2>{paragraphs(TEXT[1:])}</div>"
        for place in range(3)
    )
    assert body_of(f"<div class='text'>{paragraphs(TEXT)}</div>{others}") == TEXT


def test_a_line_of_the_site_far_behind_the_text_is_none_of_it() -> None:
    line = (
        "<div><div><div class='old'>Your browser is old. Please choose another one to see this "
        "site as it was meant to be.</div></div></div>"
    )
    inside = f"<div><div><div><div class='text'>{paragraphs(TEXT)}</div></div></div></div>"
    assert body_of(inside, line) == TEXT


@pytest.mark.parametrize(("times", "told"), [(1, False), (8, True)])
def test_a_few_words_are_not_stored_without_an_issue_if_far_more_prose_follows(
    times: int, told: bool
) -> None:
    column = f"<div class='col'>{LINKS * 20}{paragraphs(TEXT * times)}</div>"
    reading = reading_of("<div class='text'>See the film.</div>", column)
    assert reading.article is not None
    assert reading.article.body == "See the film."
    assert ("text-doubtful" in [note.kind for note in reading.notes]) is told


@pytest.mark.parametrize("columns", [("col-8 push-4", "col-4 push-4"), ("w2 span6", "w1 span6")])
def test_columns_of_one_grid_are_not_built_alike(columns: tuple[str, str]) -> None:
    side = f"<h3><a href='/about/pier'>The pier</a></h3><p>{PIER[:180]}...</p>"
    one, other = columns
    article = article_of(
        f"<div class='{one}'><div>{paragraphs(TEXT)}</div></div><div class='{other}'>{side}</div>"
    )
    assert article is not None
    assert article.body == "\n\n".join(TEXT)


@pytest.mark.parametrize("around", ["<div>{lead}</div>{body}", "<header>{lead}</header>{body}"])
def test_the_text_below_a_lead_is_taken_though_another_reader_leaves_it_out(around: str) -> None:
    lead = f"<div class='hometext'>{TEXT[0]} {DEK}</div>"
    body = f"<div class='bodytext'>{TEXT[2]}<br><br>{TEXT[3]}</div>"
    column = (
        f"<div class='col-4'><h3><a href='/about/pier'>The pier</a></h3><p>{PIER[:140]}</p></div>"
    )
    inside = around.format(lead=lead, body=body)
    markup = f"<h1>{TITLE}</h1><div class='col-8'><div>{inside}</div></div><div>{column}</div>"
    url = "http://kelby.example/news/ferry-runs-again"
    view = view_of(page_of(markup, url), SITE, platform_of("generic"))
    assert view is not None
    assert view.classified is not None
    own, regions = weigh_regions(
        view.classified.below, Opinion("", lambda: f"{TEXT[0]} {DEK} {PIER}")
    )
    assert [block.text for block in own] == [f"{TEXT[0]} {DEK}"]
    taken = [region.element.get("class") for region in regions if region.weight > LEAST]
    assert taken == ["bodytext"]


IMPRINT = (
    "<footer><div class='about'><p>The Kelby Post has told of the river, the harbour and the salt "
    "works since the year in which the lock was built.</p><p>It is printed on Thursdays by the "
    "Rope Street press and read in eleven villages on both sides of the water.</p><p>Letters reach "
    "the editors by the box at the old customs house, by day and by night.</p></div></footer>"
)


@pytest.mark.parametrize("place", ["<main>", "<div role='main'>"])
def test_the_text_is_sought_where_machine_words_name_its_place(place: str) -> None:
    named = (
        f"{place}<h1>{TITLE}</h1><div><div><div class='a'><p>{TEXT[0]}</p></div></div><div>{LINKS}"
        f"</div></div></{place[1:].split()[0].rstrip('>')}>"
    )
    markup = (
        f"<!DOCTYPE html><html lang='en'><head><title>{TITLE} - Kelby Post</title>"
        "<meta property='og:type' content='article'>"
        f"</head><body>{named}{IMPRINT}</body></html>"
    )
    article = read_markup(markup).article
    assert article is not None
    assert article.body == TEXT[0]


@pytest.mark.parametrize("stated", ["json", "item"])
def test_a_text_stated_in_machine_words_tells_which_regions_are_text(stated: str) -> None:
    offer = (
        "<div class='offer'><p>Readers of the Post cross at half the price on the first Sunday of "
        "each month, if they show this page.</p></div>"
    )
    named = " itemprop='articleBody'" if stated == "item" else ""
    said = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": " ".join(TEXT)})
    script = f"<script type='application/ld+json'>{said}</script>" if stated == "json" else ""
    inside = (
        f"<div{named}>{paragraphs(TEXT[:2])}</div>{offer}"
        if stated == "item"
        else (f"<div>{paragraphs(TEXT[:2])}{offer}{paragraphs(TEXT[2:])}</div>")
    )
    assert body_of(script + inside) == (TEXT[:2] if stated == "item" else TEXT)


def test_a_text_that_no_reader_sees_is_never_taken_from_machine_words() -> None:
    said = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": " ".join(TEXT)})
    article = article_of(
        f"<script type='application/ld+json'>{said}</script><div class='text'>See the file.</div>"
    )
    assert article is not None
    assert article.body == "See the file."


def test_long_chapters_in_elements_of_other_names_are_one_text() -> None:
    chapters = "".join(
        f"<section class='chapter-{place}'><h2>Day {place}</h2>{paragraphs(TEXT)}</section>"
        for place in range(3)
    )
    lines = body_of(f"<main>{chapters}</main>")
    assert sum(line in TEXT for line in lines) == 3 * len(TEXT)


@pytest.mark.parametrize(
    ("lead", "text"),
    [
        ("<div class='head'><h1>{0}</h1><div class='tt'><p>{1}</p></div></div>", "articleBody"),
        ("<div class='head'><h1>{0}</h1><h2 class='sub'>{1}</h2></div>", "articleBody"),
    ],
)
def test_a_lead_outside_of_the_declared_place_of_the_text_is_kept(lead: str, text: str) -> None:
    long = f"{DEK} Nobody crossed in that time but the gulls and the post."
    markup = (
        f"<html lang='en'><head><title>{TITLE} - Kelby Post</title>"
        "<meta property='og:type' content='article'></head><body><main>"
        f"{lead.format(TITLE, long)}<time datetime='2024-06-01'>1 June 2024</time>"
        f"<div itemprop='{text}'>{paragraphs(TEXT)}</div></main></body></html>"
    )
    article = read_markup(markup).article
    assert article is not None
    assert f"{article.lead}\n\n{article.body}".split("\n\n") == [long, *TEXT]


ADDRESS = "The Kelby Post, Rope Street 4, is open on all days but Sunday, from eight until noon."


@pytest.mark.parametrize(
    "page",
    [
        "<main>{0}<div class='text'></div></main><footer><p>{1}</p></footer>",
        "<main>{0}</main><div class='bottom'><h3>About us</h3><p>{1}</p></div>",
        "<article>{0}<p> </p></article><aside><p>{1}</p></aside>",
        "<div class='page'>{0}<div class='text'></div></div><div class='low'><p>{1}</p></div>",
        "<table><tr><td>{0}</td></tr><tr><td></td></tr></table><table class='low'><td>{1}</table>",
    ],
)
def test_the_lines_of_the_site_are_never_the_text_of_an_empty_article(page: str) -> None:
    title = f"<h1>{TITLE}</h1><p class='date'>1 June 2024</p>"
    head = "<meta property='og:type' content='article'>"
    markup = f"<html lang='en'><head><title>{TITLE}</title>{head}</head><body>{{}}</body></html>"
    empty = read_markup(markup.format(page.format(title, ADDRESS))).article
    assert empty is None or "Rope Street" not in f"{empty.lead}{empty.body}"
    full = read_markup(markup.format(page.format(title + paragraphs(TEXT), ADDRESS))).article
    assert full is not None
    assert full.body.split("\n\n") == TEXT


def test_the_columns_of_a_layout_table_are_not_built_like_the_text_between_them() -> None:
    left, right = (f"Rain from the {side}, with sun in the late afternoon." for side in "ab")
    markup = (
        f"<html lang='en'><head><title>{TITLE}</title></head><body><table><tr><td>{left * 2}</td>"
        f"<td><h1>{TITLE}</h1><i>1 June 2024</i>{paragraphs(TEXT)}</td><td><p>{right * 2}</p></td>"
        "</tr></table></body></html>"
    )
    article = read_markup(markup).article
    assert article is not None
    assert article.body.split("\n\n") == TEXT


@pytest.mark.parametrize("frame", ["object data='/tide.pdf'", "video src='/boat.mp4'"])
def test_what_a_frame_says_to_old_browsers_is_no_text(frame: str) -> None:
    words = "Your browser cannot show this."
    article = article_of(f"<{frame}>{words}<p>{words}</p></{frame.split()[0]}>")
    assert article is not None
    assert article.body == ""


@pytest.mark.parametrize(
    "heading",
    [
        "<h3 class='head'><button type='button'>{}</button></h3>",
        "<h2><span><button>{}<svg></svg></button></span></h2>",
        "<details open><summary>{}</summary></details>",
    ],
)
def test_the_headings_of_folded_chapters_are_text(heading: str) -> None:
    asked = ["Who pays for the smith?", "When does the last boat leave?"]
    chapters = "".join(
        f"<div>{heading.format(question)}<div class='panel'><p>{answer}</p></div></div>"
        for question, answer in zip(asked, TEXT[1:3], strict=True)
    )
    assert body_of(f"<p>{TEXT[0]}</p>{chapters}<p>{TEXT[3]}</p>") == [
        TEXT[0],
        asked[0],
        TEXT[1],
        asked[1],
        TEXT[2],
        TEXT[3],
    ]


def test_a_lead_beside_the_time_it_takes_to_read_is_kept() -> None:
    lead = f"{DEK} Nobody crossed in that time but the gulls."
    markup = (
        f"<html lang='en'><head><title>{TITLE}</title></head><body><section><header>"
        f"<h1>{TITLE}</h1><p class='desc'>{lead}</p><div><p>Published on 1 June 2024</p>"
        f"<p>4 minute read</p></div></header><article>{paragraphs(TEXT)}</article></section>"
    )
    article = read_markup(markup).article
    assert article is not None
    assert article.lead == lead
    assert article.body.split("\n\n") == TEXT


def test_a_text_of_one_table_keeps_its_rows() -> None:
    rows = "".join(f"<tr><td>{day}</td><td>Boat {day}</td></tr>" for day in ("Monday", "Sunday"))
    assert body_of(f"<div>1 June 2024</div><div class='text'><table>{rows}</table></div>") == [
        "Monday | Boat Monday\nSunday | Boat Sunday"
    ]


def test_a_date_at_the_head_of_the_element_of_a_family_s_text_is_no_text() -> None:
    markup = (
        f"<html lang='en'><head><title>{TITLE}</title><meta name='Generator' content='Drupal 10'>"
        f"</head><body class='page-node-type-article'><h1>{TITLE}</h1><article class='node node--"
        "type-article node--view-mode-full'><div class='node__content'><div class='field field--"
        "name-field-day'><time datetime='2024-06-01T12:00:00Z'>1 June 2024</time></div>"
        f"<div class='paragraph'>{paragraphs(TEXT)}</div></div></article></body></html>"
    )
    reading = read_markup(markup)
    assert reading.platform == "drupal"
    assert reading.article is not None
    assert reading.article.body.split("\n\n") == TEXT
