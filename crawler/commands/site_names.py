"""The SITEs on a command line: keys of site files, addresses, and sites in the archive."""

import re
import sqlite3
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.crawl import Choice
from pipelines.keep.database.archive import NoArchiveError, read_archive
from pipelines.keep.memory.memories import memory_of
from pipelines.keep.records.sites import described_site
from pipelines.keep.visits.watch import (
    NotWatchedError,
    Row,
    WatchedSite,
    site_rows,
    watch_list,
    watch_states,
    why_not,
)
from pipelines.read.addresses.canonical import canonical_url, host_of, origin_of, same_site
from portals.errors import UnknownSiteError
from portals.site import (
    CrawlRules,
    Site,
    bundled_keys,
    key_for_host,
    load_sites,
    site_for_address,
    sites_to_visit,
)

COMMENT = re.compile(r"(?:^|\s)#.*")


def lines_of(content: bytes) -> list[str]:
    """The lines of a list that a person wrote, without comments and empty lines.

    A `#` at the start or after a blank begins a comment. UTF-8, or UTF-16 with a byte order mark.
    """
    is_wide = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))  # Windows writes such files
    text = content.decode("utf-16" if is_wide else "utf-8-sig", "replace")
    lines = (COMMENT.sub("", line).strip() for line in text.splitlines())
    return [line for line in lines if line]


def choose_sites(
    names: Sequence[str], archive: Path, *, bundled: bool = False, due: bool = False
) -> list[WatchedSite]:
    """The sites that keys and addresses name; without names, all that are watched.

    `bundled`: the bundled site files too, even if $LOA_SITES is set. Raises UnknownSiteError and
    PortalFileError, and NotWatchedError for a named site that is not watched, unless only those
    that are `due` are wanted: a timer must not fail because of a pause.
    """
    rows = archived_rows(archive)
    listed = watch_list(rows, load_sites())
    if names:
        named = [_choose(name, listed, rows) for name in dict.fromkeys(names)]
        chosen = list({one.site.key: one for one in named}.values())
    else:
        chosen = [listed[file] for file in sites_to_visit(bundled=bundled)]
        if not chosen:
            raise UnknownSiteError(
                "there are no site files; name a site or an address, put a site file into"
                " $LOA_SITES, or take the bundled portals with --bundled"
            )
    left = [one for one in chosen if one.watch != "watched"]
    if not due and left and (names or len(left) == len(chosen)):
        raise NotWatchedError("; ".join(map(why_not, left)))
    return [one for one in chosen if one.watch == "watched"]


@dataclass(frozen=True, slots=True)
class Named:
    """Addresses that a person named: by the site that watches them, and those that no visit can
    take, each with the reason. `written`: the address as it was written, by its canonical form.
    """

    sites: tuple[WatchedSite, ...]
    addresses: Mapping[str, Sequence[str]]
    left: Mapping[str, str]
    written: Mapping[str, str]


def choose_addresses(lines: Iterable[str], archive: Path) -> Named:
    """The sites of addresses, one a line (see `lines_of`)."""
    rows = archived_rows(archive)
    listed = watch_list(rows, load_sites())
    sites, addresses = dict[str, WatchedSite](), dict[str, list[str]]()
    left, written = dict[str, str](), dict[str, str]()
    for line in lines:
        url = canonical_url(line) if "://" in line else None
        if url is None:
            left[line] = "not a web address; write one like https://example.gov.vn/tin-tuc/1.html"
        elif url not in written:
            written[url] = line
            try:
                site = _watching(url, listed, rows)
            except NotWatchedError as why:
                left[line] = str(why)
                continue
            sites[site.site.key] = site
            addresses.setdefault(site.site.key, []).append(url)
    return Named(tuple(sites.values()), addresses, left, written)


def _watching(url: str, listed: Mapping[str, WatchedSite], rows: Sequence[Row]) -> WatchedSite:
    """The site that watches an address. Raises NotWatchedError."""
    one = _by_address(url, listed, rows)
    if one.file is None and all(row["key"] != one.site.key for row in rows):
        portal = origin_of(url)
        raise NotWatchedError(f"no site file covers {host_of(url)}; make one: loa add {portal}")
    if one.watch != "watched":
        raise NotWatchedError(why_not(one))
    return one


def as_choice(one: WatchedSite) -> Choice:
    """The site as a crawl takes it."""
    return one.site, "address" if one.file is None else "file"


