"""What a listing showed of its entries, and what two readings of it tell: pure, no database.

A listing no longer shows an article that was taken away, but still shows older ones. One that
merely moved on to the next page was the last of its list.
"""

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from itertools import starmap
from struct import Struct
from typing import NamedTuple

from pipelines.read.reading import Link

# With fewer of its entries left, a listing broke, or a portal that publishes much was visited late.
LEAST_KEPT = 1 / 3
# So many entries may change at once; more only if at least as many stay as they were.
EDITS_AT_ONCE = 3
_PAIR = Struct(">II")


class Entry(NamedTuple):
    """An article in a listing. `page`: the number of its page; `shown`: a sum of what the listing
    tells of it, 0 if it tells nothing.
    """

    page: int
    shown: int = 0


def shown_of(link: Link) -> int:
    """The sum of what a listing tells of an article: its title and date; a feed, all its texts.

    A date such as "3 days ago" says something else each day, and does not count.
    """
    dated = link.published
    fixed = None if dated is None or dated.is_counted_back else (dated.on, dated.at)
    told = (link.title, fixed, link.told)
    if not any(told):
        return 0
    return int.from_bytes(blake2b(repr(told).encode(), digest_size=4).digest())


def packed(entries: Sequence[Entry]) -> bytes:
    """The entries in their order, 8 bytes each."""
    return b"".join(starmap(_PAIR.pack, entries))


def unpacked(stored: bytes) -> list[Entry]:
    """The entries one by one."""
    return list(starmap(Entry, _PAIR.iter_unpack(stored)))


def left(
    before: Sequence[Entry], now: Sequence[Entry], days: Mapping[int, str], *, in_order: bool = True
) -> list[int]:
    """The pages of the articles that left a listing which still shows older ones.

    `days`: the days of publication that are known, as ISO texts, by page. `in_order`: the listing
    shows its newest article first. Its page may hold several lists: where a later day follows, the
    next one begins. A sitemap is in any order: there, a day decides.
    """
    shown = {entry.page for entry in now}
    kept = [entry.page for entry in before if entry.page in shown]
    if len(kept) < LEAST_KEPT * len(before):
        return []
    if in_order:
        return _left_in_order(before, shown, days)
    oldest = min((days[page] for page in kept if page in days), default="")
    return [
        entry.page
        for entry in before
        if entry.page not in shown and days.get(entry.page, oldest) >= oldest
    ]


def _left_in_order(
    before: Sequence[Entry], shown: Collection[int], days: Mapping[int, str]
) -> list[int]:
    found: list[int] = []
    below: str | None = None  # the day of the entry below
    older_is_shown = False
    for page, _ in reversed(before):
        day = days.get(page)
        if day is not None and below is not None and day < below:
            older_is_shown = False
        if page in shown:
            older_is_shown = True
        elif older_is_shown:
            found.append(page)
        below = day or below
    return found[::-1]


def edited(before: Sequence[Entry], now: Sequence[Entry]) -> list[int]:
    """The pages of the articles of which a listing tells something else than before.

    None if it does so of most of them: then the portal changed how it shows them.
    """
    told = dict(before)
    both = [(page, told[page], shown) for page, shown in now if told.get(page) and shown]
    found = [page for page, earlier, later in both if earlier != later]
    return found if len(found) <= max(EDITS_AT_ONCE, len(both) // 2) else []
