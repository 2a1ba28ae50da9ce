"""A portal of no known family, on loopback, whose articles show pictures of every kind."""

import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from portals.sample.pictures import png_file
from tests.builders.loopback_server import Serving

NAME = "Trang tin xã Khe Ngang"
SECTION = "/tin-tuc"
TITLES = ("Mùa gặt ở bản Khe", "Lớp học bên suối", "Chợ phiên cuối năm", "Cây cầu mới của xã")
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00" + (
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    + bytes(40)
    + b"\xff\xd9"
)
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L" + bytes(18)
AVIF = b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1miafavif" + bytes(40)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!DOCTYPE html><html><body><h1>404</h1></body></html>"


def png(*, red: int = 0, side: int = 2) -> bytes:
    """A square of one colour."""
    row = b"\x00" + bytes((red, 96, 64)) * side
    return png_file(
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * side)),
        (b"IEND", b""),
    )


@dataclass(frozen=True, slots=True)
class Picture:
    """What the portal answers for a picture. `length`: what its Content-Length says, if not true,
    -1 for none.
    """

    body: bytes = b""
    media_type: str = "image/png"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None


class PicturePortal(Serving):
    """Serves while the `with` block lasts.

    `shown`: by the number of an article, the addresses of its pictures and their captions;
    `pictures`: by path, what is answered; `files`: links to files in each article; `asked`: the
    paths in order; `conditional`: those asked for with a validator.
    """

    def __init__(self) -> None:
        self.shown: dict[int, list[tuple[str, str]]] = {0: [], 1: [], 2: [], 3: []}
        self.pictures: dict[str, Picture] = {}
        self.files: dict[int, str] = {}
        self.edits: dict[int, str] = {}
        self.robots = "User-agent: *\nDisallow:\n"
        self.asked: list[str] = []
        self.conditional: list[str] = []
        portal = self

        class Conversation(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                portal.asked.append(self.path)
                picture = portal.pictures.get(self.path)
                if picture is None:
                    self.tell(portal.answer(self.path))
                    return
                etag = f'"{zlib.crc32(picture.body)}"'
                if self.headers["If-None-Match"]:
                    portal.conditional.append(self.path)
                    if self.headers["If-None-Match"] == etag:
                        picture = Picture(status=304)
                self.tell(picture, etag)

            def tell(self, answer: Picture, etag: str | None = None) -> None:
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.media_type)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if etag is not None:
                    self.send_header("ETag", etag)
                length = len(answer.body) if answer.length is None else answer.length
                if length >= 0:
                    self.send_header("Content-Length", str(length))
                self.end_headers()
                with suppress(OSError):  # the guest had enough
                    self.wfile.write(answer.body)

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Conversation)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"

    def show(self, number: int, path: str, picture: Picture, caption: str = "") -> None:
        """Let an article show a picture."""
        self.shown[number].append((path, caption))
        self.pictures[path] = picture

    def address(self, path: str) -> str:
        """The address of a path."""
        return self.url.rstrip("/") + path

    def answer(self, path: str) -> Picture:
        """What is no picture: robots.txt, the listing, the articles."""
        if path == "/robots.txt":
            return Picture(self.robots.encode(), "text/plain")
        for number in self.shown:
            if path == f"{SECTION}/bai-{number}-o-xa.html":
                return _page(TITLES[number], self._article(number))
        if path in ("/", SECTION):
            entries = "".join(
                f'<li><h3><a href="{SECTION}/bai-{n}-o-xa.html">{TITLES[n]}</a></h3>'
                f"<span>{10 + n}/03/2026</span></li>"
                for n in sorted(self.shown, reverse=True)
            )
            return _page(NAME, f"<ul>{entries}</ul>")
        return Picture(PAGE, "text/html", 404)

    def _article(self, number: int) -> str:
        of = TITLES[number].lower()
        pictures = "".join(
            f'<figure><img src="{path}"><figcaption>{caption}</figcaption></figure>'
            for path, caption in self.shown[number]
        )
        path = self.files.get(number)
        file = f'<p><a href="{path}">Tệp đính kèm</a></p>' if path else ""
        edit = f"<p>{self.edits.get(number, '')}</p>"
        text = "".join(
            f"<p>{who} nói về {of}: mọi người {how} từ sáng sớm, đến trưa thì xong phần đầu, "
            "phần còn lại để tuần sau làm tiếp cho kịp ngày hội của xã.</p>"
            for who, how in (
                ("Trưởng bản", "có mặt"),
                ("Bà con", "góp công"),
                ("Cán bộ", "chia tổ"),
            )
        )
        return (
            f'<article><h1>{TITLES[number]}</h1><p class="ngay">Ngày đăng: {10 + number}/03/2026'
            f'</p><div class="noi-dung">{text}{pictures}{edit}{file}</div></article>'
        )


def _page(title: str, content: str) -> Picture:
    return Picture(
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><header>{NAME}</header><main>{content}</main>"
        "<footer>UBND xã Khe Ngang</footer></body></html>".encode(),
        "text/html; charset=utf-8",
    )
