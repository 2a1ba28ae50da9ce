"""Which of the dates that an article's page printed counts: a pure function of what its captures
printed, in whatever order they came.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from pipelines.keep.database.timestamps import parse_utc, utc_text_in_seconds
from pipelines.read.reading import Article, Dated

# How long before its fetch a static copy may have been built.
SHORTLY = timedelta(days=1)
# A page that printed more days than these was not dated anew by a person.
MOST_DAYS = 3


class Printed(NamedTuple):
    """A date as a page printed it, in the words of the archive's columns."""

    place: str
    published_on: str
    published_at: str | None
    published_precision: str
    published_evidence: str
    published_raw: str
    is_counted_back: int

    @property
    def is_firm(self) -> bool:
        """Whether the page states the date, and means the same day tomorrow."""
        return not self.is_counted_back and self.published_evidence != "guess"

    @property
    def is_own(self) -> bool:
        """Whether the page prints it: its address says nothing about what the portal prints."""
        return self.published_evidence != "url"

    @property
    def columns(self) -> dict[str, str | None]:
        """The columns of the publication."""
        return {name: getattr(self, name) for name in DATE_COLUMNS}

    def is_fresh(self, fetched_at: datetime, zone: tzinfo) -> bool:
        """Whether it lies shortly before a fetch, or after it."""
        if self.published_at is not None:
            return fetched_at - parse_utc(self.published_at) <= SHORTLY
        return self.published_on >= fetched_at.astimezone(zone).date().isoformat()


DATE_COLUMNS = (
    *("published_on", "published_at", "published_precision", "published_evidence"),
    "published_raw",
)


def printed_as(dated: Dated) -> Printed:
    """A date that a page printed, in the words of the archive."""
    at = utc_text_in_seconds(dated.at)
    columns = (dated.on.isoformat(), at, dated.precision, dated.evidence, dated.raw)
    return Printed(dated.place or dated.evidence, *columns, int(dated.is_counted_back))


def printed_in(article: Article) -> Printed | None:
    """The date that an article's page printed."""
    return None if article.published is None else printed_as(article.published)


def printed_text(printed: Printed | None) -> str | None:
    """A date as `captures.printed` holds it."""
    return None if printed is None else json.dumps(printed, ensure_ascii=False)


def printed_from(text: str | None) -> Printed | None:
    """A date from `captures.printed`."""
    return None if text is None else Printed(*json.loads(text))


@dataclass(frozen=True, slots=True)
class Look:
    """What a capture shows of an article: at the instant `at`, as stored, the page at `url` had the
    text with the fingerprint `text` and printed a date, or none. `shown_by`: its row; None for a
    304, which repeats the look before. `capture`: that of the article's first part. `seen_at`: the
    instant that the capture has, if a wrong clock dated it.
    """

    at: str
    url: str
    text: str
    printed: Printed | None
    shown_by: int | None
    capture: int
    seen_at: str | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """What the looks at an article say of its date.

    `first`: the date that counts; `last`: the one that the page printed last; `moved`: the same if
    it is another, and both count; `follows`: all days that it printed, if they follow the visits;
    `is_late`: whether it printed a day after its text was seen, and another one.
    """

    first: Printed | None
    last: Printed | None
    moved: Printed | None
    follows: tuple[str, ...]
    is_late: bool


def days_of(looks: Sequence[Look], zone: tzinfo) -> Days:
    """What looks, in their order, say of the date. The first that the page states counts, else the
    first that it tells in another way.

    Nothing is published after it was seen. So a page that prints another day than before under
    one text, and a day after it was seen, prints no day of publication, or was dated anew. It was
    dated anew if it did so once, and prints that day for longer than a day, or printed one that
    was past when it was fetched. A page that returns to an earlier day prints true ones.
    """
    told = [look for look in looks if look.printed is not None]
    first = min(told, key=_rank, default=None)
    if first is None or first.printed is None:
        return Days(None, None, None, (), is_late=False)
    firm = [look for look in told if look.printed is not None and look.printed.is_own]
    firm = [look for look in firm if _rank(look) == _rank(first)]
    days = tuple(dict.fromkeys(look.printed.published_on for look in firm if look.printed))
    late, is_often = _late_days(looks, firm, zone) if len(days) > 1 else ([], False)
    follows = bool(late) and _follow(late, firm, zone, is_often=is_often)
    last = firm[-1].printed if firm else None
    is_other = last is not None and last.published_on != first.printed.published_on
    moved = last if is_other and first.printed.is_firm and not follows else None
    return Days(first.printed, last, moved, days if follows else (), is_late=bool(late))


def _rank(look: Look) -> int:
    assert look.printed is not None
    if look.printed.is_firm:
        return 0
    return 2 if look.printed.published_evidence == "guess" else 1


def _late_days(looks: Iterable[Look], firm: Sequence[Look], zone: tzinfo) -> tuple[list[str], bool]:
    """The days that a page printed under a text that was seen before, where it printed another one
    as well; and whether it printed more than two under such a text.
    """
    seen_on: dict[str, str] = {}
    for look in looks:
        day = parse_utc(look.at).astimezone(zone).date().isoformat()
        seen_on.setdefault(look.text, day)
    by_text: dict[str, set[str]] = {}
    for look in firm:
        assert look.printed is not None
        if look.printed.is_counted_back == 0:
            by_text.setdefault(look.text, set()).add(look.printed.published_on)
    late = {text: {day for day in days if day > seen_on[text]} for text, days in by_text.items()}
    moved = [text for text, days in by_text.items() if len(days) > 1 and late[text]]
    is_often = any(len(by_text[text]) > 2 for text in moved)
    return sorted(day for text in moved for day in late[text]), is_often


def _follow(late: Sequence[str], firm: Sequence[Look], zone: tzinfo, *, is_often: bool) -> bool:
    """Whether late days follow the visits; `is_often`: they are not the only other ones."""
    shown = [(look.at, look.printed) for look in firm if look.printed is not None]
    last = shown[-1][1].published_on
    if last < late[-1]:
        return False
    printed_days = {printed.published_on for _, printed in shown}
    if is_often or len(late) > 1 or last > late[-1] or len(printed_days) > MOST_DAYS:
        return True
    of_day = [(parse_utc(at), printed) for at, printed in shown if printed.published_on == last]
    stayed = of_day[-1][0] - of_day[0][0] >= SHORTLY
    return not stayed and of_day[0][1].is_fresh(of_day[0][0], zone)


def first_printed(looks: Sequence[Look]) -> tuple[Printed, str, str] | None:
    """The date that a page itself printed first, and when captures first and last showed it."""
    shown = [
        (look.at, look.printed)
        for look in looks
        if look.printed is not None and look.printed.is_firm and look.printed.is_own
    ]
    if not shown:
        return None
    at, first = shown[0]
    same = [
        one_at
        for one_at, one in shown
        if (one.published_on, one.published_at) == (first.published_on, first.published_at)
    ]
    return first, at, same[-1]


def day_of(printed: Printed | None) -> str | None:
    """The day that a page states; None if it states none."""
    is_stated = printed is not None and printed.is_firm and printed.is_own
    return printed.published_on if printed is not None and is_stated else None
