"""The lines that frame an answer, read as browsers and curl read them: status, lengths, chunks.

Servers stray from RFC 9112 in many ways that leave no doubt what they mean. Where there is a doubt
how long a body is, nothing is read: half a page must not pass for a page.
"""

import re
from collections.abc import Iterable, Sequence

from crawler.fetch.own_fault import OwnFault

# As Chrome has it: up to four stray bytes before the name, any blanks, no reason.
_STATUS_LINE = re.compile(rb".{0,4}?HTTP(?:/\d+(?:\.\d+)?)?[ \t]+(\d{3})(?!\d)[ \t]*(.*)", re.I)
_LENGTH = re.compile(rb"\+?(\d{1,18})(?:[;.].*)?")  # what follows the number is no part of it
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-f]{1,15})[ \t]*(?:;.*)?", re.I | re.S)
_LONGEST_LINE = 16 << 10  # bytes: the size of a chunk and its extensions
_LONGEST_TRAILER = 64 << 10  # bytes: the headers after the last chunk
_NO_CODINGS = frozenset({b"", b"identity"})


class FramingError(OwnFault):
    """It is not clear how long the body of an answer is."""

    word = "not-http"


def status_line(line: bytes) -> bytes:
    """A status line in its one right form; a line that is none, as it is."""
    found = _STATUS_LINE.fullmatch(line)
    return b"HTTP/1.1 %b %b" % (found[1], found[2]) if found else line


def is_chunked(transfer_encodings: Iterable[bytes]) -> bool:
    """Whether the values of Transfer-Encoding mean that the body comes in chunks.

    Raises FramingError for a coding that nobody asked for.
    """
    joined = b",".join(transfer_encodings).lower()
    codings = {one.partition(b";")[0].strip(b" \t\"'") for one in joined.split(b",")} - _NO_CODINGS
    if codings and b"chunked" not in codings:
        raise FramingError(f"its Transfer-Encoding is {_quoted(joined)}")
    return bool(codings)


def one_length(content_lengths: Sequence[bytes]) -> int | None:
    """The length that the values of Content-Length agree on; None if there are none.

    Raises FramingError if they differ or are no lengths.
    """
    if not content_lengths:
        return None
    joined = b",".join(content_lengths)
    values = list(filter(None, map(bytes.strip, joined.split(b",")))) or [b""]
    found = [_LENGTH.fullmatch(value) for value in values]
    lengths = {None if one is None else int(one[1]) for one in found}
    if len(lengths) > 1:
        raise FramingError(f"it gives lengths that differ, {_quoted(joined)}")
    if None in lengths:
        raise FramingError(f"its Content-Length is {_quoted(joined)}")
    return lengths.pop()


def _quoted(value: bytes) -> str:
    return repr(value[:60].decode("latin-1"))


class Chunks:
    """Joins the chunks of a body. `is_whole`: the last chunk has come, perhaps not what follows it.

    `rest` is None until the end; then what came after it.
    """

    def __init__(self) -> None:
        self.is_whole = False
        self.rest: bytes | None = None
        self._buffer = bytearray()
        self._left = 0  # bytes of the chunk that are still to come
        self._after_chunk = False
        self._trailer = 0

    def take(self, data: bytes) -> bytes:
        """The part of the body that has come with these bytes.

        Raises FramingError for what is no chunk.
        """
        body = bytearray()
        self._buffer += data
        while self.rest is None and self._buffer:
            if self._left:
                part = self._buffer[: self._left]
                del self._buffer[: len(part)]
                self._left -= len(part)
                self._after_chunk = not self._left
                body += part
            elif (line := self._line()) is None:
                break
            elif self.is_whole:
                self._take_trailer(line)
            elif self._after_chunk:
                if line:
                    raise FramingError("a chunk is longer than it says")
                self._after_chunk = False
            else:
                self._take_size(line)
        return bytes(body)

    def _line(self) -> bytes | None:
        """The next line without its end, which may be a line feed alone."""
        end = self._buffer.find(b"\n")
        if (end if end >= 0 else len(self._buffer)) > _LONGEST_LINE:
            raise FramingError("a line between its chunks does not end")
        if end < 0:
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line.removesuffix(b"\r")

    def _take_size(self, line: bytes) -> None:
        size = _CHUNK_SIZE.fullmatch(line)
        if size is None:
            raise FramingError(f"a chunk's size is {_quoted(line)}")
        self._left = int(size[1], 16)
        self.is_whole = not self._left

    def _take_trailer(self, line: bytes) -> None:
        self._trailer += len(line)
        if self._trailer > _LONGEST_TRAILER:
            raise FramingError("the headers after its chunks do not end")
        if not line:
            self.rest = bytes(self._buffer)
