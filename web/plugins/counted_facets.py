"""Bounds the work of facets, which Datasette counts over all rows that a page could show.

Where a page of `articles` has no filter, `article_counts` and `section_counts` know the answer. Of
other large sets of rows, only the facets that a reader asks for are counted; the page names those
that it left out.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.facets import ColumnFacet, DateFacet

# Rows over which a page counts its usual facets: at most a fifth of a second of work.
MOST_COUNTED = 50_000
# By column: where its values are counted. A facet asks for (value, count), the most first.
COUNTED = {
    "site": "select site as value, sum(articles) as count from article_counts group by site",
    "section": "select section as value, sum(articles) as count from section_counts "
    "group by section",
}
Results = tuple[list[dict[str, Any]], list[str]]


@hookimpl
def startup(datasette: Datasette) -> None:
    """Replace Datasette's facets by column and by day."""
    if not hasattr(ColumnFacet.facet_results, "bounded"):
        ColumnFacet.facet_results = _bounded(ColumnFacet.facet_results)
        DateFacet.facet_results = _placed(DateFacet.facet_results)


def _bounded(results: Callable[[Any], Awaitable[Results]]) -> Callable[[Any], Awaitable[Results]]:
    async def facet_results(facet: Any) -> Results:
        if await is_of_all_articles(facet):
            facet.ds = _Counts(facet.ds)
            return await results(facet)
        left_out = without_usual_facets(facet)
        found, timed_out = await results(facet)
        return found, [*timed_out, *left_out]

    facet_results.bounded = True  # type: ignore[attr-defined]
    return facet_results


def _placed(results: Callable[[Any], Awaitable[Results]]) -> Callable[[Any], Awaitable[Results]]:
    # Datasette forgets the base path in the address that ends this facet.
    async def facet_results(facet: Any) -> Results:
        found, timed_out = await results(facet)
        for one in found:
            one["toggle_url"] = facet.ds.urls.path(one["toggle_url"])
        return found, timed_out

    return facet_results


async def is_of_all_articles(facet: Any) -> bool:
    """Whether a facet is that of a page of articles without any filter or search."""
    if facet.table != "articles" or facet.params or " where " in facet.sql.lower():
        return False
    database = facet.ds.get_database(facet.database)
    return bool(await database.table_exists("article_counts"))


def without_usual_facets(facet: Any) -> list[str]:
    """Leave the facets out that no reader asked for, if there are too many rows; their columns.

    The number of rows is unknown if counting them took too much work.
    """
    if facet.row_count is not None and facet.row_count <= MOST_COUNTED:
        return []
    asked = facet.get_configs()
    chosen = [one for one in asked if one["source"] != "metadata"]
    facet.get_configs = lambda: chosen
    return [column_of(one) for one in asked if one not in chosen]


def column_of(asked: dict[str, Any]) -> str:
    """The column of a facet, as the metadata or an address names it."""
    return str(asked["config"].get("column") or asked["config"]["simple"])


class _Counts:
    """Stands in for Datasette where a facet asks for its values."""

    def __init__(self, datasette: Datasette) -> None:
        self._datasette = datasette

    def __getattr__(self, name: str) -> Any:
        return getattr(self._datasette, name)

    async def execute(self, database: str, sql: str, params: Any = None, **options: Any) -> Any:
        """The answer to the facet's own query, or the same from a table of counts."""
        for column, counts in COUNTED.items():
            _, _, rest = sql.partition(f"group by {column} order by")
            if rest:
                sql = f"{counts} order by {rest}"
        return await self._datasette.execute(database, sql, params, **options)
