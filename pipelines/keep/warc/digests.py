"""Digests as WARC files write them: `sha1:BASE32`, `sha256:hex` and other spellings."""

import hashlib
from base64 import b32decode, b64decode
from dataclasses import dataclass

ALGORITHMS = ("md5", "sha1", "sha256", "sha512")
BY_LENGTH = {32: "sha1", 40: "sha1", 64: "sha256"}  # of a value that names no algorithm


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest: one of ALGORITHMS, and its bytes."""

    algorithm: str
    value: bytes

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.value.hex()}"

    def fits(self, content: bytes) -> bool:
        """Whether it is the digest of these bytes."""
        found = hashlib.new(self.algorithm, content, usedforsecurity=False)
        return found.digest() == self.value


def parse_digest(text: str | None) -> Digest | None:
    """The digest that a field names, in hex, base32 or base64; None if it names none that we know.

    WARC fixes neither algorithm nor spelling (ISO 28500:2017, 5.8).
    """
    label, colon, value = (text or "").strip().rpartition(":")
    algorithm = label.lower().replace("-", "") if colon else BY_LENGTH.get(len(value), "")
    if algorithm not in ALGORITHMS:
        return None
    value = value.rstrip("=")
    size = hashlib.new(algorithm, usedforsecurity=False).digest_size
    try:
        if len(value) == 2 * size:
            return Digest(algorithm, bytes.fromhex(value))
        padded = value + "=" * (-len(value) % 8)
        if len(value) == (8 * size + 4) // 5:
            return Digest(algorithm, b32decode(padded, casefold=True))
        if len(value) == (8 * size + 5) // 6:
            return Digest(algorithm, b64decode(padded[: len(value) + -len(value) % 4], b"-_"))
    except ValueError:
        return None
    return None
