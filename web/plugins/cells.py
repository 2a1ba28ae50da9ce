"""Shows single values: safe links out, links to articles and sites, marked words of an excerpt."""

import re
import sqlite3
from typing import Any
from urllib.parse import urlsplit

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_encode
from markupsafe import Markup, escape

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
) -> Markup | None:
    """HTML for a value, or None to let Datasette show it.

    In an answer to SQL, a column `article` (an id) and its `title` link to the article, and a
    column `site` (a key) links to the site.
    """
    if not isinstance(value, str | int):
        return None
    names, link = row.keys(), Markup('<a href="{}">{}</a>').format
    if table is None and column in ("article", "title") and "article" in names:
        return link(datasette.urls.row(database, "articles", str(row["article"])), value)
    if not isinstance(value, str):
        return None
    if table is None and column == "site":
        return link(datasette.urls.row(database, "sites", tilde_encode(value)), value)
    if column == "excerpt":
        return Markup(FOUND.sub(r"<mark>\1</mark>", str(escape(value))))
    if column == "title" and table == "articles" and "id" in names:
        return link(datasette.urls.row(database, "articles", str(row["id"])), value)
    if is_web_address(value):
        return link_out(value)
    # Datasette links any text that begins like an address, even with leading blanks or a bad host.
    return escape(_shortened(value)) if begins_like_address(value.lstrip()) else None


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
