"""Which sites are watched: matches site files with the archive's sites, and heeds `loa pause` and
`loa remove`.

A site's key in the archive lasts: a renamed file is still the file of its portal.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from sqlite3 import Connection
from typing import Any, Literal
from urllib.parse import urlsplit

from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.hosts import server_of
from pipelines.read.addresses.canonical import canonical_url, same_site
from portals.errors import UnknownSiteError
from portals.site import CrawlRules, Site, key_for_host

# by-name: visited only when somebody names it. no-file: its site file is gone.
Watch = Literal["watched", "by-name", "paused", "disabled", "removed", "no-file"]
Row = Mapping[str, Any]  # of the table sites
REMEDIES: Mapping[Watch, str] = {
    "paused": "`loa resume {key}` ends the pause",
    "removed": "`loa resume {key}` watches it again",
    "disabled": "remove `enabled = false` from {file}.toml",
}


class NotWatchedError(UnknownSiteError):
    """A named site gets no visit: it is paused, disabled or removed, or its file is gone."""


@dataclass(frozen=True, slots=True)
class WatchedSite:
    """A site, whether it is watched, and why not.

    `site`: its settings, under the archive's key. `file`: the name of its file, without `.toml`;
    None if it has none. `since`: when a person paused or removed it, as stored. `moved_from`: its
    address in the archive, if the file names another host.
    """

    site: Site
    file: str | None
    watch: Watch
    since: str | None = None
    moved_from: str | None = None


@dataclass(frozen=True, slots=True)
class WatchState:
    """Whether a site of the archive is watched; `file` and `since` as in WatchedSite.

    `delay`: the seconds between two requests that its file sets.
    """

    watch: Watch
    file: str | None = None
    since: str | None = None
    delay: float = CrawlRules().delay


def why_not(one: WatchedSite) -> str:
    """One line that says why a site gets no visit, and the remedy."""
    key, since = one.site.key, f" on {one.since[:10]}" if one.since else ""
    return f"{key}: {one.watch}{since}; {REMEDIES[one.watch].format(key=key, file=one.file)}"


def site_rows(db: Connection) -> list[Row]:
    """The archive's sites, the oldest first; none if its first run broke off before the tables."""
    if db.execute("select 1 from sqlite_master where name = 'sites'").fetchone() is None:
        return []
    return [dict(row) for row in db.execute("select * from sites order by first_seen_at, key")]


def watch_list(rows: Sequence[Row], files: Mapping[str, Site]) -> dict[str, WatchedSite]:
    """The site of each file, by the file's name, under the key that the archive has for it.

    If a file's name is another portal's key there, the new key is made of its name and host. Files
    that share a server share the longest delay.
    """
    files = _with_one_delay(files)
    matches = dict(_matches(rows, files))
    keys = {row["key"] for row in rows}
    found = {}
    for file, site in files.items():
        row = matches.get(file)
        watch, since = _decided(row or {}, site)
        if row is not None:
            moved = None if _lies_on(row, site) else row["url"]
            found[file] = WatchedSite(replace(site, key=row["key"]), file, watch, since, moved)
        else:
            host = urlsplit(site.url).netloc
            key = key_for_host(f"{file}.{host}", keys) if file in keys else file
            found[file] = WatchedSite(replace(site, key=key), file, watch)
    return found


def watch_states(
    rows: Sequence[Row], files: Mapping[str, Site], regular: Collection[str]
) -> dict[str, WatchState]:
    """For each site of the archive, by key, whether it is watched.

    `regular`: the names of the files that take part in a crawl of all sites.
    """
    listed = {one.site.key: one for one in watch_list(rows, files).values()}
    found = {}
    for row in rows:
        one = listed.get(row["key"])
        watch, since = _decided(row, one.site if one else None)
        if watch == "watched":
            if one is None:
                watch = "no-file" if row["origin"] == "file" else "by-name"
            elif one.file not in regular:
                watch = "by-name"
        found[row["key"]] = (
            WatchState(watch, None, since)
            if one is None
            else WatchState(watch, one.file, since, one.site.crawl.delay)
        )
    return found


