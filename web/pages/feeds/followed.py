"""The feeds that tell of what a page shows."""

from collections.abc import Collection, Iterable, Mapping

from web.pages.feeds.asked import FILTERS, AskedFeed
from web.pages.feeds.wording import titles
from web.pages.search import asked_of
from web.questions import parameters

Followed = dict[str, str]


def feeds_of(names: Iterable[str], values: Mapping[str, object] | None = None) -> list[Followed]:
    """Feeds of these kinds: title, and their paths by form. `values`: what an address of the search
    says; empty ones say nothing.
    """
    given = {
        name: "1" if value is True else str(value)
        for name, value in (values or {}).items()
        if value
    }
    said = tuple((name, given[name]) for name in FILTERS if name in given)
    return [_followed(AskedFeed(name, "atom", asked_of({}), None, said)) for name in names]


def feeds_of_query(
    query: str, columns: Collection[str], values: Mapping[str, object]
) -> list[Followed]:
    """The feed of a saved query; none where its rows name no articles."""
    if "key" not in columns:
        return []
    given = {name: str(value) for name, value in values.items() if value}
    said = tuple((name, given[name]) for name in parameters(query) if name in given)
    return [_followed(AskedFeed("all", "atom", asked_of({}), query, said))]


def _followed(asked: AskedFeed) -> Followed:
    title = titles()[asked.name]
    return {"title": title, "atom": asked.path("atom"), "json": asked.path("json")}
