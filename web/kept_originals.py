"""Writes an original anew in a worker process, from the bytes that a capture kept.

It parses what a stranger wrote. A limit of time and memory can only hold a process of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.capture import Capture
from pipelines.keep.warc.opened import Fault, OpenedRecord, RecordFault
from pipelines.keep.warc.reader import WarcPlace
from web.originals import LARGEST_PICTURE, NotShown, Original, original_of

PICTURE_BYTES = 6 << 20  # of all kept pictures in one page


@dataclass(frozen=True, slots=True)
class KeptOriginal:
    """Which original to write, and where its bytes are: `place` in `folder`.

    `language` is that of the site. `is_source`: markup as text. `pictures`: the places of kept
    pictures, by their addresses.
    """

    folder: Path
    place: WarcPlace
    site: str
    url: str
    status: int | None
    language: str
    is_source: bool
    pictures: dict[str, WarcPlace]


def shown_original(asked: KeptOriginal) -> Original | Fault | str:
    """The original, a Fault of its record, or why it cannot be shown (see NotShown).

    Reasons are returned, because exceptions with several arguments do not come through a pipe.
    """
    try:
        return _read(asked)
    except RecordFault as problem:
        return problem.fault
    except NotShown as problem:
        return problem.why


class _Pictures:
    """Gives each kept picture once, as far as they have room in one page together."""

    def __init__(self, folder: Path, places: Mapping[str, WarcPlace]) -> None:
        self.folder, self.places, self.room = folder, dict(places), PICTURE_BYTES

    def __call__(self, url: str) -> bytes | None:
        place = self.places.pop(url, None)
        if place is None or place.bytes > self.room:
            return None
        try:
            with OpenedRecord(self.folder, place) as record:
                if record.bytes != place.bytes:
                    return None
                body = record.kept_body()
        except RecordFault:
            return None  # a description stands in its place
        self.room -= len(body)
        return body


def _read(asked: KeptOriginal) -> Original:
    with OpenedRecord(asked.folder, asked.place) as record:
        if record.bytes > LARGEST_PICTURE:
            raise NotShown("too-large")
        body = record.kept_body()
    kept = record.record
    capture = Capture(asked.site, asked.url, kept.date, asked.status, kept.headers, body)
    pictures = _Pictures(asked.folder, asked.pictures)
    return original_of(capture, asked.language, source=asked.is_source, pictures=pictures)
