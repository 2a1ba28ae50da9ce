"""The day of the event, in sentences invented in the manner of the portals.

8 July 2020 was a Wednesday.
"""

import json
import unicodedata
from datetime import date
from time import process_time

import pytest

from pipelines.read.dates.event_day import event_date
from tests import SHARED

PUBLISHED = date(2020, 7, 10)  # a Friday
SEEDS = SHARED / "seeds"


def event(lead: str, published: date | None = PUBLISHED) -> str | None:
    found = event_date(lead, None, published_on=published)
    return found.isoformat() if found else None


EVENTS = {
    # the day with its year
    "Sáng ngày 8/7/2020 Đảng bộ xã Mẫu tổ chức hội nghị.": "2020-07-08",
    "Sáng ngày 08/7/2020, UBND xã Mẫu họp giao ban.": "2020-07-08",
    "Ngày 8/7/2020. Đảng ủy xã Mẫu đã họp.": "2020-07-08",
    "Chiều ngày 26 tháng 6 năm 2020, Hội Nông dân xã ra mắt câu lạc bộ.": "2020-06-26",
    "Ngày 08 tháng 07 năm 2020, đoàn công tác về thăm.": "2020-07-08",
    "Vào ngày 8-7-2020, đoàn công tác về thăm.": "2020-07-08",
    "Trong ngày 08.07.2020, toàn xã ra quân.": "2020-07-08",
    "Tối 8/7 năm 2020, đêm văn nghệ khép lại.": "2020-07-08",
    "8/7/2020, xã Mẫu ra quân dọn vệ sinh.": "2020-07-08",
    "Ngày 8/7/ 2020, xã Mẫu ra quân.": "2020-07-08",
    "Lúc 8h30 ngày 8/7/2020, lễ khánh thành cầu bắt đầu.": "2020-07-08",
    "Thời gian: từ 7 giờ 30 phút đến 11 giờ 30 phút, ngày 8/7/2020.": "2020-07-08",
    "Hội thi diễn ra ngày 8/7/2020 tại nhà văn hóa.": "2020-07-08",
    "Thứ tư, ngày 8/7/2020, trường Mẫu khai giảng.": "2020-07-08",
    "SÁNG NGÀY 8/7/2020, XÃ MẪU HỌP": "2020-07-08",
    "Sáng\u00a0ngày\u00a08/7/2020, xã Mẫu họp": "2020-07-08",
    "Ngày 8/7/20, xã Mẫu họp": "2020-07-08",
    # without its year
    "Sáng 8/7, xã Mẫu phát động phong trào.": "2020-07-08",
    "Chiều 8-7, xã Mẫu phát động phong trào.": "2020-07-08",
    "Sáng 8.7 đoàn viên ra quân.": "2020-07-08",
    "Ngày 8/7, đoàn viên ra quân.": "2020-07-08",
    "Ngày 8 tháng 7, đoàn viên ra quân.": "2020-07-08",
    "Sáng thứ Tư (8/7), xã Mẫu họp.": "2020-07-08",
    "Rạng sáng 8/7, một cơn lốc quét qua xã.": "2020-07-08",
    "Đêm 30/6, mưa lớn làm sạt đường.": "2020-06-30",
    # by the day of publication
    "Sáng nay, xã Mẫu tổ chức đối thoại.": "2020-07-10",
    "Hôm nay 10/7, xã Mẫu tổ chức đối thoại.": "2020-07-10",
    "Hôm nay, xã Mẫu tổ chức đối thoại.": "2020-07-10",
    "Hôm qua, xã Mẫu tổ chức đối thoại.": "2020-07-09",
    "Tối qua, đêm hội trăng rằm khép lại.": "2020-07-09",
    "Ngày hôm qua, xã Mẫu tổ chức đối thoại.": "2020-07-09",
    "Sáng nay (30/6), xã Mẫu tổ chức đối thoại.": "2020-06-30",
    "Chiều nay, ngày 9/7/2020, đoàn giám sát làm việc.": "2020-07-09",
    "Sáng mai 11/7, chợ phiên mở lại.": None,  # a bare day and month
    # several days: the first
    "Từ ngày 26 - 28/6/2020, xã Mẫu mở hội.": "2020-06-26",
    "Từ ngày 26 đến ngày 28/6/2020, xã Mẫu mở hội.": "2020-06-26",
    "Từ ngày 29/6 đến 01/7/2020, lớp tập huấn diễn ra.": "2020-06-29",
    "Trong hai ngày 7 và 8/7, lớp tập huấn diễn ra.": "2020-07-07",
    "Trong các ngày 6, 7 và 8/7/2020, cử tri gặp đại biểu.": "2020-07-06",
    "Từ 6-8/7, giải bóng chuyền tranh cúp.": "2020-07-06",
    "Sáng 8/7 và chiều 9/7, cử tri gặp đại biểu.": "2020-07-08",
    # another day stands before the event's
    (
        "Thực hiện Kế hoạch số 45/KH-UBND ngày 1/6/2020 của UBND huyện, sáng ngày 8/7/2020, xã "
        "Mẫu ra quân."
    ): "2020-07-08",
    (
        "Thực hiện Chỉ thị 05-CT/TW ngày 15/5/2020, ngày 8/7/2020 chi bộ sinh hoạt chuyên đề."
    ): "2020-07-08",
    "Thực hiện kế hoạch công tác năm, ngày 8/7/2020 đoàn thanh tra về xã.": "2020-07-08",
    (
        "Nhân kỷ niệm 73 năm Ngày Thương binh - Liệt sĩ (27/7/1947 - 27/7/2020), sáng ngày "
        "8/7/2020, đoàn đã viếng nghĩa trang."
    ): "2020-07-08",
    "Chào mừng ngày 20/6, sáng 8/7 xã Mẫu khánh thành nhà văn hóa.": "2020-07-08",
    "Sinh ngày 5/7/2020, em bé được đặt tên sáng 8/7.": "2020-07-08",
    "Ngày 3/2/1995 xã được lập; ngày 8/7/2020 xã đón chuẩn.": "2020-07-08",
    "Ngày 31/6/2020 ghi nhầm, sáng 8/7 họp lại.": "2020-07-08",
    "Đại hội lần thứ 5, ngày 8/7/2020, đã thành công.": "2020-07-08",
}


