"""A portal of thirty articles in three pages of a list, which a reader may lose in several ways."""

from tests.builders.portal_in_parts import PortalInParts, article_page

ARTICLES, ON_A_PAGE = 30, 12
PLACES = ("thôn Thượng", "thôn Trung", "thôn Hạ", "xóm Núi", "xóm Bến", "bản Mây")
MATTERS = (
    *("sửa đường vào bản", "nạo vét kênh mương", "khám bệnh cho người già", "trồng cây ven suối"),
    *("mở lớp dạy nghề", "nhận giống ngô mới", "tiêm phòng cho trâu bò", "dựng nhà văn hóa"),
    *("đăng ký học bơi", "dọn vệ sinh đầu tuần"),
)


def path_of(number: int) -> str:
    return f"/tin/bai-viet-so-{number}.html"


def title_of(number: int) -> str:
    return f"Bà con {PLACES[number // 10]} họp bàn việc {MATTERS[number % 10]}"


def text_of(number: int) -> list[str]:
    return [
        f"Sáng ngày {number % 28 + 1}/5, {title_of(number)} và nhất trí với cách làm của xã.",
        f"Cuộc họp thứ {number} kết thúc lúc {number % 12 + 8} giờ, có {number + 20} người dự.",
    ]


class LossyPortal(PortalInParts):
    """Its list goes on from `/` to `/home?page=1`, in addresses that count (`followed`), or in such
    as no rule follows. `title` and `text` stand on each article's page in place of its own.
    """

    def __init__(
        self, *, followed: bool = True, title: str | None = None, text: str | None = None
    ) -> None:
        pages = {
            path_of(number): article_page(
                title or title_of(number),
                text_of(number) if text is None else [text],
                day=f"{number % 28 + 1:02}/05/2025 08:30",
            )
            for number in range(ARTICLES)
        }
        super().__init__(pages, {})
        self.set_pager(followed=followed)

    def set_pager(self, *, followed: bool) -> None:
        address = "/home?page={}" if followed else "/xem/k{}z"
        addresses = ["/", *(address.format(n if followed else 7**n % 90) for n in range(1, 3))]
        for own, path in enumerate(addresses):
            entries = "".join(
                f'<div class="muc"><h3><a href="{path_of(n)}">{title_of(n)}</a></h3></div>'
                for n in range(own * ON_A_PAGE, min((own + 1) * ON_A_PAGE, ARTICLES))
            )
            pager = " ".join(
                f"<b>{n + 1}</b>" if n == own else f'<a href="{to}">{n + 1}</a>'
                for n, to in enumerate(addresses)
            )
            self.pages[path] = (
                '<html lang="vi"><head><title>Cổng xã Suối Mây</title></head><body><h1>Tin tức</h1>'
                f'{entries}<div class="phan-trang">{pager}</div></body></html>'
            )
