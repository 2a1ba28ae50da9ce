"""F14: what each answer for robots.txt allows (RFC 9309), judged by the server's own log."""

import gzip
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import pytest

from tests.builders.archive_invariants import assert_exit_code_agrees, assert_invariants
from tests.builders.hostile_web import Answer, HostileWeb, respond
from tests.builders.misbehaviour import hang, in_turn, redirect, reset, status
from tests.builders.sample_world import HostileWorld

CLOSED = "/2025/03/bai-viet-1/"  # what RULES forbid
CLOSED_TOO = "/2025/03/bai-viet-3/"  # an article that comes later
RULES = f"User-agent: *\nDisallow: {CLOSED}\nDisallow: {CLOSED_TOO}\n"
LATE_RULES = "# lời dẫn\n" * 35_000 + RULES  # past the first 500 KiB, which a crawler has to read
MIXED = RULES.encode() + b"".join(b"# %d\n" % (n * n) for n in range(1_000))
BOMB = RULES.encode() + b"\n" * (40 << 20)
EARLY_RULES = RULES + "# lời kết\n" * 50_000


def rules(text: bytes | str = RULES, media_type: str = "text/plain") -> Answer:
    return partial(
        respond, body=text.encode() if isinstance(text, str) else text, media_type=media_type
    )


def hops(count: int, last: Answer) -> dict[str, Answer]:
    """robots.txt behind so many redirects."""
    places = ["/robots.txt", *(f"/noi-khac-{n}.txt" for n in range(1, count + 1))]
    return {**{here: redirect(there, 301) for here, there in pairwise(places)}, places[-1]: last}


OBEYED, OPEN, SHUT = "rules obeyed", "everything allowed", "nothing allowed"
TABLE: dict[str, tuple[dict[str, Answer], str]] = {
    "200": ({"/robots.txt": rules()}, OBEYED),
    "200-empty": ({"/robots.txt": rules("")}, OPEN),
    "204": ({"/robots.txt": status(204, b"")}, OPEN),
    "redirected-5-times": (hops(5, rules()), OBEYED),
    "redirected-6-times": (hops(6, rules()), OPEN),
    "redirected-to-itself": ({"/robots.txt": redirect("/robots.txt", 301)}, OPEN),
    "401": ({"/robots.txt": status(401, RULES.encode())}, OPEN),
    "403": ({"/robots.txt": status(403, RULES.encode())}, OPEN),
    "404": ({"/robots.txt": status(404, RULES.encode())}, OPEN),
    "410": ({"/robots.txt": status(410, RULES.encode())}, OPEN),
    "429": ({"/robots.txt": status(429)}, SHUT),
    "500": ({"/robots.txt": status(500)}, SHUT),
    "503": ({"/robots.txt": status(503)}, SHUT),
    "503-with-rules": ({"/robots.txt": status(503, b"User-agent: *\nDisallow:\n")}, SHUT),
    "timeout": ({"/robots.txt": hang}, SHUT),
    "reset": ({"/robots.txt": reset}, SHUT),
    "html": ({"/robots.txt": rules(f"<!DOCTYPE html><pre>\n{RULES}</pre>", "text/html")}, OPEN),
    "rules-called-html": ({"/robots.txt": rules(RULES, "text/html")}, OBEYED),
    "byte-order-mark": ({"/robots.txt": rules(b"\xef\xbb\xbf" + RULES.encode())}, OBEYED),
    "utf-16": ({"/robots.txt": rules(RULES.encode("utf-16"))}, OBEYED),
    "legacy-bytes": ({"/robots.txt": rules(b"# ghi ch\xfa \xf0\xe5\n" + RULES.encode())}, OBEYED),
    "gzip": ({"/robots.txt": rules(gzip.compress(RULES.encode()))}, OBEYED),
    "gzip-twice": ({"/robots.txt": rules(gzip.compress(gzip.compress(RULES.encode())))}, OBEYED),
    "gzip-without-checksum": ({"/robots.txt": rules(gzip.compress(RULES.encode())[:-8])}, OBEYED),
    "gzip-cut-after-rules": ({"/robots.txt": rules(gzip.compress(MIXED)[:-99])}, OBEYED),
    "gzip-bomb-rules-first": ({"/robots.txt": rules(gzip.compress(BOMB, 1))}, OBEYED),
    "600-kib-rules-first": ({"/robots.txt": rules(EARLY_RULES)}, OBEYED),
    "late-rules-within-500-kib": ({"/robots.txt": rules(LATE_RULES)}, OBEYED),
}


