"""The denials of one visit: does a host deny some pages, or everything?

To find out, the visit once more requests a page that the host gave it earlier.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.health.denials import IN_A_ROW
from pipelines.keep.frontier.pages import KnownPage
from pipelines.outcomes import DENIALS, LISTINGS_SEEN, PASSING_FAILURES, Outcome
from pipelines.read.addresses.canonical import origin_of


@dataclass(slots=True)
class _Host:
    """`denied`: times of its denials since its last page. `well`: the first page that it gave.

    `limit`: denials after which `well` is tried again; it doubles each time that page comes.
    """

    denied: list[datetime] = field(default_factory=list)
    well: KnownPage | None = None
    last_well: datetime | None = None
    limit: int = IN_A_ROW
    tried: bool = False


class Denials:
    """Watches the answers of each host. `home`: the origin of the site's own address."""

    def __init__(self, home: str) -> None:
        self._home = home
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)

    def note(self, page: KnownPage, outcome: Outcome, at: datetime) -> bool:
        """Note how a page was answered at `at`; returns whether its host turns us away.

        It does if it denies the page that it gave before, or if it is the site's own host and has
        given no page so far. Answers may be noted in another order than they came.
        """
        host = self._hosts[origin_of(page.url)]
        if outcome in DENIALS:
            if host.last_well is None or at > host.last_well:
                host.denied.append(at)
            if host.well is not None:
                return page.url == host.well.url
            return origin_of(page.url) == self._home and len(host.denied) >= host.limit
        if outcome in PASSING_FAILURES:
            return False
        if host.tried and host.well is not None and page.url == host.well.url:
            host.limit, host.tried = host.limit * 2, False
        host.last_well = at if host.last_well is None else max(host.last_well, at)
        host.denied = [denied for denied in host.denied if denied > host.last_well]
        if host.well is None and (outcome.is_article or outcome in LISTINGS_SEEN):
            host.well = page
        return False

    def next_page(self, left: Collection[str], *, at_end: bool = False) -> KnownPage | None:
        """A page to request once more, because its host denied many others in a row; None if none.

        `at_end`: there is nothing else to request, so one denial is enough.
        """
        for origin, host in self._hosts.items():
            enough = 1 if at_end else host.limit
            if host.well and not host.tried and len(host.denied) >= enough and origin not in left:
                host.tried = True
                return host.well
        return None
