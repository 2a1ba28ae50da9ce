"""The clock is passed in. Only commands and the spider fall back to the machine's clock."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Now, by the machine's clock, in UTC."""
    return datetime.now(UTC)
