"""Receivers of alerts on loopback, which take, refuse, hang up or hang as a test tells them."""

import asyncio
import email.policy
import json
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.builders.loopback_server import Serving

# What a mail server may do, once for each message, and a webhook, once for each request. Of those
# in TAKEN_UNSAID, the receiver has it, and we do not know.
MAIL_FAULTS = (
    *("mail 451", "rcpt 450", "rcpt hang up", "data 451", "data hang up", "data hang", "greeting"),
    *("data take and hang up", "mail drip"),
)
MAIL_REFUSALS = ("mail 553", "rcpt 550", "data 554")
HOOK_FAULTS = (
    *("500", "503 later", "429 later", "hang", "close", "302", "take and close", "drip"),
    "take and go on",
)
HOOK_REFUSALS = ("410", "400", "308")
TAKEN_UNSAID = ("data take and hang up", "take and close")
HANGS = ("data hang", "mail drip", "hang", "drip")
DRIP_SECONDS = 0.05  # between two pieces of an answer that never ends
LATER = 600  # seconds of Retry-After


@dataclass
class Taken:
    """Something that a receiver took: for whom, under which key, and the bytes."""

    recipient: str
    key: str
    body: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.body, policy=email.policy.default)

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Script:
    """What comes next: faults in their order, then all goes well. `taken`: what was accepted."""

    faults: deque[str] = field(default_factory=deque)
    taken: list[Taken] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    offered: threading.Event = field(default_factory=threading.Event)
    reached: int = 0

    def next(self) -> str:
        fault = self.faults.popleft() if self.faults else "take"
        self.met.append(fault)
        return fault


class _OnAFreePort(Controller):
    def _trigger_server(self) -> None:
        self.port = cast(asyncio.Server, self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class MailReceiver:
    """A mail server; each message meets the next fault of its script."""

    def __init__(self, script: Script | None = None, port: int = 0, **options: Any) -> None:
        self.script = script or Script()
        self._fault = "take"
        self._controller = _OnAFreePort(self, hostname="127.0.0.1", port=port, **options)

    @property
    def port(self) -> int:
        return self._controller.port

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop()

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        if self.script.faults and self.script.faults[0] == "greeting":
            self.script.next()
            return ["421 closing"]
        return answers

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        self.script.reached += 1
        self._fault = self.script.next()
        while self._fault == "mail drip" and not _is_closing(server):
            await server.push("250-wait")
            await asyncio.sleep(DRIP_SECONDS)
        if self._fault.startswith("mail "):
            return f"{self._fault[5:]} no"
        envelope.mail_from = sender
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]
    ) -> str:
        if self._fault == "rcpt hang up":
            _hang_up(server)
        elif self._fault.startswith("rcpt "):
            return f"{self._fault[5:]} no such mailbox"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self._fault
        if fault == "data hang up":
            _hang_up(server)
            return "451 gone"
        if fault == "data hang":
            await asyncio.sleep(60)  # until the client hangs up
        if fault.startswith("data ") and fault[5:].isdigit():
            return f"{fault[5:]} no"
        if fault != "data hang":
            body = cast(bytes, envelope.original_content)
            message = message_from_bytes(body, policy=email.policy.default)
            self.script.taken.append(Taken(envelope.rcpt_tos[0], message["Message-ID"], body))
            self.script.offered.set()
        if fault == "data take and hang up":
            _hang_up(server)
        return "250 taken"


def _is_closing(server: SMTP) -> bool:
    return cast(asyncio.Transport, server.transport).is_closing()


def _hang_up(server: SMTP) -> None:
    cast(asyncio.Transport, server.transport).abort()


class HookReceiver(Serving):
    """A webhook; each request meets the next fault of its script."""

    def __init__(self, script: Script | None = None) -> None:
        self.script = script or Script()
        self.heads: list[dict[str, str]] = []
        self.ending = threading.Event()
        self.server = server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{server.server_port}/hook/s3cret-path"

    def __exit__(self, *error: Any) -> None:
        self.ending.set()
        super().__exit__(*error)


def _handler(receiver: HookReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            script = receiver.script
            script.reached += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fault = script.next()
            receiver.heads.append(dict(self.headers.items()))
            if fault.startswith("take"):
                script.taken.append(Taken("webhook", self.headers["Idempotency-Key"], body))
                script.offered.set()
            if fault == "hang":
                receiver.ending.wait(60)
            if fault in ("hang", "close", "take and close"):
                self.close_connection = True
                return
            if fault in ("drip", "take and go on"):
                self._go_on(b"HTTP/1.1 200 OK" if fault == "drip" else b"HTTP/1.1 200 OK\r\n\r\n")
                return
            code = int(fault.split()[0]) if fault != "take" else 204
            self.send_response(code)
            if fault.endswith("later"):
                self.send_header("Retry-After", str(LATER))
            if code in (302, 308):
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _go_on(self, head: bytes) -> None:
            """Never end the line, or the body."""
            self.close_connection = True
            with suppress(OSError):
                self.wfile.write(head)
                while not receiver.ending.wait(DRIP_SECONDS):
                    self.wfile.write(b"x" * 100)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
