"""What a portal sent, written anew as a page that can fetch nothing and run nothing. Pure.

The page goes into a frame without any rights, under a policy that lets nothing load. Two things
pass every policy: a browser may look up or connect to a host that `<link rel=preconnect>` names,
and a link that is clicked leads away. So elements and attributes come from lists of harmless ones.
All other signs of the page are escaped: no tag stands in the result that was not written here.
"""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.html import HtmlElement

from pipelines.capture import Capture
from pipelines.read.content import content_of
from pipelines.read.files.media_types import PICTURES, sniff
from pipelines.read.html.page import HtmlPage, UnreadablePage
from pipelines.read.html.pictures import picture_address
from pipelines.read.task import Task
from pipelines.read.text.charset import decode_text
from pipelines.read.text.content_codings import DecodeError
from pipelines.read.text.legacy_encodings import is_in_unicode, mend
from portals.site import Site

LARGEST_TEXT = 4 << 20  # bytes, decoded
LARGEST_PICTURE = 8 << 20
TEXTS = frozenset({"application/json", "application/xml", "application/ld+json", "image/svg+xml"})

# Elements that only hold or format text. Any other, such as <form> or one of a script's own, gives
# its content to a plain one.
_KEPT = (
    "a abbr acronym address article aside b bdi bdo big blockquote br caption center cite "
    "code col colgroup dd del details dfn dir div dl dt em fieldset figcaption figure font "
    "footer h1 h2 h3 h4 h5 h6 header hgroup hr i ins kbd label legend li main mark nav ol p "
    "pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody "
    "td tfoot th thead time tr tt u ul var wbr"
)
KEPT = frozenset(_KEPT.split())
FRAME = frozenset({"html", "head", "body"})  # written by _document
OLD = {"xmp": "pre", "listing": "pre", "plaintext": "pre"}
BLOCKS = frozenset({"form", "marquee", "menu", "optgroup", "search"})
# Their content is no text of the page, or text in another grammar. <source> and <track> are not
# among them: the parser takes what follows them for their content.
_LEFT_OUT = (
    "applet area audio base basefont canvas datalist embed fencedframe "
    "frame frameset iframe input link map math meta noembed noframes object option param "
    "portal script select svg template textarea title video"
)
LEFT_OUT = frozenset(_LEFT_OUT.split())
EMBEDDED = frozenset({"audio", "embed", "fencedframe", "frame", "iframe", "object", "video"})
VOID = frozenset({"br", "col", "hr", "wbr"})
_ATTRIBUTES = (
    "abbr align bgcolor border cellpadding cellspacing class color colspan datetime dir "
    "face headers height hspace id lang noshade nowrap open reversed rowspan rules scope "
    "size span start style title type valign value vspace width"
)
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
FRAGMENT = re.compile(r"#[\w.:-]{1,200}")
DATA_PICTURE = re.compile(r"data:image/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/=\s]*", re.I)
# A comment cannot reach over its end: many of them would else be tried in every combination.
COMMENT = r"<!--(?:(?!-->).)*-->"
DOCTYPE = re.compile(rf"\s*(?:<\?xml[^>]*>\s*|{COMMENT}\s*){{0,5}}<!doctype html", re.I | re.DOTALL)
# Pictures and frames that were not kept have a dashed frame; links lead nowhere.
OURS = (
    ".loa-out{border:1px dashed #888;color:#555;background:#f4f4f4;padding:0 .3em;font-size:small}"
    "a{text-decoration:underline dotted}img{max-width:100%;height:auto}"
)
BOX = "▣"


Pictures = Callable[[str], bytes | None]


def no_pictures(_: str) -> None:
    """For a page whose pictures are not asked for."""


class Kind(StrEnum):
    """How an original can be shown."""

    PAGE = "page"
    TEXT = "text"
    PICTURE = "picture"


