"""The item pipeline: an item is a capture, and keeping it is `pipelines.ingest`'s work."""

from typing import TYPE_CHECKING, Self

from scrapy.crawler import Crawler

from pipelines.capture import Capture

if TYPE_CHECKING:
    from crawler.spiders.portal import PortalSpider


class KeepCapture:
    """Awaits the keeping of each capture, and tells the spider what became of it."""

    def __init__(self, spider: "PortalSpider") -> None:
        self.spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy when the spider is there."""
        return cls(crawler.spider)  # type: ignore[arg-type]  # PortalSpider is the only spider there is

    async def process_item(self, item: Capture) -> Capture:
        """Keeps the capture. Whatever goes wrong is the spider's to know: Scrapy would only log it and end well."""
        await self.spider.keep(item)
        return item
