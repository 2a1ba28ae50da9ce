"""The address of a picture, wherever a page keeps it from browsers that load pictures late.

The rule is general: an attribute of an element like an image, with a value like the address of an
image. A placeholder is never the picture.
"""

import re
from collections.abc import Iterator

from lxml import etree, html

from pipelines.read.html.outline import HIDDEN_STYLE
from pipelines.read.html.page import HtmlPage, remove, seen_text

PICTURES = ("img", "amp-img")
# Where scripts that load pictures late find the address: it counts more than `src`.
LATE = ("data-src", "data-original", "data-lazy-src", "data-lazy")
LATE_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
BACKGROUNDS = ("data-bg", "data-background", "data-background-image", "data-bg-src")
# Elements of components: amp-img, a-img, lazy-image, img-lazy. Browsers take `image` for `img`.
BEGINNINGS = ("img-", "image-")
ENDINGS = ("img", "image", "-anim", "-pic", "-picture")
PAINTED = frozenset({"figure", "div", "a", "span", "p"})  # may show a picture as their background
BACKGROUND = re.compile(r"background(?:-image)?\s*:[^;]*?url\(\s*['\"]?([^'\")]+)", re.I)
LOADED_LATE = re.compile(r"lazy|lozad|unveil|blur-?up|progressive", re.I)  # in a class
FILE = re.compile(
    r"[^\s{}<>\"']+\.(?:jpe?g|jfif|png|webp|avif|gif|bmp|heic|tiff?)(?:[?#;][^\s{}<>\"']*)?", re.I
)
ROOTED = re.compile(r"(?:https?:)?/[^\s{}<>\"']+", re.I)  # perhaps of a program: /anh.ashx?id=5
NAMED = re.compile(r"src|img|image|original|lazy|photo|echo")
SMALL = re.compile(r"thumb|small|low|preview|tiny|placeholder|blur|icon")
NO_ADDRESS = frozenset({"class", "style", "alt", "title", "id", "src", "srcset", "onload"})
IN_JSON = re.compile(r"\s*[{\[].*?\"(?:src|url)\"\s*:\s*\"([^\"]+)", re.DOTALL)
IN_CSS = re.compile(r"\s*url\(\s*['\"]?([^'\")]+)")
INLINE = re.compile(r"\s*(?:data|blob|about|javascript):", re.I)
DECORATION = re.compile(
    r"(?:icon|logo|emoji|smil|counter|share|print|arrow|bullet)[\w-]*\.(?:gif|png|svg|jpe?g)", re.I
)
PLACEHOLDER = re.compile(
    r"(?:spacer|blank|pixel|1x1)[\w-]*\.(?:gif|png|svg|jpe?g)|/pagespeed_static/"
    r"|(?:^|/)(?:ajax|img|image|page|lazy|pre|bx)?[-_]?"
    r"(?:load(?:ing|er)?|lazy(?:load(?:er|ing)?)?|placeholder|placehold|transparent|trans|clear"
    r"|spinner|gr[ae]y|white|empty|dummy|dot|\d*px|\d\d?x\d\d?|no[-_]?(?:image|img|photo|picture))"
    r"(?:[-_.]?(?:\d+(?:x\d+)?|bg|gif|img|image|icon|placeholder|spinner|available|min|small))*"
    r"\.(?:gif|png|svg|webp|jpe?g)(?:[?#]|$)|/[a-z]\.gif(?:[?#]|$)",
    re.I,
)
DOT = re.compile(r"\s*[012](?:px)?\s*")


def picture_address(page: HtmlPage, picture: html.HtmlElement) -> str | None:
    """The address of a picture. None for one that the page itself holds (`data:`), for a
    placeholder, and for what only decorates the page.

    In this order: where it waits to be loaded late, its own `src`, the largest of its sizes and of
    those of its `picture`, any other attribute that holds the address of an image, the image that
    it links to.
    """
    for said in _candidates(picture):
        if INLINE.match(said) or "{" in said or PLACEHOLDER.search(said):
            continue
        if (url := page.join(said.strip())) is not None:
            return None if DECORATION.search(url) or url == page.url else url
    return None


