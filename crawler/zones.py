"""Which time zone a portal prints its times in: by its country, and by the offsets from UTC beside the times that machines are told. A doubt is told as one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from pipelines.health.calendars import countries_by_zone

# Languages that the administration of one country only writes.
COUNTRY_OF_LANGUAGE = {"vi": "VN"}
# Software says en-US where nobody said anything.
UNTOUCHED = "US"


def zone_of(language: str | None, region: str | None, moments: Sequence[datetime], *, usual: str) -> tuple[str, str]:
    """(IANA zone, how it was found, in words). `region`: the country that the pages name, by ISO 3166; `moments` bear the offset that they were written with.

    Times at UTC say nothing: that is how machines write. `usual` is the zone that is named where nothing tells one.
    """
    written = [moment for moment in moments if moment.utcoffset()]
    country = COUNTRY_OF_LANGUAGE.get(language or "") or (region if region != UNTOUCHED or written else None)
    zones = [zone for zone, of in countries_by_zone().items() if of == country]
    fitting = [zone for zone in zones if not _contrary(written, zone)]
    if len(zones) == 1:
        return zones[0], f"the one zone of {country}, {_named(language, region)}{_agreement(written, zones[0])}"
    if fitting:
        sure = written and len(fitting) == 1
        how = f"the only one that fits the offsets of {len(written)} times" if sure else f"one of {len(fitting)} that may be; CHECK IT"
        return fitting[0], f"of the {len(zones)} zones of {country}, {_named(language, region)}, {how}"
    if written and not _contrary(written, usual):
        return usual, f"no page names its country; the usual one{_agreement(written, usual)}"
    return usual, f"not found out: no page tells its country; this is the usual one{_agreement(written, usual)}"


def _named(language: str | None, region: str | None) -> str:
    return f"where {language} is written" if language in COUNTRY_OF_LANGUAGE else f"which the pages name ({language}-{region})"


def _contrary(written: Collection[datetime], zone: str) -> list[datetime]:
    """The moments whose offset is not the zone's at that time."""
    return [moment for moment in written if moment.astimezone(ZoneInfo(zone)).utcoffset() != moment.utcoffset()]


def _agreement(written: Sequence[datetime], zone: str) -> str:
    contrary = _contrary(written, zone)
    if contrary:
        offsets = ", ".join(sorted({f"{moment:%z}" for moment in contrary}))
        return f"; CHECK IT: {len(contrary)} of {len(written)} times on the pages are at {offsets}, which it is not"
    return f"; the offsets of {len(written)} times agree" if written else ""
