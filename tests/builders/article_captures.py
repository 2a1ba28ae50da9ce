"""Captures of one NukeViet article, each at its own address and minute."""

from datetime import timedelta

from pipelines.capture import Capture
from tests.builders.archived_answers import AT, SITE

PAGE = (
    '<html><head><meta name="generator" content="NukeViet v4.5"></head>'
    '<body><div class="news_column" itemtype="http://schema.org/NewsArticle">'
    '<h1 class="title">Ra quân làm thủy lợi</h1><span class="h5">02/03/2026 07:00</span>'
    '<div id="news-bodyhtml"><p>Sáng nay, xã ra quân nạo vét kênh mương nội đồng.</p></div>'
    "</div></body></html>"
).encode()


def article_capture(number: int, body: bytes = PAGE) -> Capture:
    return Capture(
        SITE.key,
        f"{SITE.url}tin/tin-{number}.html",
        AT + timedelta(minutes=number),
        200,
        (("Content-Type", "text/html"),),
        body,
    )
