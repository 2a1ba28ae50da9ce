"""Finds the answers that revisit records repeat: in the files of this import, or in the archive.

A tool names the original by address and date (WARC-Refers-To-Target-URI and -Date), by the digest
of its payload, by the id of its record, or by several of these (ISO 28500:2017, 6.7).
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import MAXYEAR, datetime, timedelta

from pipelines.capture import Capture
from pipelines.ingest import Ingest
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.records.captures import captures_where
from pipelines.keep.warc.digests import Digest, parse_digest
from pipelines.keep.warc.reader import WarcPlace, look_up
from pipelines.keep.warc.record import Record, parse_date
from pipelines.read.addresses.canonical import canonical_url

MOST_TRIED = 40  # different bodies of an address that may be the original, the newest first
MOST_FACTS = 10_000  # answers whose digests are remembered
LARGEST_WAIT = 256 << 20  # bytes of revisits that wait for a later file
LONGEST_NAME = 200  # characters of a record's id
KEPT = """warc_file is not null and lost_at is null and rendered_from is null
    and status <> 304"""


@dataclass(frozen=True, slots=True)
class Original:
    """An answer that a revisit repeats; `error`: why it is not whole, if it is not."""

    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    error: str | None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How a revisit names its original. `near`: addresses that it may have."""

    number: str
    digest: Digest | None
    address: str | None
    date: datetime | None
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer that may be the original, by its own address and date, or else by its names.

    It lies in memory or at a place of the archive.
    """

    url: str
    at: str
    source: Capture | WarcPlace
    referred: bool = False
    names: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Facts:
    """What was learnt of a body when it was read: its names, and its digests by algorithm."""

    names: frozenset[str]
    digests: dict[str, bytes] = field(default_factory=dict)


def names_of(record: Record) -> tuple[str, ...]:
    """What revisits may call a record of another tool: its id, and the digest of its payload."""
    digest = parse_digest(record.fields.get("warc-payload-digest"))
    names = (record.fields.get("warc-record-id", "").strip("<> "), str(digest or ""))
    return tuple(name for name in names if 0 < len(name) <= LONGEST_NAME and name.isprintable())


def head_as_text(record: Record) -> str:
    """All of a record but its block and body, as JSON: a file holds it, and no pickle."""
    known = asdict(replace(record, block=b"", body=b""))
    del known["block"], known["body"]
    return json.dumps(known, default=datetime.isoformat)


def head_from_text(text: str) -> Record:
    """The record that `head_as_text` wrote, with an empty block and body."""
    known = json.loads(text)
    for name in ("date", "rendered_from"):
        known[name] = known[name] and datetime.fromisoformat(known[name])
    known["headers"] = tuple((name, value) for name, value in known["headers"])
    known["names"] = tuple(known["names"])
    return Record(body=b"", **known)


class Originals:
    """Remembers the answers of an import under their names, in a temporary file on disk."""

    def __init__(self, ingest: Ingest) -> None:
        self._ingest = ingest
        self._facts: dict[tuple[str, int], _Facts] = {}
        self._waited = 0  # bytes
        self._memory = sqlite3.connect("", isolation_level=None)
        self._memory.execute("pragma journal_mode = off")
        self._memory.execute("create table named (name text primary key, url text, at text)")
        self._memory.execute("create table waiting (id integer primary key, record text)")

    def close(self) -> None:
        """Forget everything."""
        self._memory.close()

    def note(self, capture: Capture, names: tuple[str, ...]) -> None:
        """Remember an answer of this import, unless the disk is full."""
        rows = [(name, capture.url, utc_text(capture.fetched_at)) for name in names]
        with suppress(sqlite3.Error):
            self._memory.executemany("insert or ignore into named values (?, ?, ?)", rows)

    def wait(self, record: Record) -> bool:
        """Remember a revisit whose original may come later; returns whether there was room."""
        text = head_as_text(record)
        self._waited += len(text)
        with suppress(sqlite3.Error):
            if self._waited <= LARGEST_WAIT:
                self._memory.execute("insert into waiting (record) values (?)", (text,))
                return True
        return False

    def waiting(self) -> Iterator[Record]:
        """The revisits that wait, in order."""
        with closing(self._memory.execute("select record from waiting order by id")) as rows:
            for (text,) in rows:
                yield head_from_text(text)

    def find(self, record: Record, url: str, *, by_digest: bool = True) -> Original | None:
        """The answer that a revisit of this address repeats; None if nothing proves which it is.

        If the revisit names a digest, the body must fit it. `by_digest`: False for an answer 304,
        whose digest is that of its own empty body.
        """
        wanted = _wanted(record, url, by_digest=by_digest)
        for answer in self._candidates(wanted):
            if self._fits(answer, wanted) and (found := self._load(answer)) is not None:
                return Original(found.status, found.headers, found.body, found.error)
        return None

    def last_body(self, url: str, before: datetime) -> str | None:
        """The SHA-256 of the last body that an address sent before an instant; None if none."""
        limit = utc_text(before)
        bodies = [
            (utc_text(recent.fetched_at), hashlib.sha256(recent.body).hexdigest())
            for recent in self._ingest.recent
            if recent.url == url and recent.status == 200 and utc_text(recent.fetched_at) < limit
        ]
        kept = f"url = ? and fetched_at < ? and status = 200 and {KEPT} order by fetched_at desc"
        db = self._ingest.archive.connection
        for row in captures_where(db, f"{kept} limit 1", (url, limit)):
            bodies.append((row.fetched_at, row.place.sha256 if row.place else ""))
        return max(bodies)[1] if bodies else None

    def _candidates(self, wanted: _Wanted) -> Iterator[_Answer]:
        """Answers that may be the original: the likeliest first, the costliest last."""
        if wanted.address is not None and wanted.date is not None:
            answers = list(self._at(wanted.address, wanted.date))
            answers = [one for one in answers if one.at == utc_text(wanted.date)] or answers
            alone = len({_sha256(one) for one in answers}) == 1
            for answer in answers:
                yield replace(answer, referred=alone)
        for name in filter(None, (str(wanted.digest or ""), wanted.number)):
            query = "select url, at from named where name = ?"
            for url, at in self._memory.execute(query, (name,)).fetchall():
                for answer in self._at(url, parse_utc(at)):
                    yield replace(answer, names=frozenset((name,)))
        if wanted.digest is not None or wanted.number:
            for url in wanted.near:
                yield from self._recent(url, "", "~")
                yield from self._kept("url = ?", url, most=MOST_TRIED)

    def _at(self, url: str, date: datetime) -> Iterator[_Answer]:
        """The answers of an address at an instant; within its second, if it names no fraction."""
        if date.year == MAXYEAR:
            return  # no later instant could end it
        exact = timedelta(milliseconds=1) if date.microsecond else timedelta(seconds=1)
        first, end = utc_text(date), utc_text(date + exact)
        yield from self._recent(url, first, end)
        yield from self._kept("url = ? and fetched_at >= ? and fetched_at < ?", url, first, end)

    def _recent(self, url: str, first: str, end: str) -> Iterator[_Answer]:
        """The answers of an address that are perhaps not in the archive yet."""
        for recent in self._ingest.recent:
            at = utc_text(recent.fetched_at)
            answered = recent.status not in (None, 304) and recent.rendered_from is None
            if recent.url == url and answered and first <= at < end:
                yield _Answer(url, at, recent)

    def _kept(self, condition: str, *values: str, most: int = 4) -> Iterator[_Answer]:
        """Answers of an address in the archive, the newest first, each body once."""
        rows = f"{condition} and {KEPT} group by sha256 order by max(fetched_at) desc limit {most}"
        for row in list(captures_where(self._ingest.archive.connection, rows, values)):
            if row.place is not None:
                yield _Answer(row.url, row.fetched_at, row.place)

    def _fits(self, answer: _Answer, wanted: _Wanted) -> bool:
        if wanted.digest is None:
            return answer.referred or wanted.number in answer.names | self._known(answer).names
        name, algorithm = str(wanted.digest), wanted.digest.algorithm
        in_row = f"sha256:{answer.source.sha256}" if isinstance(answer.source, WarcPlace) else ""
        if name == in_row or name in answer.names:
            return True
        facts = self._known(answer, algorithm)
        return name in facts.names or facts.digests.get(algorithm) == wanted.digest.value

    def _known(self, answer: _Answer, algorithm: str | None = None) -> _Facts:
        """What is known of an answer, with the digest of its body; reads it at most once for each.

        Else many revisits could have one large body read again and again.
        """
        source = answer.source
        if isinstance(source, Capture):
            key = answer.url, hash(source.body)
        else:
            key = source.file, source.offset
        facts = self._facts.get(key)
        if facts is None or (algorithm is not None and algorithm not in facts.digests):
            loaded = self._load(answer)
            names = loaded.names if isinstance(loaded, Record) else ()
            facts = facts or _Facts(frozenset(names))
            if algorithm is not None:
                body = loaded.body if loaded is not None else b""
                computed = hashlib.new(algorithm, body, usedforsecurity=False)
                facts.digests[algorithm] = computed.digest()
            if len(self._facts) >= MOST_FACTS:
                self._facts.clear()
            self._facts[key] = facts
        return facts

    def _load(self, answer: _Answer) -> Capture | Record | None:
        """The answer with its body; None if its bytes are lost."""
        if isinstance(answer.source, Capture):
            return answer.source
        record = look_up(self._ingest.archive.captures, answer.source)
        return record if isinstance(record, Record) else None


def _sha256(answer: _Answer) -> str:
    source = answer.source
    if isinstance(source, Capture):
        return hashlib.sha256(source.body).hexdigest()
    return source.sha256


def _wanted(record: Record, url: str, *, by_digest: bool) -> _Wanted:
    fields = record.fields
    address = canonical_url(fields.get("warc-refers-to-target-uri", "").strip("<> "))
    date = None
    with suppress(ValueError):
        date = parse_date(fields.get("warc-refers-to-date", ""))
    other_scheme = url.replace("http:", "https:", 1) if url.startswith("http:") else None
    other_scheme = other_scheme or url.replace("https:", "http:", 1)
    near = dict.fromkeys(filter(None, (url, address, other_scheme)))
    digest = parse_digest(fields.get("warc-payload-digest")) if by_digest else None
    return _Wanted(fields.get("warc-refers-to", "").strip("<> "), digest, address, date, (*near,))
