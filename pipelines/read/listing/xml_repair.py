"""Mend XML as portals write it: slips of one character first, then entry by entry."""

import html
import re
from collections.abc import Iterator
from itertools import islice

MOST_MENDED = 100_000  # ampersands
_LONGEST_HEAD = 65_536  # of the elements in front of the first entry
_LONGEST_ENTRY = 262_144  # of a damaged one: the address stands in front of the text

# Outside CDATA: HTML entities that XML does not have, and bare ampersands.
_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)"
    rb"|&(?!(?:amp|lt|gt|quot|apos);)(?:([A-Za-z][A-Za-z0-9]{0,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});)?",
    re.DOTALL,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")  # XML 1.0, section 2.2
_ROOT_TAG = re.compile(rb"<[^\s<>/]+(?:\s[^<>]*)?>")
_PREFIX = re.compile(rb"</?([A-Za-z_][\w.-]*):[A-Za-z_]|\s([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*\s*=")
_DECLARED = re.compile(rb"\sxmlns:([\w.-]+)\s*=")
NAMESPACES = {
    b"atom": b"http://www.w3.org/2005/Atom",
    b"dc": b"http://purl.org/dc/elements/1.1/",
    b"dcterms": b"http://purl.org/dc/terms/",
    b"feedburner": b"http://rssnamespace.org/feedburner/ext/1.0",
    b"news": b"http://www.google.com/schemas/sitemap-news/0.9",
    b"rdf": b"http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}

_TAG = re.compile(
    rb"<(/?)([A-Za-z_][\w.:-]*)((?:\s[^<>]*)?)>|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL
)
_ATTRIBUTE = re.compile(rb"""\s([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)'|([^\s"'<>]+))""")
_OPEN_CDATA = re.compile(
    rb"<!\[CDATA\[(?=(?:(?!\]\]>|<!\[CDATA\[).)*+(?:<!\[CDATA\[|\Z))", re.DOTALL
)
_IN_TEXT = frozenset(b"a b big br div em font i img mark p small span strong sub sup u".split())
_KEPT = frozenset(
    b"title link guid id pubdate date published issued origlink "
    b"loc lastmod publication_date".split()
)


def mended(content: bytes, entities: tuple[bytes, ...] = ()) -> bytes:
    """The document without the slips that change no structure.

    Control characters go. Bare ampersands and entities of HTML become what they mean; `entities`,
    which the DTD declared, become nothing. Prefixes that nothing declares are declared.
    """

    def reference(match: re.Match[bytes]) -> bytes:
        return _meaning(match, entities)

    content = _CONTROL.sub(b"", content)
    if content.count(b"&") <= MOST_MENDED:
        content = _AMPERSAND.sub(reference, content)
    used = {first or second for first, second in _PREFIX.findall(content)}
    unknown = sorted(used - {b"xml", b"xmlns"} - set(_DECLARED.findall(content)))
    root = _ROOT_TAG.match(content)
    if not unknown or root is None:
        return content
    at = root.end() - (2 if root[0].endswith(b"/>") else 1)
    declared = b"".join(
        b' xmlns:%s="%s"' % (prefix, NAMESPACES.get(prefix.lower(), b"undeclared:" + prefix))
        for prefix in unknown[:100]
    )
    return content[:at] + declared + content[at:]


def entries_alone(
    content: bytes, names: tuple[str, ...], most: int
) -> Iterator[tuple[bytes, bytes]]:
    """Each entry of a damaged document as a document of its own, twice: as it stands, and with
    only the fields that could be made out. At most `most` entries.

    An entry ends where it closes, or where the next one opens.
    """
    opening = re.compile(
        rb"<((?:[A-Za-z_][\w.-]*:)?(?:" + "|".join(names).encode() + rb"))(?=[\s>])[^<>]*>", re.I
    )
    found = list(islice(opening.finditer(content), most))
    head = content[: min(found[0].start(), _LONGEST_HEAD)] if found else b""
    # What the channel declares holds for its entries too.
    declared = (match[0] for match in _ATTRIBUTE.finditer(head) if match[1].startswith(b"xml"))
    before, after = b"<root" + _attributes(b"".join(declared)) + b">", b"</root>"
    for at, start in enumerate(found):
        until = found[at + 1].start() if at + 1 < len(found) else len(content)
        closing = b"</" + start[1]
        end = content.find(closing, start.end(), until)
        inside = content[start.end() : until] if end < 0 else content[start.end() : end] + closing
        inside += b">" if end >= 0 else b""
        whole = before + start[0] + inside + after
        fields = b"".join(_fields(inside[:_LONGEST_ENTRY]))
        tag = b"<" + start[1] + _attributes(start[0])
        yield whole, before + tag + b">" + fields + closing + b">" + after


def _fields(inside: bytes) -> Iterator[bytes]:
    """The fields of a damaged entry, each well-formed. One without an end tag ends at the next tag
    that is none of its text; one that the document's end cuts is left out.
    """
    inside = _OPEN_CDATA.sub(b"", inside)
    name, tag, start = b"", b"", 0
    for match in _TAG.finditer(inside):
        if match[2] is None:
            continue
        local = match[2].lower().rpartition(b":")[2]
        if name and local not in _IN_TEXT:
            yield tag + b">" + _text(inside[start : match.start()]) + b"</" + name + b">"
            name = b""
        if match[1] or local not in _KEPT:
            continue
        tag = b"<" + match[2] + _attributes(match[0].rstrip(b"/>") + b" ")
        if match[3].endswith(b"/"):
            yield tag + b"/>"
        else:
            name, start = match[2], match.end()


def _text(inside: bytes) -> bytes:
    """The text of a field, without its tags."""
    text = inside.replace(b"<![CDATA[", b"").replace(b"]]>", b"")
    text = re.sub(rb"</?[A-Za-z][^<>]*>", b"", text)
    text = text.replace(b"<", b"&lt;").replace(b">", b"&gt;")
    return _AMPERSAND.sub(lambda match: _meaning(match, ()), text)


def _attributes(tag: bytes) -> bytes:
    """The attributes of a start tag that can be made out, each once."""
    found: dict[bytes, bytes] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag):
        value = (double or single or bare).replace(b'"', b"&quot;")
        found.setdefault(name, _AMPERSAND.sub(lambda match: _meaning(match, ()), value))
    return b"".join(b' %s="%s"' % pair for pair in found.items())


def _meaning(match: re.Match[bytes], entities: tuple[bytes, ...]) -> bytes:
    """What a reference is in XML. One to a character that XML forbids is nothing."""
    if match[0].startswith(b"<"):
        return match[0]
    if match[1] in entities:
        return b""
    reference = match[0].decode()
    characters = html.unescape(reference)
    if match[1] is None or characters == reference:
        return b"&amp;" + match[0][1:] if not reference.startswith("&#") else b""
    return b"".join(
        b"&#%d;" % ord(character)
        for character in characters
        if not _CONTROL.match(character.encode("utf-8", "replace"))
    )
