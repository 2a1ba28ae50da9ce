"""`loa snapshot`: makes a checked copy of the archive, to publish or as a backup."""

from pathlib import Path

import click

from crawler.commands.options import archive_option
from pipelines.keep.database.snapshot import take_snapshot


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@archive_option
def snapshot(file: Path, archive: Path) -> None:
    """Copy the archive to FILE and check the copy, while others read and write.

    The copy holds everything committed when it began. It replaces an earlier copy in one step; any
    other existing FILE is left alone. To restore: stop every loa process, put the copy in the
    archive's place and remove archive.db-wal. Finished WARC files in captures/ never change, so any
    tool can copy them.
    """
    size = take_snapshot(archive, file)
    click.echo(f"{file}: {size:,} bytes, checked")
