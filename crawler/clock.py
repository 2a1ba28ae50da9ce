"""The clock is passed in. Only the edges (commands, the spider) fall back to the machine's."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Now, by the machine's clock, in UTC."""
    return datetime.now(UTC)
