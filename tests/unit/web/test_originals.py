"""An original is written anew: its words and look stay, nothing in it can act."""

from datetime import UTC, datetime

import pytest
from lxml import html

from pipelines.capture import Capture
from web.originals import ATTRIBUTES, KEPT, OURS, VOID, Kind, NotShown, Original, original_of

AT = datetime(2024, 3, 5, 2, tzinfo=UTC)
SENTENCE = "Ủy ban nhân dân xã tổ chức họp thôn về việc sửa đường, đắp đập và trồng rừng. "


def shown(
    body: bytes, media_type: str = "text/html", *, source: bool = False, coding: str = ""
) -> Original:
    named = (("Content-Type", media_type), ("Content-Encoding", coding))
    answer = Capture("khelau", "https://khelau.example/a.html", AT, 200, named, body)
    return original_of(answer, "vi", source=source)


def body_of(original: Original) -> str:
    return original.document.partition("<body")[2].partition(">")[2].removesuffix("</body></html>")


def test_words_structure_and_look_stay() -> None:
    page = (
        "<!doctype html><html lang=vi><head><title>x</title><style>h1{color:red}</style></head>"
        "<body bgcolor=#eee><h1 class=a style='margin:0'>Họp &amp; bàn</h1><ul><li>lúa<li>ngô</ul>"
        "<table border=1><tr><td colspan=2>1</table><my-app>trong</my-app> sau</body></html>"
    )
    original = shown(page.encode())
    assert (original.kind, original.encoding, original.cut) == (Kind.PAGE, "utf-8", False)
    assert original.document.startswith('<!DOCTYPE html><html lang="vi"><head>')
    assert '<body bgcolor="#eee">' in original.document
    assert body_of(original) == (
        '<style>h1{color:red}</style><h1 class="a" style="margin:0">Họp &amp; bàn</h1>'
        '<ul><li>lúa</li><li>ngô</li></ul><table border="1"><tr><td colspan="2">1</td></tr></table>'
        "<span>trong</span> sau"
    )


def test_links_and_pictures_tell_their_address_and_lead_nowhere() -> None:
    dot = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
    page = (
        '<p id="dau"><a href="https://khelau.example/b?x=1&y=2">b</a><a href="#dau">lên</a>'
        f'<img src="/anh.jpg" alt="Cầu &lt;mới&gt;"><img src="{dot}" alt="chấm" width=1>'
        '<iframe src="https://tube.example/v" title="Phim"></iframe>'
    )
    text = body_of(shown(page.encode()))
    assert '<a title="https://khelau.example/b?x=1&amp;y=2">b</a><a href="#dau">lên</a>' in text
    assert '<span class="loa-out" title="/anh.jpg">▣ Cầu &lt;mới&gt;</span>' in text
    assert f'<img alt="chấm" src="{dot}" width="1">' in text
    assert '<span class="loa-out" title="https://tube.example/v">▣ iframe Phim</span>' in text


def test_only_tags_and_attributes_of_the_lists_are_written() -> None:
    page = (
        "<body onload=x()><p onclick=x() style=a:b>1<script>2</script><svg><a>3</a></svg>"
        "<form action=/x><input name=n>4<button formaction=/x>5</button></form>"
        "<noscript>6</noscript><link rel=preconnect href=//x><meta http-equiv=refresh content=0>"
        "<base href=//x><o:p>7</o:p><xmp><b>8</b></xmp><a href=javascript:x() ping=/x>9</a>"
        "<picture><source srcset=x><img alt=10></picture><template>11</template>"
    )
    tree = html.document_fromstring(shown(page.encode()).document)
    (body,) = tree.iter("body")
    assert "".join("".join(map(str, body.itertext())).split()) == "14567<b>8</b>9▣10"
    ours = {"html", "head", "body", "meta", "title", "style", "img"}
    assert {one.tag for one in tree.iter()} <= KEPT | ours | VOID
    names = {name for one in body.iter() for name in one.attrib}
    assert names <= ATTRIBUTES | {"alt", "src", "href"}


