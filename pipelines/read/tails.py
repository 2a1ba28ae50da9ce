"""What stands behind an article's text and is none of it: headings of related lists, comments, ratings, counters, print links.

Lines are compared whole and folded. The words are those that portals print (NukeViet's language files, SharePoint's ribbon, stored pages of commune portals).
"""

import re

from pipelines.read.text import fold

# A line that is one of these (brackets around it, a colon, dots or a count behind it make no difference) is furniture.
LINES = frozenset(
    fold(line)
    for line in (
        "Ý kiến bạn đọc",
        "Các tin khác",
        "Tin khác",
        "Các tin đã đưa",
        "Tin đã đưa",
        "Các tin, bài đã đưa",
        "Tin liên quan",
        "Tin tức liên quan",
        "Bài viết liên quan",
        "Tin cùng chuyên mục",
        "Cùng chuyên mục",
        "Những tin mới hơn",
        "Những tin cũ hơn",
        "Tin mới hơn",
        "Tin cũ hơn",
        "Bài viết khác",
        "Các bài viết khác",
        "Xem thêm",
        "Đọc thêm",
        "Đừng bỏ lỡ",
        "Tags",
        "Từ khóa",
        "Click để đánh giá bài viết",
        "Xếp hạng",
        "Lượt xem",
        "Đã xem",
        "Xem cỡ chữ",
        "Cỡ chữ",
        "In ra",
        "In bài viết",
        "In trang",
        "Print",
        "Lưu bài viết này",
        "Gửi bài viết qua email",
        "Quay lại",
        "Trở về",
        "Về đầu trang",
        "Lên top",
        "Gửi bình luận",
        "Viết bình luận",
        "Bình luận",
        "Phản hồi",
        "Chia sẻ",
        "Chia sẻ bài viết",
        "Tải về",
        "Truy cập nội dung luôn",
        "Skip Ribbon Commands",
        "Skip to main content",
        "Loading...",
        "Đang online",
        "Thống kê truy cập",
        "BẢN ĐỒ HÀNH CHÍNH",
    )
)
PATTERNS = re.compile(
    r"(?:tong so diem cua bai viet la:.*|\d[\d.]* luot (?:xem|doc)|(?:luot xem|da xem|luot doc|views?)\s*:?\s*[\d.]+"
    r"|(?:cac |nhung )?(?:tin(?: tuc)?|bai(?: viet)?|tin,? bai|thong bao)"
    r" (?:khac|lien quan|moi(?: hon| nhat)?|cu hon|cung (?:chuyen muc|chu de|loai)|(?:da|moi) (?:dua|dang))\W*"
    r"|(?:(?:tong )?(?:so )?luot truy cap|(?:so (?:luot|nguoi) )?dang (?:online|truc tuyen))\s*:?\s*[\d.,]*"
    r"|\d{1,3}\s?%|a[-+]|\(?\s*(?:trang chu|home)\s*\)?|ban quyen thuoc.*|tags?:.{0,200}|tu khoa:.{0,200})"
)
EDGES = re.compile(r"^[\s«<|(\[-]+|(?:\(\d+\)|[\s:.…»>|()\[\]-])+$")


def is_furniture(line: str) -> bool:
    """Whether a whole line is furniture of the page and no text of the article."""
    if len(line) > 220:
        return False
    folded = fold(line)
    return EDGES.sub("", folded) in LINES or bool(PATTERNS.fullmatch(folded))


def cut_tail(paragraphs: list[str]) -> tuple[list[str], list[str]]:
    """(paragraphs, dropped): furniture lines are dropped from both ends; inside the text they stay, where a person may have meant them."""
    start, end = 0, len(paragraphs)
    while end > start and is_furniture(paragraphs[end - 1]):
        end -= 1
    while start < end and is_furniture(paragraphs[start]):
        start += 1
    return paragraphs[start:end], paragraphs[:start] + paragraphs[end:]
