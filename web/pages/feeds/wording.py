"""The words of feeds, in the language of the request."""

from pipelines.keep.announcements.announcement import Announcement, Edit, Kind
from pipelines.outcomes import ArticleState
from web.languages import gettext as _
from web.languages import instant, ngettext
from web.pages.articles.wording import fields, states


def titles() -> dict[str, str]:
    """What a feed of each kind is called."""
    return {
        "all": _("New, edited and removed articles"),
        Kind.NEW: _("New articles"),
        Kind.EDITED: _("Articles that portals edited"),
        Kind.REMOVED: _("Articles that portals took down or moved"),
    }


def abouts() -> dict[str, str]:
    """What a feed of each kind tells."""
    return {
        "all": _("What Loa saw for the first time, what portals edited, and what they took down."),
        Kind.NEW: _("Articles that Loa saw for the first time, newest first."),
        Kind.EDITED: _("What portals changed in articles that Loa had seen, with both wordings."),
        Kind.REMOVED: _("Articles that are no longer where they were, with the proof."),
    }


def labels() -> dict[str, str]:
    """What happened to an article, in a few words."""
    return {
        Kind.NEW: _("New"),
        Kind.EDITED: _("Edited"),
        ArticleState.GONE: _("Taken down"),
        ArticleState.SOFT_404: _("Taken down"),
        ArticleState.REDIRECTED_HOME: _("Taken down"),
        ArticleState.MOVED: _("Moved"),
        ArticleState.UNLISTED: _("No longer listed"),
        ArticleState.UNREACHABLE: _("Page fails"),
        ArticleState.RETURNED: _("Back again"),
    }


def label_of(one: Announcement) -> str:
    """What happened, in a few words."""
    return labels().get(one.removal.state if one.removal else one.kind, one.kind)


def edit_in_words(edit: Edit) -> str:
    """What an edit changed, in one line of plain text."""
    names = fields()
    changed = ", ".join(names.get(name, name) for name in edit.changed) or _("text")
    words = []
    if count := edit.words_added:
        said = ngettext("%(count)s word added", "%(count)s words added", count)
        words.append(said % {"count": count})
    if count := edit.words_removed:
        said = ngettext("%(count)s word removed", "%(count)s words removed", count)
        words.append(said % {"count": count})
    parts = [_("Edited by the portal: %(fields)s.") % {"fields": changed}]
    if words:
        parts.append(", ".join(words) + ".")
    if edit.figures_changed:
        parts.append(_("A number, an amount or a date changed."))
    return " ".join(parts)


def removal_in_words(one: Announcement, zone: str) -> str:
    """What the portal did with an article and since when, in plain text."""
    assert one.removal is not None
    said = states().get(one.removal.state, one.removal.state)
    since = instant(one.removal.since_at.isoformat(), zone)
    certain = instant(one.at.isoformat(), zone)
    parts = [said, _("Since %(at)s.") % {"at": since}]
    if certain != since:
        parts.append(_("Certain since %(at)s.") % {"at": certain})
    return " ".join((*parts, _("Loa keeps the text.")))
