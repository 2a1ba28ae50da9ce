"""Guess from a portal's name which authority it speaks for.

The words come from the language files. In a language without them, a name has no level.
"""

import re

from portals.languages import any_of, any_word, every
from portals.site import Level, Publisher


def _any(name: str) -> str:
    return any_of(every(lambda language: getattr(language.publishers, name)))


PORTAL = re.compile(
    rf"^(?:{_any('portals')}(?:\s+{_any('kinds')})+|{_any('portal_names')})"
    rf"\s*(?:{_any('of')}\s+)?[-–:|]?\s*",
    re.I,
)
# Ornaments around a name (".:: UBND xã A ::.") and the breadcrumbs that some systems print behind
# it ("Huyện A > Trang chủ").
ORNAMENTS = " .:*~=|-–«»<>"
HOME = any_word(lambda it: it.furniture.home)
WAY = re.compile(rf"\s+[>»]\s.*|\s+[-–|]\s+{HOME}$", re.I)
# If two levels begin at the same place, the upper one wins.
LEVELS: tuple[tuple[Level, str], ...] = (
    ("ministry", rf"^{_any('ministry')}\s"),
    ("department", rf"^{_any('department')}\s"),
    ("province", rf"\b{_any('province')}\b"),
    ("district", rf"\b{_any('district')}\s"),
    ("commune", rf"\b{_any('commune')}\s"),
)


def publisher_of(name: str) -> Publisher:
    """The authority in a portal's name, with its level; both empty if the name has none.

    A name never holds the code of the area.
    """
    authority = PORTAL.sub("", WAY.sub("", name.strip(ORNAMENTS))).strip(ORNAMENTS)
    found = [
        (match.start(), rank, level)
        for rank, (level, words) in enumerate(LEVELS)
        if (match := re.search(words, authority, re.IGNORECASE))
    ]
    if not found:
        return Publisher()
    return Publisher(name=authority[:1].upper() + authority[1:], level=min(found)[2])
