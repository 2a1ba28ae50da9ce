"""`loa status`: how each site stands, at a glance or for machines."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from crawler.commands.options import archive_option
from pipelines.keep.archive import read_archive
from pipelines.keep.status import site_statuses


@click.command()
@archive_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each site.")
def status(archive: Path, as_json: bool) -> None:
    """Show each site: last run and its outcome, articles held, pages waiting and failing, open issues."""
    with read_archive(archive) as db:
        statuses = site_statuses(db)
    if as_json:
        for one in statuses:
            click.echo(json.dumps(asdict(one), ensure_ascii=False))
        return
    table = Table("site", "platform", "articles", "newest", "last seen", "outcome", "new", "changed", "waiting", "failing", "refused", "issues")
    for one in statuses:
        seen = one.last_run_at[:16].replace("T", " ") if one.last_run_at else "-"
        numbers = (one.new, one.changed, one.waiting, one.failing, one.refused, one.open_issues)
        table.add_row(one.site, one.platform or "-", str(one.articles), one.newest or "-", seen, one.last_outcome or "-", *map(str, numbers))
    Console(width=None if Console().is_terminal else 160).print(table)
