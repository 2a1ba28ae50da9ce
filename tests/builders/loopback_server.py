"""A server of a test's own, which serves while a `with` block lasts."""

from socketserver import BaseServer
from threading import Thread
from types import TracebackType
from typing import Self


class Serving:
    """What has a `server`, bound already: it answers in a thread until the block ends."""

    server: BaseServer

    def __enter__(self) -> Self:
        Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
