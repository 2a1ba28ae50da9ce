"""Lists that only repeat what sections name: by month, tag, author or search, their later pages and
their feeds.

A survey writes none of them into a site file.
"""

import re
from urllib.parse import urlsplit

from pipelines.read.addresses.pagers import is_later_page
from pipelines.read.addresses.trap_shapes import trap_reason
from pipelines.read.text.clean_text import fold
from pipelines.read.text.furniture_lines import ONWARD
from portals.languages import any_word

_KINDS = "|".join(
    (
        any_word(lambda it: it.addresses.tags),
        any_word(lambda it: it.addresses.authors),
        any_word(lambda it: it.addresses.searches),
    )
)
_FOLDER = re.compile(rf"/(?:{_KINDS})(?:\.\w+)?(?:[/?&]|$)", re.I)
_PARAMETER = re.compile(rf"(?:^|&)(?:{_KINDS}|[qs])=", re.I)
# A year, perhaps with a month and a day, as the end of a path or as a parameter's value.
_PERIOD = r"(?:19|20)\d\d(?:[-/]?(?:0?[1-9]|1[0-2]))?(?:[-/]\d{1,2})?"
_PERIOD_AT_END = re.compile(rf"/{_PERIOD}(?:\.\w+)?/?$")
_PERIOD_CHOSEN = re.compile(rf"(?:^|&)(?:\w+=|/?[\w/]*/)?{_PERIOD}(?:\.\w+)?/?(?:&|$)")
_FEED = re.compile(r"\.(?:rss|xml|rdf|atom)$|/(?:feed|rss)/?$", re.I)


def is_second_list(url: str) -> bool:
    """Whether an address can only be such a list's."""
    parts = urlsplit(url)
    return (
        is_later_page(url)
        or _FEED.search(url) is not None
        or trap_reason(url) == "calendar"
        or _FOLDER.search(f"{parts.path}?{parts.query}") is not None
        or _PARAMETER.search(parts.query) is not None
        or _PERIOD_AT_END.search(parts.path) is not None
        or _PERIOD_CHOSEN.search(parts.query) is not None
    )


def names_section(text: str) -> bool:
    """Whether the text of a link may name a section: a pager shows numbers, arrows or "next"."""
    words = " ".join(re.findall(r"[^\W_]+", fold(text)))
    return any(map(str.isalpha, text)) and ONWARD.fullmatch(words) is None
