"""What kind of page this is: articles without a date, and pages that only look like them."""

from dataclasses import replace

import pytest

from pipelines.read.article.article_page import view_of
from pipelines.read.article.page_kind import PageKind, judge
from portals.platform import ArticleRules, platform_of
from tests.builders.pages_of_no_family import page_of, site_of

TITLE = "Đoàn viên xã Khe Ngang phát quang bốn cây số đường liên thôn"
SLUG = "doan-vien-xa-khe-ngang-phat-quang-bon-cay-so-duong-lien-thon"
TEXT = (
    "<p>Đoàn viên xã Khe Ngang phát quang bốn cây số đường liên thôn, khơi thông rãnh nước trước "
    "mùa mưa, và trồng thêm hai trăm cây keo ở hai bên đường.</p>"
)
MENU = "".join(
    f"<li><a href='/{slug}'>{name}</a></li>"
    for slug, name in [
        ("tin-tuc", "Tin tức"),
        ("van-ban", "Văn bản"),
        ("chung-toi-o-dau-va-lam-viec-gi", "Chúng tôi ở đâu và làm việc gì"),
        ("thong-bao", "Thông báo"),
        ("lich-tiep-cong-dan", "Lịch tiếp công dân"),
    ]
)


def kind_of(
    body: str,
    url: str = f"http://xa.example/{SLUG}",
    *,
    head: str = "<title>Xã Khe Ngang</title>",
    named: str | None = None,
    family: str = "generic",
) -> PageKind:
    text = f"<html><head>{head}</head><body><ul>{MENU}</ul>{body}</body></html>"
    page = page_of(text, url)
    view = view_of(page, site_of(url), platform_of(family), named)
    assert view is not None
    return judge(view)


def article(title: str = TITLE, text: str = TEXT * 3) -> str:
    return f"<div class='detail'><h1>{title}</h1><div class='body'>{text}</div></div>"


def test_an_undated_page_whose_address_is_made_of_its_title_is_an_article() -> None:
    assert kind_of(article()).is_article
    assert not kind_of(article(), "http://xa.example/trang/7").is_article


@pytest.mark.parametrize(
    "head",
    [
        "<meta property='og:type' content='article'>",
        '<script type=\'application/ld+json\'>{"@type": "NewsArticle"}</script>',
        "<meta property='og:type' content='website'><script type='application/ld+json'>"
        '{"@type": "BlogPosting"}</script>',
    ],
)
def test_an_undated_page_that_declares_itself_an_article_is_one(head: str) -> None:
    url = "http://xa.example/a/mot-bai-viet"
    window = f"<title>{TITLE} | Xã Khe Ngang</title>"
    assert kind_of(article(), url, head=window + head).is_article


@pytest.mark.parametrize(
    "said", ["aboutpage", "CollectionPage", "https://schema.org/ContactPage", "Product"]
)
def test_a_page_that_declares_itself_another_kind_of_page_is_none(said: str) -> None:
    head = f'<script type="application/ld+json">{{"@type": "{said}"}}</script>'
    window = f"<title>{TITLE} | Xã Khe Ngang</title>"
    url = "http://xa.example/a/mot-bai-viet"
    assert not kind_of(article(), url, head=window + head).is_article


@pytest.mark.parametrize(
    ("listed", "is_article"),
    [(TITLE, True), (f"{TITLE[:40]}…", True), ("Một tin khác hẳn của xã", False), (None, False)],
)
def test_a_page_that_a_listing_names_by_its_heading_is_an_article(
    listed: str | None, is_article: bool
) -> None:
    found = kind_of(article(text="<p>Mời xem hình.</p>"), "http://xa.example/7", named=listed)
    assert found.is_article is is_article


def test_a_page_to_which_the_menu_leads_is_no_article_without_a_date() -> None:
    url = "http://xa.example/chung-toi-o-dau-va-lam-viec-gi"
    title = "Chúng tôi ở đâu và làm việc gì"
    head = f"<title>{title}</title>"
    found = kind_of(article(title, TEXT * 9), url, head=head)
    assert not found.is_article
    assert "a menu leads to it" in found.reason
    dated = article(title, f"<div>02/03/2021 07:30</div>{TEXT}")
    assert kind_of(dated, url, head=head).is_article


@pytest.mark.parametrize("url", ["http://xa.example/trang/7", "http://xa.example/gioi-thieu/xa"])
def test_a_page_with_the_name_of_a_standing_page_is_no_article_without_a_date(url: str) -> None:
    found = kind_of(
        article("Giới thiệu chung", TEXT * 9), url, head="<title>Giới thiệu chung</title>"
    )
    assert not found.is_article


