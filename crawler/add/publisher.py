"""Which authority a portal speaks for, guessed from its name. The words are Vietnamese; a name in another language gives no level."""

import re

from portals.site import Level, Publisher

# What a portal calls itself before it says whose it is.
_PORTAL = re.compile(
    r"^(?:(?:cổng|trang)(?:\s+(?:thông tin|thành phần|điện tử|tổng hợp|tin|ttđt))+|website|trang chủ)\s*(?:của\s+)?[-–:|]?\s*",
    re.IGNORECASE,
)
# Ornaments around a name (".:: UBND xã A ::.") and the way to a page, which some systems print behind it ("Huyện A > Trang chủ").
_ORNAMENTS = " .:*~=|-–«»<>"
_WAY = re.compile(r"\s+[>»]\s.*|\s+[-–|]\s+trang chủ$", re.IGNORECASE)
# The word that stands first says who speaks, what follows says where: "Sở Nội vụ tỉnh A" is a department, "xã B, huyện C, tỉnh D" a commune.
# Of two that begin at the same place the upper one holds: six cities rank with the provinces, the others ranked with the districts.
_LEVELS: tuple[tuple[Level, str], ...] = (
    ("ministry", r"^bộ\s"),
    ("department", r"^(?:sở|cục|chi cục|thanh tra|ban quản lý|ban dân tộc)\s"),
    ("province", r"\b(?:tỉnh|thành phố (?:hà nội|hồ chí minh|hải phòng|đà nẵng|cần thơ|huế))\b"),
    ("district", r"\b(?:huyện|quận|thị xã|thành phố)\s"),
    ("commune", r"\b(?:xã|phường|thị trấn|đặc khu)\s"),
)


def publisher_of(name: str) -> Publisher:
    """The authority that a portal's name names, with its level; both empty where the name names none. The area's code is never known from a name."""
    authority = _PORTAL.sub("", _WAY.sub("", name.strip(_ORNAMENTS))).strip(_ORNAMENTS)
    found = [
        (match.start(), rank, level)
        for rank, (level, words) in enumerate(_LEVELS)
        if (match := re.search(words, authority, re.IGNORECASE))
    ]
    if not found:
        return Publisher()
    return Publisher(name=authority[:1].upper() + authority[1:], level=min(found)[2])
