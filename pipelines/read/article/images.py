"""The images of a body with their captions: they leave the running text and become rows."""

import re
from collections.abc import Sequence
from itertools import islice

from lxml import etree, html

from pipelines.read.article.running_text import WHOLE_PAGE, RunningText
from pipelines.read.html.block_kinds import ClassifiedOutline
from pipelines.read.html.outline import holds
from pipelines.read.html.page import HtmlPage, path_to, remove, seen_text, text_in
from pipelines.read.html.paragraphs import paragraphs_of
from pipelines.read.reading import Image
from pipelines.read.text.clean_text import clean_text, same_text
from portals.class_words import class_pattern, class_words, named
from portals.languages import any_of, every

LONGEST_CAPTION = 400  # characters; a longer text beside an image is a paragraph
CAPTION_CLASS = re.compile(class_pattern(class_words().captions), re.I)
GALLERY = re.compile(rf"{any_of(every(lambda it: it.captions.galleries))}\b.{{0,60}}[:.]?$", re.I)
DECORATION = re.compile(
    r"(?:spacer|blank|icon|logo|emoji|smil|pixel|1x1|counter|share|print|arrow|bullet)[\w-]*"
    r"\.(?:gif|png|svg|jpe?g)",
    re.I,
)
# Editors set an image beside a lead; the lead's text is then not a caption.
LEAD_CLASS = named(class_words().leads)
SLANTED = ("em", "i")
CENTRED = re.compile(r"text-align\s*:\s*center", re.I)
CREDIT = any_of(every(lambda language: language.captions.credits))
OPENING = re.compile(
    rf"\(?\s*{CREDIT}\s*:|.*(?:{CREDIT}:|\({CREDIT})|\(?\s*"
    + any_of(every(lambda language: language.captions.openings)).replace(r" \.\.\. ", " .*"),
    re.I,
)


def take_images(
    page: HtmlPage, body: html.HtmlElement, outside: Sequence[str]
) -> tuple[Image, ...]:
    """The images of an article in page order, first those of `outside` (selectors for a lead
    image).

    Takes their captions out of `body`.
    """
    taken: list[tuple[str, str | None]] = []
    for selector in outside:
        for element in page.matched(selector):
            for picture in [element] if element.tag == "img" else element.iter("img"):
                if body not in picture.iterancestors():
                    _take(page, picture, _caption_outside(picture, body), taken)
    for picture in list(body.iter("img")):
        _take(page, picture, _caption_of(picture, body), taken)
    seen: dict[str, str | None] = {}
    for url, caption in taken:
        seen[url] = seen.get(url) or caption
    return tuple(
        Image(url, caption, position) for position, (url, caption) in enumerate(seen.items(), 1)
    )


def images_above(classified: ClassifiedOutline, text: RunningText) -> tuple[str, ...]:
    """XPaths of the images between title and text, outside the body."""
    if text.wrapper.tag in WHOLE_PAGE:
        return ()
    order = {
        element: spot
        for spot, element in enumerate(
            text.wrapper.iter("img", *{classified.title.element.tag, text.body.tag})
        )
    }
    start, end = order.get(classified.title.element, -1), order.get(text.body, len(order))
    return tuple(
        path_to(element)
        for element, spot in order.items()
        if element.tag == "img" and start < spot < end and not holds(text.body, element)
    )


def _take(
    page: HtmlPage,
    picture: html.HtmlElement,
    caption: str | None,
    taken: list[tuple[str, str | None]],
) -> None:
    address = next(
        (
            value
            for name in ("data-src", "data-original", "data-lazy-src", "src")
            if (value := picture.get(name)) and not value.startswith("data:")
        ),
        None,
    )
    url = page.join(address)
    if url is not None and not DECORATION.search(url):
        taken.append((url, caption))


def _caption_outside(picture: html.HtmlElement, body: html.HtmlElement) -> str | None:
    """The caption of an image outside the body, by its tag or class. It is in the nearest element
    around the image that holds a caption, but no other image, no body and no heading.
    """
    for around in picture.iterancestors():
        if (
            len(list(islice(around.iter("img"), 2))) > 1
            or next(around.iter("h1", "h2"), None) is not None
            or body in around.iterdescendants()
        ):
            return None
        named = (
            element
            for element in around.iter(etree.Element)
            if element.tag == "figcaption" or CAPTION_CLASS.search(element.get("class") or "")
        )
        for element in named:
            if (
                element is not around
                and picture not in element.iterdescendants()
                and (text := _usable(element))
            ):
                return text
    return None


