"""The real command crawls the sample portals: what it holds, what it asked for, how politely."""

import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from portals.sample import SamplePortals
from tests.builders.sample_world import CONTACT, SITES, World, asked, until


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """All three portals, crawled once. Only read from."""
    with SamplePortals() as portals:
        world = World(tmp_path_factory.mktemp("crawled"), portals)
        world.crawl(*SITES)
        yield world


def minute(published: str) -> str:
    return datetime.fromisoformat(published).astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


@pytest.mark.parametrize("key", SITES)
def test_a_crawl_holds_exactly_the_articles_of_the_portal(crawled: World, key: str) -> None:
    truth = {row["url"]: row for row in crawled.portals.truth(key)}
    held = {row["url"]: row for row in crawled.rows("select * from articles where site = ?", key)}
    assert held.keys() == truth.keys()
    assert {url: row["title"] for url, row in held.items()} == {
        url: row["title"] for url, row in truth.items()
    }
    days = {url: str(datetime.fromisoformat(row["published"]).date()) for url, row in truth.items()}
    assert {url: row["published_on"] for url, row in held.items()} == days
    minutes = {
        url: minute(row["published"]) if row["published_precision"] == "minute" else None
        for url, row in truth.items()
    }
    assert {
        url: row["published_at"] and minute(row["published_at"]) for url, row in held.items()
    } == minutes


@pytest.mark.parametrize("key", SITES)
def test_attachments_come_with_their_text(crawled: World, key: str) -> None:
    wanted = {
        (row["url"], address)
        for row in crawled.portals.truth(key)
        for address in row["attachments"]
    }
    held = crawled.rows(
        (
            "select articles.url, attachments.url as file, text, sha256 from attachments join "
            "articles on articles.id = article where site = ?"
        ),
        key,
    )
    assert {(row["url"], row["file"]) for row in held} == wanted
    assert wanted
    assert all(row["text"] and row["sha256"] for row in held)
    word = held[0]["text"].split()[0]
    found = crawled.rows(
        (
            "select url from articles where id in (select rowid from articles_fts where "
            "articles_fts match ?)"
        ),
        f'attachments:"{word}"',
    )
    assert held[0]["url"] in {row["url"] for row in found}


def test_an_archive_that_was_just_crawled_is_whole(crawled: World) -> None:
    crawled.check()
    assert (
        crawled.rows(
            "select url, state from pages where state not in ('held', 'refused', 'resting')"
        )
        == []
    )
    assert crawled.rows("select outcome, refused, failed from runs where outcome <> 'ok'") == []


def test_an_article_that_points_to_another_host_is_recorded_and_not_followed(
    crawled: World,
) -> None:
    portal = crawled.portals["songmai"]
    (pointer,) = (story for story in portal.stories if story.pointer)
    url = portal.url.rstrip("/") + portal.address(pointer)
    assert crawled.rows("select state, reason from pages where url = ?", url) == [
        {"state": "refused", "reason": "redirect-offsite"}
    ]
    (capture,) = crawled.rows("select status, error from captures where url = ?", url)
    assert capture["status"] == 302
    assert str(pointer.pointer) in capture["error"]
    assert crawled.rows("select 1 from pages where url = ?", pointer.pointer) == []


def test_an_address_is_asked_for_once_in_a_visit(crawled: World) -> None:
    for key in SITES:
        paths = [request.path for request in asked(crawled.portals, key)]
        assert len(paths) == len(set(paths))


def test_a_later_page_of_a_listing_rests_where_a_complete_sitemap_names_everything(
    crawled: World,
) -> None:
    assert crawled.rows(
        "select distinct state from pages where kind = 'listing' and priority = 40"
    ) == [{"state": "resting"}]
    assert not any("page/2" in request.path for request in asked(crawled.portals, "thachlam"))


def test_every_request_says_who_asks_and_how_to_reach_them(crawled: World) -> None:
    agents = {
        request.headers["user-agent"] for key in SITES for request in asked(crawled.portals, key)
    }
    (agent,) = agents
    assert agent.startswith("loa/")
    assert CONTACT in agent


def test_a_second_crawl_asks_for_little_and_changes_nothing(world: World) -> None:
    world.crawl(*SITES)
    first = {key: len(asked(world.portals, key)) for key in SITES}
    before = world.rows(
        "select id, url, title, body, changed_at, revision from articles order by id"
    )
    revisions = world.rows("select * from revisions order by id")
    world.crawl(*SITES)
    for key in SITES:
        paths = [request.path for request in asked(world.portals, key, first[key])]
        assert len(paths) < first[key] / 3
        assert "/robots.txt" not in paths  # good for 24 hours
    assert (
        world.rows("select id, url, title, body, changed_at, revision from articles order by id")
        == before
    )
    assert world.rows("select * from revisions order by id") == revisions
    # The one portal that takes conditions.
    assert all(
        request.status == 304 for request in asked(world.portals, "thachlam", first["thachlam"])
    )
    world.check()


