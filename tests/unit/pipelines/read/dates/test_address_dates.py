"""The date in an article's address; an ordinary number is none."""

import pytest

from pipelines.read.dates.address_dates import date_in_url
from tests.builders.date_meanings import VIETNAM, meaning

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
    "https://town.example/news/2023/october/03/how-many-mills/": (
        "2023-10-03",
        "2023/october/03",
    ),
    "https://town.example/2020/Jul/08/mills.html": ("2020-07-08", "2020/Jul/08"),
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
