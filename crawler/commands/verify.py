"""`loa verify`: whether the archive is whole: SQLite, foreign keys, search index, counts, and each capture's bytes against its sha256."""

from pathlib import Path

import click

from crawler.commands.options import archive_option
from crawler.plain import one_line
from pipelines.keep.archive import captures_folder, read_archive
from pipelines.keep.verify import verify_archive

DAMAGED = 8


@click.command()
@archive_option
def verify(archive: Path) -> None:
    """Check the archive: database, references, search index, every capture's bytes. Changes nothing; exit code 8 where something is wrong."""
    with read_archive(archive) as db:
        report = verify_archive(db, captures_folder(archive))
    for problem in report.problems[:50]:
        click.echo(one_line(problem))
    if len(report.problems) > 50:
        click.echo(f"... and {len(report.problems) - 50} more")
    click.echo(
        f"{archive}: {report.captures} captures, {report.articles} articles, {report.revisions} revisions: " + ("damaged" if report.problems else "whole")
    )
    if report.problems:
        raise click.exceptions.Exit(DAMAGED)
