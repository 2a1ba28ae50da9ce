"""What Datasette's own pages need in the dress of all pages."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

from web import links
from web.answers import column_label, shown
from web.archive import Archive
from web.descriptions import DESCRIPTIONS
from web.languages import language
from web.pages.downloads.rows import limits_of
from web.questions import Choices, choices_of, parameter_name


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, Any]:
    """page_of_row(table, row), table_title(database, table) the choices of saved queries, and
    most_rows: of a file, None for no limit.
    """
    return {
        "page_of_row": lambda table, row: _path(datasette, links.page_of_row(table, row)),
        "table_title": lambda _database, table: _title(table),
        "column_label": column_label,
        "parameter_name": parameter_name,
        "shown": shown,
        "parameter_choices": _choices(datasette),
        "most_rows": limits_of(datasette).rows,
    }


def _path(datasette: Datasette, path: str | None) -> str | None:
    return datasette.urls.path(path) if path is not None else None


def _title(table: str) -> str:
    described = DESCRIPTIONS[language()]["databases"]["archive"]["tables"].get(table, {})
    return str(described.get("title", table))


def _choices(datasette: Datasette) -> Callable[[str, str], Awaitable[Choices]]:
    async def found(database: str, query: str) -> Choices:
        archive = Archive(database, datasette.get_database(database))
        return await archive.read(lambda db: choices_of(db, query))

    return found
