"""The one list of pager addresses: which name a later page of a listing, and which page.

A walk goes from each page of a listing to the next and stops when nothing is new. So links of a
pager are neither sections nor articles.
"""

import re
from functools import lru_cache

from portals.languages import any_word

# Names of parameters that count pages, and the words of paths ("/page-2", "/trang-2", "/seite/2").
PAGE_WORDS = any_word(lambda it: it.addresses.page)
PAGE_NAMES = rf"{PAGE_WORDS}|paged|page_?index|page_?no|(?:\w+%5B)?current_?page(?:%5D)?"
# A path's number ends the path: "/seite/438312/name.html" holds the number of an article.
_IN_PATH = rf"/{PAGE_WORDS}[/-](?P<in_path>\d{{1,5}})(?=/?(?:$|[?&])|\.)"
_LATER_PAGE = re.compile(rf"[?&](?:{PAGE_NAMES})=(?P<number>\d{{1,5}})(?=$|[&/.])|{_IN_PATH}", re.I)
# Scripts also use these names for articles and menus, so they count only beside pager parameters.
_SHORT_NAME = re.compile(r"[?&]pg?=(?P<number>\d{1,4})(?=$|[&/.])", re.I)
# The same for a number in the middle of a path: "/page/2/tin.html" may be an article.
_AMID_PATH = re.compile(rf"/{PAGE_WORDS}[/-](?P<number>\d{{1,4}})(?=/)", re.I)
# The number of entries before a page, on portals that count entries (SPIP, Joomla).
_ENTRIES_BEFORE = re.compile(
    r"[?&](?:debut_\w+|limitstart|start|offset)=(?P<number>\d{1,5})(?=$|&)", re.I
)
CHECKSUM = re.compile(r"[?&]cHash=\w+")  # TYPO3's, of an address's other parameters


@lru_cache(maxsize=16_384)  # a portal's pages repeat the same two hundred links
def is_later_page(url: str) -> bool:
    """Whether an address can only be a later page of a listing."""
    return _LATER_PAGE.search(url) is not None or _ENTRIES_BEFORE.search(url) is not None


def may_be_later_page(url: str) -> bool:
    """The same, or an address with a short parameter that may count pages (`?p=2`)."""
    return is_later_page(url) or _SHORT_NAME.search(url) is not None


@lru_cache(maxsize=16_384)
def page_number(url: str) -> int | None:
    """The number in an address that may count pages, as the server counts (some start at 0)."""
    found = _LATER_PAGE.search(url)
    if found is not None:
        return int(found["number"] or found["in_path"])
    unsure = _SHORT_NAME.search(url) or _AMID_PATH.search(url)
    return None if unsure is None else int(unsure["number"])


def entries_before(url: str) -> int | None:
    """How many entries an address passes over, for portals that count entries."""
    found = _ENTRIES_BEFORE.search(url)
    return None if found is None else int(found["number"])


@lru_cache(maxsize=16_384)
def without_number(url: str) -> str:
    """An address without its page or entry count: the same for all pages of a listing."""
    for pattern in (_LATER_PAGE, _SHORT_NAME, _AMID_PATH, _ENTRIES_BEFORE, CHECKSUM):
        url = pattern.sub("", url)
    rest = url.rstrip("/?")
    return rest if "?" in rest else rest.replace("&", "?", 1)
