"""What the query of an address asks for: a number, a page of a list, a portal."""

import sqlite3

from datasette.utils.asgi import NotFound, Request

from web.archive import Row, rows_of
from web.languages import gettext as _

MOST_SITES = 1000
SITES = f"select key, name from sites order by name, key limit {MOST_SITES}"


def whole_number(written: str | None, digits: int = 18) -> int | None:
    """A number of at most so many digits; None if something else, or nothing, is written."""
    return int(written) if written and written.isdecimal() and len(written) <= digits else None


def numbered_page(request: Request) -> int:
    """Which page of a short list `?page=` asks for, from 1."""
    return whole_number(request.args.get("page"), 6) or 1


def site_asked(db: sqlite3.Connection, key: str | None) -> Row | None:
    """The `key` and `name` of the portal that `?site=` asks for; None if it asks for none. Raises
    NotFound if the archive does not have it.
    """
    if not key:
        return None
    found = rows_of(db, "select key, name from sites where key = ?", (key,))
    if not found:
        raise NotFound(_("No portal has the key %(key)s") % {"key": key})
    return found[0]


def sites_to_choose(db: sqlite3.Connection) -> list[Row]:
    """The portals that a form offers, by name."""
    return rows_of(db, SITES)
