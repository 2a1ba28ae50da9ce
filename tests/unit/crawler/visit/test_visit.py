"""A visit's judgement: which host it may ask, when, and how it ends. The clock is a number."""

import math
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.crawl import Choice, neighbours
from crawler.visit.assignment import Assignment
from crawler.visit.options import VisitOptions
from crawler.visit.visit import Visit
from pipelines.capture import Capture
from pipelines.ingest import Ingest
from pipelines.keep.records.outcome import Kept
from pipelines.keep.visits.runs import close_interrupted
from pipelines.outcomes import Outcome
from portals.site import Site
from tests.builders.archived_answers import AT, SITE

HOST = "lungvai.example"
ROBOTS = f"{SITE.url}robots.txt"


@pytest.fixture
def ingest(tmp_path: Path) -> Iterator[Ingest]:
    with Ingest(tmp_path / "archive.db", name="one") as opened:
        yield opened


def visit(
    ingest: Ingest, *, after: timedelta = timedelta(0), delay: float = 3.0, site: Site = SITE
) -> Visit:
    began = AT + after
    run = ingest.begin_run("crawl", [site], "file", began)
    assignment = Assignment(ingest, site, run, began, lambda: began, "loa/1 (archive)")
    made = Visit(assignment, VisitOptions(delay=delay, max_pages=100))
    made.seed()
    return made


def robots(
    body: bytes,
    status: int | None = 200,
    url: str = ROBOTS,
    after: timedelta = timedelta(0),
    **headers: str,
) -> Capture:
    return Capture(
        SITE.key,
        url,
        AT + after,
        status,
        tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body,
    )


def test_a_robots_txt_is_good_for_a_day_also_for_the_next_process(ingest: Ingest) -> None:
    first = visit(ingest)
    first.hosts.host(SITE.url)
    first.hosts.take_robots(HOST, robots(b"User-agent: *\nDisallow: /kin/\nCrawl-delay: 20\n"))
    for hours, known in ((23, True), (25, False)):
        later = visit(ingest, after=timedelta(hours=hours)).hosts.host(SITE.url)
        assert (later.policy is not None) is known
        assert later.pace.gap == (20.0 if known else 3.0)


def test_the_gap_to_a_host_outlives_the_visit_whichever_site_asks_next(ingest: Ingest) -> None:
    first = visit(ingest, delay=2.0)
    first.hosts.host(SITE.url)
    first.hosts.answered(HOST, robots(b""))
    first.hosts.keep_gaps()
    other = visit(ingest, delay=0.5, site=Site(name="Other", url=SITE.url, key="other"))
    told = other.hosts.host(SITE.url).pace.wait(AT.timestamp())
    assert 2.0 <= told < 2.1


def test_a_whole_gap_follows_a_request_that_was_given_up(ingest: Ingest) -> None:
    first = visit(ingest, delay=2.0)
    first.hosts.asks(SITE.url)
    first.hosts.host(SITE.url).pace.not_before = AT.timestamp() - 60  # asked a minute ago
    first.hosts.keep_gaps()
    later = visit(ingest, delay=2.0, after=timedelta(minutes=1))
    assert later.hosts.host(SITE.url).pace.not_before == pytest.approx(
        AT.timestamp() + 2.0, abs=0.01
    )


def test_an_unreachable_robots_txt_is_not_remembered(ingest: Ingest) -> None:
    first = visit(ingest)
    first.hosts.host(SITE.url)
    first.hosts.take_robots(HOST, robots(b"", 503))
    assert first.end.outcome == "unreachable"
    assert first.next_page(()) is None
    assert visit(ingest, after=timedelta(hours=1)).hosts.host(SITE.url).policy is None


def test_redirects_of_robots_txt_are_followed_five_times_and_then_mean_no_rules(
    ingest: Ingest,
) -> None:
    asked = visit(ingest)
    host = asked.hosts.host(SITE.url)
    for hop in range(5):
        assert host.policy is None
        asked.hosts.take_robots(
            HOST, robots(b"", 301, asked.hosts.robots_url(SITE.url), Location=f"/r{hop}.txt")
        )
    assert asked.hosts.robots_url(SITE.url) == f"{SITE.url}r4.txt"
    asked.hosts.take_robots(
        HOST, robots(b"", 301, asked.hosts.robots_url(SITE.url), Location="/r5.txt")
    )
    assert host.policy is not None
    assert host.policy.allows(f"{SITE.url}tin/tin-1.html", "loa/1")


def test_a_crawl_delay_holds_from_the_robots_txt_on_that_names_it(ingest: Ingest) -> None:
    asked = visit(ingest)
    asked.hosts.host(SITE.url).pace.asked(AT.timestamp())
    capture = robots(b"User-agent: *\nCrawl-delay: 120\n")
    asked.hosts.answered(HOST, capture)
    asked.hosts.take_robots(HOST, capture)
    # Longer than our patience with trouble, yet only the host's pace.
    assert asked.hosts.told_to_wait(SITE.url, AT) == 120
    assert asked.end.outcome == "ok"


