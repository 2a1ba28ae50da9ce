"""A portal on loopback whose articles may go on over several pages."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.builders.loopback_server import Serving

TITLE = "Xã Suối Mây tổng kết công tác thủy lợi nội đồng"
DAY = "11/05/2026 08:30"


class PortalInParts(Serving):
    """Serves while the `with` block lasts: its front page lists the articles of `listed`.

    `pages` maps a path to the page there; `failing` holds paths that answer with that status,
    `moved` those that redirect.
    `asked` lists the paths, `conditional` those that came with the ETag of the present page.
    """

    def __init__(self, pages: Mapping[str, str], listed: Mapping[str, str]) -> None:
        self.pages = dict(pages)
        self.failing: dict[str, int] = {}
        self.moved: dict[str, str] = {}
        self.robots = ""
        self.etags = True
        self.asked: list[str] = []
        self.conditional: list[str] = []
        self.pages["/"] = (
            '<html lang="vi"><head><title>Cổng xã Suối Mây</title></head><body><h1>Tin tức</h1>'
            + "".join(f'<h3><a href="{path}">{title}</a></h3>' for path, title in listed.items())
            + "</body></html>"
        )
        portal = self

        class Conversation(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                portal.asked.append(self.path)
                status, body = portal.answer(self.path)
                etag = f'"{sha256(body).hexdigest()[:16]}"'
                if status == 200 and portal.etags and self.headers["If-None-Match"] == etag:
                    portal.conditional.append(self.path)
                    status, body = 304, b""
                if (target := portal.moved.get(self.path)) is not None:
                    status, body = 302, b""
                self.send_response(status)
                if target is not None:
                    self.send_header("Location", target)
                if status in (200, 304) and portal.etags:
                    self.send_header("ETag", etag)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Conversation)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"

    def answer(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        if path == "/robots.txt":
            return 200, self.robots.encode()
        if (status := self.failing.get(path)) is not None:
            return status, b"<html><body>no</body></html>"
        if (page := self.pages.get(path)) is None:
            return 404, b"<html><body>no</body></html>"
        return 200, page.encode()

    def taken(self) -> list[str]:
        """The paths asked for since the last call, without robots.txt."""
        asked, self.asked = [path for path in self.asked if path != "/robots.txt"], []
        return asked


def text_of(number: int, words: str = "") -> list[str]:
    """Two paragraphs that no other part has."""
    return [
        f"Phần {number}: Ủy ban nhân dân xã Suối Mây tổ chức hội nghị tổng kết công tác thủy lợi"
        f" nội đồng, với sự tham gia của {number}5 đại biểu đến từ các thôn.{words}",
        f"Các đại biểu thứ {number} đã thảo luận về kế hoạch nạo vét {number}2 km kênh mương và"
        " sửa chữa ba trạm bơm trước mùa mưa, bảo đảm nước tưới cho lúa hè thu.",
    ]


def article_page(
    title: str = TITLE,
    paragraphs: list[str] | None = None,
    *,
    day: str = DAY,
    head: str = "",
    within: str = "",
    behind: str = "",
) -> str:
    """An article's page of no known family. `within`: markup at the end of its text; `behind`:
    after it.
    """
    text = "".join(f"<p>{one}</p>" for one in paragraphs or text_of(1))
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>{head}'
        '</head><body><header><a href="/">Trang chủ</a></header><main>'
        f'<h1>{title}</h1><div class="date">{day}</div>'
        f'<div class="content">{text}{within}</div>{behind}</main>'
        "<footer>Bản quyền thuộc UBND xã</footer></body></html>"
    )


def pager(own: int, last: int, address: Callable[[int], str]) -> str:
    """A pager that shows the number of its own page without a link."""
    links = (
        f"<span>{number}</span>" if number == own else f'<a href="{address(number)}">{number}</a>'
        for number in range(1, last + 1)
    )
    return f'<div class="pagination">{" ".join(links)}</div>'


def article_in_parts(
    address: Callable[[int], str], last: int = 3, title: str = TITLE
) -> dict[str, str]:
    """The pages of one article, by path."""
    return {
        address(number): article_page(title, text_of(number), behind=pager(number, last, address))
        for number in range(1, last + 1)
    }
