"""Convert Vietnamese text from encodings before Unicode, and UTF-8 misread as windows-1252.

A text is judged as a whole, by the result. It changes only if the result is Vietnamese and the
original was not: text in Unicode, other languages and code stay unchanged.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice

from pipelines.read.text.plausible_text import beyond_ascii

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_TONES = re.compile(f"[{_ACUTE}{_GRAVE}{_HOOK}{_TILDE}{_DOT}]")

# TCVN 5712:1993, set VN3 ("ABC" fonts), 0xA1 to 0xFE as windows-1252 shows them. Capitals with
# tones are the same bytes in a second font: they come out small.
_TCVN3 = str.maketrans(
    "¡¢§£¤¥¦" "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®" "ÌÐÎÏÑªÒÕÓÔÖ" "×ÝØÜÞ"  # noqa: RUF001
    "ßãáâä«åèæçé¬êíëìî" "ïóñòô\u00adõøö÷ù" "úýûüþ",
    "ĂÂĐÊÔƠƯ" "àáảãạăằắẳẵặâầấẩẫậđ" "èéẻẽẹêềếểễệ" "ìíỉĩị" "òóỏõọôồốổỗộơờớởỡợ" "ùúủũụưừứửữự" "ỳýỷỹỵ",
)  # fmt: skip


def _vni_pairs() -> Iterator[tuple[str, str]]:
    """VNI for Windows, as VNI Software Co. published it.

    A letter is a base and a second sign for shape and tone; a few letters are a single sign.
    """
    tones = {"ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
    circumflex = {"â": "", "á": _ACUTE, "à": _GRAVE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
    breve = {"ê": "", "é": _ACUTE, "è": _GRAVE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
    for base, letter in zip("aeouyôö", "aeouyơư", strict=True):
        yield from ((base + sign, letter + tone) for sign, tone in tones.items())
    for base, letter in zip("aeo", "âêô", strict=True):
        yield from ((base + sign, letter + tone) for sign, tone in circumflex.items())
    yield from (("a" + sign, "ă" + tone) for sign, tone in breve.items())
    yield from zip("ôöñæóòî", "ơưđỉĩịỵ", strict=True)


_VNI = {
    form(signs): unicodedata.normalize("NFC", case(letter))
    for signs, letter in _vni_pairs()
    for form, case in (
        (str.lower, str.lower),
        (str.upper, str.upper),
        (str.capitalize, str.capitalize),
    )
}
_VNI_SIGNS = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))

# VIQR, RFC 1456 section 4: the letter, its shape sign, its tone sign. A backslash makes a sign
# literal.
_VIQR_SIGNS = re.compile(
    r"\\([`'?~.^(+d\\])|[dD][dD]|([aAeEoO]\^|[aA]\(|[oOuU]\+|[aeiouyAEIOUY])([`'?~.]?)"
)
_VIQR_SHAPES = {"^": "\u0302", "(": "\u0306", "+": "\u031b"}
_VIQR_TONES = {"'": _ACUTE, "`": _GRAVE, "?": _HOOK, "~": _TILDE, ".": _DOT}
_VIQR_SHAPED = re.compile(r"[aeo]\^|a\(|[ou]\+|dd", re.IGNORECASE)
_SENTENCE_END = {".": re.compile(r"\.?(?=\s*$|\s+[A-Z])"), "?": re.compile(r"\??(?=\s*$)")}

_UNICODE_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_LATIN_1 = re.compile("[\xa1-\xff]")
_MARKED = re.compile("[\u1ea0-\u1ef9]")
_WORD = re.compile(r"[^\W\d_]+")
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?"
    r"(?:[aăâeêioôơuưy]|[aâ][uy]|a[io]|eo|êu|i[au]|iêu?|o[aăe]|oa[iy]|oeo|oo|[oôơ]i|u[aâêiôơy]|uây|uôi|uy[aêu]|ưa|ươ[iu]?|ư[iu]|yêu?)"
    r"(?:ch?|m|ngh?|nh?|p|t)?"
)

# A byte of UTF-8 as windows-1252 shows it, or latin-1 where windows-1252 has no sign.
_AS_BYTE = {chr(byte): byte for byte in range(0x80, 0x100)} | {
    sign: byte for byte in range(0x80, 0xA0) if (sign := bytes([byte]).decode("cp1252", "ignore"))
}
_LATER = (
    "[\u0080-\u00bf"
    + "".join(sign for sign, byte in _AS_BYTE.items() if byte < 0xA0 and sign > "\xff")
    + "]"
)
# It begins with one class, so that it is searched seven times faster than its alternatives.
_MISREAD = re.compile(
    f"[\u00c2-\u00f4]{_LATER}(?:(?<=[\u00c2-\u00df].)|{_LATER}(?:(?<=[\u00e0-\u00ef]..)|"
    f"{_LATER}(?<=[\u00f0-\u00f4]...)))",
    re.DOTALL,
)

# The first two bytes of letters with two marks, and of quotes and dashes.
_MISREAD_BEGIN = tuple(lead.decode("cp1252") for lead in (b"\xe1\xba", b"\xe1\xbb", b"\xe2\x80"))

_PIECES_MAX = 5000  # characters that are judged; the rest of a long text follows them
_CHANGED_MIN = 3
_CHANGED_SHARE = 0.2  # of the words with letters


def is_in_unicode(text: str) -> bool:
    """Whether a page has enough Vietnamese letters, so that mending would change nothing."""
    sure = next(islice(_MARKED.finditer(text, 0, 20_000), 19, None), None)
    return sure is not None or len(_MARKED.findall(beyond_ascii(text[:400_000]))) >= 20


def misread_signs(text: str) -> int:
    """How many letters of a text are UTF-8 misread as windows-1252, three or four signs for one.

    `mend` corrects them only where nearly all of a page is misread.
    """
    if not any(begin in text for begin in _MISREAD_BEGIN):
        return 0
    return sum(len(signs[0]) > 2 for signs in _MISREAD.finditer(text))


def mend(text: str) -> tuple[str, str | None]:
    """`text` in Unicode (NFC), and the encoding it was in: "tcvn3", "vni", "viqr" or
    "utf-8-as-cp1252".

    `text` itself and None if there is nothing to mend; one or two words are too few to judge.
    Call it before `clean_text`, which drops no-break spaces and soft hyphens: both are letters in
    these encodings. TCVN3's capitals with tones cannot be told from small letters and come out
    small.
    """
    beyond = beyond_ascii(text)
    found = _MISREAD.findall(beyond)  # in the text there are at most as many
    too_few = not found or (len(beyond) - len("".join(found))) * 10 > len(found)
    if not too_few and (unmixed := _unmix(text, len(beyond))) is not None:
        return unicodedata.normalize("NFC", unmixed), "utf-8-as-cp1252"
    if _UNICODE_VIETNAMESE.search(beyond):
        return text, None
    candidates: tuple[tuple[str, Callable[[str], str]], ...]
    if len(_LATIN_1.findall(beyond)) >= _CHANGED_MIN:
        candidates = (("tcvn3", lambda said: said.translate(_TCVN3)), ("vni", _from_vni))
    elif not beyond and next(islice(_VIQR_SHAPED.finditer(text), _CHANGED_MIN - 1, None), None):
        candidates = (("viqr", _from_viqr),)
    else:
        return text, None
    pieces = text.split(None, _PIECES_MAX)[:_PIECES_MAX]
    if beyond and not _may_be_better(pieces):
        return text, None
    judged = " ".join(pieces)
    for name, convert in candidates:
        if _is_better(judged, convert(judged)):
            return convert(text), name
    return text, None


def _from_vni(text: str) -> str:
    return _VNI_SIGNS.sub(lambda signs: _VNI[signs[0]], text)


def _from_viqr(text: str) -> str:
    def letter(signs: re.Match[str]) -> str:
        if signs[1]:
            return signs[1]
        if not signs[2]:
            return "Đ" if signs[0][0] == "D" else "đ"
        base, shape, tone = signs[2][0], signs[2][1:], signs[3]
        # Few writers escape a full stop, as the RFC asks. After a bare vowel, a stop before a
        # capital or at the very end counts as a full stop.
        if tone in _SENTENCE_END and not shape and _SENTENCE_END[tone].match(text, signs.end() - 1):
            return base + tone
        return unicodedata.normalize(
            "NFC", base + _VIQR_SHAPES.get(shape, "") + _VIQR_TONES.get(tone, "")
        )

    return _VIQR_SIGNS.sub(letter, text)


def _may_be_better(pieces: list[str]) -> bool:
    """Whether enough words could change: both encodings change only signs beyond ASCII."""
    plain = [piece for piece in pieces if piece.isascii()]
    beyond = len(pieces) - len(plain)
    lettered = filter(_WORD.search, plain)
    too_many = next(islice(lettered, int(beyond / _CHANGED_SHARE), None), None)
    return beyond >= _CHANGED_MIN and too_many is None


def _is_better(before: str, after: str) -> bool:
    """Whether nearly all changed words became Vietnamese syllables, in a text that consists mostly
    of them.
    """
    lettered = changed = became = had_been = fitting = 0
    long_enough: set[str] = set()
    for old, new in zip(before.split(), after.split(), strict=True):
        if not _WORD.search(new):
            continue
        lettered += 1
        vietnamese = _is_vietnamese(new)
        fitting += vietnamese
        if old != new:
            changed += 1
            became += vietnamese
            had_been += _is_vietnamese(old)
            if vietnamese and sum(map(str.isalpha, new)) >= 2:
                long_enough.add(new)
    return (
        len(long_enough) >= _CHANGED_MIN
        and became >= 0.9 * changed
        and had_been <= 0.5 * changed
        and fitting >= 0.6 * lettered
        and changed >= _CHANGED_SHARE * lettered
    )


def _is_vietnamese(piece: str) -> bool:
    words = _WORD.findall(piece)
    return bool(words) and all(map(_is_syllable, words))


def _is_syllable(word: str) -> bool:
    bare, tones = _TONES.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None


def _unmix(text: str, beyond: int) -> str | None:
    """`text` with its misread UTF-8 corrected, or None.

    None unless that accounts for at least nine in ten of the characters `beyond` ASCII.
    """
    found: list[str] = []

    def read(signs: re.Match[str]) -> str:
        try:
            character = bytes(_AS_BYTE[sign] for sign in signs[0]).decode()
        except UnicodeDecodeError:
            return signs[0]
        if unicodedata.category(character) in ("Cc", "Cn", "Co"):
            return signs[0]
        found.append(signs[0])
        return character

    mended = _MISREAD.sub(read, text)
    left_over = beyond - sum(map(len, found))
    # A single pair may be a real capital before a real quote; three signs that make one letter
    # cannot.
    if left_over * 10 > len(found) or not (
        len(found) >= 2 or any(len(signs) > 2 for signs in found)
    ):
        return None
    return mended
