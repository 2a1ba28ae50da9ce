"""An article page into fields: titles, names, files, repeats; and five real articles."""

import json
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from pipelines.capture import Capture
from pipelines.read.reader import read
from pipelines.read.reading import Article, Reading
from pipelines.read.task import Task
from portals.site import Publisher, Site, site_for_address
from tests import SHARED

HOST = "https://vi-du.example"
SITE = Site(
    name="Cổng Văn Phú", url=f"{HOST}/", key="vi-du", publisher=Publisher(name="UBND huyện Văn Phú")
)


def wordpress(
    body: str, title: str = "Lễ hội đua thuyền", author: str = "quantri", head: str = ""
) -> Reading:
    text = (
        f'<html><head><meta name="generator" content="WordPress 6.1.9">{head}</head>'
        '<body class="single single-post">'
        f'<article class="post type-post"><h1 class="entry-title">{title}</h1>'
        f'<div class="entry-content">{body}</div><footer>'
        '<time class="entry-date published" datetime="2024-05-14T08:33:00+07:00">14/05/2024'
        f'</time><a rel="author" href="/author/a">{author}</a></footer></article></body></html>'
    )
    return read(
        Task(
            Capture(
                "vi-du",
                f"{HOST}/tin/le-hoi-dua-thuyen.html",
                datetime(2024, 6, 1, tzinfo=UTC),
                200,
                (("Content-Type", "text/html"),),
                text.encode(),
            ),
            SITE,
        )
    )


def article(
    body: str, title: str = "Lễ hội đua thuyền", author: str = "quantri", head: str = ""
) -> Article:
    found = wordpress(body, title, author, head).article
    assert found is not None
    return found


LONG_LEAD = "Ngày 12/5/2024, xã Bến Mộc mở lễ hội đua thuyền truyền thống trên hồ."


def test_a_first_paragraph_in_bold_is_the_lead_and_leaves_the_body() -> None:
    found = article(f"<p><strong>{LONG_LEAD}</strong></p><p>Mười hai đội tranh tài.</p>")
    assert (found.lead, found.body) == (LONG_LEAD, "Mười hai đội tranh tài.")


@pytest.mark.parametrize(
    "body",
    [
        f"<!-- dán từ Word --><strong>{LONG_LEAD}</strong><br><br>Mười hai đội tranh tài.",
        f"<p><b>{LONG_LEAD[:11]}</b><b>{LONG_LEAD[11:]}</b><br>\n<br>Mười hai đội tranh tài.</p>",
        (
            f"<div><strong>{LONG_LEAD}</strong></div><div>&nbsp;</div>"
            "<div>Mười hai đội tranh tài.</div>"
        ),
        f"<div><span><strong>{LONG_LEAD}</strong><br><br>Mười hai đội tranh tài.</span></div>",
        (
            f"<table><tr><td><p><strong>{LONG_LEAD}</strong></p>"
            "<p>Mười hai đội tranh tài.</p></td></tr></table>"
        ),
    ],
)
def test_a_bold_lead_is_found_however_its_line_ends(body: str) -> None:
    found = article(body)
    assert (found.lead, found.body) == (LONG_LEAD, "Mười hai đội tranh tài.")


@pytest.mark.parametrize(
    "body",
    [
        f"<strong>{LONG_LEAD}</strong> Rất đông vui.<br><br>Mười hai đội tranh tài.",
        f"Tin vui.<br><br><strong>{LONG_LEAD}</strong><br><br>Mười hai đội tranh tài.",
        f"<p>Tin vui.</p><div><strong>{LONG_LEAD}</strong></div><p>Mười hai đội tranh tài.</p>",
        f"<ul><li><strong>{LONG_LEAD}</strong></li></ul><p>Mười hai đội tranh tài.</p>",
        f"<strong>{LONG_LEAD}</strong>",
    ],
)
def test_bold_words_that_are_no_first_paragraph_stay_in_the_text(body: str) -> None:
    found = article(body)
    assert found.lead is None
    assert LONG_LEAD in found.body


