"""The head and foot of an official document that was pasted into an article.

The head has issuer and motto, the foot the signer's office and name (Decree 30/2020/ND-CP, appendix
I). Both belong to the article's text; neither is its lead or byline.
"""

import re

from pipelines.read.text.clean_text import fold
from pipelines.read.text.phrases import folded_pattern

MOTTO = folded_pattern(lambda it: it.letterheads.mottos).replace(" - ", r"\W+")
STATE = re.compile(
    rf"{folded_pattern(lambda it: it.letterheads.states)}\b"
    rf"|^{folded_pattern(lambda it: it.letterheads.parties)}\W*$"
    rf"|^{MOTTO}\b"
)
OFFICE = re.compile(
    rf"{folded_pattern(lambda it: it.letterheads.on_behalf)}\. ?.*"
    rf"|{folded_pattern(lambda it: it.letterheads.offices)}\b.*"
)
SIGNED = re.compile(rf"\W*{folded_pattern(lambda it: it.letterheads.signed)}\W*")
LONGEST_LINE = 250  # characters of a line of either


def is_letterhead(text: str) -> bool:
    """Whether a paragraph belongs to a document's head: the state's name and motto, or issuer and
    title in capitals.
    """
    return text.isupper() or (len(text) <= LONGEST_LINE and bool(STATE.search(fold(text))))


def is_office(text: str) -> bool:
    """Whether a paragraph is the signer's office in capitals ("KT. CHỦ TỊCH"), or the note that a
    document was signed.
    """
    if len(text) > LONGEST_LINE:
        return False
    folded = fold(text)
    return bool(SIGNED.fullmatch(folded)) or (text.isupper() and bool(OFFICE.fullmatch(folded)))
