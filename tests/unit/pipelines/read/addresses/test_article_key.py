"""The key of an article: fixed for ever, since people quote it."""

import base64
import hashlib

import pytest

from pipelines.read.addresses.article_key import KEY, article_key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        # printf %s xamau.gov.vn/tin-1.html | openssl dgst -sha256 -binary | base32 | head -c16
        ("http://xamau.gov.vn/tin-1.html", "aiewtlvjrtyutm4w"),
        ("http://xamau.gov.vn/tin-1.html?id=5", "rg6mcnumrxk7nu5z"),
        ("http://xn--t-ela.example/", "ro7t472fw2jreslf"),
    ],
)
def test_keys_never_change(url: str, key: str) -> None:
    assert article_key(url) == key


@pytest.mark.parametrize("start", ["http://", "https://", "http://www.", "https://www."])
def test_the_key_outlives_a_move_to_https_and_a_name_without_www(start: str) -> None:
    assert article_key(f"{start}xamau.gov.vn/tin-1.html") == "aiewtlvjrtyutm4w"


@pytest.mark.parametrize(
    "url",
    [
        "http://xamau.gov.vn/Tin-1.html",
        "http://xamau.gov.vn/tin-1.html/",
        "http://xamau.gov.vn:8080/tin-1.html",
        "http://www2.xamau.gov.vn/tin-1.html",
        "http://wwwxamau.gov.vn/tin-1.html",
        "http://www.www.xamau.gov.vn/tin-1.html",
        "http://xabang.gov.vn/http://xamau.gov.vn/tin-1.html",
    ],
)
def test_any_other_difference_is_another_key(url: str) -> None:
    assert article_key(url) != "aiewtlvjrtyutm4w"


def test_keys_are_short_safe_in_addresses_and_without_look_alike_digits() -> None:
    keys = {article_key(f"http://xamau.gov.vn/tin-{n}.html") for n in range(2_000)}
    assert len(keys) == 2_000
    assert all(KEY.fullmatch(key) for key in keys)
    assert set("".join(keys)) == set("abcdefghijklmnopqrstuvwxyz234567")


def test_a_key_is_the_start_of_a_sha256_digest() -> None:
    digest = hashlib.sha256(b"xamau.gov.vn/tin-1.html").digest()
    whole = base64.b32decode(article_key("https://xamau.gov.vn/tin-1.html").upper())
    assert whole == digest[:10]
