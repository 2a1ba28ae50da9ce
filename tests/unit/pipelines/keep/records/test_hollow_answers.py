"""Answers that look good and may pass all the same: empty pages, redirects that lead nowhere."""

from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.outcomes import Refusal
from pipelines.read.reading import Link, Reading
from tests.builders.archived_answers import AT, URL, Keeper, article, read_as

DAY = timedelta(days=1)
HOME = "http://lungvai.example/"
NEW = "http://lungvai.example/tin-tuc/hop-dan-moi-7.html"
LOGIN = "http://lungvai.example/dang-nhap"


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def to(target: str) -> tuple[tuple[str, str], ...]:
    return (("Location", target),)


def page(keeper: Keeper, url: str = URL) -> dict[str, object]:
    row = keeper.one("select state, reason, next_due_at from pages where url = ?", url)
    return {**row, "next_due_at": row["next_due_at"] and str(row["next_due_at"])[:10]}


DUE_TOMORROW = {"state": "failing", "next_due_at": "2026-03-03"}


@pytest.mark.parametrize("refusal", [Refusal.EMPTY, Refusal.UNDECODABLE, Refusal.NOT_A_FILE])
def test_an_empty_page_or_one_in_place_of_a_file_is_requested_again(
    keeper: Keeper, refusal: Refusal
) -> None:
    keeper.keep(Reading("refused", refusal=refusal, detail="d"))
    assert page(keeper) == {**DUE_TOMORROW, "reason": f"refused-{refusal}"}


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_is_settled_when_its_target_turns_out_to_be_an_article(
    keeper: Keeper, status: int
) -> None:
    keeper.keep(None, status=status, headers=to(NEW))
    assert page(keeper) == {**DUE_TOMORROW, "reason": "redirect"}
    keeper.keep(read_as(article(url=NEW)), url=NEW)
    assert page(keeper) == {"state": "refused", "reason": "redirect", "next_due_at": None}


def test_every_redirect_on_the_way_to_an_article_is_settled(keeper: Keeper) -> None:
    middle = "http://lungvai.example/r/7"
    keeper.keep(None, status=302, headers=to(middle), kind="article")
    keeper.keep(None, status=302, headers=to(NEW), url=middle, kind="article")
    keeper.keep(read_as(article(url=NEW)), url=NEW, kind="article")
    assert keeper.rows("select state from pages order by id") == [
        {"state": state} for state in ("refused", "refused", "held")
    ]


def test_a_redirect_to_what_is_known_is_settled_at_once(keeper: Keeper) -> None:
    keeper.keep(read_as(article(url=NEW)), url=NEW)
    keeper.keep(None, status=302, headers=to(NEW))
    assert page(keeper)["state"] == "refused"


@pytest.mark.parametrize("refusal", [Refusal.LOGIN, Refusal.NOT_AN_ARTICLE, None])
def test_a_redirect_to_a_log_in_or_an_error_page_is_tried_again(
    keeper: Keeper, refusal: Refusal | None
) -> None:
    keeper.keep(None, status=302, headers=to(LOGIN), kind="article")
    target = Reading("refused", refusal=refusal, detail="d") if refusal else None
    keeper.keep(target, url=LOGIN, status=200 if refusal else 500, kind="article")
    assert page(keeper) == {**DUE_TOMORROW, "reason": "redirect"}


def test_a_held_article_keeps_its_due_date_if_all_redirect_to_one_page(
    keeper: Keeper,
) -> None:
    """A notice that reads like an article: it settles the first redirect, and no more."""
    others = [f"http://lungvai.example/tin-tuc/tin-{n}.html" for n in (1, 2)]
    for url in (URL, *others):
        keeper.keep(read_as(article(url=url)), url=url)
    for url in (URL, *others):
        keeper.keep(None, AT + DAY, url=url, status=302, headers=to(NEW))
    keeper.keep(read_as(article("Thông báo bảo trì", url=NEW)), AT + DAY, url=NEW)
    assert [page(keeper, url)["next_due_at"] for url in others] == ["2026-03-04"] * 2


@pytest.mark.parametrize(
    ("status", "held", "due"),
    [
        (301, False, None),
        (308, False, None),
        (302, False, None),
        (301, True, "2026-03-03"),
        (303, True, "2026-03-03"),
    ],
)
def test_a_redirect_off_the_site_settles_only_an_address_that_never_gave_an_article(
    keeper: Keeper, status: int, held: bool, due: str | None
) -> None:
    if held:
        keeper.keep(read_as(article()), AT - DAY)
    keeper.keep(None, status=status, headers=to("http://hotspot.example/login"))
    assert page(keeper)["next_due_at"] == due


def test_a_listing_that_leads_to_another_listing_is_settled(keeper: Keeper) -> None:
    other = "http://lungvai.example/vi/"
    keeper.keep(None, status=302, headers=to(other), url=HOME, kind="listing")
    links = (Link(URL, "article"),)
    keeper.keep(Reading("listing", "nukeviet", links=links), url=other, kind="listing")
    assert page(keeper, HOME)["state"] == "refused"
