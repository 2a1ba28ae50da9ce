"""A text's markup: its structure is the page's, nothing in it can do harm, and the plain text is
made of it.
"""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from lxml.html import HtmlElement

from pipelines.capture import Capture
from pipelines.read.html.paragraphs import parsed, plain
from pipelines.read.reader import read
from pipelines.read.reading import Article, Reading
from pipelines.read.task import Task
from portals.site import Site

SITE = Site(name="Cổng thử", url="https://vi-du.example/", key="thu", platform="nukeviet")
URL = "https://vi-du.example/tin/bai-1.html"
OPENING = "<p>Sáng nay, xã họp dân.</p>"
PLAIN = "p h2 h3 h4 h5 h6 ul ol li blockquote table tr br div strong em u s sub sup code"
SPANS = frozenset({"colspan", "rowspan"})
KNOWN: dict[str, frozenset[str]] = {
    **{tag: frozenset() for tag in PLAIN.split()},
    "td": SPANS,
    "th": SPANS,
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt"}),
}


def read_with(body: str) -> Reading:
    page = (
        '<div class="news_column" itemtype="http://schema.org/NewsArticle">'
        '<h1 class="title" itemprop="headline">Tiêu đề của bài</h1>'
        '<span class="h5">Thứ ba - 14/05/2024 08:33</span>'
        '<div class="hometext">Lời dẫn của bài này.</div>'
        f'<div id="news-bodyhtml">{OPENING}{body}<p>Cuộc họp kết thúc lúc 11 giờ.</p></div></div>'
    )
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    at = datetime(2024, 6, 1, tzinfo=UTC)
    return read(Task(Capture("thu", URL, at, 200, headers, page.encode()), SITE))


def article_with(body: str) -> Article:
    reading = read_with(body)
    assert reading.article is not None, reading.detail
    assert plain(parsed(reading.article.body_html)) == reading.article.body
    return reading.article


def markup(body: str) -> str:
    """The markup of a body, without the paragraphs around it."""
    lines = article_with(body).body_html.split("\n")
    assert lines[0] == OPENING
    return "\n".join(lines[1:-1])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "<h2>Kết quả</h2><h1>Một</h1><h6>Hai</h6>",
            "<h2>Kết quả</h2>\n<h2>Một</h2>\n<h6>Hai</h6>",
        ),
        ("<p>Dân <b>góp <i>công</i></b>, góp <u>của</u>.</p>",) * 2,
        ("<ul><li>lúa</li><li>ngô<ol><li>nếp</li></ol></li></ul>",) * 2,
        ("<blockquote><p>Một.</p><p>Hai.</p></blockquote>",) * 2,
        ("<p>Ông nói: <q>Xong rồi</q> và về.</p>", "<p>Ông nói: Xong rồi và về.</p>"),
        ("<div>Thửa đất<br>Tờ bản đồ</div>", "<p>Thửa đất<br>Tờ bản đồ</p>"),
        ("<div><b>Một<br><br>Hai</b></div>", "<p><b>Một</b></p>\n<p><b>Hai</b></p>"),
        (
            '<table class="x"><tbody><tr><th>Xã</th><th colspan="2" style="x">Số hộ</th></tr>'
            "<tr><td><p>Mây</p></td><td>1</td><td>2</td></tr></tbody></table>",
            '<table><tr><th>Xã</th><th colspan="2">Số hộ</th></tr>'
            "<tr><td>Mây</td><td>1</td><td>2</td></tr></table>",
        ),
        (
            '<p>Xem <a href="/van-ban/12?utm_source=x" target="_blank" onclick="x()">văn bản</a>,'
            ' <a href="#cuoi">cuối bài</a> hay <a href="mailto:xa@vi-du.example">thư</a>.</p>',
            '<p>Xem <a href="https://vi-du.example/van-ban/12">văn bản</a>, cuối bài hay'
            ' <a href="mailto:xa@vi-du.example">thư</a>.</p>',
        ),
        (
            '<p>Trước <img src="/a.jpg" width="9" alt="Cầu &quot;Mây&quot;"> sau.</p>',
            '<p>Trước <img src="https://vi-du.example/a.jpg" alt="Cầu &quot;Mây&quot;">sau.</p>',
        ),
        (
            '<figure><img data-src="/b.jpg"><figcaption>Cầu mới</figcaption></figure>',
            '<p><img src="https://vi-du.example/b.jpg" alt=""></p>',
        ),
        ("<p>1 &lt; 2 &amp; 3</p>",) * 2,
        ("<pre>mã một</pre>sau", "<p>mã một</p>\n<p>sau</p>"),
        ("<dl><dt>Hạn</dt><dd>Mai</dd></dl>", "<p>Hạn</p>\n<p>Mai</p>"),
    ],
)
def test_the_structure_of_a_text_is_kept(body: str, expected: str) -> None:
    for written, kept in (("b", "strong"), ("i", "em")):
        expected = expected.replace(f"<{written}>", f"<{kept}>")
        expected = expected.replace(f"</{written}>", f"</{kept}>")
    assert markup(body) == expected


@pytest.mark.parametrize("faults", ["raises", "loses words"])
def test_where_trafilatura_fails_the_pages_own_elements_count_and_an_issue_says_so(
    monkeypatch: pytest.MonkeyPatch, faults: str
) -> None:
    def broken(tree: HtmlElement, _: object) -> HtmlElement:
        if faults == "raises":
            raise ValueError("a fault of the library")
        for link in tree.iter("a"):
            link.text, link.tag = None, "ref"
        return tree

    monkeypatch.setattr("trafilatura.htmlprocessing.convert_tags", broken)
    reading = read_with(
        "<h2>Kết quả</h2><p>Xem <a href='/x'>văn bản</a><a target='_blank'>.</a></p>"
    )
    assert reading.article is not None
    assert '<h2>Kết quả</h2>\n<p>Xem <a href="https://vi-du.example/x">văn bản</a>.</p>' in (
        reading.article.body_html
    )
    assert reading.article.extractor == "nukeviet blocks"
    assert "structure-lost" in [note.kind for note in reading.notes]


