"""Bytes into one typed reading: which family, which kind, which refusal, which address."""

import gc
from dataclasses import replace

import pytest

from pipelines.read.addresses.family_rules import link_identity, worth_asking
from pipelines.read.reading import Link
from portals.platform import platform_of
from tests.builders.news_page import ARTICLE, GENERATOR, HOST, SITE, reading


def article_url(head: str, path: str) -> str:
    found = reading(ARTICLE.format(head=GENERATOR + head), path).article
    assert found is not None
    return found.url.removeprefix(HOST)


@pytest.mark.parametrize(
    ("text", "path", "content_type", "refusal"),
    [
        (b"", "/", "text/html", "empty"),
        (b" \n ", "/", "text/html", "empty"),
        (b"User-agent: *", "/robots.txt", "text/plain", "not-html"),
        (b"<?xml version='1.0'?><hoso/>", "/x.xml", "text/xml", "not-an-article"),
        (b"<!-- chi co ghi chu -->", "/", "text/html", "unreadable"),
        ("<title>Không tìm thấy trang</title><p>x</p>".encode(), "/x", "text/html", "soft-404"),
        ("<title>Website đang bảo trì</title><p>x</p>".encode(), "/x", "text/html", "maintenance"),
        (
            "<title>Liên hệ</title><p>Gửi thư cho chúng tôi.</p>".encode(),
            "/contact/",
            "text/html",
            "not-an-article",
        ),
        (
            b"<script>document.cookie='D1N=1';location.reload()</script>",
            "/tin-tuc/bai-viet-12.html",
            "text/html",
            "challenge",
        ),
    ],
)
def test_what_is_no_record_is_refused_with_its_type(
    text: bytes, path: str, content_type: str, refusal: str
) -> None:
    found = reading(text, path, content_type)
    assert (found.kind, found.refusal, found.article) == ("refused", refusal, None)
    assert found.detail is not None
    assert HOST in found.detail
    assert "\n" not in found.detail


def test_a_page_is_given_back_once_it_is_read() -> None:
    menu = '<div class="breadcrumb"><a href="/">Trang chủ</a> » <a href="/tin/">Tin</a></div>'
    text = "Chiều qua, xã mở lớp dạy nghề mây tre đan cho hai mươi hộ ở hai thôn ven sông. " * 5
    page = f"<html><body>{menu}<h1>Mở lớp dạy nghề mây tre đan</h1><p>01/06/2023</p><p>{text}</p>"
    assert reading(page, "/tin/mo-lop.html").kind == "article"  # loads all modules
    gc.collect()
    gc.disable()
    try:
        reading(page, "/tin/mo-lop.html")
        left = gc.collect()
    finally:
        gc.enable()
    assert left == 0


def test_an_article_without_a_title_is_refused_and_keeps_its_links() -> None:
    text = (
        f'<html><head>{GENERATOR}</head><body><div id="news-bodyhtml"><p>Văn bản.</p></div>'
        '<a href="/tin-tuc/bai-khac-13.html">Bài khác</a></body></html>'
    )
    found = reading(text)
    assert (
        found.refusal,
        [link.url for link in found.links],
        [note.kind for note in found.notes],
    ) == (
        "title-missing",
        [f"{HOST}/tin-tuc/bai-khac-13.html"],
        ["title-missing"],
    )


def test_an_article_without_a_date_is_kept_and_told() -> None:
    found = reading(ARTICLE.format(head=GENERATOR).replace("Thứ ba - 14/05/2024 08:33", ""))
    assert found.article is not None
    assert found.article.published is None
    assert [note.kind for note in found.notes] == ["undated"]


def test_an_article_with_nothing_to_read_is_told() -> None:
    assert [
        note.kind
        for note in reading(
            ARTICLE.format(head=GENERATOR).replace("<p>Nội dung của bài viết.</p>", "")
        ).notes
    ] == ["body-missing"]


def test_a_listing_asked_for_as_such_is_never_read_as_an_article() -> None:
    assert (
        reading(
            ARTICLE.format(head=GENERATOR) + '<a href="/tin-tuc/bai-khac-13.html">Bài khác</a>',
            expected="listing",
        ).kind
        == "listing"
    )


