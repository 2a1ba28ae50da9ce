"""Hands e-mails to the operator's server: verified TLS, one limit of time for each step."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from crawler.alerts.alerts_file import Smtp
from crawler.alerts.outcome import TOLD, Outcome

# Whole steps, however slowly a server drips its lines.
CONNECT_SECONDS = 30.0
MESSAGE_SECONDS = 120.0
QUIT_SECONDS = 5.0


class MailServer:
    """A connection to the server, made at the first message. Messages go out one by one."""

    def __init__(self, smtp: Smtp, password: str | None) -> None:
        self._smtp, self._password = smtp, password
        self._client: SMTP | None = None

    @classmethod
    @asynccontextmanager
    async def of(cls, smtp: Smtp, password: str | None) -> AsyncIterator["MailServer"]:
        """A server, left in order at the end."""
        server = cls(smtp, password)
        try:
            yield server
        finally:
            await server._leave()

    async def send(self, sender: str, recipient: str, message: bytes) -> Outcome:
        """Send one message to one recipient."""
        try:
            client = self._client or await self._connected()
        except (SMTPException, OSError, ValueError) as error:  # TimeoutError is an OSError
            where = "{}:{}".format(*self._smtp.at)
            return Outcome("failed", f"{where}: {_said(error)}", spreads=True)
        try:
            async with asyncio.timeout(MESSAGE_SECONDS):
                await client.sendmail(sender, [recipient], message)
        except SMTPRecipientsRefused as refused:
            return _by_code(refused.recipients[0].code, _said(refused.recipients[0]))
        except SMTPResponseException as error:
            return _by_code(error.code, _said(error))
        except (SMTPException, OSError) as error:
            await self._leave()
            return Outcome("failed", _said(error), spreads=True)
        return TOLD

    async def _connected(self) -> SMTP:
        smtp = self._smtp
        host, port = smtp.at
        client = SMTP(
            hostname=host,
            port=port,
            use_tls=smtp.security == "tls",
            start_tls=smtp.security == "starttls",
            tls_context=None if smtp.security == "none" else ssl.create_default_context(),
            timeout=CONNECT_SECONDS,
        )
        self._client = client
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.connect()
                if smtp.user is not None and self._password is not None:
                    # As bytes: a password may have letters beyond ASCII.
                    await client.login(smtp.user.encode(), self._password.encode())
        except BaseException:
            await self._leave()
            raise
        return client

    async def _leave(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        with suppress(SMTPException, OSError):
            async with asyncio.timeout(QUIT_SECONDS):
                await client.quit()
        client.close()


def _by_code(code: int, reason: str) -> Outcome:
    if code == 421:  # the server is closing this connection
        return Outcome("failed", reason, spreads=True)
    return Outcome("refused" if 500 <= code < 600 else "failed", reason)


def _said(error: Exception) -> str:
    """An error in one line. Of a failed login, the code alone: servers may repeat what was sent."""
    if isinstance(error, SMTPAuthenticationError):
        return f"the server refused user and password ({error.code}); mend them in alerts.toml"
    if isinstance(error, SMTPResponseException):
        return " ".join(f"{error.code} {error.message}".split())[:300]
    if isinstance(error, TimeoutError):
        return "took too long"
    return " ".join(str(error).split())[:300] or type(error).__name__
