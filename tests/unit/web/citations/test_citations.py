"""Citations say the same in all formats, and no text of a portal leaves its field.

BibTeX and RIS are read back by libraries that others wrote.
"""

import json
from contextvars import copy_context
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import bibtexparser.entrypoint as bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from lxml import html
from pylatexenc.latex2text import (
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)

from tests.builders.hostile_texts import FOR_BROWSERS
from web.citations.formats import FORMATS
from web.citations.plain import plain
from web.citations.record import Citation, Proof, PublishedOn, one_line, safe_address
from web.citations.schema_org import in_a_script, news_article
from web.languages import Language, speak

CITED = Citation(
    key="aiewtlvjrtyutm4w",
    title="UBND xã Suối Mơ họp bàn 3 việc",
    author="Lê Văn Hòa and Ban Biên tập",
    publisher="Cổng thông tin xã Suối Mơ",
    published=PublishedOn(date(2024, 3, 4), "day", True),
    language="vi",
    url="https://suoimo.example/tin?id=1_a%20b&c=2#d",
    path="/a/aiewtlvjrtyutm4w/captured/20260102T030405Z-01234567",
    permalink="https://loa.example/a/aiewtlvjrtyutm4w/captured/20260102T030405Z-01234567",
    proof=Proof(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "ab" * 32),
)
# What would end a field, a record or a text somewhere, if it were not escaped.
ODD = [
    *("{", "}", "}}", "a}, note = {x", "a\\", "\\}", '"', "@article{x,", "%", "a % b", "$x$"),
    *("\\textbraceleft{}", "a~b^c_d#e&f", "-- --- ``a''", "?` !` <<a>>", "\x1cER  - ", "\ud800x"),
    *("a\nTY  - JOUR\nER  - ", "x\u2028TY  - X", "x\x85ER  - ", "ER  - ", "</script><!--<script>"),
    *("x\r\n}\n@book{y,", "ﬁ ß Ł", "\u0300 nằm đầu dòng"),
]
HOSTILE = [*ODD, *FOR_BROWSERS]

# The reader's table lacks three commands of LaTeX.
TEX = get_default_latex_context_db()
TEX.add_context_category(
    "of LaTeX",
    prepend=True,
    macros=[
        MacroTextSpec("textbraceleft", "{"),
        MacroTextSpec("textbraceright", "}"),
        MacroTextSpec("textasciicircum", "^"),
    ],
)
DECODED = [LatexDecodingMiddleware(decoder=LatexNodes2Text(latex_context=TEX))]
# Of the schema of CSL-JSON: the fields that an item may have, of those that are texts.
CSL_TEXTS = frozenset(
    ["id", "type", "title", "container-title", "publisher", "language", "URL", "archive"]
) | {"archive_location", "note"}


def all_hostile(text: str) -> Citation:
    address = f"https://suoimo.example/?a={text}"
    return replace(CITED, title=text, author=text, publisher=text, url=address)


def bibtex_fields(text: str) -> dict[str, str]:
    """The fields of the one entry of a file, as TeX would print them."""
    as_written = bibtexparser.parse_string(text)
    printed = bibtexparser.parse_string(text, append_middleware=DECODED)
    assert as_written.failed_blocks == []
    (entry,), (decoded,) = as_written.entries, printed.entries
    assert entry.entry_type == "online"
    fields = {name: str(field.value) for name, field in decoded.fields_dict.items()}
    return {**fields, "url": str(entry.fields_dict["url"].value), "key": entry.key}


def ris_fields(text: str) -> dict[str, Any]:
    (record,) = rispy.loads(text)
    return dict(record)


def csl_fields(text: str) -> dict[str, Any]:
    """The one item of a list, as the schema allows it."""
    (item,) = json.loads(text)
    assert {"id", "type"} <= item.keys()
    for name, value in item.items():
        if name == "author":
            assert [one.keys() for one in value] == [{"literal"}]
        elif name in ("issued", "accessed"):
            assert value.keys() <= {"date-parts", "circa"}
            (parts,) = value["date-parts"]
            assert 1 <= len(parts) <= 3
            assert all(type(part) is int for part in parts)
        else:
            assert name in CSL_TEXTS
            assert isinstance(value, str)
    return dict(item)


def test_each_reader_gets_what_was_written_and_nothing_more() -> None:
    for citation in (CITED, *map(all_hostile, HOSTILE)):
        check_all_formats(citation)


