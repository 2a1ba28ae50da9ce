"""The public key of an article, made of its canonical address alone."""

import base64
import hashlib
import re

KEY = re.compile(r"[a-z2-7]{16}")

_SCHEME_AND_WWW = re.compile(r"https?://(?:www\.)?")


def article_key(url: str) -> str:
    """The key of the article at a canonical address: 16 letters and digits, a to z and 2 to 7.

    The first 80 bits of the SHA-256 of the address without its scheme and a leading "www.", in
    base32 (RFC 4648) and lower case. So a key survives a portal's move to https, and is the same in
    every archive. People quote keys outside the archive: never change this
    (docs/decisions/61-a-key-made-of-the-address.md).
    """
    start = _SCHEME_AND_WWW.match(url)
    bare = url[start.end() :] if start else url
    return base64.b32encode(hashlib.sha256(bare.encode()).digest()[:10]).decode().lower()
