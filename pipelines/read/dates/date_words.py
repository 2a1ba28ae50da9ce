"""The words and figures of dates in Vietnamese and English, as tables and as patterns over lower-case NFC text. It reads no whole date."""

import re
from datetime import timedelta, timezone

# Letter for letter, so that a slice of the folded line is the same slice of the printed one: odd blanks, and dashes.
BLANKS = dict.fromkeys(
    map(
        ord,
        "\u00a0\u00ad\u2002\u2003\u2007\u2009\u200b\u200c\u200d\u200e\u200f\u202f\u2060\u3000\ufeff",
    ),
    " ",
)
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
FOLDED = str.maketrans({**BLANKS, **DASHES})

# Longest first, as a pattern needs them. "Tháng giêng" and "tháng chạp" are months of the moon calendar, and so are left out.
MONTH_NAMES = (
    "mười hai",
    "mười một",
    "mười",
    "chín",
    "tám",
    "bảy",
    "sáu",
    "năm",
    "tư",
    "ba",
    "hai",
    "một",
)
MONTH_WORDS: dict[str, int] = {
    **dict(zip(MONTH_NAMES, range(12, 0, -1), strict=True)),
    "bẩy": 7,
    "bốn": 4,
}
ENGLISH_MONTHS: dict[str, int] = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        start=1,
    )
}
ROMAN_MONTHS: dict[str, int] = {
    name: number
    for number, name in enumerate(
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"), start=1
    )
}

# Monday is 0, as in date.weekday(). A Vietnamese week counts Sunday as its first day, so "thứ hai" (the second) is Monday.
WEEKDAY_NAMES = (
    ("hai", "2", "mon"),
    ("ba", "3", "tue"),
    ("tư", "4", "wed"),
    ("năm", "5", "thu"),
    ("sáu", "6", "fri"),
    ("bảy", "bẩy", "7", "sat"),
    ("chủ nhật", "chúa nhật", "cn", "sun"),
)
WEEKDAYS: dict[str, int] = {
    name: number for number, names in enumerate(WEEKDAY_NAMES) for name in names
}

ENGLISH_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
ENGLISH_WEEKDAY = r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)(?!\w)\.?"
VIETNAMESE_WEEKDAY = (
    r"(?:thứ\s*(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|t[2-7]|chủ nhật|chúa nhật|cn)(?!\w)"
)
MONTH_WORD = "(?:" + "|".join(MONTH_WORDS) + r")(?!\w)"
MONTH_SIGN = (
    r"(?:tháng|thg\.?|th\.?|t(?=[01]\d))\s*"  # WordPress writes Th7, NukeViet T07; T7 is a Saturday
)
YEAR = r"(?:19|20)\d\d(?!\d)"

UPDATED = (
    r"(?:(?:ngày|thời gian|lần|được|đã|bài|tin)\s+)*(?:cập nhật|chỉnh sửa|sửa đổi|sửa)"
    r"(?:\s+(?:bài|tin|lần cuối cùng|lần cuối|cuối cùng|cuối|mới nhất|gần nhất))?"
    r"|(?:date\s+)?(?:last\s+)?(?:updated?|modified|edited)"
)
PUBLISHED = (
    r"(?:(?:ngày|giờ|thời gian|được|đã|tin|bài viết|bài)\s+)*(?:đăng(?:\s+(?:tải|tin|bài|trên))?|gửi(?:\s+(?:tin|bài))?|xuất bản|công bố|tạo|viết bài)"
    r"|(?:date\s+)?(?:posted|published|created|publish(?:ed)? date|publication date)|date (?:of publication|created)"
)
# The line of Drupal, "Submitted by NAME on DATE". The name may be anything, since what follows must be wholly a date.
# And that of newer themes, "By NAME, DATE", which must not be "By Friday, DATE": that is a term.
SENDER = (
    r"(?:(?:được|đã)\s+)?(?:đăng|gửi|submitted|posted)\s+(?:bởi|by)\s+[^/|:;]{1,60}?(?=\s+(?:vào|lúc|on|at)\s)"
    rf"|(?:(?:đăng|gửi|viết|submitted|posted|written)\s+)?(?:bởi|by)\s+(?!{VIETNAMESE_WEEKDAY}|{ENGLISH_WEEKDAY}|{ENGLISH_MONTH}|(?:noon|midnight|the|end|close)(?!\w)|\d)"
    r"[^/|:;,]{1,60}?,\s*(?=\d|(?:tháng|thứ|chủ nhật|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun))"
)
FILLER = r"(?:thời gian|ngày giờ|ngày|vào lúc|vào|lúc|hồi|date|time|on|at)"

