"""Finds the time zone of a portal, by its country and by the UTC offsets in machine-readable times.

The words it returns name any doubt.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from portals.countries import country_of_host, main_zone, zones_of
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
    the host's ending. Without a country the offsets decide. Without any evidence, a portal in no
    known language gets the default zone; any other gets UTC, which shifts no time that is written
    in UTC. Times in UTC prove nothing, because machines write them everywhere.
    """
    written = [moment for moment in moments if moment.utcoffset()]
    by_host = country_of_host(host)
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
        country, named = by_host, f"which {host} names"
    if country is not None:
        return _in_country(country, named, written)
    for zone, why in (
        (DEFAULTS.timezone, "the default"),
        (
            main_zone(known.likely_country if known else None),
            f"that of a country where {language} is written",
        ),
    ):
        if zone is not None and written and not _contrary(written, zone):
            return zone, f"no page names its country; {why}{_agreement(written, zone)}"
    zone, why = (
        (DEFAULTS.timezone, "this is the default") if language is None else ("UTC", "CHECK IT")
    )
    return (
        zone,
        f"not found out: neither pages nor host name a country; {why}{_agreement(written, zone)}",
    )


def _in_country(country: str, named: str, written: Sequence[datetime]) -> tuple[str, str]:
    zones, main = zones_of(country), main_zone(country)
    count = len(zones)
    if len(zones) == 1:
        return zones[0], f"the one zone of {country}, {named}{_agreement(written, zones[0])}"
    if main is not None and not _contrary(written, main):
        return (
            main,
            f"the main one of {count} zones of {country}, {named}{_agreement(written, main)}",
        )
    fitting = [zone for zone in zones if not _contrary(written, zone)]
    if not fitting:
        first = main or zones[0]
        return (
            first,
            f"one of {count} zones of {country}, {named}; none fits{_agreement(written, first)}",
        )
    sure = written and len(fitting) == 1
    how = (
        f"the only one that fits the offsets of {len(written)} times"
        if sure
        else f"one of {len(fitting)} that fit; CHECK IT"
    )
    return fitting[0], f"one of {count} zones of {country}, {named}: {how}"


def _contrary(written: Collection[datetime], zone: str) -> list[datetime]:
    """The moments with another offset than the zone's at that time."""
    return [
        moment
        for moment in written
        if moment.astimezone(ZoneInfo(zone)).utcoffset() != moment.utcoffset()
    ]


def _agreement(written: Sequence[datetime], zone: str) -> str:
    contrary = _contrary(written, zone)
    if contrary:
        offsets = ", ".join(sorted({f"{moment:%z}" for moment in contrary}))
        count = f"{len(contrary)} of {len(written)} times on the pages"
        return f"; CHECK IT: {count} have the offset {offsets}, which differs"
    return f"; the offsets of {len(written)} times agree" if written else ""