@pytest.mark.parametrize(("label", "is_article"), [("Cập nhật: ", False), ("", True)])
def test_the_day_of_an_edit_makes_no_article_of_a_standing_page(
    label: str, is_article: bool
) -> None:
    dated = article("Giới thiệu chung", f"<div>{label}02/03/2021 07:30</div>{TEXT * 9}")
    head = "<title>Giới thiệu chung</title>"
    assert kind_of(dated, "http://xa.example/trang/7", head=head).is_article is is_article


def test_days_without_prose_are_those_of_a_list() -> None:
    row = "<h3>Tin của tháng {0}</h3><div>02/{0}/2021</div>"
    rows = "".join(map(row.format, (3, 4, 5)))
    head = "<title>Lưu trữ</title>"
    assert not kind_of(article("Lưu trữ", rows), "http://xa.example/7", head=head).is_article


@pytest.mark.parametrize(
    ("folder", "is_article"),
    [
        ("gioi-thieu", False),
        ("about", False),
        ("chinh-sach-bao-mat", False),
        ("about/blog/12", True),
        ("noi-dung", True),
    ],
)
def test_a_feed_s_word_makes_no_news_of_a_page_in_a_folder_of_standing_pages(
    folder: str, is_article: bool
) -> None:
    head = f"<title>{TITLE}</title><meta property='og:type' content='article'>"
    found = kind_of(article(), f"http://xa.example/{folder}/{SLUG}.html", head=head, named=TITLE)
    assert found.is_article is is_article


@pytest.mark.parametrize("query", ["idx=8576&page=1", "page=1&so=12&bc=3", "ma=12&trang=1"])
def test_an_article_s_address_may_name_the_first_page_of_its_list(query: str) -> None:
    head = f"<title>{TITLE}</title>"
    url = f"http://xa.example/xem.php?{query}"
    assert kind_of(article(text=TEXT * 8), url, head=head).is_article
    later = url.replace("page=1", "page=2").replace("trang=1", "trang=2")
    assert not kind_of(article(text=TEXT * 8), later, head=head).is_article


@pytest.mark.parametrize(("day", "is_article"), [("{0}", True), ("<a href='/muc'>{0}</a>", False)])
def test_a_linked_date_without_prose_is_one_of_a_list(day: str, is_article: bool) -> None:
    dated = f"<div>{day.format('(02.03.2021 07:30)')}</div><p>Mời xem hình.</p>"
    assert kind_of(article("Làng nghề", dated), "http://xa.example/7").is_article is is_article
    long = article("Làng nghề", dated + TEXT * 4)
    assert kind_of(long, "http://xa.example/7").is_article


def test_an_address_that_the_family_ignores_is_no_article() -> None:
    url = f"http://xa.example/freecontent/{SLUG}.html"
    head = f"<title>{TITLE}</title><meta property='og:type' content='article'>"
    assert kind_of(article(), url, head=head).is_article
    assert not kind_of(article(), url, head=head, family="nukeviet").is_article


def test_a_decision_of_which_the_page_shows_only_the_files_is_an_article() -> None:
    files = "<p>Tệp đính kèm:</p><ul><li><a href='/f/qd.pdf'>Quyết định</a></li></ul>"
    found = kind_of(article(text=files))
    assert found.is_article
    assert "1 files" in found.reason


def test_entries_beside_the_article_do_not_count_against_it() -> None:
    entries = "".join(
        f"<div><a href='/tin/{n}'>Tin số {n} của xã Khe Ngang về đường liên thôn</a></div>"
        for n in range(6)
    )
    assert kind_of(article() + f"<div>{entries}</div>").is_article


@pytest.mark.parametrize(
    ("url", "is_article"),
    [
        (f"http://xa.example/{SLUG}", True),
        ("http://xa.example/chung-toi-o-dau-va-lam-viec-gi", False),
        ("http://xa.example/web/xa/trang-4", False),
    ],
)
def test_a_family_that_shows_standing_pages_as_news_needs_more_evidence_without_a_date(
    url: str, is_article: bool
) -> None:
    title = TITLE if is_article else "Chúng tôi ở đâu và làm việc gì"
    body = (
        f"<div class='asset-full-content'><h2>{title}</h2>"
        f"<div class='journal-content-article'>{TEXT * 3}</div></div>"
    )
    assert kind_of(body, url, family="liferay").is_article is is_article


