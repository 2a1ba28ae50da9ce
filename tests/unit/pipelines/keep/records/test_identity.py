"""A page's claim to another address is believed only while it can be true, and never overwrites."""

from datetime import timedelta
from itertools import permutations

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.read.reading import Link, Reading
from tests.builders.archived_answers import AT, SITE
from tests.builders.claiming_portal import ClaimingPortal

A, B, C, D = (f"{SITE.url}tin/{name}-1.html" for name in ("mot", "hai", "ba", "bon"))


@pytest.fixture
def portal(archive: Archive) -> ClaimingPortal:
    return ClaimingPortal(archive)


def test_articles_that_name_one_address_keep_records_of_their_own_in_any_order(
    portal: ClaimingPortal,
) -> None:
    texts = {A: "một", B: "hai", C: "ba"}
    for number, order in enumerate(permutations(texts)):
        there = {url: f"{SITE.url}{number}/{url.removeprefix(SITE.url)}" for url in texts}
        for _ in range(3):
            for url in order:
                portal.show(there[url], texts[url], claims=there[A])
        mine = {url: texts for url, texts in portal.records.items() if url[0] == str(number)}
        assert mine == {
            f"{number}/tin/ba-1.html": ["ba"],
            f"{number}/tin/hai-1.html": ["hai"],
            f"{number}/tin/mot-1.html": ["một"],
        }, order


def test_articles_that_name_an_address_nobody_saw_all_stay_at_their_own(
    portal: ClaimingPortal,
) -> None:
    for _ in range(2):
        for url, text in ((A, "một"), (B, "hai"), (C, "ba")):
            portal.show(url, text, claims=D)
    assert portal.records == {
        "tin/ba-1.html": ["ba"], "tin/hai-1.html": ["hai"], "tin/mot-1.html": ["một"],
    }  # fmt: skip


def test_a_second_address_of_a_held_article_makes_no_record(portal: ClaimingPortal) -> None:
    portal.show(C, "ba")
    assert portal.show(A, "ba", claims=C).outcome == "article-unchanged"
    assert portal.records == {"tin/ba-1.html": ["ba"]}
    assert portal.keeper.rows(
        "select claimed_url, article, revision from pages where url = ?", A
    ) == [{"claimed_url": C, "article": 1, "revision": 1}]


def test_a_claim_to_an_unknown_address_is_believed_and_tested(portal: ClaimingPortal) -> None:
    portal.show(A, "ba", claims=C)
    assert portal.records == {"tin/ba-1.html": ["ba"]}
    assert portal.state(C) == "waiting"
    assert portal.show(C, "ba").outcome == "article-unchanged"
    assert portal.records == {"tin/ba-1.html": ["ba"]}


def test_a_claimed_address_that_shows_another_text_gets_its_own_record(
    portal: ClaimingPortal,
) -> None:
    portal.show(A, "một", claims=C)
    assert portal.show(C, "ba").outcome == "article-new"
    assert portal.show(A, "một", claims=C).outcome == "article-unchanged"
    assert portal.show(C, "ba").outcome == "article-unchanged"
    assert portal.records == {"tin/ba-1.html": ["ba"], "tin/mot-1.html": ["một"]}
    keys = portal.keeper.rows(
        "select url from articles join article_keys on article_keys.article = articles.id "
        "where article_keys.key = (select key from articles where url = ?) order by url", C
    )  # fmt: skip
    assert [row["url"] for row in keys] == [C, A]  # the old key leads on


@pytest.mark.parametrize("answer", ["404", "410", "another page"])
def test_a_record_moves_away_from_an_address_that_shows_no_article(
    portal: ClaimingPortal, answer: str
) -> None:
    portal.show(A, "một", claims=C)
    if answer == "another page":
        portal.refuse(C)
    else:
        portal.answer(C, int(answer))
    assert portal.records == {"tin/mot-1.html": ["một"]}
    assert not portal.is_removed
    portal.show(A, "một", claims=C)
    portal.show(B, "hai", claims=C)
    assert portal.records == {"tin/hai-1.html": ["hai"], "tin/mot-1.html": ["một"]}


@pytest.mark.parametrize("status", [500, 429])
def test_a_fault_that_may_pass_says_nothing_of_a_claim(portal: ClaimingPortal, status: int) -> None:
    portal.show(A, "ba", claims=C)
    portal.answer(C, status)
    assert portal.records == {"tin/ba-1.html": ["ba"]}


