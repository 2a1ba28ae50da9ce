"""Portals that go on answering but break: the visit tells each breakage and touches no record.

Healthy life raises no alarm.
"""

import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.visit.visit_end import VisitEnd
from pipelines.health.holidays import holidays_of
from pipelines.ingest import Ingest
from pipelines.outcomes import HEALTH_ISSUES
from portals.sample import SamplePortals
from portals.sample.portal import HANOI, Portal
from portals.site import CrawlRules, Site, sites_in
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.small_portal import SmallPortal

VISITS = int(os.environ.get("LOA_HEALTHY_VISITS", "8"))  # of each portal
BEGINNING = datetime(2026, 1, 26, 1, tzinfo=UTC)  # a Monday three weeks before the lunar new year
BETWEEN = timedelta(hours=36)
CHALLENGE = (
    b'<html><body><script>document.cookie="D1N=5f1e2c"+"; path=/";window.location.reload(true);'
    b"</script></body></html>"
)
CAPTCHA = (
    b"<html><head><title>Kh\xc3\xb3a</title></head><body><form><p>Please tick the box.</p>"
    b'<div class="g-recaptcha"></div></form></body></html>'
)
LOGIN = (
    '<html><body><form><p>Cổng nội bộ</p><input name="user"><input type="password" name="pw">'
    "<button>Vào</button></form></body></html>"
).encode()
PARKED = (
    b"<html><head><title>songmai.example</title></head><body><h1>songmai.example</h1>"
    b"<p>This domain is for sale. Make an offer.</p></body></html>"
)
UNAVAILABLE = (
    b"<html><head><title>Site</title></head><body>"
    b"<h2>HTTP Error 503. The service is unavailable.</h2></body></html>"
)
NOT_FOUND = (
    "<html><body><h1>Cổng thông tin</h1><p>Bài viết không tồn tại hoặc đã bị xóa.</p></body></html>"
).encode()


@dataclass(frozen=True)
class Life:
    """Portals after a month of healthy visits, and the archive of it."""

    portals: SamplePortals
    sites: dict[str, Site]
    archive: Path
    clock: SetClock
    # (visit, site, outcome, detail) of those that were not well.
    alarms: list[tuple[int, str, str, str | None]]


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("life")
    clock = SetClock(BEGINNING)
    dice = random.Random(4)
    with SamplePortals(clock=clock.seconds) as portals:
        sites = sites_in(portals.sites_folder(folder / "sites"))
        grown = Life(portals, sites, folder / "archive.db", clock, [])
        with Ingest(grown.archive, name="healthy") as ingest:
            for number in range(VISITS):
                for key, site in sites.items():
                    # All is looked at again, so that what follows sees no edit of before.
                    if number == VISITS - 1:
                        make_due(ingest, site)
                    done = visit(site, ingest, clock)
                    (word,) = ingest.archive.connection.execute(
                        "select health from sites where key = ?", (key,)
                    ).fetchone()
                    if done.outcome != "ok" or word not in ("ok", "quiet"):
                        grown.alarms.append((number, key, done.outcome, done.detail))
                    if number < VISITS - 2:
                        live(portals[key], clock.now, dice)
                clock.now += BETWEEN
        yield grown


def live(portal: Portal, now: datetime, dice: random.Random) -> None:
    """What editors do until the next visit: news on working days, a few edits and removals.

    They do nothing on weekends and holidays.
    """
    at = now.astimezone(HANOI)
    if at.weekday() > 4 or holidays_of("Asia/Ho_Chi_Minh", at.date(), at.date()):
        return
    for number in range(dice.choice((0, 1, 1, 2))):
        words = f"Sáng nay thôn {dice.randrange(90)} họp bàn việc chung, bà con góp nhiều ý kiến."
        text = f"{words}\n\nCuộc họp kết thúc lúc {dice.randrange(9, 12)} giờ."
        portal.add(
            f"Thôn họp bàn việc tháng {at:%d%m}{number} của {portal.content.name}",
            published=at,
            text=text,
        )
    if dice.random() < 0.3:
        portal.edit(
            portal.stories[dice.randrange(3)].id,
            paragraphs=[
                f"Văn bản được sửa lại ngày {at:%d/%m}.",
                "Phần còn lại giữ nguyên như cũ.",
            ],
        )
    if dice.random() < 0.2:
        portal.remove(portal.stories[dice.randrange(2, 8)].id)


def make_due(ingest: Ingest, site: Site) -> None:
    with ingest.archive.transaction() as db:
        db.execute(
            (
                "update pages set next_due_at = '2000-01-01T00:00:00.000Z' where site = ? and "
                "kind = 'article' and state = 'held'"
            ),
            (site.key,),
        )