def pause(db: Connection, key: str, at: datetime) -> None:
    """Make no visits to a site until `resume`."""
    db.execute("update sites set paused_at = ? where key = ?", (utc_text(at), key))


def remove(db: Connection, key: str, at: datetime) -> None:
    """Stop watching a site. Its records stay."""
    db.execute("update sites set removed_at = ? where key = ?", (utc_text(at), key))


def resume(db: Connection, key: str) -> None:
    """Take back a pause and a removal."""
    db.execute("update sites set paused_at = null, removed_at = null where key = ?", (key,))


def _matches(rows: Sequence[Row], files: Mapping[str, Site]) -> Iterator[tuple[str, Row]]:
    """(a file's name, its row in the archive) for each file whose portal the archive holds.

    The best proof first, for all files: two files of one host may have swapped their names.
    """
    left, by_key = dict(files), {row["key"]: row for row in rows}
    for proof in _proofs(rows):
        for file, site in list(left.items()):
            its = (row["key"] for row in proof(file, site) if row["key"] in by_key)
            if (key := next(its, None)) is not None:
                del left[file]
                yield file, by_key.pop(key)


def _proofs(rows: Sequence[Row]) -> tuple[Callable[[str, Site], Iterable[Row]], ...]:
    """What proves a row to be that of a file; each gives the rows that it proves."""
    by_key = {row["key"]: [row] for row in rows}
    with_front: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)  # made by a file
    on_server: defaultdict[str, list[Row]] = defaultdict(list)

    def removed(row: Row) -> bool:
        return _decided(row, None)[0] == "removed"

    for row in sorted(rows, key=removed):
        front = _front(row["url"])
        on_server[front[0]].append(row)
        if row["origin"] == "file" and not removed(row):
            with_front[front].append(row)

    return (
        lambda file, site: [row for row in with_front[_front(site.url)] if row["key"] == file],
        lambda file, site: with_front[_front(site.url)],
        lambda file, site: [row for row in by_key.get(file, ()) if _lies_on(row, site)],
        lambda file, site: [
            row
            for server in sorted(set(map(server_of, site.all_hosts)))
            for row in on_server[server]
            if _was_renamed(row, site)
        ],
        # The file gives its portal another host.
        lambda file, site: [row for row in by_key.get(file, ()) if row["origin"] == "file"],
    )


def _with_one_delay(files: Mapping[str, Site]) -> dict[str, Site]:
    delays: dict[str, float] = {}
    for site in files.values():
        for server in map(server_of, site.all_hosts):
            delays[server] = max(delays.get(server, 0.0), site.crawl.delay)
    return {
        file: replace(site, crawl=replace(site.crawl, delay=delay))
        for file, site in files.items()
        for delay in [max(delays[server_of(host)] for host in site.all_hosts)]
    }


def _lies_on(row: Row, site: Site) -> bool:
    return same_site(row["url"], site.all_hosts)


def _was_renamed(row: Row, site: Site) -> bool:
    """Whether a row on this file's host, without a file of its own name, is this file's portal.

    A site that a file made must have the same front page, because several files may watch parts of
    one host. A site that an import or an address made is the whole host.
    """
    if row["origin"] != "file" or same_site(row["url"], site.hosts):
        return True
    return _front(row["url"]) == _front(site.url)


def _front(url: str) -> tuple[str, str]:
    """Host and path of a front page: scheme, `www.` and a last slash make no difference."""
    try:
        parts = urlsplit(canonical_url(url) or url)
    except ValueError:  # an archive of another tool may hold what is no address
        return "", url
    return server_of(parts.netloc), parts.path.rstrip("/")


def _decided(row: Row, site: Site | None) -> tuple[Watch, str | None]:
    """What a person decided, and since when: in the archive, else in the file."""
    # A row that an older Loa wrote has no such columns.
    if since := row.get("removed_at"):
        return "removed", since
    if since := row.get("paused_at"):
        return "paused", since
    return "watched" if site is None or site.enabled else "disabled", None
