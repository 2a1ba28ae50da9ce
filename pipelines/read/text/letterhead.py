"""The head and foot of an official document that was pasted into an article.

The head has issuer and motto, the foot the signer's office and name (Decree 30/2020/ND-CP, appendix
I). Both belong to the article's text; neither is its lead or byline.
"""

import re

from pipelines.read.text.clean_text import fold
from pipelines.read.text.phrases import folded_pattern

MOTTO = folded_pattern(lambda it: it.letterheads.mottos).replace(" - ", r"\W+")
HEAD = re.compile(
    rf"{folded_pattern(lambda it: it.letterheads.states)}\b|^{MOTTO}\b"
    rf"|^{folded_pattern(lambda it: it.letterheads.parties)}\W*$"
)
FOOT = re.compile(
    rf"(?P<note>\W*{folded_pattern(lambda it: it.letterheads.signed)}\W*$)"
    rf"|{folded_pattern(lambda it: it.letterheads.on_behalf)}\."
    rf"|{folded_pattern(lambda it: it.letterheads.offices)}\b"
)
LONGEST_LINE = 250  # characters of a line of either


def is_letterhead(text: str) -> bool:
    """Whether a paragraph belongs to a document's head: the state's name and motto, or issuer and
    title in capitals.
    """
    return text.isupper() or (len(text) <= LONGEST_LINE and bool(HEAD.search(fold(text))))


def is_office(text: str) -> bool:
    """Whether a paragraph is the signer's office in capitals ("KT. CHỦ TỊCH"), or the note that a
    document was signed.
    """
    found = FOOT.match(fold(text)) if len(text) <= LONGEST_LINE else None
    return found is not None and (text.isupper() or found["note"] is not None)
