"""Tell writing from mojibake: text that was decoded with the wrong charset.

Each script has marks that survive only in the right charset: Latin words hold few letters beyond
ASCII in a row, Cyrillic letters stand beside their own kind, Chinese texts hold few rare signs.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial

_SAMPLE = 4_000  # characters beyond ASCII that are judged

_ASCII = bytes(range(0x80))
# Signs that any language prints. Others, such as ¤ and ¬, are rare, and frequent in mojibake.
_PRINTED = re.compile(
    "[\xa0‘’‚“”„–—…«»‹›°·•©®™€£§ºª²³½¼¡¿¢¥÷±µ¶′″№−×\u00ad\u200b-\u200f\u3000-\u303f\uff01-\uff5e]"  # noqa: RUF001
)
_LONG_RUN = re.compile(r"[^\W\d_\x00-\x7f]{4,}")
_WRONG_CASE = re.compile("[a-zß-öø-ÿ][À-ÖØ-Þ]")
_NEVER_PRINTED = "\x80-\x9f\ue000-\uf8ff\ufffd-\ufffd"
_KANA = "\u3041-\u30ff"
_FIRST_HAN = "\u3400"


def is_plausible(text: str, encoding: str) -> bool:
    """Whether a text decoded from a charset (Python's name) looks like one that people write."""
    beyond = beyond_ascii(text)[:_SAMPLE]
    letters = _PRINTED.sub("", beyond)
    if 50 * _count(_NEVER_PRINTED, beyond) > len(beyond):
        return False
    return not letters or _JUDGES.get(encoding, _is_latin)(text[: 40 * _SAMPLE], beyond, letters)


@lru_cache(maxsize=1)  # several questions follow each other on one page
def beyond_ascii(text: str) -> str:
    """The characters of a text that are not ASCII: few, and so cheap to search."""
    encoded = text.encode("utf-8", "surrogatepass")
    return encoded.translate(None, _ASCII).decode("utf-8", "surrogatepass")


def _count(ranges: str, text: str) -> int:
    """How many characters of a text are in some ranges such as "a-z"."""
    bounds = list(zip(ranges[::3], ranges[2::3], strict=True))
    return sum(any(first <= char <= last for first, last in bounds) for char in text)


def _is_latin(text: str, beyond: str, letters: str) -> bool:
    signs = sum(not char.isalpha() and not unicodedata.combining(char) for char in letters)
    in_runs = sum(map(len, _LONG_RUN.findall(text)))
    return 8 * signs <= len(beyond) and 4 * in_runs <= len(letters) >= 10 * len(
        _WRONG_CASE.findall(text)
    )


def _is_script(text: str, beyond: str, letters: str, *, script: str) -> bool:
    """Whether letters beyond ASCII are of one script, and stand apart from ASCII letters."""
    own = _count(script, letters)
    beside = len(re.findall(f"[A-Za-z][{script}]|[{script}][A-Za-z]", text))
    return 10 * own >= 9 * len(letters) and 10 * beside <= own


def _is_chinese(text: str, beyond: str, letters: str, *, codec: str, last_common: int) -> bool:
    """Whether the characters are Han, and nearly all in the first level of the standard."""
    common = _count_common(letters, codec, last_common)
    return 10 * common >= 8 * len(letters) and 10 * _count(_KANA, letters) <= len(letters)


def _is_japanese(text: str, beyond: str, letters: str) -> bool:
    kana, common = _count(_KANA, letters), _count_common(letters, "cp932", 0x97)
    return 10 * (kana + common) >= 9 * len(letters) and (10 * kana >= len(letters) or kana == 0)


def _is_korean(text: str, beyond: str, letters: str) -> bool:
    return 10 * _count("\uac00-\ud7a3", letters) >= 7 * len(letters)


def _count_common(letters: str, codec: str, last: int) -> int:
    """How many Han signs have no higher first byte in a charset."""
    han = (char.encode(codec, "ignore") for char in letters if char >= _FIRST_HAN)
    return sum(coded[:1] <= bytes([last]) for coded in han if coded)


_SCRIPTS = {
    "\u0370-\u03ff": ("cp1253", "iso8859-7"),
    "\u0400-\u04ff": ("cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866"),
    "\u0590-\u05ff": ("cp1255", "iso8859-8"),
    "\u0600-\u06ff": ("cp1256", "iso8859-6"),
    "\u0e00-\u0e7f": ("cp874",),
}
_JUDGES: dict[str, Callable[[str, str, str], bool]] = {
    "gb18030": partial(_is_chinese, codec="gb2312", last_common=0xD7),
    "big5hkscs": partial(_is_chinese, codec="big5", last_common=0xC6),
    **dict.fromkeys(("cp932", "euc_jp", "euc_jis_2004", "iso2022_jp"), _is_japanese),
    "cp949": _is_korean,
    **{name: partial(_is_script, script=it) for it, names in _SCRIPTS.items() for name in names},
}
