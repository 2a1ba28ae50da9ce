"""An archive rebuilt from its WARC files alone is the same; files of others change no site."""

import gzip
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.commands.import_ import import_
from crawler.commands.site_names import archived_site
from pipelines.capture import Capture
from pipelines.keep.warc.record import RequestedAs
from pipelines.keep.warc.writer import WarcWriter
from portals.settings import settings_text
from portals.site import CrawlRules, ListingAddress, Site, TlsException, load_site
from tests.builders.rebuilt_archive import TABLES, contents, imported, rebuilt
from tests.builders.sample_world import SITES, World
from tests.builders.watched_portal import DAY, WatchedPortal, publish

HTML = (("Content-Type", "text/html; charset=utf-8"),)
AT = datetime(2026, 4, 7, 3, tzinfo=UTC)
PAGE = """<!doctype html><html lang="vi"><head><meta name="generator" content="NukeViet v4.5">
<title>{title} - Cổng thông tin xã Mộc</title></head><body>
<div class="news_column panel panel-default" itemtype="http://schema.org/NewsArticle" itemscope>
<div class="panel-body">
<h1 class="title" itemprop="headline">{title}</h1><span class="h5">Thứ hai - 06/04/2026 08:30</span>
<div id="news-bodyhtml" class="bodytext"><p>Sáng nay, xã họp bàn việc làm con đường số {title}.</p>
<p>Uỷ ban nhân dân xã trân trọng thông báo để nhân dân được biết và thực hiện.</p></div>
</div></div></body></html>"""


def test_an_archive_is_the_same_when_rebuilt_from_its_captures(world: World) -> None:
    world.rewrite_site("anphu", "[crawl]", "[article]\ndrop = ['.khong-co']\n\n[crawl]")
    world.crawl(*SITES)
    song = world.portals["songmai"]
    changed, gone, cut = song.stories[:3]
    song.edit(changed.slug, title="Bản tin đã sửa")
    song.remove(gone.slug)
    song.cut(song.address(cut), after_bytes=100)
    for story in (changed, gone, cut):
        world.make_due(song.url.rstrip("/") + song.address(story))
    assert world.loa("crawl", "songmai").returncode == 7  # an answer was cut
    world.crawl(world.portals["thachlam"].url + "#", "--max-pages", "2")
    before, after = contents(world.archive), contents(rebuilt(world))
    for table in TABLES:
        assert after[table] == before[table], table
    (site,) = (site for site in after["sites"] if site["key"] == "anphu")
    assert json.loads(site["settings"])["article"] == {"drop": [".khong-co"]}
    assert len(after["articles"]) == 84
    assert any(capture["status"] is None for capture in after["captures"])


