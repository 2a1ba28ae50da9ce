"""How many requests are worked on at once: a few costly ones, and cheap ones beside them."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

# What an index answers in some milliseconds.
CHEAP = re.compile(
    r"/(?:(?:static/.*|a/[^/]+|site/[^/]+|sites|status|questions|day/[^/]+|month/[^/]+"
    r"|capture/\d+|attachment/\d+|image/\d+|robots\.txt|favicon\.ico)?)"
)
# Bytes of WARC files, whose readers may be slow. None of them waits for a query.
BYTES = re.compile(r"/(?:capture|attachment|image)/\d+/(?!original$|frame$).+")
_is_costly: ContextVar[bool] = ContextVar("is_costly", default=False)


class TooManyError(Exception):
    """More requests wait than can be answered soon."""


class Lane:
    """Lets `at_once` requests through, and `waiting` wait for `seconds`."""

    def __init__(self, at_once: int, waiting: int, seconds: float) -> None:
        self._room = asyncio.Semaphore(at_once)
        self._most, self._seconds = waiting, seconds
        self._waiting = 0

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        """Raises TooManyError."""
        if self._room.locked() and self._waiting >= self._most:
            raise TooManyError
        self._waiting += 1
        try:
            await asyncio.wait_for(self._room.acquire(), self._seconds)
        except TimeoutError as late:
            raise TooManyError from late
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._room.release()


class Lanes:
    """A lane for each kind of request."""

    def __init__(self) -> None:
        self._cheap = Lane(24, 200, 10)
        self._bytes = Lane(64, 0, 1)
        self._costly = Lane(3, 40, 10)

    @asynccontextmanager
    async def entered(self, path: str) -> AsyncIterator[None]:
        """Within the block, a request is worked on. Raises TooManyError."""
        if CHEAP.fullmatch(path):
            lane, costly = self._cheap, False
        elif BYTES.fullmatch(path):
            lane, costly = self._bytes, False
        else:
            lane, costly = self._costly, True
        async with lane.entered():
            token = _is_costly.set(costly)
            try:
                yield
            finally:
                _is_costly.reset(token)


def is_costly() -> bool:
    """Whether the present request is one of the few costly ones."""
    return _is_costly.get()
