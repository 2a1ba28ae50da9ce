"""The articles that a listing names, as a set small enough to keep and to compare."""

from collections.abc import Iterable
from hashlib import blake2b

from pipelines.read.addresses.family_rules import link_identity
from pipelines.read.reading import Link
from portals.platform import Platform

# Bytes of a name: among a million articles of a site, the chance of any collision is one in 40
# million.
SIZE = 8


def name_of(identity: str) -> bytes:
    """The name of an article, from its identity if it has one, else from its address."""
    return blake2b(identity.encode(), digest_size=SIZE).digest()


def listed_names(links: Iterable[Link], platform: Platform) -> bytes:
    """The names of the articles among the links, each once, sorted and joined: equal bytes mean
    equal sets.
    """
    urls = [link.url for link in links if link.kind == "article"]
    return b"".join(sorted({name_of(link_identity(url, platform) or url) for url in urls}))


def unpacked(names: bytes) -> frozenset[bytes]:
    """The names one by one."""
    return frozenset(names[start : start + SIZE] for start in range(0, len(names), SIZE))