def test_edited_removed_and_added_articles_are_told_apart(world: World) -> None:
    portal = world.portals["thachlam"]
    world.crawl("thachlam")
    edited, removed, withdrawn = portal.stories[2:5]
    urls = [
        portal.url.rstrip("/") + portal.address(story) for story in (edited, removed, withdrawn)
    ]
    portal.edit(
        edited.slug,
        paragraphs=("Hội nghị được dời sang tuần sau.", "Thời gian cụ thể sẽ thông báo sau."),
    )
    portal.remove(removed.slug)
    portal.answer(portal.address(withdrawn), 410)
    added = portal.add(
        "Lễ khánh thành cầu treo Bản Nưa",
        published=datetime(2026, 11, 20, 1, tzinfo=UTC),
        text="Sáng 20/11, cầu treo được khánh thành.\n\nCầu dài 80 m.",
    )
    for url in urls:
        world.make_due(url)
    since = len(portal.requests)
    world.crawl("thachlam")
    paths = [request.path for request in asked(world.portals, "thachlam", since)]
    assert portal.address(added) in paths
    assert len(paths) <= 20

    held = {
        row["url"]: row
        for row in world.rows(
            "select *, (select max(seq) from revisions where article = articles.id) as "
            "versions from articles"
        )
    }
    assert held[urls[0]]["versions"] == 2
    assert held[urls[0]]["changed_at"] is not None
    assert "dời sang tuần sau" in held[urls[0]]["body"]
    assert held[urls[1]]["removed_at"] is None  # a 404 may pass
    assert held[urls[2]]["removed_at"] is not None  # 410 is a statement
    assert held[urls[2]]["body"]
    assert portal.url.rstrip("/") + portal.address(added) in held
    (old, new) = world.rows(
        "select body, capture from revisions where article = ? order by seq", held[urls[0]]["id"]
    )
    assert old["body"] != new["body"] == held[urls[0]]["body"]

    world.make_due(urls[1])
    world.crawl("thachlam")
    (gone,) = world.rows("select * from articles where url = ?", urls[1])
    assert gone["removed_at"] is not None
    assert gone["title"] == portal.shown(removed.title)
    assert gone["body"] == held[urls[1]]["body"]
    world.check()


def test_a_removed_article_that_comes_back_is_no_longer_removed(world: World) -> None:
    portal = world.portals["thachlam"]
    world.crawl("thachlam")
    story = portal.stories[0]
    url = portal.url.rstrip("/") + portal.address(story)
    portal.answer(portal.address(story), 410)
    for removed in (True, False):
        world.make_due(url)
        world.crawl("thachlam")
        assert (
            world.value("select removed_at from articles where url = ?", url) is not None
        ) is removed
        portal.heal()
    assert (
        world.value(
            "select count(*) from revisions join articles on articles.id = article where url = ?",
            url,
        )
        == 1
    )


def test_a_host_is_asked_one_request_at_a_time_and_no_sooner_than_its_delay(world: World) -> None:
    world.crawl("songmai", "--delay", "0.25", "--max-pages", "8")
    # The gap is kept between two visits too.
    world.crawl("songmai", "--delay", "0.25", "--max-pages", "3")
    times = [request.at for request in asked(world.portals, "songmai")]
    assert len(times) == 1 + 8 + 3
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.25


def test_crawl_delay_is_kept_where_it_is_longer_than_ours(world: World) -> None:
    world.portals["songmai"].answer("/robots.txt", body=b"User-agent: *\nCrawl-delay: 0.4\n")
    world.crawl("songmai", "--max-pages", "4")
    times = [request.at for request in asked(world.portals, "songmai")]
    assert len(times) == 5
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.4


def test_what_robots_txt_forbids_is_never_asked_for(world: World) -> None:
    portal = world.portals["songmai"]
    portal.answer("/robots.txt", body=b"User-agent: *\nDisallow: /thong-bao/\n")
    done = world.loa("crawl", "songmai")
    assert done.returncode == 7  # the site file names that listing
    assert "/thong-bao/: its robots.txt forbids it" in done.stderr
    assert portal.requests[0].path == "/robots.txt"
    assert not any(request.path.startswith("/thong-bao/") for request in portal.requests)
    assert world.value("select count(*) from pages where reason = 'robots'") > 0
    world.write("update hosts set robots_fetched_at = '2020-01-01T00:00:00.000Z'")
    portal.heal()
    world.crawl("songmai")  # a new robots.txt allows what the old one did not
    assert {row["url"] for row in world.rows("select url from articles")} == {
        row["url"] for row in world.portals.truth("songmai")
    }


