"""The service behind `loa schedule run`: rounds, each in a process of its own that is ended when it passes its time, and a sleep till something is due."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from crawler.clock import Clock

GRACE = 5.0  # seconds between SIGTERM and SIGKILL; being killed costs nothing but the request that is under way
SHORTEST_SLEEP = 60.0  # seconds
GOOD_CODES = (0, 7)  # after these the archive's word on what is due can be taken

NextDue = Callable[[datetime], datetime | None]


async def serve_rounds(
    command: Sequence[str],
    *,
    every: float,
    limit: float,
    next_due: NextDue,
    clock: Clock,
    tell: Callable[[str], None],
    stopping: asyncio.Event,
) -> None:
    """Runs the command until `stopping` is set, each time till its end or its `limit` (seconds), and tells one line a round.

    Between two rounds it sleeps until `next_due`, `every` seconds at most: a new site file, or a clock that was set, is noticed by then. Where a round went
    wrong it sleeps as long as it may, since what was due still is.
    """
    while not stopping.is_set():
        began = clock()
        try:
            ended = _in_words(code := await one_round(command, limit=limit, stopping=stopping))
        except OSError as error:  # no memory or no process left: later there may be
            code, ended = 1, f"could not begin ({error.strerror})"
        now = clock()
        pause = sleep_for(next_due(now) if code in GOOD_CODES else None, now, every)
        what_next = (
            "stopping"
            if stopping.is_set()
            else f"the next at {now + timedelta(seconds=pause):%Y-%m-%d %H:%M} UTC"
        )
        tell(f"{began:%Y-%m-%d %H:%M} UTC: the round {ended}; {what_next}")
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause)


async def one_round(command: Sequence[str], *, limit: float, stopping: asyncio.Event) -> int:
    """Runs a command to its end; returns its exit code, negative for the signal that ended it. Nothing of it is left running.

    After `limit` seconds, or once `stopping` is set, it gets SIGTERM, and SIGKILL with all its children GRACE seconds later.
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
        with suppress(
            ProcessLookupError
        ):  # its readers too: a process that is killed cannot end them
            os.killpg(child.pid, signal.SIGKILL)
    return await ended


def sleep_for(due: datetime | None, now: datetime, every: float) -> float:
    """Seconds to sleep: till `due`, never less than a minute nor more than `every`, whatever clock and archive say."""
    seconds = (due - now).total_seconds() if due is not None else every
    return max(min(seconds, every), SHORTEST_SLEEP)


def _in_words(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return "went well" if code == 0 else f"ended with exit code {code}"
