"""The text of Word 97 to 2003 files (DOC), as [MS-DOC] describes them, and of RTF files.

In both formats, words deleted by tracked changes are ordinary text, and stay.
"""

import io
import re
import struct
from collections.abc import Iterator
from itertools import pairwise

import olefile
from striprtf.striprtf import rtf_to_text

from pipelines.read.files.limits import (
    CHARACTERS_MAX,
    UnreadableDocument,
    UnsupportedDocument,
    cut,
)
from pipelines.read.reading import Note

_PIECES = 0x01A2  # [MS-DOC] 2.5.6: where the file information block tells the pieces of the text
_WORD_97 = 0x00C1
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_COMPRESSED = 0x40000000
# [MS-DOC] 2.4.3 and 2.6.1: ends of lines, pages, columns and paragraphs, and a hyphen that keeps
# words together. A row of a table ends with a cell mark of its own.
_WRITTEN = {"\x07": "\t", "\x0b": "\n", "\x0c": "\n\n", "\r": "\n\n", "\x0e": "\n", "\x1e": "-"}
_SIGNS = str.maketrans(dict.fromkeys(map(chr, (*range(9), *range(15, 32))), "") | _WRITTEN)
# [MS-DOC] 2.8.25: a field begins, its result begins, it ends.
_FIELD_MARKS = re.compile("([\x13\x14\x15])")
# Bytes of RTF, which is read at once; two million characters take about five million bytes.
_MARKUP_MAX = 6_000_000
# In RTF, a picture or object as hexadecimal figures.
_PICTURE = re.compile(r"(?:[0-9a-fA-F]{32,}\s*){8,}")


def doc_text(body: bytes, notes: list[Note]) -> Iterator[str]:
    """The main text of a Word 97 to 2003 file, without footnotes, headers and comments.

    Notes: `attachment-cut`. Raises UnreadableDocument for an encrypted or broken file,
    UnsupportedDocument for an older one, or as olefile does.
    """
    with olefile.OleFileIO(io.BytesIO(body)) as container:
        word = container.openstream("WordDocument").read()
        try:
            # [MS-DOC] 2.5.2 and 2.5.4: the file information block
            magic, version, flags, length = struct.unpack_from("<HH6xH64xI", word)
            if magic not in (0xA5EC, 0xA5DC):
                raise UnreadableDocument(
                    "the file is damaged: it does not begin as Word's files do"
                )
            if version < _WORD_97:
                raise UnsupportedDocument("no text is taken from files of Word 95 or older")
            if flags & _ENCRYPTED:
                raise UnreadableDocument
            table = container.openstream("1Table" if flags & _SECOND_TABLE else "0Table").read()
            start, size = struct.unpack_from("<II", word, _PIECES)
            length = min(length, CHARACTERS_MAX + 1)
            text = "".join(_pieces(word, table[start : start + size], length))
        except struct.error as error:
            raise UnreadableDocument(
                "the file is damaged: its text is not where it says"
            ) from error
    if len(text) < length:
        cut(notes, f"the file ends after {len(text)} of {length} characters")
    yield _as_seen(text)


def _pieces(word: bytes, clx: bytes, length: int) -> Iterator[str]:
    """The text, piece by piece ([MS-DOC] 2.4.1, 2.8.35, 2.9.73, 2.9.177).

    A table gives the place of each piece, and whether it has one or two bytes per character.
    """
    at = 0
    while clx[at : at + 1] == b"\x01":  # properties, which do not concern the text
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    kind, size = struct.unpack_from("<BI", clx, at)
    if kind != 2:
        raise UnreadableDocument("the file is damaged: it has no table of its text")
    count = (size - 4) // 12
    at += 5
    bounds = struct.unpack_from(f"<{count + 1}I", clx, at)
    at += 4 * (count + 1)
    for number, (first, last) in enumerate(pairwise(bounds)):
        last = min(last, length)
        if last <= first:
            return
        place = struct.unpack_from("<I", clx, at + 8 * number + 2)[0]
        if place & _COMPRESSED:
            start = (place & ~_COMPRESSED) // 2
            yield word[start : start + last - first].decode("cp1252", "replace")
        else:
            yield word[place : place + 2 * (last - first)].decode("utf-16-le", "replace")


def _as_seen(text: str) -> str:
    """Text without field instructions (a link's address, "PAGE"), with tabs and line ends in place
    of Word's own signs.
    """
    shown: list[str] = []
    hidden = [False]  # for each open field, whether we are inside its instruction
    for part in _FIELD_MARKS.split(text):
        if part == "\x13":
            hidden.append(True)
        elif part == "\x14":
            hidden[-1] = False
        elif part == "\x15":
            hidden[1:] = hidden[1:-1]
        elif not any(hidden):
            shown.append(part)
    return "".join(shown).replace("\x07\x07", "\n").translate(_SIGNS)


def rtf_text(body: bytes, notes: list[Note]) -> Iterator[str]:
    """The text of an RTF file, of which _MARKUP_MAX bytes are read, without pictures.

    Notes: `attachment-cut`. Raises as striprtf does at broken markup.
    """
    # RTF is ASCII. Careless programs write other bytes, in the code page that the file names, most
    # often this one.
    markup = _PICTURE.sub("", body.decode("cp1252", "replace"))
    if len(markup) > _MARKUP_MAX:
        cut(notes, f"only the first {_MARKUP_MAX} bytes were read")
    yield str(rtf_to_text(markup[:_MARKUP_MAX], errors="replace"))  # type: ignore[no-untyped-call]  # the package comes without types
