"""Dates made for machines, in markup and feeds and in addresses: read strictly, never guessed."""

import pytest

from pipelines.read.dates.machine_dates import (
    date_in_url,
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
    ],
)  # fmt: skip
def test_a_machine_date_is_never_guessed(text: str) -> None:
    assert read_machine_date(text, zone=VIETNAM) is None


URLS = {
    "https://xa.example.gov.vn/portal/pages/2023-01-30/hoi-nghi-tong-ket-468686.aspx": (
        "2023-01-30",
        "2023-01-30",
    ),
    "https://so.example.gov.vn/portal/Pages/2024-5-17/khai-mac-he-hvbq96.aspx": (
        "2024-05-17",
        "2024-5-17",
    ),
    "https://huyen.example.gov.vn/hoi-nghi-so-ket-1590920220.html": (
        "2020-05-31 17:17",
        "1590920220",
    ),
    "https://huyen.example.gov.vn/hoi-nghi-so-ket-1678089245.html?in=1": (
        "2023-03-06 14:54:05",
        "1678089245",
    ),
    "https://tp.example.gov.vn/tin/khanh-thanh-cau-4250808215021297.htm": (
        "2025-08-08 21:50:21",
        "4250808215021297",
    ),
    "https://bo.example.gov.vn/khanh-thanh-cau-20241003083820222.htm": (
        "2024-10-03 08:38:20",
        "20241003083820222",
    ),
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
        "/vi/news/tin-tuc-421/hoi-nghi-26895.html", "/-/details/37632/hoi-nghi-141199571",
        "/node/195660?page=6", "/tin-tuc-11/hoi-nghi-475",
        "/hoi-nghi-0912345678.html", "/hoi-nghi-9990920220.html",
        "/portal/pages/2023-13-30/x-1.aspx", "/portal/pages/2023-02-30/x-1.aspx",
        "/bao-cao-2016-2020.html", "/portal/pages/gioi-thieu.aspx",
        "/khanh-thanh-4251308215021297.htm", "/khanh-thanh-4250808255021297.htm",
        "/khanh-thanh-19991003083820222.htm", "/2020/07/08/", "/2020/13/08/hoi-nghi/",
        "/2020/07/hoi-nghi/", "/wp-content/uploads/2020/07/08/anh.jpg",
        "/?d=2020-07-08", "/x?u=/2020/07/08/hoi-nghi/", "/2020-07-08/hoi-nghi", "/",
        "/1590920220.html", "/hoi-nghi-15909202201.html",
    ],
)  # fmt: skip
def test_ordinary_numbers_in_an_address_are_no_date(path: str) -> None:
    assert date_in_url(f"https://xa.example.gov.vn{path}", zone=VIETNAM) is None


def test_what_is_no_address_has_no_date() -> None:
    assert date_in_url("http://[xa/hoi-nghi-1590920220.html", zone=VIETNAM) is None


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
