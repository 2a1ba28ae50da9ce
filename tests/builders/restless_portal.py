"""A portal on loopback whose pages differ at each answer in what no editor wrote.

Counters, clocks, tokens, addresses that defeat caches, related articles and banners change; the
articles do not. The pages come from elsewhere: a capture, or a sample portal that nobody serves.
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lxml import etree, html

from portals.sample.content import load_portals
from portals.sample.portal import HANOI, WEEKDAYS, Portal, http_date
from portals.sample.server import FAMILIES
from tests.builders.loopback_server import Serving

SKIPPED = ("content-length", "transfer-encoding", "connection", "keep-alive", "date")
NOT_FOUND = "<html><body><p>Không tìm thấy trang</p></body></html>".encode()
TEXTS = ("text/html", "text/xml", "application/xml", "application/rss+xml", "application/atom+xml")
HOST = "songmai.invalid"  # which the pages of an unserved sample portal name


@dataclass(frozen=True, slots=True)
class Page:
    """What a path answers."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)

    @property
    def is_text(self) -> bool:
        """Whether the unrest changes it."""
        kinds = (value for name, value in self.headers if name.lower() == "content-type")
        return self.status == 200 and next(kinds, "").partition(";")[0] in TEXTS


Source = Callable[[str], Page | None]
Edit = Callable[[str], str]
Replacement = Callable[[re.Match[str]], str]


def unserved_sample(key: str = "songmai") -> tuple[Portal, Source]:
    """A sample portal on which no socket is opened, and its pages as they are when asked for."""
    portal = FAMILIES[key](load_portals(FAMILIES)[key], lambda: 1_750_000_000.0)
    portal.url = f"http://{HOST}/"

    def page(path: str) -> Page:
        answer = portal.respond(path, {})
        kind = {"Content-Type": answer.media_type}
        return Page(answer.status, answer.body, tuple({**kind, **answer.headers}.items()))

    return portal, page


