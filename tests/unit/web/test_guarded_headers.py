"""An answer may be stricter than our policy, and never laxer."""

import pytest

from web.plugins.guard import OPENER, POLICY, with_security

OURS = [(POLICY, b"default-src 'none'; frame-ancestors 'none'"), (OPENER, b"same-origin")]
STRICT = b"sandbox; default-src 'none'; img-src data:"


def test_a_sandbox_stays_without_an_opener_policy() -> None:
    given = [(b"content-type", b"text/html"), (b"Content-Security-Policy", STRICT)]
    assert dict(with_security(given, OURS)) == {b"content-type": b"text/html", POLICY: STRICT}


@pytest.mark.parametrize(
    "policy", [b"default-src *", b"sandbox allow-scripts; default-src 'none'", b"sandbox", b""]
)
def test_any_other_policy_gives_way_to_ours(policy: bytes) -> None:
    given = [(POLICY, policy), (b"x-frame-options", b"x"), (OPENER, b"unsafe-none")]
    assert with_security(given, OURS) == [(b"x-frame-options", b"x"), *OURS]


def test_of_two_policies_only_the_sandbox_is_sent() -> None:
    given = [(POLICY, b"default-src *"), (POLICY, STRICT), (POLICY, STRICT + b"; x")]
    assert [value for name, value in with_security(given, OURS) if name == POLICY] == [STRICT]
