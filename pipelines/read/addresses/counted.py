"""Addresses that differ by one number: the pages of a listing, whatever counts them.

`/tin?idx=2` and `/tin?idx=3` are one address but for a number, and so are `/archives/P2.html` and
`/archives/P3.html`. What is left without the number is the address of the listing itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from pipelines.read.addresses.canonical import without_parameters
from pipelines.read.addresses.pagers import CHECKSUM, PAGE_WORDS
from pipelines.read.addresses.trap_shapes import DAYS

MARK = "\0"  # stands for the number
# What a path shows beside its number: "/trang/2", "/page-2", "-p2", "P2.html".
_IN_PATH = re.compile(rf"/{PAGE_WORDS}/{MARK}(?=/|$)|(?:/|[-_])(?:[a-z]{{0,6}}[-_]?){MARK}", re.I)
_INDEX = re.compile(r"/(?:index|default)\.\w+$", re.I)
# Not a year: archives have those.
_NUMBER = re.compile(r"(?<![\d%])(?<!%[\da-f])(?!(?:19|20)\d\d(?!\d))\d{1,5}(?!\d)", re.I)


@dataclass(frozen=True, slots=True)
class Counted:
    """An address with one of its numbers taken out. Equal shapes count the same thing."""

    shape: str
    number: int


@lru_cache(maxsize=16_384)
def counts_of(url: str) -> tuple[Counted, ...]:
    """The numbers in an address that may count pages; none that names a day, month or year."""
    return tuple(_counts(CHECKSUM.sub("", url)))


def _counts(url: str) -> Iterator[Counted]:
    parts = urlsplit(url)
    begin = len(url) - len(parts.path) - (len(parts.query) + 1 if parts.query else 0)
    for found in _NUMBER.finditer(url, begin):
        name = re.split(r"[?&]", url[: found.start()])[-1].partition("=")[0].lower()
        if "?" not in url[: found.start()] or name not in DAYS:
            yield Counted(url[: found.start()] + MARK + url[found.end() :], int(found[0]))


def number_in(url: str, shape: str) -> int | None:
    """The number that an address of a shape has there; None if it is of another shape."""
    return next((one.number for one in counts_of(url) if one.shape == shape), None)


@lru_cache(maxsize=4096)
def counts_pages_of(shape: str, url: str) -> bool:
    """Whether the addresses of a shape may be the later pages of this one: it is one of them, or
    what is left without the number, and perhaps without parameters that a pager adds.
    """
    if number_in(url, shape) is not None:
        return True
    path, own = _path(url), frozenset(filter(None, urlsplit(url).query.split("&")))
    bare = without_parameters(shape, lambda one: MARK in one)
    return own <= frozenset(urlsplit(bare).query.split("&")) and path in (
        _path(bare),
        _path(_IN_PATH.sub("", bare)),
    )


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc + _INDEX.sub("", parts.path).rstrip("/")
