"""The cookies of one host, as browsers take and return them."""

from datetime import UTC, datetime

import pytest

from crawler.visit.cookies import LONGEST, MOST, MOST_BYTES, HostCookies
from pipelines.capture import Capture

PAGE = "http://www.xa.gov.vn/tin/bai-1"
SECURE = "https://www.xa.gov.vn/"


def given(*said: str, url: str = PAGE) -> HostCookies:
    cookies = HostCookies()
    headers = tuple(("set-cookie", value) for value in said)
    cookies.take(Capture("xa", url, datetime(2026, 11, 20, tzinfo=UTC), 302, headers))
    return cookies


@pytest.mark.parametrize(
    ("said", "returned"),
    [
        ("a=1", "a=1"),
        ("a=1; Path=/; HttpOnly; SameSite=Lax; Priority=High", "a=1"),
        ("a=b=c; path=/tin", "a=b=c"),
        ('a="x y"; path=/', 'a="x y"'),
        ("a=1, b=2; path=/", "a=1, b=2"),  # one cookie with a comma
        ("a=1; max-age=60", "a=1"),
        ("a=1; expires=Fri, 31-Dec-2100 23:59:59 GMT", "a=1"),
        ("a=1; expires=some day", "a=1"),
        ("a=1; path=tin; domain=", "a=1"),  # as if neither was there
        ('a=1; port="80"; version=1', "a=1"),
        ("a=1; domain=.xa.gov.vn", "a=1"),
        ("a=1; domain=www.xa.gov.vn", "a=1"),
        ("a=\xe1\xba", "a=\xe1\xba"),
        # Refused:
        ("a=1; path=/khac", None),
        ("a=1; path=/ti", None),
        ("a=1; max-age=0", None),
        ("a=1; max-age=-1", None),
        ("a=1; expires=Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("a=1; domain=gov.vn", None),  # anyone may register names below it
        ("a=1; domain=vn", None),
        ("a=1; domain=tin.xa.gov.vn", None),
        ("a=1; domain=ya.gov.vn", None),
        ("a=1; secure", None),
        ("__Secure-a=1", None),
        ("__Host-a=1; path=/", None),
        ("a=\x00b", None),
        ("a=b\r\nX-Evil: c", None),
        (f"a={'x' * LONGEST}", None),
        ("=1", None),
        ("", None),
    ],
)
def test_a_cookie_comes_back_where_a_browser_would_return_it(
    said: str, returned: str | None
) -> None:
    assert given(said).header(PAGE) == returned


def test_a_cookie_comes_back_below_its_path_only() -> None:
    cookies = given("a=1", "b=2; path=/")
    assert cookies.header("http://www.xa.gov.vn/tin/bai-2") == "a=1; b=2"
    assert cookies.header("http://www.xa.gov.vn/tin") == "a=1; b=2"
    assert cookies.header("http://www.xa.gov.vn/") == "b=2"
    assert cookies.header("http://www.xa.gov.vn/tintuc") == "b=2"


def test_a_secure_cookie_comes_back_over_tls_only() -> None:
    cookies = given(
        "a=1; secure",
        "__Secure-b=2; secure",
        "__Host-c=3; secure; path=/",
        "__Host-d=4; secure; path=/; domain=xa.gov.vn",
        "e=5",
        url=SECURE,
    )
    assert cookies.header(SECURE) == "a=1; __Secure-b=2; __Host-c=3; e=5"
    assert cookies.header("http://www.xa.gov.vn/") == "e=5"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/", "http://[::1]:8000/", "http://localhost/"]
)
def test_a_host_without_a_domain_has_cookies_too(url: str) -> None:
    assert given("a=1; path=/", url=url).header(url) == "a=1"
    assert given("a=1; path=/; domain=0.0.1", url=url).header(url) is None


def test_a_later_cookie_replaces_or_deletes_an_earlier_one() -> None:
    assert given("a=1", "a=2").header(PAGE) == "a=2"
    assert given("a=1", "b=1", "a=; max-age=0").header(PAGE) == "b=1"


def test_the_oldest_cookies_give_way_to_more() -> None:
    many = given(*(f"c{n}=1" for n in range(MOST + 5))).header(PAGE) or ""
    assert many.count("=") == MOST
    assert "c54=1" in many
    assert "c4=" not in many
    long = given(*(f"c{n}={'x' * 4_000}" for n in range(5))).header(PAGE) or ""
    assert MOST_BYTES >= len(long) > MOST_BYTES / 2
    assert "c4=" in long


def test_only_new_values_of_known_cookies_can_be_taken() -> None:
    cookies = given("a=1")
    headers = (("Set-Cookie", "a=2"), ("Set-Cookie", "b=3"))
    answer = Capture("xa", PAGE, datetime(2026, 11, 20, tzinfo=UTC), 200, headers)
    assert cookies.take(answer, known_only=True)
    assert cookies.header(PAGE) == "a=2"


def test_a_cookie_that_a_script_sets_is_for_the_whole_host() -> None:
    cookies = HostCookies()
    cookies.put("D1N=ab; E=c/d", PAGE)
    assert cookies.header("http://www.xa.gov.vn/") == "D1N=ab; E=c/d"