@pytest.mark.parametrize(
    ("head", "family"),
    [
        (GENERATOR, "nukeviet"),
        ('<meta name="generator" content="WordPress 6.1.9">', "wordpress"),
        (
            '<link rel="https://api.w.org/"><script src="/wp-includes/a.js"></script>',
            "wordpress",
        ),
        (
            '<script>var nv_base_siteurl="/";</script><link href="/themes/xanh/css/nv.css">',
            "nukeviet",
        ),
        ("", "generic"),
    ],
)
def test_the_family_is_known_by_the_page_itself(head: str, family: str) -> None:
    assert (
        reading(
            (
                f'<html><head>{head}</head><body><a href="/tin-tuc/bai-khac-cua-xa-13.html">Bài '
                "khác</a></body></html>"
            ),
            "/",
        ).platform
        == family
    )


def test_markup_pasted_from_another_family_does_not_change_the_family() -> None:
    pasted = (
        '<table id="tableforprint"><tr><td><p class="Title allowMenu">Tiêu đề</p></td></tr><tr><td>'
        '<b class="lv_description_mode1"></b><div class="ExternalClassA">'
        '<div class="journal-content-article"><p>Văn bản.</p><img src="http://khac.example/wp-content/uploads/a.jpg"></div></div></td></tr></table>'
    )
    assert (
        reading(f"<html><body>{pasted}</body></html>", "/Pages/bai.aspx").platform
        == "sharepoint-lacviet"
    )


def test_the_sites_own_family_is_assumed_where_the_page_bears_no_sign() -> None:
    site = replace(SITE, platform="nukeviet")
    assert reading("<html><body><p>x</p></body></html>", site=site).platform == "nukeviet"
    assert (
        reading(
            f"<html><head>{GENERATOR}</head><p>x</p></html>",
            site=replace(SITE, platform="wordpress"),
        ).platform
        == "nukeviet"
    )


def test_a_family_that_a_person_names_is_taken_against_every_sign() -> None:
    assert reading(ARTICLE.format(head=GENERATOR), platform="generic").platform == "generic"
    assert (
        reading(ARTICLE.format(head=GENERATOR), site=replace(SITE, platform="generic")).platform
        == "generic"
    )


@pytest.mark.parametrize(
    ("head", "path", "expected"),
    [
        ("", "/tin-tuc/bai-viet-12.html", "/tin-tuc/bai-viet-12.html"),
        ("", "/tin-tuc/bai-viet-12.html?utm_source=zalo", "/tin-tuc/bai-viet-12.html"),
        (
            '<link rel="canonical" href="/kinh-te/bai-viet-12.html">',
            "/tin-tuc/bai-viet-12.html",
            "/kinh-te/bai-viet-12.html",
        ),
        (
            '<link rel="canonical" href="https://vi-du.example/kinh-te/bai-viet-12.html">',
            "/index.php?nv=news&op=kinh-te/bai-viet-12.html",
            "/kinh-te/bai-viet-12.html",
        ),
        (
            '<link rel="canonical" href="/">',
            "/tin-tuc/bai-viet-12.html",
            "/tin-tuc/bai-viet-12.html",
        ),
        (
            '<link rel="canonical" href="https://khac.example/tin-tuc/bai-viet-12.html">',
            "/tin-tuc/bai-viet-12.html",
            "/tin-tuc/bai-viet-12.html",
        ),
        (
            '<link rel="canonical" href="/gioi-thieu">',
            "/tin-tuc/bai-viet-12.html",
            "/tin-tuc/bai-viet-12.html",
        ),
        (
            '<link rel="canonical" href="javascript:void(0)">',
            "/tin-tuc/bai-viet-12.html",
            "/tin-tuc/bai-viet-12.html",
        ),
        (
            '<meta property="og:url" content="https://vi-du.example/kinh-te/bai-viet-12.html">',
            "/tin-tuc/bai-viet-12.html",
            "/kinh-te/bai-viet-12.html",
        ),
        (
            '<link rel="canonical" href="http://www.vi-du.example/tin-tuc/bai-viet-12.html">',
            "/tin-tuc/bai-viet-12.html",
            "http://www.vi-du.example/tin-tuc/bai-viet-12.html",
        ),
        *(
            (
                f'<link rel="canonical" href="{two}">',
                "/tin-tuc/bai-viet-12.html",
                "/tin-tuc/bai-viet-12.html",
            )
            for two in (
                "/kinh-te/bai-viet-12.html,/kinh-te/bai-viet-13.html",
                "/kinh-te/bai-viet-13.html /kinh-te/bai-viet-12.html",
                "https://vi-du.example/https://vi-du.example/kinh-te/bai-viet-12.html",
            )
        ),
        (
            '<link rel="canonical" href="/a/bai-viet-12.html">'
            '<link rel="canonical" href="/b/bai-viet-12.html">',
            "/tin-tuc/bai-viet-12.html",
            "/tin-tuc/bai-viet-12.html",
        ),
        (
            '<link rel="canonical" href="/a/bai-viet-12.html">'
            '<link rel="canonical" href="https://vi-du.example/a/bai-viet-12.html">',
            "/tin-tuc/bai-viet-12.html",
            "/a/bai-viet-12.html",
        ),
        (
            '<meta property="og:url" content="/a/bai-viet-12.html;/b/bai-viet-12.html">',
            "/tin-tuc/bai-viet-12.html",
            "/tin-tuc/bai-viet-12.html",
        ),
    ],
)
def test_the_canonical_link_is_believed_only_where_it_can_be(
    head: str, path: str, expected: str
) -> None:
    assert article_url(head, path) == expected


