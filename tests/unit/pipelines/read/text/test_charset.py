"""Charsets, and Vietnamese from before Unicode."""

import codecs
import unicodedata

import pytest

from pipelines.read.text.charset import decode_text
from pipelines.read.text.legacy_encodings import mend

META = '<meta charset="{}"><p>{}</p>'
NEWS = "Đường thủy, nghị quyết, bộ đội"
# windows-1258 composes few letters with a tone: "ủ" is u and a mark, "ộ" is ô and a mark.
NEWS_1258 = b"\xd0\xfd\xf5\xccng thu\xd2y, ngh\x69\xf2 quy\xea\xect, b\xf4\xf2 \xf0\xf4\xf2i"


@pytest.mark.parametrize(
    ("body", "content_type", "text", "encoding"),
    [
        (NEWS.encode(), None, NEWS, "utf-8"),
        (NEWS.encode(), "text/html; charset=windows-1258", NEWS, "utf-8"),  # the header lies
        # The page lies.
        (
            META.format("iso-8859-1", NEWS).encode(),
            None,
            META.format("iso-8859-1", NEWS),
            "utf-8",
        ),
        (codecs.BOM_UTF8 + NEWS.encode(), "text/html; charset=iso-8859-1", NEWS, "utf-8"),
        (
            codecs.BOM_UTF16_LE + NEWS.encode("utf-16-le"),
            "text/html; charset=utf-8",
            NEWS,
            "utf-16-le",
        ),
        (codecs.BOM_UTF16_BE + NEWS.encode("utf-16-be"), None, NEWS, "utf-16-be"),
        (NEWS.encode("utf-16-le"), "text/html; charset=utf-16", NEWS, "utf-16-le"),
        (NEWS.encode("utf-16-be"), "text/html; charset=UTF-16BE", NEWS, "utf-16-be"),
        ("<p>xa</p>".encode("utf-16-le"), None, "<p>xa</p>", "utf-16-le"),
        (NEWS.encode(), "text/html; charset=utf-16", NEWS, "utf-8"),
        (
            b'<meta charset="utf-16"><p>\xe9t\xe9</p>',
            None,
            '<meta charset="utf-16"><p>été</p>',
            "cp1252",
        ),
        (b"caf\xe9 \x93x\x94", "text/html; charset=iso-8859-1", "café “x”", "cp1252"),
        (b"caf\xe9", None, "café", "cp1252"),
        (b"\xcf\xf0\xe8", "text/html; charset=windows-1251", "При", "cp1251"),
        (
            b'<?xml version="1.0" encoding="windows-1251"?><a>\xcf</a>',
            "text/xml",
            '<?xml version="1.0" encoding="windows-1251"?><a>П</a>',
            "cp1251",
        ),
        (b"caf\xe9", "text/html; charset=no-such-thing", "café", "cp1252"),
        (b"", "text/html; charset=utf-8", "", "utf-8"),
        (b"plain", None, "plain", "utf-8"),
    ],
)
def test_the_best_evidence_decides(
    body: bytes, content_type: str | None, text: str, encoding: str
) -> None:
    found = decode_text(body, content_type)
    assert (found.text, found.encoding, found.is_readable) == (text, encoding, True)


@pytest.mark.parametrize("content_type", ["text/html; charset=windows-1258", None])
def test_windows_1258_is_composed_whether_declared_or_seen(content_type: str | None) -> None:
    found = decode_text(NEWS_1258, content_type)
    assert (found.text, found.encoding) == ("Đường thủy, nghị quyết, bộ đội", "cp1258")
    assert unicodedata.is_normalized("NFC", found.text)


@pytest.mark.parametrize("name", ["hex", "base64", "rot13", "idna", "undefined"])
def test_a_codec_of_python_that_is_no_charset_is_no_declaration(name: str) -> None:
    text = "La fête du village a réuni cent élèves à l'école près de l'église."
    found = decode_text(text.encode("cp1252"), f"text/html; charset={name}")
    assert found.text == text


