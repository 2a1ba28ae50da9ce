"""What a site's articles share, as the archive holds it, and what becomes of it."""

from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.visits.accept import accept_issues, effect
from pipelines.keep.visits.holdings import holdings_of
from pipelines.keep.visits.judgement import judge_visit
from pipelines.keep.visits.runs import Ending, open_run
from pipelines.outcomes import IssueKind, RunOutcome
from pipelines.read.reading import Link, Reading
from tests.builders.archived_answers import AT, SITE, Keeper, article, read_as

DAY = timedelta(days=1)
FORM = "Thông báo"
FURNITURE = "Cổng thông tin điện tử"
LISTING = "http://lungvai.example/tin-tuc/"


class Portal:
    """A listing, and articles with the titles and texts that a test wants."""

    def __init__(self, archive: Archive) -> None:
        self.keeper, self.named, self.at = Keeper(archive), dict[str, str](), AT

    def show(self, title: str, body: str, *, named: str | None = None, file: bool = False) -> None:
        url = f"{LISTING}tin-{len(self.named)}.html"
        self.named[url] = named or title
        files = [f"{url}.pdf"] * file
        self.keeper.keep(read_as(article(title, body, url=url, files=files)), self.at, url=url)

    def visit(self) -> tuple[str, str, list[str]]:
        """A day later: the run's outcome, the site's health, and its open issues."""
        keeper = self.keeper
        self.at += DAY
        links = tuple(Link(url, "article", title) for url, title in self.named.items())
        named = Reading("listing", "nukeviet", links=links)
        keeper.keep(named, self.at, url=LISTING, kind="listing")
        with keeper.archive.transaction() as db:
            ending = judge_visit(db, SITE, keeper.run, Ending(RunOutcome.OK, None), self.at)
            db.execute(
                "update runs set outcome = ?, ended_at = 'x' where id = ?",
                (ending.outcome, keeper.run),
            )
            keeper.run = open_run(db, "crawl", SITE.key, self.at)
        health = keeper.one("select health from sites")["health"]
        rows = keeper.rows("select kind from issues where closed_at is null order by kind")
        return ending.outcome, str(health), [str(row["kind"]) for row in rows]


@pytest.fixture
def portal(archive: Archive) -> Portal:
    portal = Portal(archive)
    for number in range(20):
        portal.show(f"Họp dân thôn {number}", f"Tối qua, thôn {number} họp bàn.")
    return portal


def test_furniture_taken_for_titles_is_reported_until_the_titles_are_read(portal: Portal) -> None:
    for number in range(4):
        portal.show(FURNITURE, f"Bản tin số {number}.", named=f"Làm đường thôn {number}")
    assert portal.visit() == ("suspect", "suspect", ["titles-shared"])
    portal.keeper.archive.connection.execute(
        "update articles set title = title || id where title = ?", (FURNITURE,)
    )
    assert portal.visit() == ("ok", "ok", [])


def test_notices_that_listings_call_by_one_title_are_a_form(portal: Portal) -> None:
    for number in range(8):
        portal.show(FORM, f"Mời bà con thôn {number} đi họp.")
    assert portal.visit() == ("ok", "ok", [])
    assert [
        one.articles for one in holdings_of(portal.keeper.archive.connection, SITE.key).titles
    ] == [8]


def test_a_side_box_taken_for_texts_is_reported_and_a_line_beside_a_file_is_not(
    portal: Portal,
) -> None:
    for number in range(4):
        portal.show(f"Quyết định {number}", "Xem tệp đính kèm.", file=True)
    assert portal.visit() == ("ok", "ok", [])
    for number in range(4):
        portal.show(f"Kế hoạch {number}", "Địa chỉ: thôn Thượng. " * 20, file=True)
    assert portal.visit() == ("suspect", "suspect", ["texts-shared"])


def test_one_article_at_two_addresses_each_is_reported(portal: Portal) -> None:
    for number in range(3):
        for _ in range(2):
            portal.show(f"Kế hoạch {number}", f"Xã làm đường số {number} trong quý hai.")
    outcome, _, told = portal.visit()
    assert (outcome, told) == ("suspect", ["texts-shared"])
    detail = str(portal.keeper.one("select detail from issues")["detail"])
    assert detail.startswith("6 of 26 articles share their text: 2 have 'Xã làm đường số ")


def test_what_a_person_accepted_stays_well_and_another_title_is_reported(portal: Portal) -> None:
    for number in range(4):
        portal.show(FURNITURE, f"Bản tin số {number}.", named=f"Làm đường thôn {number}")
    portal.visit()
    with portal.keeper.archive.transaction() as db:
        done = accept_issues(db, SITE, [IssueKind.TITLES_SHARED], "it is so", portal.at)
    assert done.left == []
    assert effect(IssueKind.TITLES_SHARED).startswith("what articles share so far is normal")
    portal.at += DAY
    for number in range(4, 9):
        portal.show(FURNITURE, f"Bản tin số {number}.", named=f"Làm đường thôn {number}")
    assert portal.visit() == ("ok", "ok", [])
    for number in range(6):
        portal.show("Chi tiết", f"Tin của thôn {number}.", named=f"Làm mương thôn {number}")
    assert portal.visit() == ("suspect", "suspect", ["titles-shared"])
