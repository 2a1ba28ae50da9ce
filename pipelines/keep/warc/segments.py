"""Joins records that a tool split into segments (ISO 28500:2017, section 7).

The first segment has the record's own type, the others are `continuation` records, often at the
beginning of the next file.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.keep.warc.record import Record, parse_record

LARGEST = 64 << 20  # bytes of all records that are being joined
MOST = 16  # of them
OF_A_SEGMENT = ("warc-segment-number", "warc-block-digest")


@dataclass(slots=True)
class _Begun:
    """A record of which some segments came."""

    first: Record
    blocks: list[bytes]
    size: int


class Segments:
    """Takes the records of one or more files in order, and joins segments."""

    def __init__(self) -> None:
        self._begun: dict[str, _Begun] = {}  # by the first segment's id and address

    def take(self, record: Record) -> Iterator[Record]:
        """The records that are ready now: usually this one, none for a segment that others follow.

        A joined record comes in place of its last segment. A first segment whose others do not come
        in order stays a segment: it comes alone, with its number in its fields. So does a
        `continuation` without the segment before it.
        """
        number = record.fields.get("warc-segment-number", "").strip()
        if record.kind != "continuation":
            if number != "1":
                yield record
                return
            yield from self._begin(record)
            return
        begun = self._begun.get(_origin(record))
        if begun is None or number != str(len(begun.blocks) + 1):
            yield record
            return
        begun.blocks.append(record.block)
        begun.size += len(record.block)
        total = record.fields.get("warc-segment-total-length", "").strip()
        if total:
            self._forget(begun)
            yield _joined(begun) if total == str(begun.size) else begun.first
        yield from self._shed()

    def rest(self) -> Iterator[Record]:
        """At the end: the first segments of the records that were not completed."""
        for begun in self._all():
            self._forget(begun)
            yield begun.first

    def _begin(self, record: Record) -> Iterator[Record]:
        begun = _Begun(record, [record.block], len(record.block))
        for name in _names(record):
            if (before := self._begun.get(name)) is not None:
                self._forget(before)
                yield before.first
            self._begun[name] = begun
        yield from self._shed()

    def _shed(self) -> Iterator[Record]:
        """Gives up the oldest records while they are too many, or together too large."""
        while len(begun := self._all()) > MOST or sum(one.size for one in begun) > LARGEST:
            self._forget(begun[0])
            yield begun[0].first

    def _all(self) -> list[_Begun]:
        return list({id(begun): begun for begun in self._begun.values()}.values())

    def _forget(self, begun: _Begun) -> None:
        self._begun = {name: one for name, one in self._begun.items() if one is not begun}


def _names(record: Record) -> set[str]:
    return {record.fields.get("warc-record-id", "").strip(), record.url or ""} - {""}


def _origin(record: Record) -> str:
    """How a continuation names its first segment: by id, as the standard demands, or by address."""
    return record.fields.get("warc-segment-origin-id", "").strip() or record.url or ""


def _joined(begun: _Begun) -> Record:
    fields = {name: value for name, value in begun.first.fields.items() if name not in OF_A_SEGMENT}
    return parse_record(fields, b"".join(begun.blocks), begun.first.offset, None)