def test_one_broken_byte_does_not_turn_a_page_of_utf8_into_another_charset() -> None:
    body = (NEWS * 10).encode() + b"\xff!"
    found = decode_text(body, "text/html; charset=windows-1252")
    assert (found.text, found.encoding) == (NEWS * 10 + "\ufffd!", "utf-8")
    cut = (NEWS * 10).encode()[:-1] + "ộ".encode()[:2]
    assert decode_text(cut, None).encoding == "utf-8"


SENTENCE = "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc"


@pytest.mark.parametrize(
    ("written", "text", "encoding"),
    [
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc", SENTENCE, "tcvn3"),
        (
            "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, Ñoäc laäp - Töï do - Haïnh phuùc",
            SENTENCE,
            "vni",
        ),
        (
            "Co^.ng ho`a xa~ ho^.i chu? nghi~a Vie^.t Nam, DDo^.c la^.p - Tu+. do - Ha.nh phu'c",
            SENTENCE,
            "viqr",
        ),
        (
            "Cá»™ng hÃ²a xÃ£ há»™i chá»§ nghÄ©a Viá»‡t Nam",
            "Cộng hòa xã hội chủ nghĩa Việt Nam",
            "utf-8-as-cp1252",
        ),
        ("ThÃ´ng bÃ¡o", "Thông báo", "utf-8-as-cp1252"),  # noqa: RUF001
        ("lÃ\u00a0 â€œnhÃ\u00a0â€\u009d", "là “nhà”", "utf-8-as-cp1252"),
        ("UÛY BAN NHAÂN DAÂN XAÕ", "ỦY BAN NHÂN DÂN XÃ", "vni"),
        ("§­êng ®Õn th¨m tr­êng", "Đường đến thăm trường", "tcvn3"),  # ư is the soft hyphen there
        (
            "Uy? ban nha^n da^n xa~ quye^'t ddi.nh. Ai ddu+o+.c hu+o+?ng?",
            "Uỷ ban nhân dân xã quyết định. Ai được hưởng?",
            "viqr",
        ),
    ],
)
def test_old_encodings_are_recognised_and_mended(written: str, text: str, encoding: str) -> None:
    assert mend(written) == (text, encoding)


@pytest.mark.parametrize("charset", ["cp1252", "latin-1"])
def test_any_vietnamese_that_was_read_wrongly_comes_back(charset: str) -> None:
    text = "Sáng 5/9, học sinh xã Bắc Trạch – “đón” năm học mới; ở đó có cả phụ huynh…"
    misread = "".join(
        bytes([byte]).decode(charset, "ignore") or chr(byte) for byte in text.encode()
    )
    assert misread != text
    assert mend(misread) == (text, "utf-8-as-cp1252")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thông tin công tác",  # only letters that TCVN3 and VNI have too
        "Công báo tháng tám năm hai không",
        "Ủy ban nhân dân xã họp về việc: ai được hưởng? Tổ trưởng.",
        "“XÃ” và «NHÂN DÂN»",
        "NÃO SEJA SÃO JOÃO, não são corações",
        "L'été dernier, à Noël, les élèves français étaient très âgés; où ça?",
        "Die Größe der Häuser über dem Fluß führt zu Ärger",
        "El niño comió piñas y ñoquis en la montaña de España",
        "På øen sås både høns og får, ærligt talt, én år før",
        "Is it so? Who are you? What a to-do. Add odd wedding puddings, Eddy. Oh no. 'Tis he~",
        "a^2 + b^2 = c^2, x^n - y^n; e^(i*pi) + 1 = 0; a^n + o^n",
        "for (auto i = 0; i < u+v; i++) { a(b); odd += add(o^1); m[o+1] = u+w; }",
        "Giá: 50 µg/m³ ± 2 °C, ¼ lít, © 2020 Cty ABC ® ™",
        "© 2020 Cong ty, ® ¶ § ª º",
        "Ăn ở, ăn uống",
        "Привет, мир: Äpfel",
    ],
)
def test_what_is_right_is_never_touched(text: str) -> None:
    assert mend(text) == (text, None)
