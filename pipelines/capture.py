"""The one thing that crosses from fetching to reading: an HTTP exchange as it happened."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Capture:
    """One HTTP exchange.

    `body` is the payload as it was sent, transfer encoding removed, content encoding (gzip, br) kept: nobody decompresses it before the worker does.
    `fetched_at` is an aware UTC instant. `status` is None, and `error` says why, when no answer came. `tls`: how an encrypted connection was trusted,
    `verified`, or `exception: ` and what is wrong with the certificate.

    `rendered_from`: `body` is no answer but what a browser made of the answer that came from this address at that instant, as UTF-8; `error` then says what
    it asked for in vain, beside a status of 200.
    """

    site: str
    url: str
    fetched_at: datetime
    status: int | None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    error: str | None = None
    tls: str | None = None
    rendered_from: datetime | None = None

    @property
    def fault(self) -> str | None:
        """The fixed word before the colon of `error`: the kind of fault for which no answer came."""
        return None if self.error is None else self.error.partition(":")[0]

    @property
    def location(self) -> str:
        """Where a redirect leads, as it was written: bytes beyond ASCII are UTF-8, as browsers take them. Empty where nothing is said."""
        said = self.header("location") or ""
        try:
            return said.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return said

    def header(self, name: str) -> str | None:
        """The first value of a header, case-insensitive, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


def media_type_of(content_type: str | None) -> str | None:
    """The media type that a Content-Type header names, in lower case and without its parameters, or None."""
    return (content_type or "").split(";")[0].strip().lower() or None
