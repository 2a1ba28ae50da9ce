"""Find the charset of a text by evidence."""

import re
import unicodedata

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

_MULTIBYTE = re.compile("[^\x00-\x7f\ufffd]")
_CP1258_MARKS = "\u0300\u0301\u0303\u0309\u0323"
_CP1258_LETTER = re.compile(f"[aeiouyăâêôơư][{_CP1258_MARKS}]", re.IGNORECASE)


def decode_text(body: bytes, content_type: str | None) -> tuple[str, str]:
    """The text of `body`, and the encoding it was read with (Python's name). Never fails.

    The evidence, in this order: a byte order mark, bytes that are UTF-8, the header's charset, the
    page's own declaration, the look of the bytes (windows-1258, else windows-1252). Multi-byte
    UTF-8 does not arise by chance: it wins over a header that says otherwise, even where a few
    bytes are broken (they become U+FFFD). Where the bytes are not UTF-8, a look of windows-1258
    wins over a declaration of UTF-8. windows-1258 writes tones as marks after their letter; the
    text is composed (NFC).
    """
    encoding, mark = read_bom(body)
    if encoding is not None and mark is not None:
        return body[len(mark) :].decode(encoding, "replace"), encoding
    said = (http_content_type_encoding(content_type), html_body_declared_encoding(body))
    declared = [name for name in said if name]
    wide = _wide_encoding(body, declared)
    if wide is not None:
        return body.decode(wide, "replace"), wide
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        mended = body.decode("utf-8", "replace")
    if len(_MULTIBYTE.findall(mended)) > 20 * mended.count("\ufffd"):
        return mended, "utf-8"
    # A declaration inside the bytes was read as ASCII, so UTF-16 and UTF-32 are false.
    declared = [name for name in declared if not name.startswith(("utf-16", "utf-32"))]
    for name in declared:
        try:
            return _composed(body.decode(name), name), name
        except (UnicodeDecodeError, LookupError):
            continue
    look = _detected(body)
    # UTF-8 is already ruled out.
    name = declared[0] if declared and (declared[0] != "utf-8" or look != "cp1258") else look
    return _composed(body.decode(name, "replace"), name), name


def _wide_encoding(body: bytes, declared: list[str]) -> str | None:
    """UTF-16 or UTF-32 without a mark: declared and confirmed by NULs, or beginning like markup in
    it (XML 1.0, appendix F).
    """
    if body.startswith((b"<\x00", b"\x00<")) and body[2:4] != b"\x00\x00":
        return "utf-16-le" if body[0] else "utf-16-be"
    for name in declared:
        if name.startswith(("utf-16", "utf-32")) and b"\x00" in body[:1024]:
            return name if name.endswith(("-le", "-be")) else f"{name}-le"
    return None


def _composed(text: str, encoding: str) -> str:
    return unicodedata.normalize("NFC", text) if encoding == "cp1258" else text


def _detected(body: bytes) -> str:
    text = body.decode("cp1258", "replace")
    marks = sum(map(text.count, _CP1258_MARKS))
    # In windows-1258 a tone follows its vowel; elsewhere these five bytes are letters anywhere.
    return "cp1258" if marks >= 3 and len(_CP1258_LETTER.findall(text)) >= 0.9 * marks else "cp1252"
