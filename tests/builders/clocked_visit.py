"""A visit by the real spider under a clock that the test sets.

It asks for every address over loopback, one after the other, and turns no reactor.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.spiders.portal import PortalSpider
from crawler.visit.options import VisitOptions
from crawler.visit.visit_end import VisitEnd
from pipelines.ingest import Ingest
from portals.site import Site

NOWHERE_ELSE: Mapping[str, str] = {}


@dataclass
class SetClock:
    """Goes on by a second with each look at it."""

    now: datetime

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def seconds(self) -> float:
        """For the clocks on the portals' own pages."""
        return self.now.timestamp()


def visit(site: Site, ingest: Ingest, clock: SetClock, **options: Any) -> VisitEnd:
    """The visit, over: its outcome and detail are the run's last word."""
    return visit_by_name(site, ingest, clock, NOWHERE_ELSE, **options)


def visit_by_name(
    site: Site, ingest: Ingest, clock: SetClock, places: Mapping[str, str], **options: Any
) -> VisitEnd:
    """The visit of a portal with a name. `places`: the host:port where it really listens."""
    spider = PortalSpider(site, ingest, VisitOptions(**options), clock=clock)
    asyncio.run(_ask(spider, places))
    spider.closed("finished")
    if spider.fatal is not None:
        raise spider.fatal
    return spider.visit.end


def visit_all(sites: Sequence[Site], ingest: Ingest, clock: SetClock) -> list[VisitEnd]:
    """A visit of each site, all at once, so that they share commits."""
    spiders = [PortalSpider(site, ingest, VisitOptions(delay=0), clock=clock) for site in sites]

    async def ask_all() -> None:
        await asyncio.gather(*map(_ask, spiders))

    asyncio.run(ask_all())
    for spider in spiders:
        spider.closed("finished")
        if spider.fatal is not None:
            raise spider.fatal
    return [spider.visit.end for spider in spiders]


async def _ask(spider: PortalSpider, places: Mapping[str, str] = NOWHERE_ELSE) -> None:
    async for request in spider.start():
        await spider.keep(_answer(spider, request, places))


def _answer(spider: PortalSpider, request: Request, places: Mapping[str, str]) -> Any:
    parts = urlsplit(request.url)
    connection = HTTPConnection(places.get(parts.netloc, parts.netloc), timeout=10)
    try:
        connection.request(
            "GET",
            request.url.removeprefix(f"{parts.scheme}://{parts.netloc}"),
            headers=dict(_headers(request)),
        )
        answer = connection.getresponse()
        headers = {
            name: [value for other, value in answer.getheaders() if other == name]
            for name, _ in answer.getheaders()
        }
        return spider.parse(
            Response(
                request.url,
                status=answer.status,
                headers=headers,
                body=answer.read(),
                request=request,
            )
        )
    except (OSError, HTTPException) as error:
        failure = Failure(error)  # type: ignore[no-untyped-call]
        failure.request = request  # type: ignore[attr-defined]  # as Scrapy does
        return spider.failed(failure)
    finally:
        connection.close()


def _headers(request: Request) -> Iterator[tuple[str, str]]:
    for name, values in request.headers.items():
        yield name.decode(), values[0].decode()
