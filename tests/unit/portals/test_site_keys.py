"""Keys of sites: each host has its own, and each may name a file."""

import pytest

from portals.site import KEY, key_for_host, site_for_address


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("www.suoimay.example.gov.vn", "suoimay-example-gov-vn"),
        ("127.0.0.1:18080", "127-0-0-1-18080"),
        ("XN--S-GVN.example", "xn-s-gvn-example"),
        ("[::1]:8000", "1-8000"),
        ("_", "host-d2e2adf7"),
        ("", "host-e3b0c442"),
    ],
)
def test_a_host_gives_a_key_that_a_file_may_have(host: str, key: str) -> None:
    assert key_for_host(host) == key
    assert KEY.fullmatch(key)


@pytest.mark.parametrize(
    "hosts",
    [
        ("tan.lap.gov.vn", "tan-lap.gov.vn", "tan_lap.gov.vn", "tan.lap-gov.vn", "tan..lap.gov.vn"),
        ("127.0.0.1:81", "127.0.0.1.81", "127-0-0-1.81", "127.0.0-1:81"),
        ("_", "__._", "-", "[::]", "ã"),
        ("xã.example", "x.example", "x-.example"),
        (*(f"{'a' * 60}.{end}" for end in ("mot.gov.vn", "hai.gov.vn")), "a" * 63, "a" * 64),
    ],
)
def test_two_hosts_never_have_the_same_key(hosts: tuple[str, ...]) -> None:
    keys: set[str] = set()
    for host in hosts:
        keys.add(key_for_host(host, keys))
    assert len(keys) == len(hosts)
    assert all(KEY.fullmatch(key) for key in keys)


def test_a_key_that_is_taken_is_not_used_again() -> None:
    own = key_for_host("xa.gov.vn", {"xa-gov-vn"})
    assert own != "xa-gov-vn"
    assert own == site_for_address("http://www.xa.gov.vn/", {"xa-gov-vn"}).key
    assert KEY.fullmatch(own)
