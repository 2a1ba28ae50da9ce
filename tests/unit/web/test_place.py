"""Where the site stands: base addresses, and the absolute addresses made from them."""

import pytest
from datasette.app import Datasette
from datasette.utils.asgi import Request

from web.links import absolute
from web.place import BaseAddressError, Place
from web.serving.settings import Serving

BELOW = {"base_url": "/loa/"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("/", Place()),
        ("/loa", Place("/loa/")),
        ("/luu-tru/tin/", Place("/luu-tru/tin/")),
        ("https://news.example.org", Place("/", "https://news.example.org")),
        ("https://News.Example.org:443/loa", Place("/loa/", "https://news.example.org")),
        ("http://192.0.2.7:8080/loa/", Place("/loa/", "http://192.0.2.7:8080")),
        ("http://[2001:db8::7]:8080/", Place("/", "http://[2001:db8::7]:8080")),
    ],
)
def test_a_base_address_is_a_path_or_a_whole_address(text: str, place: Place) -> None:
    assert Place.parse(text) == place


@pytest.mark.parametrize(
    "text",
    [
        *("", "loa", "loa/", "//news.example.org/", "ftp://news.example.org/", "https:///loa/"),
        *("https://user@news.example.org/", "https://news.example.org/?a=1", "/loa/#top", "/a b/"),
        *("https://news.example.org:port/", "/../", "/loa//tin/", 'https://x"y/', "javascript:x"),
    ],
)
def test_another_base_address_is_refused_and_named(text: str) -> None:
    with pytest.raises(BaseAddressError, match="base address"):
        Place.parse(text)


def test_absolute_addresses_name_the_origin_of_the_operator_or_of_the_request() -> None:
    request = Request.fake("/loa/a/key", scheme="http")
    request.scope["headers"] = [(b"host", b"localhost:8001")]
    named, unnamed = Datasette(settings=BELOW), Datasette(settings=BELOW)
    named.serving = Serving(place=Place("/loa/", "https://news.example.org"))
    assert absolute(named, request, "/a/key?x=1") == "https://news.example.org/loa/a/key?x=1"
    assert absolute(unnamed, request, "/a/key") == "http://localhost:8001/loa/a/key"
    once = unnamed.urls.path("/a/key")  # it has its base path
    assert absolute(unnamed, request, once) == "http://localhost:8001/loa/a/key"
