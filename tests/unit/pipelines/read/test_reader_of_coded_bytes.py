"""Bytes under content codings and in charsets that nobody named, or named wrongly."""

import gzip
import zlib

import brotli
import pytest
from backports import zstd

from tests.builders.news_page import ARTICLE, GENERATOR, HOST, PAGE, reading
from tests.builders.undeclared_texts import NOTICES, encoded


def test_a_body_cut_in_its_compression_is_refused() -> None:
    found = reading(gzip.compress(ARTICLE.format(head=GENERATOR).encode())[:-20], encoding="gzip")
    assert (found.refusal, found.article) == ("undecodable", None)


def test_a_compressed_article_is_read() -> None:
    assert (
        reading(gzip.compress(ARTICLE.format(head=GENERATOR).encode()), encoding="gzip").kind
        == "article"
    )


MAP = f"<urlset><url><loc>{HOST}/tin-tuc/bai-viet-12.html</loc></url></urlset>".encode()
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\n"
TAR = b"thu-muc/".ljust(257, b"\0") + b"ustar\x0000" + bytes(249)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(PAGE), ""),
        (gzip.compress(gzip.compress(PAGE)), "gzip"),
        (gzip.compress(gzip.compress(PAGE)), ""),
        (zstd.compress(PAGE), ""),
        (zlib.compress(PAGE), ""),
        (brotli.compress(PAGE), ""),
    ],
)
@pytest.mark.parametrize("expected", ["article", None])
def test_a_page_compressed_without_a_word_is_read(
    body: bytes, encoding: str, expected: str | None
) -> None:
    found = reading(body, encoding=encoding, expected=expected)
    assert (found.kind, found.notes) == ("article", ())


@pytest.mark.parametrize("expected", ["article", None])
def test_a_page_compressed_without_a_word_and_cut_is_refused(expected: str | None) -> None:
    found = reading(gzip.compress(PAGE)[:-20], expected=expected)
    assert (found.refusal, found.article) == ("undecodable", None)


def test_a_missing_checksum_is_told_beside_the_article() -> None:
    found = reading(gzip.compress(PAGE)[:-8], encoding="gzip")
    assert found.kind == "article"
    (note,) = found.notes
    assert note.kind == "compression-wrong"
    assert f"{HOST}/tin-tuc/bai-viet-12.html" in note.detail


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(MAP), ""),
        (gzip.compress(MAP), "gzip"),
        (gzip.compress(gzip.compress(MAP)), ""),
        (gzip.compress(gzip.compress(MAP)), "gzip"),
        (MAP, "gzip"),
    ],
)
@pytest.mark.parametrize("expected", ["sitemap", None])
def test_a_packed_sitemap_is_read_with_and_without_a_header(
    body: bytes, encoding: str, expected: str | None
) -> None:
    found = reading(
        body, "/sitemap.xml.gz", "application/x-gzip", encoding=encoding, expected=expected
    )
    assert (found.kind, len(found.links)) == ("sitemap", 1)


@pytest.mark.parametrize(
    ("body", "path", "content_type", "media_type"),
    [
        (gzip.compress(PDF), "/a.pdf", "application/pdf", "application/pdf"),
        (gzip.compress(PDF), "/a.pdf", "text/html", "application/pdf"),
        (gzip.compress(TAR), "/a.tar.gz", "application/gzip", "application/gzip"),
        (gzip.compress(PDF)[:-20], "/a.pdf.gz", "application/gzip", "application/gzip"),
        (gzip.compress(b"ngay,so\n1,2\n"), "/a.csv.gz", "application/gzip", "text/csv"),
        ("Số nhà 5".encode(), "/a.txt", "text/plain", "text/plain"),
    ],
)
def test_a_packed_file_is_opened_if_it_holds_a_document(
    body: bytes, path: str, content_type: str, media_type: str
) -> None:
    found = reading(body, path, content_type, expected="attachment")
    assert found.document is not None
    assert found.document.media_type == media_type
    assert (found.document.text is None) == ("pdf" in path or "tar" in path)


def test_a_page_asked_for_as_a_file_is_no_file() -> None:
    assert (
        reading(ARTICLE.format(head=GENERATOR), "/tai-lieu.pdf", expected="attachment").refusal
        == "not-a-file"
    )


