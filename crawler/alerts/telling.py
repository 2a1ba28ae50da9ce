"""Makes digests of what is new, and puts them into the outbox before anything is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection

from crawler.alerts.alerts_file import Alert, Alerts
from crawler.alerts.delivery import WEBHOOK, recipients_of
from crawler.alerts.digest import Digest
from crawler.alerts.looking import bookmark_before, bookmark_now, digest_in, looks
from crawler.alerts.mail import Envelope, composed, mail_key
from crawler.alerts.outbox import Begun, Channel, Delivery, Outbox
from crawler.alerts.webhook_body import bodies

REMEMBERED = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Told:
    """What one look of an alert came to: a digest, or None if there was nothing to tell, or if the
    alert only begins (`begins`).
    """

    alert: str
    digest: Digest | None
    begins: bool = False


def tell(
    outbox: Outbox, db: Connection, alerts: Alerts, now: datetime, past: timedelta | None
) -> Iterator[Told]:
    """Put into the outbox what each alert has to tell now, one transaction for each look.

    An alert that begins tells nothing, or what the archive learned in the time `past`.
    """
    for alert in alerts.alert:
        begun = outbox.begun().get(alert.name)
        if begun is None:
            begun = _beginning(db, now, past)
            outbox.begin(alert.name, begun.bookmark, now)
            yield Told(alert.name, None, begins=True)
        for look in looks(db, alert, begun, outbox.told(alert.name)):
            digest = None
            if look.announcements:
                digest = digest_in(db, alert, look, alerts.face, now)
            ready = [] if digest is None else list(_deliveries(alerts, alert, digest))
            outbox.put(
                alert.name, look.bookmark, [one.id for one in look.announcements], ready, now
            )
            if digest is not None:
                yield Told(alert.name, digest)
    outbox.forget(now - REMEMBERED)


def would_tell(
    outbox: Outbox, db: Connection, alerts: Alerts, now: datetime, past: timedelta | None
) -> Iterator[Told]:
    """What `tell` would put into the outbox; changes nothing."""
    for alert in alerts.alert:
        begun = outbox.begun().get(alert.name)
        if begun is None:
            begun = _beginning(db, now, past)
            yield Told(alert.name, None, begins=True)
        for look in looks(db, alert, begun, outbox.told(alert.name)):
            if look.announcements:
                yield Told(alert.name, digest_in(db, alert, look, alerts.face, now))


def _beginning(db: Connection, now: datetime, past: timedelta | None) -> Begun:
    return Begun(now, now, bookmark_now(db) if past is None else bookmark_before(db, now - past))


def _deliveries(alerts: Alerts, alert: Alert, digest: Digest) -> Iterator[Delivery]:
    for channel, recipient in recipients_of(alert):
        if channel == "webhook":
            for key, things, body in bodies(digest):
                yield _delivery(digest, "webhook", WEBHOOK, key, things, body)
            continue
        assert alerts.smtp is not None
        assert alert.email is not None
        envelope = Envelope(
            alerts.smtp.sender, recipient, alerts.spoken(alert), alert.email.unsubscribe
        )
        body = composed(digest, envelope)
        key = mail_key(digest, recipient)
        yield _delivery(digest, "email", recipient, key, len(digest.entries), body)


def _delivery(
    digest: Digest, channel: Channel, recipient: str, key: str, things: int, body: bytes
) -> Delivery:
    return Delivery(key, digest.key, digest.alert, channel, recipient, things, body, digest.made_at)
