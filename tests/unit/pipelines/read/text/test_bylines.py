"""Who signs: labelled lines, bare names, organisations, and last lines that sign nothing."""

import pytest

from pipelines.read.text.bylines import (
    Byline,
    is_account,
    is_person,
    read_labelled,
    read_unlabelled,
    signed_by,
    take_byline,
)

LABELLED = [
    ("Tác giả: Hoài An", "Hoài An", None),
    ("Tác giả: Hoài An - Nguồn: Ban biên tập", "Hoài An", "Ban biên tập"),
    ("Tác giả : Hoài An – Nguồn tin : Báo Sông Lành", "Hoài An", "Báo Sông Lành"),
    ("Tác giả\uff1aHoài An", "Hoài An", None),
    ("TÁC GIẢ: Hoài An", "Hoài An", None),
    ("Tin, ảnh: Cao Thị Liễu", "Cao Thị Liễu", None),
    ("Tin ảnh: Cao Thị Liễu", "Cao Thị Liễu", None),
    ("Tin và ảnh: Cao Thị Liễu.", "Cao Thị Liễu", None),
    ("Bài, ảnh: Thu Hoài - Đức Bình", "Thu Hoài - Đức Bình", None),
    ("Bài và ảnh: Thu Hoài", "Thu Hoài", None),
    ("Tin, bài: Thu Hoài", "Thu Hoài", None),
    ("(Tin, ảnh: Thu Hoài)", "Thu Hoài", None),
    ("Người viết: Mùa A Páo", "Mùa A Páo", None),
    ("Thực hiện: Nhóm phóng viên", "Nhóm phóng viên", None),
    ("Biên tập:\u00a0\u00a0\u00a0\u00a0Quách Thu", "Quách Thu", None),
    ("Bài: H'Liên", "H'Liên", None),
    ("Nguồn: Trung tâm Văn hóa huyện", None, "Trung tâm Văn hóa huyện"),
    ("Nguồn tin: songlanh.example.vn", None, "songlanh.example.vn"),
    ("(Nguồn: Báo Sông Lành)", None, "Báo Sông Lành"),
    ("Viết bởi Thu Hoài", "Thu Hoài", None),
    ("Được viết bởi: Thu Hoài", "Thu Hoài", None),
    ("Viết bởi Ban Văn hóa xã", "Ban Văn hóa xã", None),
    ("Viết bởi quantri", "quantri", None),
    ("Bởi Thu Hoài", "Thu Hoài", None),
    ("Bởi: Hoài", "Hoài", None),
    ("By: Hoài", "Hoài", None),
    ("Written by Thu Hoài, Đức Bình", "Thu Hoài, Đức Bình", None),
    ("Viết bởi:", None, None),
    ("Theo Báo Sông Lành", None, "Báo Sông Lành"),
    ("(Theo Đài Truyền thanh huyện)", None, "Đài Truyền thanh huyện"),
    ("Theo songlanh.example.vn", None, "songlanh.example.vn"),
]


@pytest.mark.parametrize(("line", "author", "source"), LABELLED)
def test_a_labelled_line_names_author_or_source(
    line: str, author: str | None, source: str | None
) -> None:
    assert read_labelled(line) == Byline(author, source)


@pytest.mark.parametrize(
    "line",
    [
        "Theo kế hoạch, huyện sẽ thu hoạch xong trước ngày 25/6.",
        "Theo kế hoạch của UBND huyện",
        "Theo đó, các xã hoàn thành trong tháng 6",
        "Theo ông Lê Văn Khởi, vụ này được mùa",
        "Nguồn vốn đầu tư được phân bổ từ đầu năm",
        "Tin vui đến với bà con bản Nà Láng",
        "Bài học kinh nghiệm được rút ra",
        "Tác giả của sáng kiến là một giáo viên",
        "Thực hiện Nghị quyết số 18 của huyện",
        "Bởi vì mưa lớn kéo dài",
        "Bởi Nhà nước và nhân dân cùng làm",
        "Bởi lẽ đó, vụ này được mùa.",
        "Viết bởi những người nông dân.",
        "By the way",
        "Nguồn: " + "Trung tâm Văn hóa, Thể thao và Truyền thông huyện phối hợp với " * 3,
    ],
)
def test_a_sentence_with_a_label_word_is_no_byline(line: str) -> None:
    assert read_labelled(line) is None


@pytest.mark.parametrize(
    ("line", "author", "source"),
    [
        ("Bích Vân", "Bích Vân", None),
        ("(Bích Vân)", "Bích Vân", None),
        ("Thu Hoài - Đức Bình", "Thu Hoài - Đức Bình", None),
        ("Thu Hoài – Đức Bình", "Thu Hoài – Đức Bình", None),
        ("Thu Hoài, Đức Bình", "Thu Hoài, Đức Bình", None),
        ("Thu Hoài và Đức Bình", "Thu Hoài và Đức Bình", None),
        ("Nguyễn Thị Thanh Mai", "Nguyễn Thị Thanh Mai", None),
        ("Trung tâm Văn hóa huyện", None, "Trung tâm Văn hóa huyện"),
        ("Thành ủy Phù Sa", None, "Thành ủy Phù Sa"),
        ("Ban Biên tập", None, "Ban Biên tập"),
        ("UBND xã Đồng Vàng", None, "UBND xã Đồng Vàng"),
        ("Đài Truyền thanh - Truyền hình huyện", None, "Đài Truyền thanh - Truyền hình huyện"),
        ("Phòng Nội vụ", None, "Phòng Nội vụ"),
    ],
)
def test_a_bare_last_line_is_a_signature(line: str, author: str | None, source: str | None) -> None:
    assert read_unlabelled(line) == Byline(author, source)