def show_pictures(page: HtmlPage, body: html.HtmlElement) -> None:
    """Give each picture of a text an `img` element in its place, once: those for browsers without
    scripts, those of components, and those that are the background of an empty element.
    """
    for element in list(body.iter("noscript")):
        _show_without_scripts(page, element)
    for element in list(body.iter("picture")):
        if next(element.iter("img"), None) is None:
            etree.SubElement(element, "img")
    for element in list(body.iterdescendants(etree.Element)):
        tag = element.tag
        if tag != "img" and (tag.endswith(ENDINGS) or tag.startswith(BEGINNINGS)):
            _show_component(page, element)
        elif tag in PAINTED and element.attrib and (said := _background_of(element)):
            shown = html.Element("img", src=said)
            shown.tail, element.text = element.text, None
            element.insert(0, shown)
        elif tag == "img" and element.get("style") and _waits(element):
            del element.attrib["style"]  # a script shows it when it has loaded it


def _candidates(picture: html.HtmlElement) -> Iterator[str]:
    """What may be the address, the best first."""
    yield from _late(picture)
    yield from _largest(picture, LATE_SETS)
    if not _is_dot(picture) and (src := picture.get("src")):
        yield src
    yield from _largest(picture, ("srcset",))
    # libxml2 does not close `source`: what follows lies inside it.
    for around in picture.iterancestors("picture"):
        for source in around.iter("source"):
            yield from _late(source)
            yield from _largest(source, (*LATE_SETS, "srcset"))
    yield from _other_attributes(picture)
    for around in picture.iterancestors("a"):
        if FILE.fullmatch(linked := around.get("href") or ""):
            yield linked
        yield from _other_attributes(around)


def _late(element: html.HtmlElement) -> Iterator[str]:
    """What waits in the usual attributes; some scripts want JSON there, with sizes."""
    for said in filter(None, map(element.get, LATE)):
        found = IN_JSON.match(said)
        yield found[1].replace("\\/", "/") if found else said


def _is_dot(picture: html.HtmlElement) -> bool:
    """Whether an image counts readers, a pixel wide. AMP writes proportions in these attributes."""
    sizes = (picture.get("width") or "", picture.get("height") or "")
    return picture.get("layout") is None and any(DOT.fullmatch(size) for size in sizes)


def _largest(element: html.HtmlElement, names: tuple[str, ...]) -> Iterator[str]:
    """The address of the largest size in each attribute in the form of `srcset`."""
    for name in names:
        if value := element.get(name):
            best = max(_sizes(value), key=lambda size: size[1], default=None)
            if best is not None:
                yield best[0]


def _sizes(srcset: str) -> Iterator[tuple[str, float]]:
    """(address, size) of each candidate (HTML Standard, "srcset attributes"). An address may hold
    commas, but not end with one.
    """
    address, size = "", 1.0
    for word in srcset.split():
        described, comma, rest = word.partition(",")
        if not address:
            address = word.strip(",")
            comma, rest = word[-1] if word[-1] == "," else "", ""
        elif found := re.fullmatch(r"(\d+(?:\.\d+)?)[wxh]", described):
            size = max(size, float(found[1]))
        if comma:
            if address:
                yield address, size
            address, size = rest, 1.0
    if address:
        yield address, size


def _other_attributes(picture: html.HtmlElement) -> Iterator[str]:
    """Values like addresses in attributes that we do not know; those for small pictures last."""
    names = [str(name) for name in picture.attrib if name not in NO_ADDRESS]
    for name in sorted(names, key=lambda name: SMALL.search(name) is not None):
        said = (picture.get(name) or "").strip()
        if "srcset" in name:
            yield from _largest(picture, (name,))
        elif FILE.fullmatch(said) or (NAMED.search(name) and ROOTED.fullmatch(said)):
            yield said


