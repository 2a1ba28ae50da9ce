"""Finds out what each WARC record gives to an import: a capture, settings, a removal or nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.imports.by_date import ExchangesByDate
from crawler.imports.captures import NO_ORIGINAL, CaptureFinder
from crawler.imports.exchanges import Exchange, exchanges
from crawler.imports.originals import Originals, names_of
from crawler.imports.site_finder import FoundCapture, SiteFinder
from pipelines.ingest import Ingest
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.states.removals import Removal
from pipelines.keep.warc.record import Record
from pipelines.keep.warc.segments import Segments
from pipelines.keep.warc.stream import Damage, walk_warc
from pipelines.read.addresses.canonical import canonical_url

AHEAD = timedelta(days=1)  # the clock of the machine that made a file may be so far ahead of ours
END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)  # leaves room to add intervals to a date
MOST_REASONS = 12  # different ones; a reason may quote the file
EXAMPLE = 120  # characters shown of an address


@dataclass
class ImportReport:
    """What an import found out about its files.

    `damages`: one line each. `not_taken`: by kind of record and reason, how many, and the address
    of one of them. `removals`: those that the files record.
    """

    damages: list[str] = field(default_factory=list)
    not_taken: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    removals: list[Removal] = field(default_factory=list)

    def leave_out(self, kind: str, why: str, url: str | None = None) -> None:
        """Count a record that is not taken."""
        if len(self.not_taken) >= MOST_REASONS and (kind, why) not in self.not_taken:
            why = "for other reasons"
        many, example = self.not_taken.get((kind, why), (0, ""))
        self.not_taken[kind, why] = many + 1, example or (url or "")[:EXAMPLE]

    @property
    def summary(self) -> str | None:
        """How many records of each kind were not taken, and why, the most frequent first; None if
        all were.
        """
        kinds = Counter[str]()
        whys = []
        by_count = sorted(self.not_taken.items(), key=lambda item: -item[1][0])
        for (kind, why), (many, example) in by_count:
            kinds[kind] += many
            whys.append(f"{many} {kind}: {why}" + (f", such as {example}" if example else ""))
        if not kinds:
            return None
        counted = ", ".join(f"{many} {kind} records" for kind, many in kinds.most_common())
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
    with closing(Originals(ingest)) as originals:
        taking = _Taking(CaptureFinder(sites, originals), report, now, platform)
        for found in _exchanges_of(files, report):
            yield from _captures_of(found, sites, taking)
        yield from taking.late_captures()


def _captures_of(
    found: Iterable[Exchange], sites: SiteFinder, taking: "_Taking"
) -> Iterator[FoundCapture]:
    """The captures of one file's exchanges, or of several files' of other tools."""
    ours = False
    for exchange in found:
        record = exchange.record
        if (begins := record.begins_own_file) is not None:
            ours = begins
        one = record if ours else _as_of_others(record)
        if not _take_settings_or_removal(one, sites, taking.report):
            yield from taking.captures(replace(exchange, record=one), ours=ours)


@dataclass(frozen=True, slots=True)
class _Taking:
    """What captures are taken with."""

    finder: CaptureFinder
    report: ImportReport
    now: datetime
    platform: str | None

    def captures(
        self, exchange: Exchange, *, ours: bool, late: bool = False
    ) -> Iterator[FoundCapture]:
        """The capture of a record, if it holds one that is taken. `late`: no file is left."""
        record = exchange.record
        found = self.finder.of(exchange, ours=ours)
        if found is not None and record.date > (END_OF_TIME if ours else self.now + AHEAD):
            found = "dated in the future"
        may_wait = found == NO_ORIGINAL and not (ours or late)
        if found is None or (may_wait and self.finder.originals.wait(record)):
            return
        if isinstance(found, str):
            self.report.leave_out(record.kind, found, record.url)
            return
        site, capture, request = found
        yield site, capture, replace(request, read_as=self.platform or request.read_as)

    def late_captures(self) -> Iterator[FoundCapture]:
        """The revisits of answers that came after them, or in a later file."""
        for record in self.finder.originals.waiting():
            yield from self.captures(Exchange(record), ours=False, late=True)


def _exchanges_of(files: Sequence[Path], report: ImportReport) -> Iterator[Iterable[Exchange]]:
    """The exchanges of all files. Those of other tools' files come together, by date, where the
    first of these files stands; each other file keeps its own order. Damages go into the report.

    Segments are joined; those that stay alone come last.
    """
    segments = Segments()
    with ExchangesByDate() as by_date:
        damages = {file: by_date.take(file) for file in files}
        sorted_yet = False
        for file in files:
            if (found := damages[file]) is None:
                yield exchanges(_whole_records(file, segments, report))
                continue
            report.damages += [_damage(file, one) for one in found]
            if not sorted_yet:
                sorted_yet = True
                yield by_date
    yield exchanges(segments.rest())


def _damage(file: Path, found: Damage) -> str:
    return f"{file}: damaged at byte {found.offset}: {found.reason}"


def _whole_records(file: Path, segments: Segments, report: ImportReport) -> Iterator[Record]:
    for record in walk_warc(file):
        if isinstance(record, Record):
            yield from segments.take(record)
        else:
            report.damages.append(_damage(file, record))


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


def _as_of_others(record: Record) -> Record:
    """The record without the fields that mean something only in a file of Loa, and with the names
    that its own tool gave it.
    """
    bare = replace(record, site=None, asked_as=None, read_as=None, rendered_from=None)
    return replace(bare, error=None, tls=None, says=None, names=names_of(record))
