"""Pages that are counted: one issue of the site for each kind, which heals."""

from dataclasses import replace
from datetime import timedelta

from pipelines.keep.database.archive import Archive
from pipelines.keep.issues.acceptances import close_accepted
from pipelines.keep.issues.issues import Issue, open_issues, open_once
from pipelines.keep.visits.counted_pages import report_counted_pages
from pipelines.outcomes import IssueKind, Refusal
from pipelines.read.reading import Link, Note, Reading
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article, dated, read_as

OTHER = f"{SITE.url}tin-tuc/hop-dan-8.html"
HOUR = timedelta(hours=1)


def computed(url: str) -> Reading:
    return Reading("refused", refusal=Refusal.COMPUTED_REDIRECT, detail=f"{url}: works it out")


def told(keeper: Keeper) -> list[str]:
    with keeper.archive.transaction() as db:
        report_counted_pages(db, keeper.run, AT)
    return [issue.detail for issue in open_issues(keeper.archive.connection, SITE.key)]


def test_one_issue_counts_the_pages_and_shows_the_newest_until_they_show_something(
    archive: Archive,
) -> None:
    keeper = Keeper(archive)
    keeper.keep(computed(URL))
    assert [detail.partition(";")[0] for detail in told(keeper)] == [
        f"pages like this: 1, the newest {URL}: works it out"
    ]
    keeper.keep(computed(OTHER), url=OTHER)
    assert [detail.partition(";")[0] for detail in told(keeper)] == [
        f"pages like this: 2, the newest {OTHER}: works it out"
    ]
    keeper.keep(read_as(article(published=dated())), AT + HOUR)
    keeper.keep(Reading("redirect", target=URL), AT + HOUR, url=OTHER)
    assert told(keeper) == []


def test_a_person_may_call_it_normal(archive: Archive) -> None:
    keeper = Keeper(archive)
    keeper.keep(computed(URL))
    told(keeper)
    with archive.transaction() as db:
        (issue,) = open_issues(db, SITE.key)
        close_accepted(db, issue, "only an old menu", AT)
    keeper.keep(computed(OTHER), url=OTHER)
    assert told(keeper) == []


def test_articles_without_a_date_are_one_issue_until_each_has_one(archive: Archive) -> None:
    keeper = Keeper(archive)
    undated = (Note(IssueKind.UNDATED, f"{URL}: no date of publication on the page"),)
    keeper.keep(replace(read_as(article()), notes=undated))
    keeper.keep(replace(read_as(article(url=OTHER)), notes=undated), url=OTHER)
    assert open_issues(archive.connection, SITE.key) == []  # a listing may still date them
    assert [detail.partition(";")[0] for detail in told(keeper)] == [
        f"pages like this: 2, the newest {OTHER}: no date of publication"
    ]
    for url, left in ((OTHER, 1), (URL, 0)):
        day = replace(dated(), evidence="feed")
        named = Reading("feed", "nukeviet", links=(Link(url, "article", None, day),))
        keeper.keep(named, AT + HOUR, url=f"{SITE.url}rss?{left}", kind="feed")
        assert len(told(keeper)) == left


def test_issues_of_single_articles_that_an_older_loa_opened_are_closed(archive: Archive) -> None:
    keeper = Keeper(archive)
    keeper.keep(read_as(article()))
    with archive.transaction() as db:
        open_once(db, Issue(IssueKind.UNDATED, "no date", SITE.key, URL, article=1), AT)
    assert [detail.partition(";")[0] for detail in told(keeper)] == [
        f"pages like this: 1, the newest {URL}: no date of publication"
    ]
