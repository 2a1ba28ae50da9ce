"""Date lines: labels, several dates in one, what stands around them, and lines without any."""

from datetime import UTC, date, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.dates.date_lines import read_date, read_dates
from tests.builders.date_meanings import FETCHED, VIETNAM, meaning, read_in_viet_nam

LABELS = {
    "Đăng ngày 31-05-2020 17:43": "published",
    "First published on 17 Nov 2019": "published",
    "Originally published: May 5, 2020 at 4:12pm": "published",
    "Published online 5 May 2020": "published",
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
    "Veröffentlicht am 08.07.2020": "published",
    "Pressemitteilung vom 8. Juli 2020": "published",
    "Stand: 08.07.2020": "updated",
    "Zuletzt aktualisiert am 8. Juli 2020": "updated",
    "Publié le mercredi 8 juillet 2020": "published",
    "Mis en ligne le 08/07/2020": "published",
    (
        "Publié le mercredi 8 juillet 2020, par Solène Exemple - mis à jour le jeudi 9 juillet 2020"
    ): "published",
    "8. Juli 2020 von Maria Beispiel": None,
    "Mis à jour le 8 juillet 2020": "updated",
    "Dernière modification : 8 juillet 2020": "updated",
    "Publicado em 8 de julho de 2020": "published",
    "Ultimo aggiornamento: 8 luglio 2020": "updated",
    "Datum: 08.07.2020": None,
    "Ngày 08/07/2020": None,
    "Thời gian: 08/07/2020 08:33": None,
    "Date: 08/07/2020": None,
}


@pytest.mark.parametrize(("text", "expected"), LABELS.items())
def test_a_label_tells_publication_from_update(text: str, expected: str | None) -> None:
    found = read_in_viet_nam(text)
    assert found is not None
    assert found.label == expected