def paths_asked(web: HostileWeb, name: str, since: int = 0) -> set[str]:
    return {path for path in web[name].asked(since) if path.startswith("/2025/") or path == "/"}


@pytest.fixture(scope="module")
def visited(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[HostileWorld, HostileWeb, int]]:
    """One crawl of a host for each row. Only read from."""
    with HostileWeb() as web:
        for name, (answers, _) in TABLE.items():
            web.add(name, 3).answers.update(answers)
        world = HostileWorld(tmp_path_factory.mktemp("robots"), web, {"timeout": 3.0})
        yield world, web, world.loa("crawl", *web.hosts).returncode


@pytest.mark.parametrize("name", TABLE)
def test_an_answer_for_robots_txt_lets_ask_for_what_the_rfc_says(
    visited: tuple[HostileWorld, HostileWeb, int], name: str
) -> None:
    world, web, _ = visited
    host, allowed = web[name], TABLE[name][1]
    wanted = {OPEN: {"/", *host.paths()}, OBEYED: {"/", *host.paths()} - {CLOSED}, SHUT: set()}[
        allowed
    ]
    assert paths_asked(web, name) == wanted
    assert host.asked()[0] == "/robots.txt"
    assert world.value("select outcome from runs where site = ?", name) == (
        "unreachable" if allowed is SHUT else "ok"
    )
    if allowed is SHUT:
        assert host.asked() == ["/robots.txt"]


def test_the_archive_is_whole_and_the_exit_code_says_what_the_runs_say(
    visited: tuple[HostileWorld, HostileWeb, int],
) -> None:
    world, _, code = visited
    assert_invariants(world.archive)
    assert_exit_code_agrees(world.archive, code)


def test_robots_txt_is_asked_for_again_after_a_day_and_not_before(
    visited: tuple[HostileWorld, HostileWeb, int],
) -> None:
    world, web, _ = visited
    reached = [name for name, (_, allowed) in TABLE.items() if allowed is not SHUT]
    since = {name: len(web[name].hits) for name in reached}
    old = reached[: len(reached) // 2]
    for name in old:
        age = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-24 hours', '-1 seconds')"
        world.write(
            f"update hosts set robots_fetched_at = {age} where host = ?",
            web[name].url.split("/")[2],
        )
    for name in reached:
        web[name].articles = 4
    world.crawl(*reached)
    for name in reached:
        assert ("/robots.txt" in web[name].asked(since[name])) is (name in old), name
        assert (CLOSED_TOO in web[name].asked()) is (TABLE[name][1] is OPEN), name


@pytest.mark.parametrize("trouble", [429, 500])
def test_a_host_whose_robots_txt_comes_back_is_visited_again(
    tmp_path_factory: pytest.TempPathFactory, trouble: int
) -> None:
    with HostileWeb() as web:
        host = web.add("healed", 3)
        host.answers["/robots.txt"] = in_turn(status(trouble), rules())
        world = HostileWorld(tmp_path_factory.mktemp("healed"), web)
        assert world.loa("crawl", "healed").returncode == 7
        assert host.asked() == ["/robots.txt"]
        world.write("update hosts set not_before_at = '2020-01-01T00:00:00.000Z'")
        world.write("update pages set last_fetched_at = '2020-01-01T00:00:00.000Z'")
        world.crawl("healed")
        assert paths_asked(web, "healed") == {"/", *host.paths()} - {CLOSED}