@pytest.mark.parametrize(
    ("title", "slug", "is_article"),
    [(TITLE, f"tin-tuc/12-{SLUG}", True), ("Giới thiệu chung", "xa/1-gioi-thieu-chung", False)],
)
def test_a_standing_page_whose_address_looks_like_an_article_s_is_told_by_its_title(
    title: str, slug: str, is_article: bool
) -> None:
    body = (
        f"<div class='item-page' itemscope itemtype='https://schema.org/Article'><h2>{title}</h2>"
        f"<div itemprop='articleBody'>{TEXT * 3}</div></div>"
    )
    kind = kind_of(body, f"http://xa.example/{slug}.html", family="joomla")
    assert kind.is_article is is_article


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Kế hoạch số 12/2021 về làm đường thôn", "ke-hoach-so-122021-ve-lam-duong-thon"),
        ("Kế hoạch số 12/2021 về làm đường thôn", "ke-hoach-so-12-2021-ve-lam-duong-thon-7"),
    ],
)
def test_an_address_made_of_the_title_may_leave_out_its_signs(title: str, slug: str) -> None:
    assert kind_of(article(title), f"http://xa.example/{slug}").is_article


SHOWN = [
    "<iframe src='https://www.youtube.com/embed/x1'></iframe>",
    "<div><video src='/v.mp4'></video></div>",
    "<p><embed src='/f/qd-12.pdf'></p>",
    "<iframe src='https://docs.google.com/gview?url=http://xa.example/f/qd-12.pdf'></iframe>",
]


@pytest.mark.parametrize("shown", SHOWN)
def test_news_of_one_video_or_one_file_is_an_article(shown: str) -> None:
    assert kind_of(article(text=shown)).is_article
    dated = article(text=f"<div>02/03/2021 07:30</div>{shown}")
    assert kind_of(dated, "http://xa.example/7").is_article


@pytest.mark.parametrize(
    "body",
    [
        article(text="<iframe src='https://maps.example/?q=xa'></iframe>"),
        article(text="<iframe src='https://quang-cao.example/1'></iframe>"),
        f"<h1>{TITLE}</h1><div class='cot'>{SHOWN[0]}</div>",
        article(text="") + f"<div><h3>Video</h3>{SHOWN[0]}</div>",
    ],
)
def test_a_map_and_the_portal_s_own_video_are_no_news(body: str) -> None:
    assert not kind_of(body).is_article


ABOUT = "http://xa.example/chung-toi-o-dau-va-lam-viec-gi"


@pytest.mark.parametrize(
    "head",
    [
        "<meta property='og:type' content='article'>",
        "<meta property='og:type' content='article'><script type='application/ld+json'>"
        '{"@type": "WebPage", "datePublished": "2021-02-03T07:30:00+07:00"}</script>',
    ],
)
def test_a_standing_page_that_its_system_declares_an_article_is_none(head: str) -> None:
    title = "Chúng tôi ở đâu và làm việc gì"
    found = kind_of(article(title, TEXT * 9), ABOUT, head=f"<title>{title}</title>{head}")
    assert not found.is_article


def test_a_body_with_the_class_of_a_standing_page_counts_against_an_article() -> None:
    kinds = [
        judge(view)
        for name in ("post-template", "page-template page-id-12", "path-node page-node-type-page")
        if (
            view := view_of(
                page_of(f"<body class='{name}'>{article()}</body>", f"http://xa.example/{SLUG}"),
                site_of("http://xa.example/"),
                platform_of("generic"),
            )
        )
    ]
    assert [kind.is_article for kind in kinds] == [True, False, False]


@pytest.mark.parametrize("rest", ["<p>Mời bà con đến nhà văn hóa.</p>", "<p>Tệp đính kèm:</p>"])
def test_the_link_to_the_article_s_section_does_not_make_it_an_entry(rest: str) -> None:
    section = "<a href='/muc/cai-cach'>Cải cách hành chính của xã</a>"
    text = f"<p>In {section}.</p>{rest}<ul><li><a href='/f/qd.pdf'>Quyết định số 12</a></li></ul>"
    menu = f"<nav>{section}<a href='/muc/kinh-te'>Kinh tế</a></nav>"
    assert kind_of(menu + article(text=text)).is_article


def test_a_dated_article_by_its_own_word_may_be_linked_from_a_menu() -> None:
    url = "http://xa.example/chung-toi-o-dau-va-lam-viec-gi"
    title = "Mười năm sau ngày thành lập, đội trống xã Khe Ngang vẫn giữ nhịp"
    said = '{"@type": "BlogPosting", "headline": "' + title + '"'
    dated = said + ', "datePublished": "2021-03-01T08:00:00+07:00"}'
    ld = "<title>Xã Khe Ngang</title><script type='application/ld+json'>"
    assert kind_of(article(title, TEXT * 8), url, head=f"{ld}{dated}</script>").is_article
    assert not kind_of(article(title, TEXT * 8), url, head=f"{ld}{said}}}</script>").is_article


