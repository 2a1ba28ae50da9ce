"""Pictures are fetched where the site file says `keep_images`, and kept in WARC."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner

from crawler.commands.reread import reread
from pipelines.ingest import Ingest
from pipelines.keep.database.archive import captures_folder
from pipelines.keep.records.captures import places_where
from pipelines.keep.warc.reader import read_record
from portals.site import Site, site_for_address
from tests.builders.archive_invariants import assert_invariants
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.foreign_warc import PORTAL, page, response, url
from tests.builders.picture_portal import (
    AVIF,
    GIF,
    JPEG,
    PAGE,
    SVG,
    WEBP,
    Picture,
    PicturePortal,
    png,
)
from tests.builders.rebuilt_archive import imported
from tests.builders.sample_world import Workplace, kill, until

_sleep = asyncio.sleep
KEPT = """select images.url, images.media_type, images.bytes, captures.outcome
    from images left join captures on captures.id = images.capture order by images.id"""
STATES = "select url, state, reason from pages where priority = 65 order by id"


class Visits:
    """A portal with pictures, visited once a day into an archive."""

    def __init__(self, portal: PicturePortal, ingest: Ingest) -> None:
        self.portal = portal
        self.ingest = ingest
        self.clock = SetClock(datetime(2026, 4, 1, 3, tzinfo=UTC))
        site = site_for_address(portal.url)
        self.site: Site = replace(site, crawl=replace(site.crawl, delay=0.0, keep_images=True))

    def allow(self, **rules: Any) -> None:
        """Change the crawl rules of the site file."""
        self.site = replace(self.site, crawl=replace(self.site.crawl, **rules))

    def visit(self, days: int = 1) -> list[str]:
        """One visit, so many days after the last; the paths that it asked for."""
        self.clock.now += timedelta(days=days)
        self.portal.asked.clear()
        self.portal.conditional.clear()
        with patch("crawler.spiders.portal.asyncio.sleep", self._sleep):
            self.end = visit(self.site, self.ingest, self.clock)
        return [path for path in self.portal.asked if path != "/robots.txt"]

    async def _sleep(self, seconds: float) -> None:
        self.clock.now += timedelta(seconds=seconds)
        await _sleep(0)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the archive holds, without the portal's host."""
        base = self.portal.url.rstrip("/")
        rows = self.ingest.archive.connection.execute(query)
        return [
            tuple(one.removeprefix(base) if isinstance(one, str) else one for one in row)
            for row in rows
        ]


@pytest.fixture
def visits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visits]:
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0.0)
    with PicturePortal() as portal, Ingest(tmp_path / "archive.db", name="visits") as ingest:
        yield Visits(portal, ingest)
    assert_invariants(tmp_path / "archive.db")


def test_pictures_come_after_everything_else_once_each(visits: Visits) -> None:
    portal = visits.portal
    portal.show(0, "/anh/gat.png", Picture(png(), "text/html"), "Bà con gặt lúa")
    portal.show(0, "/anh/lop.jpg", Picture(JPEG[:30], "image/jpeg"))  # the portal has no more
    portal.show(1, "/anh/gat.png", Picture(png(), "text/html"))
    portal.show(1, "/anh/cho", Picture(GIF, "application/octet-stream"))
    portal.show(2, "/anh/suoi.jpg", Picture(WEBP, "image/jpeg"))
    portal.show(2, "/anh/cau.jpg", Picture(AVIF, "image/jpeg"))
    portal.show(3, "/tep/ban-do.pdf", Picture(png(red=7), "application/pdf"))
    portal.files[0] = "/tep/ban-do.pdf"
    asked = visits.visit()
    pictures = ["/anh/cau.jpg", "/anh/cho", "/anh/gat.png", "/anh/lop.jpg", "/anh/suoi.jpg"]
    assert sorted(asked[-5:]) == pictures
    assert (asked[-6], asked.count("/tep/ban-do.pdf")) == ("/tep/ban-do.pdf", 1)
    assert sorted(visits.rows(KEPT)) == [
        ("/anh/cau.jpg", "image/avif", len(AVIF), "attachment"),
        ("/anh/cho", "image/gif", len(GIF), "attachment"),
        ("/anh/gat.png", "image/png", len(png()), "attachment"),
        ("/anh/gat.png", "image/png", len(png()), "attachment"),
        ("/anh/lop.jpg", "image/jpeg", 30, "attachment"),
        ("/anh/suoi.jpg", "image/webp", len(WEBP), "attachment"),
        ("/tep/ban-do.pdf", "image/png", len(png(red=7)), "attachment"),
    ]
    assert visits.rows("select media_type from attachments") == [("image/png",)]
    folder = captures_folder(Path(visits.ingest.archive.path))
    ((_, place),) = places_where(
        visits.ingest.archive.connection, "url = ?", (portal.address("/anh/lop.jpg"),)
    )
    assert read_record(folder, place).body == JPEG[:30]
    assert not set(visits.visit()) & portal.pictures.keys()


