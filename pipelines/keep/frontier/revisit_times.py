"""When an address is asked for again: pure arithmetic on what is known of it, no clock.

News changes while it is young, so an article is seen again after half the time that it has been out: daily in its first days, then ever more rarely, each
quarter for good. A site whose articles change more often than most is looked at sooner, one whose articles stand is left longer. An address that is gone is
looked at again, because a portal that is being mended may deny everything for a day.
"""

from datetime import date, datetime, time, timedelta

SOONEST = timedelta(days=1)
RAREST = timedelta(days=90)
RETRY_FIRST = timedelta(minutes=15)
RETRY_MOST = timedelta(hours=24)

WORTH = 20  # looks for each change that is found: what the tempo aims at, and the weight of not knowing yet
SLOWEST, QUICKEST = 4.0, 0.25
REMEMBERED = 200  # looks; then both counts are halved, so that a site's old ways are forgotten

LATEST_EDITS = 10  # one of so many articles may have been edited since we saw it; where a sitemap says so of more, its lastmod is no time of an edit
VAIN_EDITS = (
    2  # after so many looks in a row that found nothing, an address's lastmod is not believed
)


def tempo(looks: int, changes: int) -> float:
    """How much longer (above 1) or shorter a site's intervals are than the usual ones, from how many looks at held articles found how many changes."""
    return min(max((looks + WORTH) / (WORTH * (changes + 1)), QUICKEST), SLOWEST)


def article_again(
    published: date | None, first_seen_at: datetime, at: datetime, *, tempo: float = 1.0
) -> datetime:
    """When an article that was seen at `at` is due again."""
    out_since = (
        first_seen_at
        if published is None
        else min(first_seen_at, datetime.combine(published, time(), at.tzinfo))
    )
    return at + min(max((at - out_since) / 2 * tempo, SOONEST), RAREST)


def edits_believed(edited: int, of: int) -> bool:
    """Whether a sitemap can be right that `edited` of the `of` articles known were edited after they were last seen."""
    return edited <= max(1, of // LATEST_EDITS)


def gone_again(failures: int, at: datetime) -> datetime:
    """When an address that has been gone `failures` times in a row is looked at again: after a day, then after twice as long each time."""
    return at + min(SOONEST * (1 << min(failures - 1, 10)), RAREST)


def failing_again(failures: int, at: datetime) -> datetime:
    """When an address that has failed `failures` times in a row is tried again."""
    return at + min(RETRY_FIRST * (1 << min(failures - 1, 10)), RETRY_MOST)
