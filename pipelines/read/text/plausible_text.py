"""Tell writing from mojibake: text that was decoded with the wrong charset.

Each script has marks that survive only in the right charset: Latin words hold few letters beyond
ASCII in a row, Cyrillic letters stand beside their own kind, Chinese texts hold few rare signs.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import partial

_SAMPLE = 4_000  # characters beyond ASCII that are judged

_ASCII = bytes(range(0x80))
# Signs that any language prints. Others, such as ¤ and ¬, are rare, and frequent in mojibake.
_PRINTED = re.compile(
    "[\xa0‘’‚“”„–—…«»‹›°·•©®™€£§ºª²³½¼¡¿¢¥÷±µ¶′″№−×\u00ad\u200b-\u200f\u3000-\u303f\uff01-\uff5e]"  # noqa: RUF001
)
_NEVER_PRINTED = re.compile("[\x80-\x9f\ue000-\uf8ff\ufffd]")
_LONG_RUN = re.compile(r"[^\W\d_\x00-\x7f]{4,}")
_WRONG_CASE = re.compile("[a-zß-öø-ÿ][À-ÖØ-Þ]")
_HAN = "[\u3400-\u9fff\uf900-\ufaff]"
_KANA = "[\u3041-\u30ff]"


def is_plausible(text: str, encoding: str) -> bool:
    """Whether a text decoded from a charset (Python's name) looks like one that people write."""
    beyond = beyond_ascii(text)[:_SAMPLE]
    letters = _PRINTED.sub("", beyond)
    if 50 * len(_NEVER_PRINTED.findall(beyond)) > len(beyond):
        return False
    return not letters or _JUDGES.get(encoding, _is_latin)(text, letters)


def beyond_ascii(text: str) -> str:
    """The characters of a text that are not ASCII: few, and so cheap to search."""
    encoded = text.encode("utf-8", "surrogatepass")
    return encoded.translate(None, _ASCII).decode("utf-8", "surrogatepass")


def _is_latin(text: str, letters: str) -> bool:
    signs = sum(not char.isalpha() and not unicodedata.combining(char) for char in letters)
    in_runs = sum(map(len, _LONG_RUN.findall(text, 0, 40 * _SAMPLE)))
    wrong_case = len(_WRONG_CASE.findall(text, 0, 40 * _SAMPLE))
    return (
        8 * signs <= len(letters) + len(_PRINTED.findall(text, 0, 40 * _SAMPLE))
        and 4 * in_runs <= len(letters) >= 10 * wrong_case
    )


def _is_script(text: str, letters: str, *, script: str) -> bool:
    """Whether letters beyond ASCII are of one script, and stand apart from ASCII letters."""
    own = len(re.findall(f"[{script}]", letters))
    beside = len(re.findall(f"[A-Za-z][{script}]|[{script}][A-Za-z]", text[: 40 * _SAMPLE]))
    return 10 * own >= 9 * len(letters) and 10 * beside <= own


def _is_chinese(text: str, letters: str, *, codec: str, last_common: int) -> bool:
    """Whether the characters are Han, and nearly all in the first level of the standard."""
    common = sum(_lead(char, codec) <= last_common for char in re.findall(_HAN, letters))
    kana = len(re.findall(_KANA, letters))
    return 10 * common >= 8 * len(letters) and 10 * kana <= len(letters)


def _is_japanese(text: str, letters: str) -> bool:
    kana = len(re.findall(_KANA, letters))
    common = sum(_lead(char, "cp932") <= 0x97 for char in re.findall(_HAN, letters))
    return 10 * (kana + common) >= 9 * len(letters) and (10 * kana >= len(letters) or kana == 0)


def _is_korean(text: str, letters: str) -> bool:
    return 10 * len(re.findall("[\uac00-\ud7a3]", letters)) >= 7 * len(letters)


def _lead(char: str, codec: str) -> int:
    """The first byte of a character in a charset; 255 if it has none there."""
    return (char.encode(codec, "ignore") or b"\xff")[0]


_cyrillic = partial(_is_script, script="\u0400-\u04ff")
_greek = partial(_is_script, script="\u0370-\u03ff")
_hebrew = partial(_is_script, script="\u0590-\u05ff")
_arabic = partial(_is_script, script="\u0600-\u06ff")
_thai = partial(_is_script, script="\u0e00-\u0e7f")
_JUDGES: dict[str, Callable[[str, str], bool]] = {
    "gb18030": partial(_is_chinese, codec="gb2312", last_common=0xD7),
    "big5hkscs": partial(_is_chinese, codec="big5", last_common=0xC6),
    **dict.fromkeys(("cp932", "euc_jp", "euc_jis_2004", "iso2022_jp"), _is_japanese),
    "cp949": _is_korean,
    **dict.fromkeys(("cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866"), _cyrillic),
    **dict.fromkeys(("cp1253", "iso8859-7"), _greek),
    **dict.fromkeys(("cp1255", "iso8859-8"), _hebrew),
    **dict.fromkeys(("cp1256", "iso8859-6"), _arabic),
    "cp874": _thai,
}
