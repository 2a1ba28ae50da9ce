"""HTML nested, repeated or left open beyond measure around an article.

The article must still be read, or refused with a type.
"""

from collections.abc import Callable
from functools import partial

from tests.faults.bad_inputs.case import SENTENCE, TEXT, BadInput, article_page, html_answer

READ = ("article-new",)
# Seconds of the processor: stopped on a machine that is busy, which is typed as well.
HEAVY = (
    "article-new",
    "refused-too-slow",
)
CUT = ("truncated-by-parser",)


def _bad(
    name: str,
    page: Callable[[], str],
    outcomes: tuple[str, ...] = READ,
    *,
    issues: tuple[str, ...] = (),
    text: tuple[str, ...] = (SENTENCE,),
) -> BadInput:
    def body() -> bytes:
        return page().encode("utf-8")

    return BadInput(
        name,
        lambda: html_answer(body()),
        outcomes,
        body,
        text if "article-new" in outcomes else (),
        issues,
    )


def _nested(name: str, depth: int, inner: str = "") -> str:
    opened = name.split("/")
    return (
        "".join(f"<{tag}>" for tag in opened) * depth
        + inner
        + "".join(f"</{tag}>" for tag in reversed(opened)) * depth
    )


def _deep(depth: int) -> str:
    return article_page(_nested("div", depth, TEXT))


def _followed(after: str) -> str:
    return article_page(after=after)


def _attributes(count: int) -> str:
    return "<p " + " ".join(f"a{n}=1" for n in range(count)) + ">x</p>"


CASES = [
    *(
        _bad(
            f"text {depth:,} elements deep",
            partial(_deep, depth),
            issues=CUT if depth > 200 else (),
        )
        for depth in (150, 256, 900)
    ),
    _bad(
        "text 10,000 elements deep", partial(_deep, 10_000), ("refused-not-an-article",), issues=CUT
    ),
    _bad(
        "elements 100,000 deep behind the article",
        lambda: article_page(after=_nested("div", 100_000)),
    ),
    *(
        _bad(f"{name} 1,000 deep", partial(_followed, _nested(name, 1_000)))
        for name in ("table/tr/td", "ul/li", "blockquote", "font", "b", "form")
    ),
    *(
        _bad(f"a tag with {count:,} attributes", partial(_followed, _attributes(count)))
        for count in (1_000, 10_000)
    ),
    _bad("a tag with 40,000 attributes", partial(_followed, _attributes(40_000)), HEAVY),
    _bad("a tag with 80,000 attributes", partial(_followed, _attributes(80_000)), HEAVY),
    _bad(
        "a tag with 10,000 attributes that hold signs of tags",
        lambda: article_page(after="<p " + " ".join(f"a{n}='>'" for n in range(10_000)) + ">x</p>"),
    ),
    _bad(
        "an attribute of 12 megabytes",
        lambda: article_page(after=f'<p title="{"x" * 12_000_000}">x</p>'),
    ),
    _bad(
        "a text of 12 megabytes",
        lambda: article_page(TEXT + f"<p>{'chữ ' * 2_400_000}</p>"),
        HEAVY,
        issues=CUT,
    ),
    _bad("100,000 paragraphs", lambda: article_page(TEXT + "<p>a</p>" * 100_000), HEAVY),
    _bad("100,000 line breaks", lambda: article_page(TEXT + "a<br>" * 100_000), HEAVY),
    _bad(
        "100,000 cells",
        lambda: article_page(TEXT + "<table><tr>" + "<td>a" * 100_000 + "</table>"),
        HEAVY,
    ),
    _bad(
        "5,000 rows", lambda: article_page(TEXT + "<table>" + "<tr><td>a<td>b" * 5_000 + "</table>")
    ),
    _bad(
        "10,000 links",
        lambda: article_page(after="".join(f'<a href="#{n}">x</a>' for n in range(10_000))),
    ),
    _bad(
        "5,000 images",
        lambda: article_page(TEXT + "".join(f'<img src="/a{n}.jpg">' for n in range(5_000))),
        issues=("reading-cut",),
    ),
    _bad("20,000 headings", lambda: article_page(after="<h2>Mục</h2>" * 20_000)),
    _bad("200,000 signs less-than", lambda: article_page(after="<" * 200_000)),
    _bad("200,000 ampersands", lambda: article_page(after="&" * 200_000)),
    _bad("100,000 entities", lambda: article_page(after="&nbsp;&acirc;" * 50_000)),
    _bad("30,000 letters b left open", lambda: article_page(after="<b>" * 30_000)),
    _bad("30,000 links left open", lambda: article_page(after="<a href=x>" * 30_000)),
    _bad(
        "a comment left open behind the article", lambda: article_page(after="<!-- " + "x" * 10_000)
    ),
    _bad(
        "a comment left open before the article",
        lambda: article_page(before="<!-- "),
        ("refused-not-an-article", "article-new"),
        text=(),
    ),
    _bad(
        "a script left open behind the article", lambda: article_page(after="<script>var a = '<p>")
    ),
    _bad("a quote left open in a tag", lambda: article_page(after='<p title="x><p>y</p>')),
    _bad("two whole pages in one", lambda: article_page() + article_page()),
    _bad("the page's end before the article", lambda: article_page(before="</body></html>")),
    _bad("a page of blanks", lambda: " \n" * 50_000, ("refused-empty",)),
    _bad(
        "a page of one tag",
        lambda: "<",
        ("refused-not-an-article", "refused-not-html", "refused-unreadable"),
    ),
    _bad(
        "nothing but a declaration",
        lambda: "<!DOCTYPE html>",
        ("refused-unreadable", "refused-not-an-article"),
    ),
    _bad(
        "frames",
        lambda: "<html><frameset><frame src=a><frame src=b></frameset></html>",
        ("refused-not-an-article",),
    ),
    _bad(
        "a base address that is a script",
        lambda: article_page(head='<base href="javascript:alert(1)//">'),
    ),
    _bad(
        "the article inside svg",
        lambda: article_page(before="<svg><desc>", after="</desc></svg>"),
        ("article-new", "refused-not-an-article"),
        text=(),
    ),
    _bad("one id 20,000 times", lambda: article_page(after='<i id="a">x</i>' * 20_000)),
    _bad(
        "processing instructions and CDATA",
        lambda: article_page(before="<?php echo 1 ?><![CDATA[ x ]]>" * 500),
    ),
    _bad(
        "an author of 600 kilobytes",
        lambda: article_page(
            head='<script type="application/ld+json">{"@type": "NewsArticle", '
            f'"author": {{"name": "{"Bích " * 100_000}"}}}}</script>'
        ),
    ),
]
