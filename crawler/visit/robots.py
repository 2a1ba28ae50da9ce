"""robots.txt by RFC 9309: what the answer means for one host.

The caller fetches, follows redirects and keeps the policy.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from crawler.visit.pace import LONGEST_CRAWL_DELAY

MOST_BYTES = 500 * 1024  # RFC 9309, section 2.5: a crawler reads at least this much
MOST_REDIRECTS = 5  # RFC 9309, section 2.3.1.2
KEPT_FOR = timedelta(hours=24)  # RFC 9309, section 2.4

_MOST_PAIRS = 500_000  # (rule, agent) pairs: the parser builds every one, in the fetching process
_UNDECODABLE = re.compile("[\udc80-\udcff]")
_AGENT_LINE = re.compile(r"user[- ]?agent\b", re.IGNORECASE)
_SITE_WIDE_LINE = re.compile(r"(?:site-?maps?|host)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RobotsPolicy:
    """The rules of one host for crawlers, for 24 hours from `fetched_at`.

    `status` comes from the last answer; None if there was none. `sitemaps` are addresses as the
    file writes them, relative ones too.
    """

    fetched_at: datetime
    status: int | None
    sitemaps: tuple[str, ...] = ()
    _rules: Protego | None = field(default=None, repr=False, compare=False)
    _without_rules: bool = False

    @property
    def expires_at(self) -> datetime:
        """When to fetch the file again."""
        return self.fetched_at + KEPT_FOR

    def allows(self, url: str, user_agent: str) -> bool:
        """Whether an address of this host may be requested. robots.txt itself always may."""
        if self._rules is not None:
            return self._rules.can_fetch(url, user_agent)
        return self._without_rules or urlsplit(url).path == "/robots.txt"

    def crawl_delay(self, user_agent: str) -> float | None:
        """Seconds the host wants between two requests, at most 300; None if it does not say.

        Not in RFC 9309, but obeyed.
        """
        delay = self._rules.crawl_delay(user_agent) if self._rules is not None else None
        return None if delay is None else min(delay, LONGEST_CRAWL_DELAY)


def robots_policy(status: int | None, body: bytes, fetched_at: datetime) -> RobotsPolicy:
    """The policy that follows from an answer for robots.txt (RFC 9309, section 2.3.1).

    2xx: the rules of the first 500 KiB; a page of HTML has none. 4xx, and a redirect after which
    the caller gave up: no rules. 429, 5xx, anything else and no answer (`status` None): nothing may
    be requested. The same holds if a file has so many rules for so many agents that reading it
    would hold up the crawl.
    """
    if status is None or status in (304, 429) or not 200 <= status < 500:
        # A 304 would answer a condition that we never sent.
        return RobotsPolicy(fetched_at, status)
    text = robots_text(body)
    if status >= 300 or text.lstrip().startswith("<"):
        return RobotsPolicy(fetched_at, status, _without_rules=True)
    if _pairs(text) > _MOST_PAIRS:
        return RobotsPolicy(fetched_at, status)
    rules = Protego.parse(text)
    return RobotsPolicy(fetched_at, status, tuple(dict.fromkeys(rules.sitemaps)), rules)


def robots_text(body: bytes) -> str:
    """The text of the first MOST_BYTES: UTF-8 as the RFC demands, or UTF-16 if the bytes say so.

    Other bytes become %-escapes, as in an address. The policy of this text is that of the file.
    """
    if len(body) > MOST_BYTES:
        # Half a rule is a different rule: cut short, "Disallow: /uploads/private" forbids more.
        body = body[:MOST_BYTES].rpartition(b"\n")[0]
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = body.decode("utf-16", "replace")
    elif body[:1] == b"\0":
        text = body.decode("utf-16-be", "replace")
    elif body[1:2] == b"\0":
        text = body.decode("utf-16-le", "replace")
    else:
        text = body.decode("utf-8-sig", "surrogateescape")
    return _UNDECODABLE.sub(lambda match: f"%{ord(match[0]) - 0xDC00:02X}", text).replace("\0", "")


def _pairs(text: str) -> int:
    """How many (rule, agent) pairs a parser would make of the file.

    A small file with 18,000 agents before 25,000 rules makes 450 million.
    """
    pairs = agents = 0
    in_rules = False
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#") or _SITE_WIDE_LINE.match(line):
            continue
        if _AGENT_LINE.match(line):
            agents = 1 if in_rules else agents + 1
            in_rules = False
        else:
            in_rules = True
        pairs += agents
    return pairs
