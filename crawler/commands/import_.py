"""`loa import`: reads and stores WARC files as if fetched at each record's WARC-Date."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import click

from crawler.commands.options import archive_option
from crawler.terminal.progress import Progress
from pipelines.capture import Capture
from pipelines.ingest import Ingest
from pipelines.keep.records.sites import Origin
from pipelines.keep.visits.runs import Counts
from pipelines.keep.warc.record import Record
from pipelines.keep.warc.stream import Damage, walk_warc
from pipelines.outcomes import RunOutcome
from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.reading import LinkKind
from portals.errors import LoaError, UnknownSiteError
from portals.platform import platform_of
from portals.site import Site, load_sites, site_for_address

# A record's site, its content, and the kind of page that our own crawl requested.
FoundCapture = tuple[Site, Capture, LinkKind | None]


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
def import_(files: tuple[Path, ...], archive: Path, key: str | None, platform: str | None) -> None:
    """Import captures from WARC FILEs (.warc, .warc.gz, .wacz) with their original dates.

    A host that no site file names becomes a site of its own, and Loa detects its platform from its
    pages. Importing a file twice changes nothing. If a file is cut off or damaged, Loa stores its
    intact records, reports the damage and exits with code 6.
    """
    if platform is not None:
        platform_of(platform)
    sites = SiteFinder(key)
    in_order = sorted(files, key=_begins)  # oldest first, in whatever order they were named
    damages: list[str] = []
    with (
        Ingest(
            archive,
            name=f"import-{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}",
            workers=os.cpu_count() or 1,
        ) as ingest,
        Progress() as progress,
    ):
        run = ingest.begin_run("import", [], "import", datetime.now(UTC))
        counts, passed_over = Counts(), Counter[str]()
        captures = sites.with_rows(_captures(in_order, sites, ingest, damages, passed_over), ingest)
        for kept in ingest.keep_stream(run, captures, platform=platform):
            counts.add(kept)
            progress.tell(IMPORT, kept)
        ingest.read_waiting_documents()
        outcome = RunOutcome.DAMAGED if damages else RunOutcome.OK
        passed = ", ".join(f"{number} {kind} records" for kind, number in passed_over.items())
        told = [
            f"{counts.known} captures were there already" if counts.known else "",
            f"not taken: {passed}" if passed else "",
            *damages[:3],
        ]
        detail = "; ".join(filter(None, told)) or None
        ending = ingest.end_run(run, outcome=outcome, detail=detail, at=datetime.now(UTC))
        progress.ended(IMPORT, ending.outcome, ending.detail, counts, asked=False)
    if damages:
        more = f" (and {len(damages) - 1} more)" if len(damages) > 1 else ""
        raise DamagedWarcError(
            f"{damages[0]}{more}; all intact records were stored; get the file again for the rest"
        )
    if ending.outcome == RunOutcome.INCOMPLETE:
        raise UnreadPagesError(f"{ending.detail}; `loa reread --apply` reads them again")


IMPORT = Site(name="import", url="http://import.invalid/", key="import")


class SiteFinder:
    """Finds a record's site: the one named, else that of its host's file, else one for the host."""

    def __init__(self, key: str | None) -> None:
        self.files = load_sites()
        if key is not None and key not in self.files:
            raise UnknownSiteError(
                f"--site {key}: no site file has this name; leave --site out to make sites from"
                f" the hosts, or write portals/sites/{key}.toml"
            )
        self.named = self.files[key] if key is not None else None
        self.by_host = {host: site for site in self.files.values() for host in site.all_hosts}
        self.written: set[str] = set()

    def of(self, url: str, noted: str | None) -> Site:
        """The site of an address. `noted`: the key that our own writer put into the record."""
        host = urlsplit(url).netloc.lower()
        if self.named is None and noted in self.files and host in self.files[noted].all_hosts:
            return self.files[noted]
        if self.named is not None:
            known = host in self.named.all_hosts
            return self.named if known else replace(self.named, hosts=(*self.named.hosts, host))
        if host not in self.by_host:
            self.by_host[host] = site_for_address(url)
        return self.by_host[host]

    def with_rows(self, captures: Iterator[FoundCapture], ingest: Ingest) -> Iterator[FoundCapture]:
        """The captures; each site's row is written before its first one."""
        for site, capture, kind in captures:
            if site.key not in self.written:
                self.written.add(site.key)
                origin: Origin = "file" if site.key in self.files else "import"
                with ingest.archive.transaction() as db:
                    ingest.know_site(db, site, origin, capture.fetched_at)
            yield site, capture, kind


def _begins(file: Path) -> datetime:
    """The date of a file's first record. Raises NotWarcError before anything is written."""
    first = next(iter(walk_warc(file)), None)
    return first.date if isinstance(first, Record) else datetime.max.replace(tzinfo=UTC)


def _captures(
    files: Sequence[Path],
    sites: SiteFinder,
    ingest: Ingest,
    damages: list[str],
    passed_over: Counter[str],
) -> Iterator[FoundCapture]:
    for file in files:
        for record in walk_warc(file):
            if isinstance(record, Damage):
                damages.append(f"{file}: damaged at byte {record.offset}: {record.reason}")
            elif (found := _capture(record, sites, ingest)) is not None:
                yield found
            elif record.kind not in ("request", "warcinfo", "metadata"):
                passed_over[record.kind] += 1


def _capture(record: Record, sites: SiteFinder, ingest: Ingest) -> FoundCapture | None:
    """The capture that a record holds; None if it holds none.

    It may be an HTTP answer, a resource, a page our browser filled, or a revisit of a body we hold.
    """
    url = canonical_url(record.url or "")
    ours = record.rendered_from is not None
    if url is None or not (ours or record.kind in ("response", "resource", "revisit")):
        return None
    status = 200 if record.kind == "resource" else record.status
    revisited = record.kind == "revisit" and status != 304
    body = ingest.held_body(url, record.payload) if revisited else record.body
    if status is None or body is None:
        return None
    site, shell_at = sites.of(url, record.site), record.rendered_from
    capture = Capture(
        site.key, url, record.date, status, record.headers, body, rendered_from=shell_at
    )
    kind: LinkKind | None = record.asked_as if record.asked_as in get_args(LinkKind) else None  # type: ignore[assignment]
    return site, capture, kind