def check_all_formats(citation: Citation) -> None:
    title, author, publisher = map(
        one_line, (citation.title, citation.author or "", citation.publisher)
    )
    bib = bibtex_fields(FORMATS["bib"].write([citation]))
    assert (bib["title"], bib["author"], bib["organization"]) == (title, author, publisher)
    assert (bib["url"], bib["date"]) == (safe_address(citation.url), "2024-03-04")
    assert (bib["key"], bib["note"]) == (citation.name, citation.note)
    ris = ris_fields(FORMATS["ris"].write([citation]))
    assert (ris["title"], ris["authors"], ris["publisher"]) == (title, [author], publisher)
    assert (ris["urls"], ris["date"]) == ([safe_address(citation.url, ";")], "2024/03/04/")
    assert (ris["id"], ris["notes"]) == (citation.name, [citation.note])
    csl = csl_fields(FORMATS["csl.json"].write([citation]))
    assert (csl["title"], csl["author"]) == (title, [{"literal": author}])
    assert (csl["publisher"], csl["URL"]) == (publisher, safe_address(citation.url))
    assert csl["issued"] == {"date-parts": [[2024, 3, 4]]}
    assert (csl["id"], csl["note"]) == (citation.name, citation.note)
    for said in (title, author, publisher):
        assert said in plain(citation)


def test_a_file_of_several_citations_has_them_all() -> None:
    citations = [replace(all_hostile(text), key=f"k{n}") for n, text in enumerate(HOSTILE)]
    names = [one.name for one in citations]
    bib = bibtexparser.parse_string(FORMATS["bib"].write(citations))
    assert [one.key for one in bib.entries] == names
    assert [one["id"] for one in rispy.loads(FORMATS["ris"].write(citations))] == names
    assert [one["id"] for one in json.loads(FORMATS["csl.json"].write(citations))] == names


@pytest.mark.parametrize(
    ("published", "bib", "ris", "csl", "said"),
    [
        (None, {}, None, None, {"vi": "Mơ, không rõ ngày. http", "en": "Mơ, n.d. http"}),
        (
            PublishedOn(date(2024, 3, 1), "month", True),
            {"date": "2024-03", "year": "2024", "month": "mar"},
            "2024/03//",
            {"date-parts": [[2024, 3]]},
            {"vi": "Mơ, 03/2024.", "en": "Mơ, Mar 2024."},
        ),
        (
            PublishedOn(date(2024, 3, 4), "day", False),
            {"date": "2024-03-04?", "year": "2024", "month": "mar"},
            "2024/03/04/",
            {"date-parts": [[2024, 3, 4]], "circa": True},
            {"vi": "04/03/2024 (ngày chưa chắc chắn)", "en": "4 Mar 2024 (date not certain)"},
        ),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(
    published: PublishedOn | None,
    bib: dict[str, str],
    ris: str | None,
    csl: dict[str, Any] | None,
    said: dict[Any, str],
) -> None:
    citation = replace(CITED, published=published)
    fields = bibtex_fields(FORMATS["bib"].write([citation]))
    assert {name: fields[name] for name in ("date", "year", "month") if name in fields} == bib
    record = ris_fields(FORMATS["ris"].write([citation]))
    assert record.get("date") == ris
    assert record.get("year") == (f"{published.on.year}" if published else None)
    assert csl_fields(FORMATS["csl.json"].write([citation])).get("issued") == csl
    for language, words in said.items():
        assert words in copy_context().run(plain_in, language, citation)


def plain_in(language: Language, citation: Citation) -> str:
    speak(language)
    return plain(citation)


def test_nothing_is_made_up_where_nothing_is_known() -> None:
    citation = replace(CITED, author=None, published=None, language=None, proof=None)
    assert bibtex_fields(FORMATS["bib"].write([citation])).keys() == {
        *("key", "title", "organization", "url", "note")
    }
    assert csl_fields(FORMATS["csl.json"].write([citation])).keys() == {
        *("id", "type", "title", "container-title", "publisher", "URL", "archive"),
        *("archive_location", "note"),
    }
    assert (
        not {"authors", "date", "year", "language", "access_date"}
        & ris_fields(FORMATS["ris"].write([citation])).keys()
    )


def test_json_in_a_page_stays_in_its_element() -> None:
    for text in HOSTILE:
        row = {"lead": text, "section": text, "published_at": None, "updated_at": text}
        told = news_article(all_hostile(text), "https://loa.example/a/k", row)
        written = in_a_script(told)
        page: Any = html.document_fromstring(
            f'<head><script type="application/ld+json">{written}</script></head><body>x</body>'
        )
        (script,) = page.xpath("//script")
        assert json.loads(script.text) == told
        assert page.xpath("string(//body)") == "x"
        assert not set("<>&\u2028\u2029") & set(written)


def test_machines_are_told_no_day_that_the_portal_does_not_state() -> None:
    row = {"lead": None, "section": None, "published_at": None, "updated_at": None}
    stated = news_article(CITED, "https://loa.example/a/k", row)
    assert stated["datePublished"] == "2024-03-04"
    guessed = replace(CITED, published=PublishedOn(date(2024, 3, 4), "day", False))
    assert "datePublished" not in news_article(guessed, "https://loa.example/a/k", row)
    month = replace(CITED, published=PublishedOn(date(2024, 3, 1), "month", True))
    assert news_article(month, "https://loa.example/a/k", row)["datePublished"] == "2024-03"
