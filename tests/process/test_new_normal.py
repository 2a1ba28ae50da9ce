"""A person accepts a new normal: the portal is judged by what it shows now.

What breaks later is told again.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import pytest

from pipelines.keep.visits.accept import Acceptance, accept_issues
from pipelines.outcomes import IssueKind
from portals.sample.portal import HANOI, Answer
from portals.site import site_for_address
from tests.builders.archive_invariants import assert_invariants
from tests.builders.watched_portal import DAY, WatchedPortal, wordpress

LOGIN = (
    '<html><body><form><p>Cổng nội bộ</p><input name="user"><input type="password" name="pw">'
    "<button>Vào</button></form></body></html>"
).encode()
NO_LISTING = (
    "<html><body><h1>Chuyên mục</h1><p>Nội dung đang được cập nhật trong thời gian tới.</p></body>"
    "</html>"
).encode()
LOOKED_AT = (
    "select id from pages where kind = 'article' and article is not null order by id limit 12"
)


@pytest.fixture(autouse=True)
def _every_section(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no section wait for its turn, so that each visit sees what was changed."""
    monkeypatch.setattr("pipelines.keep.frontier.listing_names.DAILY", timedelta(days=3650))


def look(watch: WatchedPortal, after: timedelta = DAY) -> tuple[str, str]:
    """A visit that looks at the same dozen articles again: its outcome, and the site's health."""
    with watch.ingest.archive.transaction() as db:
        db.execute(
            f"update pages set next_due_at = '2000-01-01T00:00:00.000Z' where id in ({LOOKED_AT})"
        )
    watch.visit(after)
    return watch.value("select outcome from runs order by id desc limit 1"), health(watch)


def health(watch: WatchedPortal) -> str:
    word: str = watch.value("select health from sites")
    return word


def waiting(watch: WatchedPortal) -> list[str]:
    return [
        row["kind"]
        for row in watch.rows("select kind from issues where closed_at is null order by kind")
    ]


def accepted(watch: WatchedPortal, *kinds: str) -> Acceptance:
    watch.clock.now += timedelta(hours=1)
    with watch.ingest.archive.transaction() as db:
        return accept_issues(
            db,
            site_for_address(watch.portal.url),
            [IssueKind(kind) for kind in kinds],
            "the portal was redesigned",
            watch.clock.now,
        )


# Portals that change for good


def shorter_listings(watch: WatchedPortal) -> None:
    for category in watch.portal.content.categories:
        few = watch.portal.in_category(category.slug)[:1]
        page = watch.portal.render(
            "listing.html", title=category.name, slug=category.slug, stories=few, page=1, pages=1
        )
        watch.portal.answer(f"/{category.slug}/", body=page.body)


def no_listings(watch: WatchedPortal) -> None:
    for category in watch.portal.content.categories:
        watch.portal.answer(f"/{category.slug}/", body=NO_LISTING)


def rewrite(watch: WatchedPortal, *changes: tuple[str, str], every: int = 1) -> None:
    """Every article from now on (or every second, third ...), with these patterns replaced."""
    paths = [
        urlsplit(row["url"]).path
        for row in watch.rows(f"select url from pages where id in ({LOOKED_AT})")
    ]
    for path in paths[::every]:
        watch.portal.heal(path)
        html = watch.portal.respond(path, {}).body.decode()
        for pattern, by in changes:
            html = re.sub(pattern, by, html, flags=re.S)
        watch.portal.answer(path, body=html.encode())


def another_theme(watch: WatchedPortal) -> None:
    """Half of the articles lose class names, metadata and headings: no reader finds a title."""
    rewrite(
        watch,
        (r"<meta (?!charset)[^>]*>|<script[^>]*>.*?</script>|<link [^>]*>", ""),
        (r' (?:class|id|itemprop|datetime)="[^"]*"', ""),
        (r"<h[1-6][^>]*>.*?</h[1-6]>|<title>.*?</title>", ""),
        every=2,
    )


def no_dates(watch: WatchedPortal) -> None:
    """Neither their own nor those of others that stand around them."""
    rewrite(
        watch,
        (r'<meta property="article:[^>]*>|<span [^>]*itemprop="date\w+">.*?</span>', ""),
        (r"\d+/\d+/\d{4}( \d\d:\d\d)?", ""),
    )


def no_texts(watch: WatchedPortal) -> None:
    rewrite(
        watch,
        (r'(<div id="news-bodyhtml"[^>]*>).*?(<div class="margin-bottom-lg">)', r"\1</div>\2"),
    )


