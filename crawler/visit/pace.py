"""When a host may get its next request. Never sleeps, never reads a clock.

One request at a time, with a gap after each answer; longer after trouble or if the host asks.
"""

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_CRAWL_DELAY = 300.0  # seconds
LONGEST_RETRY_AFTER = timedelta(hours=24)
LONGEST_BACK_OFF = 3_600.0  # seconds

_TROUBLE = frozenset({429, 502, 503, 504})
_TOO_FAST = frozenset({429, 503})
_SHORTEST_BACK_OFF = 30.0  # seconds; NukeViet's limiter counts by the minute
_SLOWER = 1.5
_SLOWEST = 20.0
_EASIER = 0.95  # eight good answers make up for one refusal
_SECONDS = re.compile(r"\d+", re.ASCII)
# As in all three forms of RFC 9110, section 5.6.7.
_WEEKDAY_FIRST = re.compile(r"[A-Za-z]{3,9},? .+", re.ASCII)


class HostPace:
    """The pace kept with one host. Times are seconds since 1970 (UTC), given by the caller.

    The gap between an answer and the next request is the longer of `delay` (the operator's wish)
    and `crawl_delay` (the host's wish, at most 300 s). It grows by half after every 429 or 503, and
    slowly returns with good answers. After a failure or a 429, 502, 503, 504 comes a pause. It
    doubles each time in a row, from 30 s to an hour, and one good answer ends it. Retry-After is
    kept, up to 24 hours. Store `not_before` and give it to the host's next pace, so that a restart
    sends no request sooner.
    """

    def __init__(self, delay: float) -> None:
        self._slowness = 1.0
        self._troubles = 0
        self._in_flight = False
        self._delay = delay
        self._crawl_delay = 0.0
        self.not_before = 0.0

    @property
    def gap(self) -> float:
        """Seconds now kept between an answer and the next request."""
        wanted = max(self._delay, self._crawl_delay)
        return wanted if self._slowness == 1.0 else max(wanted, 1.0) * self._slowness

    def obey_crawl_delay(self, crawl_delay: float | None) -> None:
        """Take the host's wish from its robots.txt: seconds, capped at 300; None for no wish."""
        self._crawl_delay = min(max(crawl_delay or 0.0, 0.0), LONGEST_CRAWL_DELAY)

    def may_ask_at(self) -> float:
        """The earliest time of the next request; infinity while one is under way."""
        return math.inf if self._in_flight else self.not_before

    def wait(self, now: float) -> float:
        """Seconds from `now` to the next request; infinity while one is under way.

        At most a day, even if the clock was set back.
        """
        if self._in_flight:
            return math.inf
        return min(max(self.not_before - now, 0.0), LONGEST_RETRY_AFTER.total_seconds())

    def asked(self, now: float) -> None:
        """Note that a request went out. The next waits for `answered` or `failed`."""
        self._in_flight = True
        self.not_before = now + self.gap  # keeps the gap if the process is killed before the answer

    def answered(self, now: float, status: int, headers: Iterable[tuple[str, str]] = ()) -> None:
        """Note that an answer came. Retry-After counts whatever the status."""
        if status in _TOO_FAST:
            self._slowness = min(self._slowness * _SLOWER, _SLOWEST)
        if status in _TROUBLE:
            self._ended(now, self._next_pause())
        else:
            # A refusal is no invitation to ask more often.
            if status < 500 and status not in (401, 403):
                self._troubles = 0
                self._slowness = max(1.0, self._slowness * _EASIER)
            self._ended(now, 0.0)
        told = next((value for name, value in headers if name.lower() == "retry-after"), "")
        until = parse_retry_after(told, datetime.fromtimestamp(now, UTC))
        if until is not None:
            self.not_before = max(self.not_before, until.timestamp())

    def unreached(self, now: float) -> None:
        """Note that a request never reached the host: its proxy failed."""
        self._ended(now, 0.0)

    def failed(self, now: float) -> None:
        """Note that no answer came: a timeout, a refused connection, an unknown host."""
        self._ended(now, self._next_pause())

    def _next_pause(self) -> float:
        self._troubles += 1
        doublings = min(self._troubles - 1, 10)  # the pause is capped anyway
        return min(_SHORTEST_BACK_OFF * float(2**doublings), LONGEST_BACK_OFF)

    def _ended(self, now: float, pause: float) -> None:
        self._in_flight = False
        self.not_before = now + max(self.gap, pause)


def parse_retry_after(value: str, now: datetime) -> datetime | None:
    """The instant that a Retry-After header names (RFC 9110, section 10.2.3).

    It is not before `now`, an aware instant, and at most 24 hours after it. None if the value is
    neither seconds nor an HTTP date.
    """
    text = value.strip()
    if _SECONDS.fullmatch(text):
        # Nine digits are beyond the cap; more could overflow.
        return now + min(timedelta(seconds=int(text[:9])), LONGEST_RETRY_AFTER)
    if not _WEEKDAY_FIRST.fullmatch(text):
        return None
    try:
        named = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if named.tzinfo is None:  # the old form of C's asctime, which is in UTC
        named = named.replace(tzinfo=UTC)
    return min(max(named, now), now + LONGEST_RETRY_AFTER)
