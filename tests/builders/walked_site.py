"""A walk over a site that stands below a path: every address that it gives, and what is wrong."""

import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

import httpx
from lxml import etree, html

from tests.builders.face_pages import kind_of

LINKS = ("href", "src", "action", "formaction", "poster", "data", "cite", "background", "longdesc")
MOST_REQUESTS = 900
IN_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")
CAPTURED = re.compile(r"/captured/[\dTZ]+-\w+")
# Keys of JSON whose values are addresses of this site.
IN_JSON = ("next", "next_url", "toggle_url", "path", "home_page_url", "feed_url", "url")


@dataclass(frozen=True, slots=True)
class Link:
    """An address with the page that gives it, and whether a reader follows it by a click."""

    url: str
    page: str
    clicked: bool = True


@dataclass
class Walk:
    """All kinds of address of a site. `wrong`: what is wrong, a line each; `kinds`: how many."""

    client: httpx.Client
    site: str  # the address of the front page
    of_a_kind: int = 2
    wrong: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    media_types: Counter[str] = field(default_factory=Counter)

    def go(self, *also: str) -> None:
        """Ask for the front page and for so many of each kind of address that pages give.

        `also`: addresses below the site's to ask for first, whose kinds are counted too.
        """
        waiting = deque(Link(f"{self.site}{path}", "the test") for path in (*also, ""))
        seen = {link.url for link in waiting}
        while waiting and len(seen) < MOST_REQUESTS:
            link = waiting.popleft()
            for found in self._asked(link):
                if found.url in seen or not self._is_below(found):
                    continue
                seen.add(found.url)
                kind = self.kind(found.url)
                self.kinds[kind] += 1
                if self.kinds[kind] <= self.of_a_kind:
                    waiting.append(found)

    def kind(self, url: str) -> str:
        """What addresses of one kind of page have in common: its path, and parameters of ours.

        Filters of a search, and columns of a table, are of one kind. So is each page in the other
        language.
        """
        parts = urlsplit(url)
        path = "/" + parts.path.removeprefix(urlsplit(self.site).path)
        names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        if "_lang" in names:
            return kind_of(path) + "?_lang"
        if path.startswith("/archive"):
            names = {name if name.startswith("_") or name == "sql" else "column" for name in names}
        elif path.startswith("/search"):
            names = {name if name in ("q", "page", "order") else "filter" for name in names}
        return CAPTURED.sub("/captured/WHEN", kind_of(path)) + "?" + "&".join(sorted(names))

    def _is_below(self, link: Link) -> bool:
        """Whether to go there; says what is wrong with an address that leaves the base path."""
        own, there = urlsplit(self.site), urlsplit(link.url)
        if there.scheme not in ("http", "https"):
            return False
        if there.hostname != own.hostname:
            local = there.hostname in ("localhost", "127.0.0.1")
            if local or not link.clicked:
                self.wrong.append(f"{link.page} gives {link.url}, which is of another host")
            return False
        if not link.url.startswith(self.site):
            self.wrong.append(f"{link.page} gives {link.url}, which is not below {self.site}")
            return False
        return True

    def _asked(self, link: Link) -> list[Link]:
        answer = self.client.get(link.url, headers={"accept": "text/html"})
        media_type = answer.headers.get("content-type", "").partition(";")[0]
        self.media_types[media_type] += 1
        if answer.is_redirect:
            return [Link(urljoin(link.url, answer.headers["location"]), f"redirect of {link.url}")]
        if answer.status_code != 200:
            self.wrong.append(f"{link.page} gives {link.url}: {answer.status_code}")
        return [
            Link(urldefrag(urljoin(link.url, url))[0], link.url, clicked)
            for url, clicked in _addresses(media_type, answer)
        ]


def _addresses(media_type: str, answer: httpx.Response) -> Iterator[tuple[str, bool]]:
    """The addresses that an answer gives, and whether a reader follows each by a click."""
    if media_type == "text/html":
        yield from _of_page(html.document_fromstring(answer.content))
    elif media_type == "text/css":
        for one, other in IN_STYLE.findall(answer.text):
            yield one or other, False
    elif media_type.endswith(("/json", "+json")):
        yield from ((url, True) for url in _of_json(json.loads(answer.text)))
    elif media_type.endswith("xml") and "svg" not in media_type:
        for one in etree.fromstring(answer.content).iter():
            yield from ((str(one.get(name)), True) for name in ("href", "src") if one.get(name))
            if etree.QName(one).localname == "loc":
                yield str(one.text), True


def _of_page(page: Any) -> Iterator[tuple[str, bool]]:
    for one in page.iter(etree.Element):
        clicked = one.tag in ("a", "area", "form", "link")
        clicked = clicked and one.get("rel") not in ("stylesheet", "icon")
        for name in LINKS:
            if one.tag == "form" and name == "action":
                yield _submitted(one), True
            elif (url := one.get(name)) is not None and not url.startswith("#"):
                yield url, clicked
        for part in filter(None, (one.get("srcset") or "").split(",")):
            yield part.split()[0], False
        for first, _ in IN_STYLE.findall(one.get("style") or ""):
            yield first, False
        if one.tag == "style":
            for first, other in IN_STYLE.findall(one.text or ""):
                yield first or other, False


def _submitted(form: Any) -> str:
    """The address that a form leads to when a reader sends it with a word in its first field."""
    values = [(name, value) for name, value in form.form_values() if name and value]
    words = [one.name for one in form.inputs if one.get("type") in ("search", "text") and one.name]
    if words and words[0] not in dict(values):
        values.append((words[0], "cau"))
    return f"{form.get('action', '')}?{urlencode(values)}"


def _of_json(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name in IN_JSON and isinstance(one, str) and re.match(r"/|https?:", one):
                yield one
            yield from _of_json(one)
    elif isinstance(value, list):
        for one in value:
            yield from _of_json(one)
