"""One visit to one site: what to ask next, when, and what the hosts allow. Reads and writes the frontier; knows nothing of Scrapy.

A host is asked one request at a time, no sooner than its pace allows, and only after its robots.txt was read in the last 24 hours.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from crawler.visit.challenges import Challenges
from crawler.visit.crawl_budget import CrawlBudget
from crawler.visit.pace import LONGEST_CRAWL_DELAY, HostPace
from crawler.visit.robots import RobotsPolicy, robots_policy, robots_text
from pipelines.capture import Capture
from pipelines.ingest import Ingest
from pipelines.keep.database.timestamps import instant_of
from pipelines.keep.frontier.hosts import KeptRobots, keep_robots, known_host, rest_until
from pipelines.keep.frontier.pages import (
    KnownPage,
    await_browser,
    begin_visit,
    discover,
    next_to_ask,
    reconsider,
    refuse,
)
from pipelines.keep.frontier.sweep import end_sweep
from pipelines.keep.frontier.validators import belief, conditions
from pipelines.keep.issues.issues import Issue, close_issue, open_issues, open_once
from pipelines.keep.records.answer import REDIRECTS, Kept
from pipelines.keep.visits.runs import Counts
from pipelines.outcomes import (
    DEADLY_REFUSALS,
    OWN_FAULTS,
    PASSING_FAILURES,
    IssueKind,
    Outcome,
    RunOutcome,
)
from pipelines.read.addresses.canonical import canonical_url, host_of, same_site
from pipelines.read.reading import Link
from pipelines.read.text.decode import DecodeError, decode_content
from portals.platform import Platform, platform_of
from portals.site import Site

MOST_KILLED = 10  # pages of a visit that may kill their readers, some ten seconds each
PATIENCE = 90.0  # seconds that a visit waits for a host; a host that asks for more is left until the next visit
ROBOTS_LIMIT = (
    32 << 20
)  # bytes that a compressed one may unpack to; its first 500 KiB are read however long it is (RFC 9309 section 2.5)
ROBOTS_HOPS = 5  # RFC 9309 section 2.3.1.2
# What an address of the site file must not give: nothing would ever be found by it.
UNUSABLE = (
    Outcome.GONE,
    Outcome.CLIENT_ERROR,
    Outcome.REDIRECT_LOOP,
    Outcome.REDIRECT_OFFSITE,
)
LISTING_KINDS: dict[str, Literal["listing", "feed", "sitemap"]] = {
    "html": "listing",
    "rss": "feed",
    "atom": "feed",
    "sitemap": "sitemap",
}

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Host:
    """What a visit knows of one host."""

    pace: HostPace
    policy: RobotsPolicy | None = None
    robots_url: str | None = None
    robots_hops: int = 0


@dataclass(slots=True)
class Visit:
    """The state of one visit. `outcome` is the word for runs.outcome: ok, unreachable (no host let us ask), paused (told to wait), stopped (a limit),
    incomplete (an address failed that may answer the next time). `quota`: the most requests for pages of a kind; a kind that is not in it has none.
    """

    ingest: Ingest
    site: Site
    run: int
    began: datetime
    clock: Clock
    user_agent: str
    delay: float
    max_pages: int
    counts: Counts = field(default_factory=Counts)
    hosts: dict[str, Host] = field(default_factory=dict)
    quota: Mapping[str, int] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    outcome: RunOutcome = RunOutcome.OK
    detail: str | None = None
    left: set[str] = field(default_factory=set)
    seeded: bool = False
    sweeping: bool = False
    own_addresses: frozenset[str] = frozenset()
    looked: bool = False
    killed: int = 0
    budget: CrawlBudget = field(init=False)
    challenges: Challenges = field(init=False)

    def __post_init__(self) -> None:
        self.budget = CrawlBudget(self.site.key)
        self.challenges = Challenges(self.site.crawl.answer_challenges)

    def seed(self) -> None:
        """Puts the site's own addresses into the frontier, and those of its family once it is known; makes what names articles due."""
        links = [
            Link(url, LISTING_KINDS[listing.kind], section=listing.section)
            for listing in self.site.listing
            if (url := canonical_url(listing.url))
        ]
        if not links:
            links = [Link(canonical_url(self.site.url) or self.site.url, "listing")]
        self.own_addresses = frozenset(link.url for link in links)
        with self.ingest.archive.transaction() as db:
            discover(
                db,
                self.site.key,
                links,
                platform_of(self.site.platform or "generic"),
                at=self.began,
                trusted=True,
            )
            self.sweeping = begin_visit(db, self.site.key, at=self.began)
            if self.site.crawl.browser:
                await_browser(db, self.site.key, at=self.began)

    def seed_platform(self) -> None:
        """Adds the sitemaps that robots.txt names, else the family's usual ones, and the family's feed; only for a site whose file names no listings.

        The family is `generic` where a page was read and bore the signs of none.
        """
        key = (
            self.site.platform
            or self.ingest.platforms.get(self.site.key)
            or ("generic" if self.looked else None)
        )
        host = self.hosts.get(host_of(self.site.url))
        if self.seeded or key is None or self.site.listing or host is None or host.policy is None:
            return
        self.seeded = True
        addresses = platform_of(key).addresses
        named = [
            url
            for sitemap in host.policy.sitemaps
            if (url := canonical_url(sitemap, self.site.url))
            and same_site(url, self.site.all_hosts)
        ]
        usual = [
            url for path in addresses.sitemaps[:1] if (url := canonical_url(path, self.site.url))
        ]
        feeds = [url for path in addresses.feeds[:1] if (url := canonical_url(path, self.site.url))]
        links = [
            *(Link(url, "sitemap") for url in (named or usual)[:5]),
            *(Link(url, "feed") for url in feeds),
        ]
        with self.ingest.archive.transaction() as db:
            discover(db, self.site.key, links, platform_of(key), at=self.clock())

    def next_page(self, busy: Iterable[str]) -> KnownPage | None:
        """The next address to ask for that robots.txt allows, or None when this visit has nothing more to ask right now."""
        if self.asked.total() - self.asked["robots"] - self.asked["subresource"] >= self.max_pages:
            self.outcome, self.detail = (
                RunOutcome.STOPPED,
                f"the limit of {self.max_pages} pages was reached; the next visit goes on from here",
            )
            return None
        if self.killed >= MOST_KILLED:
            self.outcome, self.detail = (
                RunOutcome.INCOMPLETE,
                f"{self.killed} of its pages were too much for a reader or the browser; the next visit goes on from here",
            )
            return None
        if (once_more := self.challenges.next_page(self.left)) is not None:
            return once_more
        taken = set(busy)
        spent = [kind for kind, most in self.quota.items() if self.asked[kind] >= most]
        full = [*spent, *self.budget.credit.resting]
        while True:
            db = self.ingest.archive.connection
            page = next_to_ask(
                db,
                self.site.key,
                visit_began=self.began,
                now=self.clock(),
                busy=taken,
                left=self.left,
                full=full,
            )
            if self.budget.credit.exhausted or (
                page is None and self.budget.credit.resting and not taken
            ):
                self._end_at_trap(spent)
                return None
            if page is None and self.sweeping and not (taken or full or self.left):
                self._end_sweep()  # which makes those due that it has missed
                continue
            if page is None:
                if not (taken or spent or self.left):
                    for issue in open_issues(db, self.site.key, (IssueKind.TRAP,)):
                        with self.ingest.archive.transaction() as writing:
                            close_issue(writing, issue, self.clock())
                return None
            self.budget.asked(page)
            policy = self.host(page.url).policy
            if self._closed_to_us(page.url) or (policy is None and "robots" in full):
                self.leave(page.url)
                continue
            if policy is None or policy.allows(page.url, self.user_agent):
                return page
            with self.ingest.archive.transaction() as db:
                refuse(db, self.site.key, page.url, "robots")

    def host(self, url: str) -> Host:
        """The host of an address, with what earlier visits learned of it: how long it asked to be left alone, and a robots.txt of the last 24 hours."""
        name = host_of(url)
        if name not in self.hosts:
            known = known_host(self.ingest.archive.connection, name)
            host, robots = Host(HostPace(self.delay)), known.robots
            if robots is not None and (robots.status or 999) < 500 and robots.status != 429:
                policy = robots_policy(
                    name,
                    status=robots.status,
                    body=(robots.text or "").encode(),
                    fetched_at=robots.fetched_at,
                )
                if policy.expires_at > self.clock():
                    self._obey(host, policy)
            told = known.not_before.timestamp() if known.not_before else 0.0
            host.pace.not_before = max(told, self._last_asked() + host.pace.gap)
            self.hosts[name] = host
        return self.hosts[name]

    def _last_asked(self) -> float:
        """When an earlier visit last had an answer from the site: the gap is kept between two visits as well.

        A visit whose process died may have asked just before it did: then this is when our own began.
        """
        before = self.ingest.archive.connection.execute(
            "select outcome from runs where site = ? and id < ? order by id desc limit 1",
            (self.site.key, self.run),
        ).fetchone()
        if before is not None and before["outcome"] == RunOutcome.INTERRUPTED:
            return self.began.timestamp()
        last = self.ingest.archive.connection.execute(
            "select max(last_fetched_at) from pages where site = ?", (self.site.key,)
        ).fetchone()[0]
        return instant_of(last).timestamp() if last else 0.0

    def robots_url(self, url: str) -> str:
        """Where to ask for the robots.txt of an address's host: its own place, or where that redirects to."""
        parts = urlsplit(url)
        return self.host(url).robots_url or f"{parts.scheme}://{parts.netloc}/robots.txt"

    def take_robots(self, name: str, capture: Capture) -> None:
        """The robots.txt of a host came, or nothing did: what it asks for holds from now on, and is kept for 24 hours. A redirect is followed five times."""
        host = self.hosts[name]
        if (
            capture.status in REDIRECTS
            and host.robots_hops < ROBOTS_HOPS
            and (target := canonical_url(capture.location, capture.url))
        ):
            host.robots_url, host.robots_hops = target, host.robots_hops + 1
            return
        try:
            body = (
                decode_content(capture, limit=ROBOTS_LIMIT) if capture.status is not None else b""
            )
        except DecodeError:
            body = b""
        policy = robots_policy(
            name, status=capture.status, body=body, fetched_at=capture.fetched_at
        )
        self._obey(host, policy)
        host.pace.not_before = max(
            host.pace.not_before, capture.fetched_at.timestamp() + host.pace.gap
        )  # its answer was paced before its wish was known
        with self.ingest.archive.transaction() as db:
            robots = KeptRobots(
                capture.fetched_at,
                capture.status,
                robots_text(body) or None,
                policy.crawl_delay(self.user_agent),
            )
            keep_robots(db, name, robots)
            reconsider(db, self.site.key, at=capture.fetched_at)
        if not policy.allows(self.site.url, self.user_agent) and (
            capture.status is None or capture.status >= 500 or capture.status == 429
        ):
            why = capture.error or f"answered {capture.status}"
            self.outcome, self.detail = (
                RunOutcome.UNREACHABLE,
                f"{capture.url}: {why}; without robots.txt nothing may be asked, the next visit tries again",
            )

    def _obey(self, host: Host, policy: RobotsPolicy) -> None:
        host.policy = policy
        host.pace.obey_crawl_delay(policy.crawl_delay(self.user_agent))

    def awaits_all(self) -> bool:
        """Whether every host of the site has a request under way, so that none can be asked just now."""
        return len(self.hosts) >= len(self.site.all_hosts) and all(
            math.isinf(host.pace.may_ask_at()) for host in self.hosts.values()
        )

    def leave(self, url: str) -> None:
        """Asks nothing more of an address's host in this visit; the site's other hosts may go on."""
        parts = urlsplit(url)
        self.left.add(f"{parts.scheme}://{parts.netloc}/")

    def _closed_to_us(self, url: str) -> bool:
        """Whether a host's robots.txt could not be had, so that nothing may be asked of it in this visit."""
        policy = self.host(url).policy
        return policy is not None and (
            policy.status is None or policy.status >= 500 or policy.status == 429
        )

    def told_to_wait(self, url: str, now: datetime) -> float | None:
        """Seconds until the host of an address may be asked; None where that is past patience, and the host is left until the next visit."""
        host = self.host(url)
        wait = host.pace.wait(now.timestamp())
        if wait <= max(
            PATIENCE, min(host.pace.gap, LONGEST_CRAWL_DELAY)
        ):  # a slow pace is no trouble
            return wait
        self.outcome, self.detail = (
            RunOutcome.PAUSED,
            f"{host_of(url)}: asks to be left alone for {wait:.0f} s; the next visit goes on from here",
        )
        self.leave(url)
        return None

    def answered(self, name: str, capture: Capture) -> None:
        """Tells the pace of the host `name` how a request made for it ended, and remembers across visits how long the host wants to be left alone.

        The request may have gone elsewhere: a host may keep its robots.txt on another one.
        """
        host = self.hosts[name]
        now = capture.fetched_at.timestamp()
        if capture.status is None:
            host.pace.failed(now)
            if capture.fault in OWN_FAULTS:
                self.leave(capture.url)  # it was refused by us, and what comes next would be too
        else:
            host.pace.answered(now, capture.status, capture.headers)
        if host.pace.not_before - now > host.pace.gap:
            with self.ingest.archive.transaction() as db:
                rest_until(db, name, datetime.fromtimestamp(host.pace.not_before, UTC))

    def count(self, kept: Kept) -> None:
        """Adds one outcome to the run's counts. What failed for now makes the visit incomplete, and so does an address of the site file that names nothing."""
        self.counts.add(kept)
        self.killed += kept.outcome.refusal in DEADLY_REFUSALS
        self.budget.came(self.ingest.archive.connection, kept)
        self.looked = self.looked or kept.outcome in (
            Outcome.LISTING,
            Outcome.REFUSED_NOT_AN_ARTICLE,
            Outcome.REFUSED_NEEDS_BROWSER,
        )
        lost = (
            kept.url in self.own_addresses
            and not self.challenges.awaits(kept.url)
            and (kept.outcome in UNUSABLE or kept.outcome.refusal is not None)
        )
        if self.outcome == RunOutcome.OK and (lost or kept.outcome in PASSING_FAILURES):
            self.outcome, self.detail = (
                RunOutcome.INCOMPLETE,
                f"{kept.detail}; the next visit asks again",
            )

    def _end_at_trap(self, spent: list[str]) -> None:
        """Ends the visit where nothing that was asked for the first time is an article any more, if there is more to ask at all."""
        db = self.ingest.archive.connection
        more = next_to_ask(
            db,
            self.site.key,
            visit_began=self.began,
            now=self.clock(),
            busy=(),
            left=self.left,
            full=spent,
        )
        if (
            self.outcome == RunOutcome.OK and more is not None and not self.sweeping
        ):  # a sweep asks for many old listings, and goes on with the next visit
            self.outcome = RunOutcome.STOPPED
            self.detail = "the last addresses that were asked for the first time gave no article: a calendar or filter without end, or articles that no rule knows"
            with self.ingest.archive.transaction() as writing:
                detail = f"{self.site.url}: {self.detail}; the next visit goes on from here"
                open_once(writing, Issue(IssueKind.TRAP, detail, self.site.key), self.clock())

    def _end_sweep(self) -> None:
        self.sweeping = False
        with self.ingest.archive.transaction() as db:
            end_sweep(db, self.site.key, at=self.clock())

    def conditions(self, page: KnownPage) -> dict[str, str]:
        """The headers that spare the portal an answer that we hold already, where its word on that can be believed. A sweep wants to see every listing."""
        if (self.sweeping and page.kind in LISTING_KINDS.values()) or (
            self.site.crawl.browser and page.kind in ("listing", "article")
        ):
            return {}  # what scripts fill a page with changes behind its validators
        if page.validators.etag is None and page.validators.last_modified is None:
            return {}
        return conditions(
            page.validators,
            belief(self.ingest.archive.connection, self.site.key, page.url, self.platform()),
        )

    def platform(self) -> Platform:
        """The site's family as far as it is known."""
        return platform_of(
            self.site.platform or self.ingest.platforms.get(self.site.key) or "generic"
        )
