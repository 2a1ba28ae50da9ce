"""A small portal of no known family, served on loopback, without a sitemap or feed.

It has a front page, two sections, a module without news, and twelve articles.
"""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.builders.loopback_server import Serving

NAME = "Trang tin xã Hợp Tiến"
SECTIONS = {"tin-tuc": "Tin tức", "thong-bao": "Thông báo"}
TOPICS = (
    "Thu hoạch lúa sớm", "Sửa cầu Bến Gỗ", "Khám bệnh cho người già", "Trồng cây ven suối",
    "Mở lớp dạy nghề", "Họp dân xóm Thượng",
    "Lịch cắt điện", "Lịch tiêm phòng", "Mời họp thôn", "Nhận giống ngô mới", "Đăng ký học bơi",
    "Thay đổi giờ làm việc",
)  # fmt: skip


class SmallPortal(Serving):
    """Serves while the `with` block lasts.

    `asked` lists the paths in order; `truth` maps a title to its day.

    `robots` is its robots.txt, None for an error 503; `moved` is where its root redirects, if set;
    `headers` come with every answer.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.robots: str | None = "User-agent: *\nDisallow:\n"
        self.moved: str | None = None
        self.headers: dict[str, str] = {}
        self.truth = {topic: f"2025-03-{day:02}" for day, topic in enumerate(TOPICS, 11)}
        portal = self

        class Conversation(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                portal.asked.append(self.path)
                status, text = portal.answer(self.path)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", text)
                self.send_header(
                    "Content-Type",
                    "text/plain" if self.path == "/robots.txt" else "text/html; charset=utf-8",
                )
                for name, value in portal.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Conversation)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"

    def answer(self, path: str) -> tuple[int, str]:
        """Status and text."""
        if path == "/robots.txt":
            return (200, self.robots) if self.robots is not None else (503, "")
        if path == "/" and self.moved is not None:
            return 302, self.moved
        if path in ("/", "/trang-chu"):
            return 200, page("Trang chủ", entries(range(0, 12, 2)))
        if path == "/chuyen-muc/tin-tuc":
            return 200, page("Tin tức", entries(range(6)))
        if path == "/chuyen-muc/thong-bao":
            return 200, page("Thông báo", entries(range(6, 12)))
        if path == "/lien-he":
            return 200, page("Liên hệ", "<h1>Liên hệ</h1><p>Trụ sở ở đầu cầu Bến Gỗ.</p>")
        number = path.removeprefix("/chi-tiet/").partition("-")[0]
        if path.startswith("/chi-tiet/") and number.isdigit() and int(number) < len(TOPICS):
            return 200, article(int(number))
        return 404, page("Không tìm thấy", "<h1>Không tìm thấy trang</h1>")


def entries(numbers: range) -> str:
    """Headings that lead to articles."""
    return "".join(
        f'<div class="muc"><h3><a href="/chi-tiet/{n}-bai-viet-so-{n}">{TOPICS[n]}</a></h3></div>'
        for n in numbers
    )


def article(number: int) -> str:
    """An article's page: title, printed day, text."""
    sentence = (
        f"Sáng nay bà con xã Hợp Tiến đã bàn việc {TOPICS[number].lower()} và nhất trí với cách "
        "làm mà các thôn đưa ra từ tháng trước."
    )
    text = "".join(
        f"<p>{sentence} Đây là đoạn thứ {n}, nói rõ ai làm việc gì và làm trong bao lâu.</p>"
        for n in ("nhất", "hai", "ba")
    )
    head = (
        f'<h1 class="tieu-de">{TOPICS[number]}</h1>'
        f'<div class="ngay-dang">Ngày đăng: {11 + number}/03/2025</div>'
    )
    return page(TOPICS[number], f'<div class="bai">{head}<div class="noi-dung">{text}</div></div>')


def page(title: str, content: str) -> str:
    """A whole page with the portal's menu."""
    menu = "".join(
        f'<li><a href="/chuyen-muc/{slug}">{name}</a></li>' for slug, name in SECTIONS.items()
    )
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        f"<title>{title} - {NAME}</title></head><body><header>{NAME}</header>"
        f'<nav><ul><li><a href="/">Trang chủ</a></li>{menu}<li>'
        f'<a href="/lien-he">Liên hệ</a></li></ul></nav><main>{content}</main>'
        f"<footer>UBND xã Hợp Tiến</footer></body></html>"
    )
