"""Who signs: labelled lines, bare names, organisations, and last lines that sign nothing."""

import pytest

from pipelines.read.text.bylines import (
    Byline,
    is_account,
    is_person,
    may_be_name,
    read_labelled,
    read_unlabelled,
    take_signatures,
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
    ("Đăng bởi: Mai Sương 3 tuần, 2 ngày trước", "Mai Sương", None),
    ("Người viết: Thu Hoài (12/3/2021)", "Thu Hoài", None),
    ("By: Ann Miller, Dec 17, 2025", "Ann Miller", None),
    ("Written by Ann Miller, RN, on March 3, 2026", "Ann Miller, RN", None),
    ("Đăng bởi: Thu Hoài vào ngày 12/3/2021", "Thu Hoài", None),
    ("By ANN MILLER and TOM O'HARA", "ANN MILLER and TOM O'HARA", None),
    ("By Ann Miller. Last Updated March 2026", "Ann Miller", None),
    ("来源\uff1a清河日报 责任编辑\uff1a王小明", None, "清河日报"),
    ("来源\uff1a清河日报 作者\uff1a李明 发布时间\uff1a昨天", "李明", "清河日报"),
    ("作者\uff1a李明\u3000摄影\uff1a王小明", "李明", None),
    ("Автор: Анна Ручьева, фото: Пётр Лугов", "Анна Ручьева", None),
    ("Текст: Анна Ручьева. Фото: Пётр Лугов", "Анна Ручьева", None),
    ("Bài: Thu Hoài - Ảnh: Đức Bình", "Thu Hoài", None),
    ("Tác giả: Thu Hoài Biên tập: Quách Thu", "Thu Hoài", None),
    ("Nguồn: Báo Sông Lành - Ảnh: Đức Bình", None, "Báo Sông Lành"),
    ("Nguồn: Báo Sông Lành; Tác giả: Thu Hoài", "Thu Hoài", "Báo Sông Lành"),
    ("Source: Millford Gazette Editor: Ann Miller", None, "Millford Gazette"),
    ("Author: Ann Miller, Lektorat: Ben Carter", "Ann Miller", None),
    ("Source: https://gazette.example/a", None, "https://gazette.example/a"),
    ("By Ann Miller, Staff Writer", "Ann Miller", None),
    ("By Ann Miller and Ben Carter, Senior Health Reporters", "Ann Miller and Ben Carter", None),
    ("By Ann Miller, Reuters", "Ann Miller", None),
    ("By Ann Miller, Ben Carter", "Ann Miller, Ben Carter", None),
    ("By Ann Miller ann.miller@gazette.example", "Ann Miller", None),
    ("By Ann Miller (@annmiller)", "Ann Miller", None),
    ("Words by Ann Miller", "Ann Miller", None),
    ("Words by Ann Miller, photos by Ben Carter", "Ann Miller", None),
    ("Posted by Ann Miller on", "Ann Miller", None),
    ("Viết bởi Thu Hoài vào ngày", "Thu Hoài", None),
    ("Đăng bởi: hoai@songlanh.example", "hoai@songlanh.example", None),
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
        ("Thu Hoài – ĐTB", "Thu Hoài – ĐTB", None),
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


def signatures(text: list[str], *, bare: bool = True) -> tuple[list[Byline], list[str]]:
    signed, left = take_signatures(text, bare=bare)
    return [byline for _, byline in signed], left


def test_the_last_lines_are_read_upwards_and_leave_the_text() -> None:
    assert signatures(["Một.", "Hai./.", "Tin, ảnh: Thu Hoài", "Nguồn: Báo Sông Lành"]) == (
        [Byline(source="Báo Sông Lành"), Byline("Thu Hoài")],
        ["Một.", "Hai./."],
    )
    assert signatures(["Một.", "Bài, ảnh: Thu Hoài", "Theo Báo Sông Lành"]) == (
        [Byline(source="Báo Sông Lành"), Byline("Thu Hoài")],
        ["Một."],
    )


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("Theo sonlanh online", "sonlanh online"),
        ("Theo Sông Lành Điện tử", "Sông Lành Điện tử"),
        ("(Theo VGP)", "VGP"),
        ("Theo http://songlanh.example.vn/", "http://songlanh.example.vn/"),
        ("Theo: songlanh.example.com", "songlanh.example.com"),
        ("Nguồn tin từ: Hoàng Bích", "Hoàng Bích"),
        ("Nguồn “Sông Lành Điện tử”", "Sông Lành Điện tử"),
        ("songlanh.example.vn", "songlanh.example.vn"),
        ("Nguồn: Báo Sông Lành<o:p></o:p>", "Báo Sông Lành"),
    ],
)
def test_a_last_line_that_can_only_be_a_source_is_one(line: str, source: str) -> None:
    assert signatures(["Một.", line], bare=False) == ([Byline(source=source)], ["Một."])


