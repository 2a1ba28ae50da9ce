"""The service behind `loa schedule run`: it runs rounds and sleeps until something is due.

Each round is a process of its own, with a time limit.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.clock import Clock

GRACE = 5.0  # seconds between SIGTERM and SIGKILL, which costs only the request under way
SHORTEST_SLEEP = 60.0  # seconds
ALERT_SECONDS = 900.0  # to tell alerts; what was not told waits
BUSY = 10  # somebody else is telling
GOOD_CODES = (0, 7)  # after these exit codes, the archive knows what is due

NextDue = Callable[[datetime], datetime | None]


@dataclass(frozen=True, slots=True)
class Rounds:
    """The command to run again and again: each round until its end or its `limit`, in seconds.

    `every`: the longest sleep between two rounds, in seconds. By then a new site file, or a clock
    that was set, is noticed. `after`: a command that tells alerts after each round, if any.
    """

    command: Sequence[str]
    every: float
    limit: float
    after: Sequence[str] = ()


async def serve_rounds(
    rounds: Rounds,
    *,
    next_due: NextDue,
    clock: Clock,
    tell: Callable[[str], None],
    stopping: asyncio.Event,
) -> None:
    """Run rounds until `stopping` is set, and `tell` one line about each.

    Between two rounds it sleeps until `next_due`. After a failed round it sleeps for the longest
    time, because the same sites are still due.
    """
    while not stopping.is_set():
        began = clock()
        code, ended = await _ended(rounds.command, rounds.limit, stopping)
        ended += await _alerts(rounds, stopping)
        now = clock()
        pause = sleep_for(next_due(now) if code in GOOD_CODES else None, now, rounds.every)
        then = f"the next at {now + timedelta(seconds=pause):%Y-%m-%d %H:%M} UTC"
        what_next = "stopping" if stopping.is_set() else then
        tell(f"{began:%Y-%m-%d %H:%M} UTC: the round {ended}; {what_next}")
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause)


async def _ended(command: Sequence[str], limit: float, stopping: asyncio.Event) -> tuple[int, str]:
    """The exit code of a command, and how it ended in words."""
    try:
        code = await one_round(command, limit=limit, stopping=stopping)
    except OSError as error:  # no memory or process left; there may be later
        return 1, f"could not start ({error.strerror})"
    return code, _in_words(code)


async def _alerts(rounds: Rounds, stopping: asyncio.Event) -> str:
    """Tell alerts; what somebody should know of that."""
    if not rounds.after or stopping.is_set():
        return ""
    code, ended = await _ended(rounds.after, ALERT_SECONDS, stopping)
    return "" if code in (0, BUSY) or stopping.is_set() else f"; telling alerts {ended}"


async def one_round(command: Sequence[str], *, limit: float, stopping: asyncio.Event) -> int:
    """Run a command to its end; return its exit code, negative for the signal that ended it.

    After `limit` seconds, or once `stopping` is set, it gets SIGTERM. GRACE seconds later it and
    all its children get SIGKILL. No process is left running.
    """
    child = await asyncio.create_subprocess_exec(*command, start_new_session=True)
    ended, stop = asyncio.create_task(child.wait()), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({ended, stop}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            child.terminate()
            await asyncio.wait({ended}, timeout=GRACE)
    finally:
        stop.cancel()
        # Its readers too: a process that is killed cannot end them.
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    return await ended


def sleep_for(due: datetime | None, now: datetime, every: float) -> float:
    """Seconds to sleep: until `due`, but at least a minute and at most `every`."""
    seconds = (due - now).total_seconds() if due is not None else every
    return max(min(seconds, every), SHORTEST_SLEEP)


def _in_words(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return "went well" if code == 0 else f"ended with exit code {code}"
