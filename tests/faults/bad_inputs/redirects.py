"""Redirects that loop, lead away, lead to what is no address, or carry more than an address."""

from tests.faults.bad_inputs.case import BadInput, answer, article_page, html_answer
from tests.faults.bad_inputs.portal import ABSENT

LOOP = ("redirect-loop",)
AWAY = ("redirect-offsite",)


def _to(
    name: str,
    location: str | None,
    outcomes: tuple[str, ...],
    *more: str,
    status: str = "302 Found",
    path: str = "",
    again: int = 0,
) -> BadInput:
    headers = [] if location is None else [f"Location: {location}"]
    body = b"" if status.startswith("304") else b"<a href=/>moved</a>"
    return BadInput(
        name,
        lambda: answer(body, *headers, *more, status=status),
        outcomes,
        lambda: body,
        path=path,
        again=again,
    )


def cases(root: str, stranger: str) -> list[BadInput]:
    """`root`: the portal's front page; `stranger`: that of a host that is none of the portal's."""
    return [
        _to("to itself", "/chi-tiet/to/itself", LOOP, path="/chi-tiet/to/itself"),
        _to(
            "to itself with a cookie",
            "/chi-tiet/to/cookie",
            LOOP,
            "Set-Cookie: seen=1; path=/",
            path="/chi-tiet/to/cookie",
            again=1,
        ),
        _to("to itself and a fragment", "#top", LOOP),
        _to(
            "one of two that point to each other",
            "/chi-tiet/loop/b",
            ("redirect",),
            path="/chi-tiet/loop/a",
        ),
        _to("the other of the two", "/chi-tiet/loop/a", ("redirect",), path="/chi-tiet/loop/b"),
        _to("without a location", None, LOOP),
        _to("to an empty location", "", LOOP),
        _to("to a stranger", f"{stranger}x", AWAY),
        _to("to a stranger without a scheme", f"{stranger.removeprefix('http:')}x", AWAY),
        _to(
            "to a stranger with backslashes",
            f"{stranger.removeprefix('http:').replace('/', chr(92))}x",
            AWAY,
        ),
        _to(
            "to a stranger behind the portal's own name",
            f"{root.rstrip('/')}@{stranger.removeprefix('http://')}",
            LOOP,
        ),
        _to("to the cloud's own address", "http://169.254.169.254/latest/meta-data/", AWAY),
        _to("to a file", "file:///etc/hostname", LOOP),
        _to("to data", "data:text/html,<h1>x</h1>", LOOP),
        _to("to a script", "javascript:alert(1)", LOOP),
        _to("to ftp", f"ftp://{root.removeprefix('http://')}x", LOOP),
        _to("to eight kilobytes", "/" + "x" * 8_000, LOOP),
        _to("to a port that is none", "http://127.0.0.1:99999999/", LOOP),
        _to("to an address with a line break escaped", "/a%0d%0aSet-Cookie:%20x=1", LOOP),
        _to("to letters beyond ASCII", "/đích-đến", ("redirect",)),
        _to("to the front page", "/", ("gone",)),
        _to("to one of several", "/anywhere", ("redirect",), status="300 Multiple Choices"),
        _to(
            "not modified, though nobody asked", None, ("not-modified",), status="304 Not Modified"
        ),
        _to(
            "the first of 21 in a row",
            "/chi-tiet/hop/1",
            ("redirect",),
            path="/chi-tiet/hop/0",
            status="307 Temporary Redirect",
        ),
    ]


def hops(path: str) -> bytes:
    """What the portal answers: the hops of the long chain, and its end."""
    if not path.startswith("/chi-tiet/hop/"):
        return ABSENT
    number = int(path.rsplit("/", 1)[1])
    if number > 21:
        return html_answer(article_page())
    return answer(b"", f"Location: /chi-tiet/hop/{number + 1}", status="307 Temporary Redirect")
