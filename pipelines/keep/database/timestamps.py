"""Instants as archive.db stores them: UTC, ISO 8601, ending in Z.

Each column keeps one precision, so that the texts sort in the order of time.
"""

from datetime import UTC, datetime


def utc_text(instant: datetime) -> str:
    """The time of an action of ours, to the millisecond: `2020-07-10T01:33:00.000Z`.

    Raises ValueError for an instant without a zone.
    """
    return _text(instant, "milliseconds")


def utc_text_in_seconds(instant: datetime | None) -> str | None:
    """The time that a portal states for something, to the second: `2020-07-10T01:33:00Z`."""
    return None if instant is None else _text(instant, "seconds")


def parse_utc(text: str) -> datetime:
    """The instant of a stored text."""
    return datetime.fromisoformat(text)


def _text(instant: datetime, precision: str) -> str:
    if instant.tzinfo is None:
        raise ValueError(f"{instant}: an instant needs a zone")
    return instant.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
