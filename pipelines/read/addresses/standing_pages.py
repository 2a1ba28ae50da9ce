"""Addresses of pages without news: front pages, and standing pages such as "about us"."""

import re
from urllib.parse import urlsplit

from portals.languages import any_of, every

HOME = any_of(every(lambda language: language.addresses.home))
FRONT = re.compile(
    rf"/(?:(?:index|default|{HOME})(?:\.\w+)?|web/guest(?:/home)?|portal"
    rf"|pages/(?:default|{HOME})\.aspx)?/?",
    re.I,
)
STANDING = any_of(every(lambda language: language.addresses.standing)).replace(r"\*", r"[\w-]*")
STANDING_PAGE = re.compile(rf"/{STANDING}(?:/|\.\w+$|$)", re.I)


def is_front_page(url: str) -> bool:
    """Whether an address is a front page, by its path and without any parameter."""
    parts = urlsplit(url)
    return not parts.query and FRONT.fullmatch(parts.path) is not None


def is_standing_page(url: str) -> bool:
    """Whether an address is a standing page, or below one."""
    parts = urlsplit(url)
    wanted = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return STANDING_PAGE.search(wanted) is not None
