"""Which file a request reads: the newest at its beginning, until its end."""

import asyncio
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import asynccontextmanager
from contextvars import ContextVar

from datasette.database import Database

from web.serving.served_file import Snapshot

Databases = MutableMapping[str, Database]
_pinned: ContextVar[Databases | None] = ContextVar("pinned", default=None)


def pinned() -> Databases | None:
    """What the present request reads; None outside of requests."""
    return _pinned.get()


class Editions:
    """Counts who reads which file, so that a replaced one is closed after its last reader."""

    def __init__(self, newest: Callable[[], Databases]) -> None:
        self._newest = newest
        self._closing: set[asyncio.Future[None]] = set()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Within the block, everything is read from the files that are the newest now."""
        databases = self._newest()
        token = _pinned.set(databases)
        snapshots = [one for one in databases.values() if isinstance(one, Snapshot)]
        for one in snapshots:
            one.readers += 1
        try:
            yield
        finally:
            _pinned.reset(token)
            for one in snapshots:
                one.readers -= 1
                self.close_if_unused(one)

    def close_if_unused(self, snapshot: Snapshot) -> None:
        """Close a snapshot that was replaced and that no request reads any more."""
        if snapshot.readers or snapshot in self._newest().values():
            return
        closing = asyncio.get_running_loop().run_in_executor(None, snapshot.close)
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
