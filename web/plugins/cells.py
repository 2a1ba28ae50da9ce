"""Shows single values: safe links out, links to articles and sites, marked words of an excerpt."""

import re
import sqlite3
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlsplit

from datasette import hookimpl
from datasette.app import Datasette
from markupsafe import Markup, escape

from pipelines.read.addresses.article_key import KEY
from web.links import page_of_value

LINK = Markup('<a href="{}">{}</a>')
LONGEST_SHOWN = 80  # characters of an address
FOUND = re.compile("⟪([^⟪⟫]*)⟫")  # the saved search puts these signs around its matches


@hookimpl
def render_cell(
    row: sqlite3.Row,
    value: Any,
    column: str,
    table: str | None,
    database: str,
    datasette: Datasette,
) -> Markup | Awaitable[Markup | None] | None:
    """HTML for a value, or None to let Datasette show it.

    Titles and keys link to the article by its key, and so does a table's column `article`. In an
    answer to SQL, `article` (an id) and `title` do so if it has a column `key`, else by the id.
    Columns such as `site`, `capture` and `run` link to our pages of these.
    """
    if table is not None and column == "article" and value is not None:
        return _link_by_id(datasette, database, value)
    if table is not None and isinstance(value, dict):  # a foreign key, with Datasette's label
        path = page_of_value(column, value["value"])
        return LINK.format(datasette.urls.path(path), value["label"]) if path else None
    if not isinstance(value, str | int):
        return None
    if column in ("article", "title", "key"):
        address = _article_address(datasette, database, table, row)
        if address is not None:
            return LINK.format(address, value)
    if (path := page_of_value(column, value)) is not None:
        return LINK.format(datasette.urls.path(path), value)
    if not isinstance(value, str):
        return None
    if column == "excerpt":
        return Markup(FOUND.sub(r"<mark>\1</mark>", str(escape(value))))
    if is_web_address(value):
        return link_out(value)
    # Datasette links any text that begins like an address, even with leading blanks or a bad host.
    return escape(_shortened(value)) if begins_like_address(value.lstrip()) else None


def _article_address(
    datasette: Datasette, database: str, table: str | None, row: sqlite3.Row
) -> str | None:
    """The address of a row's article; None if the row names none."""
    if table not in (None, "articles", "article_keys"):
        return None
    names = row.keys()
    # Sites have a key too: in an answer to SQL it is an article's if a title stands beside it.
    if "key" in names and (table or "title" in names) and KEY.fullmatch(str(row["key"])):
        return str(datasette.urls.path(f"/a/{row['key']}"))
    number = "id" if table else "article"
    if number not in names:
        return None
    return str(datasette.urls.row(database, "articles", str(row[number])))


async def _link_by_id(datasette: Datasette, database: str, value: Any) -> Markup | None:
    """A link to an article from its id, or from Datasette's id with the title as its label."""
    number, label = (value["value"], value["label"]) if isinstance(value, dict) else (value, value)
    query = "select key from articles where id = ?"
    found = (await datasette.get_database(database).execute(query, [number])).first()
    if found is None or found["key"] is None:
        return None
    return LINK.format(datasette.urls.path(f"/a/{found['key']}"), label)


def begins_like_address(value: str) -> bool:
    """Whether a value begins with http:// or https://."""
    return value[:8].lower().startswith(("http://", "https://"))


def is_web_address(value: str) -> bool:
    """Whether the whole value is one http or https address with a host, safe to link."""
    if any(sign.isspace() for sign in value):
        return False
    try:
        return begins_like_address(value) and bool(urlsplit(value).hostname)
    except ValueError:  # such as "http://["
        return False


def link_out(address: str) -> Markup:
    """A link out of the archive without access to our window and without endorsement (nofollow)."""
    link = Markup('<a href="{}" rel="noopener nofollow">{}</a>')
    return link.format(address, _shortened(address))


def _shortened(address: str) -> str:
    return address if len(address) <= LONGEST_SHOWN else address[: LONGEST_SHOWN - 1] + "…"


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Give templates {{ value|link_out }}: links a web address, shows anything else as text."""
    env.filters["link_out"] = lambda value: (
        link_out(value) if is_web_address(value) else escape(value)
    )
