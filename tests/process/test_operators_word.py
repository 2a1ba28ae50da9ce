"""Which sites are visited, under which key, and what `loa status` says about them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.cli import loa
from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.hosts import rest_until
from pipelines.keep.records.sites import keep_site
from portals.errors import UnknownSiteError
from portals.site import Site
from tests.builders.hostile_web import HostileWeb
from tests.builders.sample_world import HostileWorld

HOST_OF_CU = "select substr(url, 8, length(url) - 8) as host from sites where key = 'cu'"


@pytest.fixture
def web() -> Iterator[HostileWeb]:
    with HostileWeb() as web:
        web.add("cu", 2)
        web.add("khac", 1)
        yield web


@pytest.fixture
def world(web: HostileWeb, tmp_path: Path) -> HostileWorld:
    return HostileWorld(tmp_path, web)


def said(world: HostileWorld, *arguments: str) -> Result:
    """A command that visits nothing, run in this process, because that is quicker."""
    return CliRunner().invoke(loa, arguments, env=world.environment)


def refusal(world: HostileWorld, *arguments: str) -> str:
    """Why a command refused a site by its name."""
    result = said(world, *arguments)
    assert isinstance(result.exception, UnknownSiteError), result.output
    assert result.exception.exit_code == 3
    return str(result.exception)


def told(world: HostileWorld, key: str) -> dict[str, Any]:
    """The line of `loa status --json` about a site."""
    lines = map(json.loads, said(world, "status", "--json").output.splitlines())
    one: dict[str, Any] = {line["site"]: line for line in lines}[key]
    return one


def test_a_site_file_that_was_renamed_is_the_same_portal(
    web: HostileWeb, world: HostileWorld
) -> None:
    world.crawl("cu")
    (world.sites / "cu.toml").rename(world.sites / "moi.toml")
    web["cu"].edits[1] = "Bản tin đã sửa."
    world.make_due(f"{web['cu'].url}2025/03/bai-viet-1/")
    done = world.crawl("moi", "cu")  # the archive's key leads to it too
    assert "moi.toml: the archive holds this portal under the key cu," in done.stderr
    counts = "select site, count(*) as articles from articles group by 1"
    assert world.rows(counts) == [{"site": "cu", "articles": 2}]
    assert world.value("select count(*) from revisions") == 3
    assert world.rows("select site from runs") == [{"site": "cu"}, {"site": "cu"}]
    assert (told(world, "cu")["watch"], told(world, "cu")["file"]) == ("watched", "moi")
    assert "moi.toml: the archive holds" in said(world, "status").output
    world.check()


def test_a_site_whose_file_is_gone_is_not_visited_with_other_settings(
    web: HostileWeb, world: HostileWorld
) -> None:
    world.crawl("cu")
    (world.sites / "cu.toml").unlink()
    since = len(web["cu"].hits)
    for name in ("cu", web["cu"].url):
        assert "cu: is not watched, because its site file is gone; put it back" in refusal(
            world, "crawl", name
        )
    world.crawl()
    assert web["cu"].asked(since) == []
    assert told(world, "cu")["watch"] == "no-file"
    shown = said(world, "status").output
    assert "not watched, because no site file names them: cu; put the files back" in shown


def test_a_pause_holds_for_every_crawl_until_it_ends(web: HostileWeb, world: HostileWorld) -> None:
    said(world, "pause", "cu", "khac")  # they were never visited yet
    for arguments in ((), ("cu",), ("cu", "khac")):
        assert "`loa resume cu` ends the pause" in refusal(world, "crawl", *arguments)
    assert said(world, "crawl", "--due", "cu").output.startswith("nothing is due")
    assert (told(world, "cu")["watch"], told(world, "khac")["watch"]) == ("paused", "paused")
    assert said(world, "resume", "khac").output == "khac: is watched again\n"
    world.crawl()
    assert web["cu"].asked() == []
    assert web["khac"].asked() != []
    said(world, "resume", "cu")
    world.crawl("--due")
    assert web["cu"].asked() != []


def test_a_site_that_is_not_enabled_is_not_visited(web: HostileWeb, world: HostileWorld) -> None:
    world.rewrite_site("cu", "platform", "enabled = false\nplatform")
    world.crawl()
    refused = refusal(world, "crawl", "cu", "khac")
    assert refused == "cu: disabled; remove `enabled = false` from cu.toml"
    assert web["cu"].asked() == []
    assert "is not watched yet: remove `enabled = false`" in said(world, "resume", "cu").output
    assert told(world, "cu")["watch"] == "disabled"


def test_a_site_that_was_removed_keeps_its_records(web: HostileWeb, world: HostileWorld) -> None:
    world.crawl()
    since = len(web["cu"].hits)
    assert said(world, "remove", "cu").exit_code == 0
    world.crawl()
    assert "`loa resume cu`" in refusal(world, "crawl", "cu")
    (world.sites / "cu.toml").unlink()
    assert "`loa resume cu`" in refusal(world, "crawl", web["cu"].url)
    assert web["cu"].asked(since) == []
    assert world.value("select count(*) from articles where site = 'cu'") == 2
    shown = said(world, "status").output
    assert "not watched: removed" in shown
    assert "put the files back" not in shown


def test_a_site_whose_file_was_renamed_obeys_by_both_names(
    web: HostileWeb, world: HostileWorld
) -> None:
    world.crawl()
    (world.sites / "cu.toml").rename(world.sites / "moi.toml")
    since = len(web["cu"].hits)
    for name in ("moi", "cu"):
        assert said(world, "accept", name).output == "cu: 0 open issues\n"
        assert said(world, "reread", "--site", name).output.startswith("2 captures read again")
        assert "cu: no longer watched" in said(world, "remove", name).output
        assert "`loa resume cu`" in refusal(world, "crawl", "moi")
        world.crawl()
        assert web["cu"].asked(since) == []
        assert said(world, "resume", name).output == "cu: is watched again\n"
    assert {row["key"] for row in world.rows("select key from sites")} == {"cu", "khac"}


def test_a_monitor_hears_nothing_of_sites_that_a_person_removed(world: HostileWorld) -> None:
    said(world, "pause", "cu")
    said(world, "resume", "cu")
    world.write("update sites set health = 'broken'")
    world.write("insert into runs (kind, site, started_at) values ('crawl', 'cu', '2026-03-02')")
    assert said(world, "status", "--fail-on", "broken").exit_code == 13
    (world.sites / "cu.toml").unlink()
    assert said(world, "status", "--fail-on", "broken").exit_code == 13  # no person said so
    said(world, "remove", "cu")
    assert said(world, "status", "--fail-on", "broken").exit_code == 0


@pytest.mark.parametrize("command", ["pause", "resume", "remove"])
def test_pausing_an_unknown_site_makes_no_archive(world: HostileWorld, command: str) -> None:
    assert "'khong-co': no site file or archived site has this name" in refusal(
        world, command, "khong-co"
    )
    assert not world.archive.exists()


def test_an_address_keeps_the_key_that_the_archive_has_for_its_host(
    web: HostileWeb, world: HostileWorld
) -> None:
    (world.sites / "cu.toml").unlink()
    url = web["cu"].url
    world.crawl(url, "--delay", "0")
    world.write("update sites set key = 'ten-cu'")  # as an older Loa may have named it
    for table in ("articles", "captures", "pages", "runs"):
        world.write(f"update {table} set site = 'ten-cu'")
    world.crawl(url, "--delay", "0")
    assert world.rows("select key from sites") == [{"key": "ten-cu"}]


def test_bundled_portals_are_visited_only_by_name_if_the_operator_has_a_folder(
    world: HostileWorld,
) -> None:
    assert "--bundled" in said(world, "schedule", "cron", "--bundled").output
    said(world, "pause", "krongno")
    world.crawl()
    assert {row["key"] for row in world.rows("select key from sites")} == {"cu", "khac", "krongno"}
    assert world.rows("select distinct site from runs where site = 'krongno'") == []
    assert "krongno: paused" in refusal(world, "crawl", "krongno")
    said(world, "resume", "krongno")
    assert told(world, "krongno")["watch"] == "by-name"
    world.write("update sites set next_due_at = '2026-03-02T01:00:00.000Z' where key = 'krongno'")
    (line,) = (line for line in said(world, "status").output.splitlines() if "krongno" in line)
    assert "by name" in line
    assert "late" not in line


def test_add_and_read_keep_the_gap_and_rest_that_a_crawl_met(
    web: HostileWeb, world: HostileWorld
) -> None:
    said(world, "pause", "cu")
    (world.sites / "cu.toml").unlink()
    later = datetime.now(UTC) + timedelta(hours=1)
    host = web["cu"].url.split("/")[2]
    with Archive.open(world.archive) as archive, archive.transaction() as db:
        rest_until(db, host, later)
    for command in ("add", "read"):
        refused = world.loa(command, web["cu"].url)
        assert refused.returncode == 7
        assert "asks to be left alone" in refused.stderr
    assert web["cu"].asked() == []


def test_a_new_site_file_has_the_archives_key_and_mentions_the_crawl_delay(
    web: HostileWeb, world: HostileWorld
) -> None:
    (world.sites / "cu.toml").rename(world.folder / "cu.toml")
    web["cu"].robots = "User-agent: *\nCrawl-delay: 0.1\n"
    with Archive.open(world.archive) as archive, archive.transaction() as db:
        site = Site(name="ten-cu", url=web["cu"].url, key="ten-cu", platform="wordpress")
        keep_site(db, site, "address", datetime.now(UTC))
    done = world.loa("add", web["cu"].url, "--delay", "0")
    assert done.returncode == 0, done.stderr
    assert "asks for 0.1 s between two requests (Crawl-delay), 864000 a day" in done.stdout
    text = (world.sites / "ten-cu.toml").read_text(encoding="utf-8")
    assert "# robots.txt asks for 0.1 s between requests" in text
    again = said(world, "add", web["cu"].url).exception
    assert "ten-cu.toml: exists and is never overwritten" in str(again)


def test_a_new_site_file_takes_no_key_or_host_of_another_site(world: HostileWorld) -> None:
    said(world, "pause", "cu")
    (world.sites / "cu.toml").unlink()
    refused = said(world, "add", "http://moi.example/", "--key", "cu").exception
    assert "cu: is the archive's key of http://127.0.0.1:" in str(refused)
    site = world.sites / "khac.toml"
    site.write_text('name = "x"\nurl = "http://www.x.example/"\n', encoding="utf-8")
    refused = said(world, "add", "https://x.example/").exception
    assert "khac.toml: watches http://www.x.example/ already" in str(refused)


def test_a_site_that_goes_on_at_another_host_is_reported(
    world: HostileWorld, web: HostileWeb
) -> None:
    said(world, "pause", "cu")
    said(world, "resume", "cu")
    world.rewrite_site("cu", web["cu"].url, web["khac"].url)
    (world.sites / "khac.toml").unlink()
    done = world.crawl("cu")
    assert f"cu: was at {web['cu'].url}; cu.toml names {web['khac'].url} now" in done.stderr


def test_a_page_is_read_by_what_the_archive_knows_of_its_site(world: HostileWorld) -> None:
    page = world.folder / "page.html"
    page.write_text("<h1>Tin</h1><p>Không có dấu hiệu nào.</p>", encoding="utf-8")
    with Archive.open(world.archive) as archive, archive.transaction() as db:
        site = Site(name="x", url="http://x.example/", key="xa", platform="nukeviet")
        keep_site(db, site, "import", datetime.now(UTC))
    for arguments in (("--url", "http://x.example/tin.html"), ("--site", "xa")):
        assert "platform nukeviet" in said(world, "read", str(page), *arguments).output
    assert "platform nukeviet" not in said(world, "read", str(page)).output


def test_a_crawl_delay_shows_the_days_of_a_full_crawl(
    world: HostileWorld,
) -> None:
    said(world, "pause", "cu")
    (world.sites / "cu.toml").unlink()
    world.write("insert into hosts (host, crawl_delay) values (?, 60)", world.value(HOST_OF_CU))
    world.write(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 7200)"
        " insert into pages (site, url, kind, state, first_seen_at)"
        " select 'cu', 'http://x.example/' || i, 'article', 'waiting', '2026-03-02' from n"
    )
    shown = said(world, "status").output
    assert "cu: robots.txt asks for 60 s between two requests (Crawl-delay), 1440 a day" in shown
    assert "a full crawl of the 7200 pages known so far takes 5.0 days" in shown
    one = told(world, "cu")
    assert (one["crawl_delay"], one["full_crawl_days"]) == (60.0, 5.0)


def test_reread_finds_the_renamed_file_of_a_site(web: HostileWeb, world: HostileWorld) -> None:
    world.crawl("cu")
    (world.sites / "cu.toml").rename(world.sites / "moi.toml")
    with (world.sites / "moi.toml").open("a", encoding="utf-8") as file:
        file.write('\n[article]\nlead = [".entry-content p:first-child"]\n')
    assert "lead: 2 differs" in said(world, "reread").output