@pytest.mark.parametrize(
    "css", ["</style><link rel=preconnect href=//x>", "<!--", "a{}<script>", "\\3c/style>"]
)
def test_a_style_sheet_cannot_end_itself(css: str) -> None:
    page = f"<p>x<svg><style>{css}</style></svg><style>{css}".encode()
    written = body_of(shown(page)).replace("</style>", "").replace("<style>", "")
    assert "<link" not in written
    assert "<script" not in written
    assert "<!--" not in written


def test_old_charsets_are_shown_in_unicode() -> None:
    page = f"<html><head><title>x</title></head><body><p>{SENTENCE * 4}</body></html>"
    assert SENTENCE.strip() in shown(page.encode("utf-16")).document
    old = "Ñy ban nh©n d©n x· tæ chøc häp th«n vÒ viÖc söa ®­êng, ®¾p ®Ëp vµ trång rõng. "
    tcvn3 = shown(f"<html><body><p>{old * 6}</body></html>".encode("cp1252"))
    assert tcvn3.encoding == "tcvn3"
    assert "trồng rừng" in tcvn3.document
    vietnamese = "Uy\u0309 ban nhân dân xa\u0303 tô\u0309 chư\u0301c ho\u0323p thôn "
    windows = shown(f"<html><body><p>{vietnamese * 6}</body></html>".encode("cp1258"))
    assert windows.encoding == "cp1258"
    assert "tổ chức họp thôn" in windows.document


def test_texts_and_pictures_are_shown_as_such() -> None:
    feed = shown("<rss><title>Tin xã</title></rss>".encode(), "application/rss+xml")
    assert (feed.kind, body_of(feed)) == (
        Kind.TEXT, "<pre>&lt;rss&gt;&lt;title&gt;Tin xã&lt;/title&gt;&lt;/rss&gt;</pre>"
    )  # fmt: skip
    assert shown(b'{"a": "<b>"}', "application/json").kind is Kind.TEXT
    assert shown(b"<svg onload=x()></svg>", "image/svg+xml").kind is Kind.TEXT
    page = shown(b"<html><script>x()</script><p>y</html>", source=True)
    assert "&lt;script&gt;x()" in page.document
    gif = shown(b"GIF89a" + bytes(20), "image/gif")
    assert gif.kind is Kind.PICTURE
    assert 'src="data:image/gif;base64,R0lGODlh' in gif.document


@pytest.mark.parametrize(
    ("body", "media_type", "coding", "why"),
    [
        (b"", "text/html", "", "no-bytes"),
        (b"%PDF-1.4 x", "application/pdf", "", "file"),
        (b"\x00\x01\x02\x03" * 99, "application/zip", "", "file"),
        (b"<p>" + b"x" * (5 << 20), "text/html", "", "too-large"),
        (b"\x1f\x8b\x08 not gzip", "text/html", "gzip", "not-decodable"),
    ],
)
def test_what_cannot_be_shown_says_why(body: bytes, media_type: str, coding: str, why: str) -> None:
    with pytest.raises(NotShown) as told:
        shown(body, media_type, coding=coding)
    assert told.value.why == why


def test_a_page_nested_without_end_is_cut_and_says_so() -> None:
    original = shown(b"<p>begin" + b"<div>x" * 100_000)
    assert original.cut
    assert "begin" in original.document
    assert len(original.document) < 200_000


def test_fonts_around_paragraphs_do_not_multiply() -> None:
    fonts = b"<p>" + b"".join(b"<font color=c%d>" % n for n in range(4_000)) + b"<p>x" * 4_000
    assert len(shown(fonts).document) < 10 * len(fonts)
    assert OURS in shown(fonts).document


def test_a_head_of_comments_alone_does_not_hold_all_readers_up() -> None:
    # Tried in every combination, five of them among 570 would take days.
    assert "Mot doan" in shown(b"<!---->" * 570 + b"<p>Mot doan").document
    assert shown(b"<!-- a --><!-- b --><!DOCTYPE html><p>x").document.startswith("<!DOCTYPE")
