"""Finds out what each WARC record gives to an import: a capture, settings, a removal or nothing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from crawler.imports.site_finder import FoundCapture, SiteFinder
from pipelines.capture import Capture
from pipelines.ingest import Ingest
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.records.removals import Removal
from pipelines.keep.warc.record import Record, RequestedAs
from pipelines.keep.warc.segments import Segments
from pipelines.keep.warc.stream import walk_warc
from pipelines.keep.warc.wholeness import fault_of
from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.reading import LinkKind
from portals.platform import platforms

NOT_TAKEN = {
    "conversion": "made by another tool",
    "continuation": "continue a record that does not come before them",
}
NOT_ANSWERS = ("request", "warcinfo", "metadata")  # not counted in the report
ANSWERS = ("response", "resource", "revisit")
READ = (*range(200, 300), 300)  # statuses whose bodies may be read
AHEAD = timedelta(days=1)  # the clock of the machine that made a file may be so far ahead of ours
END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)  # leaves room to add intervals to a date
MOST_REASONS = 12  # different ones; a reason may quote the file
EXAMPLE = 120  # characters shown of an address


@dataclass
class ImportReport:
    """What an import found out about its files.

    `damages`: one line each. `not_taken`: by kind of record and reason, how many, and the address
    of one of them. `removals`: those that the files record. `undecided`: some captures come from
    files that record no removals.
    """

    damages: list[str] = field(default_factory=list)
    not_taken: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    removals: list[Removal] = field(default_factory=list)
    undecided: bool = False

    def leave_out(self, kind: str, why: str, url: str | None = None) -> None:
        """Count a record that is not taken."""
        if len(self.not_taken) >= MOST_REASONS and (kind, why) not in self.not_taken:
            why = "for other reasons"
        many, example = self.not_taken.get((kind, why), (0, ""))
        self.not_taken[kind, why] = many + 1, example or (url or "")[:EXAMPLE]

    @property
    def summary(self) -> str | None:
        """How many records of each kind were not taken, and why; None if all were."""
        kinds = Counter[str]()
        whys = []
        for (kind, why), (many, example) in self.not_taken.items():
            kinds[kind] += many
            whys.append(f"{many} {kind}: {why}" + (f", such as {example}" if example else ""))
        if not kinds:
            return None
        counted = ", ".join(f"{many} {kind} records" for kind, many in kinds.items())
        return f"not taken: {counted} ({'; '.join(whys)})"


def first_date(file: Path) -> datetime:
    """The date of a file's first record; in a file of Loa, this is when its process began.

    Raises NotWarcError before anything is written.
    """
    first = next(iter(walk_warc(file)), None)
    return first.date if isinstance(first, Record) else datetime.max.replace(tzinfo=UTC)


def captures_in(
    files: Sequence[Path],
    sites: SiteFinder,
    ingest: Ingest,
    report: ImportReport,
    now: datetime,
    platform: str | None = None,
) -> Iterator[FoundCapture]:
    """The captures of files, in order. `platform`: the family that a person named.

    A capture from the future would be the newest text of its article for years, so it is not taken
    unless Loa itself made it, with a wrong clock.
    """
    for records in _records_of(files, report):
        ours = decided = False
        for record in records:
            if (begins := record.begins_own_file) is not None:
                ours, decided = begins, False
            one = record if ours else _without_our_fields(record)
            if one.settings is not None:
                decided = True  # a Loa that writes settings writes removals too
            if _take_settings_or_removal(one, sites, report):
                continue
            found = _capture(one, sites, ingest)
            if found is not None and one.date > (END_OF_TIME if ours else now + AHEAD):
                found = "dated in the future"
            if isinstance(found, str):
                report.leave_out(one.kind, found, one.url)
            elif found is not None:
                report.undecided |= not decided
                site, capture, request = found
                yield site, capture, replace(request, read_as=platform or request.read_as)


def _records_of(files: Sequence[Path], report: ImportReport) -> Iterator[Iterator[Record]]:
    """The records of each file, segments joined; damages go into the report.

    Segments that stay alone come last.
    """
    segments = Segments()
    for file in files:
        yield _whole_records(file, segments, report)
    yield segments.rest()


def _whole_records(file: Path, segments: Segments, report: ImportReport) -> Iterator[Record]:
    for record in walk_warc(file):
        if isinstance(record, Record):
            yield from segments.take(record)
        else:
            damage = f"{file}: damaged at byte {record.offset}: {record.reason}"
            report.damages.append(damage)


def _take_settings_or_removal(record: Record, sites: SiteFinder, report: ImportReport) -> bool:
    """Take a record of settings or of a removal; returns whether it is one."""
    if record.site is not None and record.settings is not None:
        if (why := sites.take_settings(record.site, record.settings)) is not None:
            report.leave_out("settings", why[:EXAMPLE])
        return True
    if record.is_removal and (url := canonical_url(record.url or "")):
        site = sites.of(url, record.site)
        report.removals.append(Removal(site.key, url, utc_text(record.date)))
        return True
    return False


def _without_our_fields(record: Record) -> Record:
    """The record without the fields that mean something only in a file of Loa."""
    bare = replace(record, site=None, asked_as=None, read_as=None, rendered_from=None)
    return replace(bare, error=None, tls=None, says=None)


def _capture(record: Record, sites: SiteFinder, ingest: Ingest) -> FoundCapture | str | None:
    """The capture that a record holds; why there is none; or None if nobody expects one.

    It may be an HTTP answer, a resource, a page that our browser filled, a revisit of a body that
    the archive holds, or Loa's record of a request without an answer.
    """
    rendered = record.kind == "conversion" and record.rendered_from is not None
    if not (rendered or record.is_failure or record.kind in ANSWERS):
        if record.kind in NOT_ANSWERS:
            return None
        return NOT_TAKEN.get(record.kind, "hold no answer")
    url = canonical_url(record.url or "")
    if url is None:
        return "their address is not on the web" if record.url else "without an address"
    status, body = record.status, record.body
    if record.kind == "resource":
        status = 200
    elif record.kind == "revisit" and status != 304:
        held = ingest.held_body(url, record.fields.get("warc-payload-digest"))
        if held is None:
            return "no file so far holds the body that they repeat, import that file first"
        body = held
    if status is None and not record.is_failure:
        return "without an HTTP answer"
    error = record.error
    if record.kind in ("response", "resource") and status in READ:
        error = error or fault_of(record)
    site = sites.of(url, record.site)
    capture = Capture(
        *(site.key, url, record.date, status, record.headers, body),
        error=error,
        tls=record.tls,
        rendered_from=record.rendered_from,
    )
    kind: LinkKind | None = record.asked_as if record.asked_as in get_args(LinkKind) else None  # type: ignore[assignment]
    read_as = record.read_as if record.read_as in platforms() else None
    return site, capture, RequestedAs(kind, read_as)
