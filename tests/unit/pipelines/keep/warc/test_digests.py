"""Digests in every spelling that tools use."""

import base64
import hashlib

import pytest

from pipelines.keep.warc.digests import parse_digest

BODY = "Xã Suối Rút".encode()
SHA1 = hashlib.sha1(BODY, usedforsecurity=False)
SHA256 = hashlib.sha256(BODY)
BASE32 = base64.b32encode(SHA1.digest()).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"sha1:{BASE32}",
        f"SHA-1:{BASE32.lower()}",
        f"sha1:{SHA1.hexdigest()}",
        BASE32,  # as in a CDX file
        SHA1.hexdigest().upper(),
        f" sha1:{base64.b64encode(SHA1.digest()).decode()} ",
        f"sha256:{SHA256.hexdigest()}",
        f"sha-256:{base64.b32encode(SHA256.digest()).decode()}",
        f"sha256:{base64.urlsafe_b64encode(SHA256.digest()).decode().rstrip('=')}",
        f"md5:{hashlib.md5(BODY, usedforsecurity=False).hexdigest()}",
        f"sha512:{hashlib.sha512(BODY).hexdigest()}",
    ],
)
def test_a_digest_is_known_in_each_spelling(text: str) -> None:
    found = parse_digest(text)
    assert found is not None
    assert found.fits(BODY)
    assert not found.fits(BODY + b".")
    assert parse_digest(str(found)) == found


@pytest.mark.parametrize(
    "text", [None, "", "sha1:", "sha1:-", "crc32:1234", "blake2b:" + 64 * "a", "sha1:" + 40 * "g"]
)
def test_what_is_no_digest_says_nothing(text: str | None) -> None:
    assert parse_digest(text) is None
