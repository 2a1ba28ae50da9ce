"""When an address is asked for again: pure arithmetic on what is known of it, no clock.

News changes while it is young, so an article is seen again after half the time that it has been out: daily in its first days, then ever more rarely, each
quarter for good. An address that is gone is looked at again, because a portal that is being mended may deny everything for a day.
"""

from datetime import date, datetime, time, timedelta

SOONEST = timedelta(days=1)
RAREST = timedelta(days=90)
RETRY_FIRST = timedelta(minutes=15)
RETRY_MOST = timedelta(hours=24)


def article_again(published: date | None, first_seen_at: datetime, at: datetime) -> datetime:
    """When an article that was seen at `at` is due again."""
    out_since = first_seen_at if published is None else min(first_seen_at, datetime.combine(published, time(), at.tzinfo))
    return at + min(max((at - out_since) / 2, SOONEST), RAREST)


def gone_again(failures: int, at: datetime) -> datetime:
    """When an address that has been gone `failures` times in a row is looked at again: after a day, then after twice as long each time."""
    return at + min(SOONEST * (1 << min(failures - 1, 10)), RAREST)


def failing_again(failures: int, at: datetime) -> datetime:
    """When an address that has failed `failures` times in a row is tried again."""
    return at + min(RETRY_FIRST * (1 << min(failures - 1, 10)), RETRY_MOST)
