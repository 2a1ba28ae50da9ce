"""A person is told once of a portal whose pages claim each other's addresses."""

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.issues.acceptances import close_accepted
from pipelines.keep.issues.issues import open_issues
from pipelines.keep.visits.false_claims import report_false_claims
from pipelines.keep.visits.runs import Ending, open_run
from pipelines.outcomes import RunOutcome
from tests.builders.archived_answers import SITE
from tests.builders.claiming_portal import ClaimingPortal

A, B, C = (f"{SITE.url}tin/{name}-1.html" for name in ("mot", "hai", "ba"))


@pytest.fixture
def portal(archive: Archive) -> ClaimingPortal:
    return ClaimingPortal(archive)


def over(portal: ClaimingPortal) -> RunOutcome:
    """The outcome of a run that is over now; the next one begins."""
    with portal.keeper.archive.transaction() as db:
        ending = report_false_claims(db, portal.keeper.run, Ending(RunOutcome.OK, None), portal.at)
        portal.keeper.run = open_run(db, "crawl", SITE.key, portal.at)
    return ending.outcome


def told(portal: ClaimingPortal) -> list[str]:
    return [issue.detail for issue in open_issues(portal.keeper.archive.connection, SITE.key)]


def lie(portal: ClaimingPortal) -> None:
    for url, text in ((A, "một"), (B, "hai"), (C, "ba")):
        portal.show(url, text, claims=A)


def test_a_false_template_is_one_issue_with_a_count_and_the_newest_evidence(
    portal: ClaimingPortal,
) -> None:
    lie(portal)
    assert over(portal) == "suspect"
    assert told(portal) == [
        f"{C}: the template of nukeviet names {A} as the page's address, which has another text;"
        " 2 pages do so, and each keeps a record of its own"
    ]
    lie(portal)
    assert over(portal) == "ok"  # told already, nothing new
    portal.show(f"{C}?2", "bốn", claims=A)
    assert over(portal) == "suspect"
    assert "; 3 pages do so" in told(portal)[0]


def test_the_issue_closes_once_the_template_is_mended(portal: ClaimingPortal) -> None:
    lie(portal)
    over(portal)
    for url, text in ((B, "hai"), (C, "ba")):
        portal.show(url, text)
    assert over(portal) == "ok"
    assert told(portal) == []


def test_what_a_person_accepted_is_not_reported_again(portal: ClaimingPortal) -> None:
    lie(portal)
    over(portal)
    with portal.keeper.archive.transaction() as db:
        close_accepted(db, open_issues(db, SITE.key)[0], "the portal will not mend it", portal.at)
    portal.show(f"{C}?2", "bốn", claims=A)
    assert over(portal) == "ok"
    assert told(portal) == []


@pytest.mark.parametrize("answer", ["true", "gone"])
def test_a_harmless_claim_is_no_issue(portal: ClaimingPortal, answer: str) -> None:
    portal.show(A, "một", claims=C)
    if answer == "true":
        portal.show(C, "một")
    else:
        portal.answer(C, 404)
    assert over(portal) == "ok"
    assert told(portal) == []
