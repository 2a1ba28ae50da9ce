"""Who signed a page of no known family: what people see beats the metadata.

Links to authors are bylines, and organisations sign nothing.
"""

import json
from datetime import UTC, datetime

import pytest

from pipelines.capture import Capture
from pipelines.read.reader import read
from pipelines.read.reading import Article
from pipelines.read.task import Task
from portals.site import Site

SITE = Site(name="Cổng thông tin điện tử xã Khe Sen", url="http://khesen.example/", key="khesen")
TITLE = "Trồng hoa ban trên đường vào Nà Hin"
TEXT = "".join(
    (
        "<p>Đoàn viên xã Khe Sen trồng hai trăm cây hoa ban dọc con đường mới mở vào Nà Hin, "
        f"đoạn thứ {n}.</p>"
    )
    for n in ("nhất", "hai", "ba")
)
OFFICE = "Ban Văn hóa và Thông tin xã Khe Sen"
OTHER = "Mở lớp dạy thêu cho chị em trong xã"


def article_of(
    head: str,
    behind: str = "",
    meta: str = "",
    language: str = "vi",
    title: str = TITLE,
    text: str = TEXT,
    before: str = "",
) -> Article | None:
    markup = (
        f"<!DOCTYPE html><html lang='{language}'><head><meta charset='utf-8'>"
        f"<title>{title}</title>{meta}</head><body>{before}<div class='khung'><h1>{title}</h1>"
        f"{head}<div class='than'>{text}</div>{behind}</div></body></html>"
    )
    capture = Capture(
        "khesen",
        "http://khesen.example/tin/trong-hoa-ban-733.html",
        datetime(2021, 3, 20, 2, 0, tzinfo=UTC),
        200,
        (("content-type", "text/html; charset=utf-8"),),
        markup.encode(),
    )
    return read(Task(capture, SITE, "article")).article


def stated(author: object, *others: object) -> str:
    said = {
        "@type": "NewsArticle",
        "headline": TITLE,
        "datePublished": "2021-03-12T07:30:00+07:00",
        "author": author,
    }
    return f"<script type='application/ld+json'>{json.dumps({'@graph': [said, *others]})}</script>"


@pytest.mark.parametrize(
    "dateline",
    [
        "<div class='meta'><time datetime='2021-03-12T07:30:00+07:00'>12/03/2021</time> "
        "<span class='byline'>bởi <span class='author vcard'>"
        f"<a class='url fn' href='/nguoi-dung/7'>{OFFICE}</a></span></span></div>",
        (
            "<p class='dau'><abbr title='2021-03-12T00:30:00Z'>12 March 2021</abbr>, by "
            f"<a href='/author/van-hoa/'>{OFFICE}</a></p>"
        ),
        (
            "<div><div class='ngay'>12/03/2021</div><div>"
            f"<a href='/tac-gia/van-hoa'>{OFFICE}</a></div></div>"
        ),
        (
            "<div><time datetime='2021-03-12'>12/03/2021</time>, <span class='vcard'>"
            f"<a href='/nguoi-dung/7'>{OFFICE}</a></span></div>"
        ),
        f"<p>12/03/2021 | <a rel='author' href='/nguoi-dung/7'>{OFFICE}</a></p>",
        f"<p>12/03/2021 | <a href='/nguoi-dung/7'>{OFFICE}</a></p>",
    ],
)
def test_a_long_linked_name_beside_the_date_is_a_byline_and_no_other_article(dateline: str) -> None:
    article = article_of(dateline)
    assert article is not None
    assert article.published is not None
    assert article.published.on.isoformat() == "2021-03-12"
    assert OFFICE not in article.body


def test_the_row_of_another_article_between_title_and_text_gives_no_date() -> None:
    for rows in (
        f"<p>12/03/2021 <a href='/tin/lop-theu-698.html'>{OTHER}</a></p>",
        f"<p>12/03/2021 <a href='/tin/a-1'>{OFFICE}</a></p>",
        f"<p>12/03/2021 | <a href='/tin/a-1'>{OFFICE}</a></p>" * 2,
    ):
        article = article_of(rows)
        assert article is None or article.published is None


def test_the_card_of_an_office_behind_the_text_is_no_signature() -> None:
    article = article_of(
        "<p>12/03/2021</p>", "<div class='vcard'><div>Trạm Y tế Khe Sen</div></div>"
    )
    assert article is not None
    assert article.author is None


