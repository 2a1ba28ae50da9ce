"""`loa snapshot`: a checked copy of the archive, for publishing or for safe keeping."""

from pathlib import Path

import click

from crawler.commands.options import archive_option
from pipelines.keep.database.snapshot import take_snapshot


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@archive_option
def snapshot(file: Path, archive: Path) -> None:
    """Copy the archive to FILE, checked, while it is read and written.

    The copy is one file that holds everything committed when it began; FILE changes from the old copy to the new in one step. Nothing but an earlier copy is
    ever overwritten. To restore: stop every loa process, put the copy in the archive's place and remove archive.db-wal. The WARC files in captures/ are
    never changed, so any tool can copy them.
    """
    size = take_snapshot(archive, file)
    click.echo(f"{file}: {size:,} bytes, checked")
