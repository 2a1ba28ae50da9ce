"""The zone written behind a time of day: an offset in figures, or a name. A name shifts a day only
if its offset is sure.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from pipelines.read.dates.date_patterns import ZONES
from pipelines.read.dates.printed_date import offset

LONGEST_NAME = 5  # letters of an abbreviation
UTC_NAMES = frozenset({"z", "gmt", "utc", "ut", "etc/utc", "etc/gmt"})
# "+07:00", "GMT+7", "ICT", "+0700 (ICT)", "GMT+0700 (Indochina Time)", "+07:00[Asia/Ho_Chi_Minh]",
# "(GMT+7)", "+07:00Z".
_OFFSET = r"(?P<sign>[+-])\s?(?P<hours>\d{1,2})(?:[:.]?(?P<minutes>\d\d))?"
_ZONE = rf"(?P<name>[a-z]+(?:/[a-z_-]+)*)?\s?(?:{_OFFSET}\s?z?)?"
_BEHIND_TIME = re.compile(
    rf"\s?{_ZONE}\s?(?P<aside>[(\[][^()\[\]]{{1,40}}[)\]])?", re.ASCII | re.IGNORECASE
)
# "SE Asia Standard Time" (.NET), and an offset that lost its sign.
_UNSURE = re.compile(r"\s?(?:[A-Za-z.]+\s){1,4}Time|\s\d{4}", re.ASCII)


@lru_cache(maxsize=512)  # one program writes the same zone behind all of its dates
def written_zone(text: str, *, zone: ZoneInfo, year: int) -> tzinfo | None:
    """The zone in the text behind a time of day in that year; None if its offset is not sure.

    A name counts if it is UTC's, one of the portal's own zone (`EST` in New York), one in the
    languages' tables, or an IANA name. Other names are ambiguous or mere templates: RFC 822's `EST`
    stands in feeds of portals that never saw America. ValueError if the text is no zone.
    """
    bare = text.strip()
    alone = bare[:1] in ("(", "[")  # "(GMT+7)", "(giờ của máy chủ)"
    found = _BEHIND_TIME.fullmatch(bare[1:-1] if alone else text)
    if found is None:
        if alone or _UNSURE.fullmatch(text):
            return None
        raise ValueError("no zone")
    return _zone_in(found, zone=zone, year=year)


def _zone_in(found: re.Match[str], *, zone: ZoneInfo, year: int) -> tzinfo | None:
    name = found["name"]
    named = _named(name, zone=zone, year=year) if name else None
    if not found["sign"]:
        may_be_one = name and ("/" in name or (name.isupper() and len(name) <= LONGEST_NAME))
        if named is None and not may_be_one:
            raise ValueError("a word, not a zone")
        return named
    # "EST-7" may be POSIX's reversed sign, or two zones.
    figures = offset(found["sign"], int(found["hours"]), int(found["minutes"] or 0))
    return figures if not name or name.lower() in UTC_NAMES else None


def _named(name: str, *, zone: ZoneInfo, year: int) -> tzinfo | None:
    if name.lower() in UTC_NAMES:
        return UTC
    if "/" in name:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            return None
    return names_of(zone, year).get(name.upper()) or ZONES.get(name.lower())


@lru_cache(maxsize=512)
def names_of(zone: ZoneInfo, year: int) -> dict[str, timezone]:
    """The abbreviations of a zone in a year, such as CET and CEST, with their offsets."""
    moments = (datetime(year, month, 1, 12, tzinfo=zone) for month in range(1, 13))
    return {
        str(moment.tzname()).upper(): timezone(moment.utcoffset() or timedelta())
        for moment in moments
    }
