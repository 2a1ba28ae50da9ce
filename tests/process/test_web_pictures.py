"""Kept pictures are shown from the archive, and nothing else under their addresses."""

import gzip
import hashlib
from collections.abc import Iterator

import pytest

from tests.builders.kept_captures import PORTAL, KeptCaptures
from tests.builders.picture_portal import AVIF, GIF, JPEG, PAGE, SVG, WEBP, png
from tests.builders.served_archive import ServedArchive

PNG = png()
SHOWN = {  # by the number of the capture
    1: (PNG, "image/png"),
    2: (JPEG, "image/jpeg"),
    3: (GIF, "image/gif"),
    4: (WEBP, "image/webp"),
    5: (AVIF, "image/avif"),
    6: (PNG, "image/png"),  # came compressed
    7: (PNG, "image/png"),  # came as text/html
}
NOT_SHOWN = range(8, 13)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedArchive]:
    folder = tmp_path_factory.mktemp("kept")
    with KeptCaptures(folder) as kept:
        for n, body in enumerate((PNG, JPEG, GIF, WEBP, AVIF), 1):
            kept.add(body, "image/jpeg", f"/anh-{n}")
        packed = gzip.compress(PNG)
        kept.add(packed, "image/png", "/anh-6", headers=[("Content-Encoding", "gzip")])
        kept.add(PNG, "text/html", "/anh-7")
        kept.add(SVG, "image/svg+xml", "/anh-8")
        kept.add(SVG, "image/png", "/anh-9")
        kept.add(PAGE, "image/png", "/anh-10")
        kept.add(b"", "image/png", "/anh-11")
        bomb = gzip.compress(PNG + bytes(64 << 20))
        kept.add(bomb, "image/png", "/anh-12", headers=[("Content-Encoding", "gzip")])
        kept.add(PNG, "image/png", "/anh-13", sha256=hashlib.sha256(b"other").hexdigest())
        kept.add(GIF, "image/gif", "/anh-1", picture="image/gif")
        article = kept.article(kept.add(PAGE), "Mùa gặt")
        text = f'<p>Trước ảnh.</p>\n<p><img src="{PORTAL}/anh-1" alt=""></p>\n<p>Sau ảnh.</p>'
        kept.db.execute("update articles set body_html = ?", [text])
        for n in (1, 99):
            picture = {"id": n, "article": article, "url": f"{PORTAL}/anh-{n}", "position": n}
            known = {"capture": 1, "sha256": hashlib.sha256(PNG).hexdigest()} if n == 1 else {}
            kept.db.table("images").insert({"caption": "Bà con gặt lúa", **picture, **known})
        kept.db.conn.commit()
    with ServedArchive(folder / "archive.db") as served:
        yield served


@pytest.mark.parametrize("capture", SHOWN)
def test_a_picture_is_what_its_bytes_say(served: ServedArchive, capture: int) -> None:
    body, media_type = SHOWN[capture]
    answer = served.get(f"/capture/{capture}/picture")
    assert (answer.status_code, answer.content) == (200, body)
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("capture", NOT_SHOWN)
def test_nothing_else_is_shown(served: ServedArchive, capture: int) -> None:
    answer = served.get(f"/capture/{capture}/picture")
    assert answer.status_code == 404
    assert "<svg xmlns=" not in answer.text


def test_other_bytes_than_those_that_came_are_not_shown(served: ServedArchive) -> None:
    answer = served.get("/capture/13/picture")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html; charset=utf-8")


def test_a_browser_asks_again_and_need_not_load_again(served: ServedArchive) -> None:
    first = served.get("/image/1")
    assert (first.content, first.headers["cache-control"]) == (PNG, "private, no-cache")
    again = {"If-None-Match": first.headers["etag"]}
    answer = served.client.get("/image/1", headers=again)
    assert (answer.status_code, answer.content) == (304, b"")
    policy = "content-security-policy"  # the browser takes it in place of the first
    assert answer.headers[policy] == first.headers[policy] == "sandbox; default-src 'none'"
    assert served.client.head("/image/1").headers["content-length"] == str(len(PNG))


@pytest.mark.parametrize("path", ["/image/2", "/image/99", "/image/0", "/capture/99/picture"])
def test_what_was_not_kept_says_so(served: ServedArchive, path: str) -> None:
    assert served.get(path).status_code == 404


def test_an_article_shows_its_pictures_where_they_stood(served: ServedArchive) -> None:
    (row,) = served.get("/archive/articles.json", _shape="array").json()
    key = row["key"]
    text = served.page(f"/a/{key}").xpath("//div[contains(@class, 'text')]")[0]
    kept, other = text.xpath(".//figure")
    before, after = kept.getprevious(), kept.getnext()
    assert (before.text_content(), after.text_content()) == ("Trước ảnh.", "Sau ảnh.")
    assert kept.xpath(".//img/@src") == ["/image/1"]
    assert kept.xpath(".//a[.//img]/@href") == ["/capture/1"]
    caption, _, told = kept.xpath("./figcaption/node()")
    assert caption == "Bà con gặt lúa"
    assert told == "Cổng thông tin từng đăng ảnh khác ở địa chỉ này."
    assert other.xpath("./figcaption/node()") == ["Bà con gặt lúa"]
    assert other.xpath(".//img") == []
    assert other.xpath(".//a/@href") == [f"{PORTAL}/anh-99"]
