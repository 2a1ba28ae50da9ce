"""A facet that counts rows by calendar year.

Use `{year: published_on}` in metadata and `_facet_year=published_on` in an address.
"""

from typing import Any

from datasette import hookimpl
from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.utils import escape_sqlite, path_with_added_args, path_with_removed_args

from web.plugins.counted_facets import column_of, is_of_all_articles, without_usual_facets

COUNTED_YEARS = """select substr(month, 1, 4) as year, sum(articles) as count from article_counts
    where month <> '' group by year order by year desc limit :most"""


@hookimpl
def register_facet_classes() -> list[type[Facet]]:
    """Make the year facet known to Datasette."""
    return [YearFacet]


class YearFacet(Facet):  # type: ignore[misc]  # Datasette is not typed
    """Newest year first. Datasette's own filter `column__startswith=2020` chooses a year."""

    type = "year"

    async def suggest(self) -> list[dict[str, Any]]:
        """Suggest nothing: users ask for this facet by name."""
        return []

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Results with counts and links, and the names of columns that ran out of time."""
        results: list[dict[str, Any]] = []
        of_all = await is_of_all_articles(self)
        timed_out = [] if of_all else without_usual_facets(self)
        for each in self.get_configs():
            column = column_of(each)
            try:
                years = await self._years(column, of_all)
            except QueryInterrupted:
                timed_out.append(column)
                continue
            without = path_with_removed_args(self.request, {"_facet_year": column})
            results.append(
                {
                    "name": column,
                    "type": self.type,
                    "results": years[: self.get_facet_size()],
                    "hideable": each["source"] != "metadata",
                    "toggle_url": self.ds.urls.path(without),
                    "truncated": len(years) > self.get_facet_size(),
                }
            )
        return results, timed_out

    async def _years(self, column: str, of_all: bool) -> list[dict[str, Any]]:
        name = escape_sqlite(column)
        query = f"""select substr({name}, 1, 4) as year, count(*) as count
            from ({self.sql}) where {name} is not null
            group by year order by year desc limit :most"""
        if column == "published_on" and of_all:
            query = COUNTED_YEARS
        rows = await self.ds.execute(
            self.database,
            query,
            {**dict(self.params), "most": self.get_facet_size() + 1},
            truncate=False,
            custom_time_limit=self.ds.setting("facet_time_limit_ms"),
        )
        years = []
        for row in rows:
            chosen = {f"{column}__startswith": row["year"]}
            selected = (f"{column}__startswith", row["year"]) in self.get_querystring_pairs()
            switch = path_with_removed_args if selected else path_with_added_args
            path = self.ds.urls.path(switch(self.request, chosen))
            url = self.ds.absolute_url(self.request, path)
            shown = {"value": row["year"], "label": row["year"], "count": row["count"]}
            years.append({**shown, "toggle_url": url, "selected": selected})
        return years
