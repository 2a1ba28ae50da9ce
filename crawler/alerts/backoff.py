"""When to try again to tell something that was not taken. Pure."""

from datetime import datetime, timedelta

# It never gives up: what was not told waits, and after a day the operator hears of it.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
OVERDUE = timedelta(days=1)
LONGEST = timedelta(hours=24)  # that a receiver may ask for, too


def next_attempt(attempts: int, now: datetime, not_before: datetime | None = None) -> datetime:
    """When to try again after so many failed attempts: later if the receiver asked for that."""
    usual = now + PAUSES[min(attempts, len(PAUSES)) - 1]
    return max(usual, not_before or usual)


def is_due(next_attempt_at: datetime, now: datetime) -> bool:
    """Whether to try now. No pause is longer than a day: then the clock was set back."""
    return not now < next_attempt_at <= now + LONGEST
