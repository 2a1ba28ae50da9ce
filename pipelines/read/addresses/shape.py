"""The shape of an address: what a portal's pages of one kind have in common."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

_NUMBER = re.compile(r"\d+")


@lru_cache(maxsize=16_384)
def shape_of(url: str) -> str:
    """The shape of an address: without its numbers, the words of its last segment and the order of
    its parameters.
    """
    parts = urlsplit(url)
    folder, _, last = parts.path.rpartition("/")
    name, dot, ending = last.rpartition(".")
    slug = (name or last) if dot else last
    if "-" in slug or "_" in slug:
        last = f"*.{ending}" if dot else "*"
    query = "&".join(sorted(_NUMBER.sub("#", one) for one in parts.query.split("&") if one))
    return f"{_NUMBER.sub('#', folder)}/{_NUMBER.sub('#', last)}?{query}".lower()
