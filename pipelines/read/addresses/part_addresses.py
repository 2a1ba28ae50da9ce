"""What the address of a later page of an article adds to that of the first: `?trang=2`, `/page/2`,
`-p2.html`, `/2/`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from pipelines.read.addresses.pagers import PAGE_NAMES, PAGE_WORDS

MOST_PARTS = 50  # of one article that are read; more are an endless pager, not an article

# `named`: a word says that it counts pages. `child`: a number below the article's own address.
# `bare`: only a number in its last segment, which other articles have too ("thong-bao-2").
MarkKind = Literal["named", "child", "bare"]

_PARAMETER = re.compile(rf"(?<=[?&])(?:{PAGE_NAMES}|pg?)=(?P<number>\d{{1,3}})(?:&|$)", re.I)
# A number at the end of the last segment, behind a sign (`-p2`, `_2`), or a segment of its own.
_AT_END = re.compile(
    rf"(?:(?P<child>/(?:{PAGE_WORDS}[/-])?)|(?P<joint>[-_,.;~](?:(?:{PAGE_WORDS}|pg?)[-_]?)?))"
    r"(?P<number>\d{1,3})(?P<end>(?:\.[a-z]{3,5})?/?)(?P<query>$|\?.*)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class PartMark:
    """The page number in an address, as the server counts, and the address without it (`base`),
    which may be the first page's but for a slash at the end.
    """

    base: str
    number: int
    kind: MarkKind


def part_marks(url: str) -> Iterator[PartMark]:
    """All ways to read a canonical address as a later page of another one."""
    for kind, base, number in _readings(url):
        if (urlsplit(base).path.strip("/") or urlsplit(base).query) and number <= MOST_PARTS:
            yield PartMark(base, number, kind)


def _readings(url: str) -> Iterator[tuple[MarkKind, str, int]]:
    for match in _PARAMETER.finditer(url):
        base = (url[: match.start()] + url[match.end() :]).rstrip("?&")
        yield "named", base, int(match["number"])
    if (found := _AT_END.search(url)) is None:
        return
    before, number, end = found["child"] or found["joint"], int(found["number"]), found["end"]
    kind: MarkKind = "child" if found["child"] else "bare"
    if any(map(str.isalpha, before)):
        kind = "named"
    stem = url[: found.start()]
    kept = end if found["joint"] else "/" * end.endswith("/")
    yield kind, f"{stem}{kept}{found['query']}", number
    if found["child"] and "." in end:  # /name/trang-2.html, of /name.html
        yield kind, f"{stem}{end}{found['query']}", number


def slashless(url: str) -> str:
    """An address without a slash at its path's end, so that `/name/` and `/name` are one."""
    path, mark, query = url.partition("?")
    return f"{path.rstrip('/')}{mark}{query}"


def name_in(url: str) -> str:
    """The last segment of an address's path, without extension: its parts' addresses hold it too,
    unless only parameters tell them apart.
    """
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    name, _, extension = last.rpartition(".")
    return name if extension.isalpha() and 3 <= len(extension) <= 5 else last
