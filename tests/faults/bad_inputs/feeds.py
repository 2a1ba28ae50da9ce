"""Feeds, sitemaps and JSON: entity bombs, external entities, millions of addresses, damage."""

import gzip
from collections.abc import Callable

from tests.faults.bad_inputs.case import SENTENCE, BadInput, answer, article_page, html_answer

ITEM = (
    "<item><title>Bài {n}</title><link>{root}doc/{n}</link>"
    "<pubDate>Wed, 12 Mar 2025 08:30:00 +0700</pubDate></item>"
)
LOC = "<url><loc>{root}doc/{n}</loc></url>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def rss(items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    """A feed."""
    return f'{head}<rss version="2.0"><channel><title>Tin</title>{items}</channel></rss>'


def sitemap(urls: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    """A sitemap."""
    return f'{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def _bad(
    name: str,
    kind: str,
    body: Callable[[], str | bytes],
    outcomes: tuple[str, ...],
    issues: tuple[str, ...] = (),
    media_type: str = "text/xml",
) -> BadInput:
    def made() -> bytes:
        text = body()
        return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")

    return BadInput(
        name,
        lambda: answer(made(), f"Content-Type: {media_type}"),
        outcomes,
        made,
        (),
        issues,
        kind=kind,
    )


def cases(root: str) -> list[BadInput]:
    """The cases, at addresses below `root`, which ends in a slash and answers them with 404."""

    def item(n: int) -> str:
        return ITEM.format(n=n, root=root)

    def loc(n: int) -> str:
        return LOC.format(n=n, root=root)

    feed, map_ = ("feed",), ("sitemap",)
    return [
        _bad(
            "a billion laughs",
            "rss",
            lambda: rss(
                "<item><title>&l9;</title></item>", f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>'
            ),
            feed,
            ("feed-entities",),
        ),
        _bad(
            "a billion laughs in a sitemap",
            "sitemap",
            lambda: sitemap(
                "<url><loc>&l9;</loc></url>", f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>'
            ),
            map_,
            ("sitemap-entities",),
        ),
        _bad(
            "an entity of a file",
            "rss",
            lambda: rss(
                f"{item(1)}<item><title>&f;</title></item>",
                '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]>',
            ),
            feed,
            ("feed-entities",),
        ),
        _bad(
            "an entity of another host",
            "rss",
            lambda: rss(item(1), f'<!DOCTYPE r [<!ENTITY % f SYSTEM "{root}evil.dtd"> %f;]>'),
            feed,
            ("feed-entities",),
        ),
        _bad(
            "a DTD of another host",
            "rss",
            lambda: rss(item(2), f'<!DOCTYPE rss SYSTEM "{root}evil.dtd">'),
            feed,
        ),
        _bad(
            "100,000 addresses",
            "sitemap",
            lambda: sitemap(
                "".join(f"<url><loc>http://other.example/{n}</loc></url>" for n in range(100_000))
            ),
            ("sitemap", "refused-too-slow"),
            ("sitemap-too-large",),
        ),
        _bad(
            "60,000 items",
            "rss",
            lambda: rss("<item><link>http://other.example/a</link></item>" * 60_000),
            feed,
            ("feed-too-large",),
        ),
        _bad(
            "addresses of other hosts",
            "sitemap",
            lambda: sitemap(
                "".join(f"<url><loc>http://h{n}.example/</loc></url>" for n in range(20))
            ),
            map_,
        ),
        _bad(
            "addresses that are none",
            "sitemap",
            lambda: sitemap(
                "<url><loc>javascript:alert(1)</loc></url><url><loc>file:///etc/passwd</loc></url><url/>"
            ),
            map_,
            ("sitemap-item-without-address",),
        ),
        _bad(
            "elements 100,000 deep",
            "rss",
            lambda: rss("<a>" * 100_000 + "</a>" * 100_000),
            feed,
            ("feed-damaged",),
        ),
        _bad(
            "cut in the middle of an item",
            "rss",
            lambda: rss(item(3) + item(4))[:-60],
            feed,
            ("feed-damaged",),
        ),
        _bad(
            "ampersands that stand for themselves",
            "rss",
            lambda: rss(item(5).replace("Bài", "Cơm & gạo &nbsp; R&D")),
            feed,
        ),
        _bad(
            "dates that are none",
            "rss",
            lambda: rss(item(6).replace("Wed, 12 Mar 2025 08:30:00 +0700", "lúc nào đó")),
            feed,
            ("feed-date-unread",),
        ),
        _bad(
            "dates of the year 2099",
            "rss",
            lambda: rss(item(7).replace("Wed, 12 Mar 2025", "Thu, 12 Mar 2099")),
            feed,
            ("feed-date-unread",),
        ),
        _bad(
            "an attribute of four megabytes",
            "rss",
            lambda: rss(f'<item a="{"x" * 4_000_000}"><link>{root}doc/8</link></item>'),
            feed,
        ),
        _bad(
            "a title of four megabytes",
            "rss",
            lambda: rss(item(9).replace("Bài", "x" * 4_000_000)),
            feed,
        ),
        _bad("UTF-16 that says UTF-8", "rss", lambda: rss(item(10)).encode("utf-16"), feed),
        _bad(
            "bytes that are no UTF-8",
            "rss",
            lambda: rss(item(11)).encode().replace(b"Tin", b"T\xff\xfen"),
            feed,
        ),
        _bad(
            "signs that XML forbids",
            "rss",
            lambda: rss(item(12).replace("Bài", "B\x01\x0bi &#2; \ufffe")),
            feed,
        ),
        _bad(
            "a sitemap of addresses in plain text",
            "sitemap",
            lambda: f"{root}doc/13\n{root}doc/14\nkhông phải địa chỉ\n",
            ("refused-not-html", "sitemap"),
            media_type="text/plain",
        ),
        _bad(
            "a gzip file cut",
            "sitemap",
            lambda: gzip.compress(sitemap(loc(15) * 50).encode(), mtime=0)[:-40],
            map_,
            ("sitemap-unreadable",),
            "application/gzip",
        ),
        _bad(
            "a gzip bomb",
            "sitemap",
            lambda: gzip.compress(b" " * (80 << 20), mtime=0),
            map_,
            ("sitemap-unreadable",),
            "application/gzip",
        ),
        _bad(
            "HTML where a sitemap should be",
            "sitemap",
            article_page,
            ("refused-not-html",),
            media_type="text/html",
        ),
        _bad(
            "JSON where a feed should be",
            "rss",
            lambda: '{"items": [' + "[" * 100_000,
            ("refused-not-html",),
            media_type="application/json",
        ),
        _bad(
            "a picture where a feed should be",
            "rss",
            lambda: b"\x89PNG\r\n\x1a\n" + bytes(500),
            ("refused-not-a-feed",),
            media_type="image/png",
        ),
        _bad("an empty feed", "rss", lambda: rss(""), feed),
        _bad("nothing where a feed should be", "rss", lambda: b"", ("refused-empty",)),
        _json_ld("JSON 100,000 deep in a page", "[" * 100_000),
        _json_ld("JSON that is none in a page", '{"@type": "NewsArticle", "headline": '),
        _json_ld(
            "JSON with halves of pairs in a page",
            (
                r'{"@type": "NewsArticle", "headline": "\ud800\u0000 \udfff", "author": {"name": '
                r'"\ud83d"}}'
            ),
        ),
        _json_ld(
            "JSON with a number of a thousand figures",
            '{"@type": "NewsArticle", "position": ' + "9" * 1_000 + "}",
        ),
    ]


def _json_ld(name: str, json: str) -> BadInput:
    page = article_page(head=f'<script type="application/ld+json">{json}</script>')
    return BadInput(name, lambda: html_answer(page), ("article-new",), page.encode, (SENTENCE,))
