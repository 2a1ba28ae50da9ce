"""Short notices in many languages, and the charsets that their portals used before UTF-8."""

import tomllib
import unicodedata
from pathlib import Path

FILE = Path(__file__).parent / "notices.toml"
TONES = "\u0300\u0301\u0303\u0309\u0323"

# By language: a title and a text.
NOTICES = {
    language: (notice["title"], notice["text"])
    for language, notice in tomllib.loads(FILE.read_text("utf-8")).items()
}
# By language: Python's name of each charset.
CHARSETS = {
    "zh": (
        "gbk",
        "gb18030",
    ),
    "zh-tw": ("big5",),
    "ja": (
        "shift_jis",
        "euc_jp",
    ),
    "ko": (
        "euc_kr",
        "cp949",
    ),
    "th": (
        "cp874",
        "iso8859_11",
    ),
    "vi": ("cp1258",),
    "ru": (
        "cp1251",
        "koi8_r",
        "iso8859_5",
    ),
    "uk": (
        "cp1251",
        "koi8_u",
    ),
    "bg": ("cp1251",),
    "el": (
        "cp1253",
        "iso8859_7",
    ),
    "he": (
        "cp1255",
        "iso8859_8",
    ),
    "ar": (
        "cp1256",
        "iso8859_6",
    ),
    "tr": (
        "cp1254",
        "iso8859_9",
    ),
    "pl": (
        "cp1250",
        "iso8859_2",
    ),
    "cs": (
        "cp1250",
        "iso8859_2",
    ),
    "hu": (
        "cp1250",
        "iso8859_2",
    ),
    "ro": (
        "cp1250",
        "iso8859_2",
    ),
    "fr": (
        "cp1252",
        "iso8859_15",
    ),
    "de": (
        "cp1252",
        "iso8859_1",
    ),
    "es": (
        "cp1252",
        "iso8859_1",
    ),
    "pt": (
        "cp1252",
        "iso8859_1",
    ),
    "lt": (
        "cp1257",
        "iso8859_13",
    ),
    "lv": (
        "cp1257",
        "iso8859_13",
    ),
}
# The words that pages declare, where Python's are others.
LABELS = {
    "gbk": "gb2312",
    "shift_jis": "x-sjis",
    "euc_jp": "euc-jp",
    "euc_kr": "ks_c_5601-1987",
    "cp874": "windows-874",
    "iso8859_11": "tis-620",
}


def notice_page(language: str, charset: str | None = None) -> str:
    """A page with the notice of a language; `charset`: what it declares."""
    title, text = NOTICES[language]
    meta = f'<meta charset="{charset}">' if charset else ""
    return (
        f"<!DOCTYPE html><html><head>{meta}<title>{title}</title>"
        '<script>var base = "/news/";</script></head><body class="home">'
        f'<div id="nav"><a href="/">Home</a></div><h1>{title}</h1>'
        f'<div class="date">12/05/2026 08:30</div><p>{text}</p></body></html>'
    )


def encoded(text: str, charset: str) -> bytes:
    """The text in a charset; what it lacks becomes numbers."""
    if charset == "cp1258":
        text = "".join(map(_typed, text))
    return text.encode(charset, "xmlcharrefreplace")


def _typed(letter: str) -> str:
    """A letter as Windows typed Vietnamese: composed with its shape, and then its tone."""
    apart = unicodedata.normalize("NFD", letter)
    tones = "".join(mark for mark in apart if mark in TONES)
    shape = "".join(mark for mark in apart if mark not in TONES)
    return unicodedata.normalize("NFC", shape) + tones