def test_a_list_of_an_author_s_articles_is_a_list_of_articles() -> None:
    link, other = (
        f"<a href='/tin/lop-theu-698.html'>{OTHER}</a>",
        "<a href='/tin/cho-phien-641.html'>Chợ phiên vùng cao mở lại sau Tết</a>",
    )
    rows = (
        f"<div class='author-posts'><div>{link} <i>10/01/2021</i></div><div>{other} "
        "<i>09/01/2021</i></div></div>"
    )
    article = article_of(rows)
    assert article is None or article.published is None


@pytest.mark.parametrize(
    ("author", "others"),
    [
        ({"@type": "Organization", "name": "Văn phòng Khe Sen"}, ()),
        ({"@type": ["GovernmentOrganization"], "name": "Văn phòng Khe Sen"}, ()),
        (
            {"@id": "#to-chuc"},
            ({"@type": "Organization", "@id": "#to-chuc", "name": "Văn phòng Khe Sen"},),
        ),
        ({"@type": "Person", "name": "Cổng TTĐT xã Khe Sen"}, ()),
    ],
)
def test_an_organisation_or_the_portal_that_machines_are_told_of_is_nobody(
    author: object, others: tuple[object, ...]
) -> None:
    article = article_of("", meta=stated(author, *others))
    assert article is not None
    assert article.author is None


def test_a_person_whom_machines_are_told_of_is_the_author_where_nobody_has_signed() -> None:
    machine = stated(
        {"@id": "#lo-man"}, {"@type": "Person", "@id": "#lo-man", "name": "Lò Thị Mận"}
    )
    unsigned, signed = (
        article_of("", meta=machine),
        article_of("", "<p>Hoàng Bích - Thu Sen</p><p>Nguồn: Báo Sông Lành</p>", machine),
    )
    assert unsigned is not None
    assert signed is not None
    assert unsigned.author == "Lò Thị Mận"
    assert (signed.author, signed.source) == ("Hoàng Bích - Thu Sen", "Báo Sông Lành")


def test_an_author_in_microdata_is_a_person_without_the_words_around_the_name() -> None:
    meta = "<meta property='og:type' content='article'>"
    date = "<time datetime='2021-03-12T07:30:00+07:00'>12/03/2021</time>"
    person = (
        "<span itemprop='author' itemscope itemtype='http://schema.org/{}'>bài của "
        "<span itemprop='name'>Hoàng Bích</span></span>"
    )
    told = article_of(f"<div>{date}{person.format('Person')}</div>", meta=meta)
    office = article_of(f"<div>{date}{person.format('Organization')}</div>", meta=meta)
    assert told is not None
    assert office is not None
    below = article_of(f"<div>{date}</div>", person.format("Person"), meta=meta)
    assert below is not None
    assert (told.author, office.author, below.author) == ("Hoàng Bích", None, "Hoàng Bích")


def test_the_author_s_name_repeated_in_capitals_below_the_text_is_no_text() -> None:
    article = article_of("<p>By Ann Miller</p>", language="en", text=f"{ENGLISH}<p>ANN MILLER</p>")
    assert article is not None
    assert article.author == "Ann Miller"
    assert "MILLER" not in article.body


def test_the_dateline_above_the_title_may_name_the_author() -> None:
    line = "Posted by <a href='/u/2'>Ann Miller</a> on <span>12 March 2021</span> in <a>Town</a>"
    article = article_of("", language="en", text=ENGLISH, before=f"<div>{line}</div>")
    assert article is not None
    assert article.author == "Ann Miller"


@pytest.mark.parametrize(
    ("language", "said", "author"),
    [
        ("de", "von Maria Beispiel", "Maria Beispiel"),
        ("de", "von Hohenfels", "von Hohenfels"),
        ("fr-FR", "Par Jeanne Exemple et Paul Modèle", "Jeanne Exemple et Paul Modèle"),
        ("fr-FR", "par <a href='/auteur/mairie'>Mairie</a>", "Mairie"),
        ("fr-FR", ", par Jeanne Exemple", "Jeanne Exemple"),
        ("vi", "Von Maria Beispiel", "Von Maria Beispiel"),
    ],
)
def test_by_is_no_part_of_a_name_in_the_language_of_the_page(
    language: str, said: str, author: str
) -> None:
    article = article_of(
        f"<div>12/03/2021 <span class='author'>{said}</span></div>", language=language
    )
    assert article is not None
    assert article.author == author


