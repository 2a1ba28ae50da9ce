"""Pages of portals, days, visits and issues read no whole table, and coverage counts days."""

import re
from datetime import date

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.status.statuses import STANDINGS
from web.pages.operations import issues, runs
from web.pages.portals import counts, days, directory, portal, timeline
from web.pages.portals.coverage import VISITED, coverage_of

LARGE = r"(articles|captures|pages|revisions|attachments|runs|issues|article_counts)"
OF = {"of": "site = :site and", "and_site": "and issues.site = :site", "and_kind": ""}
QUERIES = {
    "months": counts.MONTHS,
    "days of a portal": counts.DAYS.format(**OF),
    "days of all": counts.DAYS.format(of=""),
    "portals of a day": counts.SITES,
    "sections": counts.SECTIONS,
    "a day": days.LIST.format(where=days.OF_DAYS),
    "a day of a portal": days.LIST.format(where=f"site = :site and {days.OF_DAYS}"),
    "month alone": days.LIST.format(where=days.MONTH_ONLY),
    "day before": days.NEIGHBOUR.format(of="", than="<", order="desc"),
    "day after of a portal": days.NEIGHBOUR.format(**OF, than=">", order="asc"),
    "newest": portal.LISTED,
    "edited": portal.EDITED,
    "removed": portal.REMOVED,
    "open issues": portal.ISSUES,
    "health": portal.HEALTH_SPANS,
    "listings": portal.LISTINGS,
    "visited": VISITED,
    "events": timeline.ISSUES,
    "first visit": timeline.VISITS,
    "platforms": timeline.PLATFORMS,
    "standings": STANDINGS,
    "facts of portals": directory.SITES,
    "bars of portals": directory.COUNTS,
    "totals of portals": directory.TOTALS,
    "runs": runs.RUNS.format(of=""),
    "runs of a portal": runs.RUNS.format(of="runs.site = :site and"),
    "captures of a visit": runs.LISTED.format(
        its=runs.OF_A_VISIT.format(joins=""), which="= 'failed'"
    ),
    "captures of an import": runs.LISTED.format(
        its=runs.OF_AN_IMPORT.format(joins=""), which="= 'failed'"
    ),
    "articles of a visit": runs.BROUGHT.format(its=runs.OF_A_VISIT.format(joins=runs.TO_ARTICLES)),
    "outcomes": runs.OUTCOMES.format(its=runs.OF_A_VISIT.format(joins="")),
    "issues of a run": runs.ISSUES,
    "kinds of a portal": issues.COUNTS.format(and_site="and site = :site"),
    "open of a kind": issues.OPEN.format(and_site=""),
    "closed of a portal": issues.CLOSED.format(**OF),
    "others": issues.OTHERS,
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_of_a_page_reads_no_whole_table(archive: Archive, name: str) -> None:
    query = QUERIES[name]
    named = dict.fromkeys(re.findall(r":(\w+)", query), 1)
    values = named or (1,) * query.count("?")
    plan = archive.connection.execute(f"explain query plan {query}", values)
    steps = [row["detail"] for row in plan]
    # A limit ends a walk along an index in its own order.
    walked = [
        step for step in steps if re.match(rf"SCAN {LARGE}\b", step) and "USING INDEX" not in step
    ]
    assert [step for step in walked if "COVERING INDEX issues_still_open" not in step] == []


def test_coverage_counts_days_of_visits_and_of_news(archive: Archive) -> None:
    with archive.transaction() as db:
        db.execute(
            "insert into sites (key, name, url, language, timezone, origin, first_seen_at)"
            " values ('an', 'An', 'http://an.example/', 'vi', 'UTC', 'address', '2020-01-01')"
        )
        db.execute("insert into runs (id, kind, started_at) values (1, 'crawl', '2020-01-01')")
        for at, outcome in (
            ("2020-06-01T01:00:00Z", "article-new"),
            ("2020-06-01T02:00:00Z", "failed"),
            ("2020-06-02T01:00:00Z", "listing"),
            ("2020-06-03T01:00:00Z", "robots"),
            ("2020-06-03T01:00:01Z", "server-error"),
            ("2020-07-01T01:00:00Z", "not-modified"),
        ):
            db.execute(
                "insert into captures (run, site, url, fetched_at, outcome)"
                " values (1, 'an', 'http://an.example/', ?, ?)",
                (at, outcome),
            )
        for number, on in enumerate(("2020-05-30", "2020-05-30", "2020-07-01")):
            db.execute(
                "insert into articles (site, url, title, body, published_on, published_precision,"
                " first_seen_at, last_seen_at, word_count)"
                " values ('an', ?, 'x', '', ?, 'day', '2020-06-01', '2020-06-01', 0)",
                (f"http://an.example/{number}", on),
            )
    found = coverage_of(archive.connection, "an", date(2020, 7, 1))  # a Wednesday
    went = {cell.on: cell.went for cell in found.cells if cell.went != "none"}
    assert went == {
        "2020-06-01": "stored",
        "2020-06-02": "quiet",
        "2020-06-03": "failed",
        "2020-07-01": "quiet",
    }
    last = found.cells[-1]
    assert (last.on, last.week, last.weekday) == ("2020-07-01", 52, 2)
    assert found.cells[0].weekday == 0
    whole = found.whole
    assert (whole.news, whole.visited, whole.stored, whole.failed) == (2, 4, 1, 1)
    assert [(one.span, one.news, one.visited) for one in found.months[:3]] == [
        *(("2020-07", 1, 1), ("2020-06", 0, 3), ("2020-05", 1, 0)),
    ]
