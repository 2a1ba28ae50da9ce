"""`loa migrate`: brings an archive of an older Loa up to date."""

from pathlib import Path

import click

from crawler.commands.options import archive_option
from pipelines.keep.database.archive import migrate_archive


@click.command()
@archive_option
def migrate(archive: Path) -> None:
    """Bring an archive that an older Loa made up to date.

    Every other command does the same before it reads or writes, except `snapshot`, which copies the
    archive as it is. All steps are one transaction: a run that is stopped or killed changes
    nothing. Afterwards, an older Loa refuses the archive.
    """
    steps = migrate_archive(archive)
    done = f"brought up to date ({', '.join(steps)})" if steps else "is up to date"
    click.echo(f"{archive}: {done}")
