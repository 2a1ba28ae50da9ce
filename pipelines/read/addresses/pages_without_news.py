"""Addresses of pages without news: front pages, standing pages such as "about us", events.

The one list of the words under which portals keep their events and calendars.
"""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from pipelines.read.text.clean_text import fold
from portals.languages import any_word

LONGEST_NAME = 40  # characters of a standing page's title
_HOME = any_word(lambda it: it.addresses.home)
_FRONT = re.compile(
    rf"/(?:(?:index|default|{_HOME})(?:\.\w+)?|web/guest(?:/home)?|portal"
    rf"|pages/(?:default|{_HOME})\.aspx)?/?",
    re.I,
)
_STANDING = any_word(lambda it: it.addresses.standing).replace(r"\*", r"[\w-]*")
# Deeper down, such a folder holds news too (/about/blog/2031/spring-fair).
_STANDING_PAGE = re.compile(rf"/{_STANDING}(?:\.\w+)?(?:/[^/]*)?$", re.I)
_CALENDARS = any_word(lambda it: it.addresses.calendars)
_EVENTS = any_word(lambda it: it.addresses.events)
CALENDAR_SEGMENT = re.compile(rf"{_CALENDARS}(?:-\w+)*", re.I)
# Pages of single events follow these too (/events/2031/05/spring-fair).
EVENTS_SEGMENT = re.compile(rf"{_EVENTS}|{_CALENDARS}(?:-\w+)*", re.I)


@lru_cache(maxsize=16_384)
def is_front_page(url: str) -> bool:
    """Whether an address is a front page, by its path and without any parameter."""
    parts = urlsplit(url)
    return not parts.query and _FRONT.fullmatch(parts.path) is not None


def is_standing_page(url: str) -> bool:
    """Whether an address is a standing page, or right below one."""
    parts = urlsplit(url)
    wanted = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return _STANDING_PAGE.search(wanted.rstrip("/")) is not None


def is_standing_title(title: str) -> bool:
    """Whether a short title is the name of a standing page ("Giới thiệu chung")."""
    slug = "-".join(fold(title).split())
    return len(slug) <= LONGEST_NAME and _STANDING_PAGE.search(f"/{slug}") is not None


def is_below_events(url: str) -> bool:
    """Whether an address leads through a folder of events or a calendar (/termine/herbstfest)."""
    return any(map(EVENTS_SEGMENT.fullmatch, urlsplit(url).path.split("/")[:-1]))
