"""Limits the work of a query, not the time that a busy machine takes for it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

WAITING = 15  # a query that only waits for a slow disk ends after so many times its limit
# SQLite asks every so many steps of its machine, a few microseconds each, whether to go on. Each
# question takes Python's lock, for which busy threads wait.
STEPS = 20_000
FEWEST_STEPS = 1_000


@contextmanager
def limit_work(connection: sqlite3.Connection, milliseconds: float) -> Iterator[None]:
    """Stop any query that computes longer than this, in processor time of this thread.

    SQLite then raises OperationalError("interrupted"). For use in the thread that queries.
    """
    seconds = milliseconds / 1000
    computed = time.thread_time() + seconds
    waited = time.monotonic() + seconds * WAITING

    def is_over() -> bool:
        return time.thread_time() >= computed or time.monotonic() >= waited

    steps = STEPS if milliseconds > 100 else FEWEST_STEPS
    connection.set_progress_handler(is_over, steps)
    try:
        yield
    finally:
        connection.set_progress_handler(None, steps)
