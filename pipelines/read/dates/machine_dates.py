"""Machine dates: in meta elements, datetime attributes, feeds, sitemaps and addresses. d/m/Y is
never guessed.
"""

import re
from datetime import UTC, date, datetime, time, timezone
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipelines.read.dates.printed_date import (
    PrintedDate,
    calendar_day,
    dated,
    dated_instant,
    offset,
)

# RFC 5322, section 3.3: the names in every mail, feed and HTTP header, whatever its language.
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_MACHINE_DATE = 64  # "Wednesday, 08-Jul-2020 08:33:00 +0700" has 37 characters

TIME = r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
# ISO 8601 as the W3C's profile narrows it (https://www.w3.org/TR/NOTE-datetime). Portals also write
# a blank for T, and an offset without a colon.
ISO = re.compile(
    rf"(?P<year>\d{{4}})-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:[Tt ]\s?{TIME}"
    r"\s?(?P<zone>[Zz]|(?P<sign>[+-])(?P<hours>\d\d)(?::?(?P<minutes>\d\d))?)?)?)?",
    re.ASCII,
)
# NukeViet writes PHP's date('Y-m-dTH:i:s'), where T is the zone: "2020-07-08+0708:33:00".
GLUED = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>)"
    + TIME,
    re.ASCII,
)
# RFC 2822, section 3.3, as RSS 2.0 uses it. Of zones by name only UTC is read: the American ones of
# RFC 822 have no business on these portals.
MAIL = re.compile(
    rf"(?:(?P<weekday>{'|'.join(WEEKDAYS)})[a-z]*,?\s+)?"
    r"(?P<day>\d{1,2})[\s-](?P<month>[a-z]{3})[a-z]*[\s-](?P<year>\d{4})"
    rf"(?:\s+{TIME}(?:\s*(?P<zone>z|gmt|utc?|(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)))?)?",
    re.ASCII | re.IGNORECASE,
)
# Seconds or milliseconds, from 2001-09-09 on. The leading 1 rules out telephone numbers such as
# 0912345678.
EPOCH = re.compile(r"(?P<seconds>1\d{9})(?:\d{3})?", re.ASCII)

# Two makers of portals put the day into the path. Two others put a time into the article's number:
# its creation, some minutes before publication.
URL_FOLDER = re.compile(
    r"/portal/pages/(?P<raw>(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2}))/",
    re.ASCII | re.IGNORECASE,
)
URL_WORDPRESS = re.compile(
    r"/(?P<raw>(?P<year>(?:19|20)\d\d)/(?P<month>\d\d)/(?P<day>\d\d))/[^/.]+(?:\.html?)?/?$",
    re.ASCII,
)
URL_EPOCH = re.compile(r"[^/]-(?P<raw>1\d{9})\.html?$", re.ASCII)
# A number of the site (its last figures may be the century), then yymmddHHMMSS and milliseconds,
# from 2005 to 2049.
URL_STAMP = re.compile(
    r"[^/]-(?P<raw>\d{1,3}(?P<year>0[5-9]|[1-4]\d)(?P<month>\d\d)(?P<day>\d\d)"
    r"(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)\d{3})\.html?$",
    re.ASCII,
)


def read_machine_date(text: str, *, zone: ZoneInfo) -> PrintedDate | None:
    """A whole value in ISO 8601, RFC 2822, NukeViet's glued form, or the epoch in 10 or 13 figures.

    None for any other text. A value without an offset is in the portal's zone. Years from 1990 to
    2099 are accepted: a caller with a clock refuses the future (`printed_date.last_day`).
    """
    value = text.strip()
    if not 7 <= len(value) <= LONGEST_MACHINE_DATE:
        return None
    try:
        if value.isdigit():
            return _from_epoch(value, zone=zone)
        if found := ISO.fullmatch(value) or GLUED.fullmatch(value):
            return _from_fields(found, month=int(found["month"]), zone=zone)
        if found := MAIL.fullmatch(value):
            return _from_mail(found, zone=zone)
    except ValueError:  # the shape is right, but that day, hour or zone does not exist
        return None
    return None


def day_written(text: str) -> date | None:
    """The day in an ISO 8601 value, in the zone it was written in; None for any other text."""
    found = ISO.fullmatch(text.strip())
    try:
        if found and found["day"]:
            return calendar_day(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        pass
    return None


def moment_written(text: str) -> datetime | None:
    """The instant of a value that gives its offset from UTC in figures, in that offset, or None."""
    value = text.strip()
    found = ISO.fullmatch(value) or MAIL.fullmatch(value)
    read = read_machine_date(value, zone=ZoneInfo("UTC"))
    if found is None or not found["sign"] or read is None or read.at is None:
        return None
    return read.at.astimezone(_printed_zone(found))


def date_in_url(url: str, *, zone: ZoneInfo) -> PrintedDate | None:
    """The date in the path of an article's address, or None; an ordinary number never counts.

    `raw` holds the figures alone.
    """
    try:
        path = urlsplit(url).path
        if found := URL_FOLDER.search(path) or URL_WORDPRESS.search(path):
            day = calendar_day(int(found["year"]), int(found["month"]), int(found["day"]))
            return dated(day, None, zone=zone, raw=found["raw"])
        if found := URL_EPOCH.search(path):
            return _from_epoch(found["raw"], zone=zone)
        if found := URL_STAMP.search(path):
            return _from_stamp(found, zone=zone)
    except ValueError:  # not an address, or figures that only look like a date
        return None
    return None


def _from_fields(found: re.Match[str], *, month: int, zone: ZoneInfo) -> PrintedDate:
    year, raw = int(found["year"]), found[0]
    if found["day"] is None:
        return PrintedDate(calendar_day(year, month, 1), None, "month", None, raw)
    day = calendar_day(year, month, int(found["day"]))
    if found["hour"] is None:
        return dated(day, None, zone=zone, raw=raw)
    return dated(day, _time_of_day(found), zone=zone, raw=raw, printed_zone=_printed_zone(found))


def _from_mail(found: re.Match[str], *, zone: ZoneInfo) -> PrintedDate:
    month = MONTHS.index(found["month"].lower()) + 1
    day = calendar_day(int(found["year"]), month, int(found["day"]))
    if found["weekday"] and WEEKDAYS.index(found["weekday"].lower()) != day.weekday():
        raise ValueError("the weekday is not that day's")
    return _from_fields(found, month=month, zone=zone)


def _from_epoch(digits: str, *, zone: ZoneInfo) -> PrintedDate:
    found = EPOCH.fullmatch(digits)
    if found is None:
        raise ValueError("not a count of seconds since 1970 that a portal could print")
    at = datetime.fromtimestamp(int(found["seconds"]), tz=UTC)
    return dated_instant(at, zone=zone, raw=digits)


def _from_stamp(found: re.Match[str], *, zone: ZoneInfo) -> PrintedDate:
    day = calendar_day(2000 + int(found["year"]), int(found["month"]), int(found["day"]))
    return dated(day, _time_of_day(found), zone=zone, raw=found["raw"])


def _time_of_day(found: re.Match[str]) -> time:
    return time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))


def _printed_zone(found: re.Match[str]) -> timezone | None:
    fields = found.groupdict()
    if fields["sign"]:
        return offset(fields["sign"], int(fields["hours"]), int(fields["minutes"] or 0))
    return UTC if fields.get("zone") else None
