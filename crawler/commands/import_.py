"""`loa import`: reads and stores WARC files as if fetched at each record's WARC-Date."""

import os
from collections.abc import Iterable
from pathlib import Path

import click

from crawler.clock import Clock, wall_clock
from crawler.commands.options import archive_option
from crawler.imports.portal_names import name_portals
from crawler.imports.records import ImportReport, captures_in, first_date
from crawler.imports.site_finder import SiteFinder
from crawler.open_files import allow_open_files
from crawler.terminal.progress import Progress
from pipelines.ingest import Ingest
from pipelines.keep.visits.runs import Counts, counts_of
from pipelines.outcomes import GOOD_RUNS, RunOutcome
from portals.errors import LoaError
from portals.platform import platform_of
from portals.site import Site

INCOMPLETE = 7


class UnreadPagesError(LoaError):
    """Loa could not read some pages of an import; their bytes were kept."""

    exit_code = 7


class DamagedWarcError(LoaError):
    """Some records of an imported file could not be read; all others were stored."""

    exit_code = 6


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@archive_option
@click.option("--site", "key", metavar="KEY", help="Store every record as a page of this site.")
@click.option(
    "--platform",
    metavar="NAME",
    help="Read every page by this family's rules; `generic` switches family rules off.",
)
@click.pass_obj
def import_(
    clock: Clock | None,
    /,
    files: tuple[Path, ...],
    archive: Path,
    key: str | None,
    platform: str | None,
) -> None:
    """Import captures from WARC FILEs with their original dates.

    They may be packed (.warc.gz, .warc.zst, .wacz) or not (.warc), and made by any tool.

    A host that no site file names becomes a site of its own, and Loa takes its name and platform
    from its pages. Importing a file twice changes nothing. If a file is cut off or damaged, Loa
    stores its intact records, reports the damage and exits with code 6. At the end it judges each
    site like a visit. If one looks wrong, as when a hundred pages or more give no article, it exits
    with code 7.

    The files in captures/ rebuild the archive, except for what they do not hold: the issues and
    judgements of visits, the schedule, what people accepted, paused or removed, and the permissions
    of sites.
    """
    if platform is not None:
        platform_of(platform)
    sites, report, counts, now = SiteFinder(key), ImportReport(), Counts(), clock or wall_clock
    in_order = sorted(files, key=first_date)  # oldest first, in whatever order they were named
    workers = os.cpu_count() or 1
    allow_open_files(readers=workers)
    with (
        Ingest(
            archive,
            name=f"import-{now():%Y%m%dT%H%M%S%f}-{os.getpid()}",
            workers=workers,
        ) as ingest,
        Progress() as progress,
    ):
        run = ingest.begin_run("import", [], "import", now())
        sites.know_archive(ingest)
        found = captures_in(in_order, sites, ingest, report, now(), platform)
        for kept in ingest.keep_stream(run, sites.with_rows(found, ingest)):
            counts.add(kept)
            progress.tell(IMPORT, kept)
        ingest.read_waiting_documents()
        sites.write_last(ingest, now())
        name_portals(ingest, sites)
        told = [
            f"{counts.known} captures were there already" if counts.known else None,
            report.summary,
            *(_without_folders(damage, files) for damage in report.damages[:3]),
        ]
        outcome = RunOutcome.DAMAGED if report.damages else RunOutcome.OK
        detail = "; ".join(filter(None, told)) or None
        ending = ingest.end_run(
            run, outcome=outcome, detail=detail, at=now(), removals=report.removals
        )
        # Articles in parts were joined at the end.
        counts = counts_of(ingest.archive.connection, run, known=counts.known)
        progress.ended(IMPORT, ending.outcome, ending.detail, counts, asked=False)
    if damages := report.damages:
        more = f" (and {len(damages) - 1} more)" if len(damages) > 1 else ""
        raise DamagedWarcError(
            f"{damages[0]}{more}; all intact records were stored; get the file again for the rest"
        )
    if ending.outcome == RunOutcome.INCOMPLETE:
        raise UnreadPagesError(f"{ending.detail}; `loa reread --apply` reads them again")
    if ending.outcome not in GOOD_RUNS:
        raise click.exceptions.Exit(INCOMPLETE)


IMPORT = Site(name="import", url="http://import.invalid/", key="import")


def _without_folders(told: str, files: Iterable[Path]) -> str:
    """Words about files for the archive, whose readers need not know this computer's folders."""
    for file in files:
        told = told.replace(str(file), file.name)
    return told
