"""What a reading means for an article: pure comparison, no database, no clock."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from pipelines.keep.records.article_columns import text_columns, text_fingerprint
from pipelines.read.reading import Article

Verdict = Literal["new", "changed", "unchanged", "older"]


# So many pages that printed two days under one text, or the build day of the lists that name them,
# show what their place prints.
PROVEN_LEAST = 5
# So many articles within so short a time are a crowd: nobody publishes so fast, but a program that
# builds pages does. A list is built in a moment, so its crowd must be larger and denser.
CROWD, CROWD_LASTS = 5, timedelta(minutes=5)
CROWD_IN_LIST, LIST_LASTS = 10, timedelta(0)
# A day without a time is suspect only if so many articles print it.
CROWD_OF_DAY = 10


@dataclass(frozen=True, slots=True)
class Held:
    """The archive's record of an article: the fingerprints of what it and all its revisions
    show, when it was last seen, and when its last revision was: it may be the swap of a file.
    """

    fingerprint: str
    all_fingerprints: frozenset[str]
    last_seen_at: datetime
    last_revision_at: datetime


@lru_cache(maxsize=16)  # one answer asks for it up to four times
def article_fingerprint(article: Article) -> str:
    """The fingerprint of what counts as the article's text (TEXT_FIELDS)."""
    return text_fingerprint(text_columns(article))


def decide(held: Held | None, shown: str, seen_at: datetime) -> Verdict:
    """How a reading changes the record; `shown`: the fingerprint of what it shows.

    `older`: a text from before the held one, from an import of an old capture. It becomes history
    if it differs from every revision, and never becomes the current text.
    """
    if held is None:
        return "new"
    if seen_at < held.last_seen_at and shown != held.fingerprint:
        return "unchanged" if shown in held.all_fingerprints else "older"
    return "unchanged" if shown == held.fingerprint else "changed"


def adds_only(held: Held, verdict: Verdict, shown: str, seen_at: datetime) -> bool:
    """Whether a reading only adds to the end of the record's history: it is newer than all others,
    and shows what is held or what the record never had.
    """
    if verdict == "changed" and shown in held.all_fingerprints:
        return False
    return seen_at > max(held.last_seen_at, held.last_revision_at)


def are_build_times(
    fresh: Sequence[date | datetime], others: Mapping[date, int], *, proven: int, in_list: bool
) -> bool:
    """Whether a place prints build times instead of dates of publication.

    `fresh`: what it prints for each article whose date is shortly before the fetch, an instant if a
    time of day is known, else a day; `others`: how many other articles it gives each day;
    `proven`: for how many articles other evidence proves it. A newsroom that is visited often has
    fresh articles too, but publishes them one by one, and the dates of most articles stay.
    """
    if fresh and proven >= PROVEN_LEAST:
        return True
    total = len(fresh) + sum(others.values())
    times = sorted(one for one in fresh if isinstance(one, datetime))
    days = Counter(one for one in fresh if not isinstance(one, datetime))
    ((_, most),) = days.most_common(1) or ((None, 0),)
    busy = max([count for _, count in days.most_common()[1:]] + [*others.values()], default=0)
    many = most >= CROWD_OF_DAY and 2 * most >= total and most >= 2 * busy
    crowded = _crowded(times, in_list=in_list)
    most_fresh = 5 * crowded >= 4 * len(times)  # an edition of a paper may appear at one moment
    return many or (most_fresh and (2 if in_list else 3) * crowded >= max(total, 1))


def _crowded(times: Sequence[datetime], *, in_list: bool) -> int:
    """How many of the sorted instants lie in crowds."""
    least, lasts = (CROWD_IN_LIST, LIST_LASTS) if in_list else (CROWD, CROWD_LASTS)
    crowd: set[int] = set()
    for first in range(len(times) - least + 1):
        if times[first + least - 1] - times[first] <= lasts:
            crowd.update(range(first, first + least))
    return len(crowd)
