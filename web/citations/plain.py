"""A citation in words, in the language of the request."""

from web.citations.record import Citation, PublishedOn, one_line, safe_address
from web.languages import day
from web.languages import gettext as _


def plain(citation: Citation) -> str:
    """A citation as one line of text."""
    title = f"“{one_line(citation.title)}”"
    published = f"{one_line(citation.publisher)}, {_date(citation.published)}"
    author = one_line(citation.author or "")
    parts = [author, title, published, safe_address(citation.url)]
    ended = [one if one.endswith(".") else f"{one}." for one in parts if one]
    return " ".join([*ended, _archived(citation)])


def _date(published: PublishedOn | None) -> str:
    if published is None:
        return _("n.d.")
    said = day(published.on.isoformat(), published.precision) or ""
    return said if published.is_certain else f"{said} ({_('date not certain')})"


def _archived(citation: Citation) -> str:
    values = {"permalink": safe_address(citation.permalink)}
    if citation.proof is None:
        return _("Archived by Loa: %(permalink)s") % values
    values["at"] = f"{citation.proof.at:%Y-%m-%d %H:%M:%S} UTC"
    if citation.proof.sha256 is None:
        return _("Captured by Loa at %(at)s: %(permalink)s") % values
    values["sha256"] = citation.proof.sha256
    return _("Captured by Loa at %(at)s, SHA-256 %(sha256)s: %(permalink)s") % values
