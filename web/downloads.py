"""Files as answers: streamed, under a safe name, whole or in part."""

import asyncio
import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pipelines.keep.warc.reader import WarcReadError
from pipelines.read.files import media_types as types

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

ANY_BYTES = "application/octet-stream"
# How the name of a file of a type ends.
ENDINGS = {
    **dict.fromkeys(("text/html", "application/xhtml+xml"), ".html"),
    **dict.fromkeys(("text/xml", "application/xml"), ".xml"),
    **{"application/rss+xml": ".rss", "application/atom+xml": ".atom"},
    **{"application/json": ".json", "text/plain": ".txt", "text/csv": ".csv"},
    **{"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif"},
    **{types.PDF: ".pdf", types.DOCX: ".docx", types.XLSX: ".xlsx", types.PPTX: ".pptx"},
    **{types.DOC: ".doc", types.XLS: ".xls", "application/vnd.ms-powerpoint": ".ppt"},
    **{types.RTF: ".rtf", types.ODT: ".odt", types.ODS: ".ods", types.ODP: ".odp"},
    **{"application/zip": ".zip", "application/vnd.rar": ".rar"},
}
LONGEST_NAME = 120  # characters, its ending included
LONGEST_ENDING = 12
# Control characters, signs that nobody sees or that turn the direction of writing, and what Windows
# refuses in a name.
UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164"
    r'\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f"*/:<>?\\|]'
)
DEVICE = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[\d\xb9\xb2\xb3])(?=\.|$)", re.IGNORECASE)
ENDED = re.compile(r"\.[A-Za-z0-9]{1,5}$")
PROGRAMS = frozenset({".ashx", ".asp", ".aspx", ".axd", ".cgi", ".do", ".jsp", ".jspx", ".php"})
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Download:
    """An answer that Datasette sends: pieces of bytes, of which `size` in all.

    `pieces` run in a thread, one after the other. They may raise WarcReadError: the answer then
    ends before its size, which every client notices. `close` is called at the end.
    """

    def __init__(
        self,
        pieces: Iterator[bytes],
        size: int,
        headers: Mapping[str, str],
        *,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.pieces, self.size, self.headers, self.close = pieces, size, dict(headers), close
        self.status, self._first, self._count = 200, 0, size
        self._is_head = False

    def asked_by(self, scope: Mapping[str, Any]) -> "Download":
        """Itself, fit for a request: its head alone, or one range of its bytes."""
        self._is_head = scope["method"] == "HEAD"
        named = {bytes(name).lower(): bytes(value) for name, value in scope["headers"]}
        same = named.get(b"if-range") in (None, self.headers.get("etag", "").encode())
        wanted = RANGE.fullmatch(named.get(b"range", b"").decode("latin-1").strip())
        if wanted is None or not any(wanted.groups()) or not same or not self.size:
            return self
        first, last = _limits(wanted[1], wanted[2], self.size)
        if first > last:
            self.status, self._count = 416, 0
            self.headers["content-range"] = f"bytes */{self.size}"
        else:
            self.status, self._first, self._count = 206, first, last - first + 1
            self.headers["content-range"] = f"bytes {first}-{last}/{self.size}"
        return self

    async def asgi_send(self, send: Send) -> None:
        """Send it. Datasette calls this."""
        headers = {**self.headers, "accept-ranges": "bytes", "content-length": str(self._count)}
        raw = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]
        try:
            await send({"type": "http.response.start", "status": self.status, "headers": raw})
            if not self._is_head:
                await self._send_body(send)
            await send({"type": "http.response.body", "body": b""})
        except WarcReadError:
            return  # without its end: the server then closes the connection
        finally:
            await asyncio.to_thread(self.close)

    async def _send_body(self, send: Send) -> None:
        skipped, left = self._first, self._count
        while left and (piece := await asyncio.to_thread(next, self.pieces, b"")):
            part = piece[skipped : skipped + left]
            skipped = max(0, skipped - len(piece))
            left -= len(part)
            if part:
                await send({"type": "http.response.body", "body": part, "more_body": True})


def as_file(name: str, media_type: str = ANY_BYTES) -> dict[str, str]:
    """The headers of a file that a browser saves, and never shows as a page of this server."""
    return {
        "content-type": media_type,
        "content-disposition": disposition(name),
        "content-security-policy": "sandbox; default-src 'none'",
        "cross-origin-resource-policy": "same-origin",
    }


def disposition(name: str) -> str:
    """A Content-Disposition that saves under this name (RFC 6266, with RFC 8187 beyond ASCII)."""
    name = file_name(name)
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"[^ -~]|[%;\\\"]", "_", plain)
    exact = quote(name, safe="!#$&+-.^_`|~")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"


def name_in(address: str) -> str:
    """The last part of an address's path, decoded; "" if it has none, or is no address."""
    try:
        return unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2]
    except ValueError:  # such as "http://["
        return ""


def has_ending(name: str) -> bool:
    """Whether a name ends as a file's does, and not as that of a program on a server."""
    found = ENDED.search(name)
    return found is not None and found[0].lower() not in PROGRAMS


def file_name(name: str, otherwise: str = "file") -> str:
    """A stranger's name as one that is safe in a folder of any system, its ending kept."""
    name = UNSAFE.sub("_", unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode()))
    name = " ".join(name.split()).strip(" .")
    name = DEVICE.sub(lambda found: f"_{found[0]}", name) or otherwise
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = dot + ending if dot and len(ending) <= LONGEST_ENDING else ""
    return (stem if ending else name)[: LONGEST_NAME - len(ending)].rstrip(" .") + ending


def _limits(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and last byte of a range; the first is behind the last if it holds nothing."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last or size), size - 1)
