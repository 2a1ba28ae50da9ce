"""`loa import`: takes WARC files through the same reading and storing, as if fetched at each record's WARC-Date."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from crawler.commands.options import archive_option
from crawler.progress import Progress
from pipelines.capture import Capture
from pipelines.intake import Intake
from pipelines.keep.runs import Counts
from pipelines.keep.warc_record import Record
from pipelines.keep.warc_stream import Damage, NotWarcError, walk_warc
from pipelines.read.urls import canonical_url
from portals.errors import LoaError, UnknownSiteError
from portals.platform import platform_of
from portals.site import Site, load_sites, site_for_address


class DamagedWarcError(LoaError):
    """Some records of an imported file could not be read; all others were taken."""

    exit_code = 6


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@archive_option
@click.option("--site", "key", metavar="KEY", help="Take every record as a page of this site, whatever its host.")
@click.option("--platform", metavar="NAME", help="Read every page by this family's rules; `generic` switches family rules off.")
def import_(files: tuple[Path, ...], archive: Path, key: str | None, platform: str | None) -> None:
    """Take captures from WARC FILEs (.warc, .warc.gz, .wacz) as if they were fetched at each record's date.

    A host that no site file names becomes a site of its own, its platform recognised from its pages. Importing a file twice changes nothing.
    A file that is cut or damaged gives its whole records; what is broken is told, and the exit code is 6.
    """
    if platform is not None:
        platform_of(platform)
    sites = SiteFinder(key)
    for file in files:
        _first_record(file)
    damages: list[str] = []
    with Intake(archive, name=f"import-{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}", workers=os.cpu_count() or 1) as intake, Progress() as progress:
        run = intake.begin_run("import", [], "import", datetime.now(UTC))
        counts, passed_over = Counts(), Counter[str]()
        captures = sites.with_rows(_captures(files, sites, damages, passed_over), intake)
        for kept in intake.keep_stream(run, captures, platform=platform):
            counts.add(kept)
            progress.tell(IMPORT, kept)
        intake.read_waiting_documents()
        outcome = "damaged" if damages else "ok"
        passed = ", ".join(f"{number} {kind} records" for kind, number in passed_over.items())
        told = [f"{counts.known} captures were there already" if counts.known else "", f"not taken: {passed}" if passed else "", *damages[:3]]
        detail = "; ".join(filter(None, told)) or None
        intake.end_run(run, counts, outcome=outcome, detail=detail, at=datetime.now(UTC))
        progress.ended(IMPORT, outcome, detail, counts)
    if damages:
        more = f" (and {len(damages) - 1} more)" if len(damages) > 1 else ""
        raise DamagedWarcError(f"{damages[0]}{more}; all whole records were taken, fetch the file again for the rest")


IMPORT = Site(name="import", url="http://import.invalid/", key="import")


class SiteFinder:
    """The site of each record: the one that was named, the one whose file names the host, else one made for the host."""

    def __init__(self, key: str | None) -> None:
        self.files = load_sites()
        self.made: dict[str, Site] = {}
        self.named = self._named(key) if key is not None else None
        self.by_host = {host: site for site in self.files.values() for host in site.all_hosts}
        self.written: set[str] = set()

    def _named(self, key: str) -> Site:
        if key in self.files:
            return self.files[key]
        raise UnknownSiteError(f"--site {key}: there is no such site file; leave --site out to make sites from the hosts, or write portals/sites/{key}.toml")

    def of(self, url: str) -> Site:
        """The site of an address."""
        host = urlsplit(url).netloc.lower()
        if self.named is not None:
            return self.named if host in self.named.all_hosts else replace(self.named, hosts=(*self.named.hosts, host))
        if host in self.by_host:
            return self.by_host[host]
        if host not in self.made:
            self.made[host] = site_for_address(url)
        return self.made[host]

    def with_rows(self, captures: Iterator[tuple[Site, Capture]], intake: Intake) -> Iterator[tuple[Site, Capture]]:
        """The captures, each site's row written before its first."""
        for site, capture in captures:
            if site.key not in self.written:
                self.written.add(site.key)
                with intake.archive.transaction() as db:
                    intake.know_site(db, site, "file" if site.key in self.files else "import", capture.fetched_at)
            yield site, capture


def _first_record(file: Path) -> None:
    """Raises NotWarcError for a file that is none, before anything is written."""
    next(iter(walk_warc(file)), None)


def _captures(files: Sequence[Path], sites: SiteFinder, damages: list[str], passed_over: Counter[str]) -> Iterator[tuple[Site, Capture]]:
    for file in files:
        for record in walk_warc(file):
            if isinstance(record, Damage):
                damages.append(f"{file}: damaged at byte {record.offset}: {record.reason}")
            elif (found := _capture(record, sites)) is not None:
                yield found
            elif record.kind not in ("request", "warcinfo", "metadata"):
                passed_over[record.kind] += 1


def _capture(record: Record, sites: SiteFinder) -> tuple[Site, Capture] | None:
    """The capture of a record that holds an answer over HTTP, or a resource; None for any other record."""
    url = canonical_url(record.url or "")
    if url is None or record.date is None or record.kind not in ("response", "resource"):
        return None
    status = 200 if record.kind == "resource" else record.status
    if status is None:
        return None
    site = sites.of(url)
    return site, Capture(site.key, url, record.date, status, record.headers, record.body)


__all__ = ["DamagedWarcError", "NotWarcError", "import_"]
