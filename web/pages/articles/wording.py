"""What the archive's fixed words mean, in the language of the request."""

from pipelines.outcomes import ArticleState
from web.languages import gettext as _


def evidence() -> dict[str, str]:
    """Where a date of publication was read."""
    return {
        "selector": _("from the page's date line"),
        "label": _("from a labelled line of the page"),
        "meta": _("from the page's metadata"),
        "feed": _("from the portal's feed"),
        "listing": _("from a list of the portal, beside the title"),
        "url": _("from the page's address: weak evidence"),
        "sitemap": _("from the portal's sitemap: weak evidence"),
        "guess": _("guessed from the whole page: weak evidence"),
    }


def states() -> dict[str, str]:
    """What the portal did with an article, as a sentence."""
    return {
        ArticleState.THERE: _("The portal shows it."),
        ArticleState.GONE: _(
            "The portal took it down: its address says that there is no such page."
        ),
        ArticleState.SOFT_404: _(
            "The portal took it down: its page says that there is no such article."
        ),
        ArticleState.REDIRECTED_HOME: _(
            "The portal took it down: its address leads to another page."
        ),
        ArticleState.MOVED: _("The portal moved it to another address."),
        ArticleState.UNLISTED: _("The portal no longer lists it; its page still shows it."),
        ArticleState.UNREACHABLE: _("Its page fails, while the portal answers otherwise."),
        ArticleState.RETURNED: _("The portal shows it again."),
    }


def state_groups() -> dict[str, str]:
    """The states by which vanished articles are chosen, each as one or two words."""
    return {
        "removed": _("Taken down"),
        "moved": _("Moved"),
        "unlisted": _("No longer listed"),
        ArticleState.UNREACHABLE: _("Page fails"),
        "returned": _("Back again"),
    }


def fields() -> dict[str, str]:
    """The parts of an article that an edit may change."""
    return {
        "title": _("title"),
        "lead": _("lead"),
        "body": _("text"),
        "text": _("text"),
        "byline": _("author or source"),
        "date": _("date of publication"),
        "section": _("section"),
        "attachments": _("attachments"),
        "pictures": _("pictures"),
    }
