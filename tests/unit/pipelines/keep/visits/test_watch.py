"""Which file watches which site of the archive, and the word of a person."""

from dataclasses import replace
from typing import Any

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.records.sites import keep_site
from pipelines.keep.visits.watch import (
    Watch,
    pause,
    remove,
    resume,
    site_rows,
    watch_list,
    watch_states,
)
from portals.site import CrawlRules, Site
from tests.builders.archived_answers import AT

HOME = "http://lungvai.example/"


def row(key: str, url: str = HOME, origin: str = "file", **more: Any) -> dict[str, Any]:
    return {"key": key, "url": url, "origin": origin, **more}


def file(key: str, url: str = HOME, **more: Any) -> dict[str, Site]:
    return {key: Site(name=key, url=url, key=key, **more)}


@pytest.mark.parametrize(
    ("held", "site"),
    [
        (row("cu"), file("moi")),
        (row("cu", "https://www.lungvai.example"), file("moi")),
        (row("cu", "http://lungvai.gov.example/"), file("moi", hosts=("lungvai.gov.example",))),
        # An import and an address make a site of the whole host.
        (row("cu", origin="import"), file("moi", f"{HOME}vi/trang-chu")),
        (row("cu", origin="address"), file("moi", f"{HOME}vi/trang-chu")),
    ],
)
def test_a_file_that_was_renamed_is_that_of_the_same_site(
    held: dict[str, Any], site: dict[str, Site]
) -> None:
    one = watch_list([held], site)["moi"]
    assert (one.site.key, one.file, one.watch) == ("cu", "moi", "watched")
    assert (one.site.name, one.moved_from) == ("moi", None)  # the settings are those of the file
    state = watch_states([held], site, site)["cu"]
    assert (state.watch, state.file) == ("watched", "moi")


@pytest.mark.parametrize(
    ("rows", "files"),
    [
        ([row("cu", "http://khac.example/")], file("moi")),
        # Two files may watch two parts of one host.
        ([row("cu", f"{HOME}xa-mot/")], file("moi", f"{HOME}xa-hai/")),
        # The other one still has its file.
        ([row("cu")], file("cu") | file("moi")),
    ],
)
def test_another_portal_is_a_site_of_its_own(
    rows: list[dict[str, Any]], files: dict[str, Site]
) -> None:
    assert watch_list(rows, files)["moi"].site.key == "moi"


def test_no_other_name_of_the_file_undoes_a_removal() -> None:
    removed = row("cu", removed_at="2026-01-01T00:00:00.000Z")
    one = watch_list([removed], file("moi"))["moi"]
    assert (one.site.key, one.watch) == ("cu", "removed")
    one = watch_list([removed, row("lai", origin="address")], file("moi"))["moi"]
    assert (one.site.key, one.watch) == ("lai", "watched")


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (HOME, "http://khac.example/"),
        (f"{HOME}xa-mot/", f"{HOME}xa-hai/"),
        (HOME, f"{HOME}xa-hai"),
    ],
)
def test_two_files_that_swapped_their_names_keep_their_sites(here: str, there: str) -> None:
    listed = watch_list([row("a", here), row("b", there)], file("a", there) | file("b", here))
    assert {name: one.site.key for name, one in listed.items()} == {"a": "b", "b": "a"}


def test_a_file_that_names_another_page_of_its_host_keeps_its_site() -> None:
    rows = [row("a", f"{HOME}xa-mot/"), row("b", f"{HOME}xa-hai/")]
    files = file("a", f"{HOME}trang-chu") | file("b", f"{HOME}xa-hai/")
    listed = watch_list(rows, files)
    assert {name: one.site.key for name, one in listed.items()} == {"a": "a", "b": "b"}
    # Its new front page is that of a site whose file is gone: the file has that site now.
    assert watch_list(rows, file("a", f"{HOME}xa-hai/"))["a"].site.key == "b"


