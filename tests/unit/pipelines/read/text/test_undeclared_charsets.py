"""Pages in charsets from before UTF-8 that declare none, or another."""

import random
import subprocess
import sys

import pytest
from w3lib.encoding import http_content_type_encoding

from pipelines.read.text.charset import DecodedText, decode_text
from pipelines.read.text.plausible_text import is_plausible
from tests.builders.undeclared_texts import CHARSETS, LABELS, NOTICES, encoded, notice_page

PAGES = [(language, name) for language, names in CHARSETS.items() for name in names]
each_page = pytest.mark.parametrize(("language", "charset"), PAGES)


def label(charset: str) -> str:
    return LABELS.get(
        charset, charset.replace("cp12", "windows-12").replace("iso8859_", "iso-8859-")
    )


def read(language: str, charset: str, header: str | None, meta: str | None) -> DecodedText:
    body = encoded(notice_page(language, meta), charset)
    return decode_text(body, f"text/html; charset={header}" if header else "text/html")


def is_right(found: DecodedText, language: str) -> bool:
    return all(text in found.text for text in NOTICES[language])


@each_page
def test_a_page_without_a_declaration_is_read_and_told(language: str, charset: str) -> None:
    found = read(language, charset, None, None)
    assert is_right(found, language)
    assert found.encoding == "cp1258" or found.doubt == "declares no charset"


@each_page
@pytest.mark.parametrize("place", ["header", "meta"])
def test_a_right_declaration_is_believed_without_a_word(
    language: str, charset: str, place: str
) -> None:
    said = label(charset)
    found = read(language, charset, *((said, None) if place == "header" else (None, said)))
    assert is_right(found, language)
    assert found.doubt is None


@each_page
@pytest.mark.parametrize(
    "said", ["utf-8", "utf8", "iso-8859-1", "windows-1258", "gb2312", "utf-16", "vietnamese"]
)
def test_a_wrong_declaration_is_overruled_and_told(language: str, charset: str, said: str) -> None:
    found = read(language, charset, said, None)
    assert is_right(found, language)
    true = http_content_type_encoding(f"text/html; charset={said}") == found.encoding
    assert true or found.encoding == "cp1258" or found.doubt is not None


@each_page
def test_where_header_and_page_disagree_the_one_that_reads_well_is_believed(
    language: str, charset: str
) -> None:
    assert is_right(read(language, charset, "iso-8859-1", label(charset)), language)
    assert is_right(read(language, charset, label(charset), "utf-8"), language)


def test_no_kind_of_garbage_is_taken_for_writing() -> None:
    chance = random.Random(11)
    for least in (0, 128, 160):
        noise = bytes(chance.randrange(least, 256) for _ in range(900))
        for said in ("", "; charset=utf-8", "; charset=iso-8859-1"):
            found = decode_text(b"<html><p>" + noise, f"text/html{said}")
            assert not found.is_readable
            assert found.doubt is not None


@pytest.mark.parametrize(
    ("text", "wrong", "said"),
    [
        (NOTICES["zh"][0], "gb18030", "cp1252"),
        (NOTICES["ru"][1], "koi8-r", "cp1252"),
        (NOTICES["fr"][1], "cp1252", "cp1251"),
        (NOTICES["el"][1], "cp1253", "cp1252"),
        (NOTICES["ja"][1], "euc_jp", "cp949"),
        (NOTICES["vi"][1], "utf-8", "cp1252"),
        (NOTICES["vi"][1], "utf-8", "gb18030"),
    ],
)
def test_mojibake_is_not_plausible(text: str, wrong: str, said: str) -> None:
    assert is_plausible(text, wrong)
    assert not is_plausible(text.encode(wrong).decode(said, "replace"), said)


def test_a_few_signs_do_not_make_a_page_suspect() -> None:
    said = "text/html; charset=iso-8859-1"
    for text in ("caf\xe9 \u2013 10 \xb5g/m\xb3, 5 \xa3", "na\xefve \xac\u2020 text " + "x" * 900):
        found = decode_text(text.encode("cp1252"), said)
        assert (found.text, found.is_readable) == (text, True)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>\u6c34\u9053</p>".encode("iso2022_jp"), "<p>\u6c34\u9053</p>"),
        ("\r\n<p>Th\xf4ng b\xe1o</p>".encode("utf-16-le"), "\r\n<p>Th\xf4ng b\xe1o</p>"),
        ("\r\n<p>Th\xf4ng b\xe1o</p>".encode("utf-16-be"), "\r\n<p>Th\xf4ng b\xe1o</p>"),
    ],
)
def test_escapes_and_nuls_name_their_charset(body: bytes, text: str) -> None:
    for said in ("text/html", "text/html; charset=unicode", "text/html; charset=utf-8"):
        assert decode_text(body, said).text == text


def test_the_detector_is_loaded_for_no_page_in_utf8() -> None:
    script = (
        "import sys; from pipelines.read.text.charset import decode_text;"
        "decode_text('\u1ee6y ban'.encode(), 'text/html; charset=iso-8859-1');"
        "sys.exit('chardet' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