@pytest.mark.parametrize(
    "first",
    [
        "<p><strong>I. Kết quả</strong></p>",
        f"<p><strong>{LONG_LEAD}</strong> Rất đông vui.</p>",
        f"<p>{LONG_LEAD}</p>",
    ],
)
def test_a_bold_heading_or_a_half_bold_paragraph_is_no_lead(first: str) -> None:
    found = article(f"{first}<p>Mười hai đội tranh tài.</p>")
    assert found.lead is None
    assert found.body.endswith("\n\nMười hai đội tranh tài.")


def test_title_and_lead_repeated_at_the_head_of_the_text_are_dropped() -> None:
    found = article(
        f"<p><strong>{LONG_LEAD}</strong></p><p>Lễ hội  đua thuyền</p>"
        f"<p>{LONG_LEAD.replace(' ', chr(160), 1)}</p><p>Mười hai đội tranh tài.</p>"
    )
    assert found.body == "Mười hai đội tranh tài."


def test_a_sentence_that_only_begins_like_the_title_stays() -> None:
    assert article(
        "<p>Lễ hội đua thuyền thu hút đông đảo người xem.</p><p>Hai.</p>"
    ).body.startswith("Lễ hội đua thuyền thu hút")


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("quantri", None),
        ("Quản trị viên", None),
        ("Cổng Văn Phú", None),
        ("UBND huyện Văn Phú", None),
        ("Bích Vân", "Bích Vân"),
    ],
)
def test_an_account_or_the_portal_is_no_author(author: str, expected: str | None) -> None:
    assert (
        article(
            "<p>Mười hai đội tranh tài ở hai cự ly.</p><p>Đội Bến Mộc về nhất.</p>", author=author
        ).author
        == expected
    )


def test_a_signature_below_the_text_fills_the_fields_and_leaves_the_text() -> None:
    found = article(
        "<p>Mười hai đội tranh tài.</p><p>Tin, ảnh: Thu Hoài</p><p>Nguồn: Báo Sông Lành</p>"
    )
    assert (found.author, found.source) == ("Thu Hoài", "Báo Sông Lành")
    assert found.body == "Mười hai đội tranh tài."


def test_a_labelled_signature_beats_the_name_of_the_account_that_posted_it() -> None:
    assert (
        article("<p>Mười hai đội tranh tài.</p><p>Tin, ảnh: Thu Hoài</p>", author="Đức Bình").author
        == "Thu Hoài"
    )


@pytest.mark.parametrize("last", ["Thu Hoài", "Biên tập: Thu Hoài", "Nguồn: Báo Sông Lành"])
def test_a_bare_name_an_editor_and_a_source_leave_the_account_its_name(last: str) -> None:
    assert (
        article(f"<p>Mười hai đội tranh tài.</p><p>{last}</p>", author="Đức Bình").author
        == "Đức Bình"
    )


def test_a_title_is_taken_from_the_meta_element_without_the_portals_name() -> None:
    head = (
        '<meta property="og:site_name" content="Xã Bến Mộc">'
        '<meta property="og:title" content="Lễ hội đua thuyền - Xã Bến Mộc">'
    )
    assert article("<p>Văn bản.</p>", title="", head=head).title == "Lễ hội đua thuyền"


def test_the_portals_own_name_is_no_title() -> None:
    assert wordpress("<p>Văn bản.</p>", title="Cổng Văn Phú").refusal == "title-missing"


def test_a_decomposed_title_is_composed() -> None:
    assert article(
        "<p>Văn bản.</p>", title=unicodedata.normalize("NFD", "Lễ hội")
    ).title == unicodedata.normalize("NFC", "Lễ hội")


