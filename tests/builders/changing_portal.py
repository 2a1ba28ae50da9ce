"""A portal of no known family, on loopback, that takes articles down, moves and hides them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.builders.loopback_server import Serving

NAME = "Trang tin xã Đèo Gió"
FIRST_DAY = date(2026, 11, 1)
SECTION = "/tin-tuc"
WORK = (
    *("Đổ bê tông đường lên bản", "Sửa mái nhà văn hóa", "Tiêm phòng cho đàn trâu"),
    *("Trao học bổng cho học sinh", "Dọn cỏ bờ ruộng", "Lắp đèn ngã ba chợ"),
    *("Tập huấn chữa cháy rừng", "Khám mắt cho người già", "Trồng chè trên nương"),
    *("Thi hát ru của phụ nữ", "Đo đất làm trường", "Vận động hiến máu"),
)
ERROR_PAGE = "<h1>Không tìm thấy</h1><p>Bài viết không tồn tại hoặc đã bị xóa.</p>"
REPAIR = "<h1>Website đang bảo trì</h1><p>Hệ thống đang được nâng cấp, mời quay lại sau.</p>"


@dataclass(frozen=True, slots=True)
class Piece:
    """An article: its number, path, day and title."""

    number: int
    path: str
    day: date
    title: str

    @property
    def page(self) -> str:
        """Its page's content."""
        of = self.title.lower()
        texts = "".join(
            f"<p>{who} kể về việc {of}: mọi người {how} từ sáng, đến {hour} giờ thì xong, "
            f"phần còn lại để sang tuần {self.number + hour} làm tiếp.</p>"
            for who, how, hour in (("Trưởng bản", "có mặt", 9), ("Bà con", "góp công", 11),
                                   ("Cán bộ xã", "chia tổ", 16))
        )  # fmt: skip
        return (
            f'<article class="bai"><h1 class="tieu-de">{self.title}</h1>'
            f'<p class="ngay-dang">Ngày đăng: {self.day:%d/%m/%Y}</p>'
            f'<div class="noi-dung">{texts}</div></article>'
        )


Answer = tuple[int, str, dict[str, str]]


@dataclass
class Portal:
    """What the portal shows. `unlisted`: paths that no listing names; `answers`: by path, what it
    answers instead of itself; `everywhere`: what it answers to all; `length`: of a listing's page;
    `order`: of the pieces in the listing; `pinned`: numbers of pieces that stand above all others;
    `counts`: whether a counter makes each answer another one.
    """

    pieces: list[Piece] = field(
        default_factory=lambda: [
            Piece(n, f"{SECTION}/bai-{n}-ve-ban.html", FIRST_DAY + timedelta(days=n), title)
            for n, title in enumerate(WORK)
        ]
    )
    unlisted: set[str] = field(default_factory=set)
    answers: dict[str, Answer] = field(default_factory=dict)
    everywhere: Callable[[str], Answer | None] | None = None
    length: int = 8
    order: Callable[[Piece], object] = lambda piece: -piece.number
    pinned: tuple[int, ...] = ()
    etags: bool = False
    counts: bool = False

    def move(self, piece: Piece, path: str) -> Piece:
        """Give a piece another path."""
        moved = replace(piece, path=path)
        self.pieces[self.pieces.index(piece)] = moved
        return moved

    def publish(self, title: str) -> Piece:
        """A new piece, a day after the newest."""
        last = max(self.pieces, key=lambda piece: piece.number)
        number = last.number + 1
        path = f"{SECTION}/bai-{number}-ve-ban.html"
        self.pieces.append(Piece(number, path, last.day + timedelta(days=1), title))
        return self.pieces[-1]

    def listed(self) -> list[Piece]:
        """The pieces in the order of the listing."""
        shown = [piece for piece in self.pieces if piece.path not in self.unlisted]
        shown.sort(key=self.order)  # type: ignore[arg-type]  # a test gives one kind of keys
        pinned = [piece for piece in shown if piece.number in self.pinned]
        return pinned + [piece for piece in shown if piece.number not in self.pinned]

    def answer(self, path: str) -> Answer:
        """Status, content and headers."""
        if path == "/robots.txt":
            return 200, "User-agent: *\nDisallow:\n", {"Content-Type": "text/plain"}
        if self.everywhere is not None and (answer := self.everywhere(path)) is not None:
            return answer
        if path in self.answers:
            return self.answers[path]
        bare, _, page = path.partition("?trang=")
        if bare in ("/", SECTION):
            return 200, self._listing(bare, int(page or 1)), {}
        for piece in self.pieces:
            if piece.path == path:
                return 200, piece.page, {}
        return 404, ERROR_PAGE, {}

    def _listing(self, path: str, page: int) -> str:
        pieces = self.listed()
        start = (page - 1) * self.length
        rows = "".join(
            f'<li class="muc"><h3><a href="{piece.path}">{piece.title}</a></h3>'
            f'<span class="ngay">{piece.day:%d/%m/%Y}</span></li>'
            for piece in pieces[start : start + self.length]
        )
        count = -(-len(pieces) // self.length)
        pages = "".join(f'<a href="{path}?trang={n}">{n}</a> ' for n in range(1, count + 1))
        return f'<ul class="ds">{rows}</ul><div class="phan-trang">{pages}</div>'


class ChangingPortal(Serving):
    """Serves a portal while the `with` block lasts; `asked` lists the paths in order."""

    def __init__(self) -> None:
        self.portal = Portal()
        self.asked: list[str] = []
        outer = self

        class Conversation(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                status, content, headers = outer.portal.answer(self.path)
                told = {"Content-Type": "text/html; charset=utf-8"} | headers
                if told["Content-Type"].startswith("text/html"):
                    content = whole_page(content)
                if outer.portal.counts:
                    content = content.replace("<footer>", f"<footer>Lượt: {len(outer.asked)} ")
                etag = f'"{hash(content)}"'
                if outer.portal.etags and status == 200:
                    told["ETag"] = etag
                    if self.headers["If-None-Match"] == etag:
                        status, content = 304, ""
                self.send_response(status)
                for name, value in told.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Conversation)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"


def whole_page(content: str) -> str:
    """A page with the portal's head, menu and foot."""
    heading = re.search("<h1[^>]*>([^<]*)</h1>", content)
    title = f"{heading[1]} - {NAME}" if heading else NAME
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f'<header>{NAME}</header><nav><ul><li><a href="/">Trang chủ</a></li>'
        f'<li><a href="{SECTION}">Tin tức</a></li></ul></nav><main>{content}</main>'
        "<footer>UBND xã Đèo Gió</footer></body></html>"
    )
