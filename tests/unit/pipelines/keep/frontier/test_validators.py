"""Which validators are sent back, and how a server's lies come out."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

import pytest

from pipelines.capture import Capture
from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.validators import (
    BEFORE_THE_WEB,
    NEVER_GIVEN,
    PROBE_EVERY,
    Belief,
    Validators,
    belief,
    conditions,
    etag_of,
    lie,
    moves_with_clock,
)
from pipelines.read.reading import Reading
from portals.platform import platform_of
from portals.sample.portal import Answer
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article, dated, read_as
from tests.builders.watched_portal import WatchedPortal, publish, wordpress

DAY = timedelta(days=1)
ALL: Belief = "all"
TAG_ALONE: Belief = "etag"
NONE: Belief = "none"
TAG, DATE = '"a1"', "Sun, 01 Mar 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("etag", "last_modified", "believed", "sent"),
    [
        (TAG, DATE, ALL, {"If-None-Match": TAG}),
        (None, DATE, ALL, {"If-Modified-Since": DATE}),
        (TAG, DATE, TAG_ALONE, {"If-None-Match": TAG}),
        (None, DATE, TAG_ALONE, {}),
        (TAG, DATE, NONE, {}),
        (None, None, ALL, {}),
    ],
)
def test_an_etag_goes_before_a_date_and_nothing_goes_that_is_not_believed(
    etag: str | None, last_modified: str | None, believed: Belief, sent: dict[str, str]
) -> None:
    assert conditions(Validators(7, etag, last_modified, 0), believed) == sent


def test_one_request_in_twenty_sends_what_cannot_match_and_never_the_first() -> None:
    def probes(page: int) -> list[int]:
        return [
            n
            for n in range(60)
            if conditions(Validators(page, TAG, None, n), ALL) == {"If-None-Match": NEVER_GIVEN}
        ]

    assert PROBE_EVERY == 20
    assert probes(7) == [13, 33, 53]
    assert probes(19) == [1, 21, 41]  # other addresses at other times
    assert probes(20) == [20, 40]
    assert conditions(Validators(7, None, DATE, 13), ALL) == {"If-Modified-Since": BEFORE_THE_WEB}


def answer(status: int, **headers: str) -> Capture:
    return Capture(
        SITE.key,
        URL,
        AT,
        status,
        tuple((name.replace("_", "-"), value) for name, value in headers.items()),
    )


def test_of_two_etags_the_last_is_taken() -> None:
    assert (
        etag_of(
            Capture(SITE.key, URL, AT, 200, (("ETag", '"cms"'), ("Age", "0"), ("etag", '"proxy"')))
        )
        == '"proxy"'
    )
    assert etag_of(answer(200)) is None


PROBED = Validators(7, TAG, DATE, 13)
DATED = Validators(7, None, DATE, 13)


@pytest.mark.parametrize(
    ("held", "came", "other_text", "proven"),
    [
        (PROBED, answer(304), False, True),  # to a validator that was never given
        (PROBED, answer(200, ETag=TAG), True, True),
        (PROBED, answer(200, ETag=TAG), False, False),
        # It was edited just now, and the server knows.
        (
            PROBED,
            answer(200, ETag='"b2"'),
            True,
            False,
        ),
        (DATED, answer(200, Last_Modified=DATE), True, True),
        (DATED, answer(200, Last_Modified="Mon, 02 Mar 2026 08:00:00 GMT"), True, False),
        # No probe: the server may be right.
        (
            Validators(7, TAG, None, 12),
            answer(304),
            False,
            False,
        ),
        (Validators(7, TAG, None, 0), answer(200, ETag=TAG), True, False),  # it never answered 304
    ],
)
def test_only_a_probe_proves_a_lie(
    held: Validators, came: Capture, other_text: bool, proven: bool
) -> None:
    assert (lie(held, came, other_text=other_text) is not None) is proven


@pytest.mark.parametrize(
    ("hours", "after", "moves"),
    [
        (24, "Mon, 02 Mar 2026 08:00:00 GMT", True),
        (24, "Mon, 02 Mar 2026 08:00:02 GMT", True),
        (24, "Mon, 02 Mar 2026 08:00:05 GMT", False),
        (24, DATE, False),
        (0, DATE, False),  # asked twice in a second
        (24, "gestern", False),
        (24, "Mon, 02 Mar 2026 08:00:00", False),
    ],
)
def test_a_date_that_moves_by_just_the_time_that_passed_is_a_clock(
    hours: int, after: str, moves: bool
) -> None:
    assert moves_with_clock((AT, DATE), (AT + timedelta(hours=hours), after)) is moves


@pytest.mark.parametrize(
    ("family", "known"), [("wordpress", ALL), ("nukeviet", TAG_ALONE), ("sharepoint", NONE)]
)
def test_a_family_says_what_is_known_of_its_validators(
    archive: Archive, family: str, known: Belief
) -> None:
    assert belief(archive.connection, SITE.key, URL, platform_of(family)) == known


def test_a_host_whose_date_is_a_clock_is_found_out_and_its_etag_still_believed(
    archive: Archive,
) -> None:
    keeper = Keeper(archive)
    for day in range(2):
        headers = (("Last-Modified", f"Sun, 0{1 + day} Mar 2026 01:00:00 GMT"),)
        assert belief(archive.connection, SITE.key, URL, platform_of("wordpress")) == ALL
        keeper.keep(read_as(article(published=dated())), AT + day * DAY, headers=headers)
    assert belief(archive.connection, SITE.key, URL, platform_of("wordpress")) == TAG_ALONE
    assert (
        belief(archive.connection, SITE.key, "http://khac.example/a", platform_of("wordpress"))
        == ALL
    )


def test_a_304_to_a_probe_opens_one_issue_until_a_person_closes_it(archive: Archive) -> None:
    keeper = Keeper(archive)
    keeper.keep(read_as(article(published=dated())), headers=(("ETag", TAG),))
    for n in range(1, 41):  # two probes, as the page has the number 1
        keeper.keep(None, AT + n * DAY, status=304)
    (issue,) = keeper.rows("select * from issues")
    assert (issue["kind"], issue["url"], issue["closed_at"]) == ("validator-lies", URL, None)
    assert belief(archive.connection, SITE.key, URL, platform_of("wordpress")) == NONE
    # A reading without a note closes no issue of this kind.
    keeper.keep(read_as(article(published=dated())), AT + 50 * DAY)
    assert keeper.one("select closed_at from issues")["closed_at"] is None
    keeper.archive.connection.execute("update issues set closed_at = '2026-05-01T00:00:00.000Z'")
    assert belief(archive.connection, SITE.key, URL, platform_of("wordpress")) == ALL


def test_a_listing_that_names_something_else_under_its_old_validator_is_a_lie(
    archive: Archive,
) -> None:
    keeper = Keeper(archive)
    url = "http://lungvai.example/tin/"
    keeper.keep(
        Reading("listing", "wordpress", names=b"12345678"),
        url=url,
        kind="listing",
        headers=(("ETag", TAG),),
    )
    for n in range(1, 20):
        keeper.keep(None, AT + n * DAY, url=url, status=304, kind="listing")
    keeper.keep(
        Reading("listing", "wordpress", names=b"12345678abcdefgh"),
        AT + 20 * DAY,
        url=url,
        kind="listing",
        headers=(("ETag", TAG),),
    )
    (issue,) = keeper.rows("select detail from issues")
    assert "19 times" in str(issue["detail"])
    assert keeper.one("select named from listings") == {"named": 2}
    assert keeper.one("select unmodified from pages where url = ?", url) == {"unmodified": 0}


@wordpress
def test_a_server_that_means_its_304_is_asked_with_etags_alone(watch: WatchedPortal) -> None:
    watch.visit()
    since = len(watch.portal.requests)
    watch.visit()
    again = watch.portal.requests[since:]
    assert len(again) > 3
    assert {request.status for request in again} == {304}
    assert all(
        "if-none-match" in request.headers and "if-modified-since" not in request.headers
        for request in again
    )


def liar(watch: WatchedPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the portal answers 304 to every condition, whatever it says."""
    honest = watch.portal.respond

    def respond(path: str, headers: Mapping[str, str]) -> Answer:
        if "if-none-match" in headers and path != "/robots.txt":
            return Answer(304)
        answer = honest(path, {})
        return Answer(
            answer.status,
            answer.body,
            answer.media_type,
            {**answer.headers, "ETag": f'"{sha256(answer.body).hexdigest()[:16]}"'},
        )

    monkeypatch.setattr(watch.portal, "respond", respond)


