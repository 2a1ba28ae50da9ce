"""The operator's saved searches: who wants to be told what, and where. Loads them strictly."""

import os
import re
from dataclasses import dataclass, replace
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from crawler.alerts.secret import is_secret, secret_of
from pipelines.search.question import Question, parse_question
from portals.errors import PortalFileError
from portals.strict_toml import read_toml, shape_toml

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_NAME = 40
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
MAILBOX = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
OWN_HEADERS = ("content-type", "content-length", "host", "idempotency-key", "x-hub-signature")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PORTS = {"none": 25, "starttls": 587, "tls": 465}

Kind = Literal["new", "edited", "removed"]
KINDS: tuple[Kind, ...] = ("new", "edited", "removed")


def _bad_name(name: str) -> str | None:
    if NAME.fullmatch(name) and len(name) <= LONGEST_NAME:
        return None
    return f"is not a name; use up to {LONGEST_NAME} of a-z and 0-9, with single hyphens"


def _bad_mailbox(typed: str) -> str | None:
    """Only plain addresses: no server must be asked for SMTPUTF8, and nothing must be escaped."""
    address = parseaddr(typed)[1]
    if typed.isprintable() and MAILBOX.fullmatch(address) and typed.endswith((address, ">")):
        return None
    return "is not an e-mail address; write name@example.org or A name <name@example.org>"


def _bad_address(typed: str) -> str | None:
    if _web_address(typed) is None:
        return "is not an address; write it with http:// or https:// and no user name"
    return None


def _bad_place(typed: str) -> str | None:
    if (wrong := _bad_address(typed)) is not None:
        return wrong
    parts = urlsplit(typed)
    return "should have neither a query nor a fragment" if parts.query or parts.fragment else None


def _bad_unsubscription(typed: str) -> str | None:
    if typed.startswith("mailto:") and _bad_mailbox(typed.removeprefix("mailto:")) is None:
        return None
    return "should begin with mailto: or https://" if _bad_address(typed) else None


def _bad_header(name: str) -> str | None:
    if not HEADER.fullmatch(name):
        return "is not the name of a header; write one such as X-Api-Key"
    return "is a header that Loa writes itself" if name.lower() in OWN_HEADERS else None


def _bad_port(port: int) -> str | None:
    return None if 0 < port < 65536 else "is not a port; write 1 to 65535"


def _web_address(typed: str) -> SplitResult | None:
    if not typed.isascii() or not typed.isprintable() or " " in typed:
        return None
    try:
        parts = urlsplit(typed)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return parts


Name = Annotated[str, _bad_name]
Mailbox = Annotated[str, _bad_mailbox]


@dataclass(frozen=True, slots=True)
class Smtp:
    """The server that takes e-mails, and who sends them."""

    host: str
    sender: Mailbox
    security: Literal["none", "starttls", "tls"] = "starttls"
    port: Annotated[int, _bad_port] | None = None
    user: str | None = None
    password_env: str | None = None
    password_file: str | None = None

    @property
    def at(self) -> tuple[str, int]:
        """Host and port."""
        return self.host, self.port or PORTS[self.security]


@dataclass(frozen=True, slots=True)
class Email:
    """Who gets the digest by e-mail, each in a message of their own."""

    to: tuple[Mailbox, ...]
    unsubscribe: Annotated[str, _bad_unsubscription] | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where the digest goes as JSON. The address may be a secret too: `url_env`, `url_file`."""

    url: str | None = None
    url_env: str | None = None
    url_file: str | None = None
    header: Annotated[str, _bad_header] = "Authorization"
    token_env: str | None = None
    token_file: str | None = None
    secret_env: str | None = None
    secret_file: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A saved search, and where to tell what is new in it. `language`: of the digest."""

    name: Name
    search: str = ""
    sites: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    files: bool = False
    kinds: tuple[Kind, ...] = KINDS
    language: Literal["vi", "en"] | None = None
    email: Email | None = None
    webhook: Webhook | None = None


@dataclass(frozen=True, slots=True)
class Alerts:
    """A whole file. `address`: the public address of the face, to which digests link."""

    alert: tuple[Alert, ...] = ()
    address: Annotated[str, _bad_place] | None = None
    language: Literal["vi", "en"] = "vi"
    smtp: Smtp | None = None
    path: Path = Path("alerts.toml")  # where the file is; no key of it

    @property
    def face(self) -> str | None:
        """The address of the face, with a slash at its end."""
        return None if self.address is None else self.address.rstrip("/") + "/"

    def spoken(self, alert: Alert) -> Literal["vi", "en"]:
        """The language of an alert's digests."""
        return alert.language or self.language

    @property
    def secret_names(self) -> frozenset[str]:
        """The environment variables that hold secrets; nobody may print or copy their values."""
        holders = (self.smtp, *(one.webhook for one in self.alert))
        names = (
            getattr(holder, name, None)
            for holder in holders
            for name in ("password_env", "url_env", "token_env", "secret_env")
        )
        return frozenset(name for name in names if name)