@dataclass
class Ward:
    """One portal of that life, with a copy of the archive of its own."""

    portal: Portal
    site: Site
    ingest: Ingest
    clock: SetClock

    def visit(self, after: timedelta = BETWEEN) -> VisitEnd:
        self.clock.now += after
        return visit(self.site, self.ingest, self.clock)

    def make_due(self) -> list[str]:
        """All held articles are due; returns their paths."""
        make_due(self.ingest, self.site)
        return [
            self.portal.address(story) for story in self.portal.stories if story.pointer is None
        ]

    def records(self) -> list[tuple[object, ...]]:
        """Everything that the archive says of the articles, but when they were last seen."""
        columns = (
            "articles.id, articles.title, articles.lead, articles.body, articles.published_on, "
            "articles.changed_at"
        )
        query = (
            f"select {columns}, revisions.* from articles join revisions on revisions.article = "
            "articles.id where site = ? order by revisions.id"
        )
        return [
            tuple(row) for row in self.ingest.archive.connection.execute(query, (self.site.key,))
        ]

    def wrongly_removed(self) -> list[str]:
        """Articles taken for removed that the portal still has."""
        here = {
            self.site.url.rstrip("/") + self.portal.address(story) for story in self.portal.stories
        }
        rows = self.ingest.archive.connection.execute(
            "select url from articles where site = ? and removed_at is not null", (self.site.key,)
        )
        return [url for (url,) in rows if url in here]

    def open_issues(self) -> dict[str, tuple[str, int | None]]:
        rows = self.ingest.archive.connection.execute(
            (
                "select kind, detail, capture from issues where site = ? and closed_at is null "
                f"and kind in ({', '.join('?' * len(HEALTH_ISSUES))})"
            ),
            (self.site.key, *HEALTH_ISSUES),
        )
        return {kind: (detail, capture) for kind, detail, capture in rows}

    def health(self) -> str:
        word: str = self.ingest.archive.connection.execute(
            "select health from sites where key = ?", (self.site.key,)
        ).fetchone()[0]
        return word


@pytest.fixture
def ward(life: Life, tmp_path: Path) -> Iterator[Callable[[str], Ward]]:
    shutil.copytree(life.archive.parent, tmp_path / "copy")
    now = life.clock.now
    published = {
        key: {story.id for story in portal.stories} for key, portal in life.portals.portals.items()
    }
    with Ingest(tmp_path / "copy" / "archive.db", name="broken") as ingest:
        yield lambda key: Ward(life.portals[key], life.sites[key], ingest, life.clock)
    for key, portal in life.portals.portals.items():
        portal.heal()
        for story in portal.stories:
            if story.id not in published[key]:
                portal.remove(story.id)
    life.clock.now = now


def everything(body: bytes) -> Callable[[Ward], None]:
    return lambda ward: ward.portal.answer("*", 200, body=body)


def empty_listings(ward: Ward) -> None:
    for category in ward.portal.content.categories:
        page = ward.portal.render(
            "listing.html", title=category.name, slug=category.slug, stories=(), page=1, pages=1
        )
        ward.portal.answer(f"/{category.slug}/", 200, body=page.body)


def new_layout(ward: Ward) -> None:
    """Another theme: none of the old names of classes, no metadata."""
    for path in ward.make_due():
        html = ward.portal.respond(path, {}).body.decode()
        html = re.sub(
            r"<meta (?!charset)[^>]*>|<script[^>]*>.*?</script>|<link [^>]*>", "", html, flags=re.S
        )
        ward.portal.answer(
            path, 200, body=re.sub(r' (?:class|id|itemprop|datetime)="[^"]*"', "", html).encode()
        )


def bodies_lost(ward: Ward) -> None:
    """The theme stays, but the texts are fetched by a script now."""
    for path in ward.make_due():
        html = ward.portal.respond(path, {}).body.decode()
        shell = re.sub(
            r'(<div id="news-bodyhtml"[^>]*>).*?(<div class="margin-bottom-lg">)',
            r"\1</div>\2",
            html,
            flags=re.S,
        )
        ward.portal.answer(path, 200, body=shell.encode())


def soft_404(ward: Ward) -> None:
    for path in ward.make_due():
        ward.portal.answer(path, 200, body=NOT_FOUND)


def moved(ward: Ward) -> None:
    ward.portal.answer("*", 301, {"Location": "https://tinh-moi.example/"})
    ward.portal.answer("/robots.txt", 404)


def frozen_feed(ward: Ward) -> None:
    """The feed stays as it is, while the portal goes on."""
    ward.portal.answer(
        "/rss/", 200, {"Content-Type": "text/xml"}, body=ward.portal.respond("/rss/", {}).body
    )
    publish_later(ward, 9)


