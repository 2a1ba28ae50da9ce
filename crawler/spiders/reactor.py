"""Scrapy's runner and reactor, for the commands."""

import asyncio
import gc
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.log import configure_logging
from scrapy.utils.reactor import install_reactor

from crawler.signals import end_at_next_signal, stop_signals
from crawler.terminal.escaping import OneLineFormatter


def make_runner() -> AsyncCrawlerRunner:
    """Scrapy's runner over an asyncio reactor, which logs to stderr from WARNING up."""
    settings = Settings()
    settings.setmodule("crawler.settings")
    configure_logging(settings)
    for handler in logging.root.handlers:
        handler.setFormatter(OneLineFormatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"]))
    # Below WARNING each request makes two records that nobody sees.
    logging.getLogger("scrapy").setLevel(logging.WARNING)
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    return AsyncCrawlerRunner(settings)


async def stop_visits(
    runner: AsyncCrawlerRunner, tell: Callable[[Spider], None] = lambda spider: None
) -> None:
    """Stop every visit cleanly, and call `tell` with each spider before.

    If an engine is only starting, Scrapy treats its stop as done and lets it run on. So such a
    visit is stopped as soon as its engine runs.
    """
    while runner.crawlers:
        running = [each for each in runner.crawlers if each.engine and each.engine.running]
        for crawler in running:
            assert crawler.spider is not None  # the engine has opened it
            tell(crawler.spider)
        await asyncio.gather(*(crawler.stop_async() for crawler in running))
        await asyncio.sleep(0.05)


def run_reactor(
    runner: AsyncCrawlerRunner, work: Coroutine[None, None, None], stopping: asyncio.Event
) -> None:
    """Run the reactor until the work is done.

    The first Ctrl-C, SIGTERM or SIGHUP sets `stopping` and lets every visit end cleanly. The second
    ends the process at once, which is safe too.
    """
    from twisted.internet import reactor as installed

    reactor: Any = installed  # a module that behaves as an object of several interfaces
    loop = asyncio.get_event_loop()
    task = loop.create_task(work)
    heeded = stop_signals()
    stops: list[asyncio.Task[None]] = []  # the loop itself holds its tasks by weak references only

    def finish(_: object) -> None:
        for each in stops:
            each.cancel()
        reactor.callLater(0, reactor.stop)

    task.add_done_callback(finish)

    def stop() -> None:
        stopping.set()
        for number in heeded:
            loop.remove_signal_handler(number)
        end_at_next_signal()
        stops.append(loop.create_task(stop_visits(runner)))

    # Everything loaded now stays: searching it for garbage costs a twentieth of a crawl.
    gc.collect()
    gc.freeze()
    for number in heeded:
        loop.add_signal_handler(number, stop)
    reactor.run(installSignalHandlers=False)
    task.result()