def test_a_key_that_comes_later_fetches_the_pictures_of_held_articles(visits: Visits) -> None:
    portal = visits.portal
    for number in range(4):
        portal.show(number, f"/anh/{number}.png", Picture(png(red=number)))
    portal.shown[3].append(("http://cdn.example/anh.png", ""))
    visits.allow(keep_images=False)
    assert not set(visits.visit()) & portal.pictures.keys()
    assert visits.rows("select count(*) from images where page is not null") == [(0,)]
    visits.allow(keep_images=True, max_images_per_visit=3)
    assert len(set(visits.visit()) & portal.pictures.keys()) == 3
    assert visits.end.detail is None  # the fourth is not in the frontier yet
    assert len(set(visits.visit()) & portal.pictures.keys()) == 1
    assert visits.rows("select count(*) from images where capture is not null") == [(4,)]
    visits.allow(keep_images=False)


def test_a_visit_tells_how_many_pictures_its_limit_left(visits: Visits) -> None:
    for number in range(4):
        visits.portal.show(number, f"/anh/{number}.png", Picture(png(red=number)))
    visits.allow(max_images_per_visit=2)
    assert len(set(visits.visit()) & visits.portal.pictures.keys()) == 2
    assert visits.end.outcome == "ok"
    assert visits.end.detail == (
        "2 pictures wait: the limit of 2 was reached; the next visit goes on from here"
    )
    assert len(set(visits.visit()) & visits.portal.pictures.keys()) == 2
    assert visits.end.detail is None


def test_only_the_first_pictures_of_an_article_and_none_of_another_host(visits: Visits) -> None:
    portal = visits.portal
    portal.shown[0].append(("http://cdn.example/anh.png", ""))
    for number in range(4):
        portal.show(0, f"/anh/{number}.png", Picture(png(red=number)))
    visits.allow(max_images_per_article=3)
    asked = visits.visit()
    assert [path for path in asked if path.startswith("/anh/")] == ["/anh/0.png", "/anh/1.png"]


# By the name of a picture: what comes in its place, and the state and reason of its page.
WRONG = {
    "svg": (Picture(SVG, "image/svg+xml"), "failing", "refused-not-a-picture"),
    "svg-as-png": (Picture(SVG, "image/png"), "failing", "refused-not-a-picture"),
    "page": (Picture(PAGE, "text/html"), "failing", "refused-not-a-picture"),
    "pdf": (Picture(b"%PDF-1.4 xx", "image/png"), "failing", "refused-not-a-picture"),
    "empty": (Picture(b""), "failing", "refused-empty"),
    "gone": (Picture(PAGE, "text/html", 404), "gone", "gone"),
    "denied": (Picture(PAGE, "text/html", 403), "failing", "client-error"),
    "error": (Picture(PAGE, "text/html", 500), "failing", "server-error"),
    "cut": (Picture(png(), length=5000), "failing", "failed"),
    "astray": (
        Picture(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}),
        "refused",
        "redirect-offsite",
    ),
    "robots": (Picture(png()), "refused", "robots"),
    "loop": (Picture(status=302, headers={"Location": "/anh/loop"}), "failing", "redirect-loop"),
}


def test_what_is_no_picture_has_its_word_and_is_given_up_in_the_end(visits: Visits) -> None:
    visits.portal.robots = "User-agent: *\nDisallow: /anh/robots\n"
    for number, (name, (picture, _, _)) in enumerate(WRONG.items()):
        visits.portal.show(number % 4, f"/anh/{name}", picture)
        visits.portal.show(number % 4, f"/anh/good-{name}", Picture(png(red=number)))
    visits.visit()
    good = [(f"/anh/good-{name}", "held", None) for name in WRONG]
    told = {(f"/anh/{name}", state, reason) for name, (_, state, reason) in WRONG.items()}
    assert set(visits.rows(STATES)) == {*told, *good}
    assert visits.end.outcome == "incomplete"  # some may come the next time
    asked = Counter(path for _ in range(8) for path in visits.visit(days=9))
    assert {name: asked[f"/anh/{name}"] for name in WRONG} == {
        **dict.fromkeys(WRONG, 4),
        **{"astray": 0, "robots": 0},
    }
    given_up = {(f"/anh/{name}", "refused", reason) for name, (_, _, reason) in WRONG.items()}
    assert set(visits.rows(STATES)) == {*given_up, *good}
    assert visits.end.outcome == "ok"
    query = "select count(*) from images where capture is null and media_type is null"
    assert visits.rows(query) == [(len(WRONG),)]
    assert visits.rows("select kind from issues where kind <> 'undated'") == []


