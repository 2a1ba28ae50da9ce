"""A page of a long list, newest first: where it begins, and the address of the next one."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from datasette.utils.asgi import Request

from web.archive import Row
from web.pages.asked import whole_number

MOST = 50


class Place(NamedTuple):
    """Where a page of a list begins: below the row that has this instant and number."""

    at: str
    number: int

    @property
    def said(self) -> str:
        """The place as an address says it."""
        return f"{self.at},{self.number}"


# After every instant and number: the newest rows.
NEWEST = Place("9999", 2**63 - 1)


def place_of(request: Request) -> Place:
    """Where the page begins that an address asks for; at the newest row if it says nothing."""
    at, comma, written = (request.args.get("below") or "").rpartition(",")
    number = whole_number(written)
    return Place(at, number) if comma and number is not None else NEWEST


def page_of(
    rows: Sequence[Row], at: str, number: str, most: int = MOST
) -> tuple[Sequence[Row], Place | None]:
    """The first rows, at most so many, and where the next page begins if there are more. `at`,
    `number`: the columns by which the rows are sorted.
    """
    if len(rows) <= most:
        return rows, None
    last = rows[most - 1]
    return rows[:most], Place(last[at], last[number])


def filters(request: Request) -> str:
    """The filters of a list as the beginning of a query; "" if there are none."""
    kept = {name: request.args[name] for name in request.args if name not in ("below", "_lang")}
    return urlencode(kept) + "&" if kept else ""


def older(request: Request, place: Place | None) -> str | None:
    """The query of the page that begins at a place, with the filters of this one."""
    if place is None:
        return None
    kept = {name: request.args[name] for name in request.args if name != "below"}
    return "?" + urlencode({**kept, "below": place.said})
