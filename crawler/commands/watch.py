"""`loa pause`, `loa resume` and `loa remove`: the operator decides which sites are visited."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

import click

from crawler.clock import Clock, wall_clock
from crawler.commands.options import archive_option
from crawler.commands.site_names import archived_rows
from pipelines.keep.database.archive import Archive
from pipelines.keep.records.sites import keep_site
from pipelines.keep.visits import watch
from portals.errors import UnknownSiteError
from portals.site import Site, load_sites, sites_to_visit

AGAIN: dict[watch.Watch, str] = {
    "watched": "is watched again",
    "by-name": "is visited when you name it",
    "disabled": "is not watched yet: remove `enabled = false` from its site file",
    "no-file": "is not watched yet: its site file is gone; put it back",
}

named_sites = click.argument("sites", nargs=-1, required=True, metavar="SITE...")


@click.command()
@named_sites
@archive_option
@click.pass_obj
def pause(clock: Clock | None, sites: tuple[str, ...], archive: Path) -> None:
    """Make no visits to SITEs (keys) until `loa resume`. Their records stay.

    The archive keeps the pause, so it holds for every crawl and every timer, whatever the site
    files say. To disable a site in its own file, write `enabled = false` there. While a crawl is
    running, no other command can write to the archive: end the crawl with Ctrl-C or SIGTERM first.
    """
    now = (clock or wall_clock)()
    for key in _changed(sites, archive, now, lambda db, key: watch.pause(db, key, now)):
        click.echo(f"{key}: paused; `loa resume {key}` ends the pause")


@click.command()
@named_sites
@archive_option
@click.pass_obj
def resume(clock: Clock | None, sites: tuple[str, ...], archive: Path) -> None:
    """Watch SITEs (keys) again after `loa pause` or `loa remove`."""
    keys = _changed(sites, archive, (clock or wall_clock)(), watch.resume)
    states = watch.watch_states(archived_rows(archive), load_sites(), sites_to_visit())
    for key in keys:
        click.echo(f"{key}: {AGAIN[states[key].watch]}")


@click.command()
@named_sites
@archive_option
@click.pass_obj
def remove(clock: Clock | None, sites: tuple[str, ...], archive: Path) -> None:
    """Stop watching SITEs (keys). All their records stay, and their site files too.

    A site file of another name for the same portal does not bring it back; `loa resume` does.
    """
    now = (clock or wall_clock)()
    for key in _changed(sites, archive, now, lambda db, key: watch.remove(db, key, now)):
        click.echo(
            f"{key}: no longer watched; its records stay; `loa resume {key}` watches it again"
        )


def _changed(
    names: Sequence[str], archive: Path, at: datetime, change: Callable[[Connection, str], None]
) -> list[str]:
    """The keys of the named sites, all changed in one transaction.

    Raises UnknownSiteError if no site file and no site of the archive has this name.
    """
    files, rows = load_sites(), archived_rows(archive)
    listed = watch.watch_list(rows, files)
    held = {row["key"] for row in rows}
    chosen: dict[str, Site | None] = {}
    for name in names:
        if name in listed:
            chosen[listed[name].site.key] = listed[name].site
        elif name in held:
            chosen[name] = None
        else:
            raise UnknownSiteError(
                f"{name!r}: no site file or archived site has this name; `loa status` lists them"
            )
    with Archive.open(archive) as opened, opened.transaction() as db:
        for key, site in chosen.items():
            if site is not None and key not in held:
                keep_site(db, site, "file", at)
            change(db, key)
    return list(chosen)
