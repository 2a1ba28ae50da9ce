"""Facets of all articles come from the tables of counts, and say the same as counting."""

from typing import Any

from tests.builders.served_archive import ServedArchive
from web.plugins.counted_facets import without_usual_facets


def test_usual_facets_of_very_many_rows_are_left_out_by_name() -> None:
    class Table:
        table, params, sql, row_count = "captures", {"p0": "x"}, "select 1 where x", 50_001

        def get_configs(self) -> list[dict[str, Any]]:
            return [
                {"config": {"simple": "site"}, "source": "metadata"},
                {"config": {"simple": "status"}, "source": "request"},
            ]

    facet = Table()
    assert without_usual_facets(facet) == ["site"]
    assert [one["config"]["simple"] for one in facet.get_configs()] == ["status"]
    facet = Table()
    facet.row_count = 50_000
    assert without_usual_facets(facet) == []
    assert len(facet.get_configs()) == 2


def facets(served: ServedArchive, **filters: str) -> dict[str, Any]:
    page = served.get("/archive/articles.json", _size="1", _facet_size="max", **filters)
    return {
        name: [(one["value"], one["label"], one["count"]) for one in facet["results"]]
        for name, facet in page.json()["facet_results"].items()
    }


def test_counted_facets_say_what_counting_says(served: ServedArchive) -> None:
    counted = facets(served)
    assert counted == facets(served, id__gt="0")  # a filter that lets all articles through
    assert counted["section"] == [("Tin xã", "Tin xã", 5)]
    assert set(counted) == {"site", "section", "published_on"}


def test_facets_of_a_filter_are_counted_among_its_articles(served: ServedArchive) -> None:
    assert facets(served, id__lte="2")["section"] == [("Tin xã", "Tin xã", 2)]
    assert facets(served, section="Không có")["section"] == []
