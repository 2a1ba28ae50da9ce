"""The spellings in which a word or phrase of a question may stand in a text.

The index (FTS5 unicode61 with remove_diacritics 2) drops the marks of words and questions, but đ is
a letter of its own in Unicode, and stays. In a syllable it comes first; in an abbreviation it may
stand anywhere (HĐND). CO₂ and m² are words of their own too: figures behind a letter are searched
plain, raised and lowered. Numbers and days are written in several ways.
"""

import itertools
import re

from pipelines.search.marks import WORD, other_i
from pipelines.search.plurals import other_number

MOST_DOUBTFUL = 6  # letters d of one phrase that are searched both ways: 64 spellings
FIRST_D = re.compile(r"(?<![^\W_])[dD]")
D = re.compile("[dD]")
VOWEL = re.compile("[aeiouy]", re.IGNORECASE)
PLAIN, RAISED, LOWERED = "0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
LEVELS = [str.maketrans(PLAIN + RAISED + LOWERED, level * 3) for level in (PLAIN, RAISED, LOWERED)]
FIGURE = f"[{PLAIN}{RAISED}{LOWERED}]+"
# Of m2, CO₂, PM2.5; not of covid19.
FIGURES = re.compile(rf"(?<![^\W\d_]{{3}})(?<=[^\W\d_]){FIGURE}(?:[.,]{FIGURE})?")
POWER = re.compile(r"(?<=[^\W_])\^\(?(\d+)\)?", re.ASCII)  # of 10^4
# 10/7, 10/7/2020, 10-7-2020, 10.7.2020; not 2.5.
DAY = re.compile(
    r"(?<![\w/.-])(\d{1,2})(?:([/.-])(\d{1,2})\2(\d{4})|/(\d{1,2}))(?![\w/.-])", re.ASCII
)
THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+", re.ASCII)
LARGE = re.compile(r"\d{4,12}", re.ASCII)
# Thai, Lao, Burmese, Khmer, Chinese and Japanese are written without spaces.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]$")
MEASURE = re.compile(  # of 21km, 4,7m3, 20tr; of 9A and N7 the letter is a name
    r"(\d+(?:[.,]\d+)*)([kcmd]?m[23²³]?|ha|k?g|m?l|k[vw]|kwh|mw|[kmgt]b|tấn|tạ|lít|triệu|tỷ|tỉ|đồng)",
    re.IGNORECASE | re.ASCII,
)
HOUR = re.compile(r"([01]?\d|2[0-4])(?:[hg:]([0-5]\d)|h)", re.IGNORECASE | re.ASCII)  # 7h30, 7:30
LETTERS_FIGURES = re.compile(r"([^\W\d_]{3,})(-?)(\d+)")  # covid19, covid-19


def spellings(phrase: str) -> list[str]:
    """All spellings of a word or phrase, the typed one first."""
    found = [level for spelled in _with_bars(phrase) for level in _levels(spelled)]
    others = (_days, _hours, _measures, _numbers, _joined, _of_one_word)
    for other in itertools.chain.from_iterable(write(phrase) for write in others):
        found += [level for spelled in _with_bars(other) for level in _levels(spelled)]
    return list(dict.fromkeys(found))


def quoted(phrase: str) -> str:
    """A phrase as FTS5 takes it in one piece."""
    return '"' + phrase.replace('"', " ") + '"'


def any_spelling(phrase: str) -> str:
    """An FTS5 expression for a word or phrase in any spelling."""
    begins = "*" if UNSPACED.search(phrase) else ""  # the index holds whole runs of letters
    found = [quoted(spelling) + begins for spelling in spellings(phrase)]
    return found[0] if len(found) == 1 else "(" + " OR ".join(found) + ")"


def _with_bars(phrase: str) -> list[str]:
    """The phrase with each doubtful d as d and as đ."""
    places = [
        word.start() + found.start()
        for word in WORD.finditer(phrase)
        for found in _doubtful(word[0])
    ][:MOST_DOUBTFUL]
    found = []
    for bars in itertools.product((False, True), repeat=len(places)):
        spelling = list(phrase)
        for place, has_bar in zip(places, bars, strict=True):
            if has_bar:
                spelling[place] = "Đ" if phrase[place] == "D" else "đ"
        found.append("".join(spelling))
    return found


def _doubtful(word: str) -> list[re.Match[str]]:
    is_short_form = len(word) > 1 and (word.isupper() or not VOWEL.search(word))
    return list(D.finditer(word)) if is_short_form else list(FIRST_D.finditer(word))


def _levels(phrase: str) -> list[str]:
    """A phrase with its figures plain, raised and lowered, as far as they can be."""
    levels = [phrase]
    for level in LEVELS:
        levels.append(_on(level, phrase))
    levels.append(POWER.sub(lambda found: found[1].translate(LEVELS[1]), phrase))
    return levels


def _on(level: dict[int, int], phrase: str) -> str:
    return FIGURES.sub(lambda found: found[0].translate(level), phrase)


def _days(phrase: str) -> list[str]:
    """A day with and without leading zeros: 1/7/2020, 01/07/2020, 01/7/2020."""
    if not DAY.search(phrase):
        return []
    return [DAY.sub(write, phrase) for write in (_short_day, _long_day, _half_day)]


def _short_day(found: re.Match[str]) -> str:
    return _day(found, 1, 1)


def _long_day(found: re.Match[str]) -> str:
    return _day(found, 2, 2)


def _half_day(found: re.Match[str]) -> str:  # as Vietnamese offices write
    return _day(found, 2, 1)


def _day(found: re.Match[str], *digits: int) -> str:
    day, sign, month, year, bare_month = found.groups()
    typed = (day, month or bare_month)
    parts = [part.lstrip("0").rjust(width, "0") for part, width in zip(typed, digits, strict=True)]
    return (sign or "/").join([*parts, year] if year else parts)


def _hours(phrase: str) -> list[str]:
    """A time of day in letters, signs and words: 7h30, 07:30, 7 giờ 30."""
    found = HOUR.fullmatch(phrase)
    if found is None:
        return []
    hour, minutes = found[1].lstrip("0") or "0", found[2] or ""
    signs = ["h{}", "g{}", " giờ {}"] if minutes else ["h", " giờ"]
    if minutes > "12":  # else the index takes it for a day: 18:12, 18/12
        signs.append(":{}")
    return [
        one + sign.format(minutes) for one in dict.fromkeys((hour, hour.zfill(2))) for sign in signs
    ]


def _measures(phrase: str) -> list[str]:
    """A number and its unit apart: 21km, 21 km."""
    found = MEASURE.fullmatch(phrase)
    if found is None:
        return []
    return [f"{number} {found[2]}" for number in (found[1], *_numbers(found[1]))]


def _numbers(phrase: str) -> list[str]:
    """A number with and without marks for thousands: 1.500, 1500."""
    if THOUSANDS.fullmatch(phrase):
        return [re.sub("[.,]", "", phrase)]
    if LARGE.fullmatch(phrase):
        return [f"{int(phrase):,}".replace(",", ".")] if phrase[0] != "0" else []
    return []


def _joined(phrase: str) -> list[str]:
    """Letters and figures joined and apart: covid19, covid-19."""
    if found := LETTERS_FIGURES.fullmatch(phrase):
        return [f"{found[1]}{'' if found[2] else '-'}{found[3]}"]
    return []


def _of_one_word(phrase: str) -> list[str]:
    """A foreign word in its other number (school, schools), a syllable with y for i (kỹ, kĩ)."""
    return [other for other in (other_number(phrase), other_i(phrase)) if other]