def test_a_claim_follows_a_redirect(portal: ClaimingPortal) -> None:
    portal.show(A, "ba", claims=C)
    portal.answer(C, 301, Location=D)
    assert portal.records == {"tin/bon-1.html": ["ba"]}
    assert portal.show(D, "ba").outcome == "article-unchanged"
    assert portal.show(A, "ba", claims=C).outcome == "article-unchanged"
    assert portal.records == {"tin/bon-1.html": ["ba"]}


def test_a_claimed_address_that_redirects_to_its_claimant_is_not_its_address(
    portal: ClaimingPortal,
) -> None:
    portal.show(A, "một", claims=C)
    portal.answer(C, 302, Location=A)
    assert portal.records == {"tin/mot-1.html": ["một"]}
    assert portal.show(A, "một", claims=C).outcome == "article-unchanged"
    assert portal.records == {"tin/mot-1.html": ["một"]}


def test_an_edit_that_a_second_address_shows_first_is_a_revision(portal: ClaimingPortal) -> None:
    portal.show(C, "ba")
    portal.show(A, "ba", claims=C)
    assert portal.show(A, "ba, đã sửa", claims=C).outcome == "article-changed"
    due = "select next_due_at from pages where url = ?"
    assert portal.keeper.one(due, C)["next_due_at"] == "2026-03-02T01:03:00.000Z"  # asked at once
    assert portal.show(C, "ba, đã sửa").outcome == "article-unchanged"
    assert portal.records == {"tin/ba-1.html": ["ba", "ba, đã sửa"]}


def test_a_second_address_that_lags_behind_makes_no_revision(portal: ClaimingPortal) -> None:
    portal.show(C, "ba")
    portal.show(A, "ba", claims=C)
    portal.show(C, "ba, đã sửa")
    assert portal.show(A, "ba", claims=C).outcome == "article-unchanged"
    assert portal.show(B, "ba", claims=C).outcome == "article-unchanged"
    assert portal.show(A, "ba, đã sửa", claims=C).outcome == "article-unchanged"
    assert portal.records == {"tin/ba-1.html": ["ba", "ba, đã sửa"]}
    assert portal.keeper.one("select body from articles")["body"] == "ba, đã sửa"


def test_an_edit_that_is_taken_back_is_a_revision(portal: ClaimingPortal) -> None:
    portal.show(C, "ba")
    portal.show(C, "ba, đã sửa")
    assert portal.show(C, "ba").outcome == "article-changed"
    assert portal.records == {"tin/ba-1.html": ["ba", "ba, đã sửa", "ba"]}


def test_pages_whose_texts_diverge_are_split(portal: ClaimingPortal) -> None:
    """Two pages were alike for a while, as empty forms are; then each has its own text."""
    portal.show(C, "đang cập nhật")
    portal.show(A, "đang cập nhật", claims=C)
    portal.show(A, "một", claims=C)
    assert portal.show(C, "đang cập nhật").outcome == "article-unchanged"
    assert portal.records == {"tin/ba-1.html": ["đang cập nhật"], "tin/mot-1.html": ["một"]}
    assert portal.show(C, "ba").outcome == "article-changed"
    assert portal.show(A, "một, đã sửa", claims=C).outcome == "article-changed"
    assert portal.records == {
        "tin/ba-1.html": ["đang cập nhật", "ba"],
        "tin/mot-1.html": ["một", "một, đã sửa"],
    }


def test_an_address_that_shows_one_article_after_another_makes_no_false_revision(
    portal: ClaimingPortal,
) -> None:
    """`/tin-moi-nhat` names the article that it shows."""
    for url, text in ((A, "một"), (B, "hai"), (C, "ba")):
        portal.show(D, text, claims=url)
        portal.show(url, text)
    assert portal.records == {
        "tin/ba-1.html": ["ba"], "tin/hai-1.html": ["hai"], "tin/mot-1.html": ["một"],
    }  # fmt: skip


def test_an_address_that_names_itself_anew_each_time_has_one_record(portal: ClaimingPortal) -> None:
    for number in range(3):
        portal.show(A, "một", claims=f"{A}?lan={number}")
    assert len(portal.records) == 1


