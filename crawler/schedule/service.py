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
GOOD_CODES = (0, 7)  # after these exit codes, the archive knows what is due

NextDue = Callable[[datetime], datetime | None]


@dataclass(frozen=True, slots=True)
class Rounds:
    """The command to run again and again: each round until its end or its `limit`, in seconds.

    `every`: the longest sleep between two rounds, in seconds. By then a new site file, or a clock
    that was set, is noticed.
    """

    command: Sequence[str]
    every: float
    limit: float


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
        try:
            code = await one_round(rounds.command, limit=rounds.limit, stopping=stopping)
            ended = _in_words(code)
        except OSError as error:  # no memory or process left; there may be later
            code, ended = 1, f"could not start ({error.strerror})"
        now = clock()
        pause = sleep_for(next_due(now) if code in GOOD_CODES else None, now, rounds.every)
        then = f"the next at {now + timedelta(seconds=pause):%Y-%m-%d %H:%M} UTC"
        what_next = "stopping" if stopping.is_set() else then
        tell(f"{began:%Y-%m-%d %H:%M} UTC: the round {ended}; {what_next}")
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause)


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
