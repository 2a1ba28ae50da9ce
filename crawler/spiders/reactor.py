"""Scrapy's runner and its reactor, as a command drives them."""

import asyncio
import gc
import logging
import signal
from collections.abc import Coroutine
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.log import configure_logging
from scrapy.utils.reactor import install_reactor

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


def run_reactor(
    runner: AsyncCrawlerRunner, work: Coroutine[None, None, None], stopping: asyncio.Event
) -> None:
    """Run the reactor until the work is done.

    The first Ctrl-C sets `stopping` and lets every visit end in order. The second ends the process
    at once, which is safe too.
    """
    from twisted.internet import reactor as installed

    reactor: Any = installed  # a module that behaves as an object of several interfaces
    loop = asyncio.get_event_loop()
    task = loop.create_task(work)
    task.add_done_callback(lambda _: reactor.callLater(0, reactor.stop))
    stops: list[asyncio.Task[None]] = []  # the loop itself holds its tasks by weak references only

    def stop() -> None:
        stopping.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
        stops.append(loop.create_task(runner.stop()))

    # What is loaded now stays: looking through it for garbage costs a twentieth of a crawl.
    gc.collect()
    gc.freeze()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    reactor.run(installSignalHandlers=False)
    task.result()
