"""Lines of a PDF become paragraphs again; what stands alone stays alone."""

from web.pages.captures.attachment import paragraphs_of


def test_lines_that_reach_the_margin_go_on() -> None:
    text = (
        "ỦY BAN NHÂN DÂN XÃ\nTHÔNG BÁO\n"
        "Căn cứ kế hoạch đã được phê duyệt, Ủy ban nhân dân xã thông báo tuyển\n"
        "12 người, gồm 4 giáo viên mầm non, 4 giáo viên tiểu học và nhân viên kế\n"
        "toán.\n"
        "Hồ sơ nộp trực tiếp tại trụ sở trước ngày 7 tháng 7 năm nay, theo mẫu.\n"
        "Người nộp mang theo giấy tờ tùy thân."
    )
    assert paragraphs_of(text) == [
        "ỦY BAN NHÂN DÂN XÃ",
        "THÔNG BÁO",
        "Căn cứ kế hoạch đã được phê duyệt, Ủy ban nhân dân xã thông báo tuyển 12 người, gồm 4 "
        "giáo viên mầm non, 4 giáo viên tiểu học và nhân viên kế toán.",
        "Hồ sơ nộp trực tiếp tại trụ sở trước ngày 7 tháng 7 năm nay, theo mẫu.",
        "Người nộp mang theo giấy tờ tùy thân.",
    ]


def test_blocks_and_short_lines_stay_as_they_are() -> None:
    assert paragraphs_of("Điều 1\n\n\nĐiều 2\nLúa\nNgô\n") == ["Điều 1", "Điều 2", "Lúa", "Ngô"]
    assert paragraphs_of("") == []
