"""Ten kinds of edits of an article's page in NukeViet's theme, each with what it is named.

An edit is refused with None where the page has nothing of its kind.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from portals.sample.portal import WEEKDAYS
from tests.builders.restless_portal import Page, RestlessPortal

_TITLE = re.compile(r"(itemprop=\"headline\">)([^<]+)")
_BODY = re.compile(
    r"(id=\"news-bodyhtml\"[^>]*>)(.*?)(</div>\s*(?:<div class=\"(?:panel|margin)))", re.S
)
_PARAGRAPH = re.compile(r"<p>[^<]{80,}</p>\n?|[^<>]{80,}<br />\s*<br />", re.S)
_PRINTED = re.compile(
    r"<span class=\"h5\">([^<]* - (?P<day>\d{2})/(?P<month>\d{2})/(?P<year>\d{4})) \d{2}:\d{2}"
)
_MACHINE = re.compile(
    r"(datePublished\">\d{4}-\d{2}-|published_time\" content=\"\d{4}-\d{2}-)\d{2}"
)
_LEAD = re.compile(r"(class=\"hometext m-bottom\" itemprop=\"description\">)([^<]{40,})")
_AUTHOR = re.compile(r"(<strong>Tác giả: </strong>)([^<]+)")
_MACHINE_AUTHOR = re.compile(r"(itemprop=\"author\"[^>]*>\s*<span itemprop=\"name\">)([^<]+)")
_PICTURE = re.compile(r"(<img [^>]*?src=\"[^\"]*/)([^/\"]+?)(\.\w+\")")
_CAPTION = re.compile(r"(<img[^>]*/>\s*(?:<br />\s*<em>|<figcaption>))([^<]+)(</em>|</figcaption>)")
_FILE = re.compile(r"href=\"([^\"]+\?download=1&amp;id=\d+)\"")
_SECTION = re.compile(r"(article:section\" content=\"|class=\"txt\" itemprop=\"name\">)([^<\"]+)")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of edit: what it does to a page, and the fields that it changes.

    `change` gives the page as edited; None if the page has nothing to edit.
    """

    change: Callable[[str], str | None]
    fields: frozenset[str]


def _body(text: str, change: Callable[[str], str | None]) -> str | None:
    found = _BODY.search(text)
    changed = None if found is None else change(found[2])
    if found is None or changed is None or changed == found[2]:
        return None
    return text[: found.start(2)] + changed + text[found.end(2) :]


def _digit(body: str) -> str | None:
    """Another figure, in the middle of a sentence."""
    found = re.search(r"(?<=[^\W\d] )\d+(?= [^\W\d])", re.sub(r"<[^>]+>", _blank, body))
    if found is None:
        return None
    return body[: found.start()] + str(int(found[0]) + 1) + body[found.end() :]


def _blank(found: re.Match[str]) -> str:
    return "|" * len(found[0])


def _without_paragraph(body: str) -> str | None:
    found = list(_PARAGRAPH.finditer(body))
    return body[: found[-1].start()] + body[found[-1].end() :] if len(found) > 1 else None


def _letter(words: str) -> str:
    """Another letter at the end of the second word."""
    first, second, *rest = words.split(" ")
    return " ".join([first, second + "h", *rest])


def _titled(text: str) -> str | None:
    found = _TITLE.search(text)
    return text.replace(found[2].strip(), _letter(found[2].strip())) if found else None


def _dated(text: str) -> str | None:
    """Another day of the month, with the weekday that agrees."""
    found = _PRINTED.search(text)
    if found is None:
        return None
    day = 11 if found["day"] != "11" else 12
    other = date(int(found["year"]), int(found["month"]), day)
    printed = f"{WEEKDAYS[other.weekday()]} - {other:%d/%m/%Y}"
    text = text[: found.start(1)] + printed + text[found.end(1) :]
    return _MACHINE.sub(lambda one: f"{one[1]}{day}", text)


def _led(text: str) -> str | None:
    found = _LEAD.search(text)
    return text.replace(found[2], f"{found[2].rstrip('.')} trong tuần qua.") if found else None


def _credited(text: str) -> str | None:
    found = _AUTHOR.search(text)
    if found is None or normalize("NFC", text).count(normalize("NFC", found[2].strip())) != 2:
        return None  # the text names its author once more
    name = "Lò Văn Pản"
    return _MACHINE_AUTHOR.sub(rf"\g<1>{name}", _AUTHOR.sub(rf"\g<1>{name}", text))


def _captioned(body: str) -> str | None:
    return _CAPTION.sub(r"\1\2 sáng nay\3", body, count=1)


def _swapped(body: str) -> str | None:
    return _PICTURE.sub(r"\1anh-thay-\2\3", body, count=1)


def _filed(text: str) -> str | None:
    return text if _FILE.search(text) else None  # the page stays; see `apply`


def _sectioned(text: str) -> str | None:
    return _SECTION.sub(r"\1Tin tổng hợp", text) if _SECTION.search(text) else None


KINDS: Mapping[str, Kind] = {
    "title": Kind(_titled, frozenset({"title"})),
    "digit": Kind(lambda text: _body(text, _digit), frozenset({"body"})),
    "date": Kind(_dated, frozenset({"date"})),
    "file": Kind(_filed, frozenset({"attachments"})),
    "caption": Kind(lambda text: _body(text, _captioned), frozenset({"pictures"})),
    "paragraph": Kind(lambda text: _body(text, _without_paragraph), frozenset({"body"})),
    "lead": Kind(_led, frozenset({"lead"})),
    "author": Kind(_credited, frozenset({"byline"})),
    "section": Kind(_sectioned, frozenset({"section"})),
    "picture": Kind(lambda text: _body(text, _swapped), frozenset({"pictures"})),
}


def apply(portal: RestlessPortal, path: str, kind: str) -> bool:
    """Edit the article at a path, as editors do with its CMS; whether it has what is to change."""
    page = portal.source(path)
    if page is None or not page.is_text or KINDS[kind].change(page.body.decode()) is None:
        return False
    if kind == "file":
        (address, *_) = _FILE.findall(page.body.decode())
        address = address.replace("&amp;", "&")
        file = portal.source(address)
        if file is None or file.status != 200:
            return False
        portal.answers[address] = Page(200, file.body + b"\n% again\n", file.headers)
        return True
    if kind == "title":
        (old,) = [found[2].strip() for found in _TITLE.finditer(page.body.decode())]
        portal.rename(old, _letter(old))
        return True
    change = KINDS[kind].change
    portal.edit(path, lambda text: change(text) or text)
    return True
