"""BibTeX: an entry `@online` of biblatex, which older styles treat as `@misc`.

BibTeX counts braces whether or not a backslash stands before them, so a text must hold none: they
become commands. A second pair of braces keeps capitals, and a name of several words in one piece.
"""

import re

from babel import Locale, UnknownLocaleError

from web.citations.record import Citation, PublishedOn, one_line, safe_address

MEDIA_TYPE = "application/x-bibtex"
_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{one: f"\\{one}" for one in "#$%&_"},
    }
)
# What TeX's fonts draw as one sign: two hyphens as a dash, two apostrophes as a quotation mark.
_DRAWN_AS_ONE = re.compile(r"(?<=[-'`,<>])(?=[-'`,<>])|(?<=[?!])(?=`)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def bibtex(citation: Citation) -> str:
    """A citation as one BibTeX entry, in UTF-8."""
    published, proof = citation.published, citation.proof
    fields = {
        "author": citation.author and _kept(citation.author),
        "title": _kept(citation.title),
        "organization": _kept(citation.publisher),
        **(_date(published) if published else {}),
        "langid": _language(citation.language),
        # biblatex reads an address as it stands, so TeX's own characters stay.
        "url": f"{{{safe_address(citation.url)}}}",
        "urldate": f"{{{proof.at:%Y-%m-%d}}}" if proof else None,
        "note": f"{{{escaped(citation.note)}}}",
    }
    lines = [f"  {name} = {value}" for name, value in fields.items() if value]
    return f"@online{{{citation.name},\n" + ",\n".join(lines) + "\n}\n"


def escaped(text: str) -> str:
    """A text in which TeX finds no command, and BibTeX no brace of the text's own."""
    return _DRAWN_AS_ONE.sub("{}", one_line(text).translate(_SPECIAL))


def _kept(text: str) -> str | None:
    return f"{{{{{found}}}}}" if (found := escaped(text)) else None


def _date(published: PublishedOn) -> dict[str, str]:
    doubt = "" if published.is_certain else "?"  # as EDTF and biblatex write it
    return {
        "date": f"{{{published.iso}{doubt}}}",
        "year": f"{{{published.on.year}}}",
        "month": _MONTHS[published.on.month - 1],
    }


def _language(code: str | None) -> str | None:
    """The name by which biblatex knows a language: its English one."""
    try:
        name = Locale.parse(code or "", sep="-").get_language_name("en")
    except (ValueError, UnknownLocaleError):
        return None
    return f"{{{name.lower()}}}" if name and name.isalpha() else None
