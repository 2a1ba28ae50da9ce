"""What a WARC record is to an import: a capture, settings of a site, or nothing to take."""

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
from pipelines.keep.warc.stream import Damage, walk_warc
from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.reading import LinkKind
from portals.platform import platforms

NOT_ANSWERS = ("request", "warcinfo", "metadata")  # say nothing that an archive keeps
ANSWERS = ("response", "resource", "revisit")
AHEAD = timedelta(days=1)  # what the clock of the machine that made a file may be ahead of ours
END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)  # room for all times that are reckoned from it
MOST_REASONS = 12  # a reason may quote the file
EXAMPLE = 120  # characters of an address that is told


@dataclass
class Telling:
    """What a person must hear of the files.

    `damages`: one line each. `not_taken`: by kind of record and reason, how many, and the address
    of one of them. `removals`: what our own runs decided. `undecided`: some captures come from
    files that do not say what was decided.
    """

    damages: list[str] = field(default_factory=list)
    not_taken: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    removals: list[Removal] = field(default_factory=list)
    undecided: bool = False

    def leave(self, kind: str, why: str, url: str | None = None) -> None:
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


def begins_at(file: Path) -> datetime:
    """The date of a file's first record: of a file of ours, when its process began.

    Raises NotWarcError before anything is written.
    """
    first = next(iter(walk_warc(file)), None)
    return first.date if isinstance(first, Record) else datetime.max.replace(tzinfo=UTC)


def captures_in(
    files: Sequence[Path],
    sites: SiteFinder,
    ingest: Ingest,
    telling: Telling,
    now: datetime,
    platform: str | None = None,
) -> Iterator[FoundCapture]:
    """The captures of files in order. `platform`: the family that a person named.

    One from the future would be the newest text of its article for years, so it is not taken. Our
    own may be: the archive has such a one if it was made with a wrong clock.
    """
    for file in files:
        ours = decided = False
        for record in walk_warc(file):
            if isinstance(record, Damage):
                damage = f"{file}: damaged at byte {record.offset}: {record.reason}"
                telling.damages.append(damage)
                continue
            if (begins := record.begins_own_file) is not None:
                ours, decided = begins, False
            one = record if ours else _without_our_fields(record)
            if one.settings is not None:
                decided = True  # files without settings are older than records of removals
            if _is_word_of_ours(one, sites, telling):
                continue
            found = _capture(one, sites, ingest)
            if found is not None and one.date > (END_OF_TIME if ours else now + AHEAD):
                found = "dated in the future"
            if isinstance(found, str):
                telling.leave(one.kind, found, one.url)
            elif found is not None:
                telling.undecided |= not decided
                site, capture, request = found
                yield site, capture, replace(request, read_as=platform or request.read_as)


def _is_word_of_ours(record: Record, sites: SiteFinder, telling: Telling) -> bool:
    """Take a record about a site or an article in place of a capture; whether it is one."""
    if record.site is not None and record.settings is not None:
        if (why := sites.state(record.site, record.settings)) is not None:
            telling.leave("settings", why[:EXAMPLE])
        return True
    if record.is_removal and (url := canonical_url(record.url or "")):
        site = sites.of(url, record.site)
        telling.removals.append(Removal(site.key, url, utc_text(record.date)))
        return True
    return False


def _without_our_fields(record: Record) -> Record:
    """The record without the words that mean something only in a file of ours."""
    bare = replace(record, site=None, asked_as=None, read_as=None, rendered_from=None)
    return replace(bare, error=None, tls=None, says=None)


def _capture(record: Record, sites: SiteFinder, ingest: Ingest) -> FoundCapture | str | None:
    """The capture that a record holds; why there is none; or None if nobody expects one.

    It may be an HTTP answer, a resource, a page that our browser filled, a revisit of a body that
    we hold, or our own word that no answer came.
    """
    rendered = record.kind == "conversion" and record.rendered_from is not None
    if not (rendered or record.is_failure or record.kind in ANSWERS):
        if record.kind in NOT_ANSWERS:
            return None
        return "made by another tool" if record.kind == "conversion" else "hold no answer"
    url = canonical_url(record.url or "")
    if url is None:
        return "no page of the web has such an address" if record.url else "without an address"
    status, body = record.status, record.body
    if record.kind == "resource":
        status = 200
    elif record.kind == "revisit" and status != 304:
        held = ingest.held_body(url, record.payload)
        if held is None:
            return "the body they repeat is in no file so far, import that file first"
        body = held
    if status is None and not record.is_failure:
        return "without an HTTP answer"
    site = sites.of(url, record.site)
    capture = Capture(
        *(site.key, url, record.date, status, record.headers, body),
        error=record.error,
        tls=record.tls,
        rendered_from=record.rendered_from,
    )
    kind: LinkKind | None = record.asked_as if record.asked_as in get_args(LinkKind) else None  # type: ignore[assignment]
    read_as = record.read_as if record.read_as in platforms() else None
    return site, capture, RequestedAs(kind, read_as)
