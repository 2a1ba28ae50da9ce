"""The challenges of one visit: pages of script that set a cookie and reload themselves.

They are requested once more, with that cookie.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from pipelines.keep.frontier.pages import KnownPage
from pipelines.read.addresses.canonical import origin_of


@dataclass(slots=True)
class Challenges:
    """The pages to request once more, and their cookies; none unless the site file allows it."""

    answering: bool
    _again: list[KnownPage] = field(default_factory=list)
    _cookies: dict[str, str] = field(default_factory=dict)
    _met: set[str] = field(default_factory=set)

    def note(self, page: KnownPage, cookie: str | None) -> None:
        """Note a page and the cookie that answers it, if any: it is requested only once more."""
        if cookie is not None and self.answering and page.url not in self._met:
            self._met.add(page.url)
            self._cookies[origin_of(page.url)] = cookie
            self._again.append(page)

    def awaits(self, url: str) -> bool:
        """Whether an address is still waiting for its second request."""
        return any(page.url == url for page in self._again)

    def next_page(self, left: Collection[str]) -> KnownPage | None:
        """A page to request once more, if its host's origin is not in `left`."""
        return next((page for page in self._again if origin_of(page.url) not in left), None)

    def cookie_header(self, page: KnownPage) -> dict[str, str]:
        """The header for requesting a page: a host's cookie goes back to that host alone."""
        self._again = [other for other in self._again if other.url != page.url]
        cookie = self._cookies.get(origin_of(page.url))
        return {} if cookie is None else {"Cookie": cookie}
