"""The page of a capture says what came and whether it is whole, and its bytes can be taken away."""

import gzip
import hashlib
import io
import os
import shutil
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from tests.builders.kept_captures import PORTAL, SITE, KeptCaptures
from tests.builders.served_archive import ServedArchive, text_of

PAGE = "<html><body><h1>Họp thôn</h1><p>Bà con bàn việc đường.</p></body></html>".encode()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 20
# One tag with so many attributes that libxml2, which compares each with all, takes minutes.
SLOW = b"<p " + b" ".join(b"a%d" % number for number in range(300_000)) + b">x"
LARGE = bytes(range(256)) * (60 << 12)  # 60 MB


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    with KeptCaptures(folder) as kept:
        first = kept.add(PAGE, headers=[("X-Portal", "<b>thôn</b>".encode().decode("latin-1"))])
        kept.article(first, "Họp thôn")
        unchanged = "article-unchanged"
        turn = [("X-Turn", "2")]
        kept.add(PAGE, same_as=kept.place(1), headers=turn, outcome=unchanged, revision=1)
        kept.add(b"", status=304, outcome="not-modified")
        kept.add(gzip.compress(PAGE), path="/nen", headers=[("Content-Encoding", "gzip")])
        kept.add(LARGE, "application/pdf", "/t%E1%BA%ADp%22%0Atin/../Ngh%E1%BB%8B quyết.pdf")
        kept.add(status=None, outcome="failed", error="timeout: no answer in 30 s", path="/x")
        kept.add(PAGE[:20], path="/cut", outcome="failed", error="cut: the connection broke")
        hostile = kept.add(b"z", path="/hostile")
        lost = kept.add(b"lost", path="/lost", lost_at="2024-03-06T00:00:00.000Z")
        kept.add(b"again", path="/lost", outcome="article-new")
        kept.add(b"changed", path="/changed", sha256=hashlib.sha256(b"other").hexdigest())
        other = kept.article(lost + 1, "Tin khác")
        document = {"outcome": "attachment", "media_type": "application/pdf"}
        sent = [
            (
                "Content-Disposition",
                "attachment; filename*=UTF-8''Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh.pdf",
            )
        ]
        pdf = kept.add(PDF, path="/tep-1.pdf", headers=sent, **document)
        packed = [("Content-Encoding", "gzip")]
        kept.add(gzip.compress(PDF), path="/tep-2.pdf", headers=packed, **document)
        held = kept.row(pdf) | {"media_type": "application/pdf"}
        text = "Điều 1. Sửa đường.\n\nĐiều 2. <b>Hiệu lực</b>."
        kept.attachment(first, url=f"{PORTAL}/tep-1.pdf", name="Quyết định", text=text, **held)
        kept.attachment(other, url=f"{PORTAL}/tep-1.pdf", name="Bản sao", **held)
        kept.attachment(other, url=f"{PORTAL}/khac.pdf", name="Nơi khác", **held)
        held = kept.row(pdf + 1) | {"media_type": "application/pdf"}
        kept.attachment(first, url=f"{PORTAL}/tep-2.pdf", name="Nén", **held)
        kept.attachment(first, url=f"{PORTAL}/xa.pdf", name="=cmd\n<b>../../x")
        odd = kept.add(PAGE, path="/odd")
        shown = kept.add(PAGE + b'<img src=/a.png alt=A width=9><img src="a.png"><img src=/b.png>')
        kept.article(shown, "Có ảnh")
        for name, body in (("a", PNG), ("b", b"no picture")):
            picture = kept.add(body, "image/png", f"/{name}.png", picture="image/png")
            row = {"article": shown, "url": f"{PORTAL}/{name}.png", "position": picture}
            kept.db.table("images").insert(row | {"capture": picture})
        kept.attachment(first, url="http://[", name="x", **kept.row(odd))
        said = ["http://[<b>", "no time <b>", "x<b>", odd]
        kept.db.execute(
            "update captures set url = ?, fetched_at = ?, media_type = ? where id = ?", said
        )
        kept.add(SLOW, path="/slow")
        kept.db.execute("update captures set warc_file = '../archive.db' where id = ?", [hostile])
        kept.db.execute("update captures set warc_offset = 1 << 40 where id = ?", [lost])
        kept.db.conn.commit()
    return folder


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[ServedArchive]:
    with ServedArchive(folder / "archive.db") as served:
        yield served