def frozen_section(watch: WatchedPortal) -> None:
    """A section that showed each day's news shows no more of it, while the portal goes on."""
    first, other = (category.slug for category in watch.portal.content.categories[:2])
    for _ in range(5):
        watch.clock.now += DAY
        publish_on(watch, watch.clock.now, first)
        watch.visit()
    watch.freeze([f"/{first}/"])
    watch.clock.now += 9 * DAY
    publish_on(watch, watch.clock.now, other)


def publish_on(watch: WatchedPortal, at: datetime, category: str) -> None:
    watch.portal.add(
        f"Họp thôn ngày {at:%d/%m/%Y}",
        published=at.astimezone(HANOI),
        text=f"Sáng {at:%d/%m/%Y}, thôn họp bàn việc chung.\n\nĐã xong.",
        category=category,
    )


def section_behind_a_log_in(watch: WatchedPortal) -> None:
    watch.portal.answer(f"/{watch.portal.content.categories[2].slug}/", body=LOGIN)


def section_and_articles_behind_a_log_in(watch: WatchedPortal) -> None:
    section_behind_a_log_in(watch)
    for row in watch.rows(f"select url from pages where id in ({LOOKED_AT}) limit 4"):
        watch.portal.answer(urlsplit(row["url"]).path, body=LOGIN)


def everything_behind_a_log_in(watch: WatchedPortal) -> None:
    watch.portal.heal()
    watch.portal.answer("*", body=LOGIN)


def silence(watch: WatchedPortal) -> None:
    """News on every third day of five weeks, and then none."""
    for day in range(0, 36, 3):
        publish_on(watch, watch.clock.now - day * DAY, watch.portal.content.categories[0].slug)
    watch.visit()
    watch.clock.now += 60 * DAY


Change = Callable[[WatchedPortal], None]
FOR_GOOD: dict[str, tuple[str, str, Change, str, Change]] = {
    "shorter listings": (
        "songmai",
        "listing-empty",
        shorter_listings,
        "listing-empty",
        no_listings,
    ),
    "another theme": (
        "songmai",
        "layout-changed",
        another_theme,
        "login",
        everything_behind_a_log_in,
    ),
    "no dates on the pages": ("songmai", "layout-changed", no_dates, "layout-changed", no_texts),
    "a section that stands still": (
        "songmai",
        "listing-frozen",
        frozen_section,
        "login",
        section_behind_a_log_in,
    ),
    "a section and articles behind a log-in": (
        "songmai",
        "login",
        section_and_articles_behind_a_log_in,
        "login",
        everything_behind_a_log_in,
    ),
    "a silence": ("songmai", "silent", silence, "login", section_behind_a_log_in),
}


@pytest.mark.parametrize(
    ("watch", "kind", "change", "later", "breakage"),
    FOR_GOOD.values(),
    ids=FOR_GOOD,
    indirect=["watch"],
)
def test_a_portal_changed_for_good_is_well_once_accepted_and_told_when_it_breaks_otherwise(
    watch: WatchedPortal, kind: str, change: Change, later: str, breakage: Change
) -> None:
    assert [look(watch) for _ in range(3)] == [("ok", "ok")] * 3
    change(watch)
    assert [look(watch) for _ in range(2)] == [("suspect", "suspect")] * 2
    assert kind in waiting(watch)
    done = accepted(watch, *waiting(watch))
    assert (done.left, waiting(watch), health(watch)) == ([], [], "ok")
    assert [look(watch) for _ in range(3)] == [("ok", "ok")] * 3
    told = watch.rows("select * from issues")
    breakage(watch)
    outcome, word = look(watch)
    assert outcome == "suspect"
    assert word in ("suspect", "broken")
    assert later in waiting(watch)
    # What was accepted stays in the history, and what came later is new.
    assert watch.rows("select * from issues where id <= ?", len(told)) == told
    assert_invariants(watch.ingest.archive.path)


def test_what_heals_after_it_was_accepted_is_told_when_it_comes_again(watch: WatchedPortal) -> None:
    assert [look(watch) for _ in range(2)] == [("ok", "ok")] * 2
    section_behind_a_log_in(watch)
    look(watch)
    accepted(watch, "login")
    assert look(watch) == ("ok", "ok")
    watch.portal.heal()
    assert look(watch) == ("ok", "ok")
    section_behind_a_log_in(watch)
    assert look(watch) == ("suspect", "suspect")
    assert [
        row["closed_at"] is None
        for row in watch.rows("select closed_at from issues where kind = 'login' order by id")
    ] == [False, True]