def test_an_article_under_two_categories_has_one_identity() -> None:
    nukeviet = platform_of("nukeviet")
    assert (
        link_identity(f"{HOST}/tin-tuc/bai-viet-12.html", nukeviet)
        == link_identity(f"{HOST}/kinh-te/bai-viet-12.html", nukeviet)
        == "bai-viet-12"
    )
    assert link_identity(f"{HOST}/kinh-te/bai-khac-12.html", nukeviet) == "bai-khac-12"
    assert link_identity(f"{HOST}/kinh-te/", nukeviet) is None


def test_links_are_filtered_by_what_a_crawl_may_ask_for() -> None:
    links = (
        Link(f"{HOST}/tin-tuc/a-1.html", "article"),
        Link("https://khac.example/b-2.html", "article"),
        Link(f"{HOST}/print/a-1.html", "article"),
    )
    assert (
        tuple(link for link in links if worth_asking(link.url, SITE, platform_of("nukeviet")))
        == links[:1]
    )


def test_a_feed_and_a_sitemap_are_known_whatever_their_label() -> None:
    rss = '<?xml version="1.0"?><rss version="2.0"><channel><title>Tin</title><item><title>Bài</title><link>https://vi-du.example/tin-tuc/bai-viet-12.html</link></item></channel></rss>'
    sitemap = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://vi-du.example/tin-tuc/bai-viet-12.html</loc></url><url><loc>https://khac.example/x-1.html</loc></url></urlset>'
    for text, kind in ((rss, "feed"), (sitemap, "sitemap")):
        found = reading(text, "/x", "text/html")
        assert (found.kind, [link.url for link in found.links]) == (
            kind,
            [f"{HOST}/tin-tuc/bai-viet-12.html"],
        )


def test_deep_nesting_is_told_or_read_to_the_bottom() -> None:
    deep = "<div>" * 900 + "<p>Đáy của bài viết.</p>" + "</div>" * 900
    found = reading(
        ARTICLE.format(head=GENERATOR).replace(
            "<p>Nội dung của bài viết.</p>", f"<p>Đầu bài.</p>{deep}"
        )
    )
    assert found.article is not None
    assert "Đáy của bài viết." in found.article.body or "truncated-by-parser" in [
        note.kind for note in found.notes
    ]


@pytest.mark.parametrize("tag", ["div", "span", "ul><li", "blockquote", "table><tr><td", "b"])
@pytest.mark.parametrize("depth", [200, 2_000])
def test_no_nesting_breaks_the_reader(tag: str, depth: int) -> None:
    found = reading(
        ARTICLE.format(head=GENERATOR).replace(
            "<p>Nội dung của bài viết.</p>", f"<p>Đầu bài.</p>{f'<{tag}>' * depth}đáy"
        )
    )
    assert found.kind == "article" or found.refusal is not None
    if found.article is not None and "đáy" not in found.article.body:
        assert "truncated-by-parser" in [note.kind for note in found.notes]


JOOMLA = (
    '<html><head><meta name="generator" content="Joomla! - Open Source Content Management">'
    '</head><body><article class="item-page"><h1>{title}</h1>{dated}'
    '<div itemprop="articleBody"><p>Bộ máy của xã gồm bốn bộ phận, mỗi bộ phận có một người '
    "đứng đầu và hai người giúp việc.</p></div></article></body></html>"
)
DATED = (
    '<dl class="article-info"><dd class="published">'
    '<time datetime="2020-05-12T08:00:00+07:00">12/5/2020</time></dd></dl>'
)


