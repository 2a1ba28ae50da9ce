"""Text in mislabelled, torn or pre-Unicode encodings, and characters that must not be stored."""

import unicodedata
from collections.abc import Callable

from tests.builders.undeclared_texts import NOTICES, encoded, notice_page
from tests.faults.bad_inputs.case import SENTENCE, TITLE, BadInput, article_page, html_answer

HTML = "text/html"
MARKS = "\u0300\u0301\u0303\u0309\u0323"
# TCVN 5712 VN3 as the .VnTime fonts showed it; only the letters of the page below.
TCVN3 = dict(
    zip(
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ",
        (
            "\xb5\xb8\xb6\xb7\xb9\xa8\xbb\xbe\xbc\xbd\xc6\xa9\xc7\xca\xc8\xc9\xcb\xae\xcc\xd0\xce\xcf\xd1\xaa\xd2\xd5\xd3\xd4\xd6\xd7\xdd\xd8\xdc\xde"
            "\xdf\xe3\xe1\xe2\xe4\xab\xe5\xe8\xe6\xe7\xe9\xac\xea\xed\xeb\xec\xee\xef\xf3\xf1\xf2\xf4\xad\xf5\xf8\xf6\xf7\xf9\xfa\xfd\xfb\xfc\xfe"
        ),
        strict=True,
    )
)
# VNI for Windows as windows-1252 shows it.
VNI = dict(
    zip(
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ",
        (  # noqa: SIM905  # sixty-seven lines otherwise
            "aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä ñ eø eù eû eõ eï eâ eà eá eå "
            "eã eä ì í æ ó ò oø où oû oõ oï oâ oà oá oå oã oä ô ôø ôù ôû "
            "ôõ ôï uø uù uû uõ uï ö öø öù öû öõ öï yø yù yû yõ î"
        ).split(),
        strict=True,
    )
)
MEANT = (TITLE, SENTENCE)


def page(charset: str = "", content: str | None = None, *, title: str = TITLE) -> str:
    """The article without a word on its encoding, or with `charset` in its head."""
    text = article_page(title=title) if content is None else article_page(content, title=title)
    return text.replace('<meta charset="utf-8">', f'<meta charset="{charset}">' if charset else "")


def in_windows_1258(text: str) -> bytes:
    """Letters composed with their shape and followed by tone marks, as Windows typed Vietnamese."""
    typed = "".join(_typed(letter) for letter in text)
    return typed.encode("cp1258")


def _typed(letter: str) -> str:
    apart = unicodedata.normalize("NFD", letter)
    tones = "".join(mark for mark in apart if mark in MARKS)
    shape = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in MARKS))
    return shape + tones


def in_old_letters(text: str, letters: dict[str, str]) -> str:
    """Text as a pre-Unicode font holds it.

    Capitals are small letters of a second font, except those in ASCII.
    """
    return "".join(letters.get(letter, letters.get(letter.lower(), letter)) for letter in text)


def _bad(
    name: str,
    body: bytes | Callable[[], bytes],
    content_type: str = HTML,
    *,
    text: tuple[str, ...] = MEANT,
    issues: tuple[str, ...] = (),
    outcomes: tuple[str, ...] = ("article-new",),
) -> BadInput:
    def made() -> bytes:
        return body if isinstance(body, bytes) else body()

    return BadInput(
        name,
        lambda: html_answer(made(), content_type),
        outcomes,
        made,
        text if outcomes == ("article-new",) else (),
        issues,
    )


def _sign(name: str, sign: str, shown: str) -> BadInput:
    """A sign in the title and in the text, and what must stand in its place."""
    body = page(
        "utf-8",
        f"<p>{SENTENCE} Đầu{sign}cuối.</p>" + f"<p>{SENTENCE}</p>" * 2,
        title=f"Họp{sign}dân",
    ).encode("utf-8", "surrogatepass")
    return _bad(name, body, text=(f"Đầu{shown}cuối.", f"Họp{shown}dân"))


