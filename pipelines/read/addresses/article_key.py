"""The public key of an article, made of its canonical address alone."""

import base64
import hashlib
import re

KEY = re.compile(r"[a-z2-7]{16}")


def article_key(url: str) -> str:
    """The key of the article at a canonical address: 16 letters and digits, a to z and 2 to 7.

    The first 80 bits of the SHA-256 of the address without its scheme and a leading "www.", in
    base32 (RFC 4648) and lower case. So a key survives a portal's move to https, and is the same in
    every archive. People quote keys outside the archive: never change this
    (docs/decisions/61-a-key-made-of-the-address.md).
    """
    bare = url.removeprefix("http://").removeprefix("https://").removeprefix("www.")
    return base64.b32encode(hashlib.sha256(bare.encode()).digest()[:10]).decode().lower()
