"""The date in an article's address. An ordinary number is none."""

import re
from datetime import UTC, datetime, time
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipelines.read.dates.date_patterns import MONTHS
from pipelines.read.dates.printed_date import PrintedDate, calendar_day, dated, dated_instant

# Two makers of portals put the day into the path. Two others put a time into the article's number:
# its creation, some minutes before publication.
URL_FOLDER = re.compile(
    r"/portal/pages/(?P<raw>(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2}))/",
    re.ASCII | re.IGNORECASE,
)
URL_WORDPRESS = re.compile(
    r"/(?P<raw>(?P<year>(?:19|20)\d\d)/(?P<month>\d\d|[a-z]{3,9})/(?P<day>\d\d))"
    r"/[^/.]+(?:\.html?)?/?$",
    re.ASCII | re.IGNORECASE,
)
URL_EPOCH = re.compile(r"[^/]-(?P<raw>1\d{9})\.html?$", re.ASCII)
# A number of the site (its last figures may be the century), then yymmddHHMMSS and milliseconds,
# from 2005 to 2049.
URL_STAMP = re.compile(
    r"[^/]-(?P<raw>\d{1,3}(?P<year>0[5-9]|[1-4]\d)(?P<month>\d\d)(?P<day>\d\d)"
    r"(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)\d{3})\.html?$",
    re.ASCII,
)


def date_in_url(url: str, *, zone: ZoneInfo) -> PrintedDate | None:
    """The date in the path of an article's address, or None; an ordinary number never counts.

    `raw` holds the day alone, whose month may have its name.
    """
    try:
        path = urlsplit(url).path
        if found := URL_FOLDER.search(path) or URL_WORDPRESS.search(path):
            month = MONTHS.get(found["month"].lower()) or int(found["month"])
            day = calendar_day(int(found["year"]), month, int(found["day"]))
            return dated(day, None, zone=zone, raw=found["raw"])
        if found := URL_EPOCH.search(path):
            at = datetime.fromtimestamp(int(found["raw"]), tz=UTC)
            return dated_instant(at, zone=zone, raw=found["raw"])
        if found := URL_STAMP.search(path):
            day = calendar_day(2000 + int(found["year"]), int(found["month"]), int(found["day"]))
            clock = time(int(found["hour"]), int(found["minute"]), int(found["second"]))
            return dated(day, clock, zone=zone, raw=found["raw"])
    except ValueError:  # not an address, or figures that only look like a date
        return None
    return None
