"""The one thing that crosses from fetching to reading: an HTTP exchange as it happened."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Capture:
    """One HTTP exchange.

    `body` is the payload as it was sent, transfer encoding removed, content encoding (gzip, br) kept: nobody decompresses it before the worker does.
    `fetched_at` is an aware UTC instant. `status` is None, and `error` says why, when no answer came.
    """

    site: str
    url: str
    fetched_at: datetime
    status: int | None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    error: str | None = None

    def header(self, name: str) -> str | None:
        """The first value of a header, case-insensitive, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