def test_nothing_is_asked_for_while_robots_txt_cannot_be_had(world: World) -> None:
    world.portals["songmai"].answer("/robots.txt", 503)
    done = world.loa("crawl", "songmai")
    assert done.returncode == 7
    assert [request.path for request in asked(world.portals, "songmai")] == ["/robots.txt"]
    assert world.value("select outcome from runs") == "unreachable"
    assert "robots.txt" in done.stderr
    assert "503" in done.stderr


def test_a_robots_txt_that_moved_to_another_host_is_followed(world: World) -> None:
    portal, other = world.portals["songmai"], world.portals["anphu"]
    # On loopback it must be one of the site's hosts: others are refused there (test_ssrf.py).
    world.rewrite_site(
        "songmai", 'language = "vi"\n', f'language = "vi"\nhosts = ["{other.url.split("/")[2]}"]\n'
    )
    portal.answer("/robots.txt", 301, headers={"Location": other.url + "robots.txt"})
    world.crawl("songmai", "--max-pages", "3")
    assert [request.path for request in asked(world.portals, "anphu")] == ["/robots.txt"]
    assert len(portal.requests) == 4


def test_a_host_that_refuses_connections_is_told_at_once(world: World) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, but not listening: connections are refused
        done = world.loa("crawl", f"http://127.0.0.1:{closed.getsockname()[1]}/")
    assert done.returncode == 7
    assert "refused" in done.stderr
    assert world.value("select outcome from runs") == "unreachable"
    assert world.rows("select outcome, status from captures") == [
        {"outcome": "robots", "status": None}
    ]


def test_retry_after_is_kept_across_runs(world: World) -> None:
    portal = world.portals["songmai"]
    portal.answer("/rss/", 503, headers={"Retry-After": "3600"}, times=1)
    done = world.loa("crawl", "songmai")
    assert done.returncode == 7
    assert world.value("select outcome from runs") in ("paused", "incomplete")
    since = len(portal.requests)
    assert portal.requests[-1].path == "/rss/"
    again = world.loa("crawl", "songmai")
    assert again.returncode == 7
    assert "left alone" in again.stderr
    assert asked(world.portals, "songmai", since) == []
    world.write("update hosts set not_before_at = '2020-01-01T00:00:00.000Z'")
    world.write(
        "update pages set last_fetched_at = '2020-01-01T00:00:00.000Z' where url like '%/rss/'"
    )
    world.crawl("songmai")
    assert world.value("select count(*) from articles") == len(world.portals.truth("songmai"))


def test_a_listing_that_fails_once_is_told_and_asked_again_by_the_next_visit(world: World) -> None:
    portal = world.portals["songmai"]
    challenge = (
        b"<html><script>document.cookie='D1N=1';window.location.reload(true);</script></html>"
    )
    portal.answer("/thong-bao/", headers={"Content-Type": "text/html"}, body=challenge, times=1)
    done = world.loa("crawl", "songmai")
    assert done.returncode == 7
    assert "/thong-bao/" in done.stderr
    assert world.value("select outcome from runs") == "suspect"
    world.crawl("songmai")
    assert world.value("select state from pages where url like '%/thong-bao/'") == "held"


def test_two_sites_on_one_host_are_visited_one_after_the_other(world: World) -> None:
    twin = (world.sites / "songmai.toml").read_text(encoding="utf-8")
    (world.sites / "songmai-twin.toml").write_text(twin, encoding="utf-8")
    world.loa("crawl", "songmai", "songmai-twin", "--delay", "0.2", "--max-pages", "3")
    times = [request.at for request in asked(world.portals, "songmai")]
    assert len(times) >= 7
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.2


def test_ctrl_c_ends_in_order_and_the_next_run_goes_on(world: World) -> None:
    portal = world.portals["songmai"]
    running = world.start("crawl", "songmai", "--delay", "60")
    until(lambda: len(portal.requests) >= 1)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "Traceback" not in errors
    assert world.rows("select outcome from runs where ended_at is not null") == [
        {"outcome": "interrupted"}
    ]
    world.crawl("songmai")
    assert world.value("select count(*) from articles") == len(world.portals.truth("songmai"))
    world.check()


def test_the_second_of_two_processes_ends_at_once_and_changes_nothing(
    world: World, tmp_path: Path
) -> None:
    portal = world.portals["songmai"]
    running = world.start("crawl", "songmai", "--delay", "60")
    until(lambda: len(portal.requests) >= 1)
    until(lambda: world.value("select count(*) from captures") == 1)
    before = world.rows("select * from runs")
    since = len(world.portals["anphu"].requests)
    second = world.loa("crawl", "anphu")
    assert second.returncode == 10
    assert len(second.stderr.splitlines()) == 1
    assert "another loa process" in second.stderr
    assert asked(world.portals, "anphu", since) == []
    assert world.rows("select * from runs") == before
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=20)
    assert len(list((world.folder / "captures").iterdir())) == 1
