"""Printed dates: what each shape means, worked out by eye. 8 July 2020 was a Wednesday, 9 October 2020 a Friday."""

import unicodedata
from datetime import UTC, date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.dates import PrintedDate, date_in_url, read_date, read_dates, read_machine_date

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FETCHED = datetime(2026, 11, 22, 3, 30, 20, tzinfo=UTC)  # a Sunday, 10:30 in Viet Nam


def read(text: str) -> PrintedDate | None:
    return read_date(text, zone=VIETNAM, fetched_at=FETCHED)


def meaning(printed: PrintedDate | None) -> str | None:
    """The date as one reads it on a clock in Viet Nam: "2020-07", "2020-07-08", "2020-07-08 08:33", with seconds where they are not 0."""
    if printed is None:
        return None
    if printed.at is None:
        return printed.on.isoformat()[: 7 if printed.precision == "month" else 10]
    assert printed.precision == "minute"
    assert printed.at.tzinfo is UTC
    local = (printed.at + timedelta(hours=7)).replace(tzinfo=None)
    assert printed.on == local.date()
    return local.isoformat(" ").removesuffix(":00")


SHAPES = {
    # figures, day first
    "08/07/2020": "2020-07-08",
    "8/7/2020": "2020-07-08",
    "08-07-2020": "2020-07-08",
    "8.7.2020": "2020-07-08",
    "08.07.2020.": "2020-07-08",
    "17 - 05 - 2024": "2024-05-17",
    "17 / 05 / 2024": "2024-05-17",
    "18/11/ 2021": "2021-11-18",
    "(15/06/2020)": "2020-06-15",
    "[15/06/2020]": "2020-06-15",
    "29/02/2020": "2020-02-29",
    "10/07/2020": "2020-07-10",
    "01/12/1999": "1999-12-01",
    "31/12/2027": "2027-12-31",
    "08/07/20": "2020-07-08",
    "8/7/98": "1998-07-08",
    "Thứ tư, 08.07.20": "2020-07-08",
    "08\u201307\u20132020": "2020-07-08",
    "08\u00a0/\u00a007\u00a0/\u00a02020": "2020-07-08",
    "\u200b08/07/2020\ufeff": "2020-07-08",
    "\uf017 08/07/2020": "2020-07-08",
    "• 08/07/2020 •": "2020-07-08",
    "Ngày 08/07/2020": "2020-07-08",
    "ngày: 08/07/2020": "2020-07-08",
    "8/VII/2020": "2020-07-08",
    "8-XII-2020": "2020-12-08",
    "01.IV.2021": "2021-04-01",
    # year first
    "2020-07-08": "2020-07-08",
    "2020/07/08": "2020-07-08",
    "2024-5-17": "2024-05-17",
    "2020-07": "2020-07",
    # a time of day after it
    "10/07/2020 08:33": "2020-07-10 08:33",
    "05/11/2022 11:08": "2022-11-05 11:08",
    "12/08/2020 21:15:00": "2020-08-12 21:15",
    "12/08/2020 21:15:07": "2020-08-12 21:15:07",
    "08/07/2020 00:00:00": "2020-07-08 00:00",
    "08/07/2020 - 08:33": "2020-07-08 08:33",
    "08/07/2020 -08:33": "2020-07-08 08:33",
    "08/07/2020-08:33": "2020-07-08 08:33",
    "08/07/2020, 8:33": "2020-07-08 08:33",
    "08/07/2020 | 08:33": "2020-07-08 08:33",
    "08/07/2020 lúc 08:33": "2020-07-08 08:33",
    "08/07/2020 vào lúc 8h33": "2020-07-08 08:33",
    "08/07/2020 @ 08:33": "2020-07-08 08:33",
    "08/07/2020\n\t08:33": "2020-07-08 08:33",
    "8/7/2020 10h30": "2020-07-08 10:30",
    "8/7/2020 10h": "2020-07-08 10:00",
    "8/7/2020 10g30": "2020-07-08 10:30",
    "8/7/2020 10h30'": "2020-07-08 10:30",
    "8/7/2020 08 : 33": "2020-07-08 08:33",
    # a time of day before it
    "21:27 27/06/2020": "2020-06-27 21:27",
    "19:52 17/07/2020": "2020-07-17 19:52",
    "07:14:46 11/10/2013": "2013-10-11 07:14:46",
    "10h30 ngày 8/7/2020": "2020-07-08 10:30",
    "10h30 - 08/07/2020": "2020-07-08 10:30",
    "Đăng lúc: 10h30-8/7/2020": "2020-07-08 10:30",
    "10h 8/7/2020": "2020-07-08 10:00",
    "10h30, 8/7/2020": "2020-07-08 10:30",
    "10 giờ 30 phút, ngày 8/7/2020": "2020-07-08 10:30",
    "10 giờ 30, ngày 8/7/2020": "2020-07-08 10:30",
    "10 giờ ngày 8/7/2020": "2020-07-08 10:00",
    "10 giờ 8/7/2020": "2020-07-08 10:00",
    "10 giờ 8 tháng 7 năm 2020": "2020-07-08 10:00",
    "lúc 08:33 ngày 08/07/2020": "2020-07-08 08:33",
    "08:33 | 08/07/2020": "2020-07-08 08:33",
    "08:33, Thứ Tư, 08/07/2020": "2020-07-08 08:33",
    # after who put it there (14 July 2020 was a Tuesday)
    "Đăng bởi admin vào T3, 14/07/2020 - 08:33": "2020-07-14 08:33",
    "Được gửi bởi quantri2 vào 14 tháng 7 2020": "2020-07-14",
    "Được đăng bởi Trần Thị Bích lúc 08:33 ngày 14/07/2020": "2020-07-14 08:33",
    "Submitted by Bich Van on Tue, 14/07/2020 - 08:33": "2020-07-14 08:33",
    "Posted by admin on 14/07/2020": "2020-07-14",
    # morning and afternoon
    "08/07/2020 9:15 SA": "2020-07-08 09:15",
    "08/07/2020 2:15:07 CH": "2020-07-08 14:15:07",
    "2:15:07 CH 08/07/2020": "2020-07-08 14:15:07",
    "08/07/2020 12:05 SA": "2020-07-08 00:05",
    "08/07/2020 12:05 CH": "2020-07-08 12:05",
    "08/07/2020 14:15 CH": "2020-07-08 14:15",
    "08/07/2020 9:15 AM": "2020-07-08 09:15",
    "08/07/2020 9:15pm": "2020-07-08 21:15",
    "08/07/2020 9:15 p.m.": "2020-07-08 21:15",
    "08/07/2020 12:00 am": "2020-07-08 00:00",
    "08/07/2020 2:15 chiều": "2020-07-08 14:15",
    "08/07/2020 9:15 sáng": "2020-07-08 09:15",
    "08/07/2020 7:30 tối": "2020-07-08 19:30",
    "08/07/2020 11:30 trưa": "2020-07-08 11:30",
    "08/07/2020 1:30 trưa": "2020-07-08 13:30",
    # zones
    "Thứ Tư, 08/04/2015, 08:11 [GMT+7]": "2015-04-08 08:11",
    "28-08-2025, 19:45 (GMT+7)": "2025-08-28 19:45",
    "08/07/2020 08:33 GMT+7": "2020-07-08 08:33",
    "08/07/2020 10:00 GMT +7": "2020-07-08 10:00",
    "08/07/2020 10:00 (GMT +7)": "2020-07-08 10:00",
    "08/07/2020 10:00 GMT+07:00": "2020-07-08 10:00",
    "08/07/2020 10:00 UTC+7": "2020-07-08 10:00",
    "08/07/2020 10:00 GMT": "2020-07-08 17:00",
    "08/07/2020 10:00 giờ GMT": "2020-07-08 17:00",
    "08/07/2020 20:00 UTC": "2020-07-09 03:00",
    "08/07/2020 10:00 (giờ Việt Nam)": "2020-07-08 10:00",
    "Thứ sáu, 09/10/2020 | 08:33 GMT+7": "2020-10-09 08:33",
    "Wed Jul 08 2020 08:33:00 GMT+0700 (Indochina Time)": "2020-07-08 08:33",
    "Wed, 08 Jul 2020 01:33:00 GMT": "2020-07-08 08:33",
    "Sun, 27 Dec 2020 20:12:00 GMT": "2020-12-28 03:12",
    "Wed, 08 Jul 2020 08:33:00 +0700": "2020-07-08 08:33",
    "2020-07-08T08:33:00+07:00": "2020-07-08 08:33",
    "2020-07-08T01:33:00Z": "2020-07-08 08:33",
    "2020-07-08T08:33:00": "2020-07-08 08:33",
    "2020-07-08 08:33:00": "2020-07-08 08:33",
    "2020-07-08T08:33:00.000+0700": "2020-07-08 08:33",
    "2020-07-08+0708:33:00": "2020-07-08 08:33",
    "1594171980": "2020-07-08 08:33",
    "1594171980000": "2020-07-08 08:33",
    # weekdays
    "Thứ tư - 08/07/2020 08:33": "2020-07-08 08:33",
    "Thứ sáu - 10/07/2020 08:33": "2020-07-10 08:33",
    "Thứ Bảy, 26/01/2019 19:26": "2019-01-26 19:26",
    "Thứ 6 Ngày 09/10/2020": "2020-10-09",
    "Thứ 6, ngày 09/10/2020": "2020-10-09",
    "T6, 09/10/2020": "2020-10-09",
    "T4, 08/07/2020 - 08:33": "2020-07-08 08:33",
    "Chủ nhật, 12/07/2020": "2020-07-12",
    "CHỦ NHẬT - 12/07/2020 07:00": "2020-07-12 07:00",
    "CN, 12/07/2020": "2020-07-12",
    "Thứ hai, 06/07/2020": "2020-07-06",
    "Thứ Ba, 07/07/2020": "2020-07-07",
    "Thứ Năm, 09/07/2020": "2020-07-09",
    "08/07/2020, thứ tư": "2020-07-08",
    "Wednesday, 08/07/2020": "2020-07-08",
    # words for months
    "Thứ Tư, 3 tháng 12, 2025": "2025-12-03",
    "Ngày 08 tháng 7 năm 2020": "2020-07-08",
    "08 tháng 07 năm 2020, 08:33": "2020-07-08 08:33",
    "Thứ tư, ngày 8 tháng 7 năm 2020": "2020-07-08",
    "8 Tháng Bảy, 2020": "2020-07-08",
    "08 Tháng Mười Hai 2020": "2020-12-08",
    "5 tháng năm năm 2021": "2021-05-05",
    "21 tháng 09 năm 2025": "2025-09-21",
    "ngày 8 tháng 7/2020": "2020-07-08",
    "Tháng Bảy 8, 2020": "2020-07-08",
    "Tháng Mười Một 18, 2021": "2021-11-18",
    "Tháng 7 8, 2020": "2020-07-08",
    "8 Th7, 2020": "2020-07-08",
    "08 Th12 2020": "2020-12-08",
    "Th7 8, 2020": "2020-07-08",
    "8 Thg 7, 2020": "2020-07-08",
    "08 T07, 2020": "2020-07-08",
    "Tháng 7 năm 2020": "2020-07",
    "Tháng 7/2020": "2020-07",
    "Tháng Mười 2021": "2021-10",
    # English themes
    "July 8, 2020": "2020-07-08",
    "8 July 2020": "2020-07-08",
    "8th July, 2020": "2020-07-08",
    "Jul 8, 2020 9:15 pm": "2020-07-08 21:15",
    "08-Jul-2020": "2020-07-08",
    "Wednesday, July 8th, 2020": "2020-07-08",
    "Fri, 9 Oct 2020": "2020-10-09",
    "Sept. 3, 2021": "2021-09-03",
    "May 2021": "2021-05",
    # counted back from the fetch, 10:30 on 22 November 2026
    "vừa xong": "2026-11-22 10:30",
    "5 phút trước": "2026-11-22 10:25",
    "3 giờ trước": "2026-11-22 07:30",
    "11 giờ trước": "2026-11-21 23:30",
    "1 giờ 30 phút trước": "2026-11-22 09:00",
    "3 hours ago": "2026-11-22 07:30",
    "an hour ago": "2026-11-22 09:30",
    "hôm nay": "2026-11-22",
    "Hôm qua": "2026-11-21",
    "hôm qua 15:30": "2026-11-21 15:30",
    "15:30 hôm qua": "2026-11-21 15:30",
    "Hôm nay, 08:05": "2026-11-22 08:05",
    "yesterday": "2026-11-21",
    "3 ngày trước": "2026-11-19",
    "2 tuần trước": "2026-11-08",
    "2 tháng trước": "2026-09",
    "2 tháng 2 tuần trước": "2026-09",
    "11 months ago": "2025-12",
    # what may follow
    "Ngày 17 - 05 - 2024 Lượt xem: 400 100%": "2024-05-17",
    "31-05-2020 17:43 346 Lượt xem": "2020-05-31 17:43",
    "31-05-2020 17:43 | 1.346 lượt xem | Xem cỡ chữ": "2020-05-31 17:43",
    "08/07/2020 Đã xem: 15": "2020-07-08",
    "08/07/2020 - Lượt đọc: 1,024 - In bài viết": "2020-07-08",
    "08/07/2020 08:33 (12 bình luận)": "2020-07-08 08:33",
    "July 8, 2020 by admin": "2020-07-08",
    "08/07/2020 | Tác giả: Lê Văn Mẫu": "2020-07-08",
    "08/07/2020 A- A+ Views: 25": "2020-07-08",
    # said twice, the same
    "Thứ tư, 08/07/2020 - 08/07/2020 08:33": "2020-07-08 08:33",
}


