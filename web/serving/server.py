"""Answers requests over HTTP until a signal ends it."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import uvicorn

from web.serving.connections import LimitedConnection
from web.serving.face import Face

GRACE = 10  # seconds in which answers under way may end after a signal

Beside = Callable[[], Coroutine[Any, Any, None]]


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, answering: Callable[[], None], beside: Beside | None
    ) -> None:
        super().__init__(config)
        self._answering, self._beside = answering, beside
        self._task: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        if self._beside is not None:
            self._task = asyncio.create_task(self._beside())
        self._answering()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await super().shutdown(sockets)


def run(
    face: Face,
    host: str,
    port: int,
    answering: Callable[[], None],
    beside: Beside | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; `answering` is called as soon as requests are answered.

    `beside` runs meanwhile. Uvicorn raises the signal that ended it once more, for the handlers
    that were there before.
    """
    asyncio.run(face.invoke_startup())
    config = uvicorn.Config(
        face.app(),
        host=host,
        port=port,
        http=LimitedConnection,
        ws="none",
        lifespan="on",
        forwarded_allow_ips=[*face.serving.trusted_proxies],
        # A line for each page is noise on a terminal. It would also fill the pipe of a program that
        # started us and reads only our first line.
        access_log=False,
        log_level="warning",  # our own line says that it answers
        timeout_graceful_shutdown=GRACE,
    )
    _Server(config, answering, beside).run()


def require_free(host: str, port: int) -> None:
    """Raise OSError if the port is in use or the address is not this computer's."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as probe:
        # As uvicorn does: a port just left is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
