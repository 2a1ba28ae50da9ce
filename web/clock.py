"""Instants: now, by the machine's clock, and stored ones on the clocks of zones."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

# What an odd instant or zone raises; ZoneInfoNotFoundError is a KeyError.
UNTOLD = (ValueError, OSError, KeyError, OverflowError)


def now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def in_zone(at: str, zone: str) -> datetime | None:
    """A stored instant (UTC, if it has no offset) on the clock of a zone; None if either is odd."""
    try:
        moment = datetime.fromisoformat(at)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(ZoneInfo(zone))
    except UNTOLD:
        return None