def test_a_304_to_everything_is_found_out_and_then_no_longer_asked_for(
    watch: WatchedPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    liar(watch, monkeypatch)
    watch.visit()
    story = publish(
        watch, "Lịch tiêm phòng tháng mười hai", category=watch.portal.content.categories[0].slug
    )
    visits = 0
    while not watch.held(story):
        visits += 1
        assert visits <= 21
        watch.visit()
    (issue,) = watch.rows(
        "select url, detail from issues where kind = 'validator-lies' and closed_at is null"
    )
    assert "304" in issue["detail"]
    since = len(watch.portal.requests)
    watch.visit()
    assert not any("if-none-match" in request.headers for request in watch.portal.requests[since:])


@wordpress
def test_a_last_modified_that_moves_with_the_clock_is_sent_back_once_and_never_again(
    watch: WatchedPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = watch.portal.respond

    def respond(path: str, headers: Mapping[str, str]) -> Answer:
        answer = honest(path, {})
        moved = (watch.clock.now - DAY).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return Answer(answer.status, answer.body, answer.media_type, {"Last-Modified": moved})

    monkeypatch.setattr(watch.portal, "respond", respond)
    watch.visit()
    sent = []
    for _ in range(3):
        since = len(watch.portal.requests)
        watch.visit()
        sent.append(
            sum("if-modified-since" in request.headers for request in watch.portal.requests[since:])
        )
    assert sent == [1, 0, 0]  # the first answer gave it away
    assert watch.value("select count(*) from hosts where last_modified_moves_at is not null") == 1