def _background_of(element: html.HtmlElement) -> str | None:
    """The picture that is the background of an element without text; a caption may be in it."""
    style = element.get("style") or ""
    painted = BACKGROUND.search(style) if "background" in style else None
    names = (*BACKGROUNDS, *LATE)
    said = painted[1] if painted else next(filter(None, map(element.get, names)), "")
    said = found[1] if (found := IN_CSS.match(said)) else said
    if not FILE.fullmatch(said.strip()) or next(element.iter(*PICTURES), None) is not None:
        return None
    around = element.getparent()
    if around is not None and any(size.get("data-media") for size in around):
        return None  # sizes of one picture, which a script chooses from; a `noscript` shows it
    captions = "".join(seen_text(one) for one in element.iter("figcaption"))
    return said if seen_text(element) == captions else None


def _show_component(page: HtmlPage, element: html.HtmlElement) -> None:
    """Make an element like an image an `img`; text in it, a caption say, stays beside it."""
    own = picture_address(page, element)
    inside = {picture_address(page, it) for it in element.iter(*PICTURES) if it is not element}
    inside.discard(None)
    address = own or next(iter(inside), None)
    if seen_text(element) or address is None or (own is None and len(inside) > 1):
        return
    for name in list(element.attrib):
        del element.attrib[name]
    for child in list(element):
        element.remove(child)
    element.tag, element.text = "img", None
    element.set("src", address)


def _show_without_scripts(page: HtmlPage, noscript: html.HtmlElement) -> None:
    """Take the pictures out of a `noscript`, unless the one beside it is the same."""
    _parse_text(noscript)
    pictures = list(noscript.iter("img"))
    beside = _beside(noscript)
    if not pictures:
        return
    if beside is None and not any(_is_file(page, picture) for picture in pictures):
        remove(noscript)  # counters and advertisements, from programs of other hosts
        return
    if beside is not None:
        address = picture_address(page, beside)
        hidden = HIDDEN_STYLE.search(beside.get("style") or "") is not None
        same = _is_loaded_late(beside) or address == picture_address(page, pictures[0])
        if address is not None and same and not hidden:
            remove(noscript)
            return
        if hidden or address is None:
            remove(beside)
    if next(noscript.iter("figcaption"), None) is not None:
        noscript.tag = "div"
        return
    for picture in pictures:
        picture.tail = None
        noscript.addprevious(picture)
    remove(noscript)


def _parse_text(noscript: html.HtmlElement) -> None:
    """Make elements of pictures that a page writes as text, for a script to read."""
    if "<img" in (noscript.text or ""):
        for piece in html.fragments_fromstring(noscript.text):
            if not isinstance(piece, str):
                noscript.append(piece)
        noscript.text = None


def _is_file(page: HtmlPage, picture: html.HtmlElement) -> bool:
    """Whether a picture's address is that of a file, or on the portal's own host."""
    url = picture_address(page, picture)
    return url is not None and (FILE.fullmatch(url) is not None or url.startswith(page.origin))


def _beside(noscript: html.HtmlElement) -> html.HtmlElement | None:
    """The picture right before or after a `noscript`, or around it."""
    before, after, around = noscript.getprevious(), noscript.getnext(), noscript.getparent()
    if around is not None and str(around.tag).endswith(ENDINGS):
        return around
    near = []
    if before is not None and not (before.tail or "").strip():
        near.append(before)
    if after is not None and not (noscript.tail or "").strip():
        near.append(after)
    for element in near:
        if isinstance(element.tag, str) and not seen_text(element):
            pictures = list(element.iter(*PICTURES))
            if len(pictures) == 1:
                return pictures[0]
    return None


def _waits(picture: html.HtmlElement) -> bool:
    return any(picture.get(name) for name in (*LATE, *LATE_SETS))


def _is_loaded_late(picture: html.HtmlElement) -> bool:
    src = picture.get("src") or ""
    return (
        not src
        or INLINE.match(src) is not None
        or PLACEHOLDER.search(src) is not None
        or LOADED_LATE.search(picture.get("class") or "") is not None
        or _waits(picture)
    )
