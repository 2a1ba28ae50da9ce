"""`loa export`: takes rows out of the archive, whole, as a file for other programs."""

import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from crawler.commands.options import archive_option
from crawler.terminal.escaping import escaped_line
from pipelines.export.export import Exported, Format, How, export_file, export_stream
from pipelines.export.moment import one_moment
from pipelines.export.part_file import check_target
from pipelines.export.sources import (
    Choice,
    Query,
    Source,
    exportable,
    query_source,
    table_source,
)
from pipelines.keep.database.archive import read_archive
from pipelines.keep.search.asked import Asked as AskedQuestion
from pipelines.keep.search.asked import ask
from pipelines.keep.search.functions import add_functions
from portals.errors import UnknownSiteError

DAY = click.DateTime(["%Y-%m-%d"])
TOLD_EVERY = 100_000  # rows, in a log
STREAM = Path("-")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be taken out, as it was typed."""

    what: str
    sites: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    search: str | None
    params: tuple[str, ...]

    @property
    def choice(self) -> Choice:
        """The choice of rows."""
        return Choice(
            self.sites,
            self.since and self.since.date(),
            self.until and self.until.date(),
            None if self.search is None else _question(self.search),
        )


@click.command()
@click.argument("what", default="articles", metavar="[WHAT]")
@archive_option
@click.option(
    "--format",
    "format_",
    type=click.Choice([one.value for one in Format]),
    required=True,
    help="jsonl and csv go on where a killed export stopped; parquet has typed columns; xlsx is for"
    " Excel.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="The file to make; - is standard output, which is the default unless it is a terminal.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there already.")
@click.option("--site", "sites", multiple=True, metavar="KEY", help="Only of this site; repeat it.")
@click.option(
    "--since", type=DAY, metavar="DAY", help="Only from this day on: articles by their publication."
)
@click.option("--until", type=DAY, metavar="DAY", help="Only up to this day, which is included.")
@click.option("--search", metavar="QUESTION", help="Only articles that answer it, as in /search.")
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of a saved query."
)
@click.option("--exact", is_flag=True, help="CSV for programs: formulas get no apostrophe.")
@click.option("--bom", is_flag=True, help="CSV for Excel: begin with a byte order mark.")
def export(archive: Path, output: Path | None, format_: str, force: bool, **options: Any) -> None:
    """Write articles, another table or a saved query (WHAT) to a file for other programs.

    The file holds all rows as they were at one moment, even if a crawl writes meanwhile. It appears
    whole, or not at all. Memory stays below 200 MB, however many rows there are. Articles, and all
    that belongs to one, begin with the article's public key.

    In CSV, a text that a spreadsheet would read as a formula gets an apostrophe. In XLSX, the sheet
    `Cut cells` names each cell that Excel cannot hold whole. docs/export.md has the columns, types
    and limits.

    \b
    loa export --format csv -o articles.csv --bom       for Excel and LibreOffice
    loa export revisions --format parquet -o r.parquet  for pandas, R and DuckDB
    loa export --format jsonl --search "đất đai" --since 2025-07-01 | jq .title
    loa export who_publishes_most --format xlsx --param year=2025 -o portals.xlsx
    """
    how = How(Format(format_), options.pop("exact"), options.pop("bom"))
    if how.format is not Format.CSV and (how.exact or how.mark):
        raise click.UsageError("--exact and --bom are for --format csv")
    asked = Asked(**options)
    target = _target(output)
    if target is not None:
        check_target(target, archive, replace=force)
    with read_archive(archive) as db:
        add_functions(db)
        with one_moment(db, archive) as stamp, _Told(asked.what) as told:
            source = _source(db, asked, archive)
            if target is None:
                stream = sys.stdout.buffer
                done = export_stream(db, source, how, stream, told.rows)
            else:
                done = export_file(db, source, how, target, stamp, told.rows)
        _report(done, target, source)


def _target(output: Path | None) -> Path | None:
    """The file to make; None for standard output."""
    if output is None and sys.stdout.isatty():
        raise click.UsageError("name a file with --output, or - for standard output")
    return None if output in (None, STREAM) else output


def _source(db: sqlite3.Connection, asked: Asked, archive: Path) -> Source:
    tables = exportable(db)
    if asked.what in tables:
        if asked.params:
            raise click.UsageError("--param is for saved queries; a table has none")
        _check_sites(db, asked.sites, archive)
        try:
            return table_source(db, asked.what, asked.choice)
        except ValueError as error:
            raise click.UsageError(f"{asked.what}: {error}") from error
    from web.questions import parameters, queries  # Datasette takes half a second to load

    saved = queries().get(asked.what)
    if saved is None:
        raise click.UsageError(
            f"{asked.what!r} is neither a table nor a saved query. Tables: {', '.join(tables)}."
            f" Saved queries: {', '.join(sorted(queries()))}."
        )
    if asked.choice != Choice():
        raise click.UsageError(
            "--site, --since, --until and --search choose rows of tables; a saved query has --param"
        )
    values = dict.fromkeys(parameters(asked.what), "")
    for given in asked.params:
        name, equals, value = given.partition("=")
        if not equals or name not in values:
            known = ", ".join(f"{one}=..." for one in values) or "none"
            raise click.UsageError(f"--param {given}: {asked.what} takes {known}")
        values[name] = value
    return query_source(db, asked.what, saved["sql"], values)


def _question(typed: str) -> AskedQuestion:
    """What --search asks. A page shows which part it did not use; a file could not."""
    asked = ask(typed)
    for part, why in asked.question.unused:
        raise click.UsageError(f"--search: {part!r} cannot be used ({why}); mend or remove it")
    if not (asked.question.groups or asked.question.has_filters):
        raise click.UsageError("--search: asks for nothing; leave it out for all articles")
    return asked


def _check_sites(db: sqlite3.Connection, sites: tuple[str, ...], archive: Path) -> None:
    known = {row[0] for row in db.execute("select key from sites")}
    for site in sites:
        if site not in known:
            raise UnknownSiteError(
                f"{site!r}: is not in {archive}; `loa status` lists the sites that are there"
            )


def _report(done: Exported, target: Path | None, source: Source) -> None:
    lines = [f"{source.name}: {note}" for note in done.notes]
    if isinstance(source, Query) and done.rows in source.ends:
        lines.append(f"{source.name}: its SQL ends at {done.rows} rows; there may be more")
    size = "" if done.size is None else f", {done.size:,} bytes"
    went_on = f" (went on after {done.continued:,})" if done.continued else ""
    lines.append(f"{target or source.name}: {done.rows:,} rows{went_on}{size}")
    for line in lines:
        click.echo(escaped_line(line), err=True)


class _Told:
    """Tells of the rows written: a live line on a terminal, plain lines in a log."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._began = time.monotonic()
        self._last = 0
        self._draw: Callable[[int], None] | None = None

    def __enter__(self) -> "_Told":
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            bars = Progress(*columns, console=Console(stderr=True), transient=True)
            bars.start()
            task = bars.add_task(self._what, total=None)
            self._draw = lambda rows: bars.update(task, description=self._line(rows))
            self._close = bars.stop
        else:
            self._close = lambda: None
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def rows(self, count: int) -> None:
        """So many rows are written by now."""
        if self._draw is not None:
            self._draw(count)
        elif count // TOLD_EVERY > self._last // TOLD_EVERY:
            click.echo(self._line(count), err=True)
        self._last = count

    def _line(self, count: int) -> str:
        seconds = max(time.monotonic() - self._began, 0.001)
        return f"{self._what}: {count:,} rows, {count / seconds:,.0f} a second"