def test_pictures_that_do_not_come_end_no_visit_and_wait(visits: Visits) -> None:
    for number in range(4):
        for n in range(10):
            visits.portal.show(number, f"/anh/{number}-{n}.png", Picture(PAGE, "text/html", 403))
    asked = visits.visit()
    assert sum(path.startswith("/anh/") for path in asked) == 10
    assert visits.end.outcome == "ok"
    assert (visits.end.detail or "").startswith("30 pictures wait: the last 10 that were requested")
    assert visits.rows("select count(*) from articles") == [(4,)]
    assert visits.rows("select health from sites") == [("ok",)]


def test_a_redirect_within_the_portal_leads_to_the_picture(visits: Visits) -> None:
    portal = visits.portal
    portal.show(0, "/anh/cu.png", Picture(status=301, headers={"Location": "/anh/moi.png"}))
    portal.show(1, "/anh/moi.png", Picture(png()))
    visits.visit()
    visits.visit()
    assert [row[:2] for row in visits.rows(KEPT)].count(("/anh/cu.png", "image/png")) == 1
    assert visits.portal.asked.count("/anh/moi.png") == 0
    portal.edits[0] = "Xã nói thêm về việc này vào hôm nay."
    visits.visit(days=15)
    assert {row[1] for row in visits.rows(KEPT)} == {"image/png"}


def test_a_placeholder_on_another_host_is_no_picture_however_many_lead_there(
    visits: Visits,
) -> None:
    away = Picture(status=302, headers={"Location": "http://cdn.example/khong-co.png"})
    for n in range(6):
        visits.portal.show(n % 4, f"/anh/{n}.png", away)
    visits.visit()
    assert {row[1:] for row in visits.rows(STATES)} == {("refused", "redirect-offsite")}


def test_a_held_picture_that_is_linked_as_a_file_is_read_as_one(visits: Visits) -> None:
    portal = visits.portal
    portal.show(3, "/tep/ban-do.pdf", Picture(png(), "application/pdf"))
    visits.visit()
    portal.files[0] = "/tep/ban-do.pdf"
    portal.edits[0] = "Bản đồ của xã có trong tệp đính kèm."
    visits.visit(days=15)
    assert visits.rows("select media_type, bytes from attachments") == [("image/png", len(png()))]


def test_an_edited_article_asks_for_its_pictures_again_and_both_bytes_are_kept(
    visits: Visits,
) -> None:
    portal = visits.portal
    portal.show(0, "/anh/gat.png", Picture(png()))
    portal.show(0, "/anh/lop.png", Picture(png(red=9)))
    visits.visit()
    portal.edits[0] = "Tin bổ sung: xã mời thêm hai đội gặt từ bản bên."
    portal.pictures["/anh/gat.png"] = Picture(png(red=200))
    visits.visit(days=15)
    assert sorted(portal.conditional) == ["/anh/gat.png", "/anh/lop.png"]
    held = visits.rows(
        """select images.sha256 = captures.sha256, captures.fetched_at = (
            select max(fetched_at) from captures as one
            where one.url = images.url and one.picture is not null)
        from images join captures on captures.id = images.capture"""
    )
    assert held == [(1, 1), (1, 1)]
    query = "select count(distinct sha256) from captures where url like '%gat.png'"
    assert visits.rows(query) == [(2,)]
    assert visits.rows(
        "select count(*) from revisions where article = (select article from images)"
    ) == [(2,)]


def test_a_picture_that_left_the_text_and_returned_is_the_held_one(visits: Visits) -> None:
    portal = visits.portal
    portal.show(0, "/anh/gat.png", Picture(png()))
    visits.visit()
    portal.shown[0] = []
    portal.edits[0] = "Ảnh đã được gỡ vì đăng nhầm bài."
    visits.visit(days=15)
    assert visits.rows(KEPT) == []
    portal.shown[0] = [("/anh/gat.png", "Chú thích mới")]
    portal.edits[0] = "Ảnh đã được đăng lại."
    visits.visit(days=25)
    assert [row[:2] for row in visits.rows(KEPT)] == [("/anh/gat.png", "image/png")]


SITE = """name = "Trang tin xã Khe Ngang"
url = "{url}"

[crawl]
delay = 0.0
allow_private = true
keep_images = true
max_image_bytes = 4000
"""


