"""What leaves a reader: every text can be stored, none is longer than its cap, cuts are told."""

from dataclasses import replace

from pipelines.outcomes import IssueKind
from pipelines.read.reading import AttachmentLink, Image, Link, Note, Reading
from pipelines.read.storable import fit_to_store
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


def test_a_text_is_a_line_unless_it_is_known_to_be_longer() -> None:
    long = "a" * 1_001
    fitted = fit_to_store(
        Reading("article", article=replace(article(), author=long, source=long, section=long))
    )
    assert fitted.article is not None
    assert {len(text or "") for text in (fitted.article.author, fitted.article.section)} == {1_000}
    assert "author of 1001 characters, source of 1001 characters" in fitted.notes[0].detail
