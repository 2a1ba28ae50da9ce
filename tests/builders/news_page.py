"""A small news page of a NukeViet portal, and what the reader makes of it or of other bytes."""

from datetime import UTC, datetime

from pipelines.capture import Capture
from pipelines.read.reader import read
from pipelines.read.reading import Reading
from pipelines.read.task import Task
from portals.site import Site

HOST = "https://vi-du.example"
SITE = Site(name="Cổng", url=f"{HOST}/", key="vi-du")
AT = datetime(2024, 6, 1, 2, tzinfo=UTC)
ARTICLE = (
    '<html><head>{head}</head><body><div class="news_column" itemtype="http://schema.org/NewsArticle">'
    '<h1 class="title" itemprop="headline">Tiêu đề của bài</h1>'
    '<span class="h5">Thứ ba - 14/05/2024 08:33</span>'
    '<div id="news-bodyhtml"><p>Nội dung của bài viết.</p></div></div></body></html>'
)
GENERATOR = '<meta name="generator" content="NukeViet v4.5">'
PAGE = ARTICLE.format(head=GENERATOR).encode()


def reading(
    text: str | bytes,
    path: str = "/tin-tuc/bai-viet-12.html",
    content_type: str = "text/html; charset=utf-8",
    *,
    site: Site = SITE,
    expected: str | None = None,
    platform: str | None = None,
    encoding: str = "",
) -> Reading:
    """The reading of a page, or of other bytes, as the answer to a request for `path`."""
    headers = (
        ("Content-Type", content_type),
        *((("Content-Encoding", encoding),) if encoding else ()),
    )
    return read(
        Task(
            Capture(
                "vi-du",
                HOST + path,
                AT,
                200,
                headers,
                text.encode() if isinstance(text, str) else text,
            ),
            site,
            expected,
            platform,
        )
    )
