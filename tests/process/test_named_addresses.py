"""`loa crawl --urls FILE` fetches the addresses that a person names, and nothing else."""

import pytest

from tests.builders.sample_world import CONTACT, World

PLAN = "select next_due_at, visited_at, interval_minutes, health, swept_at, round_at from sites"


def paths(world: World, key: str) -> list[str]:
    return [request.path for request in world.portals[key].requests]


def named(world: World, *lines: str, newline: str = "\r\n", encoding: str = "utf-8-sig") -> str:
    """A file with a byte order mark, as a spreadsheet writes it."""
    file = world.folder / "named.txt"
    file.write_bytes(newline.join(lines).encode(encoding))
    return str(file)


def test_only_these_addresses_are_asked_and_what_could_not_be_had_is_told(world: World) -> None:
    songmai, thachlam = world.portals["songmai"], world.portals["thachlam"]
    first, second = [one for one in songmai.stories if one.pointer is None][:2]
    other = next(one for one in thachlam.stories if one.pointer is None)
    base = songmai.url.rstrip("/")
    gone, closed = f"{base}/tin-tuc/khong-co-bai-nay-9999.html", f"{base}/admin/1.html"
    file = named(
        world,
        "# what a reader sent",
        base + songmai.address(first),
        "",
        base + songmai.address(second) + " # about the bridge",
        base + songmai.address(first) + "#part-2",
        gone + "\t# it was there",
        thachlam.url.rstrip("/") + thachlam.address(other),
        closed,
        "http://cong-khac.example/tin/1.html",
        "tin-tuc/1.html",
    )
    done = world.loa("crawl", "--urls", file)
    assert done.returncode == 7
    assert done.stdout.splitlines() == [
        "http://cong-khac.example/tin/1.html: no site file covers cong-khac.example; make one:"
        " loa add http://cong-khac.example/",
        "tin-tuc/1.html: not a web address; write one like https://example.gov.vn/tin-tuc/1.html",
        f"{gone}: answered 404",
        f"{closed}: its robots.txt forbids it",
    ]
    assert sorted(paths(world, "songmai")) == sorted(
        ["/robots.txt", songmai.address(first), songmai.address(second), gone.removeprefix(base)]
    )
    assert paths(world, "thachlam") == ["/robots.txt", thachlam.address(other)]
    assert paths(world, "anphu") == []
    held = world.rows("select title from articles order by title")
    assert [row["title"] for row in held] == sorted([first.title, second.title, other.title])
    assert all(request.headers["user-agent"].find(CONTACT) > 0 for request in songmai.requests)
    world.check()


def test_such_a_visit_plans_nothing_and_judges_nothing(world: World) -> None:
    songmai = world.portals["songmai"]
    world.crawl("songmai")
    before = world.rows(PLAN)
    due = world.rows("select url, next_due_at from pages where kind <> 'article' order by url")
    songmai.answer("/", 503)  # what a whole visit would tell
    story = next(one for one in songmai.stories if one.pointer is None)
    songmai.edit(story.id, paragraphs=["Nội dung mới của bài này.", "Bà con đã xem và góp ý."])
    address = songmai.url.rstrip("/") + songmai.address(story)
    since = len(songmai.requests)
    done = world.loa("crawl", "--urls", named(world, address, newline="\n"))
    assert (done.returncode, done.stdout) == (0, "")
    asked = [request.path for request in songmai.requests[since:]]
    assert [path for path in asked if path != "/robots.txt"] == [songmai.address(story)]
    assert world.value("select body from articles where url = ?", address).startswith("Nội dung")
    assert world.rows(PLAN) == before
    assert (
        world.rows("select url, next_due_at from pages where kind <> 'article' order by url") == due
    )
    assert world.rows("select kind, addresses_only from runs order by id") == [
        {"kind": "crawl", "addresses_only": None},
        {"kind": "crawl", "addresses_only": 1},
    ]
    world.check()


def test_a_redirect_is_followed_to_its_article(world: World) -> None:
    songmai = world.portals["songmai"]
    story = next(one for one in songmai.stories if one.pointer is None)
    base = songmai.url.rstrip("/")
    old = f"/tin-cu/{story.slug}-{story.id}.html"  # its number leads to the address of today
    done = world.loa("crawl", "--urls", named(world, base + old, encoding="utf-16"))
    assert (done.returncode, done.stdout) == (0, "")
    assert [path for path in paths(world, "songmai") if path != "/robots.txt"] == [
        old,
        songmai.address(story),
    ]
    assert world.value("select url from articles") == base + songmai.address(story)


def test_an_address_for_which_no_time_was_left_is_told(world: World) -> None:
    songmai = world.portals["songmai"]
    stories = [one for one in songmai.stories if one.pointer is None][:2]
    addresses = [songmai.url.rstrip("/") + songmai.address(one) for one in stories]
    done = world.loa("crawl", "--urls", named(world, *addresses), "--max-minutes", "0.0001")
    assert done.returncode == 7
    up = "the time for this crawl is up; the next visit goes on from here"
    assert done.stdout.splitlines()[-1] == f"{addresses[1]}: was not requested: {up}"
    assert world.rows("select outcome, detail from runs") == [{"outcome": "stopped", "detail": up}]


@pytest.mark.parametrize("more", [["songmai"], ["--due"]])
def test_it_takes_no_sites_beside_it(world: World, more: list[str]) -> None:
    done = world.loa("crawl", "--urls", named(world, world.portals["songmai"].url), *more)
    assert done.returncode == 2
    assert "--urls names all that is fetched" in done.stderr