class Tags(HTMLParser):
    """What another parser sees in the markup."""

    def __init__(self, said: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(said)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.example/x.js></sCrIpT>",
    "<<script>alert(1)//<</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<p onclick=alert(1) OnMouseOver='alert(1)'>Dân</p>",
    "<img src=x.jpg onerror=alert(1)>",
    "<img src='/x.jpg' alt='\"><script>alert(1)</script>'>",
    "<img src='x.jpg' srcset='javascript:alert(1) 9x'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<img src='/x.jpg\" onerror=\"alert(1)'>",
    "<a href='javascript:alert(1)'>Dân</a>",
    "<a href=' JaVaScRiPt:alert(1)'>Dân</a>",
    "<a href='java&#10;script:alert(1)'>Dân</a>",
    "<a href='java\tscript&colon;alert(1)'>Dân</a>",
    "<a href='&#106;avascript&#58;alert(1)'>Dân</a>",
    "<a href='&#x01;javascript:alert(1)'>Dân</a>",
    "<a href='vbscript:x'>Dân</a>",
    "<a href='/x'>Dân <div><a href='/y'>góp</a></div></a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>Dân</a>",
    "<a href='blob:https://vi-du.example/1'>Dân</a>",
    "<a href='file:///etc/passwd'>Dân</a>",
    "<a href='mailto:a@vi-du.example?body=%3Cscript%3E'>Dân</a>",
    "<a href='https://vi-du.example/\"onmouseover=\"alert(1)'>Dân</a>",
    "<a href='https://nguoi:matkhau@vi-du.example/'>Dân</a>",
    "<a xlink:href='javascript:alert(1)' name=x id=y style='position:fixed'>Dân</a>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>Dân</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<style>@import 'javascript:alert(1)'; p{background:url(//x.example)}</style>",
    "<p style='background:url(javascript:alert(1))'>Dân</p>",
    "<base href='javascript:alert(1)//'><a href='x'>Dân</a>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href='//x.example/x.css'>",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    "<form action='javascript:alert(1)'><button formaction=x>Dân</button></form>",
    "<input autofocus onfocus=alert(1)><textarea></textarea><select><option>x</select>",
    "<video src=x onerror=alert(1)><source onerror=alert(1)></video><audio src=x></audio>",
    "<details open ontoggle=alert(1)>Dân</details><marquee onstart=alert(1)>Dân</marquee>",
    "<table><tr><td colspan='2 onclick=alert(1)'>a</td><td>b</td></tr><tr><td>c<td>d</table>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<p>&amp;lt;script&amp;gt;alert(1)</p>",
    "<p>&lt;img src=x onerror=alert(1)&gt; <b>&lt;</b>script&gt;</p>",
    "<!--><script>alert(1)</script>--><!-- x --!><img src=x onerror=alert(1)>",
    "<![CDATA[<script>alert(1)</script>]]><?php echo '<script>' ?>",
    "<p>Dân <b>\u0338</b> <i>\u0338<b>góp</b></i></p>",
    "<x-y onclick=alert(1)>Dân</x-y><o:p onclick=alert(1)>Dân</o:p><p<b onclick=x>Dân</p<b>",
    "<template><script>alert(1)</script></template><slot onslotchange=alert(1)>Dân</slot>",
    "<ul onclick=x><li onclick=x value='1'>Dân<p onclick=x>góp</p></li>loose &lt;b&gt;</ul>",
    "<blockquote cite='javascript:alert(1)'><q cite='javascript:alert(1)'>Dân</q></blockquote>",
]


def assert_harmless(said: str) -> None:
    for tag, attributes in Tags(said).found:
        assert set(attributes) <= KNOWN[tag], (tag, attributes)
        for name in ("href", "src"):
            if name in attributes:
                beginnings = ("https://vi-du.example/", "mailto:a@vi-du.example")
                assert (attributes[name] or "").startswith(beginnings), attributes
                assert not set(attributes[name] or "") & set("\"'<> \n"), attributes
        for name in ("colspan", "rowspan"):
            assert attributes.get(name, "1") in ("1", "2"), attributes


@pytest.mark.parametrize("body", HOSTILE)
def test_nothing_hostile_gets_into_the_markup(body: str) -> None:
    assert_harmless(article_with(f"{body}<p>Dân vẫn họp.</p>").body_html)


@pytest.mark.parametrize("body", HOSTILE)
def test_markup_that_someone_wrote_into_the_archive_is_harmless_once_parsed(body: str) -> None:
    assert_harmless("".join(one.markup for one in parsed(body)))


LONG = "x" * 1_900
WORDS = [f"từ{n}" for n in range(5_000)]


@pytest.mark.parametrize(
    "body",
    [
        f"<base href='/{LONG}/'>" + " ".join(f"<a href='{one}'>{one}</a>" for one in WORDS),
        f"<a href='/{LONG}'>{'<br>'.join(WORDS)}</a>",
        f"<a href='/{LONG}'><ul>{''.join(f'<li>{one}</li>' for one in WORDS)}</ul></a>",
    ],
    ids=["base", "lines", "items"],
)
def test_an_address_repeated_without_end_makes_no_endless_markup(body: str) -> None:
    article = article_with(f"<div>{body}</div>")
    assert WORDS[-1] in article.body
    assert len(article.body_html) < 9_000_000
