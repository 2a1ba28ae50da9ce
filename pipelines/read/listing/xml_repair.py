"""Read the entries of a document that is not quite XML: its slips mended, and each for itself."""

import html
import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from pipelines.read.listing.xml_document import MOST_ENTRIES

MOST_MENDED = 500_000  # slips and references
# Elements of HTML that are part of a text.
INLINE = frozenset(("a", "b", "big", "br", "div", "em", "font", "i", "img", "mark", "p", "small"))
INLINE |= frozenset(("span", "strong", "sub", "sup", "u"))
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, section 2.2
# Comments and CDATA sections (one in which another begins has no end), signs that open nothing,
# and references that XML does not know.
_SLIP = re.compile(
    r"<!--(?:(?:(?!<!--).)*?-->)?|<!\[CDATA\[(?:(?P<plain>(?:(?!<!\[CDATA\[).)*?)\]\]>)?|<(?![A-Za-z_/])"
    r"|&(?!(?:amp|lt|gt|quot|apos);)(?:(?P<name>\w{1,32}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});)?",
    re.DOTALL | re.ASCII,
)
# What the elements around the entries declare for them.
_DECLARED = re.compile(r"""\s(xmlns(?::[\w.-]+)?|xml:base)\s*=\s*("[^"<]*"|'[^'<]*')""", re.ASCII)


def entries_apart(content: str, names: tuple[str, ...]) -> Iterator[tuple[etree._Element, bool]]:
    """Each entry with one of these local names, and whether it is damaged; at most MOST_ENTRIES.

    An entry ends where it closes, or where the next one opens. A damaged one has all elements in it
    as children, because one that lacks its end holds those behind it.
    """
    name = rf"(?:[A-Za-z_][\w.-]*:)?(?:{'|'.join(names)})"
    starts = list(islice(re.finditer(rf"<({name})(?=[\s>])", content, re.I | re.A), MOST_ENTRIES))
    ahead = content[: starts[0].start()] if starts else ""
    around = "".join(f" {key}={value}" for key, value in dict(_DECLARED.findall(ahead)).items())
    ends = [*(start.start() for start in starts[1:]), len(content)]
    for start, end in zip(starts, ends, strict=False):
        closing = content.find(f"</{start[1]}", start.end(), end)
        end = end if closing < 0 else closing + len(start[0]) + 2
        parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
        root = etree.fromstring(f"<x{around}>{content[start.start() : end]}</x>", parser)
        damaged = is_damaged(parser.error_log)
        for entry in list(root)[:1]:
            if damaged:
                inside = [one for one in root.iterdescendants() if one is not entry]
                entry.extend(one for one in inside if one.tag not in INLINE)
            yield entry, damaged


def is_damaged(log: etree._ListErrorLog) -> bool:
    """Whether a parser complained of more than prefixes that nothing declares."""
    return any(not error.type_name.startswith("NS_") for error in log)


def mended(content: str, entities: frozenset[str]) -> str:
    """The document without comments, CDATA sections and slips that change no structure.

    Control characters go. Bare ampersands and HTML's entities become what they mean; `entities`,
    which the DTD declared, become nothing.
    """

    def meaning(slip: re.Match[str]) -> str:
        sign, name = slip[0], slip["name"]
        if slip["plain"] is not None:
            return html.escape(slip["plain"], quote=False)
        if sign in ("<!--", "<![CDATA["):
            return "& "  # the parser leaves it out, and tells that it is none of XML
        if sign[0] == "<":
            return "&lt;" if sign == "<" else ""
        if name in entities:
            return ""
        characters = html.unescape(sign)
        if name is None or characters == sign:
            return f"&amp;{sign[1:]}"
        return "".join(f"&#{ord(character)};" for character in characters)

    return _SLIP.sub(meaning, _CONTROL.sub("", content), count=MOST_MENDED)
