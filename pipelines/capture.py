"""The only thing that passes from fetching to reading: an HTTP exchange as it happened."""

from dataclasses import dataclass
from datetime import datetime

# A page of links to choose from (300) is a redirect instead if it has a Location (RFC 9110, section
# 15.4.1). A page that a proxy changed (203) is as good as any.
PAGES = (200, 203, 300)
# A header of our own: how many bytes came after the body that Content-Length measures.
EXCESS = "X-Archive-Excess"
LONGEST_GATE = 16_384  # bytes of an error's page that is looked at
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Capture:
    """One HTTP exchange.

    `body` is the payload without its transfer encoding, but with its content encoding (gzip, br):
    only the worker decompresses. `fetched_at` is an aware UTC instant. `status` is None if no
    answer came; `error` then says why. `tls` says how an encrypted connection was trusted:
    `verified`, or `exception: ` and what is wrong with the certificate.

    `rendered_from`: `body` is a page that a browser rendered, in UTF-8, from the response fetched
    from this address at that instant. The status is then 200, and `error` lists the requests that
    failed.
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
        """Why no answer came, as one fixed word: the part of `error` before its colon."""
        return None if self.error is None else self.error.partition(":")[0]

    @property
    def is_redirect(self) -> bool:
        """Whether the answer's header leads to another address."""
        return self.status in REDIRECTS or (self.status == 300 and self.location != "")

    @property
    def is_page(self) -> bool:
        """Whether the answer's body is what was asked for."""
        return self.status in PAGES and not self.is_redirect

    @property
    def may_be_gate(self) -> bool:
        """Whether the answer is an error with a cookie: its page may only load itself again."""
        told = self.status is not None and self.status >= 400 and self.status not in (404, 410)
        return told and len(self.body) <= LONGEST_GATE and self.header("set-cookie") is not None

    @property
    def location(self) -> str:
        """Where a redirect leads, as written; "" if there is none."""
        return self._address("location")

    @property
    def refresh(self) -> str:
        """The header `Refresh`, as written: seconds and mostly an address; "" if there is none."""
        return self._address("refresh")

    def _address(self, name: str) -> str:
        """A header that holds an address: bytes beyond ASCII are UTF-8, as browsers read them."""
        said = self.header(name) or ""
        try:
            return said.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return said

    def header(self, name: str) -> str | None:
        """The first value of a header, case-insensitive, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


def media_type_of(content_type: str | None) -> str | None:
    """The media type of a Content-Type header, in lower case without parameters, or None."""
    return (content_type or "").split(";")[0].strip().lower() or None