@pytest.mark.parametrize(("text", "expected"), SHAPES.items())
def test_a_date_line_means_what_a_reader_takes_it_for(text: str, expected: str) -> None:
    assert meaning(read(text)) == expected


@pytest.mark.parametrize("text", ["Thứ bảy - 11/07/2020 09:05", "Đăng lúc: Chủ nhật, 12/07/2020", "8 tháng mười hai năm 2020", "Cập nhật: hôm qua"])
def test_decomposed_letters_mean_the_same(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert decomposed != text
    assert read(decomposed) == read(text)
    assert read(text) is not None


LABELS = {
    "Đăng ngày 31-05-2020 17:43": "published",
    "Đăng ngày 17 - 05 - 2024": "published",
    "Ngày đăng: 08/07/2020": "published",
    "NGÀY ĐĂNG : 08/07/2020": "published",
    "Đăng lúc: 09:15:30 08/07/2020 (GMT+7)": "published",
    "Gửi lúc: 05/12/2013 15:42:27": "published",
    "Ngày gửi: 05/12/2013": "published",
    "Ngày xuất bản: 08/07/2020": "published",
    "Xuất bản ngày 08/07/2020": "published",
    "Ngày tạo: 08/07/2020": "published",
    "Được đăng vào 8 Th7, 2020": "published",
    "Đã đăng trên 8 Tháng Bảy, 2020": "published",
    "Thời gian đăng: 08/07/2020": "published",
    "Tin đăng ngày: 08/07/2020": "published",
    "Bài viết đăng lúc 08/07/2020 08:33": "published",
    "(Đăng ngày: 08/07/2020)": "published",
    "Posted on July 8, 2020": "published",
    "Published: 2020-07-08T08:33:00+07:00": "published",
    "Published on 8 July 2020": "published",
    "Created on Wednesday, 08 July 2020 08:33": "published",
    "Đăng 3 giờ trước": "published",
    "Cập nhật: 08/07/2020": "updated",
    "Cập nhật lúc 08/07/2020 08:33": "updated",
    "Cập nhật lúc: 08:33 08/07/2020": "updated",
    "Ngày cập nhật: 08/07/2020": "updated",
    "Cập nhật lần cuối: 08/07/2020": "updated",
    "Lần cập nhật cuối: 08/07/2020": "updated",
    "Cập nhật lần cuối lúc 08:33 ngày 08/07/2020": "updated",
    "Sửa lần cuối: 08/07/2020": "updated",
    "Chỉnh sửa: 08/07/2020": "updated",
    "Ngày chỉnh sửa 08/07/2020": "updated",
    "Last updated: July 8, 2020": "updated",
    "Last Updated on July 8, 2020": "updated",
    "Last modified: 2020-07-08": "updated",
    "Updated 3 hours ago": "updated",
    "Ngày 08/07/2020": None,
    "Thời gian: 08/07/2020 08:33": None,
    "Date: 08/07/2020": None,
}


@pytest.mark.parametrize(("text", "expected"), LABELS.items())
def test_a_label_tells_publication_from_update(text: str, expected: str | None) -> None:
    found = read(text)
    assert found is not None
    assert found.label == expected


REFUSED = [
    # a month first, or a sentence behind who put it there
    "Submitted by admin on Tue, 07/14/2020",
    "Submitted by admin on Tue, 07/08/2020 - 08:33",
    "Đăng bởi admin vào T4, 14/07/2020",
    "Đăng bởi admin vào sáng 14/07/2020",
    "Gửi bởi đoàn viên thanh niên vào 14/07/2020 tại UBND xã",
    "24/7", "54/54", "67/67", "22/24 tiêu chí", "819/NQ-UBTVQH14", "số 12/2020/NĐ-CP", "45/KH-UBND ngày 8/7/2020", "Covid-19", "nhiệm kỳ 2020 - 2025",
    "nhiệm kỳ 2020 -2025", "năm học 2019 - 2020", "giai đoạn 2016 - 2020", "2016 - 2020", "năm 2020", "2020", "quý I/2020", "03/02", "8/7", "07/2020",
    "1.605.680", "1.605.680 đồng", "1.124", "11.5/21.5", "3.750/15.511", "100,12%", "209 tỷ đồng", "0912345678", "0235.3852.739", "(0235) 3 852 739",
    "1900 561 292", "1900561292", "10.10.20.5", "4.5.06", "10.04.20", "2.3.1", "v1.2.2020", "31/02/2020", "29/02/2021", "31/6/2020", "07/13/2020",
    "12/31/2020", "00/07/2020", "32/07/2020", "08/07/2020 25:00", "08/07/2020 24:00", "08/07/2020 08:60", "08/07/2020 14:15 SA", "08/07/2020 0:15 CH",
    "08/07/2020 08:33 GMT+25", "08/07/1989", "08/07/2028", "08/07/0001", "01/01/1970", "2035-01-01", "Thứ 6 Ngày 10/09/2020", "Thứ hai - 08/07/2020 08:33",
    "Wed, 09 Oct 2020 08:00:00 GMT", "Thứ tư, thứ năm 08/07/2020", "Chủ nhật, 8 tháng 7 năm 2020", "26 - 28/7/2020", "26/7/2020 - 28/7/2020",
    "từ ngày 26/7/2020 đến ngày 28/7/2020", "08/07/2020 09/07/2020", "08:00 - 11:30 08/07/2020", "08:33 09:15 08/07/2020", "Hôm nay: 08/07/2020",
    "Hôm nay là Chủ nhật, 22/11/2026", "1 năm trước", "3 giờ trước 08:33", "cách đây không lâu", "tháng trước",
    "Sáng ngày 8/7/2020, xã Mẫu tổ chức hội nghị", "Ngày 18/7/2020. Đảng ủy xã", "xã Mẫu, ngày 8 tháng 7 năm 2020", "Ngày ban hành: 08/07/2020",
    "Hạn nộp: 08/07/2020", "Lượt xem: 400", "346 Lượt xem", "Lượt xem: 400 08/07/2020", "100%", "08:33", "Thứ tư", "GMT+7", "Đăng ngày", "Cập nhật:",
    "Tin tức", "", "   ", "...", "08/07-2020", "8 tháng giêng năm 2020", "30/12/2020 âm lịch", "8/IIX/2020", "08/07/20200", "108/07/2020", "5/08/07/2020",
    "08/07/2020/4", "08/07/2020.1", "2020-07-08-09", "20200708", "Tháng 7 năm 2020 08:33", "Tháng 13 năm 2020", "tháng 7", "May", "Thu 2020", "159417198",
    "0594171980", "9594171980",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_date_line_is_none(text: str) -> None:
    assert read(text) is None
    assert read_dates(text, zone=VIETNAM, fetched_at=FETCHED) == ()


def test_publication_is_chosen_from_a_line_with_both_labels_in_either_order() -> None:
    assert meaning(read("Đăng lúc: 08/07/2020 08:33 | Cập nhật: 09/07/2020 10:00 | Lượt xem: 12")) == "2020-07-08 08:33"
    assert meaning(read("Cập nhật: 09/07/2020 10:00 - Ngày đăng: 08/07/2020")) == "2020-07-08"
    assert meaning(read("08/07/2020 08:33 (Cập nhật lúc 10:00 ngày 09/07/2020)")) == "2020-07-08 08:33"


def test_two_days_of_publication_are_none() -> None:
    assert read("Ngày đăng: 08/07/2020 Ngày đăng: 09/07/2020") is None
    assert meaning(read("Ngày đăng: 08/07/2020 - Đăng lúc: 08:33 08/07/2020")) == "2020-07-08 08:33"


def test_a_line_with_several_labels_gives_all_its_dates_in_order() -> None:
    found = read_dates("Ngày đăng: 08/07/2020 - Lượt xem: 1.200 - Cập nhật lúc: 10:00 09/07/2020 (GMT+7)", zone=VIETNAM, fetched_at=FETCHED)
    assert [(one.label, meaning(one), one.raw) for one in found] == [
        ("published", "2020-07-08", "08/07/2020"),
        ("updated", "2020-07-09 10:00", "10:00 09/07/2020 (GMT+7)"),
    ]


def test_a_label_left_empty_takes_nothing_from_the_other() -> None:
    found = read_dates("Ngày đăng: 08/07/2020 | Cập nhật:", zone=VIETNAM, fetched_at=FETCHED)
    assert [(one.label, one.on) for one in found] == [("published", date(2020, 7, 8))]


@pytest.mark.parametrize(
    ("text", "raw"),
    {
        "Đăng ngày 31-05-2020 17:43 346 Lượt xem": "31-05-2020 17:43",
        "  Thứ tư -\u00a008/07/2020 08:33 ": "Thứ tư -\u00a008/07/2020 08:33",
        "Thứ 6 Ngày 09/10/2020": "Thứ 6 Ngày 09/10/2020",
        "Thứ Tư, 08/04/2015, 08:11 [GMT+7]": "Thứ Tư, 08/04/2015, 08:11 [GMT+7]",
        "(08/07/2020 08:33)": "08/07/2020 08:33",
        "Cập nhật: Hôm Qua 15:30": "Hôm Qua 15:30",
    }.items(),
)
def test_the_raw_text_is_the_slice_as_printed(text: str, raw: str) -> None:
    found = read(text)
    assert found is not None
    assert found.raw == raw


def test_the_day_is_the_portals_and_not_the_printed_zones() -> None:
    found = read_date("Wed, 08 Jul 2020 18:33:00 GMT", zone=VIETNAM, fetched_at=FETCHED)
    assert found is not None
    assert (found.on, found.at) == (date(2020, 7, 9), datetime(2020, 7, 8, 18, 33, tzinfo=UTC))


def test_a_time_without_a_zone_is_in_the_portals_zone_with_its_summer_time() -> None:
    paris = read_date("08/07/2020 08:33", zone=ZoneInfo("Europe/Paris"), fetched_at=FETCHED)
    assert paris is not None
    assert paris.at == datetime(2020, 7, 8, 6, 33, tzinfo=UTC)


def test_the_next_year_is_allowed_and_no_later_one() -> None:
    assert read_date("01/01/2021", zone=VIETNAM, fetched_at=datetime(2020, 7, 8, tzinfo=UTC)) is not None
    assert read_date("01/01/2022", zone=VIETNAM, fetched_at=datetime(2020, 7, 8, tzinfo=UTC)) is None
    # 20:00 UTC on New Year's Eve of 2020 is already 2021 in Viet Nam.
    assert read_date("01/01/22", zone=VIETNAM, fetched_at=datetime(2020, 12, 31, 20, tzinfo=UTC)) is not None


MACHINE = {
    "2020-07-08T08:33:00+07:00": "2020-07-08 08:33",
    "2020-07-08T08:33:00+0700": "2020-07-08 08:33",
    "2020-07-08T08:33:00+07": "2020-07-08 08:33",
    "2020-07-08T08:33+07:00": "2020-07-08 08:33",
    "2020-07-08T01:33:00.123Z": "2020-07-08 08:33",
    "2020-07-08T01:33:00z": "2020-07-08 08:33",
    "2020-07-07T20:33:00-05:00": "2020-07-08 08:33",
    "2020-07-08 08:33:07": "2020-07-08 08:33:07",
    " 2020-07-08 \n": "2020-07-08",
    "2020-07": "2020-07",
    "2020-07-10+0708:33:00": "2020-07-10 08:33",
    "2020-07-10+0008:33:00": "2020-07-10 15:33",
    "Sun, 27 Dec 2020 06:12:00 GMT": "2020-12-27 13:12",
    "Sun, 27 Dec 2020 06:12:00 +0700": "2020-12-27 06:12",
    "27 Dec 2020 06:12 UT": "2020-12-27 13:12",
    "Wednesday, 08-Jul-2020 08:33:00 +0700": "2020-07-08 08:33",
    "Wed, 08 Jul 2020": "2020-07-08",
    "1590920220": "2020-05-31 17:17",
    "1590920220999": "2020-05-31 17:17",
}


@pytest.mark.parametrize(("text", "expected"), MACHINE.items())
def test_a_machine_date_is_read(text: str, expected: str) -> None:
    assert meaning(read_machine_date(text, zone=VIETNAM)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "08/07/2020", "07/08/2020 08:33", "08-07-2020", "2020/07/08", "8 tháng 7 năm 2020", "July 8, 2020", "hôm qua", "2020", "2020-13-01", "2020-02-30",
        "2020-07-08T25:00:00", "2020-07-08T08:33:00+19:00", "0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "-0001-11-30T00:00:00+00:00",
        "2020-07-10+0725:33:00", "Mon, 27 Dec 2020 06:12:00 GMT", "27 Foo 2020 06:12:00 GMT", "0912345678", "26895", "20200708", "15909202201",
        "\u0662\u0660\u0662\u0660-\u0660\u0667-\u0660\u0668", "²²²²²²²²²²", "", "2020-07-08T08:33:00+07:00" + " x" * 40,
    ],
)  # fmt: skip
def test_a_machine_date_is_never_guessed(text: str) -> None:
    assert read_machine_date(text, zone=VIETNAM) is None


URLS = {
    "https://xa.example.gov.vn/portal/pages/2023-01-30/hoi-nghi-tong-ket-468686.aspx": ("2023-01-30", "2023-01-30"),
    "https://so.example.gov.vn/portal/Pages/2024-5-17/khai-mac-he-hvbq96.aspx": ("2024-05-17", "2024-5-17"),
    "https://huyen.example.gov.vn/hoi-nghi-so-ket-1590920220.html": ("2020-05-31 17:17", "1590920220"),
    "https://huyen.example.gov.vn/hoi-nghi-so-ket-1678089245.html?in=1": ("2023-03-06 14:54:05", "1678089245"),
    "https://tp.example.gov.vn/tin/khanh-thanh-cau-4250808215021297.htm": ("2025-08-08 21:50:21", "4250808215021297"),
    "https://bo.example.gov.vn/khanh-thanh-cau-20241003083820222.htm": ("2024-10-03 08:38:20", "20241003083820222"),
    "https://xa.example.gov.vn/2020/07/08/hoi-nghi-so-ket/": ("2020-07-08", "2020/07/08"),
    "https://xa.example.gov.vn/blog/2020/07/08/hoi-nghi-so-ket.html": ("2020-07-08", "2020/07/08"),
}


@pytest.mark.parametrize(("url", "expected"), URLS.items())
def test_an_address_carries_its_day(url: str, expected: tuple[str, str]) -> None:
    found = date_in_url(url, zone=VIETNAM)
    assert found is not None
    assert (meaning(found), found.raw) == expected


@pytest.mark.parametrize(
    "path",
    [
        "/vi/news/tin-tuc-421/hoi-nghi-26895.html", "/-/details/37632/hoi-nghi-141199571", "/node/195660?page=6", "/tin-tuc-11/hoi-nghi-475",
        "/hoi-nghi-0912345678.html", "/hoi-nghi-9990920220.html", "/portal/pages/2023-13-30/x-1.aspx", "/portal/pages/2023-02-30/x-1.aspx",
        "/bao-cao-2016-2020.html", "/portal/pages/gioi-thieu.aspx", "/khanh-thanh-4251308215021297.htm", "/khanh-thanh-4250808255021297.htm",
        "/khanh-thanh-19991003083820222.htm", "/2020/07/08/", "/2020/13/08/hoi-nghi/", "/2020/07/hoi-nghi/", "/wp-content/uploads/2020/07/08/anh.jpg",
        "/?d=2020-07-08", "/x?u=/2020/07/08/hoi-nghi/", "/2020-07-08/hoi-nghi", "/", "/1590920220.html", "/hoi-nghi-15909202201.html",
    ],
)  # fmt: skip
def test_ordinary_numbers_in_an_address_are_no_date(path: str) -> None:
    assert date_in_url(f"https://xa.example.gov.vn{path}", zone=VIETNAM) is None


def test_what_is_no_address_has_no_date() -> None:
    assert date_in_url("http://[xa/hoi-nghi-1590920220.html", zone=VIETNAM) is None


def test_a_line_of_more_than_300_characters_is_no_date_line() -> None:
    assert read("08/07/2020" + " " * 280 + "08:33") is not None
    assert read("08/07/2020" + " " * 290 + "08:33") is None


HOSTILE = [
    "1 " * 150, "1 giờ " * 50, "ngày " * 60, "đã " * 100, "thứ " * 75, "08/07/2020 " + "by " + "a" * 280, "8 tháng " + " " * 280 + "x", "(" * 300,
    "Đăng " * 60, "1:" * 150, "+07" * 100, "08/07/2020 " + "1." * 140, "hai " * 75, "\u0301" * 300, "ngày giờ thời gian " * 15, "1 năm, " * 42, "9" * 300,
    "İ" * 300, "/ " * 150,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_line_costs_no_time(text: str) -> None:
    began = process_time()
    read(text[:300])
    assert process_time() - began < 0.1
