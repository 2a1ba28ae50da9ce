"""Find the charset of a text by evidence, and decode it."""

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from pipelines.read.text.legacy_encodings import mend
from pipelines.read.text.plausible_text import is_plausible
from portals.site import UNDETERMINED

MULTIBYTE = re.compile("[^\x00-\x7f\ufffd]")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_FEW = 8  # bytes beyond ASCII: too few for a guess that is not the page's own language
_DECISIVE = 1.5  # how much more than a declared charset another must weigh
_MANY = 200  # bytes beyond ASCII: the right charset stands out
_FAINT = 0.05  # what a guess weighs that says nothing against a declaration
_CP1258_MARKS = "\u0300\u0301\u0303\u0309\u0323"
_CP1258_LETTER = re.compile(f"[aeiouyăâêôơư][{_CP1258_MARKS}]", re.IGNORECASE)
_CP1258_OWN = re.compile("[đươ]", re.IGNORECASE)
# The charsets that servers declare for everything.
_WESTERN = frozenset({"cp1252", "iso8859-15"})
_LANGUAGE = re.compile(rb"<html\b[^>]{0,500}\blang\s*=\s*[\"']?([a-z]{2})", re.IGNORECASE)
# The charsets of the web (WHATWG Encoding Standard), in the detector's words, and what each is
# decoded with: the larger charset that contains it.
_CHARSETS = {
    **{
        name: name
        for name in ("gb18030", "big5hkscs", "cp932", "cp949", "koi8-r", "koi8-u", "cp866")
    },
    **{f"cp{number}": f"cp{number}" for number in (874, *range(1250, 1259))},
    **{f"iso8859-{part}": f"iso8859-{part}" for part in (2, 5, 6, 7, 8, 13, 15)},
    "euc_jis_2004": "euc_jp",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
}
_SEEN = 200_000  # bytes that the detector sees
_NEAR = 0.5  # how far behind the best guess one in the page's own language may be
_MARKUP = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL | re.I)
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")  # ASCII with escapes, and valid UTF-8


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text, and the encoding it was read with (Python's name). `doubt`: why that is a guess, as
    the end of a sentence. `is_readable`: False if the text does not read like writing.
    """

    text: str
    encoding: str
    doubt: str | None = None
    is_readable: bool = True


def decode_text(body: bytes, content_type: str | None, language: str | None = None) -> DecodedText:
    """The text of `body`. Never fails. `language`: that of the site, a hint like the page's `lang`.

    The evidence, in this order: a byte order mark, the NULs of UTF-16, bytes that are UTF-8, the
    header's charset and the page's own declaration, the look of the bytes. Multi-byte UTF-8 does
    not arise by chance: it wins over a header that says otherwise, even where a few bytes are
    broken (they become U+FFFD). A declaration counts while the text that it gives reads like
    writing. windows-1258 writes tones as marks after their letter; the text is composed (NFC).
    """
    encoding, mark = read_bom(body)
    if encoding is not None and mark is not None:
        return DecodedText(body[len(mark) :].decode(encoding, "replace"), encoding)
    if b"\0" not in body[:1024] and not body.isascii():
        with suppress(UnicodeDecodeError):  # nearly every page: what it declares does not matter
            return DecodedText(body.decode("utf-8"), "utf-8")
    said = (http_content_type_encoding(content_type), html_body_declared_encoding(body))
    declared = list(dict.fromkeys(name for name in said if name))
    wide = _wide_encoding(body, declared)
    if wide is not None:
        return DecodedText(body.decode(wide, "replace"), wide)
    if body.isascii() and _ISO_2022_JP.search(body):
        with suppress(UnicodeDecodeError):
            return DecodedText(body.decode("iso2022_jp"), "iso2022_jp")
    try:
        return DecodedText(body.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        mended = body.decode("utf-8", "replace")
    # In other charsets, few bytes make a sign of UTF-8 by chance.
    broken = mended.count("\ufffd") * (1 if "utf-8" in declared else 3)
    if len(MULTIBYTE.findall(mended)) > broken:
        return DecodedText(mended, "utf-8")
    if found := _LANGUAGE.search(body, 0, 4096):
        language = found[1].decode().lower()
    return _legacy(body, declared, None if language == UNDETERMINED else language)


def _legacy(body: bytes, said: list[str], language: str | None) -> DecodedText:
    """The text of bytes that are not UTF-8."""
    # A declaration inside the bytes was read as ASCII, so UTF-16 and UTF-32 are false too.
    declared = [name for name in said if not name.startswith("utf-")]
    if _looks_like_cp1258(body, certain=any(name not in _WESTERN for name in declared)):
        return DecodedText(_decoded(body, "cp1258"), "cp1258")
    decoded = {}
    for name in declared:
        with suppress(LookupError, UnicodeError):  # Python's own codecs, such as "hex" and "idna"
            decoded[name] = _decoded(body, name)
    texts = {name: text for name, text in decoded.items() if is_plausible(text, name)}
    western = body.decode("cp1252", "replace")
    if texts.keys() <= _WESTERN and mend(western)[1] is not None:
        return DecodedText(western, "cp1252")  # a legacy font, which the caller mends
    beyond = len(_BEYOND_ASCII.findall(body))
    if beyond < _FEW and not texts and language is None and is_plausible(western, "cp1252"):
        texts = {"cp1252": western}
    if beyond < _FEW and texts:
        name, text = next(iter(texts.items()))
        return DecodedText(text, name)
    doubt = f"is declared as {' and as '.join(said)}" if said else "declares no charset"
    likely = _guesses(body, language)
    if (beyond >= _MANY or decoded) and next(iter(likely.values()), 0.0) < _FAINT:
        likely = {}  # so much writing would fit its language better
    judged = _judged(body, texts, likely, doubt)
    if judged is not None:
        return judged
    name, text = next(iter(decoded.items()), ("cp1252", western))
    return DecodedText(text, name, doubt, is_readable=50 * beyond < len(body))


def _guesses(body: bytes, language: str | None) -> dict[str, float]:
    """The charsets (Python's names) in which a body reads like writing, the likeliest first, and
    how well its letters fit a language, from 0 to 1. Of nearly equal ones, `language` decides.
    """
    import chardet  # its models take a tenth of a second to load, and few pages need them

    found = chardet.detect_all(
        _MARKUP.sub(b" ", body[:_SEEN]),
        ignore_threshold=True,
        max_bytes=_SEEN,
        prefer_superset=False,
        compat_names=False,
        include_encodings=_CHARSETS,
    )
    best = max((guess["confidence"] for guess in found), default=0.0)
    found.sort(
        key=lambda guess: (
            guess["language"] == language and guess["confidence"] >= _NEAR * best,
            guess["confidence"],
        ),
        reverse=True,
    )
    likely: dict[str, float] = {}
    for guess in found:
        name = _CHARSETS.get(guess["encoding"] or "")
        if name and name not in likely and is_plausible(body.decode(name, "replace"), name):
            likely[name] = guess["confidence"]
    return likely


def _judged(
    body: bytes, texts: dict[str, str], likely: dict[str, float], doubt: str
) -> DecodedText | None:
    """The text that two kinds of evidence support: the declared charsets that read like writing
    (`texts`), and those that fit a language. None without evidence.
    """
    if not likely:
        return next((DecodedText(text, name) for name, text in texts.items()), None)
    best, weight = next(iter(likely.items()))
    best_text = _decoded(body, best)
    for name, text in texts.items():
        if text == best_text:
            return DecodedText(text, name)
    for name, text in texts.items():
        if weight < max(_FAINT, _DECISIVE * likely.get(name, 0)):
            return DecodedText(text, name, doubt)
    return DecodedText(best_text, best, doubt)


def _decoded(body: bytes, name: str) -> str:
    text = body.decode(name, "replace")
    return unicodedata.normalize("NFC", text) if name == "cp1258" else text


def _wide_encoding(body: bytes, declared: list[str]) -> str | None:
    """UTF-16 or UTF-32 without a mark: declared and confirmed by NULs, or with a NUL beside nearly
    every character of its markup (XML 1.0, appendix F).
    """
    head = body[:1024]
    if b"\x00" not in head:
        return None
    for name in declared:
        if name.startswith(("utf-16", "utf-32")) and 20 * head.count(0) > len(head):
            return name if name.endswith(("-le", "-be")) else f"{name}-le"
    first, second = head[::2].count(0), head[1::2].count(0)
    if 4 * max(first, second) >= len(head) > 64 * min(first, second):
        return "utf-16-le" if second > first else "utf-16-be"
    if body.startswith((b"<\x00", b"\x00<")) and body[2:4] != b"\x00\x00":
        return "utf-16-le" if body[0] else "utf-16-be"
    return None


def _looks_like_cp1258(body: bytes, *, certain: bool) -> bool:
    """Whether marks stand where windows-1258 writes tones. `certain`: another charset is declared
    that is not every server's default.
    """
    text = body.decode("cp1258", "replace")
    marks = sum(map(text.count, _CP1258_MARKS))
    # In windows-1258 a tone follows its vowel; elsewhere these five bytes are letters anywhere.
    if marks < 3 or len(_CP1258_LETTER.findall(text)) < 0.9 * marks:
        return False
    return not certain and len(_CP1258_OWN.findall(text)) >= 1
