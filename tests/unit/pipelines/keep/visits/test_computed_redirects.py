"""Pages whose scripts work out where they lead: one issue of the site, which heals."""

from datetime import timedelta

from pipelines.keep.database.archive import Archive
from pipelines.keep.issues.acceptances import close_accepted
from pipelines.keep.issues.issues import open_issues
from pipelines.keep.visits.computed_redirects import report_computed_redirects
from pipelines.outcomes import Refusal
from pipelines.read.reading import Reading
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article, read_as

OTHER = f"{SITE.url}tin-tuc/hop-dan-8.html"
HOUR = timedelta(hours=1)


def computed(url: str) -> Reading:
    return Reading("refused", refusal=Refusal.COMPUTED_REDIRECT, detail=f"{url}: works it out")


def told(keeper: Keeper) -> list[str]:
    with keeper.archive.transaction() as db:
        report_computed_redirects(db, keeper.run, AT)
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
    keeper.keep(read_as(article()), AT + HOUR)
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