class NotShown(Exception):
    """An original to download alone. `why`: no-bytes, too-large, not-decodable or file."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Original:
    """A whole HTML document that shows an original. `encoding`: how its letters were written;
    `cut`: the page is too deep or too long to be shown whole.
    """

    kind: Kind
    document: str
    encoding: str | None = None
    cut: bool = False


def original_of(
    capture: Capture, language: str, *, source: bool = False, pictures: Pictures = no_pictures
) -> Original:
    """A capture as a page, a text or a picture; with `source`, markup as text. Raises NotShown.

    It is decoded and read as Loa decodes and reads pages. `language` is that of the site.
    `pictures` gives the bytes of a picture by its address, None where they are not kept.
    """
    if not capture.body:
        raise NotShown("no-bytes")
    try:
        path = urlsplit(capture.url).path
    except ValueError:  # such as "http://["
        capture, path = replace(capture, url="http://unknown.invalid/"), ""
    site = Site(name="", url=capture.url, language=language)
    try:
        body = content_of(Task(capture, site)).body
    except DecodeError as problem:
        raise NotShown(
            "too-large" if problem.reason == "too-large" else "not-decodable"
        ) from problem
    said = capture.header("content-type")
    media_type = sniff(body, said, path)
    if media_type in PICTURES:
        return _picture(body, media_type)
    if not (media_type.startswith("text/") or media_type in TEXTS or media_type.endswith("+xml")):
        raise NotShown("file")
    if len(body) > LARGEST_TEXT:
        raise NotShown("too-large")
    decoded = decode_text(body, said, language)
    text, encoding = decoded.text, decoded.encoding
    if media_type != "text/html" or source:
        return Original(Kind.TEXT, _document(f"<pre>{_text(text)}</pre>"), encoding)
    if not is_in_unicode(text):
        text, legacy = mend(text)
        encoding = legacy or encoding
    zone = ZoneInfo("UTC")  # only dates would need the portal's own
    try:
        page = HtmlPage(text, capture.url, zone=zone, fetched_at=capture.fetched_at)
    except UnreadablePage as problem:
        raise NotShown("not-decodable") from problem
    document = _document(
        "".join(_rewritten(page, pictures)),
        language=page.root.get("lang"),
        body="".join(one for tag in page.root.iter("body") for one in _attributes(tag, "body")),
        strict=bool(DOCTYPE.match(text[:4000])),
    )
    return Original(Kind.PAGE, document, encoding, page.cut)


def _picture(body: bytes, media_type: str) -> Original:
    if len(body) > LARGEST_PICTURE:
        raise NotShown("too-large")
    data = b64encode(body).decode("ascii")
    return Original(Kind.PICTURE, _document(f'<img alt="" src="data:{media_type};base64,{data}">'))


def _document(
    shown: str, *, language: str | None = None, body: str = "", strict: bool = True
) -> str:
    """A document around what is shown. `strict`: by the layout rules of pages with a doctype."""
    lang = f' lang="{language}"' if LANGUAGE.fullmatch(language or "") else ""
    return (
        f"{'<!DOCTYPE html>' if strict else ''}<html{lang}><head>"
        f'<meta charset="utf-8"><title>Loa</title><style>{OURS}</style></head>'
        f"<body{body}>{shown}</body></html>"
    )


def _rewritten(page: HtmlPage, pictures: Pictures) -> Iterator[str]:
    """The page's elements that only show text, in page order, each opened and closed."""
    walk = etree.iterwalk(page.root, events=("start", "end", "comment", "pi"))
    closing: list[str] = []
    for event, element in walk:
        if event == "start":
            tag = element.tag.lower() if isinstance(element.tag, str) else ""
            if tag == "style":
                yield _style(element)
            if tag == "img":
                yield _kept_picture(page, element, pictures) or _placeholder(element, tag)
            elif tag in EMBEDDED:
                yield _placeholder(element, tag)
            if tag in LEFT_OUT or tag in ("", "img", "style"):
                walk.skip_subtree()
                closing.append("")
                continue
            name = tag if tag in KEPT else OLD.get(tag, "div" if tag in BLOCKS else "span")
            closing.append("" if name in VOID or tag in FRAME else f"</{name}>")
            if tag not in FRAME:
                yield f"<{name}{''.join(_attributes(element, tag))}>"
            yield _text(element.text)
        else:
            if event == "end":
                yield closing.pop()
            yield _text(element.tail if element is not page.root else None)


def _attributes(element: etree._Element, tag: str) -> Iterator[str]:
    for name, value in element.attrib.items():
        name = str(name).lower()
        if name in ATTRIBUTES and not (name == "title" and tag == "a"):
            yield f' {name}="{_text(str(value))}"'
    if tag == "a" and (leads_to := (element.get("href") or "").strip()):
        if FRAGMENT.fullmatch(leads_to):
            yield f' href="{_text(leads_to)}"'
        else:
            yield f' title="{_text(leads_to[:2_000])}"'
    if tag == "a" and "id" not in element.attrib and element.get("name"):
        yield f' id="{_text(element.get("name"))}"'


def _kept_picture(page: HtmlPage, element: HtmlElement, pictures: Pictures) -> str | None:
    """A picture in its place, with its bytes from the archive; None if they are not there."""
    url = picture_address(page, element)
    body = pictures(url) if url else None
    media_type = sniff(body, None, None) if body else ""
    if not body or media_type not in PICTURES:
        return None
    data = b64encode(body).decode("ascii")
    look = "".join(_attributes(element, "img"))
    return f'<img alt="{_text(element.get("alt"))}"{look} src="data:{media_type};base64,{data}">'


def _placeholder(element: etree._Element, tag: str) -> str:
    """What stands in the place of a picture, frame or video. A picture in the page itself stays."""
    address = (element.get("src") or element.get("data") or "").strip()
    words = _text(element.get("alt") or element.get("title"))
    if tag == "img" and DATA_PICTURE.fullmatch(address):
        size = "".join(
            f' {name}="{_text(element.get(name))}"'
            for name in ("width", "height")
            if (element.get(name) or "").isdecimal()
        )
        return f'<img alt="{words}" src="{_text(address)}"{size}>'
    if not address and not words:
        return ""
    told = words if tag == "img" else f"{tag} {words}".strip()
    return f'<span class="loa-out" title="{_text(address[:2_000])}">{BOX} {told}</span>'


def _style(element: etree._Element) -> str:
    """A style sheet of the page. The policy lets it load nothing; no sign in it ends it."""
    css = (element.text or "").replace("<", "\\3c ")
    media = _text(element.get("media"))
    return (
        f'<style media="{media}">{_clean(css)}</style>'
        if media
        else f"<style>{_clean(css)}</style>"
    )


def _text(words: str | None) -> str:
    return escape(_clean(words or ""))


def _clean(words: str) -> str:
    """Words without control characters, which neither HTML nor a reader knows."""
    if words.isprintable():
        return words
    return "".join(
        sign for sign in words if sign in "\n\t\r" or unicodedata.category(sign) not in ("Cc", "Cs")
    )
