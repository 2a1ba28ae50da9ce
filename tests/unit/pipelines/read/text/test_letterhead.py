"""The head and the foot of documents that were pasted into articles."""

import pytest

from pipelines.read.text.letterhead import is_letterhead, is_office


@pytest.mark.parametrize(
    "text",
    [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN XÃ LŨNG PÙ CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập – Tự do – Hạnh phúc",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "ĐẢNG BỘ HUYỆN BẢN KHOANG",
        "KẾ HOẠCH TUYỂN QUÂN NĂM 2019",
    ],
)
def test_name_of_the_state_motto_and_lines_in_capitals_head_a_document(text: str) -> None:
    assert is_letterhead(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sáng 7/6, UBND huyện khánh thành trạm bơm Đồng Nẻ.",
        "Đảng Cộng sản Việt Nam mừng sinh nhật lần thứ 95.",
        "Độc lập là khát vọng của mọi dân tộc.",
        "",
    ],
)
def test_a_sentence_is_no_letterhead(text: str) -> None:
    assert not is_letterhead(text)


@pytest.mark.parametrize(
    "text",
    [
        "CHỦ TỊCH",
        "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
        "TM. BAN THƯỜNG VỤ",
        "PHÓ BÍ THƯ",
        "TRƯỞNG BAN TỔ CHỨC",
        "(Đã ký)",
        "Đã ký",
        "TL.CHỦ TỊCH",
    ],
)
def test_a_document_is_signed_under_an_office_in_capitals(text: str) -> None:
    assert is_office(text)


@pytest.mark.parametrize(
    "text", ["Chủ tịch", "Phó Chủ tịch UBND xã dự lễ.", "XÃ LŨNG PÙ", "Ký kết giao ước thi đua", ""]
)
def test_an_office_in_a_sentence_signs_nothing(text: str) -> None:
    assert not is_office(text)
