"""Puts the exchanges of other tools' files in the order of their dates.

A tool that sends many requests at once writes the answers as they come, and people sort and join
files. What an import makes of them must not depend on that. Loa's own files keep the order in which
its crawl decided.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from crawler.imports.exchanges import Exchange, exchanges
from pipelines.capture import PAGES
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.warc.record import Record
from pipelines.keep.warc.stream import Damage, record_at, walk_warc

SCHEMA = """create table exchanges (
    at text, url text, is_page integer, kind text, digest blob, file integer, offset integer,
    length integer, method text)"""
# A gate's answer comes before the page to which it leads, perhaps in the same second.
BY_DATE = "select * from exchanges order by at, url, is_page, kind, digest, file, offset"


class NotInPiecesError(Exception):
    """The records of a file cannot be read one by one, or must stay in their order."""


class ExchangesByDate:
    """Notes where each exchange of some files lies, in a temporary file on disk."""

    def __init__(self) -> None:
        self._files: list[Path] = []
        self._index = sqlite3.connect("", isolation_level=None)
        self._index.execute("pragma journal_mode = memory")
        self._index.execute(SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._index.close()

    def take(self, file: Path) -> Sequence[Damage] | None:
        """Note the exchanges of a file, and return its damages. None if it must be read in its own
        order: a file of Loa, a .warc.zst or .wacz, or one whose records are packed together or in
        segments.
        """
        damages: list[Damage] = []
        number = len(self._files)
        self._index.execute("begin")
        try:
            for one in exchanges(_records(file, damages)):
                self._note(one, number)
        except (NotInPiecesError, sqlite3.Error):  # the latter: the disk is full
            self._index.execute("rollback")
            return None
        self._index.execute("commit")
        self._files.append(file)
        return damages

    def _note(self, one: Exchange, file: int) -> None:
        record = one.record
        if record.kind == "warcinfo":
            return
        digest = sha256(record.block).digest()
        at, place = utc_text(record.date), (file, record.offset, record.length, one.method)
        row = (at, record.url, record.status in PAGES, record.kind, digest, *place)
        self._index.execute("insert into exchanges values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def __iter__(self) -> Iterator[Exchange]:
        """The exchanges of all files, in the order of their dates, then of their addresses."""
        with closing(self._index.execute(BY_DATE)) as rows:
            for *_, file, offset, length, method in rows:
                found = record_at(self._files[file], offset, length)
                if isinstance(found, Record):  # else the file has changed meanwhile
                    yield Exchange(found, method)


def _records(file: Path, damages: list[Damage]) -> Iterator[Record]:
    """The records of a file, and its damages aside. Raises NotInPiecesError."""
    if file.suffix not in (".warc", ".gz"):
        raise NotInPiecesError
    for found in walk_warc(file):
        if isinstance(found, Damage):
            damages.append(found)
            continue
        segmented = found.kind == "continuation" or "warc-segment-number" in found.fields
        if found.length is None or segmented or found.begins_own_file:
            raise NotInPiecesError
        yield found
