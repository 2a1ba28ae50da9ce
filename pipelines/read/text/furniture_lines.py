"""What stands behind an article's text and is none of it: headings of related lists, comments, ratings, counters, print links.

Lines are compared whole and folded. The words are those that portals print (NukeViet's language files, SharePoint's ribbon, stored pages of commune portals).
"""

import re

from pipelines.read.text.clean_text import fold

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
        "Chia sẻ cho bạn bè",
        "Chia sẻ bài viết này",
        "Chia sẻ qua",
        "Chia sẻ trên",
        "Sao chép liên kết",
        "Theo dõi chúng tôi",
        "Share",
        "Share this",
        "Share this article",
        "Share this page",
        "Share this story",
        "Share this post",
        "Share on",
        "Copy link",
        "Follow us",
        "Print this page",
        "Print this article",
        "Email this page",
        "Back to top",
        "Back to news",
        "Back to list",
        "Was this page helpful?",
        "Leave a comment",
        "Leave a reply",
        "Post a comment",
    )
)
# What announces other articles.
RELATED = (
    r"(?:(?:cac |nhung )?(?:tin(?: tuc)?|bai(?: viet)?|tin,? bai|thong bao)"
    r" (?:khac|lien quan|moi(?: hon| nhat)?|cu hon|cung (?:chuyen muc|chu de|loai)|(?:da|moi) (?:dua|dang))"
    r"|cung chuyen muc|co the ban quan tam|you (?:may|might) also like"
    r"|(?:related|more|other|latest|recent|similar) (?:posts?|articles?|news|stories|content|reading))"
)
# What programs put beside a text: a voice that reads it aloud, the question whether it was of use, stars.
OF_IT = r"(?:bai(?: viet| bao)?|tin(?: bai| tuc)?|noi dung|thong tin|trang)(?: nay)?"
CLOCK = r"(?:\d?\d:)?\d?\d:\d\d"
WIDGETS = (
    rf"(?:nghe(?: doc)?|doc) {OF_IT}\W*(?:{CLOCK}\W*){{1,2}}(?:[\d.]+ ?x)?|nghe(?: doc)? {OF_IT}\W*|{CLOCK} ?/ ?{CLOCK}\W*(?:[\d.]+ ?x)?"
    r"|giong (?:doc )?(?:nu|nam)(?: mien (?:bac|trung|nam))?|toc do(?: doc)?\W*[\d.]+ ?x"
    r"|(?:listen to|read aloud) this (?:article|page|story|post)\W*|ecouter (?:cet|l'|l’) ?article\W*|artikel (?:an)?horen\W*"
    rf"|ban (?:cam thay|nghi) (?:nhu )?the nao ve {OF_IT}\W*|(?:theo ban,? )?{OF_IT} (?:co )?(?:huu ich|bo ich)(?: (?:voi|cho|doi voi) ban)?(?: hay)? khong\W*"
    r"|(?:was|is|did you find) this (?:page|article|information|content|story|post)? ?(?:helpful|useful)(?: to you)?\W*"
    r"|how (?:do you feel about this (?:page|article|story|post)|did this (?:page|article|story|post) make you feel)\W*|what(?:'|’)?s your reaction\W*"
    r"|(?:cette page|cet article) vous a-t-(?:elle|il) ete utile\W*|war (?:diese seite|dieser artikel) hilfreich\W*"
    r"|(?:hay )?(?:danh gia|binh chon) (?:cho |ve )?(?:bai(?: viet| bao)?|tin|trang)(?: nay)?\W*|rate this (?:page|article|post)\W*"
    r"|chua co (?:danh gia|binh chon)(?: nao)?\W*|[★☆⭐✩✭\s]+"
)
NETWORKS = r"(?:facebook|zalo|twitter|messenger|telegram|linkedin|pinterest|viber|whats ?app|google ?(?:\+|plus)|tiktok|youtube)"
PATTERNS = re.compile(
    r"(?:tong so diem cua bai viet la:.*"
    r"|\d[\d.,]* (?:(?:luot|lan) (?:xem|doc)|views?)|(?:so )?(?:(?:luot|lan) (?:xem|doc)|da (?:xem|doc)|views?|hits)(?: bai(?: viet)?| tin)?\s*:?\s*[\d.,]+"
    r"|\d+ (?:min(?:ute)?s? read|phut doc)|[\d.,]+ ?/ ?5\s*-?\s*\(\d+ (?:binh chon|danh gia|luot danh gia|votes?)\)"
    rf"|(?:(?:chia se|share)(?: (?:len|qua|tren|on))?[\s:]*)?{NETWORKS}(?:[\s,|/•·-]*(?:{NETWORKS}|email|e-mail|print|in trang|copy link))*"
    rf"|{RELATED}\W*"
    rf"|{WIDGETS}"
    r"|(?:(?:tong )?(?:so )?luot truy cap|(?:so (?:luot|nguoi) )?dang (?:online|truc tuyen))\s*:?\s*[\d.,]*"
    r"|\d{1,3}\s?%|a[-+]|\(?\s*(?:trang chu|home)\s*\)?|ban quyen thuoc.*|tags?:.{0,200}|tu khoa:.{0,200})"
)
NEIGHBOURS = re.compile(rf"{RELATED}\W*")
MORE = frozenset({"xem them", "doc them", "dung bo lo"})
EDGES = re.compile(r"^[\s«<|(\[-]+|(?:\(\d+\)|[\s:.…»>|()\[\]-])+$")


def is_furniture(line: str) -> bool:
    """Whether a whole line is furniture of the page and no text of the article."""
    if len(line) > 220:
        return False
    folded = fold(line)
    return EDGES.sub("", folded) in LINES or bool(PATTERNS.fullmatch(folded))


def announces_others(line: str) -> bool:
    """Whether a whole line is a heading over other articles: what stands behind it is theirs."""
    folded = EDGES.sub("", fold(line[:80]))
    return len(line) <= 80 and (folded in MORE or NEIGHBOURS.fullmatch(folded) is not None)


def cut_tail(paragraphs: list[str]) -> tuple[list[str], list[str]]:
    """(paragraphs, dropped): furniture lines are dropped from both ends, and a list at the end with the line that says that it names other articles.

    Inside the text such lines stay, where a person may have meant them.
    """
    start, end = 0, len(paragraphs)
    while end > start and (
        is_furniture(paragraphs[end - 1]) or _is_of_neighbours(paragraphs[end - 2 : end])
    ):
        end -= 1
    while start < end and is_furniture(paragraphs[start]):
        start += 1
    return paragraphs[start:end], paragraphs[:start] + paragraphs[end:]


def _is_of_neighbours(lines: list[str]) -> bool:
    """Whether the second of two paragraphs is a list of other articles, which the first announces."""
    return (
        len(lines) == 2
        and lines[1].startswith("- ")
        and len(lines[0]) <= 60
        and NEIGHBOURS.fullmatch(fold(lines[0])) is not None
    )