REFUSED = [
    # a month first, or a sentence behind who put it there
    "Submitted by admin on Tue, 07/14/2020",
    "Submitted by admin on Tue, 07/08/2020 - 08:33",
    "Đăng bởi admin vào T4, 14/07/2020",
    "Đăng bởi admin vào sáng 14/07/2020",
    "Gửi bởi đoàn viên thanh niên vào 14/07/2020 tại UBND xã",
    "lundi 8 juillet 2020", "mai 2020", "le 8 mars", "Am 8. Juli 2020 tagt der Gemeinderat",
    "Le 8 juillet 2020, le conseil se réunit",
    "8. Mai 2020 - 10. Mai 2020", "du 8 au 10 mai 2020", "par la mairie le 8 juillet 2020",
    "8 juillet 2020 par visioconférence. Le conseil se réunit", "Mo. bis Fr. 08:00 - 12:00 Uhr",
    "Sa 08.07.2020", "2. Mai", "12 mai/2020/3",
    "24/7", "54/54", "67/67", "22/24 tiêu chí", "819/NQ-UBTVQH14", "số 12/2020/NĐ-CP",
    "45/KH-UBND ngày 8/7/2020", "Covid-19", "nhiệm kỳ 2020 - 2025",
    "nhiệm kỳ 2020 -2025", "năm học 2019 - 2020", "giai đoạn 2016 - 2020", "2016 - 2020",
    "năm 2020", "2020", "quý I/2020", "03/02", "8/7", "07/2020",
    "1.605.680", "1.605.680 đồng", "1.124", "11.5/21.5", "3.750/15.511", "100,12%", "209 tỷ đồng",
    "0912345678", "0235.3852.739", "(0235) 3 852 739",
    "1900 561 292", "1900561292", "10.10.20.5", "4.5.06", "10.04.20", "2.3.1", "v1.2.2020",
    "31/02/2020", "29/02/2021", "31/6/2020", "07/13/2020",
    "12/31/2020", "00/07/2020", "32/07/2020", "08/07/2020 25:00", "08/07/2020 24:00",
    "08/07/2020 08:60", "08/07/2020 14:15 SA", "08/07/2020 0:15 CH",
    "08/07/2020 08:33 GMT+25", "08/07/1989", "08/07/2028", "08/07/0001", "01/01/1970", "2035-01-01",
    "Thứ 6 Ngày 10/09/2020", "Thứ hai - 08/07/2020 08:33",
    "Wed, 09 Oct 2020 08:00:00 GMT", "Thứ tư, thứ năm 08/07/2020", "Chủ nhật, 8 tháng 7 năm 2020",
    "26 - 28/7/2020", "26/7/2020 - 28/7/2020",
    "từ ngày 26/7/2020 đến ngày 28/7/2020", "08/07/2020 09/07/2020", "08:00 - 11:30 08/07/2020",
    "08:33 09:15 08/07/2020", "Hôm nay: 08/07/2020",
    "Hôm nay là Chủ nhật, 22/11/2026", "1 năm trước", "3 giờ trước 08:33", "cách đây không lâu",
    "tháng trước",
    "Sáng ngày 8/7/2020, xã Mẫu tổ chức hội nghị", "Ngày 18/7/2020. Đảng ủy xã",
    "xã Mẫu, ngày 8 tháng 7 năm 2020", "Ngày ban hành: 08/07/2020",
    "Hạn nộp: 08/07/2020", "Lượt xem: 400", "346 Lượt xem", "Lượt xem: 400 08/07/2020", "100%",
    "08:33", "Thứ tư", "GMT+7", "Đăng ngày", "Cập nhật:",
    "Tin tức", "", "   ", "...", "08/07-2020", "8 tháng giêng năm 2020", "30/12/2020 âm lịch",
    "8/IIX/2020", "08/07/20200", "108/07/2020", "5/08/07/2020",
    "08/07/2020/4", "08/07/2020.1", "2020-07-08-09", "20200708", "Tháng 7 năm 2020 08:33",
    "Tháng 13 năm 2020", "tháng 7", "May", "Thu 2020", "159417198",
    "0594171980", "9594171980",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_date_line_is_none(text: str) -> None:
    assert read_in_viet_nam(text) is None
    assert read_dates(text, zone=VIETNAM, fetched_at=FETCHED) == ()


def test_publication_is_chosen_from_a_line_with_both_labels_in_either_order() -> None:
    assert (
        meaning(
            read_in_viet_nam(
                "Đăng lúc: 08/07/2020 08:33 | Cập nhật: 09/07/2020 10:00 | Lượt xem: 12"
            )
        )
        == "2020-07-08 08:33"
    )
    assert (
        meaning(read_in_viet_nam("Cập nhật: 09/07/2020 10:00 - Ngày đăng: 08/07/2020"))
        == "2020-07-08"
    )
    assert (
        meaning(read_in_viet_nam("08/07/2020 08:33 (Cập nhật lúc 10:00 ngày 09/07/2020)"))
        == "2020-07-08 08:33"
    )


def test_two_days_of_publication_are_none() -> None:
    assert read_in_viet_nam("Ngày đăng: 08/07/2020 Ngày đăng: 09/07/2020") is None
    assert (
        meaning(read_in_viet_nam("Ngày đăng: 08/07/2020 - Đăng lúc: 08:33 08/07/2020"))
        == "2020-07-08 08:33"
    )


def test_a_line_with_several_labels_gives_all_its_dates_in_order() -> None:
    found = read_dates(
        "Ngày đăng: 08/07/2020 - Lượt xem: 1.200 - Cập nhật lúc: 10:00 09/07/2020 (GMT+7)",
        zone=VIETNAM,
        fetched_at=FETCHED,
    )
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
    found = read_in_viet_nam(text)
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
    assert (
        read_date("01/01/2021", zone=VIETNAM, fetched_at=datetime(2020, 7, 8, tzinfo=UTC))
        is not None
    )
    assert (
        read_date("01/01/2022", zone=VIETNAM, fetched_at=datetime(2020, 7, 8, tzinfo=UTC)) is None
    )
    # 20:00 UTC on New Year's Eve of 2020 is already 2021 in Viet Nam.
    assert (
        read_date("01/01/22", zone=VIETNAM, fetched_at=datetime(2020, 12, 31, 20, tzinfo=UTC))
        is not None
    )


def test_a_line_of_more_than_300_characters_is_no_date_line() -> None:
    assert read_in_viet_nam("08/07/2020" + " " * 280 + "08:33") is not None
    assert read_in_viet_nam("08/07/2020" + " " * 290 + "08:33") is None


HOSTILE = [
    "1 " * 150, "1 giờ " * 50, "ngày " * 60, "đã " * 100, "thứ " * 75,
    "08/07/2020 " + "by " + "a" * 280, "8 tháng " + " " * 280 + "x", "(" * 300,
    "Đăng " * 60, "1:" * 150, "+07" * 100, "08/07/2020 " + "1." * 140, "hai " * 75, "\u0301" * 300,
    "ngày giờ thời gian " * 15, "1 năm, " * 42, "9" * 300,
    "İ" * 300, "/ " * 150,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_line_costs_no_time(text: str) -> None:
    began = process_time()
    read_in_viet_nam(text[:300])
    assert process_time() - began < 0.1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 May 2020 at 2.05pm", "2020-05-12 14:05"),
        ("12 May 2020 - 2.05 p.m.", "2020-05-12 14:05"),
        ("12 May 2020 14.05", "2020-05-12 14:05"),
        ("12/05/2020, 14.05", "2020-05-12 14:05"),
        ("12/05/2020 lúc 14.05", "2020-05-12 14:05"),
        ("2.05pm 12 May 2020", "2020-05-12 14:05"),
        ("12/05/2020 1.25K lượt xem", "2020-05-12"),
        ("20/05/2020 - 22.06", None),
        ("12.05.2020 14.06", None),
        ("14.05 - 20.05.2020", None),
        ("12/05/2020 25.05", None),
        ("14.05", None),
    ],
)
def test_a_time_with_a_point_stands_right_behind_its_date_or_names_its_half_of_the_day(
    text: str, expected: str | None
) -> None:
    assert meaning(read_in_viet_nam(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By bientap, 12 Tháng 11, 2020", "2020-11-12"),
        ("Bởi Lò Thị Mai, 12/05/2020 14:05", "2020-05-12 14:05"),
        ("Viết bởi Lò Thị Mai, Thứ Ba, 12/05/2020", "2020-05-12"),
        ("By Jane Doe, May 12, 2020", "2020-05-12"),
        ("By Tuesday, 12 May 2020", None),
        ("By the end of term, 12 May 2020", None),
        ("By noon, 12 May 2020", None),
        ("By Jane Doe 3 weeks, 2 days ago", None),
        ("Posted by: Jane Doe 1 month, 12 May 2020", None),
    ],
)
def test_a_name_before_a_comma_sends_the_date_and_a_term_does_not(
    text: str, expected: str | None
) -> None:
    assert meaning(read_in_viet_nam(text)) == expected


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("Published 7:07 PM EST Nov 19, 2019", "Asia/Ho_Chi_Minh", "2019-11-19"),
        ("Updated 8:08 PM ET, Tue November 19, 2019", "UTC", "2019-11-19"),
        ("19.11.2019, 14:05 Uhr MEZ", "UTC", "2019-11-19"),
        ("19 November 2019 | 14:05 (BST)", "Europe/Paris", "2019-11-19"),
        ("7:07 PM EST Nov 19, 2019", "America/New_York", "2019-11-20T00:07:00+00:00"),
        ("19 Nov 2019, 14:05 CET", "Europe/Paris", "2019-11-19T13:05:00+00:00"),
        ("7:07 PM EST (GMT+7) Nov 19, 2019", "America/New_York", None),
    ],
)
def test_the_name_of_a_zone_gives_an_instant_only_where_it_is_the_portals_own(
    text: str, zone: str, expected: str | None
) -> None:
    found = read_date(text, zone=ZoneInfo(zone), fetched_at=FETCHED)
    said = found and (found.at or found.on)
    assert (said and said.isoformat()) == expected
