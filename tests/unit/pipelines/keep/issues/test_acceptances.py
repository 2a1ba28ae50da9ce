"""What an acceptance means for later judgement, and for issues that only a person closes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipelines.health.facts import ArticlePage, Listed, Past, Source, VisitFacts
from pipelines.health.judge import findings
from pipelines.keep.database.archive import Archive
from pipelines.keep.issues.issues import Issue, close_issue, open_issues, open_once
from pipelines.keep.visits.accept import Acceptance, accept_issues
from pipelines.outcomes import IssueKind, Outcome, RunOutcome
from pipelines.read.reading import Note
from tests.builders.archived_answers import AT, SITE, Keeper, article, dated, read_as

DAY = timedelta(days=1)
SINCE = datetime(2026, 3, 30, tzinfo=UTC)


def facts(
    sources: Iterable[Source] = (), pages: Iterable[ArticlePage] = (), past: Past | None = None
) -> VisitFacts:
    return VisitFacts(
        SINCE,
        RunOutcome.OK,
        None,
        None,
        tuple(sources),
        tuple(pages),
        past or Past(read=60),
        SINCE - DAY,
    )


def listing(
    url: str, entries: int, *before: int, outcome: Outcome = Outcome.LISTING, own: bool = True
) -> Source:
    readings = tuple(
        (Listed(count, None, SINCE - n * DAY), None) for n, count in enumerate(before, 1)
    )
    return Source(
        url,
        "listing",
        own,
        outcome,
        7,
        listed=Listed(entries, None, SINCE) if entries else None,
        before=readings,
    )


def test_an_accepted_kind_is_judged_by_its_own_past_and_the_others_by_theirs() -> None:
    other = listing("http://a.example/b/", 20, 20, 20, 20)
    then = facts([listing("http://a.example/a/", 4, 20, 20, 20), other])
    now = facts([listing("http://a.example/a/", 4, 4), other])
    assert [finding.kind for finding in findings(then)] == ["listing-empty"]
    assert findings(then, {IssueKind.LISTING_EMPTY: now}) == []
    assert [finding.kind for finding in findings(then, {IssueKind.LAYOUT_CHANGED: now})] == [
        "listing-empty"
    ]


def test_where_nothing_can_be_read_no_acceptance_counts() -> None:
    login = listing("http://a.example/a/", 0, 20, outcome=Outcome.REFUSED_LOGIN)
    accepted_login = listing("http://a.example/a/", 0, outcome=Outcome.REFUSED_LOGIN, own=False)
    well = listing("http://a.example/b/", 20, 20)
    assert findings(facts([login, well]), {IssueKind.LOGIN: facts([accepted_login, well])}) == []
    assert [
        finding.kind
        for finding in findings(facts([login]), {IssueKind.LOGIN: facts([accepted_login])})
    ] == ["login"]


def test_more_lost_articles_than_were_accepted_are_told() -> None:
    def pages(lost: int, read: int) -> list[ArticlePage]:
        return [
            ArticlePage(
                f"http://a.example/{n}",
                Outcome.REFUSED_LOGIN if n < lost else Outcome.ARTICLE_UNCHANGED,
                n,
                held=True,
            )
            for n in range(lost + read)
        ]

    accepted_past = Past(read=90, lost=10)
    for lost, read, told in ((1, 9, False), (3, 7, False), (10, 0, True)):
        one = facts(pages=pages(lost, read), past=accepted_past)
        assert bool(findings(facts(pages=pages(lost, read)), {IssueKind.LOGIN: one})) is told


def close(archive: Archive, *kinds: str, at: datetime = SINCE) -> Acceptance:
    with archive.transaction() as db:
        return accept_issues(db, SITE, [IssueKind(kind) for kind in kinds], "known to us", at)


def test_a_page_whose_date_follows_the_visits_is_believed_once_more_and_found_out_once_more(
    archive: Archive,
) -> None:
    keeper = Keeper(archive)
    printed = [
        read_as(article(published=dated(f"2026-03-{day:02}", f"{day:02}/03/2026")))
        for day in range(1, 10)
    ]
    for day in (1, 2, 3):
        keeper.keep(printed[day], AT + day * DAY)
    assert keeper.one("select published_on from articles") == {"published_on": None}
    close(archive, "date-moves", at=AT + 4 * DAY)
    keeper.keep(printed[3], AT + 5 * DAY)
    assert keeper.one("select published_on from articles") == {"published_on": "2026-03-04"}
    assert keeper.rows("select * from issues where closed_at is null") == []
    keeper.keep(printed[6], AT + 6 * DAY)
    assert [
        row["kind"] for row in keeper.rows("select kind from issues where closed_at is null")
    ] == ["date-moves"]


def test_a_note_on_a_page_that_was_accepted_is_not_told_again_in_the_same_words(
    archive: Archive,
) -> None:
    keeper = Keeper(archive)
    read = [
        replace(read_as(article()), notes=(Note(IssueKind.BODY_GUESSED, detail),))
        for detail in ("no date", "another date")
    ]
    keeper.keep(read[0])
    close(archive, "body-guessed")
    keeper.keep(read[0], AT + DAY)
    assert keeper.rows("select * from issues where closed_at is null") == []
    keeper.keep(read[1], AT + 2 * DAY)
    assert keeper.one("select detail from issues where closed_at is null") == {
        "detail": "another date"
    }


def test_a_trap_that_was_accepted_is_told_anew_by_the_next_visit_that_runs_into_one(
    archive: Archive,
) -> None:
    keeper = Keeper(archive)
    trap = Issue(IssueKind.TRAP, "a calendar without end", SITE.key)
    with archive.transaction() as db:
        open_once(db, trap, AT)
        open_once(db, trap, AT)
    close(archive, "trap")
    assert open_issues(archive.connection, SITE.key) == []
    with archive.transaction() as db:
        open_once(db, trap, AT + DAY)
    assert len(keeper.rows("select * from issues")) == 2
    with archive.transaction() as db:
        (issue,) = open_issues(db, SITE.key, (IssueKind.TRAP,))
        close_issue(db, issue, AT + 2 * DAY)
    assert len(keeper.rows("select * from acceptances")) == 1
