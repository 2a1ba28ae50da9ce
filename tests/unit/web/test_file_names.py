"""A file or page is saved under a name that its system can open."""

import pytest

from web.pages.captures.attachment import own_name
from web.pages.captures.capture import download_name

PDF = "application/pdf"
DOC = "application/msword"
PORTAL = "https://xa.example"


@pytest.mark.parametrize(
    ("url", "name", "media_type", "sent", "own"),
    [
        ("/tep/qd-5.pdf", "Quyết định 5", PDF, "", "qd-5.pdf"),
        ("/tep/qd-5.pdf", "Quyết định 5", PDF, 'attachment; filename="5.pdf"', "5.pdf"),
        ("/tai.ashx?id=5", "Quyết định 5", PDF, "", "Quyết định 5.pdf"),
        ("/tai.aspx", None, PDF, "", "tai.aspx.pdf"),
        ("/tin-5.html?tai=1", "mau.pdf", PDF, "", "mau.pdf"),
        ("/tin-5.html?tai=1", "Mẫu", PDF, "inline", "Mẫu.pdf"),
        ("/MAU.PDF", None, PDF, "", "MAU.PDF"),
        ("/", None, PDF, "", "file.pdf"),
        ("/a.xyz", "Tệp", "application/octet-stream", "", "a.xyz"),
        ("/a", "Tệp", None, "", "Tệp"),
        ("/tai.ashx", "Sơ đồ", "image/webp", "", "Sơ đồ.webp"),
    ],
)
def test_a_file_keeps_the_name_that_ends_as_its_type(
    url: str, name: str | None, media_type: str | None, sent: str, own: str
) -> None:
    row = {"url": PORTAL + url, "name": name, "media_type": media_type}
    assert own_name(row, (("Content-Disposition", sent),) if sent else ()) == own


@pytest.mark.parametrize(
    ("url", "media_type", "coding", "saved"),
    [
        ("/tin.html", "text/html", "", "loa-7-tin.html"),
        ("/Pages/tin.aspx", "text/html", "gzip", "loa-7-tin.aspx.html.gz"),
        ("/", "text/html", "br", "loa-7-index.html.br"),
        ("/feed", "application/rss+xml", "", "loa-7-feed.rss"),
        ("/tai.ashx", DOC, "", "loa-7-tai.ashx.doc"),
        ("/tin", None, "", "loa-7-tin"),
    ],
)
def test_a_capture_is_saved_with_the_ending_of_its_type(
    url: str, media_type: str | None, coding: str, saved: str
) -> None:
    assert download_name({"id": 7, "url": PORTAL + url, "media_type": media_type}, coding) == saved
