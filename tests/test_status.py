"""How each site stands, from the rows alone."""

from datetime import timedelta

from pipelines.keep.archive import Archive
from pipelines.keep.runs import Counts, close_run
from pipelines.keep.status import site_statuses
from pipelines.keep.store import keep_site
from pipelines.read.reading import Link, Note, Reading
from portals.site import Site
from tests.rows import AT, URL, Keeper, article, dated, read_as


def test_a_site_is_told_by_what_its_last_run_did_and_what_is_left(archive: Archive) -> None:
    keeper = Keeper(archive)
    links = tuple(Link(f"http://lungvai.example/tin-tuc/tin-{n}.html", "article") for n in (1, 2))
    keeper.keep(Reading("listing", "nukeviet", links=links), url="http://lungvai.example/", kind="listing")
    keeper.keep(Reading("article", "nukeviet", article=article(published=dated()), notes=(Note("undated", "d"),)))
    keeper.keep(None, url=links[0].url, status=500)
    keeper.keep(Reading("refused", refusal="challenge"), url="http://lungvai.example/tin-tuc/tin-3.html")
    with archive.transaction() as db:
        keep_site(db, Site(name="Xã chưa thăm", url="http://chua-tham.example/", key="chua-tham"), "file", AT)
        close_run(db, keeper.run, Counts(requests=4, articles_new=1), outcome="incomplete", detail=None, at=AT + timedelta(hours=1))
    unvisited, visited = site_statuses(archive.connection)
    assert (unvisited.site, unvisited.articles, unvisited.last_run_at, unvisited.last_outcome) == ("chua-tham", 0, None, None)
    assert (visited.site, visited.platform, visited.articles, visited.newest) == ("lungvai", "nukeviet", 1, "2026-03-01")
    assert (visited.last_run_at, visited.last_outcome) == ("2026-03-02T01:00:00.000Z", "incomplete")
    assert (visited.new, visited.changed, visited.waiting, visited.failing, visited.refused, visited.open_issues) == (1, 0, 1, 1, 1, 1)


def test_new_articles_of_an_import_are_counted_for_their_own_site(archive: Archive) -> None:
    one = Keeper(archive)
    one.keep(read_as(article()))
    two = Site(name="Xã khác", url="http://khac.example/", key="khac")
    with archive.transaction() as db:
        keep_site(db, two, "import", AT)
        db.execute(
            "insert into captures (run, site, url, fetched_at, outcome) values (?, 'khac', ?, '2026-03-02T01:00:00.000Z', 'article-unchanged')",
            (one.run, URL + "?x"),
        )
    assert [(row.site, row.new) for row in site_statuses(archive.connection)] == [("khac", 0), ("lungvai", 1)]
