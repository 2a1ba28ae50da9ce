"""Listings that go on where no visit went, as the archive shows them at the end of a visit."""

from dataclasses import replace
from datetime import timedelta

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.pages import refuse
from pipelines.keep.visits.accept import accept_issues
from pipelines.keep.visits.judgement import judge_visit
from pipelines.keep.visits.runs import Ending, open_run
from pipelines.outcomes import IssueKind, Refusal, RunOutcome
from pipelines.read.listing.listing_digest import listed_names
from pipelines.read.reading import Link, Reading
from portals.platform import platform_of
from portals.site import CrawlRules, Site
from tests.builders.archived_answers import AT, SITE, Keeper, article, read_as

FRONT = SITE.url
MINUTE = timedelta(minutes=1)
REFUSED = Reading("refused", refusal=Refusal.NOT_AN_ARTICLE, detail="has no sign")


class Portal:
    """Lists three articles a page; each of them is read, unless a test leaves it out."""

    def __init__(self, archive: Archive, site: Site = SITE) -> None:
        self.site, self.keeper, self.at = site, Keeper(archive, site), AT
        self.details: list[str] = []

    def lists(self, url: str, *numbers: int, leads_to: str | None = None, shown: int = 0) -> None:
        links = tuple(Link(f"{FRONT}tin/tin-{n}.html", "article", f"Tin số {n}") for n in numbers)
        names = listed_names(links, platform_of("nukeviet"))
        reading = Reading(
            "listing", "nukeviet", links=links, names=names, next_page=leads_to, pages_shown=shown
        )
        self.answers(url, reading, "listing")

    def answers(self, url: str, reading: Reading | None, kind: str, status: int = 200) -> None:
        self.at += MINUTE
        self.keeper.keep(reading, self.at, url=url, kind=kind, status=status)  # type: ignore[arg-type]

    def visit(self, said: RunOutcome = RunOutcome.OK) -> tuple[str, str, list[str]]:
        """Reads what waits; the outcome, the health, and the details of open issues."""
        keeper = self.keeper
        for row in keeper.rows(
            "select url from pages where state = 'waiting' and kind = 'article'"
        ):
            url = str(row["url"])
            self.answers(
                url, read_as(article(f"Bài {url[-9:]}", f"Chữ {url}.", url=url)), "article"
            )
        return self.ends(said)

    def ends(self, said: RunOutcome = RunOutcome.OK) -> tuple[str, str, list[str]]:
        keeper = self.keeper
        with keeper.archive.transaction() as db:
            ending = judge_visit(db, self.site, keeper.run, Ending(said, "so it ended"), self.at)
            self.details.append(ending.detail or "")
            db.execute(
                "update runs set outcome = ?, ended_at = 'x' where id = ?",
                (ending.outcome, keeper.run),
            )
            keeper.run = open_run(db, "crawl", self.site.key, self.at)
        health = str(keeper.one("select health from sites")["health"])
        rows = keeper.rows("select kind, detail from issues where closed_at is null")
        return ending.outcome, health, [f"{row['kind']}: {row['detail']}" for row in rows]


WELL = ("ok", "ok", list[str]())


def test_a_pager_that_no_link_follows_is_reported_until_it_is_followed(archive: Archive) -> None:
    portal = Portal(archive)
    portal.lists(FRONT, 1, 2, 3, shown=12)
    outcome, health, (told,) = portal.visit()
    assert (outcome, health) == ("incomplete", "suspect")
    assert told.startswith(f"listed-unfollowed: {FRONT}: shows 12 pages or more, of which 1 could")
    # Newer rules find the pager, and a later visit walks it.
    portal.lists(FRONT, 1, 2, 3, leads_to=f"{FRONT}home?page=1", shown=12)
    portal.lists(f"{FRONT}home?page=1", 4, 5, 6, leads_to=f"{FRONT}home?page=2", shown=3)
    assert portal.visit() == WELL  # the last one waits for its turn
    portal.lists(f"{FRONT}home?page=2", 7, 8, shown=2)
    assert portal.visit() == WELL


def test_a_walk_that_was_read_to_its_end_stays_well_while_its_pager_grows(archive: Archive) -> None:
    portal = Portal(archive)
    portal.lists(FRONT, 1, 2, 3, leads_to=f"{FRONT}?page=2", shown=3)
    portal.lists(f"{FRONT}?page=2", 4, 5, 6, leads_to=f"{FRONT}?page=3", shown=3)
    portal.lists(f"{FRONT}?page=3", 7, shown=2)
    assert portal.visit() == WELL
    portal.lists(FRONT, 8, 9, 1, leads_to=f"{FRONT}?page=2", shown=4)
    assert portal.visit() == WELL


def test_a_walk_that_breaks_off_is_reported_with_what_became_of_the_next_page(
    archive: Archive,
) -> None:
    portal = Portal(archive)
    portal.lists(FRONT, 1, 2, 3, leads_to=f"{FRONT}?page=2", shown=9)
    portal.answers(f"{FRONT}?page=2", REFUSED, "listing")
    outcome, _, (told,) = portal.visit()
    assert outcome == "incomplete"
    assert (
        "9 pages or more, of which 1 could be read (the next one: refused-not-an-article)" in told
    )


def test_a_next_page_behind_a_log_in_is_told_once(archive: Archive) -> None:
    portal = Portal(archive)
    wall = Reading("refused", refusal=Refusal.LOGIN, detail="asks for a password")
    portal.lists(FRONT, 1, 2, 3, leads_to=f"{FRONT}?page=2", shown=9)
    portal.answers(f"{FRONT}?page=2", wall, "listing")
    assert "of which 1 could be read (the next one: refused-login)" in portal.visit()[2][0]
    for number in (1, 2, 3):
        portal.answers(f"{FRONT}tin/tin-{number}.html", wall, "article")
    kinds = [one.partition(":")[0] for one in portal.ends()[2]]
    assert "listed-unfollowed" not in kinds
    assert kinds != []