def _caption_of(picture: html.HtmlElement, body: html.HtmlElement) -> str | None:
    """The text of a caption, which is removed: figcaption, caption class, text beside the image in
    its block, the next row of a table, the next paragraph.
    """
    figure = next(
        (
            a
            for a in picture.iterancestors()
            if a is body
            or a.tag in ("figure", "table")
            or CAPTION_CLASS.search(a.get("class") or "")
        ),
        body,
    )
    if figure is not body:
        captions = [
            e
            for e in figure.iter()
            if isinstance(e.tag, str) and CAPTION_CLASS.search(e.get("class") or "")
        ]
        for found in [*figure.iter("figcaption"), *captions]:
            if (
                found is not figure
                and picture not in found.iterdescendants()
                and (text := _usable(found))
            ):
                remove(found)
                return text
    if (
        figure is not body
        and figure.tag == "table"
        and (text := _caption_in_table(picture, figure))
    ):
        return text
    block = next(
        (
            a
            for a in picture.iterancestors()
            if a is body or a.tag in ("p", "div", "center", "td", "figure", "li")
        ),
        body,
    )
    if block is not body and any(
        LEAD_CLASS.search(element.get("class") or "") for element in block.iter(etree.Element)
    ):
        return None
    if (
        block is not body
        and len(list(block.iter("img"))) == 1
        and (text := _usable(block))
        and _is_caption_block(block, text)
    ):
        for child in list(block):
            if child is not picture and picture not in child.iterdescendants():
                child.tail = None
                block.remove(child)
        _silence(block)
        return text
    return _caption_in_line(picture) or (
        _caption_behind(block, body) if block is not body else None
    )


def _silence(block: html.HtmlElement) -> None:
    """Take all text out of a block, and leave its images."""
    for element in block.iter():
        if isinstance(element.tag, str):
            element.text = None
        if element is not block:
            element.tail = None


def _caption_in_table(picture: html.HtmlElement, table: html.HtmlElement) -> str | None:
    """The text beside a row's only image, or of the next row, if it holds no image."""
    rows = list(table.iter("tr"))
    own = next((n for n, row in enumerate(rows) if picture in row.iterdescendants()), None)
    if own is None:
        return None
    for row, images, paragraphs in zip(rows[own : own + 2], (1, 0), (1, 2), strict=False):
        # In a catalogue, the text beside an image describes the item, not the picture.
        if len(paragraphs_of(row)) > paragraphs:
            return None
        if len(list(row.iter("img"))) == images and (text := _usable(row)):
            if images:
                for cell in row.iter("td"):
                    _silence(cell)
            else:
                remove(row)
            return text
    return None


def _caption_in_line(picture: html.HtmlElement) -> str | None:
    """An italic line right after an image, in a text laid out with line breaks."""
    following = picture.getnext()
    if following is not None and following.tag == "br" and not (picture.tail or "").strip():
        picture, following = following, following.getnext()
    if (
        following is None
        or following.tag not in ("em", "i")
        or (picture.tail or "").strip()
        or list(following.iter("img"))
    ):
        return None
    behind = following.getnext()
    text = _usable(following)
    if (
        not text
        or text.endswith((".", ":"))
        or (following.tail or "").strip()
        or (behind is not None and behind.tag != "br")
    ):
        return None
    remove(following)
    return text


def _caption_behind(block: html.HtmlElement, body: html.HtmlElement) -> str | None:
    following = block.getnext()
    while (
        following is not None
        and isinstance(following.tag, str)
        and not seen_text(following).replace("\xa0", "").strip()
        and not list(following.iter("img"))
    ):
        following = following.getnext()
    if (
        following is None
        or not isinstance(following.tag, str)
        or following.tag not in ("p", "div", "center", "em", "i", "span")
        or list(following.iter("img"))
    ):
        return None
    text = None if LEAD_CLASS.search(following.get("class") or "") else _usable(following)
    if text and _is_caption_paragraph(following, text):
        remove(following)
        return text
    return None


def _is_caption_block(block: html.HtmlElement, text: str) -> bool:
    if (
        text.endswith("./.")
        or (block.tag == "p" and len(text) > 250)
        or len(paragraphs_of(block)) > 1
    ):
        return False
    return (
        not text.endswith(".")
        or _is_centred(block)
        or block.tag in ("td", "figure")
        or bool(OPENING.match(text))
    )


def _is_centred(element: html.HtmlElement) -> bool:
    return (
        bool(CENTRED.search(element.get("style") or ""))
        or element.get("align") == "center"
        or element.tag == "center"
        or "text-center" in (element.get("class") or "")
    )


def _is_caption_paragraph(element: html.HtmlElement, text: str) -> bool:
    if len(text) > 250 or text.endswith(("./.", ":")):
        return False
    centred, slanted = _is_centred(element), _is_slanted(element)
    return (centred and slanted) or ((centred or slanted) and not text.endswith("."))


def _is_slanted(element: html.HtmlElement) -> bool:
    inside = text_in(element, SLANTED)
    return element.tag in SLANTED or (bool(inside) and same_text(inside, seen_text(element)))


def _usable(element: html.HtmlElement) -> str | None:
    text = clean_text(seen_text(element))
    return text if text and len(text) <= LONGEST_CAPTION else None


def is_gallery_heading(line: str) -> bool:
    """Whether a line only announces images that follow ("Một số hình ảnh tại hội nghị:")."""
    return bool(GALLERY.match(line)) and len(line) <= 90
