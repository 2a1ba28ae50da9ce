"""Now. Pages tell how long ago something was, so they read the machine's clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)
