"""Pages of no known family: HTML around one short article, parsed and read by the generic rules."""

from dataclasses import replace
from datetime import UTC, datetime

from pipelines.read.article.article import read_article
from pipelines.read.article.article_page import view_of
from pipelines.read.article.page_kind import judge
from pipelines.read.html.page import HtmlPage
from pipelines.read.reading import Article, ReadingLog
from portals.platform import ArticleRules, Platform, platform_of
from portals.site import Site

FETCHED = datetime(2021, 3, 20, 2, 0, tzinfo=UTC)


def site_of(url: str) -> Site:
    return Site(name="", url="/".join(url.split("/")[:3]) + "/", key="frozen", platform="generic")


def page_of(
    text: str,
    url: str = "http://xa.example/bai-viet/mot-bai-12.html",
    fetched_at: datetime = FETCHED,
) -> HtmlPage:
    return HtmlPage(text, url, zone=site_of(url).zone, fetched_at=fetched_at)


def read_generic(
    page: HtmlPage, site: Site, platform: Platform, rules: ArticleRules, url: str
) -> tuple[Article | None, ReadingLog, float]:
    """(article, log, confidence); `rules` are the site's own selectors, which win."""
    view = view_of(page, replace(site, article=rules), platform)
    assert view is not None
    kind = judge(view)
    if not kind.is_article:
        return None, ReadingLog(), kind.confidence
    article, log = read_article(view, url)
    return article, log, kind.confidence


def read_page(page: HtmlPage) -> tuple[Article | None, float]:
    article, _, confidence = read_generic(
        page, site_of(page.url), platform_of("generic"), ArticleRules(), page.url
    )
    return article, confidence


TEXT = (
    "<p>Ngày 1/3, đoàn viên xã Khe Ngang phát quang bốn cây số đường liên thôn, khơi thông rãnh "
    "nước trước mùa mưa.</p>"
)
ARTICLE = (
    "<main><h1>Đoàn viên phát quang đường liên thôn</h1><div class='ngay'>02/03/2021 07:30</div>"
    f"<div class='than'>{TEXT}{TEXT}</div></main>"
)


TO_COME = "<time datetime='2021-05-02T07:30:00+07:00'>02/05/2021 07:30</time>"


def article_dated(date: str) -> str:
    return f"<body>{ARTICLE.replace('02/03/2021 07:30', date)}</body>"
