"""How many doubtful addresses a visit may request, by what their shapes bring."""

import pytest

from crawler.visit.doubtful import SHAPE_TRIES, VISIT_TRIES, Doubtful
from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.discovery import discover
from pipelines.keep.frontier.pages import KnownPage, Skipped
from pipelines.keep.issues.acceptances import close_accepted
from pipelines.keep.issues.issues import open_issues
from pipelines.outcomes import Refusal
from pipelines.read.reading import Link, Reading
from tests.builders.archived_answers import AT, SITE, Keeper
from tests.builders.frontier_queue import DAY, NUKEVIET, address


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def list_all(keeper: Keeper, *paths: str) -> None:
    links = [Link(address(path), "article", "Họp dân", doubt="calendar") for path in paths]
    with keeper.archive.transaction() as db:
        discover(db, SITE.key, links, NUKEVIET, at=AT)


def ask(keeper: Keeper, budget: Doubtful, *, articles: str = "no such") -> list[str]:
    """Request what the budget gives; pages below the folder `articles` are articles."""
    asked: list[str] = []
    while page := budget.next_page(keeper.archive.connection, Skipped(asked)):
        asked.append(page.url)
        budget.note_request(page)
        budget.note_outcome(page.url, page.url.startswith(address(articles)))
    return [url.removeprefix(address("")) for url in asked]


def test_a_shape_has_three_tries_and_all_shapes_have_twelve(keeper: Keeper) -> None:
    list_all(keeper, *(f"{folder}/ngay-{n}" for folder in "abcdef" for n in range(9)))
    asked = ask(keeper, budget := Doubtful(SITE.key))
    assert asked == [f"{folder}/ngay-{n}" for folder in "abcd" for n in range(SHAPE_TRIES)]
    assert (len(asked), budget.left) == (VISIT_TRIES, 0)


def test_a_shape_that_brings_articles_is_requested_to_its_end(keeper: Keeper) -> None:
    list_all(
        keeper, *(f"lich-su/cu-{n}" for n in range(200)), *(f"lich/ngay-{n}" for n in range(9))
    )
    asked = ask(keeper, Doubtful(SITE.key), articles="lich-su/")
    assert len(asked) == 200 + SHAPE_TRIES


def test_requests_under_way_count_before_their_outcome_is_known(keeper: Keeper) -> None:
    list_all(keeper, *(f"lich/ngay-{n}" for n in range(9)))
    budget, asked = Doubtful(SITE.key), list[str]()
    while page := budget.next_page(keeper.archive.connection, Skipped(asked)):
        asked.append(page.url)
        budget.note_request(page)
    assert len(asked) == SHAPE_TRIES
    budget.note_outcome(asked[0], None)  # the host was down: that says nothing of the shape
    assert budget.next_page(keeper.archive.connection, Skipped(asked)) is not None


def test_a_shape_that_brought_nothing_waits_for_the_next_sweep(keeper: Keeper) -> None:
    list_all(keeper, *(f"lich/ngay-{n}" for n in range(9)))
    for path in ask(keeper, Doubtful(SITE.key)):
        vain = Reading("refused", "nukeviet", refusal=Refusal.NOT_AN_ARTICLE)
        keeper.keep(vain, url=address(path), kind="article")
    assert ask(keeper, Doubtful(SITE.key)) == []
    assert ask(keeper, Doubtful(SITE.key, sweeping=True)) == ["lich/ngay-3"]


def test_what_is_left_is_one_issue_that_follows_the_count_and_closes(keeper: Keeper) -> None:
    budget = Doubtful(SITE.key)
    issues = "select detail, closed_at is null as open from issues"
    assert budget.report(keeper.archive, AT) is None
    assert keeper.rows(issues) == []
    list_all(keeper, "lich/ngay-1")
    assert budget.report(keeper.archive, AT) is None
    list_all(keeper, "lich/ngay-2")
    budget.left = 0
    why = budget.report(keeper.archive, AT + DAY)
    (issue,) = keeper.rows(issues)
    assert issue["open"]
    assert str(issue["detail"]).startswith("2 listed addresses")
    assert address("lich/ngay-2") in str(issue["detail"])
    assert why == f"{issue['detail']}; the next visit goes on from here"
    for n in (1, 2):
        keeper.keep(None, url=address(f"lich/ngay-{n}"), kind="article", status=404)
    assert budget.report(keeper.archive, AT + DAY) is None
    assert [row["open"] for row in keeper.rows(issues)] == [0]


def test_an_accepted_issue_opens_again_only_when_more_is_left(keeper: Keeper) -> None:
    list_all(keeper, "lich/ngay-1")
    Doubtful(SITE.key).report(keeper.archive, AT)
    with keeper.archive.transaction() as db:
        (issue,) = open_issues(db, SITE.key)
        close_accepted(db, issue, "the portal's calendar", AT)
    Doubtful(SITE.key).report(keeper.archive, AT + DAY)
    assert open_issues(keeper.archive.connection, SITE.key) == []
    list_all(keeper, "lich/ngay-2")
    Doubtful(SITE.key).report(keeper.archive, AT + 2 * DAY)
    assert len(open_issues(keeper.archive.connection, SITE.key)) == 1


def test_an_ordinary_page_costs_nothing(keeper: Keeper) -> None:
    budget = Doubtful(SITE.key)
    list_all(keeper, "lich/ngay-1")
    page = budget.next_page(keeper.archive.connection, Skipped())
    assert page is not None
    budget.note_request(KnownPage(page.id, page.url, page.kind, 0, page.validators, first=True))
    assert budget.left == VISIT_TRIES
