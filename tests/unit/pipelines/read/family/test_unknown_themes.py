"""A family in a theme that its rules do not know loses nothing that general reading finds."""

from datetime import UTC, datetime

import pytest

from pipelines.capture import Capture
from pipelines.read.reader import read
from pipelines.read.reading import Article
from pipelines.read.survey import losses
from pipelines.read.task import Task
from portals.site import Site

TITLE = "Thị trấn Suối Đá khởi công đường vào chợ"
ONE = (
    "Sáng 14/5, thị trấn Suối Đá khởi công đoạn đường dài hai cây số từ quốc lộ vào chợ, làm "
    "trong bốn tháng."
)
TWO = (
    "Bà con hai bên đường đã hiến đất và dời hàng rào; xe tải đi vòng qua cầu Gỗ cho tới khi "
    "xong mặt đường."
)
# A card of another article and a comment, each with a title, a date and an author of its own.
BESIDE = """<section class="lien-quan"><article class="the"><h3 class="entry-title">
<a href="/khac-1">Họp tổ dân phố bàn việc cấp nước sạch</a></h3><time class="entry-date published"
datetime="2019-02-03T08:00:00+07:00">03/02/2019</time><a rel="author" href="/u/2">Người Khác</a>
</article></section><section id="comments"><article class="comment"><b class="username">Bạn Đọc</b>
<time class="created" datetime="2025-01-02T10:00:00+07:00">02/01/2025</time><p>Hay quá.</p>
</article></section>"""
# Markup around the article that makes the page one of the family.
FAMILIES = {
    "wordpress": (
        '<meta name="generator" content="WordPress 6.7">',
        '<body class="single single-post">{}<main class="trang">{}</main>',
    ),
    "drupal": (
        '<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">',
        '<body class="path-node">{}<article class="tin node--view-mode-full">{}</article>',
    ),
    "joomla": (
        '<meta name="generator" content="Joomla! - Open Source Content Management">',
        '<body class="site com_content view-article">{}<div class="item-page">{}</div>',
    ),
}
# Themes: a heading of any rank, a dateline anywhere, a text in any element.
THEMES = {
    "plain": (
        f'<h1 class="tua">{TITLE}</h1><p class="ngay">Ngày đăng: 14/05/2024 08:33</p>'
        f'<div class="chu"><p>{ONE}</p><p>{TWO}</p><p>{TWO}</p></div>'
        '<p class="ky">Tác giả: Lò Thị Mận</p>'
    ),
    "section above": (
        f'<h2 class="tua">{TITLE}</h2><div class="ngay">14/05/2024 08:33</div>'
        f'<section class="chu"><p>{ONE}</p><p>{TWO}</p><p>{TWO}</p></section>'
        '<p class="ky">Tác giả: Lò Thị Mận</p>'
    ),
}
JSON_LD = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "%s", '
    '"datePublished": "2024-05-14T08:33:00+07:00", "author": {"name": "Lò Thị Mận"}}</script>'
).replace("%s", TITLE)
SAID = f'<h1 class="tua">{TITLE}</h1><div class="chu"><p>{ONE}</p><p>{TWO}</p><p>{TWO}</p></div>'
PAGES = [(family, "", theme) for family in FAMILIES for theme in THEMES.values()]
PAGES += [(family, JSON_LD, SAID) for family in FAMILIES]


def article_of(family: str, head: str, theme: str, *, platform: str | None = None) -> Article:
    generator, around = FAMILIES[family]
    above = "<h1>Tin tức</h1>" if "<h1" not in theme else ""
    text = (
        f'<html lang="vi"><head><title>{TITLE} - Suối Đá</title>{generator}{head}</head>'
        f"{around.format(above, theme)}{BESIDE}</body></html>"
    )
    capture = Capture(
        "suoi-da",
        "https://suoi-da.example/2024/05/khoi-cong-duong-vao-cho",
        datetime(2024, 6, 1, 2, tzinfo=UTC),
        200,
        (("Content-Type", "text/html; charset=utf-8"),),
        text.encode(),
    )
    site = Site(name="Suối Đá", url="https://suoi-da.example/", key="suoi-da")
    found = read(Task(capture, site, platform=platform))
    assert found.platform == (platform or family)
    assert found.article is not None, found.detail
    return found.article


@pytest.mark.parametrize(("family", "head", "theme"), PAGES)
def test_every_field_is_the_articles_own(family: str, head: str, theme: str) -> None:
    article = article_of(family, head, theme)
    assert article.title == TITLE
    assert article.published is not None
    assert article.published.on.isoformat() == "2024-05-14"
    assert article.author == "Lò Thị Mận"
    text = f"{article.lead or ''} {article.body}"
    assert [part in text for part in (ONE, TWO, "Hay quá", "cấp nước")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(("family", "head", "theme"), PAGES)
def test_it_loses_nothing_that_general_reading_finds(family: str, head: str, theme: str) -> None:
    general = article_of(family, head, theme, platform="generic")
    assert losses(general, article_of(family, head, theme)) == []
