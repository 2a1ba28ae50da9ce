"""Posts digests to webhooks: no redirect is followed, no answer is read beyond its head."""

import asyncio
import hashlib
import hmac
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

import httpx

from crawler.alerts.outcome import TOLD, Outcome
from crawler.visit.pace import parse_retry_after

POST_SECONDS = 30.0  # from connecting to the head of the answer
MOVED_FOR_GOOD = (301, 308)
MAY_PASS = (408, 409, 425, 429)  # of the codes that blame the sender


@dataclass(frozen=True, slots=True)
class Receiver:
    """A webhook with its secrets, which are never shown."""

    url: str
    headers: Mapping[str, str]
    secret: str | None = None

    def __repr__(self) -> str:
        return f"Receiver({self.place})"

    @property
    def place(self) -> str:
        """The host; what follows may be a secret."""
        return urlsplit(self.url).netloc


async def post(receiver: Receiver, key: str, body: bytes, now: datetime) -> Outcome:
    """Post one body under its key."""
    headers = {
        **receiver.headers,
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": key,
        "User-Agent": "loa-alert",
    }
    if receiver.secret is not None:
        headers["X-Hub-Signature"] = signature(receiver.secret, body)
    try:
        async with (
            asyncio.timeout(POST_SECONDS),
            httpx.AsyncClient(
                verify=_tls(),
                timeout=POST_SECONDS,
                follow_redirects=False,
                trust_env=False,  # no password of ~/.netrc, no proxy that nobody named here
            ) as client,
            client.stream("POST", receiver.url, content=body, headers=headers) as answer,
        ):
            return judged(answer.status_code, answer.headers, now)
    except TimeoutError:
        return Outcome("failed", f"{receiver.place}: took too long", spreads=True)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:  # no host's name
        # Of the whole message, httpx's may hold the address.
        return Outcome("failed", f"{receiver.place}: {type(error).__name__}", spreads=True)


@cache
def _tls() -> ssl.SSLContext:
    """What verifies certificates; made once, because it reads those of all authorities."""
    return ssl.create_default_context()


def signature(secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature (WebSub, section 7.1): HMAC-SHA256 of the body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def judged(status: int, headers: Mapping[str, str], now: datetime) -> Outcome:
    """What an answer means."""
    said = f"answered {status}"
    if 200 <= status < 300:
        return TOLD
    if status in MOVED_FOR_GOOD:
        target = urlsplit(headers.get("location", "")).netloc or "another address"
        return Outcome("refused", f"{said}, moved to {target}; name the new address in alerts.toml")
    if 400 <= status < 500 and status not in MAY_PASS:
        return Outcome("refused", said)
    not_before = parse_retry_after(headers.get("retry-after", ""), now)
    return Outcome("failed", said, spreads=True, not_before=not_before)
