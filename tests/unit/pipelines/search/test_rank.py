"""Which of two texts answers a question better."""

import pytest

from pipelines.search.question import parse_question
from pipelines.search.rank import rank
from pipelines.search.wanted import wanted_of


def worth(question: str, title: str = "", body: str = "", **others: str) -> float:
    return rank(wanted_of(parse_question(question)), {"title": title, "body": body, **others})


@pytest.mark.parametrize(
    ("question", "better", "worse"),
    [
        # words that stand together, before words that stand apart
        ("dai hoi dang bo", "Đại hội Đảng bộ xã", "Kéo dài lễ hội, xứng đáng là bộ mặt"),
        ("thi thu", "Thi thử trước kỳ thi", "Kỳ thi vào mùa thu"),
        ("hoa binh", "Tỉnh Hòa Bình", "Lễ hội hoa, ông Bình nói"),
        # marks as typed, before the same letters with others
        ("thử", "Bay thử", "Mùa thu"),
        ("bản", "Về bản", "Bán hàng"),
        ("hoà", "Hòa giải", "Hoa nở"),
        ("đảng", "Đảng bộ", "Đang họp"),
        # all words, before some
        ("giao thong nong thon", "Giao thông nông thôn", "Nông thôn"),
        # a title that says little else
        ("cấp nước", "Cấp nước", "Ngừng cấp nước và cấp điện, sửa đường, dọn kênh"),
        ("ngày bầu cử, cử tri", "Ngày bầu cử, cử tri", "Ngày bầu cử, cử tri 23/5"),
        ('"cấp nước" xã', "Xã ngừng cấp nước", "Cấp xã thiếu nước"),
        ("kĩ thuật", "Kỹ thuật", "Kí thuật"),
        ("co2", "Giảm CO₂", "Giảm khí"),
        ("covid19", "Covid-19", "Covid 20, lớp 19"),
        ("nộp thuế 2025", "Nộp thuế 2025", "Năm 2025 nộp thuế"),
        ("21km", "Đường 21 km", "Km 5, nhà 21"),
    ],
)
def test_the_better_title(question: str, better: str, worse: str) -> None:
    assert worth(question, better) > worth(question, worse)


@pytest.mark.parametrize("question", ["mưa đá", "mua da", '"mua da"', "mưa OR đá"])
def test_a_title_outweighs_a_lead_a_caption_and_a_body(question: str) -> None:
    text = "Mưa đá ở ba bản"
    ranks = [
        worth(question, title=text),
        worth(question, lead=text),
        worth(question, captions=text),
        worth(question, body=text),
        worth(question, attachments=text),
    ]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == 5


def test_marks_as_typed_outweigh_every_field() -> None:
    everywhere = "Mùa thu, thu"
    assert worth("thử", attachments="Bay thử") > worth(
        "thử", everywhere, everywhere, lead=everywhere, captions=everywhere, attachments=everywhere
    )


def test_one_wrong_mark_does_not_lead_away_from_words_that_stand_together() -> None:
    assert worth("đại hôi đảng bộ", body="Đại hội Đảng bộ xã") > worth(
        "đại hôi đảng bộ", body="Bộ phận; đảng viên; mùi hôi; hồ đại lải"
    )


def test_a_sentence_leads_to_the_article_that_has_it_whole() -> None:
    sentence = "xã bố trí {} bàn tiêm cho người già và trẻ em"
    other = sentence.format(7)
    assert worth(sentence.format(12), body=sentence.format(12)) > worth(
        sentence.format(12), lead=other, body=f"{other}. {other}. Có 12 người."
    )


def test_more_hits_are_better_in_the_same_field() -> None:
    assert worth("lúa", body="Lúa tốt, lúa tươi, lúa đẹp.") > worth("lúa", body="Lúa tốt.")


def test_a_field_counts_only_where_it_was_asked_for() -> None:
    assert worth("title:lúa", title="Lúa") > 0
    assert worth("title:lúa", body="Lúa") == 0
    assert worth("lúa OR ngô", body="Ngô") > 0
    assert worth("", "Lúa") == worth("-lúa", "Lúa") == worth("lúa", "Ngô") == 0