def shown(served: ServedArchive, capture: int, language: str = "en") -> str:
    return text_of(served.page(f"/capture/{capture}", _lang=language))


def test_a_capture_is_told_in_words(served: ServedArchive) -> None:
    text = shown(served, 1)
    assert "What the portal answered on 5 Mar 2024 10:00 (Vietnam Time)" in text
    assert f"status 200 (OK) and sent {len(PAGE)} bytes of text/html" in text
    assert "an article that the archive did not have" in text
    assert "their SHA-256 is the one noted at the time" in text
    assert "Version 1 of Họp thôn" in text
    assert "X-Portal<b>thôn</b>" in text
    assert "Dữ liệu đang lưu vẫn đúng từng byte như lúc nhận" in shown(served, 1, "vi")
    links = {link.get("href") for link in served.page("/capture/1").iter("a")}
    assert {"/capture/1/bytes", "/capture/2", "/capture/3", "/run/1", f"/site/{SITE}"} <= links


def test_an_equal_answer_leads_to_the_one_whose_body_is_kept(served: ServedArchive) -> None:
    page = served.page("/capture/2", _lang="en")
    assert "the same, byte for byte, as an earlier one" in text_of(page)
    assert "X-Turn2" in text_of(page)  # its own headers
    assert "X-Portal" not in text_of(page)
    assert "/capture/1" in {link.get("href") for link in page.iter("a")}
    assert served.get("/capture/2/bytes").content == PAGE


def test_not_modified_names_what_still_held(served: ServedArchive) -> None:
    page = served.page("/capture/3", _lang="en")
    assert "The server said that the page was as before" in text_of(page)
    assert "/capture/2" in {link.get("href") for link in page.iter("a")}


def test_what_is_missing_is_said_plainly(served: ServedArchive) -> None:
    assert "got no answer" in shown(served, 6)
    assert "timeout: no answer in 30 s" in shown(served, 6)
    assert "Only a part of the answer came" in shown(served, 7)
    assert "names no file of its folder" in shown(served, 8)
    assert "found lost on 6 Mar 2024 07:00" in shown(served, 9)
    assert "was fetched again on 5 Mar 2024 19:00" in shown(served, 9)
    assert "the WARC file ends before them" in shown(served, 9)
    assert "These are not the bytes that were kept" in shown(served, 11)
    assert served.get("/capture/6/bytes").status_code == 404
    assert served.get("/capture/99").status_code == 404
    for capture in (8, 9):
        answer = served.get(f"/capture/{capture}/bytes", _lang="en")
        assert answer.status_code == 500
        assert b"SQLite format" not in answer.content


def test_bytes_come_as_they_were_sent(served: ServedArchive) -> None:
    answer = served.get("/capture/4/bytes")
    assert gzip.decompress(answer.content) == PAGE
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert 'filename="loa-4-nen.html.gz"' in answer.headers["content-disposition"]
    assert "as they were sent, compressed with gzip" in shown(served, 4)


def test_a_large_file_is_streamed_under_a_safe_name(served: ServedArchive) -> None:
    before = memory_of(served)
    with served.client.stream("GET", "/capture/5/bytes") as answer:
        named = answer.headers["content-disposition"]
        assert int(answer.headers["content-length"]) == len(LARGE)
        digest = hashlib.sha256()
        for piece in answer.iter_raw():
            digest.update(piece)
    assert digest.digest() == hashlib.sha256(LARGE).digest()
    assert memory_of(served) - before < 30 << 20
    assert named == (
        'attachment; filename="loa-5-Nghi quyet.pdf"; '
        "filename*=UTF-8''loa-5-Ngh%E1%BB%8B%20quy%E1%BA%BFt.pdf"
    )


def test_a_head_or_a_part_can_be_asked_for(served: ServedArchive) -> None:
    head = served.client.head("/capture/5/bytes")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(LARGE)

    def part(wanted: str, **headers: str) -> httpx.Response:
        return served.client.get("/capture/5/bytes", headers={"Range": wanted, **headers})

    middle = part("bytes=300000-300009")
    assert (middle.status_code, middle.content) == (206, LARGE[300_000:300_010])
    assert middle.headers["content-range"] == f"bytes 300000-300009/{len(LARGE)}"
    assert part("bytes=-5").content == LARGE[-5:]
    assert part(f"bytes={len(LARGE) - 2}-").content == LARGE[-2:]
    assert part(f"bytes={len(LARGE)}-").status_code == 416
    assert part("bytes=0-3", **{"If-Range": '"other"'}).status_code == 200
    assert part("bytes=0-3", **{"If-Range": head.headers["etag"]}).status_code == 206


