"""Find the feed or sitemap in a body: what stands around it, and the charset, do not matter.

A DTD never reaches the parser, so there is no entity to expand and no address to fetch.
"""

import html
import re
from dataclasses import dataclass

from pipelines.read.text.charset import decode_text
from pipelines.read.text.content_codings import Content, open_undeclared

MOST_ENTRIES = 50_000  # sitemaps.org: of one file
MOST_BYTES = 50 * 1024 * 1024  # sitemaps.org: of one file, uncompressed
_SNIFFED = 65_536  # a hundred warnings of PHP fill 16 KB
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"<\x00", b"\x00<")

# In front of a root: what may hold a false one (an open comment hides the rest), or a page.
_AHEAD = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?[^<>]*>|"
    rb"(?P<page><(?:!doctype\s+html|html|head|body)\b(?:.*?</html\s*>|.*))|"
    rb"<(?P<name>(?:[A-Za-z_][\w.-]*:)?(?P<root>rss|rdf|feed|channel|urlset|sitemapindex))(?=[\s>/])",
    re.DOTALL | re.IGNORECASE,
)
# A document that was escaped as text: of a web service, or pasted into a page.
_ESCAPED = re.compile(
    r"(?:\s|<[^<>]*>)*(?P<document>&lt;)(?:\?xml\s|(?:\w+:)?(?:rss|rdf|feed|urlset|sitemapindex)\b)",
    re.IGNORECASE,
)
_ENTITY = re.compile(rb"<!ENTITY\s+(?!%\s*\S+\s+PUBLIC\s+[\"']-//W3C//ENTITIES )(?:%\s*)?([^\s>]*)")


@dataclass(frozen=True, slots=True)
class XmlDocument:
    """A feed or sitemap, from the start tag of its root to the end tag, in UTF-8.

    `root`: the root's name in lower case, without prefix. `ends`: whether its end tag is there.
    `entities`: the names of entities that its DTD declares, besides those of HTML.
    """

    root: str
    content: bytes
    ends: bool
    entities: tuple[bytes, ...] = ()


def xml_document(body: bytes) -> XmlDocument | None:
    """The feed or sitemap in a body, gzipped or not; None for a body without one.

    A notice in front of the root, and anything behind its end, is left out; so are the DTD and its
    entities. Raises DecodeError for a torn or huge gzip file.
    """
    content = in_utf8(body)
    found = _root(content)
    if found is None:
        text = content.decode("utf-8", "replace")
        escaped = _ESCAPED.match(text, 0, _SNIFFED)
        if escaped is None:
            return None
        content = html.unescape(text[escaped.start("document") :]).encode()
        found = _root(content)
    if found is None:
        return None
    entities = tuple(dict.fromkeys(_ENTITY.findall(content, 0, found.start())))
    root = content[found.start() :]
    last = root.rfind(b"</" + found["name"])
    end = root.find(b">", last) if last > 0 else -1
    root = root[: end + 1] if end > 0 else root
    return XmlDocument(found["root"].decode().lower(), root, end > 0, entities)


def in_utf8(body: bytes) -> bytes:
    """A text in UTF-8, without byte order mark and leading blanks, whatever its charset was, and
    gzipped or not. Raises DecodeError for a torn or huge gzip file.
    """
    content = open_undeclared(Content(body), limit=MOST_BYTES).body
    if not content.startswith(_BOMS):
        try:
            content.decode()
            return content.removeprefix(b"\xef\xbb\xbf").lstrip()
        except UnicodeDecodeError:
            pass
    return decode_text(content, None).text.lstrip().encode("utf-8", "replace")


def root_ahead(head: bytes) -> str | None:
    """The name of the root of a feed or sitemap that begins in these bytes, or None."""
    found = _root(in_utf8(head) if head.startswith(_BOMS) else head)
    return found["root"].decode().lower() if found else None


def _root(content: bytes) -> re.Match[bytes] | None:
    """The start tag of the root, unless it is inside a page."""
    return next((found for found in _AHEAD.finditer(content[:_SNIFFED]) if found["root"]), None)