@pytest.mark.parametrize(
    "line",
    [
        "Theo kế hoạch của huyện",
        "Theo Quyết định số 18/QĐ-UBND",
        "Theo đó, các xã xong trong tháng sáu. Huyện sẽ tổng kết.",
        "Theo “Đề án 06”, xã đã làm xong thẻ cho từng hộ.",
        "Theo Sông Lành Điện tử, vụ này được mùa vì mưa đến sớm và đều",
        "danh-sach.pdf",
    ],
)
def test_a_last_line_that_may_be_text_stays(line: str) -> None:
    assert signatures(["Một.", line]) == ([], ["Một.", line])


@pytest.mark.parametrize("line", ["Bích Vân.", "Bích Vân .", "(Bích Vân)", "Bích Vân"])
def test_a_bare_name_signs_below_a_sentence_if_the_language_signs_so(line: str) -> None:
    assert [byline.author for byline in signatures(["Một.", line])[0]] == ["Bích Vân"]
    assert signatures(["Một.", line], bare=False) == ([], ["Một.", line])


def test_a_label_in_mid_text_is_left_where_it_is() -> None:
    text = ["Một.", "Tin, ảnh: Thu Hoài", "Hai."]
    assert signatures(text) == ([], text)


def test_the_only_paragraph_is_never_a_bare_signature() -> None:
    assert signatures(["Ban Biên tập"]) == ([], ["Ban Biên tập"])


@pytest.mark.parametrize(
    "text",
    [
        ["Đại hội đã bầu chức danh Bí thư:", "Lò Văn Pành"],
        ["Các hộ được nhận quà:", "Vàng Mí Sính", "Lò Văn Pành"],
        ["Nơi nhận:", "UBND các xã", "Phòng Nội vụ"],
    ],
)
def test_the_last_name_of_a_list_is_no_signature(text: list[str]) -> None:
    assert signatures(text) == ([], text)


@pytest.mark.parametrize(
    "office", [["KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"], ["BÍ THƯ"], ["CHỦ TỊCH", "(Đã ký)"]]
)
def test_the_name_under_an_office_signs_a_document_and_wrote_no_article(office: list[str]) -> None:
    text = ["Xã giao các trưởng thôn báo cho từng hộ biết./.", *office, "Vàng Mí Sính"]
    assert signatures(text) == ([], text)


def test_who_posted_a_text_is_told_from_who_signed_it() -> None:
    signed, _ = take_signatures(["Một.", "Bài: Thu Hoài", "Người đăng: Đức Bình"], bare=False)
    assert [byline.evidence for _, byline in signed] == ["poster", "signature"]


@pytest.mark.parametrize(
    "name", ["Thu Hoài", "Newsdesk", "Ann Miller, Ben Carter", "Trung tâm Văn hóa huyện"]
)
def test_a_name_of_whatever_form_may_be_an_author_s(name: str) -> None:
    assert may_be_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "By",
        "Tác giả",
        "Photo Rescue Service",
        "Photo: Ann",
        "View all posts by Ann",
        "4 min read",
        "Subscribe",
        "Sign up",
        "Подписаться",
        "Chia sẻ",
    ],
)
def test_a_label_a_credit_of_a_picture_or_a_link_is_no_name(text: str) -> None:
    assert not may_be_name(text)
