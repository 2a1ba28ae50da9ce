"""Languages that came as a file alone. Worked out by eye; 15 January 2024 was a Monday."""

import pytest

from tests.builders.date_meanings import meaning, read_in_viet_nam

THAI = {
    "15 มกราคม 2567": "2024-01-15",
    "15 มกราคม พ.ศ. 2567": "2024-01-15",
    "วันที่ 15 เดือน มกราคม พ.ศ. 2567": "2024-01-15",
    "วันจันทร์ที่ 15 มกราคม 2567": "2024-01-15",
    "จันทร์ 15 ม.ค. 2567": "2024-01-15",
    "๑๕ มกราคม ๒๕๖๗": "2024-01-15",
    "15 ม.ค. 67": "2024-01-15",
    "15 ม.ค 2567": "2024-01-15",
    "7 ก.พ. 67 09.05 น.": "2024-02-07 09:05",
    "28 ก.พ. 2533": "1990-02-28",
    "15/01/2567": "2024-01-15",
    "๑๕/๐๑/๒๕๖๗ ๑๐:๓๐ น.": "2024-01-15 10:30",
    "2567-01-15": "2024-01-15",
    "15 มกราคม 2024": "2024-01-15",
    "15 January 2567": "2024-01-15",
    "15 ม.ค. 2567 เวลา 10:30 น.": "2024-01-15 10:30",
    "15 ม.ค. 2567 เวลา 10.30 น.": "2024-01-15 10:30",
    "เผยแพร่เมื่อ 15 มกราคม 2567 เวลา 16.05 น.": "2024-01-15 16:05",
    "โพสต์โดย admin เมื่อ 15 ม.ค. 2567": "2024-01-15",
    "15 มกราคม 2567 | เข้าชม 125 ครั้ง": "2024-01-15",
    "15 มกราคม 2567 โดย งานประชาสัมพันธ์": "2024-01-15",
    "3 ชั่วโมงที่แล้ว": "2026-11-22 07:30",
    "เมื่อวานนี้": "2026-11-21",
    "29 กุมภาพันธ์ 2567": "2024-02-29",
}
INDONESIAN = {
    "Senin, 15 Januari 2024": "2024-01-15",
    "Senin, 15 Januari 2024 | 10:30 WIB": "2024-01-15 10:30",
    "15 Januari 2024 10.30 WIB": "2024-01-15 10:30",
    "15 Jan 2024 pukul 10.30 WIB": "2024-01-15 10:30",
    "Senin, 15 Januari 2024 10:30 WITA": "2024-01-15 09:30",
    "15 Januari 2024 10.30 WIT": "2024-01-15 08:30",
    "Sen, 15 Jan 2024": "2024-01-15",
    "Jum'at, 2 Agustus 2024": "2024-08-02",
    "Jumat, 1 Nopember 2024": "2024-11-01",
    "17 Agt 2024": "2024-08-17",
    "25 Des 2023": "2023-12-25",
    "10 Mei 2024": "2024-05-10",
    "Diposting pada Senin, 15 Januari 2024 pukul 08:15 WIB": "2024-01-15 08:15",
    "Oleh Admin Desa, 15 Januari 2024": "2024-01-15",
    "Ditulis oleh Admin pada 15 Januari 2024": "2024-01-15",
    "15 Januari 2024 | Dibaca 125 kali": "2024-01-15",
    "3 jam yang lalu": "2026-11-22 07:30",
    "Kemarin": "2026-11-21",
}
# 8 July 2020 was a Wednesday.
OTHERS = {
    "woensdag 8 juli 2020": "2020-07-08",
    "8 mrt 2020 om 10.30 uur": "2020-03-08 10:30",
    "Geplaatst op 12 mei 2020": "2020-05-12",
    "dimecres, 8 de juliol de 2020": "2020-07-08",
    "12 d'abril de 2020": "2020-04-12",
}
LABELS = {
    "เผยแพร่เมื่อ 15 มกราคม 2567": "published",
    "วันที่ประกาศ : 15 มกราคม 2567": "published",
    "ปรับปรุงล่าสุด 15 ม.ค. 67": "updated",
    "แก้ไขล่าสุดเมื่อวันที่ 15 มกราคม 2567": "updated",
    "Diterbitkan: 15 Januari 2024": "published",
    "Tanggal publikasi: 15/01/2024": "published",
    "Terakhir diperbarui pada 15 Januari 2024": "updated",
    "Laatst gewijzigd op 8 juli 2020": "updated",
    "Publicat el 8 de juliol de 2020": "published",
}
REFUSED = [
    "วันอังคารที่ 15 มกราคม 2567",  # it was a Monday
    "29 กุมภาพันธ์ 2566",
    "15 มกราคม 2467",
    "15/01/67",  # figures alone do not say which era
    "15 Jan 67",
    "ประจำปี 2567",
    "วันที่ 15 - 20 มกราคม 2567",
    "ประชุมสภาเทศบาล วันที่ 15 มกราคม 2567",
    "Selasa, 15 Januari 2024",
    "15 Januari 2024 bertempat di balai desa",
    "Oleh karena itu, 15 Januari 2024 rapat",
    "Tahun 2024",
]


@pytest.mark.parametrize(("text", "expected"), (THAI | INDONESIAN | OTHERS).items())
def test_a_date_line_of_a_language_that_is_one_file(text: str, expected: str) -> None:
    assert meaning(read_in_viet_nam(text)) == expected


@pytest.mark.parametrize(("text", "expected"), LABELS.items())
def test_its_labels_tell_publication_from_update(text: str, expected: str) -> None:
    found = read_in_viet_nam(text)
    assert found is not None
    assert found.label == expected


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_date_line_in_them_is_none(text: str) -> None:
    assert read_in_viet_nam(text) is None
