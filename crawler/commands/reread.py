"""`loa reread`: reads all kept captures again with today's rules, without contacting a portal."""

import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path

import click

from crawler.commands.options import archive_option
from crawler.commands.site_names import archived_key, site_of_row
from crawler.open_files import allow_open_files
from crawler.terminal.escaping import escaped_line
from pipelines.keep.database.archive import Archive, captures_folder, read_archive
from pipelines.keep.database.free_disk import FreeDisk
from pipelines.keep.records.captures import CaptureRow
from pipelines.keep.records.pictures import link_unlinked
from pipelines.keep.upkeep.merged_records import MergedRecord, merged_records, split_merged
from pipelines.keep.upkeep.reread import (
    Difference,
    captures_to_read,
    differences,
    kept_capture,
    reading_task,
    split_differences,
    store_reading,
    with_parts,
)
from pipelines.keep.visits.watch import site_rows, watch_list
from pipelines.keep.warc.reader import WarcReadError
from pipelines.read.reading import Reading
from pipelines.readers.read_ahead import read_ahead
from pipelines.readers.readers import Readers
from pipelines.second_look import SecondLook
from portals.site import Site, load_sites

AHEAD = 32  # captures read while others are compared, and stored in one transaction
EXAMPLES = 3  # shown of each field
MOST_ROUNDS = 5  # a record that takes a text may turn out to be merged too
WIDEST = 70  # characters shown of a value

ReadAgain = tuple[Site, CaptureRow, Reading]
# By field, and by whether --apply stores it.
Found = dict[tuple[str, bool], list[Difference]]


@click.command()
@archive_option
@click.option("--site", "key", metavar="KEY", help="Only the captures of this site.")
@click.option("--apply", "to_store", is_flag=True, help="Store the differences.")
def reread(archive: Path, key: str | None, to_store: bool) -> None:
    """Read all kept captures again with today's rules; --apply stores the differences.

    Shows how many differences each field has, with examples. With --apply, a changed text becomes a
    new revision (reread_at is set), other fields are replaced, and a refused page that today's
    rules can read becomes an article. If a record holds the texts of several pages, because all
    claimed one address, it is split: each page gets a record with its own revisions. Articles
    that today's rules would refuse are shown but not changed. --apply first learns again, from
    their captures, what each portal's articles repeat. Contacts no portal. If you stop it,
    run it again; a second --apply finds nothing to do.
    """
    found: Found = defaultdict(list)
    unreadable: list[str] = []
    with ExitStack() as open_things:
        writer: Archive | None = None
        if to_store:
            FreeDisk(archive.absolute().parent).require()
            writer = open_things.enter_context(Archive.open(archive))
            db = writer.connection
        else:
            db = open_things.enter_context(read_archive(archive))
        if key is not None:
            key = archived_key(db, key, archive)
        workers = os.cpu_count() or 1
        allow_open_files(readers=workers)
        readers = open_things.enter_context(Readers(workers))
        if writer is not None:
            now = datetime.now(UTC)
            for site in _sites(db).values():
                if key in (None, site.key):
                    SecondLook(writer, readers).learn_anew(site, now)
        merged = merged_records(db, key)
        for record in merged:
            found["record", True].extend(split_differences(record))
        rounds = 0
        while writer is not None and merged and rounds < MOST_ROUNDS:
            _split(writer, merged, readers)
            merged, rounds = merged_records(db, key), rounds + 1
        numbers = captures_to_read(db, key)
        readings = _readings(db, archive, numbers, readers, unreadable)
        _compare(db, writer, readings, found)
    _tell(found, len(numbers) - len(unreadable), to_store)
    if unreadable:
        raise WarcReadError(
            f"{len(unreadable)} of {len(numbers)} captures could not be read;"
            f" the first: {unreadable[0]}"
        )


def _compare(
    db: sqlite3.Connection, writer: Archive | None, readings: Iterator[ReadAgain], found: Found
) -> None:
    """Find the differences of all readings; store them if there is a writer."""
    pictured = set()
    while batch := list(islice(readings, AHEAD)):
        with ExitStack() as transaction:
            if writer is not None:
                transaction.enter_context(writer.transaction())
            for site, row, reading in batch:
                new = differences(db, site, row, reading)
                for one in new:
                    found[one.field, one.stored].append(one)
                    if one.field == "picture":
                        pictured.add(site.key)
                if writer is not None:
                    store_reading(db, site, row, reading, new, now=datetime.now(UTC))
    if writer is not None and pictured:
        with writer.transaction() as db:
            for key in sorted(pictured):
                link_unlinked(db, key)


def _split(writer: Archive, merged: list[MergedRecord], readers: Readers) -> None:
    """Split merged records, site by site, with what their captures show. If bytes are missing, only
    the texts are split.
    """
    for _, group in groupby(merged, attrgetter("site")):
        records = list(group)
        captures = [capture for record in records for capture in record.captures]
        again = _readings(writer.connection, writer.path, captures, readers, [])
        by_capture = {row.id: reading for _, row, reading in again}
        with writer.transaction() as db:
            split_merged(db, records, by_capture, datetime.now(UTC))


def _sites(db: sqlite3.Connection) -> dict[str, Site]:
    """The sites of the archive by key: as their files say, else as their rows do."""
    rows = site_rows(db)
    listed = {one.site.key: one.site for one in watch_list(rows, load_sites()).values()}
    return {row["key"]: listed.get(row["key"]) or site_of_row(row) for row in rows}


def _readings(
    db: sqlite3.Connection,
    archive: Path,
    numbers: list[int],
    readers: Readers,
    unreadable: list[str],
) -> Iterator[ReadAgain]:
    """Each capture with its new reading, in order."""
    begun = _begun(db, captures_folder(archive), numbers, readers, unreadable)
    for site, row, reading in read_ahead(begun, AHEAD):
        yield site, row, reading.result()


def _begun(
    db: sqlite3.Connection,
    folder: Path,
    numbers: list[int],
    readers: Readers,
    unreadable: list[str],
) -> Iterator[tuple[Site, CaptureRow, Future[Reading]]]:
    sites = _sites(db)
    for count, number in enumerate(numbers, 1):
        try:
            row, capture = kept_capture(db, folder, number)
            site = sites[row.site]
            task = with_parts(db, folder, row, reading_task(db, site, capture))
        except WarcReadError as error:
            unreadable.append(str(error))
            continue
        yield site, row, readers.read(task)
        if count % 1000 == 0:
            click.echo(f"{count} of {len(numbers)} captures", err=True)


def _tell(found: Found, read: int, stored: bool) -> None:
    for (name, taken), many in sorted(found.items()):
        what = "stays as it is" if not taken else "stored" if stored else "differs"
        click.echo(f"{name}: {len(many)} {what}")
        for one in many[:EXAMPLES]:
            click.echo(f"    {escaped_line(one.url)}")
            click.echo(escaped_line(f"        {_short(one.before)}  ->  {_short(one.after)}"))
    count = sum(len(many) for (_, taken), many in found.items() if taken)
    then = " stored" if stored else "; --apply stores them"
    end = f"{count} differences{then}" if count else "nothing is different"
    click.echo(f"{read} captures read again: {end}")


def _short(text: str | None) -> str:
    if text is None:
        return "-"
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= WIDEST else f"{line[:WIDEST]}…"