def notice_article(language: str, charset: str, meta: str = "") -> bytes:
    title, text = NOTICES[language]
    page = (
        f'<html><head>{meta}{GENERATOR}</head><body><div class="news_column" '
        f'itemtype="http://schema.org/NewsArticle"><h1 class="title" itemprop="headline">{title}'
        f'</h1><span class="h5">14/05/2024 08:33</span><div id="news-bodyhtml"><p>{text}</p></div>'
        "</div></body></html>"
    )
    return encoded(page, charset)


@pytest.mark.parametrize(
    ("language", "charset", "content_type"),
    [
        ("zh", "gbk", "text/html"),
        ("zh-tw", "big5", "text/html; charset=utf-8"),
        ("th", "cp874", "text/html; charset=iso-8859-1"),
        ("ru", "koi8_r", "text/html"),
    ],
)
def test_an_article_in_an_undeclared_charset_is_read_and_told(
    language: str, charset: str, content_type: str
) -> None:
    found = reading(notice_article(language, charset), content_type=content_type)
    assert found.article is not None
    assert (found.article.title, found.article.body) == NOTICES[language]
    assert "charset-doubtful" in [note.kind for note in found.notes]


def test_a_page_in_no_charset_is_refused_and_told() -> None:
    noise = bytes(0xA0 + n * 37 % 96 for n in range(900))
    page = ARTICLE.format(head=GENERATOR).encode("ascii", "replace")
    found = reading(page.replace(b"</p>", noise + b"</p>"), content_type="text/html")
    assert (found.refusal, found.article, found.links) == ("undecodable", None, ())
    assert [note.kind for note in found.notes] == ["charset-doubtful"]


def test_lost_characters_of_an_article_are_told() -> None:
    whole = ARTICLE.format(head=GENERATOR).encode()
    cut = whole.replace("\u1ebf".encode(), b"\xe1\xba", 1)
    for page in (cut, whole.replace("vi\u1ebft".encode(), b"vi\xef\xbf\xbdt")):
        found = reading(page)
        assert found.kind == "article"
        assert [note.kind for note in found.notes] == ["characters-lost"]


def test_a_text_that_the_portal_itself_misread_is_told() -> None:
    right = ARTICLE.format(head=GENERATOR)
    text = NOTICES["vi"][1]
    misread = text.encode().decode("cp1252", "replace").replace("\ufffd", "")
    whole = right.replace("<p>", "<p>" + misread + "</p><p>" + text * 3)
    assert [note.kind for note in reading(whole).notes] == ["characters-lost"]
    assert (
        reading(right.replace("<p>", "<p>\xab est\xe1\xbb\xa0\u2013 \xab l\xe0\xbb\xa0", 1)).notes
        == ()
    )


@pytest.mark.parametrize("said", ['encoding="gb2312"', "", 'encoding="utf-8"'])
def test_a_feed_in_another_charset_is_read_with_and_without_a_word(said: str) -> None:
    title, text = NOTICES["zh"]
    link = f"<link>{HOST}/tin-tuc/bai-viet-12.html</link>"
    feed = (
        f'<?xml version="1.0" {said}?><rss version="2.0"><channel><title>{title}</title><item>'
        f"<title>{title}</title>{link}<description>{text}</description></item></channel></rss>"
    )
    found = reading(encoded(feed, "gbk"), "/rss", "text/xml", expected="feed")
    assert [link.title for link in found.links] == [title]
    assert ("charset-doubtful" in [note.kind for note in found.notes]) == ("gb" not in said)


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_feed_in_utf16_is_read_with_and_without_a_mark(charset: str) -> None:
    title, _ = NOTICES["ja"]
    link = f"<link>{HOST}/tin-tuc/bai-viet-12.html</link>"
    item = f"<item><title>{title}</title>{link}</item>"
    feed = f'<?xml version="1.0" encoding="utf-16"?><rss><channel>{item}</channel></rss>'
    found = reading(feed.encode(charset), "/rss", "text/xml", expected="feed")
    assert [link.title for link in found.links] == [title]
    assert found.notes == ()


@pytest.mark.parametrize("path", ["/a.csv", "/a.txt"])
def test_a_text_file_in_an_undeclared_charset_is_read(path: str) -> None:
    _, text = NOTICES["ru"]
    found = reading(encoded(text, "cp1251"), path, "text/plain", expected="attachment")
    assert found.document is not None
    assert found.document.text == text
