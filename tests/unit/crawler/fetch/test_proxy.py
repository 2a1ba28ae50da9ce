"""Whose answer is it, the portal's or the proxy's?"""

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
)

from crawler.fetch.proxy import proxy_answer, proxy_failure
from crawler.fetch.scrapy_internals import NoTunnelError


@pytest.mark.parametrize(
    ("status", "headers", "own"),
    [
        (407, {}, True),
        (407, {"Proxy-Authenticate": "Basic realm=x"}, True),
        (502, {"Proxy-Status": "squid; error=dns_error"}, True),
        (
            403,
            {"Proxy-Status": 'cdn; received-status=403, office;error="http_request_denied"'},
            True,
        ),
        (503, {"X-Squid-Error": "ERR_CONNECT_FAIL 111"}, True),
        (403, {"X-Squid-Error": "ERR_ACCESS_DENIED 0"}, True),
        (504, {"Proxy-Connection": "close"}, True),
        (503, {"Proxy-Agent": "Apache/2.4"}, True),
        # The portal's, as far as it shows.
        (502, {}, False),
        (503, {"Via": "1.1 office", "Retry-After": "5"}, False),
        (502, {"Proxy-Status": "cdn; error=connection_refused, office; next-hop=cdn"}, False),
        (403, {"Via": "1.1 office"}, False),
        (403, {"Proxy-Connection": "close"}, False),
        (200, {"Proxy-Connection": "keep-alive"}, False),
        (404, {"Proxy-Status": "office; next-hop=portal.example"}, False),
    ],
)
def test_a_proxys_own_answer_differs_from_one_that_it_passes_on(
    status: int, headers: dict[str, str], own: bool
) -> None:
    told = proxy_answer(status, headers.items())
    assert (told is not None) is own
    if told is not None:
        assert told.startswith(f"proxy: answered {status} in place of the portal; check --proxy")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (DownloadConnectionRefusedError("x"), "proxy: nothing listens there;"),
        (CannotResolveHostError("x"), "proxy: its name has no address;"),
        (
            NoTunnelError(
                "Could not open CONNECT tunnel with proxy 10.0.0.4:3128"
                " [{'status': 407, 'reason': b'Proxy Authentication Required'}]"
            ),
            "proxy: answered 407 in place of the portal;",
        ),
        (NoTunnelError("b'junk'"), "proxy: opened no tunnel in place of the portal;"),
        (DownloadTimeoutError("x"), None),  # the portal's, perhaps
    ],
)
def test_a_connection_that_the_proxy_did_not_open_is_its_fault(
    error: Exception, told: str | None
) -> None:
    why = proxy_failure(error)
    assert (why and why[: len(told or "")]) == told
