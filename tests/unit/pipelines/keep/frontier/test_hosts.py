"""What is remembered of hosts, from one visit to the next."""

from dataclasses import replace
from datetime import timedelta

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.hosts import (
    KeptRobots,
    KnownHost,
    distrust_last_modified,
    forget_rest_after,
    forget_robots,
    forget_robots_after,
    keep_robots,
    known_host,
    last_modified_moves,
    longest_rest,
    rest_until,
)
from tests.builders.archived_answers import AT

HOST, OTHER = "lungvai.example", "tep.lungvai.example"
HOUR = timedelta(hours=1)
ROBOTS = KeptRobots(AT, 200, "User-agent: *", 2.5)


def test_the_last_robots_txt_counts_and_leaves_the_rest_alone(archive: Archive) -> None:
    with archive.transaction() as db:
        assert known_host(db, HOST) == KnownHost()
        rest_until(db, HOST, AT + HOUR)
        keep_robots(db, HOST, ROBOTS)
        newer = replace(ROBOTS, fetched_at=AT + HOUR, status=404, text=None, crawl_delay=None)
        keep_robots(db, HOST, newer)
        assert known_host(db, HOST) == KnownHost(newer, AT + HOUR)
        forget_robots(db, HOST)
        assert known_host(db, HOST) == KnownHost(None, AT + HOUR)


def test_the_longest_rest_of_a_sites_hosts(archive: Archive) -> None:
    with archive.transaction() as db:
        assert longest_rest(db, {HOST, OTHER}) is None
        rest_until(db, HOST, AT + HOUR)
        rest_until(db, OTHER, AT + 2 * HOUR)
        rest_until(db, "khac.example", AT + 9 * HOUR)
        assert longest_rest(db, {HOST, OTHER}) == AT + 2 * HOUR
        assert longest_rest(db, {HOST}) == AT + HOUR


def test_what_a_wrong_clock_wrote_is_forgotten_and_no_more(archive: Archive) -> None:
    with archive.transaction() as db:
        keep_robots(db, HOST, ROBOTS)
        keep_robots(db, OTHER, replace(ROBOTS, fetched_at=AT + 2 * HOUR))
        rest_until(db, HOST, AT + HOUR)
        rest_until(db, OTHER, AT + 3 * HOUR)
        forget_robots_after(db, AT + HOUR)
        forget_rest_after(db, AT + 2 * HOUR)
        assert known_host(db, HOST) == KnownHost(ROBOTS, AT + HOUR)
        assert known_host(db, OTHER) == KnownHost()


def test_a_host_is_distrusted_alone(archive: Archive) -> None:
    with archive.transaction() as db:
        distrust_last_modified(db, HOST, AT)
        assert last_modified_moves(db, HOST)
        assert not last_modified_moves(db, OTHER)
