"""What the address of a feed asks for."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Request

from pipelines.keep.announcements.announcement import Kind
from pipelines.keep.announcements.scope import is_understood
from pipelines.keep.search.asked import Asked
from pipelines.search.days import first_day
from web.languages import gettext as _
from web.languages import language
from web.pages.asked import whole_number
from web.pages.search import asked_of
from web.questions import parameters

FORMS = ("atom", "json")
KINDS: dict[str, tuple[Kind, ...]] = {"all": tuple(Kind), **{kind: (kind,) for kind in Kind}}
# What a search understands, in the order of an address; what it also has says nothing here.
FILTERS = ("q", "site", "section", "year", "files", "edited", "removed", "after", "until")
IGNORED = frozenset({"order", "page"})
BELOW = "below"
LANGUAGE = "_lang"


class RefusedFeedError(Exception):
    """A feed that there is not: the status of the answer, and what to tell."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(told)
        self.status = status
        self.told = told


@dataclass(frozen=True, slots=True)
class AskedFeed:
    """What an address asks for. `name`: of the kinds, as addresses have it. `query`: the saved
    query whose rows name the articles, None for a search. `values`: what was given for the
    parameters, in their order. `below`: where the page begins, None at the newest.
    """

    name: str
    form: str
    asked: Asked
    query: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    below: int | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What it tells."""
        return KINDS[self.name]

    @property
    def said(self) -> str:
        """What it follows, as its address says it, without form, language and page."""
        return self._place + (f"?{urlencode(self.values)}" if self.values else "")

    def path(self, form: str | None = None, below: int | None = None) -> str:
        """The path of this feed, in a form, from a place on, in the language of the request."""
        more = [*self.values]
        if below is not None:
            more.append((BELOW, str(below)))
        if language() != "vi":
            more.append((LANGUAGE, language()))
        path = f"/feeds/{self._place}.{form or self.form}"
        return f"{path}?{urlencode(more)}" if more else path

    @property
    def _place(self) -> str:
        if self.query is None:
            return self.name
        return f"question/{self.query}" + ("" if self.name == "all" else f"/{self.name}")


def feed_asked(request: Request) -> AskedFeed:
    """What a request asks for. Raises RefusedFeedError."""
    found = request.url_vars
    name, form, query = found["name"] or "all", found["form"], found.get("query")
    if form not in FORMS or name not in KINDS:
        raise RefusedFeedError(404, no_such_feed())
    known = FILTERS if query is None else tuple(parameters(query))
    given = _given(request.args, known)
    values = tuple((one, given[one]) for one in known if given.get(one))
    below = whole_number(given.get(BELOW))
    if given.get(BELOW) and below is None:
        raise RefusedFeedError(400, _("The value of below is not a number."))
    for limit in ("after", "until") if query is None else ():
        if given.get(limit) and first_day(given[limit]) is None:
            told = _("The value of %(name)s is not a day, such as 2026-09-30.")
            raise RefusedFeedError(400, told % {"name": limit})
    asked = asked_of(request.args) if query is None else asked_of({})
    question = asked.question
    if question.typed.strip() and not is_understood(question):
        raise RefusedFeedError(400, _("Nothing was understood of the question."))
    return AskedFeed(name, form, asked, query, values, below)


def _given(arguments: Any, known: tuple[str, ...]) -> dict[str, str]:
    """The parameters of an address. A name that says nothing is refused: the feed would follow
    everything, in silence.
    """
    given: dict[str, str] = {}
    for name in arguments:
        values = arguments.getlist(name)
        if name not in (*known, BELOW) and name not in IGNORED and name[:1] != "_":
            raise RefusedFeedError(
                400,
                _("A feed understands no %(name)s. It understands: %(others)s.")
                % {"name": name[:40], "others": ", ".join(known) or "-"},
            )
        if len(set(values)) > 1 and name in known:
            raise RefusedFeedError(
                400, _("A feed takes one %(name)s, not several.") % {"name": name}
            )
        given[name] = values[0].strip()
    return given


def no_such_feed() -> str:
    """The answer to an address that names no feed."""
    return _(
        "There is no such feed. Feeds are all, new, edited and removed, as .atom or .json, such "
        "as /feeds/new.atom."
    )
