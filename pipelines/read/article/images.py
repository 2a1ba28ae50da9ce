"""The images of a body with their captions: they leave the running text and become rows."""

import re
from collections.abc import Sequence
from itertools import islice, takewhile

from lxml import etree, html

from pipelines.read.article.running_text import WHOLE_PAGE, RunningText
from pipelines.read.html.outline import holds
from pipelines.read.html.page import HtmlPage, path_to, remove, seen_text, text_in
from pipelines.read.html.paragraphs import paragraphs_of
from pipelines.read.html.pictures import PICTURES, picture_address
from pipelines.read.reading import Image
from pipelines.read.text.clean_text import clean_text, same_text
from portals.class_words import class_pattern, class_words, named
from portals.languages import any_word

LONGEST_CAPTION = 400  # characters; a longer text beside an image is a paragraph
CAPTION_CLASS = re.compile(class_pattern(class_words().captions), re.I)
GALLERY = re.compile(rf"{any_word(lambda it: it.captions.galleries)}\b.{{0,60}}[:.]?$", re.I)
# Editors set an image beside a lead; the lead's text is then not a caption.
LEAD_CLASS = named(class_words().leads)
HOLDERS = ("p", "div", "center", "td", "figure", "li")  # of an image and its caption
SLANTED = ("em", "i")
CAPTIONED = ("p", "div", "center", "em", "i", "span")  # what holds a caption below an image
CENTRED = re.compile(r"text-align\s*:\s*center", re.I)
CREDIT = any_word(lambda it: it.captions.credits)
OPENING = re.compile(
    rf"\(?\s*{CREDIT}\s*:|.*(?:{CREDIT}:|\({CREDIT})|\(?\s*"
    + any_word(lambda it: it.captions.openings).replace(r" \.\.\. ", " .*"),
    re.I,
)


def take_images(
    page: HtmlPage, body: html.HtmlElement, outside: Sequence[str]
) -> tuple[Image, ...]:
    """The images of an article in page order, first those of `outside` (selectors for a lead
    image).

    Takes their captions out of `body`, and gives each picture in it its address as `src`. A picture
    that the page itself holds (`data:`) has no address, so it is no image, and its caption stays in
    the text.
    """
    seen: dict[str, str | None] = {}
    for selector in outside:
        for element in page.matched(selector):
            for picture in element.iter(*PICTURES):
                if body not in picture.iterancestors() and (url := picture_address(page, picture)):
                    seen[url] = seen.get(url) or _caption_outside(picture, body)
    found = [(picture, picture_address(page, picture)) for picture in body.iter("img")]
    for picture, url in found:
        # The text beside a picture without an address stays in the running text.
        if url:
            caption = _caption_of(picture, body)
            seen[url] = seen.get(url) or caption
        picture.set("src", url or "")
    return tuple(
        Image(url, caption, position) for position, (url, caption) in enumerate(seen.items(), 1)
    )


def images_above(text: RunningText) -> tuple[str, ...]:
    """XPaths of the images between title and text, outside the body."""
    if text.wrapper.tag in WHOLE_PAGE:
        return ()
    title, body = text.classified.title.element, text.body.element
    order = list(text.wrapper.iter(*PICTURES, *{title.tag, body.tag}))
    start = order.index(title) + 1 if title in order else 0
    end = order.index(body) if body in order else None
    return tuple(
        path_to(element)
        for element in order[start:end]
        if element.tag in PICTURES and not holds(body, element)
    )


def _caption_outside(picture: html.HtmlElement, body: html.HtmlElement) -> str | None:
    """The caption, by tag or class, in the nearest element around an image without another."""
    for around in picture.iterancestors():
        if (
            len(list(islice(around.iter("img"), 2))) > 1
            or next(around.iter("h1", "h2"), None) is not None
            or body in around.iterdescendants()
        ):
            return None
        for element in around.iter(etree.Element):
            named = element.tag == "figcaption" or _has_caption_class(element)
            if named and element is not around and (text := _beside(picture, element)):
                return text
    return None


def _caption_of(picture: html.HtmlElement, body: html.HtmlElement) -> str | None:
    """The text of a caption, which is removed: figcaption, caption class, text beside the image in
    its block, the next row of a table, the next paragraph.
    """
    inside = list(takewhile(lambda above: above is not body, picture.iterancestors()))
    figures = (it for it in inside if it.tag in ("figure", "table") or _has_caption_class(it))
    figure = next(figures, None)
    if figure is not None:
        captions = filter(_has_caption_class, figure.iter(etree.Element))
        for found in [*figure.iter("figcaption"), *captions]:
            if found is not figure and (text := _beside(picture, found)):
                remove(found)
                return text
        if figure.tag == "table" and (text := _caption_in_table(picture, figure)):
            return text
    whole = figure is not None and figure.tag == "figure" and figure.find(".//table") is None
    block = figure if whole else next((above for above in inside if above.tag in HOLDERS), None)
    if block is None:
        return _caption_in_line(picture)
    if any(LEAD_CLASS.search((it.get("class") or "").lower()) for it in block.iter(etree.Element)):
        return None
    text = _usable(block) if len(list(block.iter("img"))) == 1 else None
    if text and _is_caption_block(block, text):
        for child in list(block):
            if child is not picture and picture not in child.iterdescendants():
                child.tail = None
                block.remove(child)
        _silence(block)
        return text
    return _caption_in_line(picture) or _caption_behind(block)


def _has_caption_class(element: html.HtmlElement) -> bool:
    return CAPTION_CLASS.search(element.get("class") or "") is not None


def _beside(picture: html.HtmlElement, element: html.HtmlElement) -> str | None:
    """The text of an element that may be a caption, if the image does not lie in it."""
    return None if picture in element.iterdescendants() else _usable(element)


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
    if following is None or following.tag not in SLANTED or list(following.iter("img")):
        return None
    behind, text = following.getnext(), _usable(following)
    loose = (picture.tail or "").strip() or (following.tail or "").strip()
    in_a_line = not loose and (behind is None or behind.tag == "br")
    if not text or not in_a_line or text.endswith((".", ":")):
        return None
    remove(following)
    return text


def _caption_behind(block: html.HtmlElement) -> str | None:
    following = block.getnext()
    while (
        following is not None
        and isinstance(following.tag, str)
        and not seen_text(following).replace("\xa0", "").strip()
        and not list(following.iter("img"))
    ):
        following = following.getnext()
    if following is None or following.tag not in CAPTIONED or list(following.iter("img")):
        return None
    text = None if LEAD_CLASS.search((following.get("class") or "").lower()) else _usable(following)
    if text and (_has_caption_class(following) or _is_caption_paragraph(following, text)):
        remove(following)
        return text
    return None


def _is_caption_block(block: html.HtmlElement, text: str) -> bool:
    long = block.tag == "p" and len(text) > 250
    if text.endswith("./.") or long or len(paragraphs_of(block)) > 1:
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
    inside = text_in(element, SLANTED)
    slanted = element.tag in SLANTED or (bool(inside) and same_text(inside, seen_text(element)))
    signs = _is_centred(element) + slanted
    return signs == 2 or (signs == 1 and not text.endswith("."))


def _usable(element: html.HtmlElement) -> str | None:
    text = clean_text(seen_text(element))
    return text if text and len(text) <= LONGEST_CAPTION else None


def is_gallery_heading(line: str) -> bool:
    """Whether a line only announces images that follow ("Một số hình ảnh tại hội nghị:")."""
    return bool(GALLERY.match(line)) and len(line) <= 90
