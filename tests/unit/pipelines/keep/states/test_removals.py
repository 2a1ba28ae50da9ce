"""An article counts as removed when its address says so for long enough, among pages that are well.

`removed_at` is always the time of a capture, so that `verify` finds nothing wrong.
"""

from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive, captures_folder, read_archive
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.states.sightings import tell_states
from pipelines.keep.upkeep.verify import verify_archive
from pipelines.keep.visits.runs import close_run, open_run
from pipelines.outcomes import Refusal, RunOutcome
from pipelines.read.reading import Reading
from tests.builders.archived_answers import AT, URL, Keeper, article, read_as

DAY = timedelta(days=1)
HOME = "http://lungvai.example/"
SOFT_404 = Reading("refused", refusal=Refusal.SOFT_404)


class Visits(Keeper):
    """Three articles and the front page, looked at day by day; one day is one run."""

    urls = tuple(f"http://lungvai.example/tin-tuc/tin-{n}.html" for n in range(3))

    def day(self, number: int, *answers: int | Reading, home: int | None = 200) -> None:
        """The answers of the articles, a status or a reading each; 200 is the article as it was."""
        at = AT + number * DAY
        if home is not None:
            listing = Reading("listing", "nukeviet") if home == 200 else None
            self.keep(listing, at, url=HOME, status=home, kind="listing")
        for url, answer in zip(self.urls, answers, strict=False):
            well = answer == 200
            reading = read_as(article(url=url)) if well else answer
            status = 200 if isinstance(reading, Reading) else answer
            self.keep(
                reading if isinstance(reading, Reading) else None,
                at + timedelta(seconds=1),
                url=url,
                status=int(status),  # type: ignore[arg-type]
                kind="article",
            )
        with self.archive.transaction() as db:
            tell_states(db, self.run, at)
            close_run(db, self.run, outcome=RunOutcome.OK, detail=None, at=at + DAY / 24)
            self.run = open_run(db, "crawl", self.site.key, at + DAY / 12)

    def removed(self) -> list[str | None]:
        """The day of each article's removal."""
        rows = self.rows("select removed_at from articles order by url")
        return [str(row["removed_at"])[:10] if row["removed_at"] else None for row in rows]


@pytest.fixture
def visits(archive: Archive) -> Visits:
    visits = Visits(archive)
    visits.day(0, 200, 200, 200)
    return visits


@pytest.mark.parametrize("answer", [404, 410, SOFT_404])
def test_an_article_that_is_gone_is_removed_at_the_time_of_a_capture(
    visits: Visits, answer: int | Reading
) -> None:
    for day in (1, 2):
        visits.day(day, answer, 200, 200)
    at = utc_text(AT + (1 if answer == 410 else 2) * DAY + timedelta(seconds=1))
    assert visits.one("select removed_at, body from articles where url = ?", visits.urls[0]) == {
        "removed_at": at,
        "body": article().body,
    }
    path = visits.archive.captures.parent / "archive.db"
    visits.warc.close()
    with read_archive(path) as db:
        assert verify_archive(db, captures_folder(path)).problems == []


@pytest.mark.parametrize("answer", [404, 410, SOFT_404])
def test_an_article_that_comes_back_is_no_longer_removed(
    visits: Visits, answer: int | Reading
) -> None:
    for day in (1, 2):
        visits.day(day, answer, 200, 200)
    visits.day(3, 200)
    assert visits.removed() == [None, None, None]
    assert visits.one("select count(*) as n from revisions") == {"n": 3}


@pytest.mark.parametrize(
    ("between", "removed"),
    [
        ((404, 404), True),
        ((404, SOFT_404), True),
        ((404, 503, 404), False),  # not in a row
        ((SOFT_404, 200, SOFT_404), False),
        ((403, 404), False),
        ((503, 404), False),
        ((404, 403), False),
    ],
)
def test_only_two_such_answers_in_a_row_make_a_removal(
    visits: Visits, between: tuple[int | Reading, ...], removed: bool
) -> None:
    for day, answer in enumerate(between, 1):
        visits.day(day, answer, 200, 200)
    assert (visits.removed()[0] is not None) is removed


@pytest.mark.parametrize("answer", [404, 410, SOFT_404])
@pytest.mark.parametrize("home", [404, 200])
def test_a_portal_that_denies_everything_for_a_day_or_two_removes_nothing(
    visits: Visits, answer: int | Reading, home: int
) -> None:
    for day in (1, 2, 4):
        visits.day(day, answer, answer, answer, home=home)
    assert visits.removed() == [None, None, None]
    visits.day(5, 200, 200, 200)
    assert visits.rows("select distinct state from pages") == [{"state": "held"}]


@pytest.mark.parametrize("answer", [404, 410])
def test_what_a_portal_denies_for_over_a_week_is_removed_however_much_it_is(
    visits: Visits, answer: int
) -> None:
    for day in (1, 2, 4, 8):
        assert visits.removed() == [None, None, None]
        visits.day(day, answer, answer, answer, home=200)
    assert visits.removed() == ["2026-03-10"] * 3


def test_a_quiet_visit_that_sees_one_article_gone_believes_it(visits: Visits) -> None:
    for day in (1, 2):
        visits.day(day, 404)
    assert visits.removed() == ["2026-03-04", None, None]


def test_an_article_held_at_another_address_is_not_removed(visits: Visits) -> None:
    twin = "http://lungvai.example/thon-ban/tin-0.html"
    visits.keep(read_as(article(url=visits.urls[0])), AT + DAY / 6, url=twin)
    for day in (1, 2):
        visits.day(day, 404, 200, 200)
    assert visits.removed() == [None, None, None]


def test_an_import_of_several_visits_removes_what_was_gone_at_their_end(archive: Archive) -> None:
    """One run holds all the days."""
    keeper = Keeper(archive)
    keeper.keep(Reading("listing", "nukeviet"), AT, url=HOME, kind="listing")
    keeper.keep(read_as(article()))
    for day in (1, 2, 4):
        keeper.keep(None, AT + day * DAY, status=404)
        keeper.keep(Reading("listing", "nukeviet"), AT + day * DAY, url=HOME, kind="listing")
    with archive.transaction() as db:
        tell_states(db, keeper.run, AT + 5 * DAY)
    assert keeper.one("select removed_at from articles where url = ?", URL) == {
        "removed_at": "2026-03-04T01:00:00.000Z"  # the second look, as the visits would have said
    }