def test_visits_of_many_days_are_rebuilt(
    watch: WatchedPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = watch.portal
    category = portal.stories[0].categories[0]
    watch.visit()
    gone, back, edited, cut = portal.stories[:4]
    portal.answer(portal.address(gone), 404, {"Content-Type": "text/html"}, b"<h1>404</h1>")
    portal.answer(portal.address(back), 410, {"Content-Type": "text/html"}, b"<h1>410</h1>")
    portal.edit(edited.slug, paragraphs=["Xã sửa tin này lần thứ nhất.", "Bà con đồng tình."])
    portal.cut(portal.address(cut), after_bytes=50)
    publish(watch, "Tin mới của ngày thứ hai", category=category)
    for days in (40, 40, 120):
        watch.visit(days * DAY)
    portal.heal(portal.address(back))
    portal.heal(portal.address(cut))
    portal.edit(edited.slug, paragraphs=["Xã sửa tin này lần thứ hai.", "Bà con rất đồng tình."])
    for days in (120, 200):
        watch.visit(days * DAY)
    assert watch.value("select count(*) from articles where removed_at is not null") == 1
    assert watch.value("select count(*) from revisions where seq = 3") == 1
    (tmp_path / "none").mkdir()
    (tmp_path / "new").mkdir()
    monkeypatch.setenv("LOA_SITES", str(tmp_path / "none"))
    new = tmp_path / "new" / "archive.db"
    files = sorted(map(str, (tmp_path / "captures").glob("*.warc.gz")))
    done = CliRunner().invoke(import_, [*files, "--archive", str(new)])
    assert done.exit_code == 0, done.output
    before, after = contents(tmp_path / "archive.db"), contents(new)
    for table in TABLES:
        assert after[table] == before[table], table


def page(number: int, url: str = "http://xa-moc.example/tin/tin-{n}.html") -> Capture:
    body = PAGE.format(title=f"Tin số {number}").encode()
    return Capture("", url.format(n=number), AT, 200, HTML, body)


def forged(folder: Path, site: Site, *captures: Capture) -> Path:
    """A file that somebody made to look as if Loa had written it."""
    writer = WarcWriter(folder, name="forged")
    writer.write_settings(site.key, settings_text(site), AT)
    for capture in captures:
        writer.write(replace(capture, site=site.key), RequestedAs("article"))
    writer.close()
    return folder / "forged.warc.gz"


EVIL = Site(
    name="Trang của kẻ lạ",
    url="http://xa-moc.example/",
    key="xa-moc",
    timezone="America/New_York",
    crawl=CrawlRules(allow_private=True, delay=0.0, browser=True, answer_challenges=True),
    tls_exception=(TlsException("xa-moc.example", "a" * 64),),
    listing=(ListingAddress("html", "http://xa-moc.example/"),),
)


def test_a_file_that_looks_like_ours_gives_no_permission(world: World) -> None:
    assert imported(world, forged(world.folder, EVIL, page(1))).exit_code == 0
    kept = json.loads(world.value("select settings from sites"))
    assert kept["crawl"] == {"answer_challenges": True, "browser": True, "delay": 0.0}
    assert "tls_exception" not in kept
    site = archived_site("xa-moc", world.archive)
    assert site is not None
    assert site.crawl == CrawlRules()
    assert site.tls_exception == ()


@pytest.mark.parametrize("first", ["file", "import"])
def test_a_file_that_looks_like_ours_changes_no_known_site(world: World, first: str) -> None:
    song = world.portals["songmai"]
    evil = replace(EVIL, key="songmai", url=song.url, listing=())
    if first == "import":
        honest = Site(name="Cổng Sông Mai", url=song.url, key="songmai")
        kept = forged(world.folder / "honest", honest, page(1, song.url + "tin-{n}.html"))
        (world.sites / "songmai.toml").unlink()
        assert imported(world, kept).exit_code == 0
    columns = "key, name, url, language, timezone, settings"
    before = world.rows(f"select {columns} from sites") if first != "file" else None
    stranger = page(2, "http://xa-la.example/tin/tin-{n}.html")
    file = forged(world.folder, evil, stranger, page(3, song.url + "tin-{n}.html"))
    assert imported(world, file).exit_code == 0
    if before is None:
        site = load_site(world.sites / "songmai.toml")
        before = [
            {
                **{name: getattr(site, name) for name in ("key", "name", "url", "language")},
                "timezone": site.timezone,
                "settings": settings_text(site),
            }
        ]
    assert world.rows(f"select {columns} from sites where key = 'songmai'") == before
    filed = {row["url"]: row["site"] for row in world.rows("select url, site from articles")}
    assert filed[stranger.url] == "xa-la-example"
    assert filed[song.url + "tin-3.html"] == "songmai"


def made_by_another(file: Path) -> Path:
    """The file as another program might have written it, with our fields in it."""
    text = gzip.decompress(file.read_bytes()).replace(b"software: loa\r\n", b"software: abc\r\n")
    theirs = file.with_name("theirs.warc")
    theirs.write_bytes(re.sub(rb"WARC-Block-Digest: [^\r]*\r\n", b"", text))
    return theirs


def test_loas_fields_in_files_of_other_programs_mean_nothing(world: World) -> None:
    ours = forged(world.folder, replace(EVIL, key="krongno"), page(1))
    theirs = made_by_another(ours)
    theirs.write_bytes(theirs.read_bytes().replace(b"Loa-Kind: article", b"Loa-Kind: robots "))
    # Nor do settings in a file of ours that nobody can read.
    writer = WarcWriter(world.folder, name="odd")
    writer.write_settings("lim", '{"name": "Lim", "colour": "red"}', AT)
    writer.write(replace(page(1, "http://xa-lim.example/tin/tin-{n}.html"), site="lim"))
    writer.close()
    done = imported(world, theirs, world.folder / "odd.warc.gz")
    assert done.exit_code == 0, done.output
    assert "not taken: 1 settings records" in done.output
    assert "colour: unknown key" in done.output
    assert world.rows("select key, name from sites order by key") == [
        {"key": "xa-lim-example", "name": "xa-lim.example"},
        {"key": "xa-moc-example", "name": "xa-moc.example"},
    ]
    assert world.value("select count(*) from articles") == 2


def test_two_hosts_never_share_a_site_but_www_makes_no_difference(world: World) -> None:
    hosts = ("tan-lap.gov.vn", "tan.lap.gov.vn", "_", "__._", "www.tan-lap.gov.vn", "krongno")
    writer = WarcWriter(world.folder, name="many")
    for number, host in enumerate(hosts):
        writer.write(page(number, f"http://{host}/tin/tin-{{n}}.html"))
    writer.close()
    assert imported(world, world.folder / "many.warc.gz").exit_code == 0
    sites = world.rows("select key, url from sites")
    assert len(sites) == len(hosts) - 1
    assert {row["key"] for row in sites} >= {"tan-lap-gov-vn", "host-d2e2adf7"}
    assert "krongno" not in {row["key"] for row in sites}  # a portal that comes with Loa
    # Another import finds the same sites again.
    again = WarcWriter(world.folder, name="again")
    for number, host in enumerate(reversed(hosts)):
        again.write(page(number + 10, f"http://{host}/tin/tin-{{n}}.html"))
    again.close()
    assert imported(world, world.folder / "again.warc.gz").exit_code == 0
    assert world.rows("select key, url from sites") == sites
    assert world.rows("select count(distinct site) as sites from articles") == [
        {"sites": len(sites)}
    ]


def test_an_import_takes_the_name_of_a_portal_from_its_pages(world: World) -> None:
    writer = WarcWriter(world.folder, name="named")
    for number in range(4):
        writer.write(page(number))
    writer.write(page(9, "http://xa-don.example/tin/tin-{n}.html"))  # one page shows no name
    writer.close()
    assert imported(world, world.folder / "named.warc.gz").exit_code == 0
    assert world.rows("select key, name from sites order by key") == [
        {"key": "xa-don-example", "name": "xa-don.example"},
        {"key": "xa-moc-example", "name": "Cổng thông tin xã Mộc"},
    ]
    before = contents(world.archive)
    assert contents(rebuilt(world))["sites"] == before["sites"]


@pytest.mark.parametrize(
    "second", ["http://www.xa-moc.example/tin/tin-{n}.html", "http://xa-moc.example/xem/{n}.html"]
)
def test_an_article_at_two_addresses_does_not_name_its_portal(world: World, second: str) -> None:
    """Or all its pages would look like pages of the portal's own."""
    text = page(0).body.replace(" - Cổng thông tin xã Mộc".encode(), b"")
    writer = WarcWriter(world.folder, name="twice")
    for url in ("http://xa-moc.example/tin/tin-0.html", second.format(n=0)):
        writer.write(replace(page(0, url), body=text))
    writer.write(page(1))
    writer.close()
    assert world.loa("import", world.folder / "twice.warc.gz").returncode == 0
    assert world.rows("select name from sites") == [{"name": "xa-moc.example"}]


def test_a_family_that_a_person_named_is_rebuilt(world: World) -> None:
    writer = WarcWriter(world.folder, name="plain")
    for number in range(3):
        writer.write(page(number))
    writer.close()
    named = ("--platform", "generic")
    assert imported(world, world.folder / "plain.warc.gz", *named).exit_code == 0
    before, after = contents(world.archive), contents(rebuilt(world))
    assert after == before
    assert {row["platform"] for row in after["captures"]} == {"generic"}


def test_a_renamed_site_file_is_still_the_file_of_its_portal(world: World) -> None:
    world.crawl("songmai", "--max-pages", "6")
    (world.sites / "songmai.toml").rename(world.sites / "mai.toml")
    before, after = contents(world.archive), contents(rebuilt(world, LOA_SITES=str(world.sites)))
    assert after == before


def test_an_import_of_many_pages_without_an_article_is_not_well(world: World) -> None:
    writer = WarcWriter(world.folder, name="empty")
    for number in range(100):
        body = f"<html><head><title>Trang {number}</title></head><body>{number}</body></html>"
        url = f"http://xa-moc.example/trang/{number}"
        writer.write(Capture("", url, AT, 200, HTML, body.encode()))
    writer.close()
    done = imported(world, world.folder / "empty.warc.gz")
    assert (done.exit_code, world.value("select outcome from runs")) == (7, "suspect")
    assert "no article among 100 pages" in done.output
    (issue,) = world.rows("select site, kind, detail from issues where closed_at is null")
    assert (issue["site"], issue["kind"]) == ("xa-moc-example", "no-articles")
    assert "none of 100 imported pages" in issue["detail"]
    more = WarcWriter(world.folder, name="more")
    more.write(page(1))
    more.close()
    assert imported(world, world.folder / "more.warc.gz").exit_code == 0
    assert world.value("select count(*) from issues where closed_at is null") == 0


def test_pages_after_the_first_are_read_with_the_family_that_it_shows(world: World) -> None:
    # A family that is built on another: an article may show the signs of the broad one alone.
    front = """<html><head><title>Xã Mộc</title></head><body id="s4-workspace">
    <script src="/_layouts/LacVietBio/js/tin.js"></script><form id="aspnetForm"></form>
    <table><tr class="ms-news-header"><td class="FolderTitle">Tin tức</td></tr></table>
    <h3><a class="Title" href="/tin/tin-1.html">Tin số 1</a></h3></body></html>"""
    bare = PAGE.format(title="Tin số 1").replace('content="NukeViet v4.5"', "")
    bare = bare.replace("news_column", "s4").replace("news-bodyhtml", "s4-workspace")
    bare = bare.replace("</body>", '<form id="aspnetForm"></form></body>')
    writer = WarcWriter(world.folder, name="front")
    for url, text in (("", front), ("tin/tin-1.html", bare)):
        writer.write(Capture("", f"http://xa-moc.example/{url}", AT, 200, HTML, text.encode()))
    writer.close()
    assert imported(world, world.folder / "front.warc.gz").exit_code == 0
    families = [row["platform"] for row in world.rows("select platform from captures order by id")]
    assert families == ["sharepoint-lacviet", "sharepoint-lacviet"]


def test_a_capture_from_the_future_is_reported_and_replaces_no_article(world: World) -> None:
    writer = WarcWriter(world.folder, name="ahead")
    for year, number in ((2046, 1), (9999, 2), (2026, 1)):
        at = AT.replace(year=year, month=12, day=31) if year == 9999 else AT.replace(year=year)
        writer.write(replace(page(number), fetched_at=at))
    writer.close()
    done = imported(world, made_by_another(world.folder / "ahead.warc.gz"))
    assert done.exit_code == 0
    assert "2 response: dated in the future" in done.output
    assert world.rows("select url, first_seen_at from articles") == [
        {"url": page(1).url, "first_seen_at": "2026-04-07T03:00:00.000Z"}
    ]
    # Ours may have such a date: the clock was wrong.
    assert imported(world, world.folder / "ahead.warc.gz").exit_code == 0
    assert world.value("select max(fetched_at) from captures") == "2046-04-07T03:00:00.000Z"


def test_archives_that_use_one_key_for_two_portals_are_merged(world: World) -> None:
    files = []
    for number, host in enumerate(("xa-moc.example", "xa-lim.example"), 1):
        folder = world.folder / host
        site = Site(name=f"Cổng {host}", url=f"http://{host}/", key="xa", language="vi")
        address = f"http://{host}/tin/tin-{{n}}.html"
        files.append(forged(folder, site, page(number, address), page(number + 2, address)))
    assert imported(world, *files).exit_code == 0
    columns = "key, name, url, language"
    sites = world.rows(f"select {columns} from sites order by key")
    assert [row["url"] for row in sites] == ["http://xa-moc.example/", "http://xa-lim.example/"]
    assert [row["key"] for row in sites] == ["xa", "xa-lim-example"]
    assert [row["name"] for row in sites] == ["Cổng xa-moc.example", "Cổng xa-lim.example"]
    filed = "select count(*) from articles join sites on sites.key = site"
    assert world.value(f"{filed} where substr(articles.url, 1, length(sites.url)) = sites.url") == 4
    assert contents(rebuilt(world))["sites"] == contents(world.archive)["sites"]