CASES = [
    _bad("windows-1258 that says so", in_windows_1258(page("windows-1258"))),
    _bad("windows-1258 that says nothing", in_windows_1258(page())),
    _bad("windows-1258 that says UTF-8", in_windows_1258(page("utf-8")), f"{HTML}; charset=utf-8"),
    _bad(
        "windows-1258 that says ISO-8859-1",
        in_windows_1258(page()),
        f"{HTML}; charset=iso-8859-1",
        text=(),
    ),
    _bad(
        "UTF-8 that says windows-1258",
        page("windows-1258").encode(),
        f"{HTML}; charset=windows-1258",
    ),
    _bad("UTF-8 that says ISO-8859-1", page("iso-8859-1").encode(), f"{HTML}; charset=iso-8859-1"),
    _bad("UTF-8 that says UTF-16", page("utf-16").encode(), f"{HTML}; charset=utf-16"),
    _bad("UTF-8 that says UTF-7", page("utf-7").encode(), f"{HTML}; charset=utf-7"),
    _bad(
        "UTF-8 that says a name nobody knows",
        page("viet-std").encode(),
        f"{HTML}; charset=viet-std",
    ),
    _bad("UTF-8 that says GB18030", page("gb18030").encode(), f"{HTML}; charset=gb18030"),
    _bad(
        "UTF-8 with a byte order mark and a lie",
        b"\xef\xbb\xbf" + page().encode(),
        f"{HTML}; charset=windows-1252",
    ),
    _bad("UTF-8 with three byte order marks", b"\xef\xbb\xbf" * 3 + page().encode()),
    _bad("UTF-16 with its mark", page().encode("utf-16")),
    _bad("UTF-16 big endian with its mark", b"\xfe\xff" + page().encode("utf-16-be")),
    _bad("UTF-16 without a mark", page().encode("utf-16-le"), f"{HTML}; charset=utf-16"),
    _bad("UTF-16 without a mark, unsaid", page().encode("utf-16-le")),
    _bad("UTF-16 that ends half way through a sign", page().encode("utf-16")[:-1]),
    _bad("UTF-32 with its mark", page().encode("utf-32")),
    _bad(
        "UTF-8 with one broken sign",
        page("utf-8").encode().replace("Nà Lũng".encode(), b"N\xc3 L\xc5\xa9ng", 1),
    ),
    _bad("UTF-8 cut in the middle of a letter", page("utf-8").encode() + "ữ".encode()[:2]),
    _bad(
        "an overlong slash",
        page("utf-8", f"<p>{SENTENCE}</p>" * 3).encode().replace(b"<footer>", b"\xc0\xaf<footer>"),
    ),
    _bad("surrogates written in UTF-8", page("utf-8").encode() + b"\xed\xa0\xbd\xed\xb8\x80"),
    _bad("bytes of every value behind the page", page("utf-8").encode() + bytes(range(1, 256))),
    _bad(
        "UTF-8 read as windows-1252 and sent as UTF-8",
        lambda: page("utf-8").encode().decode("cp1252", "replace").encode(),
        text=(),
    ),
    _bad(
        "UTF-8 read as latin-1 and sent as UTF-8",
        page("utf-8").encode().decode("latin-1").encode(),
        issues=("encoding-mended",),
    ),
    _bad(
        "TCVN3 that says windows-1252",
        in_old_letters(page("windows-1252"), TCVN3).encode("latin-1"),
        text=(SENTENCE,),
        issues=("encoding-mended",),
    ),
    _bad(
        "TCVN3 sent as UTF-8",
        in_old_letters(page("utf-8"), TCVN3).encode(),
        text=(SENTENCE,),
        issues=("encoding-mended",),
    ),
    _bad(
        "VNI that says windows-1252",
        in_old_letters(page("windows-1252"), VNI).encode("cp1252"),
        text=(SENTENCE,),
        issues=("encoding-mended",),
    ),
    *(
        _bad(
            f"{charset} that {what}",
            encoded(notice_page(language, said), charset),
            f"{HTML}; charset={said}" if said else HTML,
            text=NOTICES[language],
        )
        for language, charset in (
            ("zh", "gbk"),
            ("zh-tw", "big5"),
            ("th", "cp874"),
            ("ru", "cp1251"),
        )
        for said, what in ((None, "says nothing"), ("utf-8", "says UTF-8"), ("iso-8859-1", "lies"))
    ),
    _bad(
        "bytes of no charset",
        b"<html><body><h1>Tin</h1><p>" + bytes(0xA0 + n * 37 % 96 for n in range(900)),
        outcomes=("refused-undecodable",),
    ),
    _bad("decomposed letters", unicodedata.normalize("NFD", page("utf-8")).encode()),
    _bad(
        "numbers for every letter",
        "".join(
            f"&#{ord(letter)};" if ord(letter) > 127 else letter for letter in page("utf-8")
        ).encode(),
    ),
    _bad(
        "100,000 marks on one letter",
        lambda: page(
            "utf-8", f"<p>{SENTENCE}</p>" * 3 + "<p>a" + "\u0301\u0323" * 50_000 + "</p>"
        ).encode(),
        text=MEANT,
    ),
    _bad(
        "one word of four megabytes",
        lambda: page("utf-8", f"<p>{SENTENCE}</p>" * 3 + "<p>" + "ă" * 2_000_000 + "</p>").encode(),
        issues=("truncated-by-parser",),
    ),
    _bad(
        "a title of a megabyte",
        lambda: page("utf-8", title=TITLE + " rất dài" * 100_000).encode(),
        outcomes=("refused-not-an-article",),
    ),
    _sign("a NUL", "\0", ""),
    _sign("NUL by number", "&#0;", "\ufffd"),
    _sign("half a pair by number", "&#xD800;", "\ufffd"),
    _sign("half a pair in bytes", "\ud800", "\ufffd\ufffd\ufffd"),
    _sign("a number beyond Unicode", "&#x110000;", "\ufffd"),
    _sign("a control by number", "&#1;", ""),
    _sign("controls of direction", "\u202e\u2066", ""),
    _sign("windows-1252 by number", "&#146;", "’"),
    _sign("a sign that is none", "\ufffe\uffff", ""),
    _sign("blanks of no width", "\u200b\ufeff\u00ad", ""),
    _sign("the bell and the escape of a terminal", "\x07\x1b[31m", "[31m"),
    _sign("a line separator", "\u2028", " "),
]
