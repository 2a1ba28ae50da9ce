"""Says how long an answer may be kept, and answers 304 where the reader has it already.

A page of a snapshot is made of the snapshot, the code, the language and the address, and a few of
the hour. So its ETag is known before the page is made.
"""

import hashlib
from collections.abc import Iterable, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.version import VERSION
from web import clock
from web.languages import language
from web.serving.served_file import Snapshot
from web.serving.settings import Serving

WEB = Path(__file__).resolve().parents[1]
MADE_OF = (".py", ".html", ".css", ".svg", ".yml", ".po", ".toml")
YEAR, DAY, MINUTE = 365 * 24 * 3600, 24 * 3600, 60  # seconds
# Pages that say how long ago something was.
OF_THE_HOUR = ("/status", "/sites", "/site/")
# They read the WARC files too, which are not part of the snapshot.
OF_CAPTURES = ("/capture/", "/attachment/", "/image/")

Message = MutableMapping[str, Any]
Header = tuple[bytes, bytes]


@cache
def made_by() -> str:
    """What changes whenever the code, texts or style of the pages do."""
    digest = hashlib.sha256(VERSION.encode())
    for path in sorted(one for one in WEB.rglob("*") if one.suffix in MADE_OF):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def tag_of(snapshot: Snapshot, serving: Serving, scope: MutableMapping[str, Any]) -> bytes | None:
    """The ETag of the page at an address, if it is one of the snapshot alone.

    It is weak: the same page is compressed for one reader, and not for another.
    """
    path = scope["path"]
    if path.startswith(OF_CAPTURES):
        return None
    parts = [snapshot.identity, made_by(), language(), path, str(serving)]
    parts += [scope["query_string"].decode("latin-1"), *_given(scope["headers"], b"host")]
    if path.startswith(OF_THE_HOUR):
        parts.append(f"{clock.now():%Y-%m-%dT%H}")
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
    return f'W/"{digest[:24]}"'.encode()


def has_it(scope: MutableMapping[str, Any], tag: bytes) -> bool:
    """Whether the reader has the answer with this ETag already.

    `*`, any answer, does not count: whether there is a page is known once it is made.
    """
    known = ",".join(_given(scope["headers"], b"if-none-match")).encode("latin-1")
    is_read = scope["method"] in ("GET", "HEAD")
    return is_read and tag in {one.strip() for one in known.split(b",")}


def unchanged(tag: bytes, kept: bytes) -> Message:
    """The start of an answer without a body."""
    headers = [(b"etag", tag), (b"cache-control", kept), (b"vary", b"Accept-Encoding")]
    return {"type": "http.response.start", "status": 304, "headers": headers}


def anonymous(given: Iterable[Header]) -> list[Header]:
    """The headers of a request without who sent it. The public has no names here.

    Datasette would forbid to keep what it answers to a reader with a cookie; the only one is that
    of the language, by which answers vary already.
    """
    return [(name, value) for name, value in given if name not in (b"cookie", b"authorization")]


def lasting(scope: MutableMapping[str, Any]) -> bytes:
    """How long an answer to the public may be kept."""
    # The answer to `_lang` sets a cookie, which nobody else may get.
    to_whom = "private" if b"_lang=" in scope["query_string"] else "public"
    return f"{to_whom}, max-age={MINUTE}".encode()


def with_validators(
    message: Message, scope: MutableMapping[str, Any], tag: bytes | None, *, live: bool
) -> Message:
    """The start of an answer, with what caches may do with it.

    What has an ETag of its own (bytes of a capture, files of the style) lasts for a day, and for a
    year if the address holds the version.
    """
    headers = [(bytes(name).lower(), bytes(value)) for name, value in message.get("headers", ())]
    names = {name for name, _ in headers}
    ours: list[Header] = []
    if message["status"] not in (200, 206, 304):
        ours = [(b"cache-control", b"no-store" if message["status"] >= 500 else b"no-cache")]
    elif scope["path"].startswith("/static/"):
        is_this = f"v={made_by()}".encode() == scope["query_string"]
        kept = f"public, max-age={YEAR}, immutable" if is_this else "no-cache"
        ours = [(b"cache-control", kept.encode())]
    elif live:
        ours = [(b"cache-control", b"private, no-cache")]
    elif scope["path"].startswith("/feeds/"):  # with an ETag of what its entries say
        ours = [(b"cache-control", lasting(scope))]
    elif b"etag" in names:
        ours = [(b"cache-control", f"public, max-age={DAY}".encode())]
    elif tag is not None:
        ours = [(b"cache-control", lasting(scope)), (b"etag", tag)]
    else:
        ours = [(b"cache-control", b"no-cache")]
    dropped = {name for name, _ in ours}
    if not live:
        dropped.add(b"vary")  # by a cookie or password that it did not get
    return {**message, "headers": [one for one in headers if one[0] not in dropped] + ours}


def _given(headers: Iterable[Header], name: bytes) -> list[str]:
    return [value.decode("latin-1") for known, value in headers if known == name]
