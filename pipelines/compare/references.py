"""Pairs the pictures and files of two versions, though their addresses may carry tokens."""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pipelines.compare.version import File, Picture

T = TypeVar("T")

_PICTURE_FILE = re.compile(
    r"\.(?:jpe?g|jfif|png|gif|webp|avif|svg|bmp|tiff?|heic)(?=/|$)", re.IGNORECASE
)
# RFC 3986, appendix B: of any text, even one that `urlsplit` refuses.
_ADDRESS = re.compile(r"(?:[^:/?#]+:)?(?://[^/?#]*)?([^?#]*)(?:\?([^#]*))?")
_SIZE = re.compile(r"-\d+x\d+(?=\.\w+$)")  # WordPress names the sizes of a picture so


@dataclass(frozen=True, slots=True)
class Pairs(Generic[T]):
    """What stays of two lists, as pairs, and what was lost and gained, in order."""

    kept: list[tuple[T, T]]
    lost: list[T]
    gained: list[T]


def paired_pictures(before: Sequence[Picture], after: Sequence[Picture]) -> Pairs[Picture]:
    """The pictures of two versions. The host of a picture and its size may change, and so may the
    query, if the path names a picture.
    """
    return _paired(before, after, (lambda one: one.url, lambda one: _picture_name(one.url)))


def paired_files(before: Sequence[File], after: Sequence[File]) -> Pairs[File]:
    """The files of two versions: those with equal bytes, then those with an equal address, path
    or name.
    """
    keys = (
        lambda one: one.sha256,
        lambda one: one.url,
        lambda one: _path_and_query(one.url)[0],
        lambda one: one.name,
    )
    return _paired(before, after, keys)


def is_swapped(before: File, after: File) -> bool:
    """Whether a file has other bytes than before; False where either is unknown."""
    known = before.sha256 is not None and after.sha256 is not None
    return known and before.sha256 != after.sha256


def _paired(
    before: Sequence[T], after: Sequence[T], keys: Sequence[Callable[[T], Hashable]]
) -> Pairs[T]:
    """Pair items by one key after another; None pairs with nothing."""
    partners: dict[int, int] = {}
    taken: set[int] = set()
    for key in keys:
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for place in reversed(range(len(after))):
            if place not in taken:
                waiting[key(after[place])].append(place)
        for place, one in enumerate(before):
            value = key(one)
            if place not in partners and value is not None and waiting[value]:
                partners[place] = waiting[value].pop()
                taken.add(partners[place])
    return Pairs(
        [(before[place], after[other]) for place, other in sorted(partners.items())],
        [one for place, one in enumerate(before) if place not in partners],
        [one for place, one in enumerate(after) if place not in taken],
    )


def _picture_name(url: str) -> str:
    path, query = _path_and_query(url)
    return _SIZE.sub("", path) if _PICTURE_FILE.search(path) else f"{path}?{query}"


def _path_and_query(url: str) -> tuple[str, str]:
    address = _ADDRESS.match(url)
    assert address is not None  # it matches any text
    return address[1], address[2] or ""
