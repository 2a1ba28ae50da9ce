"""The hosts of one visit: their robots.txt, their pace, and those left alone.

A host is asked one request at a time, no sooner than its pace allows, and only after its robots.txt
was read in the last 24 hours.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.visit.assignment import Assignment
from crawler.visit.pace import LONGEST_CRAWL_DELAY, HostPace
from crawler.visit.robots import MOST_REDIRECTS, RobotsPolicy, robots_policy, robots_text
from crawler.visit.visit_end import VisitEnd
from pipelines.capture import Capture
from pipelines.keep.frontier.hosts import (
    KeptRobots,
    begin_asking,
    end_asking,
    keep_robots,
    known_host,
    rest_until,
    server_of,
)
from pipelines.keep.frontier.pages import reconsider
from pipelines.outcomes import OVERSIZE, OWN_FAULTS, PROXY_FAULT, RunOutcome
from pipelines.read.addresses.canonical import canonical_url, host_of, origin_of
from pipelines.read.text.content_codings import DecodeError, decode_content, open_undeclared

# Seconds that a visit waits for a host. A host that asks for more waits for the next visit.
PATIENCE = 90.0
# Bytes that a compressed robots.txt may unpack to. Its first 500 KiB are read however long it is
# (RFC 9309, section 2.5).
ROBOTS_LIMIT = 32 << 20


@dataclass(slots=True)
class Host:
    """What a visit knows about one host. `policy` is None until its robots.txt has come.

    A host and its twin with `www.` each have a robots.txt, but share one `pace`: they are one
    server.
    """

    pace: HostPace
    policy: RobotsPolicy | None = None
    robots_url: str | None = None
    robots_hops: int = 0

    @property
    def is_closed(self) -> bool:
        """Whether its robots.txt could not be fetched, so that this visit may request nothing."""
        return self.policy is not None and _failed(self.policy.status)


class Hosts:
    """The hosts that a visit has met. `left`: origins that get no more requests. `delay`: seconds
    between two requests to one host. The hosts' answers may change `end`.
    """

    def __init__(self, assignment: Assignment, delay: float, end: VisitEnd) -> None:
        self._at = assignment
        self._delay = delay
        self._end = end
        self._hosts: dict[str, Host] = {}
        self._paces: dict[str, HostPace] = {}  # by server
        self._asking: set[str] = set()  # servers that this visit has asked
        self.left: set[str] = set()

    def host(self, url: str) -> Host:
        """The host of an address, with the knowledge of earlier visits.

        That is how long it asked to be left alone, and a robots.txt of the last 24 hours.
        """
        name = host_of(url)
        if name not in self._hosts:
            db = self._at.ingest.archive.connection
            known = known_host(db, name)
            host, robots = Host(self._pace(name)), known.robots
            self._hosts[name] = host
            if robots is not None and not _failed(robots.status):
                body = (robots.text or "").encode()
                policy = robots_policy(robots.status, body, robots.fetched_at)
                if policy.expires_at > self._at.clock():
                    self._obey(host, policy)
            if known_host(db, server_of(name)).asked_by not in (None, self._at.run):
                # That run's process died, perhaps just after a request.
                began = self._at.began.timestamp()
                host.pace.not_before = max(host.pace.not_before, began + host.pace.gap)
            if known.not_before is not None:
                told = known.not_before.timestamp()
                host.pace.not_before = max(host.pace.not_before, told)
        return self._hosts[name]

    def _pace(self, name: str) -> HostPace:
        """The pace of a host's server."""
        server = server_of(name)
        if server not in self._paces:
            pace = self._paces[server] = HostPace(self._delay)
            rest = known_host(self._at.ingest.archive.connection, server).not_before
            pace.not_before = rest.timestamp() if rest else 0.0
        return self._paces[server]

    def _obey(self, host: Host, policy: RobotsPolicy) -> None:
        """Obey this robots.txt from now on. If a server has two, the longer delay holds."""
        host.policy = policy
        policies = (one.policy for one in self._hosts.values() if one.pace is host.pace)
        delays = (one.crawl_delay(self._at.user_agent) for one in policies if one is not None)
        host.pace.obey_crawl_delay(max((delay or 0.0 for delay in delays), default=0.0))

    def asks(self, url: str) -> None:
        """Note that a request for an address, or for its host's robots.txt, goes out."""
        host, server = self.host(url), server_of(host_of(url))
        if server not in self._asking:
            self._asking.add(server)
            with self._at.ingest.archive.transaction() as db:
                begin_asking(db, server, self._at.run)
        host.pace.asked(self._at.clock().timestamp())

    def sitemaps(self) -> tuple[str, ...] | None:
        """The sitemaps that the site's own robots.txt names; None until it has come."""
        host = self._hosts.get(host_of(self._at.site.url))
        return None if host is None or host.policy is None else host.policy.sitemaps

    def robots_url(self, url: str) -> str:
        """Where to fetch the robots.txt of an address's host, after any redirects."""
        return self.host(url).robots_url or f"{origin_of(url)}robots.txt"

    def take_robots(self, name: str, capture: Capture) -> None:
        """Take the answer for a host's robots.txt: it holds from now on and is kept for 24 hours.

        A redirect is followed MOST_REDIRECTS times.
        """
        host = self._hosts[name]
        if capture.fault == PROXY_FAULT:
            return  # the host was left
        if (
            capture.is_redirect
            and host.robots_hops < MOST_REDIRECTS
            and (target := canonical_url(capture.location, capture.url))
        ):
            host.robots_url, host.robots_hops = target, host.robots_hops + 1
            return
        at, body = capture.fetched_at, _robots_body(capture)
        policy = robots_policy(capture.status, body, at)
        self._obey(host, policy)
        # Its answer was paced before its Crawl-delay was known.
        host.pace.not_before = max(host.pace.not_before, at.timestamp() + host.pace.gap)
        delay = policy.crawl_delay(self._at.user_agent)
        kept = KeptRobots(at, capture.status, robots_text(body) or None, delay)
        with self._at.ingest.archive.transaction() as db:
            keep_robots(db, name, kept)
            reconsider(db, self._at.site.key, at=at)
        site_url = self._at.site.url
        if _failed(capture.status) and not policy.allows(site_url, self._at.user_agent):
            why = f"{capture.url}: {capture.error or f'answered {capture.status}'}"
            rest = "without robots.txt nothing may be asked, the next visit tries again"
            self._end.becomes(RunOutcome.UNREACHABLE, f"{why}; {rest}")

    def all_are_busy(self) -> bool:
        """Whether every host of the site has a request under way."""
        return len(self._hosts) >= len(self._at.site.all_hosts) and all(
            math.isinf(host.pace.may_ask_at()) for host in self._hosts.values()
        )

    def leave(self, url: str) -> None:
        """Send an address's host no more requests in this visit. The site's other hosts go on."""
        self.left.add(origin_of(url))

    def told_to_wait(self, url: str, now: datetime) -> float | None:
        """Seconds until the host of an address may get a request.

        None if that takes too long: the host is then left until the next visit.
        """
        host = self.host(url)
        wait = host.pace.wait(now.timestamp())
        # A slow pace alone is not a reason to leave.
        if wait <= max(PATIENCE, min(host.pace.gap, LONGEST_CRAWL_DELAY)):
            return wait
        rest = f"{host_of(url)}: asks to be left alone for {wait:.0f} s"
        self._end.becomes(RunOutcome.PAUSED, f"{rest}; the next visit goes on from here")
        self.leave(url)
        return None

    def answered(self, name: str, capture: Capture) -> None:
        """Note how a request made for the host `name` ended, which sets its pace.

        The request may have gone elsewhere: a host may keep its robots.txt on another one. The
        host's wish to be left alone is stored for later visits.
        """
        host = self._hosts[name]
        now = capture.fetched_at.timestamp()
        if capture.fault == PROXY_FAULT:
            host.pace.unreached(now)
            self.leave(capture.url)
            again = "the next visit asks again"
            self._end.becomes(RunOutcome.INCOMPLETE, f"{capture.url}: {capture.error}; {again}")
        elif capture.fault == OVERSIZE:
            host.pace.unreached(now)  # we cut it off, the host is well
        elif capture.status is None:
            host.pace.failed(now)
            if capture.fault in OWN_FAULTS:
                self.leave(capture.url)  # we refused it, and would refuse the next one too
        else:
            host.pace.answered(now, capture.status, capture.headers)
        if host.pace.not_before - now > host.pace.gap:
            with self._at.ingest.archive.transaction() as db:
                rest_until(db, server_of(name), datetime.fromtimestamp(host.pace.not_before, UTC))

    def keep_gaps(self) -> None:
        """Store the gaps that still run at the end of a visit: another site may share the host.

        If a request was given up, a whole gap begins now: the server may still be working on it.
        """
        now = self._at.clock().timestamp()
        with self._at.ingest.archive.transaction() as db:
            end_asking(db, self._at.run)
            for server, pace in self._paces.items():
                until = now + pace.gap if math.isinf(pace.may_ask_at()) else pace.not_before
                if until > now:
                    # Timestamps are stored in whole milliseconds, rounded down.
                    rest_until(db, server, datetime.fromtimestamp(until + 0.001, UTC))


def _failed(status: int | None) -> bool:
    """Whether an answer for robots.txt forbids everything for now (RFC 9309, section 2.3.1.4)."""
    return status is None or status >= 500 or status == 429


def _robots_body(capture: Capture) -> bytes:
    """The content of a robots.txt. Of compressed data that is cut or a bomb, the lines that came:
    their rules hold.
    """
    if capture.status is None:
        return b""
    try:
        content = decode_content(capture, limit=ROBOTS_LIMIT)
        return open_undeclared(content, limit=ROBOTS_LIMIT).body
    except DecodeError as error:
        return error.so_far.rpartition(b"\n")[0]