@pytest.mark.parametrize(
    ("language", "line", "author"),
    [
        ("de", "12.03.2021 | von Maria Muster-Beispiel", "Maria Muster-Beispiel"),
        ("de", "12.03.2021 | von Amts wegen", None),
        ("fr", "Publié le 12/03/2021, par Secrétariat - mis à jour le 13/03/2021", "Secrétariat"),
        ("fr", "Publié le 12/03/2021, par la voie ordinaire", None),
    ],
)
def test_by_and_a_whole_name_in_the_dateline_tell_the_author(
    language: str, line: str, author: str | None
) -> None:
    article = article_of(f"<p class='zeile'>{line}</p>", language=language)
    assert article is not None
    assert article.author == author


ENGLISH = "".join(
    (
        f"<p>Volunteers of the {n} ward planted two hundred trees along the new road to the ford, "
        "and promised to water them until the rains come.</p>"
    )
    for n in ("first", "second", "third")
)


def author_of(head: str, behind: str = "", meta: str = "", last: str = "") -> str | None:
    article = article_of(
        f"<p>12 March 2021</p>{head}", behind, meta, language="en", text=ENGLISH + last
    )
    assert article is not None
    return article.author


@pytest.mark.parametrize(
    "head",
    [
        "<figure><img src='/i.jpg'><span class='author'>Photo: Rescue Service</span></figure>",
        "<figure><img src='/i.jpg'><figcaption class='author'>Rescue Service</figcaption></figure>",
        "<p class='author'>Photo: Rescue Service</p>",
        "<p>Fact checked by Ann Miller</p>",
        "<div class='byline'>By</div>",
    ],
)
def test_neither_photographers_nor_labels_nor_checkers_are_authors(head: str) -> None:
    assert author_of(head) is None


@pytest.mark.parametrize(
    "head",
    [
        "<div>Posted 8 days ago by Ann Miller</div>",
        "<div>Updated yesterday by Ann Miller, Reuters</div>",
        "<div>Posted by <a href='/u/7'>Ann Miller</a> on</div><div>12 March 2021</div>",
        "<span class='author'>Ann Miller, Staff Writer</span>",
        "<span class='author'>Ann Miller, Reuters</span>",
        "<div class='author'>Ann Miller <i>ann@gazette.example</i></div>",
    ],
)
def test_a_name_ends_before_an_office_a_paper_an_address_or_a_date(head: str) -> None:
    assert author_of(head) == "Ann Miller"


def test_a_button_in_an_element_of_authors_is_no_author() -> None:
    assert author_of("<div class='author'><a href='#'>Subscribe</a></div>") is None


@pytest.mark.parametrize("button", ["Learn More", "Contact Us", "Shop Now"])
def test_a_button_below_the_text_is_no_author(button: str) -> None:
    assert author_of("", last=f"<p>{button}</p>") is None
    assert author_of("", f"<div class='author-card'><a href='/author/7'>{button}</a></div>") is None


@pytest.mark.parametrize(
    "link", ["View all posts by Ann Miller", "More stories from Ann Miller", "Ann Miller"]
)
def test_a_link_below_the_text_names_an_author_only_with_other_evidence(link: str) -> None:
    card = f"<div class='author-bio'><a rel='author' href='/author/ann'>{link}</a></div>"
    assert author_of("", card) is None
    assert author_of("", card, stated({"@type": "Person", "name": "Ann Miller"})) == "Ann Miller"


@pytest.mark.parametrize(
    "head",
    [
        "<div class='meta'><div class='author'>By</div><div class='nm'>Ann Miller</div></div>",
        "<p>Written by</p><p>Ann Miller</p>",
        "<div class='author'>Author Ann Miller</div>",
        "<p>3 min read • Posted by Ann Miller on 12 March 2021</p>",
        "<p>12 March 2021, by Ann Miller, Senior editor of the weekly</p>",
        "<div class='byline'><p>By <a href='/people/7'>Ann Miller</a></p><p>Editor</p></div>",
        "<p>Last year the road was mud from autumn to spring, and nobody would drive on it.</p>"
        "<p>By Ann Miller</p>",
    ],
)
def test_a_name_below_its_label_or_below_the_lead_is_the_author(head: str) -> None:
    assert author_of(head) == "Ann Miller"


