"""HTTP that is broken below the page: status lines, headers, lengths, chunks."""

from collections.abc import Callable

from tests.faults.bad_inputs.case import SENTENCE, BadInput, answer, article_page

PAGE = article_page().encode()
TYPE = "Content-Type: text/html; charset=utf-8"
FAILED = ("failed",)
READ = ("article-new",)


def lines(*head: str, body: bytes = PAGE, end: str = "\r\n") -> bytes:
    """An answer of header lines as they are written here, and a body."""
    return end.join([*head, "", ""]).encode("latin-1") + body


def chunks(*parts: bytes, last: bytes = b"0\r\n\r\n") -> bytes:
    """An answer in chunks, whose ends are right unless `last` says otherwise."""
    return lines(
        "HTTP/1.1 200 OK",
        TYPE,
        "Transfer-Encoding: chunked",
        body=b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + last,
    )


def _bad(
    name: str,
    wire: bytes | Callable[[], bytes],
    outcomes: tuple[str, ...] = FAILED,
    *,
    body: bytes | None = None,
    issues: tuple[str, ...] = (),
    reset: bool = False,
) -> BadInput:
    made = (lambda: wire) if isinstance(wire, bytes) else wire
    kept = None if body is None else lambda: body
    text = (SENTENCE,) if outcomes == READ else ()
    return BadInput(name, made, outcomes, kept, text, issues, reset=reset, alone=True)


OK = "HTTP/1.1 200 OK"
LENGTH = f"Content-Length: {len(PAGE)}"
CHUNKED = "Transfer-Encoding: chunked"
ONE_CHUNK = b"%x\r\n%s\r\n" % (len(PAGE), PAGE)
# Heads and chunks that browsers or curl take.
TAKEN = {
    "a name in curly quotes": lines(OK, TYPE, LENGTH, "\xe2\x80\x98x-frame\xe2\x80\x99: deny"),
    "a name with a blank": lines(OK, TYPE, "Bad Name: a", LENGTH),
    "a name that is missing": lines(OK, TYPE, LENGTH, ": a"),
    "blanks before the colons": lines(OK, TYPE.replace(":", " :"), "X-A\t: b", LENGTH),
    "a folded line before any header": lines(OK, " folded: x", TYPE, LENGTH),
    "a header of 100 KB": lines(OK, TYPE, LENGTH, "X-Long: " + "x" * 100_000),
    "a status line without a reason": lines("HTTP/1.1 200", TYPE, LENGTH),
    "a status line with more blanks": lines("HTTP/1.1  200  OK", TYPE, LENGTH),
    "a status in lower case": lines("http/1.1 200 ok", TYPE, LENGTH),
    "a status of another version": lines("HTTP/2 200", TYPE, LENGTH),
    "a substatus": lines("HTTP/1.1 200.1 OK", TYPE, LENGTH),
    "a blank line before the status": b"\r\n" + lines(OK, TYPE, LENGTH),
    "a bad name in an interim answer": (
        b"HTTP/1.1 103 Early Hints\r\nBad Name: a\r\n\r\n" + lines(OK, TYPE, LENGTH)
    ),
    "lines that end in two returns": lines(OK, TYPE, LENGTH, end="\r\r\n"),
    "one length twice": lines(OK, TYPE, LENGTH, LENGTH),
    "a length with a sign": lines(OK, TYPE, f"Content-Length: +{len(PAGE)};"),
    "a transfer encoding that says nothing": lines(OK, TYPE, "Transfer-Encoding: identity", LENGTH),
    "chunks beside a wrong length": lines(
        OK, TYPE, "Content-Length: 7", CHUNKED, body=ONE_CHUNK + b"0\r\n\r\n"
    ),
    "chunks in odd spelling": lines(
        OK, TYPE, "transfer-encoding : identity, Chunked", body=ONE_CHUNK + b"0\r\n\r\n"
    ),
    "chunks with blanks after their sizes": lines(
        OK, TYPE, CHUNKED, body=ONE_CHUNK.replace(b"\r\n", b"  \r\n", 1) + b"0   \r\n\r\n"
    ),
    "chunks with bare line feeds": lines(
        OK, TYPE, CHUNKED, body=b"%x\n%s\n0\n\n" % (len(PAGE), PAGE)
    ),
    "chunks without the blank line at their end": lines(
        OK, TYPE, CHUNKED, body=ONE_CHUNK + b"0\r\n"
    ),
}

