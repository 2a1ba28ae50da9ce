"""Which Host headers name this server once the operator has said where it stands."""

import pytest

from web.host_names import is_own_host, own_names
from web.place import Place
from web.serving.settings import Serving

NAMED = Serving(
    place=Place.parse("https://news.example.org/loa/"),
    trusted_hosts=("192.0.2.7", "mirror.example"),
)


def answered(*hosts: str, serving: Serving = NAMED) -> bool:
    any_address = serving.place.origin is None
    return is_own_host(hosts, own_names(serving), any_address=any_address)


@pytest.mark.parametrize(
    "host",
    [
        *("news.example.org", "NEWS.example.org:443", "news.example.org.", "mirror.example"),
        *("localhost:8001", "127.0.0.1:8001", "[::1]:8001", "192.0.2.7"),
    ],
)
def test_named_hosts_and_loopback_are_answered(host: str) -> None:
    assert answered(host)


def test_only_a_server_without_an_address_answers_at_any_number() -> None:
    for host in ("203.0.113.9", "203.0.113.9:8001", "[2001:db8::9]"):
        assert not answered(host)
        assert answered(host, serving=Serving())


@pytest.mark.parametrize(
    "host",
    [
        *("[::1", "::1]", "[localhost]", "[::1]x", "localhost:80:80", "localhost:x", "2130706433"),
        *("0x7f000001", "127.1", "0177.0.0.1", " localhost", "localhost,localhost", "a@localhost"),
        *("localhost@x", "localhost/x", "localhost#", "\uff1127.0.0.1", "..", ""),
    ],
)
def test_what_is_no_plain_host_is_foreign(host: str) -> None:
    assert not answered(host)
    assert not answered(host, serving=Serving())


def test_two_hosts_are_foreign_and_none_is_a_client_that_is_no_browser() -> None:
    assert not answered("localhost", "localhost")
    assert answered()
