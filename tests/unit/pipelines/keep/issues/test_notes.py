"""Notes of readings as issues: one for each address, or one for a server that errs everywhere."""

from dataclasses import replace

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.issues.acceptances import close_accepted
from pipelines.keep.issues.issues import open_issues
from pipelines.outcomes import IssueKind
from pipelines.read.reading import Note, Reading
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article, read_as

OTHER = f"{SITE.url}tin-tuc/khac-8.html"


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def told(kind: IssueKind, url: str = URL) -> Reading:
    return replace(read_as(article(url=url)), notes=(Note(kind, f"{url}: why"),))


def details(keeper: Keeper) -> list[tuple[str | None, str]]:
    found = open_issues(keeper.archive.connection, SITE.key)
    return [(issue.url, issue.detail) for issue in found]


def test_a_fault_of_the_server_is_one_issue_with_a_count_and_the_newest_answer(
    keeper: Keeper,
) -> None:
    keeper.keep(told(IssueKind.CHARSET_DOUBTFUL))
    keeper.keep(told(IssueKind.CHARSET_DOUBTFUL, OTHER), url=OTHER)
    assert details(keeper) == [(OTHER, f"2 so far; the newest: {OTHER}: why")]


def test_each_address_has_its_own_issue_of_lost_characters(keeper: Keeper) -> None:
    keeper.keep(told(IssueKind.CHARACTERS_LOST))
    keeper.keep(told(IssueKind.CHARACTERS_LOST, OTHER), url=OTHER)
    assert details(keeper) == [(URL, f"{URL}: why"), (OTHER, f"{OTHER}: why")]


def test_it_closes_when_the_address_named_is_well_again(keeper: Keeper) -> None:
    keeper.keep(told(IssueKind.COMPRESSION_WRONG))
    keeper.keep(read_as(article(url=OTHER)), url=OTHER)
    assert len(details(keeper)) == 1
    keeper.keep(read_as(article()))
    assert details(keeper) == []


def test_an_accepted_fault_of_the_server_is_not_told_again(keeper: Keeper) -> None:
    keeper.keep(told(IssueKind.COMPRESSION_WRONG))
    with keeper.archive.transaction() as db:
        (issue,) = open_issues(db, SITE.key)
        close_accepted(db, issue, "the portal knows", AT)
    keeper.keep(told(IssueKind.COMPRESSION_WRONG, OTHER), url=OTHER)
    assert details(keeper) == []
