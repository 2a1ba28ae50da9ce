"""How much of an attached file is read, and the errors for files without text."""

import zipfile

PAGES_MAX = 300  # of a PDF file, or slides of a presentation
CHARACTERS_MAX = 2_000_000
ROWS_MAX = 20_000  # of one sheet
COLUMNS_MAX = 200
UNPACKED_MAX = 20 * 1024 * 1024  # of a zipped file; a report of a thousand pages has some 10 MB


class UnreadableDocument(Exception):
    """Why a document gives no text, in one line."""


class UnsupportedDocument(Exception):
    """The kind of file that is not read, in one line; the file itself may be fine."""


def check_unpacked(members: list[zipfile.ZipInfo]) -> None:
    """Refuse a bomb by the sizes in the file's own directory, with UnreadableDocument.

    zipfile never unpacks more of a member than its directory states.
    """
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableDocument("the file is encrypted")
    if sum(member.file_size for member in members) > UNPACKED_MAX:
        raise UnreadableDocument(f"the file unpacks to more than {UNPACKED_MAX} bytes")
