"""What leaves a reader: every text can be stored, none is longer than its cap, cuts are told."""

from dataclasses import dataclass, replace

import pytest

from pipelines.outcomes import IssueKind
from pipelines.read.reading import AttachmentLink, Image, Line, Link, Note, Reading
from pipelines.read.storable import caps_of, fit_to_store
from tests.builders.archived_answers import article, dated

URL = "https://xa.example/" + "a" * 2_000


def test_a_long_field_is_cut_and_named_and_an_address_is_left_whole() -> None:
    long = replace(
        article(title="t" * 1_001, published=dated(raw="r" * 1_002)),
        lead="l" * 20_000,
        images=(Image(URL, "c" * 1_003, 1),),
        attachments=(AttachmentLink(URL, None),) * 1_004,
    )
    fitted = fit_to_store(Reading("article", article=long))
    assert fitted.article is not None
    assert fitted.article.published is not None
    assert (len(fitted.article.title), len(fitted.article.published.raw)) == (1_000, 1_000)
    assert fitted.article.lead == long.lead
    assert fitted.article.images == (Image(URL, "c" * 1_000, 1),)
    assert len(fitted.article.attachments) == 1_000
    (note,) = fitted.notes
    assert note.kind == IssueKind.READING_CUT
    assert note.detail.endswith(
        "cut: title of 1001 characters, raw of 1002 characters, caption of 1003 characters, "
        "1004 attachments"
    )


def test_every_text_is_made_fit_for_sqlite() -> None:
    fitted = fit_to_store(
        Reading(
            "article",
            article=article(title="Xa\u0303\0", body="o\ud800k"),
            links=(Link(URL, "article", "to\u0309\0"), Link(URL, "feed")),
            notes=(Note(IssueKind.UNDATED, "n\0"),),
        )
    )
    assert fitted.article is not None
    assert (fitted.article.title, fitted.article.body) == ("Xã", "o\ufffdk")
    assert [link.title for link in fitted.links] == ["tỏ", None]
    assert fitted.notes[0].detail == "n"


def test_a_text_field_without_a_cap_is_named() -> None:
    @dataclass(frozen=True)
    class Row:
        name: Line
        place: str | None

    with pytest.raises(TypeError, match=r"Row\.place: no cap"):
        caps_of(Row)
