"""The gates of one visit: answers that only ask for a cookie to come back.

A redirect gives a cookie and leads back to where it came from; or a page comes with one, or sets
one by script, and loads itself again. Such an address is requested once more, with the cookies of
its host. From then on that host gets them with every request of the visit. All others get none: an
archived page should be the one that everybody sees.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable

from crawler.visit.cookies import HostCookies
from pipelines.capture import Capture
from pipelines.keep.frontier.pages import KnownPage
from pipelines.keep.records.outcome import Kept
from pipelines.outcomes import LISTINGS_SEEN, PASSING_FAILURES, Outcome
from pipelines.read.addresses.canonical import (
    canonical_url,
    host_of,
    names_address,
    origin_of,
)

MOST_TIMES = 3  # that one address is requested again: a gate may give one cookie after another
MOST_BROKEN = 3  # pages of a host that never come, after which none is requested again
LET_IN = (*LISTINGS_SEEN, Outcome.ATTACHMENT, Outcome.AWAITS_BROWSER)


class Gates:
    """The addresses to request again, and the cookies of each host.

    `answering`: cookies that a script sets are answered too. `check_at` finds an address that was
    part of a gate in an earlier visit and may be requested. `refused`: one line on the last host
    that asked for a cookie and did not let us in when it came back.
    """

    def __init__(self, answering: bool, check_at: Callable[[str], KnownPage | None]) -> None:
        self.refused: str | None = None
        self._answering = answering
        self._check_at = check_at
        self._checks: set[str] = set()  # parts of gates of earlier visits, requested in this one
        self._tests: set[str] = set()  # addresses that only add a test, and were not requested
        self._cookies: defaultdict[str, HostCookies] = defaultdict(HostCookies)
        self._open: set[str] = set()  # hosts that get their cookies back
        self._helped: set[str] = set()  # hosts that then let us in
        self._shut: set[str] = set()  # hosts that then did not
        self._gave: set[str] = set()  # addresses whose redirects gave cookies
        self._way: dict[str, KnownPage] = {}  # by an address: the page that redirected there
        self._met: dict[str, KnownPage] = {}  # the pages of these ways, by address
        self._robots_hops: set[str] = set()
        self._again: list[KnownPage] = []
        self._times: Counter[str] = Counter()
        self._broken: Counter[str] = Counter()  # by host
        self._sent: dict[str, str] = {}

    def awaits(self, url: str) -> bool:
        """Whether an address is still waiting for its next request."""
        return any(page.url == url for page in self._again)

    def next_page(self, left: Collection[str]) -> KnownPage | None:
        """A page to request again, if its host's origin is not in `left`."""
        return next((page for page in self._again if origin_of(page.url) not in left), None)

    def cookie_header(self, url: str, *, for_robots: bool = False) -> dict[str, str | bytes]:
        """The header for requesting an address, if its host asked for a cookie.

        `for_robots`: its redirects get their cookies at once, because it is no page to archive.
        """
        self._again = [page for page in self._again if page.url != url]
        asked = for_robots or host_of(url) in self._open
        header = self._header(url) if asked else None
        if header is None:
            return {}
        self._sent[url] = header
        return {"Cookie": header.encode("latin-1")}

    def note(self, page: KnownPage, capture: Capture, kept: Kept) -> list[str]:
        """Note how a page was answered.

        If its gate has let us in, returns the other addresses of the gate.
        """
        host = host_of(page.url)
        if host in self._shut:
            return []
        if kept.cookie is not None:
            if self._answering:
                self._cookies[host].put(kept.cookie, page.url)
                self._ask_again(page)
        elif kept.leads_to is not None:
            self._follow(page, capture, kept.leads_to)
        else:
            # Some hosts give a new value with every page.
            self._cookies[host].take(capture, known_only=True)
            if kept.outcome.is_article or kept.outcome in LET_IN:
                self._helped |= {host} & self._open
            elif kept.outcome not in PASSING_FAILURES:
                self._note_vain_way(page)
            if page.url in self._times and not self.awaits(page.url):
                others = (other for other in self._met.values() if other.url != page.url)
                checks = [other.url for other in others if page in self._way_to(other)]
                return [*checks, *(test for test in self._tests if _adds_to(test, page.url))]
        return []

    def note_robots(self, capture: Capture) -> None:
        """Note an answer for a host's robots.txt, which may stand behind the same gate."""
        target = canonical_url(capture.location, capture.url)
        if not capture.is_redirect or target is None:
            return
        self._cookies[host_of(capture.url)].take(capture)
        if target in (self._robots_hops | {capture.url}) and self._header(target) is not None:
            self._open.add(host_of(target))
        self._robots_hops |= {capture.url, target}

    def _follow(self, page: KnownPage, capture: Capture, target: str) -> None:
        """Note a redirect: did it lead back on its own way, and did that way give a cookie?"""
        host = host_of(page.url)
        if self._cookies[host].take(capture):
            self._gave.add(page.url)
        self._met[page.url] = page
        way = self._way_to(page)
        if (back := _led_back_to(target, way)) is not None:
            self._tests |= {target} - {back}
            if self._gave_cookies(way) and not self._ask_again(self._without_test(back)):
                why = "asks for a cookie, and asks again although it came back"
                self.refused = f"{back}: {why}; the next visit asks again"
            return
        self._way.setdefault(target, page)
        met = self._met.get(target)
        if met is not None and host in self._open:
            self._ask_again(met)
        elif met is None and (check := self._check_at(target)) is not None:
            self._checks.add(target)
            self._again.append(check)
        elif page.url in self._checks:  # what it leads to is known to be nothing
            self._note_vain_way(page)

    def _way_to(self, page: KnownPage) -> list[KnownPage]:
        """The page, and those whose redirects led to it in this visit, the nearest first."""
        way = [page]
        while (before := self._way.get(way[-1].url)) is not None and before not in way:
            way.append(before)
        return way

    def _gave_cookies(self, way: Iterable[KnownPage]) -> bool:
        return any(page.url in self._gave for page in way)

    def _without_test(self, url: str) -> KnownPage:
        """The page at an address; if that only adds a parameter for a test, the page tested."""
        before = self._way.get(url)
        return before if before is not None and _adds_to(url, before.url) else self._met[url]

    def _note_vain_way(self, page: KnownPage) -> None:
        """Go a way again that led to nothing, if it led to a check of cookies that we left out."""
        way = self._way_to(page)
        first = way[-1]
        if first is page or not self._gave_cookies(way):
            return
        if names_address(way[-2].url, first.url) or _adds_to(way[-2].url, first.url):
            self._met[page.url] = page
            self._ask_again(first)

    def _ask_again(self, page: KnownPage) -> bool:
        """Request a page again with the cookies of its host; False if it got them before, and the
        host asks for them still.
        """
        host, header = host_of(page.url), self._header(page.url)
        if header is None or self.awaits(page.url) or self._broken[host] >= MOST_BROKEN:
            return True
        if header == self._sent.get(page.url) or self._times[page.url] >= MOST_TIMES:
            if host in self._helped:  # then it is this page that is broken
                self._broken[host] += 1
                return True
            self._open.discard(host)
            self._shut.add(host)
            return False
        self._open.add(host)
        self._times[page.url] += 1
        self._again.append(page)
        return True

    def _header(self, url: str) -> str | None:
        return self._cookies[host_of(url)].header(url)


def _led_back_to(target: str, way: list[KnownPage]) -> str | None:
    """The address of a way to which a redirect leads back, perhaps with another test; else None."""
    if target in (page.url for page in way):
        return target
    return next((page.url for page in way[1:] if _adds_to(target, page.url)), None)


def _adds_to(target: str, url: str) -> bool:
    """Whether an address is another one with more parameters, as in `/tin/bai-1?test=1`."""
    return target.startswith((f"{url}?", f"{url}&"))
