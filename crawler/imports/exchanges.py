"""Pairs answers with the requests that other tools keep beside them, for the request's method.

A tool writes the two records of one exchange next to each other, in either order. They name each
other (WARC-Concurrent-To), or have the same address and date.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.keep.warc.record import Record

REMEMBERED = 64  # the last requests
METHOD = re.compile(rb"[A-Za-z]{1,20}(?= )")
ANSWERS = ("response", "revisit")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A record, and for an answer the method of its request in capitals, if a request was found."""

    record: Record
    method: str | None = None


@dataclass(frozen=True, slots=True)
class _Names:
    """What ties two records together."""

    number: str
    others: frozenset[str]
    url: str | None
    date: str

    def is_with(self, other: "_Names") -> bool:
        if self.others or other.others:
            return self.number in other.others or other.number in self.others
        return (self.url, self.date) == (other.url, other.date)


def exchanges(records: Iterator[Record]) -> Iterator[Exchange]:
    """The records in order, but an answer after the request that follows it."""
    requests: deque[tuple[_Names, str]] = deque(maxlen=REMEMBERED)
    held: Record | None = None
    for record in records:
        if record.kind == "request":
            request = _names(record), _method(record)
            if held is not None and request[0].is_with(_names(held)):
                yield Exchange(held, request[1])
                held = None
            else:
                requests.append(request)
        elif held is not None and not _may_stand_between(record):
            yield Exchange(held)
            held = None
        if record.kind in ANSWERS:
            method = _take(requests, _names(record))
            if method is None:
                held = record
                continue
            yield Exchange(record, method)
        else:
            yield Exchange(record)
    if held is not None:
        yield Exchange(held)


def _method(request: Record) -> str:
    named = METHOD.match(request.block)
    return named[0].decode().upper() if named else ""


def _may_stand_between(record: Record) -> bool:
    """Whether a record may stand between an answer and its request: what others say about it.

    Our own metadata records say something else, and in order.
    """
    return record.kind == "metadata" and "loa-site" not in record.fields


def _take(requests: deque[tuple[_Names, str]], names: _Names) -> str | None:
    """The method of an answer's request, which is then no longer among the requests."""
    for at, (asked, method) in enumerate(requests):
        if asked.is_with(names):
            del requests[at]
            return method
    return None


def _names(record: Record) -> _Names:
    fields = record.fields
    others = frozenset(fields.get("warc-concurrent-to", "").split())
    number = fields.get("warc-record-id", "")
    return _Names(number, others, record.url, fields.get("warc-date", ""))
