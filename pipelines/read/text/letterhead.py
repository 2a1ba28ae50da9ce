"""The head and the foot of an official document that was pasted into an article: issuer and motto above, the signer's office and name below.

Both are text of the article; neither is its lead or its byline. Forms: Decree 30/2020/ND-CP, appendix I.
"""

import re

from pipelines.read.text.clean_text import fold

_MOTTO = re.compile(
    r"cong hoa xa hoi chu nghia viet nam\b|^dang cong san viet nam\W*$|^doc lap\W+tu do\W+hanh phuc\b"
)
_OFFICE = re.compile(
    r"(?:kt|tm|tl|tuq|q)\. ?.*"
    r"|(?:pho |quyen )?(?:chu tich|bi thu|giam doc|hieu truong|truong (?:phong|ban|thon|cong an)|chanh van phong|chi huy truong|chu nhiem)\b.*"
)
_SIGNED = re.compile(r"\W*da ky\W*")
LONGEST = 250  # characters of a line of either


def is_letterhead(text: str) -> bool:
    """Whether a paragraph belongs to a document's head: the state's name and motto, or a line wholly in capitals, as issuers and titles stand there."""
    return text.isupper() or (len(text) <= LONGEST and bool(_MOTTO.search(fold(text))))


def is_office(text: str) -> bool:
    """Whether a paragraph is the office under which a name signs a document ("KT. CHỦ TỊCH"), in capitals, or the note that it was signed."""
    if len(text) > LONGEST:
        return False
    folded = fold(text)
    return bool(_SIGNED.fullmatch(folded)) or (text.isupper() and bool(_OFFICE.fullmatch(folded)))
