"""How a hostile or broken host may answer, by name, for `Host.answers` in hostile_web.py.

What seems endless ends when nobody listens.
"""

import asyncio
import gzip
import time
import zlib

import brotli

from tests.builders.hostile_web import HTML, Answer, Exchange, listing_html, respond

BLOCK = b"x" * 65_536
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
SLOWLY = 0.3  # seconds between two bytes of a drip


def raw(*chunks: bytes) -> Answer:
    """These bytes, then FIN."""

    async def answer(exchange: Exchange) -> None:
        exchange.over = True
        await exchange.send(*chunks)

    return answer


def body(text: bytes, **headers: str) -> Answer:
    """A whole answer of status 200."""
    return status(200, text, **headers)


def status(code: int, text: bytes = b"<h1>.</h1>", **headers: str) -> Answer:
    """A whole answer of another status."""

    async def answer(exchange: Exchange) -> None:
        await respond(exchange, text, code, HTML, **headers)

    return answer


def redirect(target: str, code: int = 302) -> Answer:
    """A redirect; `{path}` in the target stands for the path that was asked for."""

    async def answer(exchange: Exchange) -> None:
        await respond(exchange, b"", code, Location=target.format(path=exchange.hit.path))

    return answer


def drip(start: bytes, piece: bytes) -> Answer:
    """Sends `start`, then `piece` again and again, slowly, until the client leaves."""

    async def answer(exchange: Exchange) -> None:
        exchange.over = True
        await exchange.send(start)
        while True:
            await asyncio.sleep(SLOWLY)
            await exchange.send(piece)

    return answer


def flood(start: bytes, piece: bytes) -> Answer:
    """Sends `start`, then `piece` as fast as the client takes it, until it leaves."""

    async def answer(exchange: Exchange) -> None:
        exchange.over = True
        await exchange.send(start)
        while True:
            await exchange.send(piece)

    return answer


async def hang(exchange: Exchange) -> None:
    """Takes the request and says nothing until the client leaves."""
    exchange.over = True
    await exchange.reader.read()


async def reset(exchange: Exchange) -> None:
    """RST in place of an answer."""
    exchange.reset()


async def reset_in_body(exchange: Exchange) -> None:
    """RST in the middle of a body whose length was told."""
    await exchange.send(HEAD + b"Content-Length: 5000\r\n\r\n" + b"<p>" * 100)
    exchange.reset()


async def second_answer_unasked(exchange: Exchange) -> None:
    """Two answers to one request, on a connection that stays open."""
    one = HEAD + b"Content-Length: 4\r\n\r\n<p/>"
    exchange.hit.answered = time.monotonic()
    await exchange.send(one + one)


def late(seconds: float, answer: Answer) -> Answer:
    """The answer, after a while."""

    async def waiting(exchange: Exchange) -> None:
        await asyncio.sleep(seconds)
        await answer(exchange)

    return waiting


def in_turn(*answers: Answer) -> Answer:
    """Each answer once, in their order, the last one for ever."""
    left = list(answers)

    async def answer(exchange: Exchange) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(exchange)

    return answer


def attributes(count: int) -> bytes:
    """One tag with so many attributes that a parser that compares all takes seconds or more."""
    return (
        b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(count)) + b">x</p></body></html>"
    )


ATTRIBUTE_BOMB = attributes(200_000)  # libxml2 takes minutes, and the limit is 9 s
CUT_GZIP = gzip.compress(b"<p>mot doan van ban</p>" * 5_000)[:-200]

# How a host fails to answer: the attempt ends in a row without a status.
NETWORK: dict[str, Answer] = {
    "reset": reset,
    "reset-in-body": reset_in_body,
    "hang": hang,
    "silent-close": raw(),
    "drip-header": drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "drip-body": drip(HEAD + b"Content-Length: 100000\r\n\r\n", b"<p>"),
    "drip-chunk": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"3\r\n<p>\r\n"),
    "endless-header": flood(b"HTTP/1.1 200 OK\r\n", b"X-Pad: " + b"y" * 1_000 + b"\r\n"),
    "endless-body": flood(HEAD + b"\r\n", BLOCK),
    "endless-chunks": flood(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + BLOCK + b"\r\n"
    ),
    "length-of-a-terabyte": flood(HEAD + b"Content-Length: 1000000000000\r\n\r\n", BLOCK),
    "cut-body": raw(HEAD + b"Content-Length: 5000\r\n\r\n<p>ngan"),
    "cut-chunk": raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n100\r\n<p>ngan"),
    "http-09": raw(b"<html>\r\n<p>khong co dong trang thai</p></html>\r\n"),
    "junk": raw(bytes(range(256)) * 20),
    "bad-chunk": raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nkhong\r\n<p>\r\n0\r\n\r\n"),
    "two-lengths": raw(HEAD + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\n<p>ab"),
    "negative-length": raw(HEAD + b"Content-Length: -5\r\n\r\n<p>ab"),
    "endless-continue": flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}

# What stands on a hostile host besides: answers that are whole, and mean trouble.
ANSWERS: dict[str, Answer] = {
    "attribute-bomb": body(ATTRIBUTE_BOMB),
    "nesting": body(b"<div>" * 100_000),
    "gzip-bomb": body(gzip.compress(bytes(200 << 20), 1), Content_Encoding="gzip"),
    "brotli-bomb": body(brotli.compress(bytes(50 << 20), quality=1), Content_Encoding="br"),
    "deflate-of-nothing": body(zlib.compress(b""), Content_Encoding="deflate"),
    "cut-gzip": body(CUT_GZIP, Content_Encoding="gzip"),
    "no-such-encoding": body(b"<p>", Content_Encoding="x-secret"),
    "redirect-to-itself": redirect("{path}"),
    "redirect-away": redirect("http://elsewhere.invalid/"),
    "redirect-to-a-file": redirect("file:///etc/hostname"),
    "redirect-nowhere": status(302, b""),
    "redirect-for-ever": redirect("{path}x"),
    "empty": body(b""),
    "nul-bytes": body(b"\0" * 50_000),
    "not-found-as-200": body(b"<title>404 Not Found</title><h1>404 Not Found</h1>"),
    "challenge": body(b"<script>document.cookie='A=1';window.location.reload(true);</script>"),
    "teapot": status(418),
    "error-500": status(500),
    "error-599": status(599),
    "unasked-304": status(304, b""),
    "partial-206": status(206, b"<p>", Content_Range="bytes 0-2/100"),
    "status-999": status(999),
    "two-answers": second_answer_unasked,
    "calendar": body(
        listing_html(
            "Lịch",
            [
                (f"/lich/2025-{month}-{day}/", "Ngày")
                for month in range(1, 13)
                for day in range(1, 29)
            ],
        ).encode()
    ),
}
