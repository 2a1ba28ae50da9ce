"""An issue is opened once for what it concerns, stated anew, counted and closed."""

from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.issues.issues import (
    Issue,
    article_ever_had,
    close_issue,
    open_at_address,
    open_counts,
    open_issue,
    open_issues,
    open_of_article,
    open_once,
    restate,
)
from pipelines.outcomes import IssueKind
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article, read_as

OTHER = f"{SITE.url}tin-tuc/khac-8.html"


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def test_one_issue_of_a_kind_is_open_for_a_site_and_keeps_its_first_words(keeper: Keeper) -> None:
    with keeper.archive.transaction() as db:
        open_once(db, Issue(IssueKind.TRAP, "first", SITE.key, URL), AT)
        open_once(db, Issue(IssueKind.TRAP, "second", SITE.key, OTHER), AT)
        open_once(db, Issue(IssueKind.SILENT, "other kind", SITE.key), AT)
    details = [issue.detail for issue in open_issues(keeper.archive.connection, SITE.key)]
    assert details == ["first", "other kind"]


def test_each_address_may_have_its_own_issue_of_a_kind(keeper: Keeper) -> None:
    with keeper.archive.transaction() as db:
        for url in (URL, OTHER, URL):
            open_once(db, Issue(IssueKind.UNDATED, "no date", SITE.key, url), AT, per="address")
    assert len(open_issues(keeper.archive.connection, SITE.key)) == 2
    (issue,) = open_at_address(keeper.archive.connection, SITE.key, URL)
    assert (issue.kind, issue.url) == (IssueKind.UNDATED, URL)


def test_an_issue_of_no_site_is_not_one_of_a_site(keeper: Keeper) -> None:
    with keeper.archive.transaction() as db:
        open_once(db, Issue(IssueKind.CAPTURES_MISSING, "a.warc.gz"), AT)
        open_once(db, Issue(IssueKind.CAPTURES_MISSING, "b.warc.gz"), AT)
        open_once(db, Issue(IssueKind.CAPTURES_MISSING, "c.warc.gz", SITE.key), AT)
    (issue,) = open_issues(keeper.archive.connection, None)
    assert issue.detail == "a.warc.gz"


def test_what_was_closed_may_be_opened_again_and_is_remembered(keeper: Keeper) -> None:
    keeper.keep(read_as(article()))
    number = 1  # the only article
    issue = Issue(IssueKind.DATE_MOVES, "2026-03-01", SITE.key, article=number)
    with keeper.archive.transaction() as db:
        open_once(db, issue, AT, per="article")
        found = open_of_article(db, number, IssueKind.DATE_MOVES)
        assert found is not None
        restate(db, found, "2026-03-01, 2026-03-02")
        close_issue(db, found, AT + timedelta(days=1))
        assert open_of_article(db, number, IssueKind.DATE_MOVES) is None
        assert article_ever_had(db, number, (IssueKind.DATE_MOVES,))
        assert not article_ever_had(db, number, (IssueKind.DATE_MOVED,))
        open_once(db, issue, AT + timedelta(days=2), per="article")
    rows = keeper.rows("select detail, closed_at is null as open from issues where article notnull")
    assert rows == [
        {"detail": "2026-03-01, 2026-03-02", "open": 0},
        {"detail": "2026-03-01", "open": 1},
    ]


def test_counts_name_the_most_frequent_kind_first(keeper: Keeper) -> None:
    with keeper.archive.transaction() as db:
        for kind in (IssueKind.CLOCK, IssueKind.UNDATED, IssueKind.UNDATED):
            open_issue(db, Issue(kind, "why", SITE.key), AT)
        open_issue(db, Issue(IssueKind.CLOCK, "of no site"), AT)
    counts = open_counts(keeper.archive.connection)
    assert counts == {SITE.key: {IssueKind.UNDATED: 2, IssueKind.CLOCK: 1}}
    assert list(counts[SITE.key]) == [IssueKind.UNDATED, IssueKind.CLOCK]


def test_counts_name_kinds_of_a_newer_loa_too(keeper: Keeper) -> None:
    with keeper.archive.transaction() as db:
        open_issue(db, Issue(IssueKind.CLOCK, "why", SITE.key), AT)
        db.execute("update issues set kind = 'of-tomorrow'")
    assert open_counts(keeper.archive.connection) == {SITE.key: {"of-tomorrow": 1}}
