"""Names that strangers chose are safe in headers and folders; ranges are those asked for."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from web.downloads import Download, disposition, file_name, name_in


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Quyết định số 7.pdf", "Quyết định số 7.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Windows\\x.exe", "C__Windows_x.exe"),
        ('a"b\r\nSet-Cookie: x.pdf', "a_b__Set-Cookie_ x.pdf"),
        ("ảnh\u202egpj.exe", "ảnh_gpj.exe"),
        (" .htaccess. ", "htaccess"),
        ("con.txt", "_con.txt"),
        ("LPT\u00b2.pdf", "_LPT\u00b2.pdf"),  # Windows takes the small figure too
        ("a.pdf\u3164\U000e0041\ufeff\u00ad.exe", "a.pdf____.exe"),  # signs that nobody sees
        ("NUL", "_NUL"),
        ("\x00\x1f", "__"),
        (" . ", "file"),
        ("", "file"),
        ("x" * 300 + ".docx", "x" * 115 + ".docx"),
        ("x" * 300, "x" * 120),
    ],
)
def test_a_name_is_safe_in_any_folder(name: str, safe: str) -> None:
    assert file_name(name) == safe


def test_a_header_has_the_exact_name_and_a_plain_one() -> None:
    assert disposition("Đơn xin “nghỉ”; 100%.pdf") == (
        'attachment; filename="Don xin _nghi__ 100_.pdf"; '
        "filename*=UTF-8''%C4%90%C6%A1n%20xin%20%E2%80%9Cngh%E1%BB%89%E2%80%9D%3B%20100%25.pdf"
    )


def test_the_last_part_of_an_address_is_its_name() -> None:
    assert name_in("https://xa.example/a/T%E1%BA%ADp.pdf?x=1#y") == "Tập.pdf"
    assert name_in("https://xa.example/muc/") == "muc"
    assert name_in("https://xa.example") == ""
    assert name_in("http://[") == ""


def pieces() -> Iterator[bytes]:
    yield from (b"abc", b"defg", b"h")


def sent(method: str = "GET", **headers: str) -> tuple[int, dict[bytes, bytes], bytes]:
    """What an answer of eight bytes sends to a request."""
    scope = {
        "method": method,
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
    }
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    closed: list[bool] = []
    answer = Download(pieces(), 8, {"etag": '"x"'}, close=lambda: closed.append(True))
    asyncio.run(answer.asked_by(scope).asgi_send(send))
    assert closed == [True]
    body = b"".join(message["body"] for message in said[1:])
    return said[0]["status"], dict(said[0]["headers"]), body


@pytest.mark.parametrize(
    ("asked", "status", "body", "told"),
    [
        ("bytes=0-0", 206, b"a", b"bytes 0-0/8"),
        ("bytes=2-3", 206, b"cd", b"bytes 2-3/8"),
        ("bytes=3-", 206, b"defgh", b"bytes 3-7/8"),
        ("bytes=6-99", 206, b"gh", b"bytes 6-7/8"),
        ("bytes=-3", 206, b"fgh", b"bytes 5-7/8"),
        ("bytes=-99", 206, b"abcdefgh", b"bytes 0-7/8"),
        ("bytes=8-", 416, b"", b"bytes */8"),
        ("bytes=-0", 416, b"", b"bytes */8"),
        ("bytes=5-2", 416, b"", b"bytes */8"),
    ],
)
def test_a_range_is_sent_alone(asked: str, status: int, body: bytes, told: bytes) -> None:
    found, headers, given = sent(range=asked)
    assert (found, given, headers[b"content-range"]) == (status, body, told)
    assert headers[b"content-length"] == str(len(body)).encode()


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", ""])
def test_what_is_no_single_range_gets_the_whole(asked: str) -> None:
    assert sent(range=asked)[::2] == (200, b"abcdefgh")


def test_a_changed_file_and_a_head_are_answered_as_such() -> None:
    assert sent(range="bytes=0-1", if_range='"y"')[::2] == (200, b"abcdefgh")
    assert sent(range="bytes=0-1", if_range='"x"')[::2] == (206, b"ab")
    status, headers, body = sent("HEAD")
    assert (status, headers[b"content-length"], body) == (200, b"8", b"")
