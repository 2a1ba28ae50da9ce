"""Excerpts show the place that answers the question."""

from pipelines.search.excerpt import Excerpt, excerpt, marked
from pipelines.search.question import parse_question
from pipelines.search.wanted import wanted_of


def shown(question: str, **texts: str | None) -> tuple[str, str]:
    """The field of an excerpt, and its text with [hits]."""
    found = excerpt(wanted_of(parse_question(question)), texts)
    assert isinstance(found, Excerpt)
    return found.field, "".join(
        f"[{piece.text}]" if piece.is_hit else piece.text for piece in found.pieces
    )


def test_the_field_with_most_of_the_words_is_shown() -> None:
    texts = {"lead": "Sáng nay.", "body": "Mưa to.", "captions": "Cầu treo sau trận mưa"}
    assert shown("cau mua", **texts) == ("captions", "[Cầu] treo sau trận [mưa]")
    assert shown("mua", **texts) == ("body", "[Mưa] to.")
    assert shown("author:lan", author="Mai Lan", lead="Lan man") == ("author", "Mai [Lan]")


def test_where_nothing_was_asked_for_the_beginning_is_shown() -> None:
    assert shown("site:xa", lead="Sáng nay,\nxã họp.") == ("lead", "Sáng nay, xã họp.")
    assert excerpt(wanted_of(parse_question("x")), {"lead": None, "body": ""}) is None


def test_a_long_text_is_cut_around_the_words_that_stand_together() -> None:
    filler = "một hai ba bốn năm sáu bảy tám chín mười " * 10
    field, text = shown("nha may", body=f"nhà {filler} nhà máy {filler} may {filler}")
    assert field == "body"
    assert text.startswith("…")
    assert text.endswith("…")
    assert "[nhà máy]" in text
    assert text.count("[") == 1


def test_words_as_typed_hide_others() -> None:
    assert shown("thử", body="Mùa thu, bay thử.") == ("body", "Mùa thu, bay [thử].")
    assert shown("hoà", body="Hòa giải, hoa.") == ("body", "[Hòa] giải, hoa.")


def test_what_is_written_in_another_way_is_marked() -> None:
    assert shown("covid19", body="Phòng Covid-19 ở lớp.") == ("body", "Phòng [Covid]-[19] ở lớp.")
    assert shown("7h30", body="Từ 7 giờ 30 phút.") == ("body", "Từ [7 giờ 30] phút.")


def test_a_title_is_marked_whole() -> None:
    pieces = marked(wanted_of(parse_question("xa moi")), "title", "Xã  mới: xã mới")
    assert [(piece.text, piece.is_hit) for piece in pieces] == [
        ("Xã mới", True),
        (": ", False),
        ("xã mới", True),
    ]
