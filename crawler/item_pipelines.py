"""The only item pipeline: it hands each item (a Capture, see `crawler.items`) on to be kept.

`pipelines.ingest` does the work: it writes the WARC record, has a worker read the page and stores
the result in one transaction. Scrapy's settings name no other item pipeline.
"""

from typing import TYPE_CHECKING, Self

from scrapy.crawler import Crawler

from crawler.items import Capture

if TYPE_CHECKING:
    from crawler.spiders.portal import PortalSpider


class KeepCapture:
    """Waits until each capture is kept, then lets the spider count it."""

    def __init__(self, spider: "PortalSpider") -> None:
        self.spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy calls this once the spider exists."""
        return cls(crawler.spider)  # type: ignore[arg-type]  # every spider is a PortalSpider

    async def process_item(self, item: Capture) -> Capture:
        """Keep the capture. Errors go to the spider: Scrapy would only log them."""
        await self.spider.keep(item)
        return item