@pytest.mark.parametrize(
    "line",
    [
        "Bích Vân.",
        "Hội nghị thành công tốt đẹp",
        "Kính mời",
        "Vân",
        "BÍCH VÂN",
        "Năm 2024",
        "Tổ 3 Đồng Vàng",
        "Xin trân trọng cảm ơn!",
        "Nơi nhận:",
        "bích vân",
        "Bích Vân đi chợ",
        "",
        "Nguyễn Thị Thanh Mai Hương Lan Anh",
        "Ban tổ chức đã trao giải cho các đội đạt thành tích cao trong năm",
        "Trường hợp vi phạm sẽ bị xử lý nghiêm theo quy định của pháp luật",
    ],
)
def test_a_last_line_that_is_a_sentence_a_place_or_a_heading_is_no_signature(line: str) -> None:
    assert read_unlabelled(line) is None


@pytest.mark.parametrize(
    "name",
    [
        "quantri",
        "admin",
        "Admin",
        "Super User",
        "Quản trị viên",
        "QUẢN TRỊ",
        "webmaster",
        "bientap2",
        "van.phu@example.vn",
        "Biên tập viên",
        "Cổng Sông Lành",
        "Test Test",
        "SuperUser Account",
        "songlanh\\quantri",
        "Ban Biên tập",
        "Cổng TTĐT",
        "Cổng thông tin điện tử Sông Lành",
        "BBT Trang TTĐT Sông Lành",
        "Bạn đọc (chưa xác thực)",
        "Jane Roe (not verified)",
    ],
)
def test_an_account_or_the_portal_itself_is_nobody(name: str) -> None:
    assert is_account(name, ("Cổng Sông Lành",))


@pytest.mark.parametrize(
    "name",
    [
        "Thủy Ngân",
        "Bích Vân",
        "H'Liên",
        "Thu Hoài - Đức Bình",
        "Cổng TTĐT Chính phủ",
        "Ban Biên tập Báo Sông Lành",
    ],
)
def test_a_name_is_no_account(name: str) -> None:
    assert not is_account(name, ("Cổng Sông Lành", ""))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Lò Văn Pành", True),
        ("H'Liên Niê", True),
        ("Vân", False),
        ("NGUYỄN VĂN A", False),
        ("Văn Phú 2", False),
        ("Đức bình", False),
    ],
)
def test_a_person_has_two_to_five_words_with_a_capital_each(name: str, expected: bool) -> None:
    assert is_person(name) is expected


def test_the_last_lines_are_read_upwards_and_leave_the_text() -> None:
    assert take_byline(["Một.", "Hai./.", "Tin, ảnh: Thu Hoài", "Nguồn: Báo Sông Lành"]) == (
        Byline("Thu Hoài", "Báo Sông Lành"),
        ["Một.", "Hai./."],
        ["Nguồn: Báo Sông Lành", "Tin, ảnh: Thu Hoài"],
    )


def test_a_label_in_mid_text_is_left_where_it_is() -> None:
    text = ["Một.", "Tin, ảnh: Thu Hoài", "Hai."]
    assert take_byline(text) == (Byline(), text, [])


def test_the_only_paragraph_is_never_a_bare_signature() -> None:
    assert take_byline(["Ban Biên tập"]) == (Byline(), ["Ban Biên tập"], [])


def test_a_name_that_answers_a_colon_is_no_signature() -> None:
    text = ["Đại hội đã bầu chức danh Bí thư:", "Lò Văn Pành"]
    assert take_byline(text) == (Byline(), text, [])


@pytest.mark.parametrize(
    "office", [["KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"], ["BÍ THƯ"], ["CHỦ TỊCH", "(Đã ký)"]]
)
def test_the_name_under_an_office_signs_a_document_and_wrote_no_article(office: list[str]) -> None:
    text = ["Xã giao các trưởng thôn báo cho từng hộ biết./.", *office, "Vàng Mí Sính"]
    assert take_byline(text) == (Byline(), text, [])


def test_two_credits_in_a_row_give_author_and_source() -> None:
    byline, left, _ = take_byline(["Một.", "Bài, ảnh: Thu Hoài", "Theo Báo Sông Lành"])
    assert (byline, left) == (Byline("Thu Hoài", "Báo Sông Lành"), ["Một."])


def test_an_account_below_the_text_is_taken_out_of_it_and_is_nobody() -> None:
    assert take_byline(["Một.", "Hai./.", "Viết bởi quantri"])[:2] == (Byline(), ["Một.", "Hai./."])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Tin, ảnh: Thu Hoài"], "Thu Hoài"),
        (["Nguồn: Báo Sông Lành", "Tác giả: Thu Hoài - Nguồn: Báo Sông Lành"], "Thu Hoài"),
        (["Biên tập: Đức Bình", "Bài: Thu Hoài"], "Thu Hoài"),
        (["Biên tập: Đức Bình"], None),
        (["Người đăng: Đức Bình"], None),
        (["Tác giả: admin"], None),
        (["Thu Hoài"], None),
        ([], None),
    ],
)
def test_who_wrote_has_signed_and_who_posted_or_edited_has_not(
    lines: list[str], expected: str | None
) -> None:
    assert signed_by(lines) == expected