def frozen_listing(ward: Ward) -> None:
    path = f"/{ward.portal.content.categories[0].slug}/"
    ward.portal.answer(path, 200, body=ward.portal.respond(path, {}).body)
    publish_later(ward, 9)


def publish_later(ward: Ward, days: int) -> None:
    ward.clock.now += timedelta(days=days)
    ward.portal.add(
        "Tin của tuần sau",
        published=ward.clock.now.astimezone(HANOI),
        text="Hội nghị bàn kế hoạch vụ mới.\n\nBà con đồng thuận cao.",
    )


BREAKAGES: dict[str, tuple[str, str, Callable[[Ward], None]]] = {
    "an empty listing": ("songmai", "listing-empty", empty_listings),
    "a new layout": ("thachlam", "layout-changed", new_layout),
    "pages without their texts": ("songmai", "layout-changed", bodies_lost),
    "not found with status 200": ("anphu", "soft-404", soft_404),
    "a cookie challenge": ("songmai", "challenge", everything(CHALLENGE)),
    "a captcha": ("thachlam", "captcha", everything(CAPTCHA)),
    "a log-in": ("anphu", "login", everything(LOGIN)),
    "a parked domain": ("songmai", "parked", everything(PARKED)),
    "the body of a 503 with status 200": ("thachlam", "maintenance", everything(UNAVAILABLE)),
    "a host that moved": ("anphu", "moved", moved),
    "a feed that froze": ("songmai", "feed-frozen", frozen_feed),
    "a listing that froze": ("songmai", "listing-frozen", frozen_listing),
}


def test_healthy_life_raises_no_alarm(life: Life) -> None:
    assert life.alarms == []
    with Ingest(life.archive, name="look") as ingest:
        assert (
            ingest.archive.connection.execute(
                f"select kind from issues where kind in ({', '.join('?' * len(HEALTH_ISSUES))})",
                tuple(HEALTH_ISSUES),
            ).fetchall()
            == []
        )
        assert (
            ingest.archive.connection.execute(
                "select count(*) from runs where outcome = 'ok'"
            ).fetchone()[0]
            == 3 * VISITS
        )


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_silent_breakage_is_told_in_that_visit_and_changes_no_record(
    name: str, ward: Callable[[str], Ward]
) -> None:
    key, kind, break_it = BREAKAGES[name]
    broken = ward(key)
    before = broken.records()
    break_it(broken)
    done = broken.visit()
    issues = broken.open_issues()
    assert kind in issues, (done.outcome, done.detail, issues)
    detail, capture = issues[kind]
    assert capture is not None
    assert broken.site.url.rstrip("/") in detail
    assert done.outcome == "suspect"
    assert broken.health() in ("suspect", "broken")
    held = {row[0] for row in before}
    assert [row for row in broken.records() if row[0] in held] == before
    assert broken.wrongly_removed() == []

    broken.portal.heal()
    broken.make_due()
    for _ in range(2):
        done = broken.visit()
    assert broken.open_issues() == {}
    assert (done.outcome, broken.health()) == ("ok", "ok")


class WithoutTexts(SmallPortal):
    """Its pages of articles are empty frames until `mended`."""

    mended = False

    def answer(self, path: str) -> tuple[int, str]:
        """Status and text."""
        return (
            (200, "<html><body><p>Đang tải ...</p></body></html>")
            if path.startswith("/chi-tiet/") and not self.mended
            else super().answer(path)
        )


def test_a_portal_of_which_no_article_was_ever_read_is_never_well_until_one_is(
    tmp_path: Path,
) -> None:
    clock = SetClock(BEGINNING)
    with WithoutTexts() as portal, Ingest(tmp_path / "archive.db", name="unread") as ingest:
        site = Site(
            name="Xã Hợp Tiến",
            url=portal.url,
            key="hop-tien",
            crawl=CrawlRules(allow_private=True, delay=0),
        )
        db = ingest.archive.connection
        first = visit(site, ingest, clock)
        assert first.outcome == "suspect"
        assert first.detail is not None
        assert first.detail.startswith(
            "no-articles: none of 12 pages that were named as articles could be read as one"
        )
        clock.now += BETWEEN
        visit(site, ingest, clock)
        assert db.execute("select health from sites").fetchone()[0] == "suspect"

        portal.mended = True
        db.execute(
            "update pages set next_due_at = '2000-01-01T00:00:00.000Z', state = 'waiting' "
            "where kind = 'article'"
        )
        clock.now += BETWEEN
        assert visit(site, ingest, clock).outcome == "ok"
        assert db.execute(
            "select health, (select count(*) from issues where kind = 'no-articles' and "
            "closed_at is null) from sites"
        ).fetchone()[:] == ("ok", 0)