def test_an_empty_last_page_is_the_end_of_a_walk(archive: Archive) -> None:
    portal = Portal(archive)
    portal.lists(FRONT, 1, 2, 3, leads_to=f"{FRONT}?page=2", shown=3)
    portal.lists(f"{FRONT}?page=2", 4, 5, 6, leads_to=f"{FRONT}?page=3", shown=3)
    portal.answers(f"{FRONT}?page=3", REFUSED, "listing")
    assert portal.visit() == WELL


def test_pages_that_robots_txt_forbids_are_reported(archive: Archive) -> None:
    portal = Portal(archive)
    portal.lists(FRONT, 1, 2, 3, leads_to=f"{FRONT}?page=2", shown=2)
    with archive.transaction() as db:
        refuse(db, SITE.key, f"{FRONT}?page=2", "robots")
    assert "(the next one: robots)" in portal.visit()[2][0]


def test_two_listings_may_lead_to_one_next_page(archive: Archive) -> None:
    portal = Portal(archive)
    for first in (FRONT, f"{FRONT}home"):
        portal.lists(first, 1, 2, 3, leads_to=f"{FRONT}home?page=1", shown=2)
    portal.lists(f"{FRONT}home?page=1", 4, 5)
    assert portal.visit() == WELL


def test_the_articles_below_the_greatest_depth_are_reported_as_that(archive: Archive) -> None:
    portal = Portal(archive, replace(SITE, crawl=CrawlRules(max_depth=1)))
    second, third = f"{FRONT}?page=2", f"{FRONT}?page=3"
    portal.lists(FRONT, 1, 2, 3, leads_to=second, shown=3)
    links = [Link(f"{FRONT}tin/tin-{n}.html", "article", f"Tin số {n}") for n in (4, 5, 6)]
    names = listed_names(links, platform_of("nukeviet"))
    # The reader of a page at that depth hands over no links.
    reading = Reading("listing", "nukeviet", names=names, next_page=third, pages_shown=3)
    portal.answers(second, reading, "listing")
    outcome, health, (told,) = portal.visit()
    assert (outcome, health) == ("incomplete", "suspect")
    assert (
        "3 articles and 1 next page that listings name were not requested,"
        f" such as those of {second}" in told
    )
    assert "deeper than crawl.max_depth (1); raise it" in told


def test_a_visit_that_a_limit_ended_says_so_itself(archive: Archive) -> None:
    portal = Portal(archive)
    portal.lists(FRONT, 1, 2, 3, leads_to=f"{FRONT}?page=2", shown=9)
    assert portal.ends(RunOutcome.STOPPED) == ("stopped", "ok", [])
    assert "3 addresses still wait" in portal.ends()[2][0]
    assert portal.visit() == WELL


def test_what_a_person_accepted_is_well_and_another_listing_is_reported(archive: Archive) -> None:
    portal = Portal(archive)
    portal.lists(FRONT, 1, 2, 3, shown=12)
    portal.visit()
    with archive.transaction() as db:
        done = accept_issues(db, SITE, [IssueKind.LISTED_UNFOLLOWED], "a box of films", portal.at)
    assert (len(done.closed), done.left) == (1, [])
    portal.lists(FRONT, 1, 2, 3, shown=12)
    assert portal.visit() == WELL
    portal.lists(f"{FRONT}thong-bao/", 4, 5, shown=4)
    assert f"{FRONT}thong-bao/: shows 4 pages" in portal.visit()[2][0]


def test_listed_pages_that_are_gone_or_no_articles_are_in_the_detail_of_a_good_visit(
    archive: Archive,
) -> None:
    portal = Portal(archive)
    portal.lists(FRONT, *range(1, 10))
    for number in (1, 2):
        portal.answers(f"{FRONT}tin/tin-{number}.html", None, "article", 404)
    portal.answers(f"{FRONT}tin/tin-3.html", REFUSED, "article")
    assert portal.visit() == WELL
    assert portal.keeper.one("select max(id) as id from runs")["id"] == 2
    (detail,) = portal.details
    assert (
        detail == "so it ended; listed pages that gave no article: 2 gone, 1 refused-not-an-article"
    )


def test_a_limit_and_a_pager_without_a_link_are_both_in_the_detail(archive: Archive) -> None:
    portal = Portal(archive)
    portal.lists(FRONT, 1, 2, 3, shown=12)
    outcome, health, told = portal.ends(RunOutcome.STOPPED)
    assert (outcome, health, len(told)) == ("stopped", "suspect", 1)
    assert portal.details[0].startswith(f"so it ended; listed-unfollowed: {FRONT}: shows 12 pages")


def test_sections_that_a_too_narrow_rule_leaves_are_reported_until_they_are_asked(
    archive: Archive,
) -> None:
    portal = Portal(archive)
    sections = tuple(f"{FRONT}chuyen-muc/{n}" for n in range(12))
    links = tuple(Link(f"{FRONT}tin/tin-{n}.html", "article", f"Tin số {n}") for n in range(6))
    front = Reading("listing", "nukeviet", links=links, left_out=sections, linked=18)
    portal.answers(FRONT, front, "listing")
    outcome, health, (told,) = portal.visit()
    assert (outcome, health) == ("incomplete", "suspect")
    assert f"{FRONT}: 12 of the 18 addresses that it links were not requested" in told
    for section in sections[:4]:  # named in the site's file since
        portal.lists(section, 1, 2)
    assert portal.visit() == WELL  # eight may be anything
