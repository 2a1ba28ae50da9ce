"""WARC records as other tools write them, of a commune's portal that Loa never crawled."""

import base64
import gzip
import hashlib
from collections.abc import Iterable
from pathlib import Path

PORTAL = "https://suoirut.example"
HEAD = "HTTP/1.1 200 OK"
TYPE = "Content-Type: text/html; charset=utf-8"
REVISIT = "http://netpreserve.org/warc/{}/revisit/{}"
PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>
<body><header><a href="/">Trang chủ</a></header><main><h1>{title}</h1>
<div class="date">08/03/2026 07:15</div><div class="content">{paragraphs}</div></main>
<footer>Bản quyền thuộc UBND xã Suối Rút</footer></body></html>"""
PARAGRAPHS = (
    "Sáng 7/3, Ủy ban nhân dân xã Suối Rút họp bàn việc sửa đường vào bản Nà Phặc trước mùa mưa.",
    "Đoạn đường dài 4 km bị sạt lở ở ba điểm từ trận mưa tháng trước, xe tải không đi qua được.",
    "Bà con trong bản góp 120 ngày công, xã lo vật liệu và máy xúc, dự kiến xong trong tháng tư.",
)


def url(name: str) -> str:
    return f"{PORTAL}/tin/{name}.html"


def page(title: str, *, first: str = PARAGRAPHS[0]) -> bytes:
    """An article of three paragraphs."""
    paragraphs = "".join(f"<p>{text}</p>" for text in (first, *PARAGRAPHS[1:]))
    return PAGE.format(title=title, paragraphs=paragraphs).encode()


def answer(body: bytes, *headers: str, head: str = HEAD) -> bytes:
    """An HTTP answer; HTML unless its headers say otherwise."""
    return "\r\n".join((head, *(headers or (TYPE,)))).encode() + b"\r\n\r\n" + body


def record(
    kind: str,
    url: str | None,
    date: str,
    block: bytes = b"",
    /,
    version: str = "1.0",
    **fields: str,
) -> bytes:
    """A record; `WARC_Truncated="length"` is the field `WARC-Truncated: length`."""
    lines = [
        f"WARC/{version}",
        f"WARC-Type: {kind}",
        *([f"WARC-Target-URI: {url}"] if url else []),
        f"WARC-Date: {date}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in fields.items()),
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def response(url: str, date: str, body: bytes, /, *headers: str, **fields: str) -> bytes:
    return record("response", url, date, answer(body, *headers), **fields)


def digest(body: bytes, algorithm: str = "sha1", spelling: str = "base32") -> str:
    value = hashlib.new(algorithm, body, usedforsecurity=False).digest()
    spelt = base64.b32encode(value).decode() if spelling == "base32" else value.hex()
    return f"{algorithm}:{spelt}"


def warc(path: Path, records: Iterable[bytes]) -> Path:
    """A .warc.gz with one record in each member."""
    path.write_bytes(b"".join(map(gzip.compress, records)))
    return path


def revisit(
    url: str,
    date: str,
    block: bytes = b"",
    /,
    profile: str = "identical-payload-digest",
    version: str = "1.0",
    **fields: str,
) -> bytes:
    """A record that repeats the payload of another one; `block`: its own HTTP head, if any."""
    named = {"WARC_Profile": REVISIT.format(version, profile), **fields}
    return record("revisit", url, date, block, version=version, **named)
