"""The attachments of an article: files of the portal that it links to or shows in a frame."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, takewhile
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from lxml import html

from pipelines.read.addresses.canonical import of_site
from pipelines.read.addresses.family_rules import CARD_ENDINGS, FILE_ENDINGS
from pipelines.read.article.running_text import WHOLE_PAGE, Body, RunningText
from pipelines.read.article.text_furniture import FILE_BOX
from pipelines.read.html.block_kinds import ClassifiedOutline
from pipelines.read.html.outline import Block, holds, names_of
from pipelines.read.html.page import HtmlPage, seen_text
from pipelines.read.reading import AttachmentLink, Image
from pipelines.read.text.clean_text import clean_text
from portals.class_words import class_words, named
from portals.languages import any_word
from portals.platform import ArticleRules
from portals.site import Site

MOST_BESIDE = 8  # blocks in the element of a video or a file, its title among them
VIDEO = re.compile(r"youtu\.?be|vimeo|dailymotion|video|player|\.mp4(?:$|\?)", re.I)

DOWNLOADS = any_word(lambda it: it.addresses.downloads)
DOWNLOAD = re.compile(
    rf"[?&](?:{DOWNLOADS}|file_?id|fileticket)=|/(?:{DOWNLOADS}|getfile|downloadfile)(?:/|\.|\?)"
    r"|/documents/\d+/.+\.\w{3,4}(?:/|\?|$)",
    re.I,
)
OTHERS = named(class_words().others)
Linked = TypeVar("Linked", AttachmentLink, Image)


def ruled_attachments(page: HtmlPage, site: Site, rules: ArticleRules) -> Iterator[AttachmentLink]:
    """The files that the family's selectors find, in page order."""
    for selector in rules.attachments:
        for element in page.matched(selector):
            url = page.join(element.get("href") or element.get("data-src"))
            if url is not None and of_site(url, site.all_hosts):
                yield AttachmentLink(url, _link_name(element))


def linked_attachments(
    page: HtmlPage, site: Site, anchors: Iterable[html.HtmlElement]
) -> Iterator[AttachmentLink]:
    """The files that links lead to."""
    return filter(None, (_own_file(page, site, anchor) for anchor in anchors))


def find_attachments(page: HtmlPage, site: Site, text: RunningText) -> tuple[AttachmentLink, ...]:
    """The files of an article of no known family, from its title to just after its text.

    A box with a class that relates it to the text may hold the article's files: it counts anywhere
    in the article's own element.
    """
    boxes = {_file_box(page, site, text, block) for block in text.classified.below}
    boxed = (anchor for box in text.wrapper.iter() if box in boxes for anchor in box.iter("a"))
    linked = linked_attachments(page, site, chain(_anchors_near(text), boxed))
    framed = (
        AttachmentLink(url, None)
        for frame in text.wrapper.iter("iframe", "embed", "object")
        if (url := page.join(framed_file(frame.get("src") or frame.get("data") or ""))) is not None
        and of_site(url, site.all_hosts)
    )
    return each_once((linked, framed))


def find_shown(classified: ClassifiedOutline) -> RunningText | None:
    """The frame of a page that is news of one video, or of one file that it shows: the first below
    the title, in an element that holds little else. None if there is none.
    """
    title = classified.title
    for wrapper in takewhile(lambda it: it.tag not in WHOLE_PAGE, title.element.iterancestors()):
        own = [block for block in classified.outline if holds(wrapper, block.element)]
        if len(own) > MOST_BESIDE or any(block.kind == "entry" for block in own):
            return None
        frame = next(filter(_shows, wrapper.iter("iframe", "embed", "object", "video")), None)
        if frame is not None:
            body = next(frame.iterancestors())
            outer = frame if body is wrapper else body
            return RunningText(classified, Body(outer), wrapper, title.spot, title.spot, prose=0)
    return None


def _shows(frame: html.HtmlElement) -> bool:
    """Whether a frame shows a file or a video, not an advertisement or a map."""
    address = frame.get("src") or frame.get("data") or frame.get("data-src") or ""
    return frame.tag == "video" or bool(framed_file(address) or VIDEO.search(address))


def each_once(groups: Iterable[Iterable[Linked]]) -> tuple[Linked, ...]:
    """Each address once, at its first place."""
    links: dict[str, Linked] = {}
    for link in chain.from_iterable(groups):
        links.setdefault(link.url, link)
    return tuple(links.values())


def is_file(anchor: html.HtmlElement) -> bool:
    """Whether a link leads to a file by its ending, download attribute, folder or parameter."""
    href = anchor.get("href") or ""
    if not href or href.startswith(("#", "javascript:", "mailto:")):
        return False
    path = href.lower().split("#")[0].split("?")[0]
    if path.endswith(CARD_ENDINGS):
        return False
    named = path.endswith(FILE_ENDINGS) or anchor.get("download") is not None
    return named or bool(DOWNLOAD.search(href))


def framed_file(address: str) -> str | None:
    """The file that a frame shows, itself or through Google's viewer (`…/gview?url=FILE`)."""
    asked = parse_qs(urlsplit(address).query) if "?" in address else {}
    shown = next(
        (values[0] for key in ("url", "file", "src") if (values := asked.get(key))), address
    )
    return shown if shown.lower().split("?")[0].split("#")[0].endswith(FILE_ENDINGS) else None


def _own_file(page: HtmlPage, site: Site, anchor: html.HtmlElement) -> AttachmentLink | None:
    url = page.join(anchor.get("href"))
    if url is None or not is_file(anchor) or not of_site(url, site.all_hosts):
        return None
    return AttachmentLink(url, _link_name(anchor))


def _link_name(element: html.HtmlElement) -> str | None:
    """The name that a link gives its file: its bold part if it has one, else its text."""
    strong = element.find(".//strong")
    return clean_text(seen_text(strong if strong is not None else element)) or None


def _anchors_near(text: RunningText) -> Iterator[html.HtmlElement]:
    """The links from the title to the end of the text, and those of the rows of files after it."""
    classified = text.classified
    row = set(takewhile(lambda block: block.kind in ("file", "tool", "date"), text.behind))
    for block in (*classified.outline[classified.title.spot + 1 : text.last + 1], *text.behind):
        own = block.spot <= text.last or holds(text.wrapper, block.element)
        listed = block in row and block.kind == "file"
        if (own or listed) and block.kind not in ("apart", "entry"):
            yield from block.anchors


def _file_box(
    page: HtmlPage, site: Site, text: RunningText, block: Block
) -> html.HtmlElement | None:
    """The box that a block's class relates to the article, if it is for files by name or links."""
    if block.kind != "apart" or text.wrapper.tag in WHOLE_PAGE:
        return None
    box = next((zone.element for zone in reversed(block.zones) if zone.apart), None)
    if box is None or text.wrapper not in box.iterancestors() or not OTHERS.search(names_of(box)):
        return None
    links = [_own_file(page, site, anchor) for anchor in box.iter("a")]
    return box if (links and all(links)) or FILE_BOX.search(names_of(box)) else None