def test_a_record_is_taken_away_as_it_stands(served: ServedArchive, folder: Path) -> None:
    answer = served.get("/capture/1/record")
    assert 'filename="loa-1.warc.gz"' in answer.headers["content-disposition"]
    assert answer.content in (folder / "captures" / "visit-1.warc.gz").read_bytes()
    (record,) = ArchiveIterator(io.BytesIO(answer.content), check_digests="raise")
    assert record.rec_headers["WARC-Target-URI"] == f"{PORTAL}/tin.html"
    both = served.get("/capture/2/record").content
    kinds = [one.rec_type for one in ArchiveIterator(io.BytesIO(both), check_digests="raise")]
    assert kinds == ["revisit", "response"]
    assert served.get("/capture/6/record").status_code == 404
    assert served.get("/capture/9/record").status_code == 500


def test_a_file_is_shown_with_its_text_articles_and_copies(served: ServedArchive) -> None:
    page = served.page("/attachment/1", _lang="en")
    text = text_of(page)
    assert [text_of(one) for one in page.xpath("//div[@class='text']/p")] == [
        "Điều 1. Sửa đường.",
        "Điều 2. <b>Hiệu lực</b>.",
    ]
    assert "A file of the article Họp thôn" in text
    assert "Other articles with this file Bản sao, linked by Tin khác" in text
    assert "The same file at other addresses Nơi khác, linked by Tin khác" in text
    assert f"({len(PDF):,} bytes)" in text
    links = {link.get("href") for link in page.iter("a")}
    assert {"/attachment/1/file", "/capture/12", "/attachment/2", "/attachment/3"} <= links
    missing = text_of(served.page("/attachment/5", _lang="en"))
    assert "The file was not fetched" in missing
    assert served.get("/attachment/5/file").status_code == 404
    assert served.get("/attachment/99").status_code == 404


def test_a_file_comes_from_the_archive_under_its_own_name(served: ServedArchive) -> None:
    answer = served.get("/attachment/1/file")
    assert answer.content == PDF
    assert answer.headers["content-disposition"] == (
        'attachment; filename="Quyet dinh.pdf"; '
        "filename*=UTF-8''Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh.pdf"
    )
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    packed = served.get("/attachment/4/file")
    assert packed.content == PDF  # without the coding of its way
    assert 'filename="tep-2.pdf"' in packed.headers["content-disposition"]


def test_a_kept_picture_stands_in_the_original_once(served: ServedArchive) -> None:
    frame = served.get("/capture/15/frame").text
    data = b64encode(PNG).decode()
    assert f'<img alt="A" width="9" src="data:image/png;base64,{data}">' in frame
    assert frame.count("<img") == 1
    assert frame.count("data:image") == 1


def test_rows_that_nobody_would_write_are_shown_too(served: ServedArchive) -> None:
    for path in ("", "/original", "/frame", "/bytes", "/record"):
        answer = served.get(f"/capture/14{path}")
        assert answer.status_code == 200, path
        assert "<b>" not in answer.text.replace("</b>", "") or path == "/bytes"
    assert served.get("/attachment/6").status_code == 200
    assert served.get("/attachment/6/file").content == PAGE


def test_an_archive_without_its_captures_says_so(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "archive.db", tmp_path)
    with ServedArchive(tmp_path / "archive.db") as served:
        assert "served without its folder “captures”" in shown(served, 1)
        assert served.get("/capture/1/bytes").status_code == 404
        (tmp_path / "captures").mkdir()
        assert "is missing from the folder “captures”" in shown(served, 1)


def memory_of(served: ServedArchive) -> int:
    pages = Path(f"/proc/{served.process.pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def test_an_original_that_costs_too_much_is_given_up_and_the_next_is_shown(
    served: ServedArchive,
) -> None:
    (slow,) = served.get("/archive/captures.json", url=f"{PORTAL}/slow", _shape="array").json()
    page = text_of(served.page(f"/capture/{slow['id']}/original"))
    assert "mất quá nhiều thời gian" in page
    assert "Họp thôn" in served.get("/capture/1/frame").text
