"""`loa verify`: checks the archive, down to the bytes of each capture."""

from pathlib import Path

import click

from crawler.commands.options import archive_option
from crawler.terminal.escaping import escaped_line
from pipelines.keep.database.archive import captures_folder, read_archive
from pipelines.keep.upkeep.verify import verify_archive

DAMAGED = 8
REMEDY = (
    "loa: to get the records back, use a copy that `loa snapshot` made, or run"
    " `loa import captures/*.warc.gz --archive new.db`"
)


@click.command()
@archive_option
def verify(archive: Path) -> None:
    """Check the archive: database, references, search index, every capture's bytes.

    Changes nothing, but first brings an older Loa's archive up to date. The exit code is 8 if it
    finds damage. It also names bytes that were lost in a power cut and fetched again; those are no
    fault.
    """
    with read_archive(archive) as db:
        report = verify_archive(db, captures_folder(archive))
    for lines in (report.losses, report.problems):
        for line in lines[:50]:
            click.echo(escaped_line(line))
        if len(lines) > 50:
            click.echo(f"... and {len(lines) - 50} more")
    lost = f", except for {len(report.losses)} lost and fetched again" if report.losses else ""
    word = "damaged" if report.problems else f"whole{lost}"
    held = f"{report.captures} captures, {report.articles} articles, {report.revisions} revisions"
    click.echo(f"{archive}: {held}: {word}")
    if report.problems:
        click.echo(REMEDY, err=True)
        raise click.exceptions.Exit(DAMAGED)