def test_where_pages_look_like_news_one_without_a_date_and_a_number_is_none() -> None:
    page = JOOMLA.format(title="Bộ máy của xã ta", dated="")
    assert reading(page, "/gioi-thieu/bo-may-cua-xa.html").refusal == "not-an-article"
    assert reading(page, "/tin-tuc/31-bo-may-cua-xa.html").kind == "article"
    assert (
        reading(
            JOOMLA.format(title="Bộ máy của xã ta", dated=DATED), "/gioi-thieu/bo-may-cua-xa.html"
        ).kind
        == "article"
    )


def test_a_page_with_an_articles_markup_and_a_forms_title_is_the_form() -> None:
    assert (
        reading(JOOMLA.format(title="Đăng nhập", dated=DATED), "/tin-tuc/31-a.html").refusal
        == "login"
    )


CARD = (
    "<script>var Liferay = {{}}; Liferay.Portlet.list = [];</script>"
    "<link rel=canonical href='/van-ban/-/van-ban/31'>"
    "<h1>Chi tiết văn bản</h1>{dated}<div class='journal-content-article'>"
    "<p>Quyết định về việc giao chỉ tiêu làm đường cho các thôn trong năm nay, kèm bảng phân "
    "bổ xi măng.</p>"
    "<table><tr><td>Số ký hiệu</td><td>31/QĐ</td></tr><tr><td>Ngày ban hành</td>"
    "<td>05/04/2021</td></tr>"
    "<tr><td>Người ký</td><td>Lò Văn Sẻ</td></tr></table></div>"
)


def test_a_documents_card_is_no_article_and_news_that_quotes_one_is() -> None:
    assert reading(CARD.format(dated=""), "/van-ban/-/van-ban/31").refusal == "not-an-article"
    assert reading(CARD.format(dated=""), "/van-ban/-/giao-chi-tieu").refusal == "not-an-article"
    news = reading(
        CARD.format(dated="<span class='metadata-publish-date'>06/04/2021</span>"),
        "/tin/-/giao-chi-tieu",
    )
    assert news.article is not None
    assert news.article.published is not None
    assert news.article.published.on.isoformat() == "2021-04-06"


PROSE = [
    f"Sáng nay thôn {name} ra quân nạo vét kênh mương nội đồng, bà con tham gia rất đông, đến trưa "
    f"thì xong đoạn kênh {name}."
    for name in ("Một", "Hai", "Ba", "Bốn", "Năm")
]
OF_A_FAMILY = (
    f'<html><head>{GENERATOR}</head><body><div class="news_column" itemtype="http://schema.org/NewsArticle">'
    '<h1 class="title" itemprop="headline">Ra quân</h1><span class="h5">Thứ ba - 14/05/2024</span>'
    '<div id="news-bodyhtml">{text}</div></div>{links}</body></html>'
)
OF_NONE = (
    "<html><head><title>Ra quân</title></head><body><article><h1>Ra quân</h1>"
    '<time datetime="2024-05-14T08:00:00+07:00">14/05/2024</time><div class="noi-dung">{text}</div>'
    "</article>{links}</body></html>"
)


@pytest.mark.parametrize(
    ("template", "tag"),
    [(OF_A_FAMILY, "p"), (OF_NONE, "li"), (OF_NONE, "span")],
    ids=["a family", "no family", "no family, in one line"],
)
def test_an_article_with_a_hundred_thousand_links_keeps_its_title_and_text(
    template: str, tag: str
) -> None:
    links = "".join(f'<{tag}><a href="/tin/bai-{n}.html">x{n}</a></{tag}>' for n in range(100_000))
    text = "".join(f"<p>{line}</p>" for line in PROSE)
    found = reading(
        template.replace("{text}", text).replace("{links}", f"<div>{links}</div>"),
        expected="article",
    )
    assert found.article is not None
    assert (found.article.title, found.article.body) == ("Ra quân", "\n\n".join(PROSE))
    told = [note.detail for note in found.notes if note.kind == "reading-cut"]
    assert told == [
        f"{HOST}/tin-tuc/bai-viet-12.html: only the first 20000 of its 100000 links were looked at"
    ]
