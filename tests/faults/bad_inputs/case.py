"""One bad input: what goes over the wire for one address, and what must become of it."""

from collections.abc import Callable
from dataclasses import dataclass

TITLE = "Họp dân bàn việc làm đường"
SENTENCE = (
    "Sáng nay bà con thôn Nà Lũng đã bàn việc làm đường và nhất trí với cách làm mà các xóm đưa "
    "ra từ tháng trước."
)
TEXT = "".join(
    f"<p>{SENTENCE} Đây là đoạn thứ {n}, nói rõ ai làm việc gì và làm trong bao lâu.</p>"
    for n in ("nhất", "hai", "ba")
)


@dataclass(frozen=True, slots=True)
class BadInput:
    """One bad input. `wire` makes the bytes of the whole answer, status line and all.

    `outcomes` lists the values of captures.outcome that are right.

    `body` is what must lie in the WARC file; None leaves it open. `text` must stand in the title
    and body of the article, `issues` must be open.
    `again`: how often it is requested again.
    `reset` ends the connection with RST. `alone` gives the case its own host, because a host that
    fails is left alone for a while.
    """

    name: str
    wire: Callable[[], bytes]
    outcomes: tuple[str, ...]
    body: Callable[[], bytes] | None = None
    text: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    published_on: str | None = None
    path: str = ""
    kind: str = "article"
    again: int = 0
    reset: bool = False
    alone: bool = False


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A whole answer with a right Content-Length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode("utf-8") + body


def html_answer(page: str | bytes, content_type: str = "text/html; charset=utf-8") -> bytes:
    """An answer with a page."""
    return answer(
        page if isinstance(page, bytes) else page.encode("utf-8", "surrogatepass"),
        f"Content-Type: {content_type}",
    )


def article_page(
    content: str = TEXT,
    *,
    title: str = TITLE,
    day: str = "12/03/2025",
    head: str = "",
    before: str = "",
    after: str = "",
) -> str:
    """A page of no known family with one article between `before` and `after`.

    `head` stands in the page's head.
    """
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        f"<title>{title} - Trang tin xã Nà Lũng</title>{head}</head><body>{before}"
        f'<div class="bai"><h1 class="tieu-de">{title}</h1>'
        f'<div class="ngay-dang">Ngày đăng: {day}</div>'
        f'<div class="noi-dung">{content}</div></div>{after}'
        "<footer>UBND xã Nà Lũng</footer></body></html>"
    )
