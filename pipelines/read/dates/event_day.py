"""Finds the day on which an article's event took place, in its lead or first paragraph. It takes no day of a state, a term, a document or an anniversary."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from pipelines.read.dates.date_words import FOLDED, VIETNAMESE_WEEKDAY, weekday_number
from pipelines.read.dates.printed_date import calendar_day

LONGEST = 1000  # the event stands at the beginning; further on come histories and plans
HISTORY = timedelta(days=60)  # before publication: an older day is told, not reported
ANNOUNCED = timedelta(days=1)  # after publication: a later day has not happened

PART = r"(?:rạng sáng|sáng sớm|sáng|trưa|chiều tối|chiều|tối|đêm)"
TIME = r"\d{1,2} ?(?:giờ|h|:) ?(?:\d{2}(?: ?phút|['\u2019\u2032])?)?"
MONTH = r"(?:1[0-2]|0?[1-9])(?!\d)(?! ?%)"
# The last days of "26 - 28/7" and "8, 9 và 10/7": the month stands once, after the last.
LAST_DAYS = r"(?: ?(?:[-,]|(?:-|và|đến|tới) ngày|và|đến|tới) ?\d{1,2}(?!\d)){0,6}"
YEAR = r"(?: ?[/.-] ?(?P<year>\d{4}|(?<=/)\d\d(?! ?[/.-]))(?!\d)|,? năm (?P<year_word>\d{4}))?"
# The far end of "26/7 đến ngày 28/7/2020", which may lend its year.
LAST_DAY = rf"(?: ?(?:-|và|đến|tới)(?: hết)?(?: ngày)? ?\d{{1,2}}(?: ?[/.-] ?| tháng )(?P<last_month>{MONTH})(?:(?: ?[/.-] ?| năm )(?P<last_year>\d{{4}}))?)?"
DATE = rf"(?<![\d/.,])(?P<day>\d{{1,2}}){LAST_DAYS}(?: ?[/.-] ?| ?tháng )(?P<month>{MONTH}){YEAR}{LAST_DAY}"
# "từ 7h30 đến 11h30, ", "sáng ", "thứ Tư (", "hôm nay, ", "từ ngày ", in this order: the words that make figures a day. All may be missing.
NAMED = (
    rf"(?:(?:từ {TIME},? (?:đến|-) ?)?{TIME},? (?:ngày )?)?(?:(?P<part>{PART})[ ,(]{{1,2}})?(?:(?<!lần )(?P<weekday>{VIETNAMESE_WEEKDAY})[ ,(]{{1,3}})?"
    r"(?:(?:hôm )?(?:nay|qua)[ ,(]{1,3})?(?:(?:từ )?(?:trong )?(?:(?:hai|ba|\d|các) )?(?:ngày|hôm) ?|từ )?"
)
EVENT = re.compile(
    rf"(?<!\w)(?P<named>{NAMED}){DATE}|(?<!\w)(?:{PART}|hôm) (?P<near>nay|qua)(?!\w)"
)

# What stands right before a day and makes it the border of a state, a birth, a plan ...
BORDER = re.compile(
    r"(?<!\w)(?:đến|tới|hết|trước|sau|kể|kể từ|tính từ|nhất|hạn|sinh|hiệu lực|hiệu lực thi hành|dự kiến|ký|ban hành)(?: hết| từ| vào| cuối)* ?\(?$"
)
# ... the date of a document: its number, or its kind with a short name ...
DOCUMENT = re.compile(
    r"(?:\d[\d.]* ?[-/] ?[a-zđ][\w/-]*,?"
    r"|(?<!\w)(?:nghị quyết|quyết định|kế hoạch|chỉ thị|công văn|công điện|nghị định|thông tư|hướng dẫn|kết luận|luật|văn bản|tờ trình)"
    r"(?: [^.,;:()]{0,50})?) ?\(?$"
)
TAKES_PLACE = re.compile(r"(?:vào|diễn ra|khai mạc|bế mạc|tổ chức|trong|lúc) ?$")
# ... or a feast that returns each year.
FEAST = re.compile(
    r"(?<!\w)(?:k[ỷỉ] niệm|nhân|chào mừng|mừng|hưởng ứng|truyền thống|hướng tới)(?: dịp| k[ỷỉ] niệm| lần thứ \w+| \d+ năm)* ?$"
)
RETURNS = re.compile(
    r"[ ()]{0,2}(?:đến nay|tới nay|trở đi|trở lại|âm lịch|hằng năm|hàng năm)(?!\w)"
)
SENTENCE_START = re.compile(r"(?:^|[.!?]) ?$")


def event_date(
    lead: str | None, first_paragraph: str | None, *, published_on: date | None
) -> date | None:
    """The day of the event that the article reports, as its lead names it, or else its first paragraph; the first day where it names several.

    A day without a year, and "sáng nay" or "hôm qua", are read by `published_on`. None where no day is named, where the first one named is still to come
    (an announcement), and where every one is more than 60 days old (history). Without `published_on` only a day with its year counts.
    """
    for text in (lead, first_paragraph):
        for day in _days_named(text or "", published_on):
            if published_on is None:
                return day
            if day > published_on + ANNOUNCED:
                return None
            if day >= published_on - HISTORY:
                return day
    return None


def _days_named(text: str, published_on: date | None) -> Iterator[date]:
    folded = " ".join(
        unicodedata.normalize("NFC", text[:LONGEST]).translate(FOLDED).lower().split()
    )
    for found in EVENT.finditer(folded):
        if _is_told_of_something_else(found, folded):
            continue
        try:
            day = _day(found, published_on)
        except ValueError:  # 31/6, or a year before any portal: a slip of the pen, or history
            continue
        if day is not None and (
            not found["weekday"] or weekday_number(found["weekday"]) == day.weekday()
        ):
            yield day


def _is_told_of_something_else(found: re.Match[str], folded: str) -> bool:
    before, after = (
        folded[max(0, found.start() - 80) : found.start()],
        folded[found.end() : found.end() + 20],
    )
    if BORDER.search(before) or RETURNS.match(after):
        return True
    if found["near"] or found["part"]:  # no document and no feast has a part of the day
        return False
    if not found["named"]:
        return not ((found["year"] or found["year_word"]) and SENTENCE_START.search(before))
    return bool(
        FEAST.search(before) or (DOCUMENT.search(before) and not TAKES_PLACE.search(before))
    )


def _day(found: re.Match[str], published_on: date | None) -> date | None:
    if found["near"]:
        return published_on and published_on - timedelta(days=1 if found["near"] == "qua" else 0)
    day, month = int(found["day"]), int(found["month"])
    printed = found["year"] or found["year_word"]
    if printed:
        return calendar_day(int(printed) if len(printed) == 4 else 2000 + int(printed), month, day)
    if found["last_year"]:  # "30/12 - 02/01/2021" begins in the year before
        return calendar_day(
            int(found["last_year"]) - (int(found["last_month"]) < month), month, day
        )
    if published_on is None:
        return None
    latest = published_on + ANNOUNCED
    this_year = calendar_day(latest.year, month, day)
    return this_year if this_year <= latest else calendar_day(latest.year - 1, month, day)