def test_a_host_that_asks_for_an_hour_is_left_and_the_next_process_knows(ingest: Ingest) -> None:
    asked = visit(ingest)
    asked.hosts.host(SITE.url).pace.asked(AT.timestamp())
    asked.hosts.answered(HOST, robots(b"", 503, f"{SITE.url}rss/", Retry_After="3600"))
    assert asked.hosts.told_to_wait(SITE.url, AT) is None
    assert asked.end.outcome == "paused"
    later = visit(ingest, after=timedelta(minutes=20))
    assert later.hosts.host(SITE.url).pace.wait((AT + timedelta(minutes=20)).timestamp()) == 40 * 60


@pytest.mark.parametrize(
    ("url", "outcome", "ends"),
    [
        (SITE.url, "listing", "ok"),
        (SITE.url, "refused-challenge", "incomplete"),
        (SITE.url, "gone", "incomplete"),
        (f"{SITE.url}tin/tin-1.html", "gone", "ok"),  # one article less is the portal's affair
        (f"{SITE.url}tin/tin-1.html", "refused-not-an-article", "ok"),
        (f"{SITE.url}tin/tin-1.html", "server-error", "incomplete"),
        (f"{SITE.url}tin/tin-1.html", "failed", "incomplete"),
    ],
)
def test_a_visit_is_ok_only_if_all_that_it_asked_for_could_be_had(
    ingest: Ingest, url: str, outcome: str, ends: str
) -> None:
    asked = visit(ingest)
    asked.count(Kept(url, Outcome(outcome), f"{url}: why"))
    assert asked.end.outcome == ends
    assert (asked.end.detail is None) == (ends == "ok")
    assert asked.counts.requests == 1


def test_a_visit_ends_after_ten_pages_that_killed_their_readers(ingest: Ingest) -> None:
    asked = visit(ingest)
    for n in range(10):
        assert asked.next_page(()) is not None
        asked.count(
            Kept(
                f"{SITE.url}tin/tin-{n}.html",
                Outcome.REFUSED_TOO_SLOW if n % 2 else Outcome.REFUSED_READER_DIED,
                "why",
            )
        )
    assert asked.next_page(()) is None
    assert asked.end.outcome == "incomplete"


@pytest.mark.parametrize("url", [SITE.url, f"http://www.{HOST}/"])
def test_a_visit_after_one_that_was_cut_off_begins_with_a_whole_gap(
    ingest: Ingest, url: str
) -> None:
    visit(ingest).hosts.asks(url)
    close_interrupted(ingest.archive.connection)
    other = Site(name="Other", url=SITE.url, key="other")
    later = visit(ingest, after=timedelta(seconds=1), site=other)
    assert later.hosts.host(SITE.url).pace.wait((AT + timedelta(seconds=2)).timestamp()) == 2.0
    later.hosts.asks(SITE.url)
    later.hosts.answered(HOST, robots(b"", after=timedelta(seconds=1)))
    later.hosts.keep_gaps()
    third = visit(ingest, after=timedelta(minutes=1))
    assert third.hosts.host(url).pace.wait((AT + timedelta(minutes=1)).timestamp()) == 0.0


def test_a_host_and_its_twin_with_www_keep_one_gap_and_the_longer_crawl_delay(
    ingest: Ingest,
) -> None:
    twin = f"www.{HOST}"
    asked = visit(ingest)
    ours, theirs = asked.hosts.host(SITE.url), asked.hosts.host(f"http://{twin}/")
    asked.hosts.asks(SITE.url)
    assert theirs.pace.wait(AT.timestamp()) == math.inf
    asked.hosts.answered(HOST, robots(b""))
    for name, seconds in ((HOST, 40), (twin, 7)):
        text = f"User-agent: *\nCrawl-delay: {seconds}\n".encode()
        asked.hosts.take_robots(name, robots(text, url=f"http://{name}/robots.txt"))
    assert ours.pace.gap == theirs.pace.gap == 40.0
    asked.hosts.keep_gaps()
    later = visit(ingest, after=timedelta(seconds=1)).hosts
    assert 38.9 < later.host(f"http://{twin}/").pace.wait(AT.timestamp() + 1) < 39.1


def test_sites_that_share_a_host_are_visited_one_after_the_other() -> None:
    def site(key: str, *hosts: str) -> Choice:
        return Site(name=key, url=f"http://{key}.example/", hosts=hosts, key=key), "file"

    a, b, c, d = site("a"), site("b"), site("c", "a.example"), site("d", "b.example", "c.example")
    assert neighbours([a, b]) == [[a], [b]]
    assert neighbours([a, b, c]) == [[b], [a, c]]
    www = site("www.a")
    assert neighbours([a, b, www]) == [[b], [a, www]]
    assert [sorted(one.key for one, _ in group) for group in neighbours([a, b, c, d])] == [
        ["a", "b", "c", "d"]
    ]
