"""Furniture behind an article is cut off; the same words inside the text stay."""

import pytest

from pipelines.read.text.furniture_lines import cut_tail, is_furniture


@pytest.mark.parametrize(
    "line",
    [
        "Ý kiến bạn đọc",
        "Các tin khác",
        "CÁC TIN MỚI HƠN",
        "Các tin cũ hơn:",
        "Các thông báo khác:",
        "Tin bài liên quan",
        "Những bài viết cùng chủ đề",
        "Tổng số lượt truy cập: 1.204.551",
        "SỐ LƯỢT ĐANG ONLINE",
        "Đang trực tuyến: 12",
        "Các tin khác:",
        "CÁC TIN KHÁC",
        "Tin đã đưa »",
        "TIN ĐÃ ĐƯA",
        "Những tin cũ hơn",
        "Tin liên quan...",
        "Xem thêm",
        "Lượt xem: 346",
        "346 lượt xem",
        "1.204 lượt đọc",
        "Đã xem: 75",
        "100%",
        "A+",
        "A-",
        "[Quay lại]",
        "Về đầu trang",
        "In bài viết",
        "Từ khóa: chuyển đổi số, huyện",
        "Tags: văn hóa",
        "Tổng số điểm của bài viết là: 0 trong 0 đánh giá",
        "Click để đánh giá bài viết",
        "Skip Ribbon Commands",
        "Bản quyền thuộc về UBND huyện",
        "Chia sẻ:",
        "(Trang chủ)",
        "Xem cỡ chữ",
        "Ý kiến bạn đọc (0)",
        "FacebookZalo",
        "Chia sẻ: Facebook | Zalo",
        "Số lượt xem bài viết: 1.203",
        "345 views",
        "3 phút đọc",
        "4 min read",
        "5/5 - (1 bình chọn)",
        "Share this article",
        "Back to news",
        "Was this page helpful?",
        "You may also like",
        "Related posts",
        "Nghe đọc bài viết 00:00 / 03:13 1x",
        "Nghe đọc bài viết00:00 / 03:131x",
        "Nghe bài viết",
        "0:00 / 12:45",
        "Giọng nữ miền Bắc",
        "Listen to this article",
        "Bạn cảm thấy thế nào về bài viết này?",
        "Bài viết có hữu ích không?",
        "Nội dung này có hữu ích với bạn không?",
        "Was this article helpful to you?",
        "How do you feel about this story?",
        "Hãy đánh giá bài viết này:",
        "Chưa có đánh giá",
        "★★★★☆",
    ],
)
def test_a_line_of_furniture_is_known(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Các tin khác nhau về dịch bệnh gây hoang mang",
        "Bình luận về kết quả, ông Lê cho rằng đây là bước tiến",
        "Phản hồi của người dân được ghi nhận đầy đủ",
        "100% hộ dân có điện",
        "Xem thêm phụ lục để biết chi tiết",
        "Đạt 87,5%",
        "Chia sẻ với bà con vùng lũ",
        "Tải về đơn đăng ký và nộp tại bộ phận một cửa",
        "Trở về từ cuộc chiến, ông mở xưởng mộc",
        "Facebook của xã có ba nghìn người theo dõi",
        "Bài viết có 345 views sau một ngày",
        "Share of votes",
        "Nghe đọc bài thơ của thầy giáo cũ",
        "Nghe bài viết của em Sen, cả lớp vỗ tay",
        "Giọng nữ trong trẻo vang lên",
        "Thông tin này hữu ích với bà con",
        "Đánh giá thông tin thị trường",
        "07:30",
        "12",
        "News",
        "",
    ],
)
def test_a_line_of_the_text_is_no_furniture(line: str) -> None:
    assert not is_furniture(line)


def test_furniture_is_cut_from_both_ends_and_told() -> None:
    kept, dropped = cut_tail(["Xem cỡ chữ", "Một.", "Hai./.", "Lượt xem: 12", "Các tin khác"])
    assert kept == ["Một.", "Hai./."]
    assert dropped == ["Xem cỡ chữ", "Lượt xem: 12", "Các tin khác"]


def test_furniture_words_between_paragraphs_stay() -> None:
    assert cut_tail(["Một.", "Chia sẻ", "Hai."]) == (["Một.", "Chia sẻ", "Hai."], [])


def test_a_list_at_the_end_leaves_with_the_line_that_says_it_names_other_articles() -> None:
    assert cut_tail(["Một.", "Bài viết liên quan:", "- Hai\n- Ba"]) == (
        ["Một."],
        ["Bài viết liên quan:", "- Hai\n- Ba"],
    )
    assert cut_tail(["Một.", "Các bước thực hiện:", "- Hai\n- Ba"]) == (
        ["Một.", "Các bước thực hiện:", "- Hai\n- Ba"],
        [],
    )
    assert cut_tail(["Một.", "Tin khác", "- Hai", "Bốn."]) == (
        ["Một.", "Tin khác", "- Hai", "Bốn."],
        [],
    )


def test_a_text_of_furniture_alone_is_cut_wholly_and_once() -> None:
    assert cut_tail(["In ra", "Quay lại"]) == ([], ["In ra", "Quay lại"])


def test_no_text_gives_no_text() -> None:
    assert cut_tail([]) == ([], [])


@pytest.mark.parametrize(
    "line",
    [
        "Xem chi tiết tại đây",
        "Xem chi tiết Tại đây.",
        "Chi tiết xem tại đây!",
        "(Tải văn bản tại đây)",
        "Click vào đây để xem chi tiết",
        "Read more here »",
        "Click here to download",
        "Baca selengkapnya di sini",
    ],
)
def test_a_last_line_that_only_points_to_a_link_is_cut_off(line: str) -> None:
    assert cut_tail(["Một.", line]) == (["Một."], [line])
    assert cut_tail([line, "Hai."]) == ([line, "Hai."], [])
    assert not is_furniture(line)


@pytest.mark.parametrize(
    "line", ["Chi tiết tại đây do xã công bố.", "Xem lễ hội tại đây rất vui", "Here we are"]
)
def test_a_last_line_that_says_more_than_where_a_link_is_stays(line: str) -> None:
    assert cut_tail(["Một.", line]) == (["Một.", line], [])
