"""Clean text for the archive, and make the keys for comparing texts.

`clean_text` is the only gate before storage. It repairs the encoding of a text, never its content:
words, spelling and typing errors of the portal stay.
"""

import hashlib
import re
import unicodedata

# Raise it with any change to `fingerprint`: old and new hashes must never be compared.
FINGERPRINT_VERSION = "1"

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\n\x0b\x0c\u2028]")
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_COUNTED = re.compile(r"(?:[^\w\s]|_)*[^\W_]\S*")
_PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n\s*")
# Joiners have meaning in Asian scripts and within emoji, but not after a Latin letter.
_STRAY_JOINER = re.compile("(?<![\u0590-\u1dff\u2190-\U0010ffff])[\u200c\u200d]+")
# A letter may have 30 marks (Unicode's UAX #15, Stream-Safe Text Format): normalising takes time
# that grows with the square of the marks on one letter.
_MARKS_MAX = 30
_MAYBE_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{_MARKS_MAX + 1},}}")
_LATIN_MARK = re.compile("[\u0300-\u036f]")
# A page prints CO₂ in its heading and names itself CO2 in its metadata.
_SCRIPT = re.compile("[\u2070-\u208e\u00b2\u00b3\u00b9]")
_LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-0123456789+-")

# Controls that set the direction of letters can disguise a text.
_DIRECTIONS = (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_INVISIBLE = (
    *(code for code in range(0x20) if code not in (0x09, 0x0A)),
    *(0x7F, 0xAD, 0x200B, 0xFEFF, 0xFFFE, 0xFFFF),  # among them soft hyphen, zero-width space
    *range(0x2060, 0x2065),  # word joiner, invisible operators
    *_DIRECTIONS,
)
# HTML reads the numbers 128 to 159 as windows-1252 (HTML Standard, "numeric character reference end
# state"); parsers leave them as C1 controls.
_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_UNSEEN = {**_C1, **dict.fromkeys(_INVISIBLE, "")}

# Most text is already clean: Latin letters that NFC leaves unchanged, digits and usual signs,
# single blanks, at most one empty line in a row.
_CLEAN = "!-~\u00a1-\u00ac\u00ae-\u024f\u1ea0-\u1eff\u2010-\u2027\u2030-\u203a\u20ab"
_NOT_CLEAN = re.compile(rf"[^ \n{_CLEAN}]| [ \n]|\n |\n\n\n")

TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        "\u2026": "...",
    }
)


def clean_text(text: str) -> str:
    """Clean a text for storing and showing.

    The result is NFC, without controls or anything invisible, with one blank between words,
    stripped lines and at most one empty line in a row. Line ends of every kind become "\\n", tabs
    and no-break spaces a blank; half of a surrogate pair becomes U+FFFD, which SQLite can hold.
    Cleaning twice changes nothing. A text in an encoding from before Unicode must go through `mend`
    first: there, characters that are invisible here are letters.
    """
    if not _NOT_CLEAN.search(text):
        return text.strip(" \n")
    text = _without_surrogates(text).replace("\u2029", "\n\n")
    text = _LINE_END.sub("\n", text).translate(_UNSEEN)
    text = _STRAY_JOINER.sub("", text)
    text = _BLANKS.sub(" ", _nfc(text))
    text = "\n".join(line.strip() for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", text).strip()


def fold(text: str) -> str:
    """The key for searching and loose comparison.

    Lower case, Latin letters without marks, đ as d, white space collapsed: "ĐƯỜNG THỦY" and "duong
    thuy" give one key, as do old and new places of tones (thủy, thuỷ), and CO2 and CO₂. Different
    words may share a key (má, mà).
    """
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFD", _nfc(_without_surrogates(text)).casefold())
    bare = _LATIN_MARK.sub("", decomposed).replace("đ", "d")
    if not bare.isascii() and _SCRIPT.search(bare):
        bare = bare.translate(_LEVEL)
    return " ".join(unicodedata.normalize("NFC", bare).split())


def same_text(one: str, other: str) -> bool:
    """Whether two texts are equal, apart from spacing, Unicode form and the shapes of quotes,
    dashes and ellipses. Case counts.
    """
    return text_key(one) == text_key(other)


def text_key(text: str) -> str:
    """The key that `same_text` compares, for comparing with many texts at once."""
    key = "".join(_plain(text).split())
    return key.translate(_LEVEL) if _SCRIPT.search(key) else key


def word_count(text: str) -> int:
    """The number of words in `text`: runs between white space that hold a letter or a digit.

    A Vietnamese syllable counts as one.
    """
    return len(_COUNTED.findall(text))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of `text` between blank lines, stripped, without empty ones."""
    return [paragraph for part in _PARAGRAPH_END.split(text) if (paragraph := part.strip())]


def fingerprint(*fields: str | None) -> str:
    """A hash of the fields in their order, as "version:sha256 in hex".

    None and "" are equal; a boundary between fields cannot be moved unseen. White space and the
    shapes of quotes, dashes and ellipses do not count: a software upgrade changes them in every
    article although nobody edited anything.
    """
    digest = hashlib.sha256()
    for field in fields:
        normal = " ".join(_plain(field or "").split()).encode()
        digest.update(b"%d:" % len(normal))
        digest.update(normal)
    return f"{FINGERPRINT_VERSION}:{digest.hexdigest()}"


def _plain(text: str) -> str:
    return clean_text(text).translate(TYPOGRAPHY)


def _without_surrogates(text: str) -> str:
    if not _SURROGATE.search(text):
        return text
    # JSON's escapes leave the two halves of a pair, which this joins.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", _MAYBE_MARKS.sub(_fewer_marks, text))


def _fewer_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MARKS_MAX:
            kept.append(character)
    return "".join(kept)
