"""The order of figures in the dates of one program: proved by one of them, or in doubt."""

from zoneinfo import ZoneInfo

import pytest

from pipelines.read.dates.figures_order import order_of_values, read_stated_date
from tests.builders.date_meanings import FETCHED, VIETNAM, meaning


@pytest.mark.parametrize(
    ("values", "zone", "order"),
    [
        ((), "Asia/Ho_Chi_Minh", "day_first"),
        (("12/05/2026 08:30", "2026-05-12T08:30:00Z"), "Asia/Ho_Chi_Minh", "day_first"),
        (("5/12/2026 8:30:00 AM",), "Asia/Ho_Chi_Minh", "in_doubt"),
        (("5/12/2026 8:30:00 AM", "5/13/2026 9:00:00 AM"), "Asia/Ho_Chi_Minh", "month_first"),
        (("5/12/2026 8:30:00 AM", "13/5/2026 9:00:00 AM"), "Asia/Ho_Chi_Minh", "day_first"),
        (("5/13/2026 8:30", "13/5/2026 8:30", "5/12/2026"), "Asia/Ho_Chi_Minh", "in_doubt"),
        (("Tuesday, 5/12/2026",), "Asia/Ho_Chi_Minh", "month_first"),
        (("5/12/2026",), "America/Chicago", "month_first"),
        (("5/12/2026",), "America/Toronto", "in_doubt"),
        (("12/05/2026 8:30:00 SA",), "Asia/Ho_Chi_Minh", "day_first"),
    ],
)
def test_one_value_that_proves_the_order_decides(
    values: tuple[str, ...], zone: str, order: str
) -> None:
    assert order_of_values(values, zone=ZoneInfo(zone), fetched_at=FETCHED) == order


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12/05/2026 08:30", "2026-05-12 08:30"),
        ("12/05/2026 8:30:00 CH", "2026-05-12 20:30"),
        ("12.5.2026, 08:30:00", "2026-05-12 08:30"),
        ("08:30:00 12/5/2026", "2026-05-12 08:30"),
        ("2026/05/12 08:30:00", "2026-05-12 08:30"),
        ("Thứ ba, 12/05/2026 08:30 (GMT+7)", "2026-05-12 08:30"),
        ("Thứ Ba, 12 tháng 5 2026 08:30:00 +0700", "2026-05-12 08:30"),
        ("Di, 12 Mai 2026 08:30:00 +0700", "2026-05-12 08:30"),
        ("mar., 12 mai 2026 08:30:00 +0700", "2026-05-12 08:30"),
        ("Mar, 12 May 2026 08:30:00 +0700", "2026-05-12 08:30"),
        ("mar, 12 mag 2026 08:30:00 +0700", "2026-05-12 08:30"),
        ("ter, 12 mai 2026 08:30:00 +0700", "2026-05-12 08:30"),
        ("di, 12 mei 2026 08:30:00 +0700", "2026-05-12 08:30"),
        ("dt., 12 maig 2026 08:30:00 +0700", "2026-05-12 08:30"),
        ("Sel, 12 Mei 2026 08:30:00 +0700", "2026-05-12 08:30"),
        ("T3, 12 Thg5 2026 08:30:00 +0700", "2026-05-12 08:30"),
        ("อังคาร, 12 พ.ค. 2569 08:30", "2026-05-12 08:30"),
        ("12 ago 2025", "2025-08-12"),
        ("12 out 2025", "2025-10-12"),
        ("12 gen. 2026", "2026-01-12"),
        ("mer., 12 mai 2026 08:30:00 +0700", None),
        ("12/05/2026T08:30:00", "2026-05-12 08:30"),
        ("May 12, 2026, 8:30:00 AM", "2026-05-12 08:30"),
        ("5/13/2026, 8:30:00 AM", "2026-05-13 08:30"),
        ("Tue, 12 May 2026 08:30:00 GMT+7", "2026-05-12 08:30"),
        ("Tue, 12 May 26 08:30 +0700", "2026-05-12 08:30"),
        ("5/12/2026 8:30:00 AM", None),
        ("Cập nhật: 12/05/2026 08:30", None),
        ("12/05/2026 - 15/05/2026", None),
        ("31/06/2026 08:30", None),
        ("Thứ hai, 12/05/2026 08:30", None),
        ("Họp ngày 12/05/2026", None),
        ("hôm qua", None),
        ("3 giờ trước", None),
    ],
)
def test_a_value_made_for_people_is_read_where_it_can_mean_only_one_day(
    text: str, expected: str | None
) -> None:
    assert meaning(read_stated_date(text, zone=VIETNAM, fetched_at=FETCHED)) == expected
