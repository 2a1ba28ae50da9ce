"""Which portals are watched, as the site files say now."""

import sqlite3
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pipelines.keep.visits.watch import WatchState, watch_states
from portals.errors import PortalFileError
from portals.site import FOLDER, Site, load_sites, own_folder, sites_to_visit
from web.archive import Row, rows_of

ROWS = "select key, url, origin, paused_at, removed_at from sites order by first_seen_at, key"
Stamp = tuple[tuple[str, int, int], ...]


def states_of(db: sqlite3.Connection) -> Mapping[str, WatchState]:
    """Whether each site of the archive is watched, by key; empty if a site file is broken."""
    try:
        return _states(_stamp(), tuple(tuple(row.items()) for row in rows_of(db, ROWS)))
    except PortalFileError:
        return {}


def file_of(state: WatchState | None) -> Site | None:
    """The site file that watches a portal, if there is one."""
    if state is None or state.file is None:
        return None
    return _files(_stamp())[0].get(state.file)


def _stamp() -> Stamp:
    """What changes when a site file is written: each folder, its files and their newest time."""
    folders = [folder for folder in (own_folder(), FOLDER) if folder is not None]
    return tuple(_stamp_of(folder) for folder in folders)


def _stamp_of(folder: Path) -> tuple[str, int, int]:
    times = [file.stat().st_mtime_ns for file in folder.glob("*.toml")]
    return str(folder), len(times), max(times, default=0)


@lru_cache(maxsize=2)
def _files(stamp: Stamp) -> tuple[dict[str, Site], dict[str, Site]]:
    """All site files, and those that take part in a crawl of all sites."""
    return load_sites(), sites_to_visit()


@lru_cache(maxsize=2)
def _states(
    stamp: Stamp, rows: tuple[tuple[tuple[str, object], ...], ...]
) -> dict[str, WatchState]:
    files, regular = _files(stamp)
    sites: list[Row] = [dict(row) for row in rows]
    return watch_states(sites, files, regular)
