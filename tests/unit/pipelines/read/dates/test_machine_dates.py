"""Dates made for machines, in markup and feeds: read strictly, never guessed."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.dates.machine_dates import (
    day_written,
    moment_written,
    read_machine_date,
)
from tests.builders.date_meanings import VIETNAM, meaning

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

# One moment, Tuesday 12 May 2026 at 8:30 in Viet Nam, nearly as a standard writes it.
NEAR_RFC_2822 = [
    "Tue, 12 May 2026 08:30:00 GMT+7", "Tue, 12 May 2026 08:30:00 GMT+07:00",
    "Tue, 12 May 2026 08:30:00 GMT +0700", "Tue, 12 May 2026 08:30:00 UTC+7",
    "Tue, 12 May 2026 08:30:00 +7", "Tue, 12 May 2026 08:30:00 +700",
    "Tue, 12 May 2026 08:30:00 +07:00", "Tue, 12 May 2026 08:30:00 +0700 (ICT)",
    "Tue, 12 May 2026 08:30:00 ICT", "Tue, 12 May 2026 08:30:00 (GMT+7)",
    "Tue, 12 May 2026 08:30:00 Asia/Ho_Chi_Minh", "Tue, 12 May 2026 01:30:00 Etc/UTC",
    "Tue, 12 May 26 08:30:00 +0700", "Tue, 12 May 2026 8:30:00 +0700",
    "Tue, 12 May 2026 08:30 +0700", "Tuesday, 12 May 2026 08:30:00 +0700",
    "Tue 12 May 2026 08:30:00 +0700", "Tue,12 May 2026 08:30:00 +0700",
    "Tue,  12\tMay\u00a02026   08:30:00  +0700", "TUE, 12 MAY 2026 08:30:00 +0700",
    "Tue, 12 May 2026 8:30:00 AM +0700", "Tue, 12 May 2026 08.30.00 +0700",
    "Tuesday, 12-May-26 08:30:00 ICT", "Tuesday, 12-May-2026 08:30:00 GMT+0700",
    "12-MAY-26 08.30.00.000000000 AM +07:00",
]  # fmt: skip
NEAR_ISO = [
    "2026-05-12 08:30", "2026-05-12 08:30:00.000", "2026-05-12T08:30:00,000+07:00",
    "2026-05-12 08:30:00+07", "2026-05-12T08:30:00+7", "2026-05-12T08:30:00 +07:00",
    "2026-05-11T18:30:00\u221207:00", "2026-05-12T08:30:00+07:00Z",
    "2026-05-12T8:30:00+07:00", "2026-5-12 8:30", "2026-05-12, 08:30", "2026-05-12 8:30:00 AM",
    "2026-05-12 08:30:00 ICT", "2026-05-12T01:30:00 UTC", "2026-05-12T08:30:00 GMT+7",
    "2026-05-12T08:30:00+07:00[Asia/Ho_Chi_Minh]", "2026-05-12T08:30:00+07:00 (Indochina Time)",
    "2026-05-12 08:30:00.0000000 +07:00", "2026-05-12T08:30:00.0000000",
    "2026-05-12 T08:30:00", "20260512T083000", "20260512T0830+0700", "20260512T013000Z",
    "20260512 08:30:00", "20260512083000", "2026-W20-2T08:30:00+07:00", "2026W202T0830",
    '"2026-05-12T08:30:00+07:00"',
]  # fmt: skip
OF_PROGRAMS = [
    "Tue May 12 2026 08:30:00 GMT+0700 (Indochina Time)",
    "Tue May 12 2026 08:30:00 GMT+0700 (Giờ Đông Dương)",
    "Tue May 12 08:30:00 2026", "Tue May 12 08:30:00 ICT 2026", "Tue May 12 08:30:00 +0700 2026",
    "Tue May 12 01:30:00 UTC 2026", "Tuesday, May 12, 2026 8:30:00 AM",
    "1778549400", "1778549400000", "1778549400.123", "@1778549400", "/Date(1778549400000)/",
    "/Date(1778549400000+0700)/", "\\/Date(1778549400000)\\/",
]  # fmt: skip


@pytest.mark.parametrize("text", [*NEAR_RFC_2822, *NEAR_ISO, *OF_PROGRAMS])
def test_a_machine_date_a_little_off_its_standard_is_read(text: str) -> None:
    assert meaning(read_machine_date(text, zone=VIETNAM)) == "2026-05-12 08:30"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-12T24:00:00+07:00", "2026-05-13 00:00"),
        ("Tue, 12 May 2026 23:59:60 +0700", "2026-05-12 23:59:59"),
        ("Tue, 12 May 2026 12:30 AM", "2026-05-12 00:30"),
        ("Tue, 12 May 2026 12:30 PM", "2026-05-12 12:30"),
        ("Tue, 12 May 2026 13:30 PM", "2026-05-12 13:30"),
        ("Fri, 1 Sept 2023 8:05 +0700", "2023-09-01 08:05"),
        ("Tue May  5 08:30:00 2026", "2026-05-05 08:30"),
        ("Tue May 12 2026", "2026-05-12"),
        ("2026-W20-2", "2026-05-12"),
        ("2026-05-12+07:00", "2026-05-12"),
        ("2026-05-12Z", "2026-05-12"),
        ("Sun, 12 May 96 08:30:00 +0700", "1996-05-12 08:30"),
    ],
)
def test_what_is_written_oddly_means_what_it_says(text: str, expected: str) -> None:
    assert meaning(read_machine_date(text, zone=VIETNAM)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 12 May 2026 22:30:00 EST", "Tue, 12 May 2026 22:30:00 EDT",
        "Tue, 12 May 2026 01:30:00 CET", "Tue, 12 May 2026 22:30:00 XYZ",
        "2026-05-12 22:30:00 CST", "2026-05-12T22:30:00 Mars/Crater",
        "Tue, 12 May 2026 22:30:00 EST-0700", "Tue, 12 May 2026 22:30:00 (giờ máy chủ)",
        "Tue, 12 May 2026 22:30:00 SE Asia Standard Time", "Tue, 12 May 2026 22:30:00 0700",
        "2026-05-12 22:30:00 Pacific Daylight Time",
    ],
)  # fmt: skip
def test_an_unsure_zone_shifts_no_day_and_gives_no_time(text: str) -> None:
    assert meaning(read_machine_date(text, zone=VIETNAM)) == "2026-05-12"


@pytest.mark.parametrize(
    ("text", "zone", "at"),
    [
        ("Tue, 12 May 2026 08:30:00 EDT", "America/New_York", "2026-05-12T12:30:00+00:00"),
        ("Mon, 12 Jan 2026 08:30:00 EST", "America/New_York", "2026-01-12T13:30:00+00:00"),
        ("Tue, 12 May 2026 08:30:00 CEST", "Europe/Paris", "2026-05-12T06:30:00+00:00"),
        ("Tue, 12 May 2026 08:30:00 CST", "Asia/Shanghai", "2026-05-12T00:30:00+00:00"),
    ],
)
def test_a_zone_by_a_name_of_the_portals_own_is_sure(text: str, zone: str, at: str) -> None:
    found = read_machine_date(text, zone=ZoneInfo(zone))
    assert found is not None
    assert found.at == datetime.fromisoformat(at)


@pytest.mark.parametrize(("text", "expected"), MACHINE.items())
def test_a_machine_date_is_read(text: str, expected: str) -> None:
    assert meaning(read_machine_date(text, zone=VIETNAM)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "08/07/2020", "07/08/2020 08:33", "08-07-2020", "2020/07/08", "8 tháng 7 năm 2020",
        "July 8, 2020", "hôm qua", "2020", "2020-13-01", "2020-02-30",
        "2020-07-08T25:00:00", "2020-07-08T08:33:00+19:00", "0001-01-01T00:00:00",
        "1970-01-01T00:00:00Z", "-0001-11-30T00:00:00+00:00",
        "2020-07-10+0725:33:00", "Mon, 27 Dec 2020 06:12:00 GMT", "27 Foo 2020 06:12:00 GMT",
        "0912345678", "26895", "20200708", "15909202201",
        "\u0662\u0660\u0662\u0660-\u0660\u0667-\u0660\u0668", "²²²²²²²²²²", "",
        "2020-07-08T08:33:00+07:00" + " x" * 40,
        "Wed May 12 2026 08:30:00 GMT+0700", "12 May 26", "Tue, 12 May 2026 13:30 AM",
        "2026-05-12 08:30 - 2026-05-15 17:00", "2026-05-12 08:30 Cập nhật", "2026-05-12 NEWSROOM",
        "2026-05-12-2", "2026-05-12T08:60", "2026-05-12T24:30", "2026-W60-2", "2026-W20",
        "20261312T083000", "20260512253000", "202605120830", "20260512-12",
        "20260512X0830", "/Date(-62135596800000)/",
        "12/05/2026 8:30:00 AM", "1778549400 lượt", "+07:00", "Tuesday", "Invalid Date",
        "Tue, 31 Jun 2026 08:30:00 +0700", "Tue, 12 May 026 08:30:00 +0700",
    ],
)  # fmt: skip
def test_a_machine_date_is_never_guessed(text: str) -> None:
    assert read_machine_date(text, zone=VIETNAM) is None


@pytest.mark.parametrize(
    ("text", "moment", "day"),
    [
        ("2021-06-08T19:20:00+01:00", "2021-06-08T19:20:00+01:00", "2021-06-08"),
        ("2021-01-08T19:20-05", "2021-01-08T19:20:00-05:00", "2021-01-08"),
        ("Tue, 08 Jun 2021 19:20:00 +0700", "2021-06-08T19:20:00+07:00", None),
        ("2021-06-08T19:20:00Z", None, "2021-06-08"),
        ("2021-06-08T19:20:00", None, "2021-06-08"),
        ("2021-06-08", None, "2021-06-08"),
        ("2021-06-08T19:20:00+19:00", None, "2021-06-08"),
        ("2021-06-31", None, None),
        ("2021-06", None, None),
        ("08/06/2021", None, None),
    ],
)
def test_a_moment_and_a_day_are_those_that_were_written_wherever_that_was(
    text: str, moment: str | None, day: str | None
) -> None:
    written = moment_written(text)
    assert (written and written.isoformat()) == moment
    on = day_written(text)
    assert (on and on.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "on", "at"),
    [
        ("2020-04-12T18:00:00-07:00", "2020-04-12", "2020-04-13T01:00:00+00:00"),
        ("2020-04-12T23:10:00Z", "2020-04-12", "2020-04-12T23:10:00+00:00"),
        ("Sun, 12 Apr 2020 23:10:00 +0530", "2020-04-12", "2020-04-12T17:40:00+00:00"),
        ("2020-04-12T03:00:00", "2020-04-12", None),  # in whose hours?
        ("2020-04-12 23:59", "2020-04-12", None),
        ("2020-04-12", "2020-04-12", None),
    ],
)
def test_in_an_unknown_zone_the_day_is_as_written_and_only_an_offset_makes_an_instant(
    text: str, on: str, at: str | None
) -> None:
    found = read_machine_date(text, zone=ZoneInfo("UTC"))
    assert found is not None
    assert (found.on.isoformat(), found.at and found.at.isoformat()) == (on, at)
    assert found.precision == ("minute" if at else "day")
