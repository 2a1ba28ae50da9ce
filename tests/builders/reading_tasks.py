"""Tasks for a reader: a short NukeViet article, or any other page at the same address."""

from datetime import UTC, datetime

from pipelines.capture import Capture
from pipelines.read.task import Task
from portals.site import Site

SITE = Site(name="Cổng", url="https://vi-du.example/", key="vi-du")
HONEST_PAGE = (
    '<div class="news_column" itemtype="http://schema.org/NewsArticle">'
    '<h1 class="title" itemprop="headline">Tiêu đề</h1>'
    '<span class="h5">Thứ ba - 14/05/2024 08:33</span>'
    '<div id="news-bodyhtml"><p>Văn bản của bài.</p></div></div>'
)


def reading_task(body: str | bytes, content_type: str = "text/html", site: str = "vi-du") -> Task:
    return Task(
        Capture(
            site,
            "https://vi-du.example/tin/bai-1.html",
            datetime(2024, 6, 1, tzinfo=UTC),
            200,
            (("Content-Type", content_type),),
            body.encode() if isinstance(body, str) else body,
        ),
        SITE,
    )
