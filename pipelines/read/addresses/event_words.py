"""Words of addresses under which portals keep their events and calendars: the one list."""

import re
from urllib.parse import urlsplit

from portals.languages import any_of, every

_CALENDARS = any_of(every(lambda language: language.addresses.calendars))
_EVENTS = any_of(every(lambda language: language.addresses.events))

CALENDAR_SEGMENT = re.compile(rf"{_CALENDARS}(?:-\w+)*", re.I)
# Pages of single events follow these too (/events/2031/05/spring-fair).
EVENTS_SEGMENT = re.compile(rf"{_EVENTS}|{_CALENDARS}(?:-\w+)*", re.I)
_IN_PATH = re.compile(rf"/(?:{_EVENTS}|{_CALENDARS})/", re.I)


def is_below_events(url: str) -> bool:
    """Whether an address leads through a folder of events or a calendar (/termine/herbstfest)."""
    return _IN_PATH.search(urlsplit(url).path) is not None
