"""`/questions`: what one can ask the archive, by topic, each with its explanation and its SQL."""

from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from web.archive import archive_of
from web.languages import gettext as _
from web.pages.feeds.followed import questions_followed
from web.pages.rendering import Routes, page
from web.questions import parameter_name, parameters, queries


async def questions(request: Request, datasette: Datasette) -> Response:
    """The cookbook: all saved queries."""
    archive = await archive_of(datasette)
    followed = await archive.read(questions_followed)
    shown = {"archive": archive, "topics": by_topic(), "followed": followed}
    return await page(datasette, request, "questions.html", shown)


def by_topic() -> list[dict[str, Any]]:
    """Topics with their `questions`: name, title, description, sql and what to fill in."""
    asked = [{**query, "name": name, "fields": fields(name)} for name, query in queries().items()]
    return [
        {"name": topic, "title": title, "questions": found}
        for topic, title in topics().items()
        if (found := [one for one in asked if one["topic"] == topic])
    ]


def topics() -> dict[str, str]:
    """What questions are about, in the order of the page."""
    return {
        "news": _("News"),
        "edits": _("Changes after publication"),
        "removals": _("What vanished"),
        "copies": _("What others published too"),
        "documents": _("Documents and evidence"),
        "dates": _("Dates"),
        "portals": _("Portals and visits"),
    }


def fields(query: str) -> list[str]:
    """What the fields of a question are called."""
    return [parameter_name(name) for name in parameters(query)]


ROUTES: Routes = ((r"^/questions$", questions),)