def test_names_that_several_places_agree_on_are_preferred() -> None:
    two = [{"@type": "Person", "name": name} for name in ("Ann Miller", "Ben Carter")]
    assert author_of("", meta=stated(two)) == "Ann Miller, Ben Carter"
    one = "<p class='author'>Ann Miller</p>"
    assert author_of(one, meta=stated(two)) == "Ann Miller, Ben Carter"
    both = "<p class='author'>Ann Miller and Ben Carter</p>"
    assert author_of(both, meta=stated(two)) == "Ann Miller and Ben Carter"
    assert author_of(one, meta=stated({"@type": "Person", "name": "The Desk"})) == "Ann Miller"


def test_a_meta_element_names_the_author_where_nobody_signs() -> None:
    assert author_of("", meta="<meta name='author' content='Ann Miller'>") == "Ann Miller"


@pytest.mark.parametrize(
    ("language", "said"),
    [("it", "di Anna Molinari"), ("es", "por Ana Molinero"), ("de", "Von Anna Müller")],
)
def test_a_particle_before_a_name_is_no_part_of_it(language: str, said: str) -> None:
    article = article_of(f"<p>12/03/2021</p><div class='author'>{said}</div>", language=language)
    assert article is not None
    assert article.author == said.partition(" ")[2]


@pytest.mark.parametrize(
    ("last", "author", "source"),
    [
        ("<p>Tin, ảnh: Thu Sen</p>", "Thu Sen", None),
        ("<p>Theo Sông Lành Điện tử</p>", None, "Sông Lành Điện tử"),
        ("<p>Thu Sen – Hoàng Bích</p>", "Thu Sen – Hoàng Bích", None),
        ("<p>(Theo songlanh.example.vn)</p>", None, "songlanh.example.vn"),
    ],
)
def test_a_signature_leaves_the_text_also_above_a_line_that_points_to_a_link(
    last: str, author: str | None, source: str | None
) -> None:
    for pointer in (
        "",
        "<p>Xem chi tiết <a href=''>tại đây</a></p>",
        "<a href='/'>Xem tại đây</a>",
    ):
        article = article_of("<p>12/03/2021</p>", text=TEXT + last + pointer)
        assert article is not None
        assert (article.author, article.source) == (author, source)
        assert article.body.endswith("đoạn thứ ba.")


CARD = "<div class='post__authors'><p><strong>Thu Sen</strong><br>Cộng tác viên</p></div>"


@pytest.mark.parametrize(
    ("beside", "author"),
    [
        (f"{CARD}<nav><p>12/03/2021</p><p>5 phút đọc</p></nav>", "Thu Sen"),
        (f"<p>12/03/2021</p>{CARD}", "Thu Sen"),
        (CARD, None),
        (f"{CARD}<p>Bài mới</p><p>09/01/2021</p><p>10/01/2021</p>", None),
        (f"<div>{CARD}</div></div><div><p>12/03/2021</p>", None),
    ],
)
def test_a_card_with_the_article_s_date_before_its_title_names_the_author_in_bold(
    beside: str, author: str | None
) -> None:
    article = article_of("<p>12/03/2021</p>", before=f"<div class='ben'>{beside}</div>")
    assert article is not None
    assert article.author == author


@pytest.mark.parametrize(
    ("name", "author"),
    [("Ann Miller", "Ann Miller"), ("Báo Sông Lành", None), ("Newsdesk", None)],
)
def test_a_page_named_after_a_person_is_written_by_that_person(
    name: str, author: str | None
) -> None:
    site = f"<meta property='og:site_name' content='{name}'>"
    assert author_of("", meta=site + stated({"@type": "Person", "name": name})) == author


@pytest.mark.parametrize("before", ["In", "Published in", "Filed by the desk in:"])
def test_a_link_to_the_section_beside_the_author_presents_no_other_article(before: str) -> None:
    link = "<a href='/islands/'>Everything about the islands</a>"
    row = "<address class='author'>By <a href='/author/am'>Ann Miller</a></address>"
    for section in (f"<p>{before} {link}.</p>", f"<p>{before} {link}</p>"):
        inside = f"<footer><abbr>12 March 2021</abbr>{row}{section}</footer>{ENGLISH}"
        article = article_of("", language="en", text=inside)
        assert article is not None
        assert article.author == "Ann Miller"