def load_alerts(path: Path) -> Alerts:
    """The alerts of a file. Raises PortalFileError, which names file, key and remedy."""
    if not path.exists():
        remedy = "`loa alert --example` prints one to begin with"
        raise PortalFileError(f"{path}: is not there; {remedy}, --alerts PATH names another")
    tables = read_toml(path)
    if "path" in tables:
        raise PortalFileError(f"{path}: path: unknown key; remove it")
    alerts = replace(shape_toml(Alerts, tables, path), path=path)
    names: set[str] = set()
    for number, one in enumerate(alerts.alert):
        at = f"alert[{number}]"
        if one.name in names:
            raise PortalFileError(f"{path}: {at}.name: {one.name!r} is taken; choose another")
        names.add(one.name)
        _check_alert(alerts, one, at)
    if alerts.smtp is not None:
        _check_smtp(alerts.smtp, path)
    for name in sorted(alerts.secret_names):
        if name.startswith("LOA_") and not is_secret(name):
            remedy = f"call it {name}_SECRET, so that no timer copies it"
            raise PortalFileError(f"{path}: ${name} does not look like a secret; {remedy}")
    return alerts


def alerts_path(archive: Path) -> Path:
    """Where the file of an archive is: $LOA_ALERTS, or alerts.toml in the archive's real folder."""
    named = os.environ.get("LOA_ALERTS")
    return Path(named) if named else Path(os.path.realpath(archive)).with_name("alerts.toml")


def mailbox_of(typed: str) -> str:
    """The bare address of a mailbox."""
    return parseaddr(typed)[1]


def webhook_url(webhook: Webhook, path: Path, at: str) -> str:
    """The address of a webhook. Raises PortalFileError if its secret place holds none."""
    url = webhook.url or secret_of(webhook.url_env, webhook.url_file, path, f"{at}.url")
    if url is None or _web_address(url) is None:  # a secret address is never shown
        raise PortalFileError(f"{path}: {at}.url: should be an http or https address")
    return url


def _check_alert(alerts: Alerts, alert: Alert, at: str) -> None:
    path = alerts.path
    if alert.search.strip():
        _check_search(parse_question(alert.search), path, f"{at}.search")
    if not alert.kinds:
        raise PortalFileError(f"{path}: {at}.kinds: is empty; name some of {', '.join(KINDS)}")
    if alert.email is None and alert.webhook is None:
        raise PortalFileError(f"{path}: {at}: tells nobody; add a table email or webhook")
    if alert.email is not None:
        if alerts.smtp is None:
            raise PortalFileError(f"{path}: smtp: is missing; {at}.email needs this table")
        if not alert.email.to:
            raise PortalFileError(f"{path}: {at}.email.to: is empty; name an e-mail address")
    if (hook := alert.webhook) is not None:
        if hook.url is not None:
            webhook_url(hook, path, f"{at}.webhook")
        _only_one(path, f"{at}.webhook", hook.url, hook.url_env, hook.url_file, name="url")
        for name in ("token", "secret"):
            env, file = getattr(hook, f"{name}_env"), getattr(hook, f"{name}_file")
            _only_one(path, f"{at}.webhook", env, file, name=name, needed=False)


def _check_search(question: Question, path: Path, key: str) -> None:
    for part, why in question.unused:
        raise PortalFileError(f"{path}: {key}: {part!r} cannot be used ({why}); mend or remove it")
    if not (question.groups or question.has_filters):
        raise PortalFileError(f"{path}: {key}: asks for nothing; leave it out for everything")


def _check_smtp(smtp: Smtp, path: Path) -> None:
    env, file = smtp.password_env, smtp.password_file
    _only_one(path, "smtp", env, file, name="password", needed=smtp.user is not None)
    if (env or file) and smtp.user is None:
        raise PortalFileError(f"{path}: smtp.user: is missing; a password needs it")
    if smtp.user is not None and smtp.security == "none" and smtp.host not in LOOPBACK:
        remedy = '"starttls" or "tls" keeps the password from others'
        raise PortalFileError(f"{path}: smtp.security: sends the password openly; {remedy}")


def _only_one(path: Path, at: str, *given: str | None, name: str, needed: bool = True) -> None:
    count = sum(one is not None for one in given)
    if count > 1 or (needed and not count):
        wrong = "is given twice" if count else "is missing"
        remedy = f"give one of {name}_env and {name}_file" + (", or url" if name == "url" else "")
        raise PortalFileError(f"{path}: {at}.{name}: {wrong}; {remedy}")