def test_files_in_the_text_are_attachments_once_each_and_strangers_files_are_not() -> None:
    found = article(
        '<p><a href="/wp-content/uploads/kh.pdf">Kế hoạch</a> '
        '<a href="/wp-content/uploads/kh.pdf#page=2">trang 2</a> '
        '<a href="/wp-content/uploads/Bieu.XLSX?ver=2">Biểu</a>'
        ' <a href="https://khac.example/x.pdf">nơi khác</a> '
        '<a href="/tin/khac.html">bài khác</a></p>'
    )
    assert [(file.url.removeprefix(HOST), file.name) for file in found.attachments] == [
        ("/wp-content/uploads/kh.pdf", "Kế hoạch"),
        ("/wp-content/uploads/Bieu.XLSX?ver=2", "Biểu"),
    ]


def test_a_signature_above_the_files_that_end_a_text_is_found() -> None:
    found = article(
        "<p>Mười hai đội tranh tài.</p><p><strong>Tin, ảnh: Thu Hoài</strong></p><p>"
        '<a href="/kh.pdf">Kế hoạch lễ hội</a></p>'
    )
    assert found.author == "Thu Hoài"
    assert found.body == "Mười hai đội tranh tài.\n\nKế hoạch lễ hội"


def test_the_bold_head_of_a_document_is_no_lead() -> None:
    found = article(
        "<p><strong>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
        "<br>Độc lập - Tự do - Hạnh phúc</strong></p><p>Mười hai đội tranh tài.</p>"
    )
    assert found.lead is None


def test_the_heading_of_a_gallery_is_no_text_and_its_images_are_kept() -> None:
    found = article(
        "<p>Mười hai đội tranh tài.</p><p>Một số hình ảnh tại lễ hội:</p><p>"
        '<img src="/a.jpg"></p><p><img src="/b.jpg"></p>'
    )
    assert (found.body, len(found.images)) == ("Mười hai đội tranh tài.", 2)


def test_typing_errors_of_the_portal_are_kept() -> None:
    assert (
        article("<p>Huyện hủy chỉ đạo.Các xã thực hiện 14km đường , bền vữn…</p>").body
        == "Huyện hủy chỉ đạo.Các xã thực hiện 14km đường , bền vữn…"
    )


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not there: the captures and seeds are kept outside the project")
    return path


