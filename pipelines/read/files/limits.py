"""How much of an attached file is read, whatever its format, and how a format's reader says that it can read nothing."""

import zipfile

PAGES_MAX = 300  # of a PDF file, or slides of a presentation
CHARACTERS_MAX = 2_000_000
ROWS_MAX = 20_000  # of one sheet
COLUMNS_MAX = 200
UNPACKED_MAX = (
    20 * 1024 * 1024
)  # what is read of a zipped file, unpacked; a report of a thousand pages has some 10 MB


class UnreadableDocument(Exception):
    """Why a document gives no text, in one line."""


class UnsupportedDocument(Exception):
    """Which kind of a format is not read, in one line: nothing is wrong with the file."""


def check_unpacked(members: list[zipfile.ZipInfo]) -> None:
    """Refuses a bomb by the sizes in the file's own directory: zipfile unpacks no more of a member than is promised there. Raises UnreadableDocument."""
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableDocument("the file is encrypted")
    if sum(member.file_size for member in members) > UNPACKED_MAX:
        raise UnreadableDocument(f"the file unpacks to more than {UNPACKED_MAX} bytes")
