"""Sends what waits in the outbox, and notes what came of each attempt at once."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crawler.alerts.alerts_file import Alert, Alerts, Smtp, mailbox_of, webhook_url
from crawler.alerts.backoff import OVERDUE, is_due, next_attempt
from crawler.alerts.mail_server import MailServer
from crawler.alerts.outbox import Delivery, Outbox
from crawler.alerts.outcome import Outcome
from crawler.alerts.posting import Receiver, post
from crawler.alerts.secret import secret_of
from crawler.clock import Clock
from portals.errors import PortalFileError

WEBHOOK = "webhook"  # the recipient of every webhook: its address may be a secret


@dataclass(frozen=True, slots=True)
class Receivers:
    """Where digests go, with the secrets that this takes."""

    smtp: Smtp | None
    password: str | None = field(repr=False)
    webhooks: Mapping[str, Receiver]  # by alert
    recipients: Mapping[str, frozenset[tuple[str, str]]]  # channel and recipient, by alert

    @classmethod
    def of(cls, alerts: Alerts) -> "Receivers":
        """Those of a file. Raises PortalFileError for a secret that cannot be read."""
        smtp, path = alerts.smtp, alerts.path
        password = None
        if smtp is not None:
            password = secret_of(smtp.password_env, smtp.password_file, path, "smtp.password")
        hooks = {
            one.name: _receiver(alerts, one, f"alert[{number}].webhook")
            for number, one in enumerate(alerts.alert)
            if one.webhook is not None
        }
        named = {one.name: frozenset(recipients_of(one)) for one in alerts.alert}
        return cls(smtp, password, hooks, named)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one delivery; of one that was withdrawn, nobody tried."""

    delivery: Delivery
    outcome: Outcome | None
    next_at: datetime | None = None


def is_trouble(delivery: Delivery, now: datetime) -> bool:
    """Whether a person must look at a delivery: it was refused, or has failed for a day."""
    if delivery.state == "refused":
        return True
    return delivery.attempts > 0 and now - delivery.made_at >= OVERDUE


def recipients_of(alert: Alert) -> Iterator[tuple[str, str]]:
    """Channel and recipient of each delivery of a digest."""
    for typed in alert.email.to if alert.email is not None else ():
        yield "email", mailbox_of(typed)
    if alert.webhook is not None:
        yield "webhook", WEBHOOK


async def deliver(outbox: Outbox, receivers: Receivers, clock: Clock) -> list[Attempt]:
    """Send what is due. To one receiver in order: where one delivery must wait, later ones do."""
    sending = _Sending(outbox, receivers, clock)
    waiting = [
        one
        for one in outbox.open_deliveries()
        if one.alert in receivers.recipients and sending.is_wanted(one)
    ]
    queues: dict[tuple[str, str, str], list[Delivery]] = {}
    for one in waiting:
        if one.state == "waiting":
            queues.setdefault(one.receiver, []).append(one)
    if receivers.smtp is not None:
        async with MailServer.of(receivers.smtp, receivers.password) as server:
            await sending.mails(server, [q for key, q in queues.items() if key[1] == "email"])
    posts = [queue for key, queue in queues.items() if key[1] == "webhook"]
    # Side by side: one that hangs keeps nobody waiting.
    await asyncio.gather(*(sending.posts(queue) for queue in posts))
    return sending.attempts


class _Sending:
    def __init__(self, outbox: Outbox, receivers: Receivers, clock: Clock) -> None:
        self.outbox, self.receivers, self.clock = outbox, receivers, clock
        self.attempts: list[Attempt] = []

    def is_wanted(self, delivery: Delivery) -> bool:
        """Whether the file still names the recipient; if not, the delivery is withdrawn."""
        named = self.receivers.recipients[delivery.alert]
        if (delivery.channel, delivery.recipient) in named:
            return True
        self.outbox.end(delivery, "withdrawn", self.clock(), "alerts.toml no longer names it")
        self.attempts.append(Attempt(delivery, None))
        return False

    async def mails(self, server: MailServer, queues: Iterable[list[Delivery]]) -> None:
        """Send e-mails over one connection, until the server itself fails."""
        smtp = self.receivers.smtp
        assert smtp is not None
        # The least tried come first: a message at which a server always hangs up holds up no other.
        queues = sorted(queues, key=lambda queue: queue[0].attempts)
        for queue in queues:
            for one in self._due(queue):
                body = self.outbox.body(one)
                outcome = await server.send(mailbox_of(smtp.sender), one.recipient, body)
                next_at = self._note(one, outcome)
                if next_at is not None and outcome.spreads:
                    self._postpone(queues, next_at)
                    return
                if next_at is not None:
                    break

    async def posts(self, queue: list[Delivery]) -> None:
        """Post to one webhook, until it fails."""
        for one in self._due(queue):
            receiver = self.receivers.webhooks[one.alert]
            outcome = await post(receiver, one.key, self.outbox.body(one), self.clock())
            if self._note(one, outcome) is not None:
                break

    def _due(self, queue: list[Delivery]) -> Iterator[Delivery]:
        for one in queue:
            if one.next_attempt_at is not None and not is_due(one.next_attempt_at, self.clock()):
                return
            yield one

    def _note(self, delivery: Delivery, outcome: Outcome) -> datetime | None:
        """Keep what came of an attempt; the instant of the next one if there must be one."""
        now, next_at = self.clock(), None
        if outcome.state == "failed":
            next_at = next_attempt(delivery.attempts + 1, now, outcome.not_before)
            self.outbox.postpone(delivery, next_at, outcome.reason or "failed")
        else:
            self.outbox.end(delivery, outcome.state, now, outcome.reason)
        self.attempts.append(Attempt(delivery, outcome, next_at))
        return next_at

    def _postpone(self, queues: Iterable[list[Delivery]], until: datetime) -> None:
        """Let all e-mails that were not tried wait too: the next would meet the same fault."""
        tried = {attempt.delivery.key for attempt in self.attempts}
        for one in (one for queue in queues for one in queue[:1]):
            if one.key not in tried and (one.next_attempt_at or until) < until:
                self.outbox.postpone(one, until, None)


def _receiver(alerts: Alerts, alert: Alert, at: str) -> Receiver:
    hook, path = alert.webhook, alerts.path
    assert hook is not None
    token = secret_of(hook.token_env, hook.token_file, path, f"{at}.token")
    if token is not None and not token.isascii():
        raise PortalFileError(f"{path}: {at}.token: no header can hold it; use ASCII letters")
    secret = secret_of(hook.secret_env, hook.secret_file, path, f"{at}.secret")
    is_bearer = hook.header == "Authorization" and token is not None and " " not in token
    headers = {hook.header: f"Bearer {token}" if is_bearer else token} if token else {}
    return Receiver(webhook_url(hook, path, at), headers, secret)
