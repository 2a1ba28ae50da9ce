"""Which surveys run side by side, and why one failed."""

import threading

from crawler.add.causes import Cause, cause_of
from crawler.add.side_by_side import Task, Turns, Waiting, servers_by_name, servers_of
from pipelines.outcomes import Outcome

SERVERS = {
    "http://a.xa.example/": {"xa.example", "10.0.0.1"},
    "http://b.xa.example/": {"xa.example", "10.0.0.2"},
    "http://c.example/": {"c.example", "10.0.0.1"},
    "http://d.example/": {"d.example", "10.0.0.3"},
}


def test_no_two_surveys_share_an_address_or_a_domain_and_all_are_done() -> None:
    turns = Turns(
        [Task(url, f"k{n}", "archive.db") for n, url in enumerate(SERVERS)],
        lambda url: frozenset(SERVERS[url]),
    )
    one = turns.next()
    assert one is not None
    # The next two share its domain, or its address.
    other = turns.next()
    assert other is not None
    assert [one.task.url, other.task.url] == ["http://a.xa.example/", "http://d.example/"]
    rest: list[Waiting | None] = []
    waits = threading.Thread(target=lambda: rest.extend((turns.next(), turns.next())))
    waits.start()
    turns.done(one)
    waits.join(60)
    assert [one.task.url for one in rest if one] == ["http://b.xa.example/", "http://c.example/"]
    turns.done(other)
    assert turns.next() is None


def test_a_domain_is_what_somebody_registered_and_a_number_is_its_own() -> None:
    assert servers_of("http://127.0.0.1:8080/tin") == {"127.0.0.1"}
    assert servers_by_name("http://xa.dongcao.gov.vn/") == {"dongcao.gov.vn"}
    assert servers_by_name("http://dongcao.gov.vn:8080/") == {"dongcao.gov.vn"}


def test_each_way_to_fail_has_its_words() -> None:
    told: dict[tuple[int | None, str | None, str | None], Cause] = {
        (None, "no-such-host: its name has no address", None): Cause.NO_SUCH_HOST,
        (None, "timeout: no complete answer in time", None): Cause.NO_ANSWER,
        (None, "reset: the connection was broken", None): Cause.BROKEN,
        (None, f"{Outcome.BAD_CERTIFICATE}: it expired", None): Cause.UNTRUSTED,
        (None, f"{Outcome.BLOCKED_ADDRESS}: 10.0.0.1", None): Cause.PRIVATE,
        (None, "OddError: x", None): Cause.BROKEN,
        (302, None, Outcome.REDIRECT_OFFSITE): Cause.MOVED,
        (302, None, Outcome.REDIRECT_LOOP): Cause.CIRCLE,
        (403, None, None): Cause.TURNED_AWAY,
        (404, None, Outcome.GONE): Cause.NO_SUCH_PAGE,
        (503, None, None): Cause.ERROR,
        (200, None, Outcome.ROBOTS): Cause.ROBOTS,
    }
    assert {facts: cause_of(*facts) for facts in told} == told
    assert all(cause.words.happened and cause.words.remedy for cause in Cause)
