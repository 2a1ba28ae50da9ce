"""A loopback server that answers each address with exactly the bytes it was given.

It plays as many hosts as it has ports.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

ABSENT = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
ABORT = struct.pack("ii", 1, 0)  # SO_LINGER on, for no seconds: close() sends RST


@dataclass(slots=True)
class Host:
    """One port. `asked` lists the paths in order.

    `answers` maps a path with its query to the maker of the bytes; `otherwise` makes all others.
    """

    port: int
    answers: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    otherwise: Callable[[str], bytes] = lambda path: ABSENT
    aborted: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The host's front page."""
        return f"http://127.0.0.1:{self.port}/"


class ExactPortal:
    """Serves while the `with` block lasts, one answer a connection."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._servers: list[asyncio.Server] = []

    def host(self) -> Host:
        """A new host on a port of its own."""
        return asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    async def _open(self) -> Host:
        host = Host(0)
        server = await asyncio.start_server(
            lambda reader, writer: self._converse(host, reader, writer), "127.0.0.1", 0
        )
        self._servers.append(server)
        host.port = server.sockets[0].getsockname()[1]
        return host

    async def _converse(
        self, host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            path = request.split(b" ", 2)[1].decode("latin-1")
            host.asked.append(path)
            make = host.answers.get(path)
            writer.write(make() if make is not None else host.otherwise(path))
            await writer.drain()
            if path in host.aborted:
                writer.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, ABORT
                )
                writer.transport.abort()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the crawler hung up, which is its good right
        finally:
            writer.close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in self._servers:
            self._loop.call_soon_threadsafe(server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
