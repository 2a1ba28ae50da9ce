"""A text with its structure as the face shows it, with the pictures in their places."""

import asyncio
import re
from collections.abc import Callable, Sequence
from html import unescape
from typing import Any

from markupsafe import Markup, escape

from pipelines.read.html.markup import html_of
from pipelines.read.html.paragraphs import parsed
from web.archive import Row
from web.languages import gettext as _

LINK = re.compile(r'<a (?=href=")')
PICTURE = re.compile(r'<img src="([^"]*)" alt="([^"]*)">')  # see pipelines/read/html/markup.py
PICTURES_ALONE = re.compile(r"<p>((?:<img [^>]*>)+)</p>")
FIGURE = Markup("<figure>{}{}</figure>")
CAPTION = Markup("<figcaption>{}</figcaption>")
KEPT = Markup('<img src="{}" alt="{}" loading="lazy" decoding="async">')
PROVEN = Markup('<a href="{}" aria-label="{}">{}</a>')
ELSEWHERE = Markup('<a rel="noopener nofollow" href="{}">▣ {}</a>')

LONG = 50_000  # characters of markup that would keep other readers waiting

Path = Callable[[str], str]


async def text_and_pictures(
    body: str, body_html: str | None, pictures: Sequence[Row], path: Path
) -> dict[str, Any]:
    """A text for a template: `text` with its structure, or None and its `paragraphs`, and the
    `pictures` that have no place in it.
    """
    text, left = None, list(pictures)
    if body_html is not None and len(body_html) > LONG:
        text, left = await asyncio.to_thread(shown_text, body_html, pictures, path)
    elif body_html:
        text, left = shown_text(body_html, pictures, path)
    return {
        "text": text,
        "paragraphs": [one for one in body.split("\n\n") if one.strip()],
        "pictures": [figure_of(one, path) for one in left],
    }


def shown_text(body_html: str, pictures: Sequence[Row], path: Path) -> tuple[Markup, list[Row]]:
    """A text written anew, so that nothing else can come through, and the pictures that have no
    place in it.

    `pictures`: rows of `images`. A kept picture is shown, another is a link in its place: a page of
    the archive asks no portal for anything. `path` makes an address of one of our paths.
    """
    waiting = {one["url"]: one for one in reversed(pictures)}
    placed: set[str] = set()

    def figures(found: re.Match[str]) -> str:
        return "".join(str(figure(*one)) for one in PICTURE.findall(found[1]))

    def figure(address: str, alt: str) -> Markup:
        url = unescape(address)
        row = waiting.get(url)
        caption = row["caption"] if row is not None and url not in placed else None
        placed.add(url)
        return _figure(one_picture(url, unescape(alt), row, path), row, caption, path)

    def in_line(found: re.Match[str]) -> str:
        url = unescape(found[1])
        row = waiting.get(url)
        if row is None or not row["caption"]:  # a caption keeps its own place
            placed.add(url)
        return str(one_picture(url, unescape(found[2]), row, path))

    text = html_of(parsed(body_html))
    text = LINK.sub('<a rel="noopener nofollow" ', text)
    text = PICTURE.sub(in_line, PICTURES_ALONE.sub(figures, text))
    return Markup(text), [one for one in pictures if one["url"] not in placed]


def figure_of(picture: Row, path: Path) -> Markup:
    """A picture that has no place in the text, with its caption."""
    shown = one_picture(picture["url"], "", picture, path)
    return _figure(shown, picture, picture["caption"], path)


def _figure(shown: Markup, row: Row | None, caption: str | None, path: Path) -> Markup:
    """A picture with its caption. A kept one leads to its capture, and says so if the portal has
    sent others under its address.
    """
    if row is None or row["capture"] is None:
        return FIGURE.format(shown, CAPTION.format(caption) if caption else "")
    told = [escape(caption)] if caption else []
    if row["others"]:
        told.append(escape(_("The portal has shown other pictures at this address too.")))
    label = _("The evidence of this picture")
    shown = PROVEN.format(path(f"/capture/{row['capture']}"), label, shown)
    return FIGURE.format(shown, CAPTION.format(Markup("<br>").join(told)) if told else "")


def one_picture(url: str, alt: str, row: Row | None, path: Path) -> Markup:
    """A kept picture, or a link to it on its portal."""
    if row is not None and row["capture"] is not None:
        return KEPT.format(path(f"/image/{row['id']}"), alt)
    if not url.lower().startswith(("http://", "https://")):
        return escape(url)
    return ELSEWHERE.format(url, alt or _("Picture on the portal"))