COUNTED = r"(?:lượt\s+(?:xem|đọc|truy cập|tải)|lần\s+(?:xem|đọc)|người\s+xem|bình luận|phản hồi|ý kiến|views?|hits?|reads?|comments?)"
COUNTER = (
    rf"(?:(?:số|tổng số)\s+)?(?:{COUNTED}|lượt|đã xem|đã đọc|xem|đọc|view count)\s*[:(]?\s*\d[\d.,]*(?:\s*lần)?(?!\w)"
    rf"|\d[\d.,]*\s*(?:k\s*)?{COUNTED}(?!\w)"
    r"|\d{1,3}\s*%"
    r"|(?:xem cỡ chữ|cỡ chữ|bản in|in bài viết|in trang|in ra|in|print|email|gửi email|chia sẻ|share|quay lại|đã xem|lượt xem|views)(?!\w)"
    r"|a[+-]"
    r"|(?:tác giả|người đăng|người viết|đăng bởi|viết bởi|nguồn tin|nguồn|by|bởi)(?!\w)[^\d|\n]{1,60}"
)

HALF_OF_DAY = r"sa|ch|am|pm|a\.m\.|p\.m\.|sáng|trưa|chiều|tối"

# A bare offset must be to the east: "08:33 -09:15" is two times of day.
ZONE = r"(?:(?:(?:múi )?giờ )?(?:gmt|utc)(?:\s?[+-]\s?\d{1,2}(?::?\d\d)?)?|\+\d\d:?\d\d|z|ict|giờ việt nam|giờ hà nội|indochina time)(?!\w)"
ZONE_SHIFT = re.compile(r"(?P<sign>[+-])\s?(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?")
INDOCHINA_TIME = re.compile(r"ict|việt nam|hà nội|indochina")
INDOCHINA = timezone(timedelta(hours=7))

AGO_UNIT = r"(?:giây|phút|giờ|tiếng|ngày|tuần|tháng|năm|seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?)"
AGO_COUNT = r"(?:\d{1,3}|một|an?)"
AGO = rf"(?:{AGO_COUNT}\s*{AGO_UNIT},?\s+){{1,3}}(?:trước|ago)(?!\w)"
AGO_PART = re.compile(rf"(?P<count>{AGO_COUNT})\s*(?P<unit>{AGO_UNIT})")
UNIT_NAMES: dict[str, tuple[str, ...]] = {
    "seconds": ("giây", "second"),
    "minutes": ("phút", "minute", "min"),
    "hours": ("giờ", "tiếng", "hour"),
    "days": ("ngày", "day"),
    "weeks": ("tuần", "week"),
    "months": ("tháng", "month"),
    "years": ("năm", "year"),
}
AGO_UNITS: dict[str, str] = {name: unit for unit, names in UNIT_NAMES.items() for name in names}
DAYS_BACK: dict[str, int] = {"hôm nay": 0, "today": 0, "hôm qua": 1, "yesterday": 1, "hôm kia": 2}


def weekday_number(word: str) -> int:
    """The number of a weekday word that one of the patterns here matched; Monday is 0."""
    word = " ".join(word.split())
    day = (
        word.removeprefix("thứ").strip()
        if word.startswith("thứ")
        else word[1:]
        if word[1:].isdigit()
        else word
    )
    return WEEKDAYS[day if day in WEEKDAYS else day[:3]]