@cache
def seed_readings(platform: str) -> dict[int, Article]:
    truth = [
        json.loads(line)
        for line in shared(f"data/{platform}/truth.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    seeds = {row["url"]: row["seed"] for row in truth if row.get("seed") is not None}
    return dict(_seeds_read(shared(f"data/{platform}/{platform}.warc.gz"), seeds))


def _seeds_read(capture: Path, seeds: dict[str, int]) -> Iterator[tuple[int, Article]]:
    with capture.open("rb") as stream:
        for record in ArchiveIterator(stream):
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            if record.rec_type == "response" and url in seeds:
                found = read(
                    Task(
                        Capture(
                            "seed",
                            url,
                            datetime(2026, 11, 1, tzinfo=UTC),
                            200,
                            (("Content-Type", "text/html"),),
                            record.content_stream().read(),
                        ),
                        site_for_address(url),
                    )
                ).article
                assert found is not None
                yield seeds[url], found


def plain(text: str | None) -> str:
    return "".join((text or "").replace("–", "-").split())


@pytest.mark.parametrize("platform", ["nukeviet", "wordpress"])
@pytest.mark.parametrize("seed", range(5))
def test_a_real_article_inside_a_captured_site_is_read_as_a_careful_reader_does(
    platform: str, seed: int
) -> None:
    truth: dict[str, Any] = json.loads(shared("seeds/truth.json").read_text(encoding="utf-8"))[seed]
    found = seed_readings(platform)[seed]
    assert plain(found.title) == plain(truth["title"])
    assert found.event_on is not None
    assert found.event_on.isoformat() == truth["event_date"]
    if truth["authors"]:
        assert plain(found.author) == plain(" - ".join(truth["authors"]))
    if truth["source"]:
        assert plain(found.source) == plain(truth["source"])
    if truth["lead"]:
        assert plain(found.lead) == plain(truth["lead"])
    if truth["published"]:
        assert found.published is not None
        assert found.published.on.isoformat() == truth["published"][:10]
    assert plain(f"{found.lead if truth['lead'] is None else ''}{found.body}").startswith(
        plain(truth["body_first"])
    )
    signatures = {plain(name) for name in (found.author, found.source) if name}
    last = [
        text
        for text in found.body.split("\n\n")
        if plain(text) not in signatures and not text.startswith("Nguồn: ")
    ][-1]
    assert plain(last).endswith(plain(truth["body_last"]))
    assert [plain(image.caption) for image in found.images if image.caption] == [
        plain(caption) for caption in truth["captions"]
    ]
    assert not any(plain(caption) in plain(found.body) for caption in truth["captions"])


def test_where_no_rule_finds_the_body_the_text_below_the_title_is_read_and_told() -> None:
    prose = "".join(
        (
            f"<p>Đoạn thứ {n}: cuộc họp nghe báo cáo của các thôn, bàn cách góp công và chọn ngày "
            "khởi công trong tháng này, có biên bản kèm theo.</p>"
        )
        for n in range(1, 7)
    )
    head = '<meta name="generator" content="WordPress 6.1.9">'
    page = (
        f'<html><head>{head}</head><body class="single-post">'
        '<h1 class="entry-title">Sửa đường</h1><main>'
        f"<section>{prose}</section></main></body></html>"
    )
    capture = Capture(
        "vi-du",
        f"{HOST}/tin/ban-viec-sua-duong.html",
        datetime(2024, 6, 1, tzinfo=UTC),
        200,
        (("Content-Type", "text/html"),),
        page.encode(),
    )
    reading = read(Task(capture, SITE))
    assert reading.article is not None
    assert "Đoạn thứ 6" in reading.article.body
    assert "Đoạn thứ 1" in reading.article.body
    assert "body-guessed" in [note.kind for note in reading.notes]


@pytest.mark.parametrize("prose", [3, 0])
def test_a_page_with_a_lead_and_a_file_whose_body_no_rule_finds_is_read_below_its_title(
    prose: int,
) -> None:
    """Drupal with a field of the portal's own for the text: its name is in no rule."""
    text = "".join(
        (
            f"<p>Đoạn thứ {n}: cuộc họp nghe báo cáo của các thôn, bàn cách góp công và chọn ngày "
            "khởi công trong tháng này.</p>"
        )
        for n in range(prose)
    )
    head = '<meta name="generator" content="Drupal 7 (https://www.drupal.org)">'
    lead = '<div class="field-name-field-sapo">Thôn Đá Bạc bàn việc sửa con đường vào đồng.</div>'
    file = (
        '<div class="field-type-file"><span class="file">'
        '<a href="/sites/default/files/ban-do.pdf">Bản đồ</a></span></div>'
    )
    node = (
        f'<article class="node node-news"><h1 id="page-title">Sửa đường</h1>{lead}'
        f'<div class="o-rieng">{text}</div>{file}</article>'
    )
    page = (
        f'<html><head>{head}</head><body class="page-node">{node}'
        "<footer>UBND huyện Văn Phú</footer></body></html>"
    )
    capture = Capture(
        "vi-du",
        f"{HOST}/node/12",
        datetime(2024, 6, 1, tzinfo=UTC),
        200,
        (("Content-Type", "text/html"),),
        page.encode(),
    )
    reading = read(Task(capture, SITE))
    assert reading.article is not None
    assert reading.article.lead == "Thôn Đá Bạc bàn việc sửa con đường vào đồng."
    assert len(reading.article.body.split("\n\n")) == max(prose, 1)
    assert ("Đoạn thứ 2" in reading.article.body) is bool(prose)
    assert ("body-guessed" in [note.kind for note in reading.notes]) is bool(prose)