def test_a_crawl_takes_no_more_than_the_site_file_allows(tmp_path: Path) -> None:
    place, large = Workplace(tmp_path), Picture(png() + bytes(4000))
    with PicturePortal() as portal:
        (place.sites / "khengang.toml").write_text(SITE.format(url=portal.url), encoding="utf-8")
        portal.show(0, "/anh/gat.png", Picture(png()), "Bà con gặt lúa")
        portal.show(0, "/anh/to.png", large)
        portal.show(0, "/anh/to-khong-ro.png", replace(large, length=-1))
        portal.show(0, "/anh/lop.jpg", Picture(JPEG, "image/jpeg"))
        place.crawl("khengang")
        assert place.rows(
            "select state, reason from pages where priority = 65 and state <> 'held' order by url"
        ) == [
            {"state": "refused", "reason": "refused-picture-too-large"},
            {"state": "refused", "reason": "refused-picture-too-large"},
        ]
        assert place.value("select count(*) from images where capture is not null") == 2
        place.check()
        portal.asked.clear()
        place.crawl("khengang")
        assert not [path for path in portal.asked if path.startswith("/anh/")]
        place.rewrite_site("khengang", "max_image_bytes = 4000", "max_image_bytes = 9000")
        place.crawl("khengang")
        asked = [path for path in portal.asked if path.startswith("/anh/")]
        assert sorted(asked) == ["/anh/to-khong-ro.png", "/anh/to.png"]
        assert place.value("select count(*) from images where capture is not null") == 4
    place.check()


def test_a_crawl_killed_among_the_pictures_goes_on_with_the_rest(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    with PicturePortal() as portal:
        (place.sites / "khengang.toml").write_text(SITE.format(url=portal.url), encoding="utf-8")
        for n in range(12):
            portal.show(n % 4, f"/anh/{n}.png", Picture(png(red=n)))
        running = place.start("crawl", "khengang")
        until(lambda: sum(path.startswith("/anh/") for path in portal.asked) >= 4)
        kill(running)
        place.check()
        place.crawl("khengang")
        asked = Counter(path for path in portal.asked if path.startswith("/anh/"))
        assert set(asked) == portal.pictures.keys()
        assert asked.total() <= 12 + 6  # those under way at most
        assert place.value("select count(*) from images where capture is not null") == 12
    place.check()


def test_pictures_in_files_of_other_tools_are_shown_by_their_articles(tmp_path: Path) -> None:
    place, first, last = Workplace(tmp_path), tmp_path / "a.warc", tmp_path / "b.warc"
    addresses = [f"{PORTAL}/anh/{name}" for name in ("duong.jpg", "hinh.svg", "sau.gif")]
    shown = "".join(f'<img src="{address}">' for address in addresses).encode()
    content = b'<div class="content">'
    text = page("Sửa đường vào bản").replace(content, content + shown)
    jpeg, svg, gif = addresses
    early = [
        response(jpeg, "2026-03-08T01:00:00Z", JPEG, "Content-Type: image/png"),
        response(svg, "2026-03-08T01:00:01Z", SVG, "Content-Type: image/svg+xml"),
        response(url("duong"), "2026-03-08T02:00:00Z", text),
    ]
    late = [
        response(jpeg, "2026-03-09T01:00:00Z", png(), "Content-Type: image/png"),
        response(gif, "2026-03-09T01:00:01Z", GIF, "Content-Type: image/gif"),
    ]
    first.write_bytes(b"".join(early))
    last.write_bytes(b"".join(late))

    def held() -> list[tuple[str | None, ...]]:
        rows = place.rows("select media_type, sha256 from images order by position")
        return [tuple(row.values()) for row in rows]

    none = (None, None)
    imported(place, first)
    assert held() == [("image/jpeg", hashlib.sha256(JPEG).hexdigest()), none, none]
    imported(place, last)
    newest: list[tuple[str | None, ...]]
    newest = [("image/png", hashlib.sha256(png()).hexdigest()), none]
    newest.append(("image/gif", hashlib.sha256(GIF).hexdigest()))
    assert held() == newest
    assert place.rows("select url from issues where url like '%/anh/%' and url <> ?", svg) == []
    place.check()
    # An older Loa kept them as files.
    columns = ("capture", "page", "media_type", "bytes", "sha256")
    place.write(f"update images set {', '.join(f'{name} = null' for name in columns)}")
    place.write("update captures set picture = null")
    for told in ("picture: 3 stored", "nothing is different"):
        done = CliRunner().invoke(reread, ["--archive", str(place.archive), "--apply"])
        assert told in done.output
        assert held() == newest
