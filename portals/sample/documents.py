"""Makes attachments of the sample portals: small PDF and DOCX files with Vietnamese text.

Their bytes are the same each time.
"""

import io
import zipfile
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape as xml_escape

_LINE_LENGTH = 88  # characters a line at 11 points on A4
_LINES_A_PAGE = 48
_IDENTITY = b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"


def pdf(lines: Sequence[str]) -> bytes:
    """A PDF whose text comes out letter by letter, lines broken at blanks.

    The font is a Type0 font without an embedded program, with the identity encoding (a character's
    code is its UTF-16 code unit) and a ToUnicode CMap (ISO 32000-1, 9.7 and 9.10.3), as word
    processors write it. Viewers show a substitute font.
    """
    printed = [part for line in lines for part in _broken(line)]
    starts = range(0, max(len(printed), 1), _LINES_A_PAGE)
    pages = [printed[start : start + _LINES_A_PAGE] for start in starts]
    letters = sorted({ord(letter) for line in printed for letter in line})
    kids = " ".join(f"{7 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/TimesNewRomanPSMT/Encoding/Identity-H"
        b"/DescendantFonts[4 0 R]/ToUnicode 6 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/TimesNewRomanPSMT/CIDSystemInfo "
        + _IDENTITY
        + b"/FontDescriptor 5 0 R/DW 500>>",
        b"<</Type/FontDescriptor/FontName/TimesNewRomanPSMT/Flags 4/FontBBox[0 -200 1000 900]"
        b"/ItalicAngle 0/Ascent 891/Descent -216/CapHeight 662/StemV 80>>",
        _stream(_to_unicode(letters)),
    ]
    for number, page in enumerate(pages):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {8 + 2 * number} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>".encode()
        )
        shown = "\n".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in page)
        objects.append(_stream(f"BT /F1 11 Tf 14 TL 56 780 Td\n{shown}\nET".encode()))
    out, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", b""
    for number, content in enumerate(objects, start=1):
        offsets += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size, start = len(objects) + 1, len(out)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, offsets)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return out + table + trailer


def _broken(line: str) -> list[str]:
    parts = [""]
    for word in line.split(" "):
        if parts[-1] and len(parts[-1]) + len(word) >= _LINE_LENGTH:
            parts.append(word)
        else:
            parts[-1] = f"{parts[-1]} {word}" if parts[-1] else word
    return parts


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed)


def _to_unicode(letters: Sequence[int]) -> bytes:
    # A bfchar block may hold 100 entries.
    blocks = [letters[start : start + 100] for start in range(0, len(letters), 100)]
    mapped = "\n".join(
        f"{len(block)} beginbfchar\n"
        + "\n".join(f"<{code:04X}> <{code:04X}>" for code in block)
        + "\nendbfchar"
        for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{mapped}\nendcmap\n"
        "CMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def docx(lines: Sequence[str]) -> bytes:
    """A DOCX with one paragraph per line, stored with a fixed time.

    It has the three parts that the format demands (ECMA-376, part 2 and part 1, 11.3.10).
    """
    begin, end = '<w:p><w:r><w:t xml:space="preserve">', "</w:t></w:r></w:p>"
    paragraphs = "".join(f"{begin}{xml_escape(line)}{end}" for line in lines)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'{head}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{_PACKAGE}/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{head}<w:document xmlns:w="{_WORD}">'
        f"<w:body>{paragraphs}</w:body></w:document>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            package.writestr(entry, content.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()
