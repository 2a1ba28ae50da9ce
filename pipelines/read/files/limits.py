"""How much of an attached file is read, and the errors for files without text."""

import signal
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.outcomes import IssueKind
from pipelines.read.reading import Note

PAGES_MAX = 300  # of a PDF file, or slides of a presentation
CHARACTERS_MAX = 2_000_000
ROWS_MAX = 20_000  # of one sheet
COLUMNS_MAX = 200
UNPACKED_MAX = 20 * 1024 * 1024  # of a zipped file; a report of a thousand pages has some 10 MB
SECONDS_MAX = 6.5  # CPU time for a file
_AGAIN = 0.1  # CPU seconds until the next OutOfTime, in case a library swallowed one


class UnreadableDocument(Exception):
    """Why a document gives no text, in one line."""

    kind = IssueKind.ATTACHMENT_UNREADABLE

    def __init__(self, why: str = "the file is encrypted") -> None:
        super().__init__(why)


class UnsupportedDocument(UnreadableDocument):
    """The kind of file that is not read, in one line; the file itself may be fine."""

    kind = IssueKind.ATTACHMENT_WITHOUT_TEXT


class OutOfTime(BaseException):
    """A file takes too long. Not an Exception: a library might handle that as its own fault."""


def cut(notes: list[Note], why: str) -> None:
    """Note that only a part of a file was read."""
    notes.append(Note(IssueKind.ATTACHMENT_CUT, why))


@contextmanager
def cpu_time(seconds: float) -> Iterator[None]:
    """Lets the block run for so much CPU time, then raises OutOfTime in it, wherever it is.

    This stops only Python code, and all libraries for documents are written in Python. Call it in
    the main thread.
    """

    def stop(*_: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
    try:
        yield
    finally:
        _stop_the_timer()
        signal.signal(signal.SIGVTALRM, before)


def _stop_the_timer() -> None:
    while True:
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            return
        except OutOfTime:  # it rang at this very moment
            continue


def check_members(members: list[zipfile.ZipInfo], *, whole: bool = True) -> None:
    """Refuse encrypted members and, of those that are read as a `whole`, a bomb by the sizes in the
    file's own directory: zipfile never unpacks more than it states. Raises UnreadableDocument.
    """
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableDocument
    if whole and sum(member.file_size for member in members) > UNPACKED_MAX:
        raise UnreadableDocument(f"the file unpacks to more than {UNPACKED_MAX} bytes")
