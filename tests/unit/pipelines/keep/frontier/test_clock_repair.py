"""Instants of a wrong clock, once in the future, delay no host, address or change of text."""

from datetime import datetime, timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.clock_repair import forget_the_future
from pipelines.keep.upkeep.verify import verify_archive
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article, read_as

LATER = AT + timedelta(days=3653)
BEFORE = AT - timedelta(days=2)
SECOND = timedelta(seconds=1)


@pytest.fixture
def ahead(archive: Archive) -> Keeper:
    """An article kept while the clock was ten years ahead, on a host that asked for rest."""
    keeper = Keeper(archive)
    keeper.keep(read_as(article()), BEFORE)
    keeper.keep(read_as(article()), LATER)
    archive.connection.execute(
        "update pages set next_due_at = ?", (utc_text(LATER + timedelta(hours=30)),)
    )
    archive.connection.execute(
        (
            "insert into hosts (host, robots_fetched_at, robots_status, not_before_at) values "
            "('lungvai.example', ?, 200, ?)"
        ),
        (utc_text(LATER), utc_text(LATER + timedelta(hours=2))),
    )
    return keeper


def test_an_address_was_asked_just_now_and_its_next_look_comes_as_long_after_as_it_would_have(
    ahead: Keeper,
) -> None:
    assert forget_the_future(ahead.archive.connection, SITE.key, AT) == 1
    page = ahead.one("select last_fetched_at, next_due_at from pages")
    asked, due = (parse_utc(str(page[name])) for name in ("last_fetched_at", "next_due_at"))
    assert AT - timedelta(minutes=2) < asked < AT
    assert abs(due - asked - timedelta(hours=30)) < SECOND


def test_a_host_is_asked_for_its_robots_txt_anew_and_needs_no_rest_of_years(ahead: Keeper) -> None:
    forget_the_future(ahead.archive.connection, SITE.key, AT)
    assert ahead.one(
        "select robots_fetched_at, robots_status, not_before_at from hosts"
    ) == dict.fromkeys(("robots_fetched_at", "robots_status", "not_before_at"))


def test_a_change_of_a_text_is_a_change_again_and_the_order_of_revisions_is_that_of_their_numbers(
    ahead: Keeper,
) -> None:
    assert (
        ahead.keep(read_as(article(body="Thôn họp lại.\n\nBà con nhất trí.")), AT).outcome
        == "article-older"
    )
    forget_the_future(ahead.archive.connection, SITE.key, AT)
    after = AT + timedelta(hours=1)
    assert (
        ahead.keep(read_as(article(body="Thôn họp lần ba.\n\nBà con nhất trí.")), after).outcome
        == "article-changed"
    )
    held = ahead.one(
        "select seq, seen_at, body from revisions where id = (select revision from articles)"
    )
    assert held["seen_at"] == utc_text(after)
    assert str(held["body"]).startswith("Thôn họp lần ba")
    assert held["seq"] == ahead.one("select max(seq) as seq from revisions")["seq"]


@pytest.mark.parametrize("ahead_by", [timedelta(days=1), timedelta(days=400)])
def test_what_a_wrong_clock_dated_keeps_its_place_when_the_history_is_worked_out_anew(
    archive: Archive, ahead_by: timedelta
) -> None:
    def visit(number: int, at: datetime, shown: str) -> Keeper:
        keeper = Keeper(archive, name=f"run-{number}")
        db = archive.connection
        forget_the_future(db, SITE.key, at)
        db.execute("update runs set started_at = ? where id = ?", (utc_text(at), keeper.run))
        keeper.keep(read_as(article(body=shown)), at)
        return keeper

    day = timedelta(days=1)
    visit(1, AT, "Thôn họp.")
    visit(2, AT + day + ahead_by, "Thôn họp.")  # on the second day
    visit(3, AT + day + timedelta(hours=2), "Thôn họp lại.")
    visit(4, AT + 3 * day, "Thôn họp lại.")
    visit(5, AT + 500 * day, "Thôn họp lại.")
    keeper = visit(6, AT + 501 * day, "Thôn họp lại.")
    keeper.keep(read_as(article(body="Thôn chưa họp.")), AT - day)  # an old copy
    assert keeper.rows("select seq, seen_at, body from revisions order by seq") == [
        {"seq": 1, "seen_at": utc_text(AT - day), "body": "Thôn chưa họp."},
        {"seq": 2, "seen_at": utc_text(AT), "body": "Thôn họp."},
        {"seq": 3, "seen_at": utc_text(AT + day + timedelta(hours=2)), "body": "Thôn họp lại."},
    ]
    assert verify_archive(archive.connection, archive.captures).problems == []


def test_a_person_hears_of_it_once(ahead: Keeper) -> None:
    for _ in range(2):
        forget_the_future(ahead.archive.connection, SITE.key, AT)
    issue = ahead.one("select site, kind, detail, opened_at from issues")
    assert (issue["site"], issue["kind"], issue["opened_at"]) == (SITE.key, "clock", utc_text(AT))
    assert utc_text(LATER) in str(issue["detail"])


def test_an_article_was_last_seen_when_it_was_last_captured_before(ahead: Keeper) -> None:
    other = article(url=URL + "?2", body="Xã họp bàn việc khác.")
    ahead.keep(read_as(other), LATER, url=URL + "?2")
    forget_the_future(ahead.archive.connection, SITE.key, AT)
    assert ahead.rows("select last_seen_at from articles order by id") == [
        {"last_seen_at": utc_text(BEFORE)},
        {"last_seen_at": utc_text(LATER)},
    ]
    assert verify_archive(ahead.archive.connection, ahead.archive.captures).problems == []


def test_captures_and_revisions_stay_as_they_are(ahead: Keeper) -> None:
    before = ahead.rows("select * from captures"), ahead.rows("select * from revisions")
    forget_the_future(ahead.archive.connection, SITE.key, AT)
    assert (ahead.rows("select * from captures"), ahead.rows("select * from revisions")) == before


@pytest.mark.parametrize(
    "now", [LATER, LATER + SECOND, LATER - 30 * SECOND, LATER + timedelta(days=400)]
)
def test_what_lies_in_the_past_or_moments_ahead_is_left_alone(ahead: Keeper, now: datetime) -> None:
    held = [
        ahead.rows(f"select * from {table}") for table in ("pages", "articles", "hosts", "issues")
    ]
    assert forget_the_future(ahead.archive.connection, SITE.key, now) == 0
    assert [
        ahead.rows(f"select * from {table}") for table in ("pages", "articles", "hosts", "issues")
    ] == held


def test_another_site_is_not_touched(ahead: Keeper) -> None:
    assert forget_the_future(ahead.archive.connection, "songhinh", AT) == 0
    assert ahead.one("select last_fetched_at from pages where url = ?", URL) == {
        "last_fetched_at": utc_text(LATER)
    }
