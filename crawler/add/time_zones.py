"""Finds the time zone of a portal, by its country and by the UTC offsets in machine-readable times.

The words it returns name any doubt.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from portals.countries import UNKNOWN_ZONE, country_of_host, main_zone, zones_of
from portals.defaults import DEFAULTS
from portals.languages import languages

# Software declares en-US if nobody sets a language.
UNTOUCHED = "US"


def zone_of(
    language: str | None, region: str | None, moments: Sequence[datetime], *, host: str
) -> tuple[str, str]:
    """(IANA zone, how it was found, in words).

    `region` is the country that the pages name, by ISO 3166. `moments` keep the offset they were
    written with. The country follows from the language, else from the declared region, else from
    the host's ending. Without a country the offsets decide. Without evidence the zone is unknown.
    Times in UTC prove nothing, because machines write them everywhere.
    """
    written = [moment for moment in moments if moment.utcoffset()]
    country: str | None
    known = languages().get(language or "")
    if known is not None and known.country is not None:
        country, named = known.country, f"where {language} is written"
    elif zones_of(region) and (
        region != UNTOUCHED
        or (written and any(not _contrary(written, zone) for zone in zones_of(region)))
    ):
        country, named = region, f"which the pages name ({language}-{region})"
    else:
        country, named = country_of_host(host), f"which {host} names"
    if country is not None:
        return _in_country(country, named, written)
    likely = main_zone(known.likely_country if known else None)
    where_written = f"that of a country where {language} is written"
    for zone, why in ((DEFAULTS.timezone, "the default"), (likely, where_written)):
        if zone is not None and written and not _contrary(written, zone):
            return zone, f"no page names its country; {why}{_agreement(written, zone)}"
    why = "not found out: neither pages nor host name a country; CHECK IT"
    return UNKNOWN_ZONE, f"{why}{_agreement(written, UNKNOWN_ZONE)}"


def _in_country(country: str, named: str, written: Sequence[datetime]) -> tuple[str, str]:
    zones, main = zones_of(country), main_zone(country)
    all_zones = f"{len(zones)} zones of {country}, {named}"
    if len(zones) == 1:
        return zones[0], f"the one zone of {country}, {named}{_agreement(written, zones[0])}"
    if main is not None and not _contrary(written, main):
        return main, f"the main one of {all_zones}{_agreement(written, main)}"
    fitting = [zone for zone in zones if not _contrary(written, zone)]
    if not fitting:
        first = main or zones[0]
        return first, f"one of {all_zones}; none fits{_agreement(written, first)}"
    how = f"one of {len(fitting)} that fit; CHECK IT"
    if written and len(fitting) == 1:
        how = f"the only one that fits the offsets of {len(written)} times"
    return fitting[0], f"one of {all_zones}: {how}"


def _contrary(written: Sequence[datetime], zone: str) -> list[datetime]:
    """The moments with another offset than the zone's at that time."""
    there = ZoneInfo(zone)
    return [one for one in written if one.astimezone(there).utcoffset() != one.utcoffset()]


def _agreement(written: Sequence[datetime], zone: str) -> str:
    contrary = _contrary(written, zone)
    if contrary:
        offsets = ", ".join(sorted({f"{moment:%z}" for moment in contrary}))
        count = f"{len(contrary)} of {len(written)} times on the pages"
        return f"; CHECK IT: {count} have the offset {offsets}, which differs"
    return f"; the offsets of {len(written)} times agree" if written else ""
