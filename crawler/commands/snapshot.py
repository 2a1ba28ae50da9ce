"""`loa snapshot`: a checked copy of the archive, to publish or to keep safe."""

from pathlib import Path

import click

from crawler.commands.options import archive_option
from pipelines.keep.database.snapshot import take_snapshot


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@archive_option
def snapshot(file: Path, archive: Path) -> None:
    """Copy the archive to FILE and check the copy, while others read and write.

    The copy holds everything committed when it began. FILE changes from the old copy to the new one
    in one step, and only an earlier copy is ever overwritten. To restore: stop every loa process,
    put the copy in the archive's place and remove archive.db-wal. The WARC files in captures/ never
    change, so any tool can copy them.
    """
    size = take_snapshot(archive, file)
    click.echo(f"{file}: {size:,} bytes, checked")