def test_a_claim_proven_late_is_believed(portal: ClaimingPortal) -> None:
    portal.show(A, "ba", claims=C)
    portal.show(B, "hai", claims=C)  # C is nobody's now
    assert sorted(portal.records) == ["tin/hai-1.html", "tin/mot-1.html"]
    assert portal.show(C, "ba").outcome == "article-unchanged"
    assert portal.records == {"tin/ba-1.html": ["ba"], "tin/hai-1.html": ["hai"]}


def test_an_article_is_removed_once_none_of_its_addresses_shows_it(portal: ClaimingPortal) -> None:
    portal.show(C, "ba")
    portal.show(A, "ba", claims=C)
    portal.answer(A, 410)
    assert not portal.is_removed
    portal.answer(C, 410)
    assert portal.is_removed


def test_an_address_that_is_gone_makes_the_article_s_others_due(portal: ClaimingPortal) -> None:
    portal.show(C, "ba")
    portal.show(A, "ba", claims=C)
    portal.answer(C, 410)
    row = portal.keeper.one("select state, next_due_at from pages where url = ?", A)
    assert row == {"state": "held", "next_due_at": "2026-03-02T01:03:00.000Z"}
    portal.show(A, "ba", claims=C)
    assert not portal.is_removed
    assert list(portal.records) == ["tin/ba-1.html"]


@pytest.mark.parametrize("parameters", ["?cview=linear", "?a=1&serendipity%5Bcview%5D=linear"])
def test_another_view_of_an_article_makes_no_record(
    portal: ClaimingPortal, parameters: str
) -> None:
    portal.show(C, "ba")
    assert portal.show(f"{C}{parameters}", "ba").outcome == "article-unchanged"
    assert portal.show(C, "ba, đã sửa").outcome == "article-changed"
    assert portal.show(f"{C}{parameters}", "ba, đã sửa").outcome == "article-unchanged"
    assert portal.records == {"tin/ba-1.html": ["ba", "ba, đã sửa"]}


def test_an_article_in_a_parameter_is_no_view_once_the_shorter_address_shows_another(
    portal: ClaimingPortal,
) -> None:
    """`/chi-tiet` without a number shows the newest article."""
    portal.show(C, "ba")
    portal.show(f"{C}?id=2", "hai")
    portal.show(f"{C}?id=3", "ba")
    portal.show(C, "bốn")
    portal.show(f"{C}?id=3", "ba")
    records = portal.records
    assert records["tin/ba-1.html?id=2"] == ["hai"]
    assert records["tin/ba-1.html?id=3"] == ["ba"]


TWINS = [
    C.replace("http:", "https:"),
    C.replace("//", "//www."),
    C.replace("http://", "https://www."),
]


@pytest.mark.parametrize("twin", TWINS)
def test_spellings_of_one_address_are_one_article(portal: ClaimingPortal, twin: str) -> None:
    portal.show(C, "ba")
    assert portal.show(twin, "ba").outcome == "article-unchanged"
    assert portal.show(twin, "ba, đã sửa").outcome == "article-changed"
    assert portal.records == {"tin/ba-1.html": ["ba", "ba, đã sửa"]}


@pytest.mark.parametrize("twin", TWINS)
def test_an_edit_between_two_spellings_is_a_revision(portal: ClaimingPortal, twin: str) -> None:
    portal.show(C, "ba")
    assert portal.show(twin, "ba, đã sửa").outcome == "article-changed"
    assert portal.records == {"tin/ba-1.html": ["ba", "ba, đã sửa"]}


def test_spellings_that_go_on_showing_different_texts_are_split(portal: ClaimingPortal) -> None:
    portal.show(C, "ba")
    portal.show(TWINS[0], "ba trên https")
    for _ in range(3):
        assert portal.show(C, "ba").outcome == "article-unchanged"
        assert portal.show(TWINS[0], "ba trên https").outcome == "article-unchanged"
    assert sorted(portal.records.values()) == [["ba"], ["ba trên https"]]


def test_another_article_at_another_spelling_is_another_article(portal: ClaimingPortal) -> None:
    portal.show(C, "ba")
    portal.show(TWINS[1], "hai")
    assert sorted(portal.records.values()) == [["ba"], ["hai"]]


@pytest.mark.parametrize("twin", TWINS)
def test_a_view_may_claim_another_spelling_of_its_article(
    portal: ClaimingPortal, twin: str
) -> None:
    portal.show(C, "ba")
    assert portal.show(f"{C}?cview=linear", "ba", claims=twin).outcome == "article-unchanged"
    assert portal.show(A, "một", claims=twin).outcome == "article-new"
    assert portal.records == {"tin/ba-1.html": ["ba"], "tin/mot-1.html": ["một"]}


