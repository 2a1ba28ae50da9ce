"""When to request an address again: pure arithmetic, no clock.

News changes while it is young, so an article is due again after half its age: daily in its first
days, then less and less often, and in the end every three months. If a site's articles change more
often than most, they are due sooner. An address that is gone or refused is tried again, because a
portal under repair may deny everything for a day.
"""

from datetime import date, datetime, time, timedelta

SOONEST = timedelta(days=1)
RAREST = timedelta(days=90)
LATER_THAN_ROUND = 1.5
RETRY_FIRST = timedelta(minutes=15)
RETRY_OURS = timedelta(hours=24)

PICTURE_TRIES = 5  # answers without the picture, after which it is given up

# Looks per change found: the target of the tempo, and the weight of not knowing yet.
LOOKS_A_CHANGE = 20
SLOWEST, QUICKEST = 4.0, 0.25
REMEMBERED_LOOKS = 200  # then both counts are halved, so that a site's old ways are forgotten

# At most one article in so many may have been edited since we saw it. If a sitemap claims more, its
# lastmod is not the time of an edit.
EDITED_SHARE = 10
VAIN_EDITS = 2  # after so many vain looks in a row, a lastmod is no longer believed


def tempo(looks: int, changes: int) -> float:
    """How much longer (above 1) or shorter than usual a site's intervals are.

    Learned from how many looks at held articles found how many changes.
    """
    found = (looks + LOOKS_A_CHANGE) / (LOOKS_A_CHANGE * (changes + 1))
    return min(max(found, QUICKEST), SLOWEST)


def article_again(
    published: date | None,
    first_seen_at: datetime,
    at: datetime,
    *,
    tempo: float = 1.0,
    rarest: timedelta = RAREST,
) -> datetime:
    """When an article that was seen at `at` is due again, at the latest after `rarest`."""
    out_since = first_seen_at
    if published is not None:
        out_since = min(first_seen_at, datetime.combine(published, time(), at.tzinfo))
    return at + min(max((at - out_since) / 2 * tempo, SOONEST), rarest)


def edits_believed(edited: int, of: int) -> bool:
    """Whether `edited` of `of` known articles can really have been edited since last seen."""
    return edited <= max(1, of // EDITED_SHARE)


def rarest(round_days: int | None) -> timedelta:
    """The longest time to an article's own day, on a site whose round takes so many days: long
    enough that the round comes first, and no day comes to all articles at once.
    """
    return max(RAREST, timedelta(days=round_days or 0) * LATER_THAN_ROUND)


def gone_again(failures: int, at: datetime) -> datetime:
    """When an address that was gone `failures` times in a row is due: a day, then twice as long."""
    return at + min(SOONEST * (1 << min(failures - 1, 10)), RAREST)


def failing_again(failures: int, at: datetime, *, ours: bool = False) -> datetime:
    """When an address that has failed `failures` times in a row is tried again.

    It waits about as long as it has failed so far. So a firewall that refuses everything for a week
    costs one more week at most, and an address in a members' area gets fourteen requests in three
    months. `ours`: a person can mend the fault on our side, so it is tried at least daily.
    """
    most = RETRY_OURS if ours else RAREST
    return at + min(RETRY_FIRST * (1 << min(failures - 1, 20)), most)