@pytest.mark.parametrize(("lead", "expected"), EVENTS.items())
def test_the_lead_names_the_day_of_its_event(lead: str, expected: str | None) -> None:
    assert event(lead) == expected


@pytest.mark.parametrize(
    "lead",
    [
        "Đến ngày 11/6/2020, 54/54 chi bộ đã xong đại hội.",
        "Tính đến ngày 8/7/2020, toàn xã có 12 hộ nghèo.",
        "Tính đến 18h ngày 8/7/2020, không có ca mắc mới.",
        "Tính đến hết ngày 8/7/2020, thu ngân sách đạt 53,6%.",
        "Đến chiều 8/7, điện đã có lại.",
        "Từ ngày 1/7/2020 đến nay, xã có ba mô hình mới.",
        "Kể từ ngày 1/7/2020, phí được giảm.",
        "Quy định có hiệu lực từ ngày 1/7/2020.",
        "Hồ sơ nộp trước ngày 8/7/2020.",
        "Nghị quyết số 12-NQ/HU ngày 8/7/2020 của Huyện ủy.",
        "Quyết định của UBND huyện ngày 8/7/2020 về việc giao đất.",
        "Nhiệm kỳ 2020 - 2025 mở ra nhiều việc mới.",
        "Giai đoạn 2016 - 2020, 22/24 tiêu chí đã đạt.",
        "Xã đạt 7/8 chỉ tiêu, tổ trực 24/7.",
        "Kỷ niệm ngày 27/6, xã tặng quà.",
        "Chào mừng 90 năm ngày 3/7, xã ra quân.",
        "Mừng Quốc khánh 2/7, cờ đỏ khắp đường làng.",
        "Ngày 8/7 hằng năm là hội làng.",
        "Ngày 8/7 âm lịch, làng mở hội.",
        "UBND xã thông báo họp dân vào ngày 29/9/2020.",
        "Sáng 12/7/2020 sẽ khai mạc hội thao.",
        "Ngày 5/5/2020 xã đã họp.",
        "Sáng thứ Năm (8/7), xã Mẫu họp.",
        "Thứ hai, ngày 8/7/2020, xã Mẫu họp.",
        "Hiện nay, xã có ba trường học. Những năm qua, đường đã rộng.",
        "Thu ngân sách đạt 1.605.680 đồng, tăng 3.7% so với ngày trước.",
        "Trong 6 tháng đầu năm 2020, kinh tế tăng trưởng.",
        "",
    ],
)
def test_what_is_no_event_gives_none(lead: str) -> None:
    assert event(lead) is None


