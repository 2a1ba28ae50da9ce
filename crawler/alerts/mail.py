"""A digest as an e-mail: plain text and HTML, which say the same."""

import hashlib
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from crawler.alerts.digest import MOST_SHOWN, Digest, Entry, ShownRow, one_line
from web.languages import Language, day, gettext, language, ngettext, number, speak
from web.languages import gettext as _
from web.pages.articles.wording import fields, states

MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}
LONGEST_SUBJECT = 150  # characters
# What is sent is never written anew, so no lines of it are too long for a server.
POLICY = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a message says of itself. `sender`: a mailbox; `recipient`: a bare address."""

    sender: str
    recipient: str
    language: Language
    unsubscribe: str | None = None


def mail_key(digest: Digest, recipient: str) -> str:
    """The name of a message: the same whenever this digest is made for this recipient."""
    return hashlib.sha256(f"{digest.key} {recipient}".encode()).hexdigest()[:32]


def composed(digest: Digest, envelope: Envelope) -> bytes:
    """The message as it is sent, complete."""
    return copy_context().run(_composed, digest, envelope)


def _composed(digest: Digest, envelope: Envelope) -> bytes:
    speak(envelope.language)
    name, sender = parseaddr(envelope.sender)
    domain = sender.rpartition("@")[2]
    message = EmailMessage(POLICY)
    message["From"] = Address(one_line(name), addr_spec=sender)
    message["To"] = Address(addr_spec=envelope.recipient)
    message["Subject"] = subject(digest)
    message["Date"] = format_datetime(digest.made_at)
    message["Message-ID"] = f"<{mail_key(digest, envelope.recipient)}@{domain}>"
    message["List-Id"] = f"<{digest.alert}.loa.{domain}>"
    if envelope.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{envelope.unsubscribe}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(_text(digest)), cte="quoted-printable")
    message.add_alternative(_html(digest), subtype="html", cte="quoted-printable")
    return message.as_bytes()


def subject(digest: Digest) -> str:
    """What there is to read: the title of a single thing, else how many of each kind."""
    told = summary(digest)
    if len(digest.entries) == 1:
        told = f"{headings()[digest.entries[0].kind]}: {digest.entries[0].title}"
    return one_line(f"[Loa] {digest.alert}: {told}", LONGEST_SUBJECT)


def summary(digest: Digest) -> str:
    """How many of each kind."""
    counts = digest.counts
    said = {
        "new": ngettext("%(n)s new article", "%(n)s new articles", counts.get("new", 0)),
        "edited": ngettext("%(n)s edit", "%(n)s edits", counts.get("edited", 0)),
        "removed": ngettext(
            "%(n)s article taken down or moved",
            "%(n)s articles taken down or moved",
            counts.get("removed", 0),
        ),
    }
    return ", ".join(said[kind] % {"n": number(count)} for kind, count in counts.items())


def headings() -> dict[str, str]:
    """The kinds of things to tell, each as a heading."""
    return {
        "new": _("New"),
        "edited": _("Edited by the portal"),
        "removed": _("Taken down, moved or back again"),
    }


def groups(digest: Digest) -> list[tuple[str, list[Entry]]]:
    """The entries that an e-mail shows, under their headings."""
    shown = digest.entries[:MOST_SHOWN]
    return [
        (heading, [one for one in shown if one.kind == kind])
        for kind, heading in headings().items()
        if any(one.kind == kind for one in shown)
    ]


def more(digest: Digest) -> str | None:
    """How many things an e-mail does not show."""
    left = len(digest.entries) - MOST_SHOWN
    if left <= 0:
        return None
    said = ngettext(
        "%(n)s more is not shown here.", "%(n)s more are not shown here, all older.", left
    )
    return said % {"n": number(left)}


def where(entry: Entry) -> str:
    """Portal, section and day of an entry."""
    published = day(entry.published_on, entry.published_precision)
    return " · ".join(filter(None, (entry.site_name, entry.section, published)))


def _text(digest: Digest) -> Iterator[str]:
    yield summary(digest)
    for heading, entries in groups(digest):
        yield from ("", heading.upper())
        for one in entries:
            yield from ("", *_entry_lines(one))
    if (left := more(digest)) is not None:
        yield from ("", left)
    if digest.search is not None:
        yield from ("", _("All of this search") + ": " + digest.search)


def _entry_lines(one: Entry) -> Iterator[str]:
    yield f"* {one.title}"
    yield f"  {where(one)}"
    if one.state is not None:
        yield f"  {states().get(one.state, one.state)}"
    if one.moved_to is not None:
        yield "  " + _("Now at") + ": " + one.moved_to
    if one.kind == "new" and one.lead is not None:
        yield f"  {one.lead}"
    for field in one.difference:
        yield f"  {fields().get(field.field, field.field)}:"
        yield from (f"    {_marked(row)}" for row in field.rows)
    if one.page is not None:
        yield "  " + _("In the archive") + ": " + one.page
    if one.link is not None:
        yield "  " + _("At the portal") + ": " + one.link


def _marked(row: ShownRow) -> str:
    """A paragraph with [-words that went-] and {+words that came+}."""
    if not row:
        return "..."
    marked = ((MARKS.get(side, ("", "")), text) for side, text in row)
    return " ".join(f"{before}{text}{after}" for (before, after), text in marked)


def _html(digest: Digest) -> str:
    return _template().render(
        digest=digest,
        language=language(),
        summary=summary(digest),
        groups=groups(digest),
        more=more(digest),
        states=states(),
        fields=fields(),
        where=where,
    )


@cache
def _template() -> Template:
    """The template; everything that it is given is escaped."""
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True
    )
    return environment.get_template("digest.html")
