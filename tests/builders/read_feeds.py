"""Feeds as other programs read them: by Atom's grammar, by feedparser, and as a browser would."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import feedparser
from lxml import etree

from tests import ROOT

ATOM = "{http://www.w3.org/2005/Atom}"
GRAMMAR = etree.RelaxNG(etree.parse(ROOT / "tests/builders/atom.rng"))
# What may stand in an entry: elements, each with its attributes.
PLAIN = (
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "td", "th", "caption", "blockquote"),
    *("br", "hr", "pre", "strong", "em", "u", "s", "code", "sub", "sup", "ins", "del"),
    *("figure", "figcaption"),
)
ELEMENTS: dict[str, set[str]] = {
    **{name: set() for name in PLAIN},
    **{name: {"lang"} for name in ("p", "h1", "h2", "h3", "h4", "h5", "h6")},
    "div": {"lang", "dir"},
    "a": {"href", "rel", "aria-label"},
    "img": {"src", "alt", "loading", "decoding"},
}
TAG = re.compile(r"""</?([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>""")
ATTRIBUTE = re.compile(r"""([a-z-]+)="([^"]*)\"""")


def read(document: bytes) -> Any:
    """A feed as feedparser reads it, as it stands: nothing cleaned, no address resolved."""
    found = feedparser.parse(document, sanitize_html=False, resolve_relative_uris=False)
    assert not found.bozo, found.get("bozo_exception")
    return found


def faults(document: bytes) -> list[str]:
    """What is wrong with an Atom document by RFC 4287: its grammar, and what no grammar can say."""
    root = etree.fromstring(document)
    found = [] if GRAMMAR.validate(root) else [str(GRAMMAR.error_log.last_error)]
    links = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if len(links) != 1:
        found.append("a feed names itself once")
    ids = [one.text for one in root.iterfind(f"{ATOM}entry/{ATOM}id")]
    found += [f"{one} stands twice" for one in {*ids} if ids.count(one) > 1]
    for entry in root.iterfind(f"{ATOM}entry"):
        if entry.find(f"{ATOM}author/{ATOM}name") is None and root.find(f"{ATOM}author") is None:
            found.append("an entry without an author")
        alternates = list(entry.iterfind(f"{ATOM}link[@rel='alternate']"))
        if len(alternates) != 1:
            found.append("an entry without one alternate address")
    return found


def json_faults(shown: Any) -> list[str]:
    """What is wrong with a JSON Feed by its version 1.1."""
    found = []
    if shown.get("version") != "https://jsonfeed.org/version/1.1" or not shown.get("title"):
        found.append("version and title are needed")
    known = {
        *("version", "title", "home_page_url", "feed_url", "description", "user_comment"),
        *("next_url", "icon", "favicon", "authors", "language", "expired", "hubs", "items"),
    }
    found += [f"{name} of the feed" for name in shown if name not in known and name[0] != "_"]
    of_items = {
        *("id", "url", "external_url", "title", "content_html", "content_text", "summary"),
        *("image", "banner_image", "date_published", "date_modified", "authors", "tags"),
        *("language", "attachments"),
    }
    for item in shown["items"]:
        found += [f"{name} of an item" for name in item if name not in of_items and name[0] != "_"]
        if (
            not isinstance(item.get("id"), str)
            or not {"content_html", "content_text"} & item.keys()
        ):
            found.append("an item needs an id and a content")
        for name in ("date_published", "date_modified"):
            if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", item.get(name, NEVER)):
                found.append(f"{name}: {item[name]}")
        for file in item.get("attachments", []):
            if not {"url", "mime_type"} <= file.keys():
                found.append("an attachment needs an address and a type")
    return found


NEVER = "1970-01-01T00:00:00Z"


def foreign(markup: str, own: str) -> list[str]:
    """What in the HTML of an entry is none of ours: elements, attributes, addresses. `own`: how our
    addresses begin. Each sign of markup must be a part of a known tag, so that it cannot matter how
    a reader mends what is broken.
    """
    found = []
    for tag in TAG.finditer(markup):
        allowed = ELEMENTS.get(tag[1])
        if allowed is None:
            found.append(tag[0])
            continue
        for name, value in ATTRIBUTE.findall(tag[2]):
            address = unescape(value)
            if name not in allowed:
                found.append(tag[0])
            if name == "src" and not address.startswith(own):
                found.append(tag[0])
            if name == "href" and not address.startswith(("http://", "https://", "mailto:")):
                found.append(tag[0])
    left = TAG.sub("", markup)
    found += re.findall(r"[<>].{0,40}", left)
    return found


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def words(markup: str) -> list[str]:
    """The words that a reader of HTML sees."""
    parser = _Words()
    parser.feed(markup)
    return " ".join(parser.words).split()