def test_the_first_paragraph_speaks_where_the_lead_names_no_day() -> None:
    assert event_date(
        "Nhiệm kỳ 2020 - 2025 đã khởi đầu.", "Sáng 8/7, đại hội khai mạc.", published_on=PUBLISHED
    ) == date(2020, 7, 8)
    assert event_date(None, "Sáng 8/7, đại hội khai mạc.", published_on=PUBLISHED) == date(
        2020, 7, 8
    )
    assert event_date(
        "Sáng 7/7, đoàn về xã.", "Sáng 8/7, đại hội khai mạc.", published_on=PUBLISHED
    ) == date(2020, 7, 7)
    assert event_date(None, None, published_on=PUBLISHED) is None


def test_an_announcement_in_the_lead_is_not_replaced_by_an_older_day_in_the_text() -> None:
    assert (
        event_date(
            "Hội nghị sẽ mở ngày 29/9/2020.",
            "Ngày 8/7/2020, ban tổ chức đã họp.",
            published_on=PUBLISHED,
        )
        is None
    )


def test_a_day_without_its_year_is_the_last_such_day_at_publication() -> None:
    assert event("Ngày 30/12, xã Mẫu tổng kết năm.", date(2021, 1, 4)) == "2020-12-30"
    # Printed the evening before.
    assert event("Sáng 1/1, hội xuân bắt đầu.", date(2020, 12, 31)) == "2021-01-01"
    assert event("Từ ngày 30/12 - 02/01/2021, hội xuân diễn ra.", date(2021, 1, 4)) == "2020-12-30"
    assert event("Ngày 29/9, xã Mẫu họp.", date(2020, 7, 10)) is None  # the last one was in 2019


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (date(2020, 7, 7), "2020-07-08"),
        (date(2020, 7, 6), None),
        (date(2020, 9, 6), "2020-07-08"),
        (date(2020, 9, 7), None),
    ],
)
def test_an_event_is_at_most_60_days_before_and_one_day_after_publication(
    published: date, expected: str | None
) -> None:
    assert event("Sáng ngày 8/7/2020, xã Mẫu họp.", published) == expected


def test_without_a_day_of_publication_only_a_day_with_its_year_counts() -> None:
    assert event("Sáng ngày 8/7/2020, xã Mẫu họp.", None) == "2020-07-08"
    assert event("Từ ngày 26 - 28/7/2020, xã Mẫu mở hội.", None) == "2020-07-26"
    assert event("Sáng 8/7, xã Mẫu họp.", None) is None
    assert event("Sáng nay, xã Mẫu họp.", None) is None
    assert event("Sáng nay, tức sáng 8/7/2020, xã Mẫu họp.", None) == "2020-07-08"


def test_decomposed_letters_name_the_same_day() -> None:
    assert (
        event(unicodedata.normalize("NFD", "Sáng ngày 8 tháng 7, Đảng bộ xã Mẫu họp."))
        == "2020-07-08"
    )


def test_a_day_far_down_in_a_long_text_is_not_the_event() -> None:
    assert event("Xã Mẫu đổi mới. " * 100 + "Ngày 8/7/2020 xã họp.") is None


@pytest.mark.parametrize(
    "text",
    [
        "ngày 1, " * 125,
        "8 - " * 250,
        "sáng (" * 160,
        "1/1 đến " * 125,
        "kế hoạch ngày " * 70,
        "năm " * 250,
        "thứ tư " * 140,
        "1" * 1000,
        "10h " * 250,
    ],
)
def test_a_hostile_text_costs_no_time(text: str) -> None:
    began = process_time()
    event(text)
    assert process_time() - began < 0.2


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the real articles are not beside the checkout")
def test_the_events_of_the_real_articles_are_found() -> None:
    for seed in json.loads((SEEDS / "truth.json").read_text(encoding="utf-8")):
        published = seed["published"] and date.fromisoformat(seed["published"][:10])
        text = (
            next(SEEDS.glob(f"{seed['seed']:0>3}_*.txt"))
            if isinstance(seed["seed"], int)
            else SEEDS / seed["seed"]
        )
        body = text.read_text(encoding="utf-8")[slice(*seed["body_span"])]
        found = event_date(seed["lead"], body.split("\n")[0], published_on=published)
        assert found == date.fromisoformat(seed["event_date"]), seed["seed"]
