"""The files in which citations are taken away, by the ends of their addresses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from web.citations import bibtex, csl_json, ris
from web.citations.record import Citation


@dataclass(frozen=True, slots=True)
class Format:
    """`write` makes one file of several citations."""

    name: str
    media_type: str
    write: Callable[[Sequence[Citation]], str]


FORMATS = {
    "bib": Format("BibTeX", bibtex.MEDIA_TYPE, lambda all_: "\n".join(map(bibtex.bibtex, all_))),
    "ris": Format("RIS", ris.MEDIA_TYPE, lambda all_: "\r\n".join(map(ris.ris, all_))),
    "csl.json": Format("CSL-JSON", csl_json.MEDIA_TYPE, csl_json.csl_json),
}
ENDING = "|".join(one.replace(".", r"\.") for one in FORMATS)