CASES = [
    *(_bad(name, wire, READ, body=PAGE) for name, wire in TAKEN.items()),
    _bad("nothing at all", b""),
    _bad("reset before a byte", b"", reset=True),
    _bad("bytes that are no HTTP", bytes(range(256)) * 4),
    _bad("a page without a status line, as HTTP 0.9 has it", PAGE),
    _bad("a status line alone", b"HTTP/1.1 200 OK\r\n"),
    _bad("headers that break off", b"HTTP/1.1 200 OK\r\nContent-Type: text/ht"),
    _bad("a body shorter than its length", lines(OK, TYPE, f"Content-Length: {len(PAGE) + 100}")),
    _bad("a body that is reset half way", lines(OK, TYPE, LENGTH, body=PAGE[:500]), reset=True),
    _bad(
        "a body longer than its length",
        lines(OK, TYPE, LENGTH, body=PAGE + b"x" * 500),
        READ,
        body=PAGE,
        issues=("length-too-short",),
    ),
    _bad(
        "a length in letters, not bytes",
        lines(OK, TYPE, f"Content-Length: {len(PAGE.decode())}"),
        READ,
        body=PAGE[: len(PAGE.decode())],
        issues=("length-too-short",),
    ),
    _bad(
        "a line end after the body", lines(OK, TYPE, LENGTH, body=PAGE + b"\r\n"), READ, body=PAGE
    ),
    _bad("a negative length", lines(OK, TYPE, "Content-Length: -5")),
    _bad("a length in words", lines(OK, TYPE, "Content-Length: many")),
    _bad("two lengths that differ", lines(OK, TYPE, "Content-Length: 10", LENGTH)),
    _bad("a length that is empty", lines(OK, TYPE, "Content-Length:")),
    _bad("a transfer encoding that nobody knows", lines(OK, TYPE, "Transfer-Encoding: x", LENGTH)),
    _bad("a length of exabytes", lines(OK, TYPE, "Content-Length: 99999999999999999999")),
    _bad("no length, ended by closing", lines(OK, TYPE), READ, body=PAGE),
    _bad("HTTP 1.0 without a length", lines("HTTP/1.0 200 OK", TYPE), READ, body=PAGE),
    _bad("a page in three chunks", chunks(PAGE[:300], PAGE[300:900], PAGE[900:]), READ, body=PAGE),
    _bad(
        "chunks with extensions and a trailer",
        lines(
            OK,
            TYPE,
            "Transfer-Encoding: chunked",
            body=b"%x;a=b\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n" % (len(PAGE), PAGE),
        ),
        READ,
        body=PAGE,
    ),
    _bad("chunks without their end", chunks(PAGE, last=b"")),
    _bad("a chunk that breaks off", chunks(last=b"fff\r\nabc")),
    _bad("a chunk size that is no number", chunks(last=b"xyz\r\nabc\r\n0\r\n\r\n")),
    _bad("a negative chunk size", chunks(last=b"-5\r\nabc\r\n0\r\n\r\n")),
    _bad("a chunk of exabytes", chunks(last=b"ffffffffffffffff\r\nabc")),
    _bad("bare line feeds in the head", lines(OK, TYPE, LENGTH, end="\n"), READ, body=PAGE),
    _bad(
        "a header without a colon",
        lines(OK, TYPE, LENGTH, "nothing said", " and: more of it", "said"),
        READ,
        body=PAGE,
    ),
    _bad(
        "a header folded over two lines",
        lines(OK, "Content-Type: text/html;\r\n charset=utf-8", LENGTH),
        READ,
        body=PAGE,
    ),
    _bad(
        "a header's value of bytes beyond ASCII",
        lines(OK, TYPE, LENGTH, "X-Ghi-Chu: \xff\x80"),
        READ,
        body=PAGE,
    ),
    _bad(
        "a header's name of bytes beyond ASCII",
        lines(OK, TYPE, LENGTH, "X-Ghi-Ch\xfa: x"),
        READ,
        body=PAGE,
    ),
    _bad(
        "a validator of bytes and of ten kilobytes",
        lines(OK, TYPE, LENGTH, 'ETag: "\xc3\x80A\xcc\x80"', "Last-Modified: " + "x" * 10_000),
        READ,
        body=PAGE,
    ),
    _bad(
        "a type of bytes",
        lines(OK, "Content-Type: \xff\xfe; charset=\x80", LENGTH),
        ("article-new", "attachment"),
        body=PAGE,
    ),
    _bad(
        "a header with a NUL",
        lines(OK, TYPE, LENGTH, "X-Ghi-Chu: a\0b", "X-\0: c"),
        READ,
        body=PAGE,
    ),
    _bad("a header line of a megabyte", lines(OK, TYPE, LENGTH, "X-Long: " + "x" * 1_000_000)),
    _bad(
        "a hundred thousand headers",
        lambda: lines(OK, TYPE, LENGTH, *(f"X-{n}: y" for n in range(100_000))),
    ),
    _bad("a status that is no number", lines("HTTP/1.1 fine OK", TYPE, LENGTH)),
    _bad(
        "status 999",
        lines("HTTP/1.1 999 What", TYPE, LENGTH),
        ("server-error", "client-error"),
        body=PAGE,
    ),
    _bad(
        "status 204 with a body", lines("HTTP/1.1 204 No Content", TYPE, LENGTH), ("client-error",)
    ),
    _bad(
        "status 206 unasked",
        lines("HTTP/1.1 206 Partial Content", TYPE, LENGTH, "Content-Range: bytes 0-9/10"),
        ("client-error",),
        body=PAGE,
    ),
    _bad(
        "status 100 before the answer",
        b"HTTP/1.1 100 Continue\r\n\r\n" + lines(OK, TYPE, LENGTH),
        READ,
        body=PAGE,
    ),
    _bad("33 megabytes, one more than is taken", lambda: lines(OK, TYPE, body=b"x" * (33 << 20))),
    _bad(
        "17 megabytes, one more than is read",
        lambda: answer(b"x" * (17 << 20), TYPE),
        ("refused-undecodable",),
    ),
]
