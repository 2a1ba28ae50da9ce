"""The pages of a served archive, found as a visitor finds them: by following links."""

import re
from collections import Counter, deque
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from lxml import html

from tests.builders.served_archive import ServedArchive

MOST_REQUESTS = 600
ABSENT = ("/khong-co", "/a/aaaaaaaaaaaaaaaa", "/archive/articles/999999")
# Parts of a path that name one thing of many, and what stands for them in the name of a kind.
_NAMES = (
    (re.compile(r"^/(a|site)/[^/]+"), r"/\1/KEY"),
    (re.compile(r"^/(day|month)/[\d-]+"), r"/\1/DAY"),
    (re.compile(r"^/archive/(?!articles$)\w+$"), "/archive/TABLE"),
    (re.compile(r"^/archive/\w+/[^/]+$"), "/archive/TABLE/ROW"),
    (re.compile(r"/\d+(?=/|$)"), "/N"),
)


def kind_of(address: str) -> str:
    """What pages of one template and one set of parameters have in common."""
    parts = urlsplit(address)
    path = parts.path
    for pattern, name in _NAMES:
        path = pattern.sub(name, path)
    if path.startswith("/archive/"):
        return path  # tables have parameters without end
    names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)} - {"_lang"}
    return path + (f"?{'&'.join(sorted(names))}" if names else "")


def pages(server: ServedArchive, also: Iterable[str] = (), *, of_a_kind: int = 1) -> list[str]:
    """Addresses of HTML pages, `also` first, then up to so many of each kind that links lead to."""
    given = ["/", *also]
    waiting, found = deque(given), list[str]()
    asked, kinds = set(given), Counter[str]()
    while waiting and len(asked) < MOST_REQUESTS:
        path = waiting.popleft()
        answer = server.client.get(path, headers={"Accept": "text/html"})
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        if answer.status_code in range(300, 500) or is_foreign(path):
            continue
        found.append(path)
        for link in _links(answer.text, str(answer.url)):
            kind = kind_of(link)
            if link not in asked and kinds[kind] < of_a_kind:
                kinds[kind] += 1
                asked.add(link)
                waiting.append(link)
    return found


def is_foreign(path: str) -> bool:
    """Whether a path shows what a portal sent, and not a page of ours."""
    bare = path.partition("?")[0]
    return bool(re.search(r"/(frame|original|bytes|record|file)$", bare)) or bare.startswith(
        ("/image/", "/-/static", "/static/")
    )


def _links(text: str, base: str) -> list[str]:
    """The addresses on this server that a page links to, without a switch of language."""
    own = urlsplit(base).netloc
    links = []
    page: Any = html.document_fromstring(text.encode())
    for href in page.xpath("//a/@href"):
        try:
            parts = urlsplit(urldefrag(urljoin(base, str(href)))[0])
        except ValueError:
            continue
        if parts.netloc == own and "_lang=" not in parts.query:
            links.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return links