def moved_line(one: WatchedSite) -> str:
    """A line that says that a site file gives its portal another host."""
    key, home = one.site.key, one.site.url
    return (
        f"{key}: was at {one.moved_from}; {one.file}.toml names {home} now, so the next"
        " visits go there; if that is another portal, give its file another name"
    )


def archived_rows(archive: Path) -> list[Row]:
    """The sites in the archive; none if there is no archive yet."""
    try:
        with read_archive(archive) as db:
            return site_rows(db)
    except NoArchiveError:
        return []


def archived_memory(key: str, archive: Path) -> bytes:
    """What the articles of a site in the archive repeat; empty if nothing is known."""
    try:
        with read_archive(archive) as db:
            return memory_of(db, key).lines
    except (NoArchiveError, sqlite3.OperationalError):  # no archive yet, or one without memories
        return b""


def _choose(name: str, listed: Mapping[str, WatchedSite], rows: Sequence[Row]) -> WatchedSite:
    if name in listed:
        return listed[name]
    by_key = {one.site.key: one for one in listed.values()}
    if name in by_key:  # the archive's key of a file that was renamed
        return by_key[name]
    if "://" in name:
        return _by_address(name, listed, rows)
    row = next((row for row in rows if row["key"] == name), None)
    if row is None:
        near = [key for key in listed if name.lower() in key or key_for_host(name) == key]
        hint = "`loa status` and portals/sites list the sites; an address begins with http"
        if near:
            hint = f"did you mean {', '.join(near)}?"
        raise UnknownSiteError(f"{name!r}: no site file or archived site has this name; {hint}")
    return _without_file(row)


def _by_address(name: str, listed: Mapping[str, WatchedSite], rows: Sequence[Row]) -> WatchedSite:
    if canonical_url(name) is None:
        raise UnknownSiteError(f"{name}: not a web address; write one like https://example.gov.vn/")
    made = site_for_address(name)
    for one in listed.values():
        if same_site(made.url, one.site.all_hosts):
            return one
    held = next((row for row in rows if same_site(row["url"], made.all_hosts)), None)
    if held is not None:
        return _without_file(held, made)
    # Another host may have that name.
    taken = {*bundled_keys(), *listed, *(row["key"] for row in rows)}
    return WatchedSite(site_for_address(name, taken), None, "watched")


def _without_file(row: Row, made: Site | None = None) -> WatchedSite:
    """A site of the archive that has no file; `made`: as an address makes it.

    Raises NotWatchedError if its file is gone: it may not be visited with other settings.
    """
    state = watch_states([row], {}, ())[row["key"]]
    if state.watch == "no-file":
        raise NotWatchedError(
            f"{row['key']}: is not watched, because its site file is gone; put it back, or make one"
            f" with `loa add {row['url']} --key {row['key']}`"
        )
    site = site_of_row(row) if made is None else replace(made, key=row["key"])
    return WatchedSite(
        site, None, "watched" if state.watch == "by-name" else state.watch, state.since
    )


def site_on_hosts(site: Site, files: Mapping[str, Site]) -> Site | None:
    """The site file that watches a host of this site, if there is one."""
    return next((known for known in files.values() if same_site(site.url, known.all_hosts)), None)


def archived_key(db: sqlite3.Connection, name: str, archive: Path) -> str:
    """The key of a site in the archive that is named by this key or by its renamed file.

    Raises UnknownSiteError if the archive does not know this site.
    """
    rows = site_rows(db)
    keys = {row["key"] for row in rows}
    if name in keys:
        return name
    listed = watch_list(rows, load_sites()).get(name)
    if listed is None or listed.site.key not in keys:
        raise UnknownSiteError(
            f"{name!r}: is not in {archive}; `loa status` lists the sites that are there"
        )
    return listed.site.key


def archived_site(key: str, archive: Path) -> Site | None:
    """A site made from its row in the archive; None for an unknown key."""
    rows = archived_rows(archive)
    return next((site_of_row(row) for row in rows if row["key"] == key), None)


def site_of_row(row: Row) -> Site:
    """A site without a file, made from its row in the archive.

    Only an address that the operator typed may be private. Settings from an imported file may be a
    stranger's: they never shorten the delay, start a browser or answer a challenge.
    """
    site = described_site(row)
    if row["origin"] == "address":
        return replace(site, crawl=site_for_address(site.url).crawl)
    if row["origin"] == "import":
        delay = max(site.crawl.delay, CrawlRules.delay)
        rules = replace(site.crawl, delay=delay, browser=False, answer_challenges=False)
        return replace(site, crawl=rules)
    return site