def test_files_of_one_server_share_its_longest_delay() -> None:
    def slow(key: str, url: str, delay: float, *hosts: str) -> dict[str, Site]:
        return file(key, url, hosts=hosts, crawl=CrawlRules(delay=delay))

    files = slow("a", HOME, 1.0) | slow("b", "https://www.lungvai.example/xa/", 5.0)
    files |= slow("c", "http://khac.example/", 2.0) | slow("d", "http://c.example/", 0.5)
    listed = watch_list([], files | slow("e", "http://e.example/", 0.0, "www.c.example"))
    delays = {name: one.site.crawl.delay for name, one in listed.items()}
    assert delays == {"a": 5.0, "b": 5.0, "c": 2.0, "d": 0.5, "e": 0.5}


def test_one_site_has_one_file() -> None:
    listed = watch_list([row("cu")], file("moi") | file("moi-hai"))
    assert [one.site.key for one in listed.values()] == ["cu", "moi-hai"]


def test_a_portal_that_moved_to_another_host_keeps_its_key() -> None:
    one = watch_list([row("cu")], file("cu", "http://lungvai-moi.example/"))["cu"]
    assert (one.site.key, one.watch, one.moved_from) == ("cu", "watched", HOME)


@pytest.mark.parametrize(
    ("rows", "files"),
    [
        # The old portal's file was renamed, and another portal's has its name now.
        ([row("cu")], file("moi") | file("cu", "http://khac.example/")),
        # An import took the name for another host.
        ([row("cu", "http://cu/", "import")], file("cu")),
    ],
)
def test_a_file_never_takes_the_key_of_another_portal(
    rows: list[dict[str, Any]], files: dict[str, Site]
) -> None:
    one = watch_list(rows, files)["cu"]
    host = "khac-example" if len(files) == 2 else "lungvai-example"
    assert (one.site.key, one.watch) == (f"cu-{host}", "watched")
    assert watch_states(rows, files, files)["cu"].file != "cu"
    # After the first visit, the archive has the site by this key.
    again = watch_list([*rows, row(one.site.key, one.site.url)], files)["cu"]
    assert (again.site.key, again.moved_from) == (one.site.key, None)


@pytest.mark.parametrize(
    ("held", "files", "regular", "watch"),
    [
        (row("cu"), file("cu"), {"cu"}, "watched"),
        (row("cu"), file("cu"), set(), "by-name"),
        (row("cu"), {}, set(), "no-file"),
        (row("cu", origin="import"), {}, set(), "by-name"),
        (row("cu", origin="address"), {}, set(), "by-name"),
        (row("cu"), file("cu", enabled=False), {"cu"}, "disabled"),
        (row("cu", paused_at="2026-01-01T00:00:00.000Z"), file("cu"), {"cu"}, "paused"),
        (row("cu", paused_at="2026-01-01T00:00:00.000Z"), {}, set(), "paused"),
        (row("cu", removed_at="2026-01-01T00:00:00.000Z"), file("cu"), {"cu"}, "removed"),
    ],
)
def test_whether_a_site_is_watched_depends_on_its_file_and_a_persons_decision(
    held: dict[str, Any], files: dict[str, Site], regular: set[str], watch: Watch
) -> None:
    assert watch_states([held], files, regular)["cu"].watch == watch


def test_a_pause_and_a_removal_are_stored_and_taken_back(archive: Archive) -> None:
    site = file("cu")["cu"]
    words = []
    for say in (None, pause, remove, None):
        with archive.transaction() as db:
            keep_site(db, site, "file", AT)
            if say is None:
                resume(db, "cu")
            else:
                say(db, "cu", AT)
        one = watch_list(site_rows(archive.connection), {"cu": replace(site)})["cu"]
        words.append((one.watch, one.since))
    since = "2026-03-02T01:00:00.000Z"
    assert words == [("watched", None), ("paused", since), ("removed", since), ("watched", None)]