@pytest.mark.parametrize("claims", [None, A, B])
@pytest.mark.parametrize("twin", TWINS)
def test_spellings_stay_together_whatever_they_claim(
    portal: ClaimingPortal, twin: str, claims: str | None
) -> None:
    portal.show(A, "một")
    portal.show(C, "ba")
    portal.show(twin, "ba, đã sửa", claims=claims)
    portal.show(C, "ba, đã sửa")
    assert portal.records == {"tin/ba-1.html": ["ba", "ba, đã sửa"], "tin/mot-1.html": ["một"]}


@pytest.mark.parametrize("twin", TWINS)
def test_old_captures_of_two_spellings_are_history(portal: ClaimingPortal, twin: str) -> None:
    shows = ((C, "ba, bốn", twin), (C, "ba, ba", None), (twin, "ba, hai", C), (twin, "ba", None))
    for days, (url, text, claims) in enumerate(shows):
        portal.at = AT - timedelta(days=days)
        portal.show(url, text, claims=claims, title="Tin ba")
    (record,) = portal.records.values()
    assert record == ["ba", "ba, hai", "ba, ba", "ba, bốn"]
    assert portal.keeper.one("select body from articles")["body"] == "ba, bốn"


def test_a_newer_text_after_an_old_capture_of_another_spelling(portal: ClaimingPortal) -> None:
    days = {"ba, ba": -2, "ba, bốn": 0, "ba, năm": 1}
    for url, text in ((C, "ba, bốn"), (C, "ba, ba"), (TWINS[0], "ba, ba"), (TWINS[0], "ba, năm")):
        portal.at = AT + timedelta(days=days[text])
        claims = TWINS[0] if text == "ba, bốn" else None
        portal.show(url, text, claims=claims, title="Tin ba")
    assert list(portal.records.values()) == [["ba, ba", "ba, bốn", "ba, năm"]]


def test_an_edit_after_other_spellings_were_edited_is_a_revision(portal: ClaimingPortal) -> None:
    for url, text in ((C, "ba"), (TWINS[0], "ba"), (TWINS[1], "ba, hai"), (C, "ba, bốn")):
        portal.show(url, text)
    assert portal.records == {"tin/ba-1.html": ["ba", "ba, hai", "ba, bốn"]}


@pytest.mark.parametrize("own", [A, B])
def test_captures_in_reverse_join_no_two_articles(portal: ClaimingPortal, own: str) -> None:
    """A page names another's address now, and named its own, or the other's, earlier."""
    for days, url, text, claims in (
        (3, A, "một, đã sửa", B),
        (2, A, "một", own),
        (2, B, "hai", None),
        (1, A, "một, lúc đầu", own),
        (4, B, "hai", None),
        (5, A, "một, cuối cùng", B),
    ):
        portal.at = AT + timedelta(days=days)
        portal.show(url, text, claims=claims)
    assert portal.records == {
        "tin/hai-1.html": ["hai"],
        "tin/mot-1.html": ["một, lúc đầu", "một", "một, đã sửa", "một, cuối cùng"],
    }


def test_a_page_that_drops_its_claim_gets_its_record_back(portal: ClaimingPortal) -> None:
    portal.show(A, "một", claims=C)  # nobody ever sees C
    assert portal.show(A, "một, đã sửa").outcome == "article-changed"
    assert portal.records == {"tin/mot-1.html": ["một", "một, đã sửa"]}
    portal.show(D, "hai", claims=C)
    portal.show(D, "bốn")  # another article
    assert portal.records["tin/bon-1.html"] == ["bốn"]


def test_a_claim_to_another_spelling_needs_no_request(portal: ClaimingPortal) -> None:
    portal.show(TWINS[0], "ba", claims=C)
    assert portal.keeper.rows("select url from pages where state = 'waiting'") == []


def test_a_claim_to_another_entry_of_a_listing_waits_for_its_page(portal: ClaimingPortal) -> None:
    links = (Link(A, "article", "Một"), Link(C, "article", "Ba"))
    portal.keeper.keep(Reading("listing", links=links), url=SITE.url, kind="listing")
    portal.show(A, "một", claims=C)
    assert portal.records == {"tin/mot-1.html": ["một"]}
    portal.show(C, "một")  # the claim was true
    assert portal.records == {"tin/ba-1.html": ["một"]}
