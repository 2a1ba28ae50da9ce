"""Connections of which none can hold the server: slow senders and slow readers are cut off."""

import asyncio
import socket
import struct
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 15.0  # for the whole head of a request, and between two requests
LOOK_SECONDS = 5.0  # between two looks at a connection
SLOWEST = 2_000  # bytes a second that a reader must take of an answer that waits for it
PATIENCE = 3  # looks in a row at which a reader may be slower
MOST_CONNECTIONS = 400
AT_ONCE = struct.pack("ii", 1, 0)  # linger for no second
CROWDED = (
    f"HTTP/1.1 503 {HTTPStatus.SERVICE_UNAVAILABLE.phrase}\r\nretry-after: 5\r\n"
    "content-length: 0\r\nconnection: close\r\n\r\n"
).encode()


class LimitedConnection(H11Protocol):
    """One connection. Uvicorn itself waits for ever for the rest of a head, or of an answer to be
    taken.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._watch: asyncio.TimerHandle | None = None
        self._idle_since = self.loop.time()
        self._unsent = self._looks_slow = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS and not self._make_room():
            transport.write(CROWDED)
            transport.close()
            return
        self._watch = self.loop.call_later(LOOK_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        self._idle_since = self.loop.time()
        super().on_response_complete()

    @property
    def is_idle(self) -> bool:
        """Whether no answer is being made: the next request has not come, or not whole."""
        return self.cycle is None or self.cycle.response_complete

    def _make_room(self) -> bool:
        """End the connection that has waited longest for a request; whether there was one."""
        others = [
            one
            for one in self.connections
            if isinstance(one, LimitedConnection) and one is not self and one.is_idle
        ]
        if not others:
            return False
        min(others, key=lambda one: one._idle_since).transport.abort()
        return True

    def _cut_off(self) -> None:
        """End the connection, and forget what the kernel still has to send of it."""
        connection = self.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.transport.abort()

    def _look(self) -> None:
        unsent = self.transport.get_write_buffer_size()
        is_slow = unsent > 0 and self._unsent - unsent < SLOWEST * LOOK_SECONDS
        # What is added to the buffer hides what was taken; that goes on only while it is taken.
        self._looks_slow = self._looks_slow + 1 if is_slow and unsent <= self._unsent else 0
        self._unsent = unsent
        waited = self.loop.time() - self._idle_since
        if self._looks_slow >= PATIENCE or (self.is_idle and not unsent and waited > HEAD_SECONDS):
            self._cut_off()
        else:
            self._watch = self.loop.call_later(LOOK_SECONDS, self._look)