@dataclass
class Unrest:
    """What a CMS changes by itself from one answer to the next."""

    dice: random.Random = field(default_factory=lambda: random.Random(14))

    def change(self, text: str, now: datetime) -> str:
        """A page as the portal would send it now."""
        for pattern, replacement in self._replacements(now):
            text = pattern.sub(replacement, text)
        text = _LIST.sub(self._shuffled, text)
        if "</body>" not in text:
            return text
        text = text.replace(' id="form3B"', f' id="form3B" data-csrf="{self._token()}"', 1)
        banner = (
            f'<div class="banner"><a href="/banners/click/?id={self.dice.randrange(90)}'
            f'&amp;s={self._token()}"><img src="/uploads/banners/{self.dice.randrange(9)}.jpg?v='
            f'{self.dice.randrange(10**6)}" alt="Quảng cáo {self.dice.randrange(9)}"></a></div>'
        )
        hidden = f'<input type="hidden" name="_csrf" value="{self._token()}">'
        return text.replace("</body>", f"{banner}{hidden}<!-- {self.dice.random()} --></body>")

    def _replacements(self, now: datetime) -> tuple[tuple[re.Pattern[str], Replacement], ...]:
        at = now.astimezone(HANOI)
        clock = f"{WEEKDAYS[at.weekday()]}, {at:%d/%m/%Y, %H:%M}"
        return (
            (_COUNTER, lambda found: found[1] + self._number()),
            (_CLOCK, lambda found: found[1] + clock),
            (_TOKEN, lambda found: self._token()),
            (_BUSTER, lambda found: found[1] + self._number()),
            (_PICTURE, lambda found: f"{found[1]}?v={self._number()}{found[2]}"),
            (_SESSION, lambda found: found[1] + self._token()),
            (_BUILT, lambda found: found[1] + http_date(now.timestamp())),
        )

    def _number(self) -> str:
        return str(self.dice.randrange(10**6))

    def _token(self) -> str:
        return f"{self.dice.getrandbits(128):032x}"

    def _shuffled(self, found: re.Match[str]) -> str:
        """A block of other articles: in another order, and not all of them."""
        items = _ITEM.findall(found[2])
        if len(items) < 2:
            return found[0]
        chosen = self.dice.sample(items, self.dice.randint(max(1, len(items) // 2), len(items)))
        return found[1] + "".join(chosen) + found[3]


_COUNTER = re.compile(
    r"((?:Đang truy cập|Hôm nay|Tháng hiện tại|Tổng lượt truy cập|Khách viếng thăm|Đã xem"
    r"|Lượt xem)(?::\s*|</span><span[^>]*>))\d+"
)
_CLOCK = re.compile(r"(<span class=\"current-time\">)[^<]+")
_TOKEN = re.compile(r"\b[0-9a-f]{32}\b")
_BUSTER = re.compile(r"(\?t=|[?&]t=|cronjobs&amp;p=)\w+")
_PICTURE = re.compile(r"(<img [^>]*?src=\"[^\"?]+\.(?:jpe?g|png|gif|svg))(\")")
_SESSION = re.compile(r"((?:nv_redirect=|nv_redirect: '))[\w-]+")
_BUILT = re.compile(r"(<lastBuildDate>)[^<]+")
_LIST = re.compile(
    r"(<ul class=\"(?:detail-related|block_tophits|block_groups|block_news|list-none list-items)"
    r"[^>]*>)(.*?)(</ul>)",
    re.S,
)
_ITEM = re.compile(r"<li.*?</li>", re.S)


class RestlessPortal(Serving):
    """Serves while the `with` block lasts; its own address stands in for that of the pages.

    `edits` change a path's text from now on, `answers` replace its whole answer, `unlisted` paths
    are named by no page, feed or sitemap. `moved` gives the new path of an article, which all pages
    name; `everywhere` makes the answers in place of the portal. `asked` lists the paths asked for.
    """

    def __init__(self, source: Source, host: str, now: Callable[[], datetime]) -> None:
        self.source = source
        self.host = host
        self.now = now
        self.unrest: Unrest | None = Unrest()
        self.edits: dict[str, list[Edit]] = {}
        self.answers: dict[str, Page] = {}
        self.everywhere: Callable[[str], Page] | None = None
        self.unlisted: set[str] = set()
        self.renamed: list[tuple[str, str]] = []
        self.moved: dict[str, str] = {}
        self.asked: list[str] = []
        portal = self

        class Conversation(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

            def do_GET(self) -> None:
                portal.asked.append(self.path)
                page = portal.page(self.path)
                self.send_response(page.status)
                for name, value in page.headers:
                    if name.lower() not in SKIPPED:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(page.body)))
                self.end_headers()
                self.wfile.write(page.body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Conversation)
        self.server.daemon_threads = True
        self.own = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.own}/"

    def address(self, path: str) -> str:
        """The whole address of a path."""
        return self.url.rstrip("/") + path

    def edit(self, path: str, *edits: Edit) -> None:
        """Change the text of a path, from now on."""
        self.edits.setdefault(path, []).extend(edits)

    def rename(self, old: str, new: str) -> None:
        """Write a title in another way, wherever it stands."""
        self.renamed.append((old, new))

    def heal(self) -> None:
        """Take back all that was done to it."""
        for done in (self.edits, self.answers, self.unlisted, self.renamed, self.moved):
            done.clear()
        self.everywhere = None

    def page(self, path: str) -> Page:
        """What a path answers now."""
        if self.everywhere is not None:
            return self.everywhere(path)
        if path in self.answers:
            return self.answers[path]
        before = next((old for old, new in self.moved.items() if new == path), path)
        page = self.source(before)
        if page is None or (path in self.moved and before == path):
            return Page(404, NOT_FOUND)
        headers = tuple((name, value.replace(self.host, self.own)) for name, value in page.headers)
        if not page.is_text:
            return Page(
                page.status, page.body.replace(self.host.encode(), self.own.encode()), headers
            )
        text = self._written(before, page.body.decode().replace(self.host, self.own))
        if self.unrest is not None:
            text = self.unrest.change(text, self.now())
        fresh = http_date(self.now().timestamp())
        headers = tuple(
            (name, fresh if name.lower() == "last-modified" else value) for name, value in headers
        )
        return Page(page.status, text.encode(), headers)

    def _written(self, path: str, text: str) -> str:
        """A text as editors have it now."""
        for edit in self.edits.get(path, ()):
            text = edit(text)
        for old, new in (*self.renamed, *self.moved.items()):
            text = text.replace(old, new)
        return without(text, self.unlisted - {path}) if self.unlisted else text


def without(text: str, paths: set[str]) -> str:
    """A page, feed or sitemap without the entries that lead to these articles, in any section."""
    names = set(map(_name, paths))
    if not any(name in text for name in names):
        return text
    is_xml = text.lstrip().startswith("<?xml")
    root = etree.fromstring(text.encode()) if is_xml else html.document_fromstring(text)
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        if _name(_target(element)) in names:
            _drop(element)
    done: str = etree.tostring(root, encoding="unicode", method="xml" if is_xml else "html")
    return done


def _name(address: str) -> str:
    """The last segment of an address; a portal may show an article in several sections."""
    return address.rstrip("/").rpartition("/")[2]


def _target(element: etree._Element) -> str:
    """The address that an element leads to, or an empty text."""
    if element.tag == "a":
        return str(element.get("href") or "").strip()
    name = element.tag.rpartition("}")[2]
    if name not in ("link", "loc"):
        return ""
    return (element.text or "").strip() or str(element.get("href") or "")


def _drop(element: etree._Element) -> None:
    """Take out an entry: the largest box around the link that leads to nothing else."""
    own = _target(element)
    box = element
    while (parent := box.getparent()) is not None:
        others = {_target(one) for one in parent.iter() if isinstance(one.tag, str)} - {"", own}
        if others or parent.tag in ("body", "html", "channel", "urlset"):
            break
        box = parent
    if (parent := box.getparent()) is not None:
        parent.remove(box)


def captured(pages: Mapping[str, tuple[int, tuple[tuple[str, str], ...], bytes]]) -> Source:
    """The pages of a capture by path."""

    def page(path: str) -> Page | None:
        found = pages.get(path) or pages.get(path.rstrip("/")) or pages.get(path + "/")
        if found is None:
            return None
        status, headers, body = found
        return Page(
            status, body, tuple(one for one in headers if one[0].lower() != "content-encoding")
        )

    return page