def test_a_front_page_behind_a_log_in_is_accepted_while_the_sections_can_be_read(
    watch: WatchedPortal,
) -> None:
    look(watch)
    watch.portal.answer("/", body=LOGIN)
    assert look(watch) == ("suspect", "suspect")
    accepted(watch, "login")
    assert [look(watch) for _ in range(2)] == [
        ("incomplete", "ok")
    ] * 2  # an address that the site's file names is in vain: the file is to be mended
    assert waiting(watch) == []


def test_what_was_not_accepted_stays_what_it_was(watch: WatchedPortal) -> None:
    assert [look(watch) for _ in range(3)] == [("ok", "ok")] * 3
    shorter_listings(watch)
    no_dates(watch)
    look(watch)
    assert set(waiting(watch)) == {"layout-changed", "listing-empty"}
    accepted(watch, "listing-empty")
    assert health(watch) == "suspect"
    assert look(watch) == ("suspect", "suspect")
    assert "layout-changed" in waiting(watch)
    assert "listing-empty" not in waiting(watch)
    accepted(watch, "layout-changed")
    assert (health(watch), look(watch)) == ("ok", ("ok", "ok"))


def test_a_portal_of_which_nothing_can_be_read_cannot_be_accepted(watch: WatchedPortal) -> None:
    look(watch)
    everything_behind_a_log_in(watch)
    look(watch)
    done = accepted(watch, "login")
    assert ([issue.kind for issue in done.left], done.closed) == (["login"], [])
    assert "login" in waiting(watch)
    assert health(watch) == "broken"
    assert watch.rows("select * from acceptances") == []


def test_one_reason_is_kept_for_each_issue_with_the_visits_that_became_the_past(
    watch: WatchedPortal,
) -> None:
    assert [look(watch) for _ in range(3)] == [("ok", "ok")] * 3
    shorter_listings(watch)
    assert [look(watch)[0] for _ in range(2)] == ["suspect"] * 2
    accepted(watch, "listing-empty")
    now = watch.clock.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    (row,) = watch.rows(
        "select acceptances.*, kind, closed_at from acceptances join issues on issues.id = issue"
    )
    assert (row["kind"], row["because"], row["first_run"], row["last_run"]) == (
        "listing-empty",
        "the portal was redesigned",
        4,
        5,
    )
    assert row["accepted_at"] == row["closed_at"] == now
    no_listings(watch)  # before any visit was well: what the suspect ones saw is the past
    assert look(watch) == ("suspect", "suspect")


# Issues that stand until a person closes them


def test_a_moved_date_that_was_accepted_is_not_told_again_and_a_third_date_is(
    watch: WatchedPortal,
) -> None:
    look(watch)
    story = watch.portal.stories[3]
    watch.portal.edit(story.id, published=story.published - 9 * DAY)
    look(watch)
    assert waiting(watch) == ["date-moved"]
    held = watch.value(
        "select published_on from articles where url = ?", watch.url(watch.portal.address(story))
    )
    accepted(watch, "date-moved")
    look(watch)
    assert waiting(watch) == []
    watch.portal.edit(story.id, published=story.published - 20 * DAY)
    look(watch)
    assert waiting(watch) == ["date-moved"]
    assert (
        watch.value(
            "select published_on from articles where url = ?",
            watch.url(watch.portal.address(story)),
        )
        == held
    )


@wordpress
def test_a_host_that_was_found_out_is_asked_conditionally_again_once_that_is_accepted(
    watch: WatchedPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = watch.portal.respond
    lying = True

    def respond(path: str, headers: Mapping[str, str]) -> Answer:
        if lying and "if-none-match" in headers and path != "/robots.txt":
            return Answer(304)
        answer = honest(path, {})
        return Answer(
            answer.status,
            answer.body,
            answer.media_type,
            {**answer.headers, "ETag": f'"{sha256(answer.body).hexdigest()[:16]}"'},
        )

    monkeypatch.setattr(watch.portal, "respond", respond)

    def conditions_sent() -> int:
        since = len(watch.portal.requests)
        watch.visit()
        return sum("if-none-match" in request.headers for request in watch.portal.requests[since:])

    visits = 0
    while "validator-lies" not in waiting(watch):
        visits += 1
        assert visits <= 22
        watch.visit()
    lying = False
    assert conditions_sent() == 0
    accepted(watch, "validator-lies")
    assert conditions_sent() > 0
    assert waiting(watch) == []
    lying, visits = True, 0
    while "validator-lies" not in waiting(watch):
        visits += 1
        assert visits <= 22
        watch.visit()
    assert watch.value("select count(*) from issues where kind = 'validator-lies'") == 2
