"""The states of one article over time, worked out from what its addresses showed: pure.

Sights come in order of time, so captures that were imported in any order give the same states.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from pipelines.keep.database.timestamps import parse_utc
from pipelines.outcomes import MISSING_STATES, ArticleState

SIGHTS = 2  # an absence, failure or missing entry is believed when seen in so many sessions
# A 404 is believed against the other pages' word after so many in a row over so long: a portal may
# close a whole section.
SURE_AFTER = 4
SURE_SPAN = timedelta(days=7)


@dataclass(slots=True)
class Session:
    """A visit, or the captures of an import that follow each other closely: how the portal was.

    `read`: articles that came; `listings`: listings, feeds and sitemaps that came; `missing` and
    `failing`: known addresses that answered like a missing page, or failed.
    """

    read: int = 0
    listings: int = 0
    missing: int = 0
    failing: int = 0


class Sight(NamedTuple):
    """What one capture showed of an article.

    `shows`: THERE, UNREACHABLE, MOVED (leads to another address of the article) or a missing state;
    `to_url`: where it leads; `lasting`: not a temporary redirect; `recorded`: it is on record that
    this capture confirmed a removal; `unlisted`: the address had left the listings.
    """

    at: str
    capture: int
    url: str
    shows: ArticleState
    session: Session
    status: int | None = None
    to_url: str | None = None
    lasting: bool = True
    recorded: bool = False
    unlisted: bool = False

    @property
    def is_believed(self) -> bool:
        """Whether the portal was well otherwise, so that this says something of the article.

        A page that says "not found" with status 200, or leads home, needs articles as witnesses: a
        broken database gives these for all articles, beside good listings. An address that left the
        listings needs none.
        """
        session = self.session
        well = session.read + session.listings
        if self.shows == ArticleState.UNREACHABLE:
            return session.failing <= well
        if self.shows == ArticleState.GONE or self.unlisted:
            return session.missing <= well
        return session.missing <= session.read


class Sighting(NamedTuple):
    """A state that lasted from `since_at` until the next sighting.

    `confirmed_at` and `capture`: when it was certain, and by which capture of `url`; `to_url`:
    where the article or its address went.
    """

    state: ArticleState
    since_at: str
    confirmed_at: str
    capture: int
    url: str
    to_url: str | None = None


@dataclass(slots=True)
class _Address:
    """One address of the article: what it showed last, and how often in a row."""

    shown: Sight
    row: list[Sight] = field(default_factory=list)
    away: Sighting | None = None

    def take(self, sight: Sight) -> None:
        """Take the next sight of this address."""
        if self.row and not _continues(self.row[-1], sight):
            self.row = []
        self.row.append(sight)
        if sight.shows == ArticleState.THERE:
            self.shown, self.away = sight, None
        elif sight.shows == ArticleState.MOVED:
            self.away = _sighting(self.row) if sight.lasting else None
        elif sight.shows in MISSING_STATES and self.away is None and _is_missing(self.row):
            self.away = _sighting(self.row)

    @property
    def fails(self) -> bool:
        """Whether it failed in several sessions, while the portal answered."""
        return self.row[-1].shows == ArticleState.UNREACHABLE and _believed(self.row) >= SIGHTS

    @property
    def is_suspected(self) -> bool:
        """Whether one more sight would make certain that it is missing or unlisted."""
        last = self.row[-1]
        if last.unlisted and last.shows == ArticleState.THERE:
            return not self.is_unlisted
        seen_so = last.shows in MISSING_STATES and self.away is None
        return seen_so and (len(self.row) == 1 or _believed(self.row) == 1)

    @property
    def is_unlisted(self) -> bool:
        """Whether it was out of the listings and shown in several sessions."""
        out = self.row[-1].unlisted and self.row[-1].shows == ArticleState.THERE
        return out and len({id(sight.session) for sight in self.row}) >= SIGHTS


class Course(NamedTuple):
    """The states of an article in order; `suspected`: the last sight of an address that looked
    missing or unlisted, if one more would make it certain.
    """

    sightings: Sequence[Sighting]
    suspected: Sight | None


def course(sights: Iterable[Sight]) -> Course:
    """The states of an article, from the sights of all its addresses in order of time.

    An address counts once it has shown the article. Empty if none has.
    """
    sightings: list[Sighting] = []
    addresses: dict[str, _Address] = {}
    moved_in: Session | None = None  # the session that told the last sighting, if that is MOVED
    for sight in sights:
        address = addresses.get(sight.url)
        if address is None:
            if sight.shows != ArticleState.THERE:
                continue
            address = addresses[sight.url] = _Address(sight)
        address.take(sight)
        sighting = _state(list(addresses.values()), sight, sightings)
        # An article that left all its addresses went to none of them in between.
        if sighting.state in MISSING_STATES and moved_in is sight.session:
            sightings.pop()
        if not sightings or sighting.state != sightings[-1].state:
            sightings.append(sighting)
            moved_in = sight.session if sighting.state == ArticleState.MOVED else None
    suspected = [one.row[-1] for one in addresses.values() if one.is_suspected]
    return Course(sightings, max(suspected, key=lambda sight: sight.at, default=None))


def _state(addresses: Sequence[_Address], sight: Sight, before: Sequence[Sighting]) -> Sighting:
    """The state after a sight. `addresses`: in the order in which they first showed the article."""
    there = [address for address in addresses if address.away is None]
    away = [address.away for address in addresses if address.away is not None]
    was_missing = bool(before) and before[-1].state in MISSING_STATES
    if not there:
        missing = [sighting for sighting in away if sighting.state in MISSING_STATES]
        return max(missing or away, key=lambda sighting: sighting.confirmed_at)
    if (left := addresses[0].away) is not None:
        shown = [one for one in there if one.row[-1].shows not in MISSING_STATES]
        if not shown:
            return before[-1]  # the others may be gone, too
        since = sight.at if was_missing else left.since_at
        to = max(shown, key=lambda address: address.shown.at).shown.url
        return left._replace(state=ArticleState.MOVED, since_at=since, to_url=to)
    if all(address.fails for address in there):
        return _sighting(there[0].row)
    if all(address.is_unlisted for address in there):
        return _sighting(there[0].row)._replace(state=ArticleState.UNLISTED)
    returned = any(sighting.state in MISSING_STATES for sighting in before)
    state = ArticleState.RETURNED if returned else ArticleState.THERE
    return Sighting(state, sight.at, sight.at, sight.capture, sight.url)


def _continues(before: Sight, sight: Sight) -> bool:
    """Whether a sight says the same as the one before: one absence may take several forms."""
    if before.shows in MISSING_STATES and sight.shows in MISSING_STATES:
        return True
    return (before.shows, before.unlisted) == (sight.shows, sight.unlisted)


def _believed(row: Sequence[Sight]) -> int:
    """In how many sessions a row of sights was believed."""
    return len({id(sight.session) for sight in row if sight.is_believed})


def _is_missing(row: Sequence[Sight]) -> bool:
    """Whether the last of a row of absences makes it certain."""
    last = row[-1]
    if last.recorded:
        return True
    if last.is_believed:
        return last.status == 410 or _believed(row) >= SIGHTS
    if len(row) < SURE_AFTER or not last.session.read + last.session.listings:
        return False
    span = parse_utc(last.at) - parse_utc(row[0].at)
    return span >= SURE_SPAN and all(sight.status in (404, 410) for sight in row)


def _sighting(row: Sequence[Sight]) -> Sighting:
    first, last = row[0], row[-1]
    return Sighting(last.shows, first.at, last.at, last.capture, last.url, last.to_url)