def test_the_text_of_a_declared_article_may_stand_far_below_its_title() -> None:
    others = "".join(
        f"<div><a href='/tin/khac-{n}'>Tin khác thứ {n} của xã trong tuần vừa qua</a></div>"
        for n in range(12)
    )
    body = f"<div><h1>{TITLE}</h1></div><div>{others}</div><div class='body'>{TEXT * 4}</div>"
    said = '{"@type": "NewsArticle", "datePublished": "2021-03-01T08:00:00+07:00"}'
    head = f"<title>Xã Khe Ngang</title><script type='application/ld+json'>{said}</script>"
    assert kind_of(body, head=head).is_article
    assert kind_of(body).reason == "no text of its own below the title"


@pytest.mark.parametrize(
    ("line", "is_article"),
    [("Cập nhật: 12/03/2021", False), ("Ngày đăng: 12/03/2021", True)],
)
def test_the_day_of_an_edit_makes_no_news_of_a_standing_page(line: str, is_article: bool) -> None:
    body = f"<div><h1>Giới thiệu chung</h1><p class='ngay'>{line}</p><div>{TEXT * 3}</div></div>"
    assert kind_of(body, "http://xa.example/bai/7").is_article is is_article


HEADING = f"<h2>{TITLE}</h2><p>Ngày đăng: 14/02/2021 08:30</p>{TEXT * 3}"
ENTRY = f"<h2><a href='/b1'>{TITLE}</a></h2><p>Ngày đăng: 14/02/2021 08:30</p>{TEXT * 3}"
OTHERS = "".join(f"<li><h3><a href='/b{n}'>Thôn {n} cấy lúa</a></h3></li>" for n in range(5))


@pytest.mark.parametrize(
    ("body", "is_article"),
    [
        (HEADING, True),
        (f"{HEADING}<ul class='related'>{OTHERS}</ul>", True),
        # A section that shows its newest article whole, or the beginning of each.
        (f"{ENTRY}<ul>{OTHERS}</ul>", False),
        (ENTRY * 3, False),
    ],
)
def test_a_sites_selector_of_titles_that_finds_an_entrys_makes_no_article(
    body: str, is_article: bool
) -> None:
    url = "http://xa.example/chuyen-muc/nong-nghiep"
    site = replace(site_of(url), article=ArticleRules(title=("h2",)))
    view = view_of(page_of(f"<html><body>{body}</body></html>", url), site, platform_of("generic"))
    assert view is not None
    assert judge(view).is_article is is_article


EMPTY = f"<div class='detail'><h1>{TITLE}</h1><div class='noi-dung'> </div></div>"
NUMBERED = "V/v góp ý Quyết định số 31/QĐ-UBND ngày 02/03/2031"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        (TITLE, SLUG),
        (TITLE, f"{SLUG}-4417.html"),
        (NUMBERED, "vv-gop-y-quyet-dinh-so-31qd-ubnd-ngay-02032031"),
    ],
)
def test_a_notice_whose_text_is_missing_is_an_article_if_a_selector_finds_its_place(
    title: str, slug: str
) -> None:
    url, empty = f"http://xa.example/{slug}", EMPTY.replace(TITLE, title)
    assert kind_with(empty, url, named=title).is_article
    assert not kind_with(empty, url, named=None).is_article
    assert not kind_with(empty, "http://xa.example/tin/nong", named=title).is_article
    assert not kind_of(empty, url, named=title).is_article


@pytest.mark.parametrize(
    ("title", "slug"), [("Giới thiệu chung", "gioi-thieu-chung"), ("Liên hệ", "lien-he")]
)
def test_a_standing_page_without_text_is_no_article(title: str, slug: str) -> None:
    empty = EMPTY.replace(TITLE, title)
    assert not kind_with(empty, f"http://xa.example/{slug}", named=title).is_article


def kind_with(body: str, url: str, *, named: str | None) -> PageKind:
    """The kind of a page of a site whose file names the place of the text."""
    site = replace(site_of(url), article=ArticleRules(body=("div.noi-dung",)))
    text = f"<html><head><title>Xã Khe Ngang</title></head><body>{body}</body></html>"
    view = view_of(page_of(text, url), site, platform_of("generic"), named)
    assert view is not None
    return judge(view)
