"""Addresses whose shape grows without end, and those that only look so."""

import pytest

from pipelines.read.addresses.trap_shapes import trap_reason


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/tin-tuc/su-kien/bai-viet-26895.html", None),
        ("/2020/10/10/10-nam", None),
        ("/Pages/Pages/a.aspx", None),
        ("/tin/tin/tin/a", "repeating-path"),
        ("/a/tin/b/tin/c/tin", "repeating-path"),
        ("/tin-tuc/xa/tin-tuc/xa/", "repeating-path"),
        ("/" + "/".join("abcdefghijkl"), None),
        ("/" + "/".join("abcdefghijklm"), "too-deep"),
        ("/a?" + "&".join(f"{letter}=1" for letter in "abcdef"), None),
        ("/a?" + "&".join(f"{letter}=1" for letter in "abcdefg"), "too-many-parameters"),
        (
            "/tin?p_p_id=101_INSTANCE_x&p_p_lifecycle=0&p_p_state=normal&p_p_mode=view&p_p_col_id=c&p_p_col_count=1&_x_delta=20&_x_cur=3",
            None,
        ),
        ("/a/" + "x" * 1_500, "too-long"),
        ("/calendar/2031/05", "calendar"),
        ("/lich-cong-tac?date=2031-05-01", "calendar"),
        ("/lich-cong-tac?tuan=22", "calendar"),
        ("/lich-cong-tac/", None),
        ("/lich-su-van-hoa/chua-mau-12.html", None),
        ("/su-kien?month=5&year=2031", "calendar"),
        ("/su-kien?thang=5&nam=2031", "calendar"),
        ("/trang?muc=agenda&mois=2031-05", "calendar"),
        ("/tin?month=2031-05", "calendar"),
        ("/events/2031-05/", "calendar"),
        ("/agenda/2031/05", "calendar"),
        ("/events/list/?tribe-bar-date=2031-05-01", "calendar"),
        ("/?cal_m=5&cal_y=2031", "calendar"),
        ("/events/2031/05/le-hoi-hoa-ban", None),
        ("/2031/05/le-hoi-hoa-ban", None),
        ("/2031/05/", None),
        ("/tin?from=2031-05-01", None),
        ("/AllPosts.aspx?CategoryId=16&PublishedDate=2015-08-25T13:35:00Z", None),
        ("/van-ban?sort=date&order=asc&page=3", "faceted"),
        ("/van-ban?f%5B0%5D=a&f%5B1%5D=b", "faceted"),
        ("/van-ban?sort=date", None),
        ("/van-ban?loai=1&loai=2&loai=3", "faceted"),
        ("/?language=en", "language-toggle"),
        ("/tin/a.html?lang=en", "language-toggle"),
        ("/setlanguage?setlang=en&returnurl=a", "language-toggle"),
        ("/index.php?language=vi&nv=news&op=tin/bai-12.html", None),
        ("/banners/click/?id=2&s=0a1b", "click-counter"),
        ("/quang-ca-bao-hiem", None),
    ],
)
def test_an_endless_family_is_known_by_its_shape(path: str, reason: str | None) -> None:
    assert trap_reason(f"http://portal.vn{path}") == reason
