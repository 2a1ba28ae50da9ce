"""Scrapy's private parts: each one that Loa relies on, and that one module alone relies on them."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from inspect import signature
from operator import attrgetter
from pathlib import Path

import pytest

import crawler

HTTP11 = "scrapy.core.downloader.handlers.http11"
# module, name, the parameters that we pass or take
PARTS = [
    (HTTP11, "HTTP11DownloadHandler.__init__", {"crawler"}),
    (HTTP11, "HTTP11DownloadHandler.download_request", {"request"}),
    (
        HTTP11,
        "_ScrapyAgent.__init__",
        {"contextFactory", "pool", "maxsize", "fail_on_dataloss", "crawler"},
    ),
    (HTTP11, "_ScrapyAgent._get_agent", {"request", "timeout"}),
    (HTTP11, "_ScrapyAgent.download_request", {"request"}),
    (HTTP11, "_LenientHTTP11ClientFactory.buildProtocol", {"addr"}),
    (HTTP11, "_LenientHTTP11ClientProtocol.request", {"request"}),
    (HTTP11, "_LenientHTTPClientParser.lineReceived", {"line"}),
    (HTTP11, "_LenientHTTPClientParser.lineLengthExceeded", {"line"}),
    (HTTP11, "_LenientHTTPClientParser.MAX_LENGTH", None),
    ("scrapy.utils._download_handlers", "wrap_twisted_exceptions", set()),
    ("scrapy.utils.defer", "maybe_deferred_to_future", {"d"}),
    ("twisted.web._newclient", "ParseError", None),
    ("twisted.web._newclient", "HEADER", None),
    ("twisted.web._newclient", "STATUS", None),
    ("twisted.web._newclient", "HTTPClientParser.statusReceived", {"status"}),
    ("twisted.web._newclient", "HTTPClientParser.headerReceived", {"name", "value"}),
    ("twisted.web._newclient", "HTTPClientParser.allHeadersReceived", set()),
    ("twisted.web._newclient", "HTTPClientParser.NO_BODY_CODES", None),
    ("twisted.web._newclient", "HTTPClientParser._finished", {"rest"}),
    ("twisted.web._newclient", "HTTPClientParser._transferDecoders", None),
    ("twisted.web.http", "_DataLoss", None),
    ("twisted.web.http_headers", "InvalidHeaderName", None),
    ("twisted.web.http_headers", "Headers._rawHeaders", None),
]


@pytest.mark.parametrize(("module", "name", "parameters"), PARTS)
def test_a_private_part_of_scrapy_is_as_we_use_it(
    module: str, name: str, parameters: set[str] | None
) -> None:
    changed = f"{module}.{name} has changed: mend crawler/fetch/scrapy_internals.py, which uses it"
    try:
        part = attrgetter(name)(import_module(module))
    except (ImportError, AttributeError):
        pytest.fail(changed)
    assert parameters is None or parameters <= set(signature(part).parameters), changed


ATTRIBUTES = """
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
from scrapy.crawler import Crawler
from scrapy import Spider
from scrapy.core.downloader.handlers import http11
from twisted.web._newclient import HTTPClientParser
crawler = Crawler(Spider, Settings())
crawler.spider = Spider("any")
handler = http11.HTTP11DownloadHandler(crawler)
def request(): pass
factory = http11._LenientHTTP11ClientFactory(lambda protocol: None, "any")
wanted = {
    "HTTP11DownloadHandler": (
        handler, "_pool _contextFactory _default_maxsize _fail_on_dataloss _crawler"
    ),
    "HTTPConnectionPool": (handler._pool, "_factory retryAutomatically cachedConnectionTimeout"),
    "_LenientHTTP11ClientFactory": (factory, "_quiescentCallback"),
    "_LenientHTTP11ClientProtocol": (factory.buildProtocol(None), "_parser"),
}
for name, (thing, attributes) in wanted.items():
    for attribute in attributes.split():
        if not hasattr(thing, attribute):
            print(f"{name}.{attribute}")
"""


def test_the_private_attributes_that_we_set_and_read_are_there() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ATTRIBUTES], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [], (
        "gone: mend crawler/fetch/scrapy_internals.py, which uses them"
    )


def is_private(name: str) -> bool:
    parts = name.split(".")
    return parts[0] in ("scrapy", "twisted") and (
        parts[:2] == ["scrapy", "core"] or any(part.startswith("_") for part in parts)
    )


def test_no_other_module_imports_a_private_part() -> None:
    found = {}
    for path in Path(crawler.__path__[0]).rglob("*.py"):
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names |= {f"{node.module}.{alias.name}" for alias in node.names}
        found[path.name] = sorted(filter(is_private, names))
    assert len(found["scrapy_internals.py"]) > 5
    assert {name for name, private in found.items() if private} == {"scrapy_internals.py"}


def test_loading_scrapy_leaves_the_standard_library_as_it_was() -> None:
    assert inspect.stack.__module__ == "inspect"
