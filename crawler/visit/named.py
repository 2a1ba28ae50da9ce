"""The addresses that a person named for a visit, and what came of each."""

from collections.abc import Sequence
from sqlite3 import Connection

from crawler.visit.assignment import Assignment
from pipelines.keep.frontier.discovery import Origin, discover
from pipelines.keep.frontier.pages import KNOWN_PAGE, KnownPage, Skipped, known_page
from pipelines.keep.records.outcome import Kept
from pipelines.outcomes import LISTING_OUTCOMES, Outcome
from pipelines.read.addresses.canonical import origin_of
from pipelines.read.addresses.family_rules import ends_like_file
from pipelines.read.reading import Link
from portals.platform import platform_of

HAD = (*LISTING_OUTCOMES, Outcome.ATTACHMENT, Outcome.NOT_MODIFIED)
ROBOTS = "its robots.txt forbids it"
NOT_ASKED = "was not requested"


class Named:
    """Requests only these canonical addresses, in their order, and the targets of their redirects.

    `count`: how many were named; `left`: those that could not be had so far, each with the reason.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self.count = len(urls)
        self.left = dict.fromkeys(urls, NOT_ASKED)
        self._ahead = list(urls)
        self._named = {url: url for url in urls}  # by the address that is requested in its place

    def plant(self, at: Assignment) -> None:
        """Add the addresses to the frontier; nothing else becomes due."""
        links = [Link(url, "attachment" if ends_like_file(url) else "article") for url in self.left]
        with at.ingest.archive.transaction() as db:
            platform = platform_of(at.site.platform or "generic")
            discover(db, at.site.key, links, platform, at.began, Origin(trusted=True))

    def next(self, db: Connection, site: str, skipped: Skipped) -> KnownPage | None:
        """The next address to request; it stays so until `note` or `forbid` is called for it."""
        for url in self._ahead:
            if url in skipped.urls or origin_of(url) in skipped.hosts:
                continue
            row = db.execute(
                f"select {KNOWN_PAGE} from pages where site = ? and url = ?", (site, url)
            ).fetchone()
            if row["kind"] not in skipped.kinds:
                return known_page(row)
        return None

    def forbid(self, url: str) -> None:
        """Note that robots.txt forbids an address."""
        self._ahead.remove(url)
        self.left[self._named[url]] = ROBOTS

    def note(self, kept: Kept) -> None:
        """Note what came of an address."""
        named = self._named.get(kept.url)
        if named is None:
            return  # robots.txt, or a page that the browser asked for
        if kept.url in self._ahead:
            self._ahead.remove(kept.url)
        if kept.outcome.is_article or kept.outcome in HAD:
            self.left.pop(named, None)
            return
        why = (kept.detail or "").removeprefix(f"{kept.url}: ")
        self.left[named] = why or kept.outcome.replace("-", " ")
        target = kept.leads_to
        if kept.outcome == Outcome.REDIRECT and target and target not in self._named:
            self._named[target] = named
            self._ahead.insert(0, target)

    def told(self, ending: str | None) -> dict[str, str]:
        """Why each address could not be had. `ending`: why the visit ended."""
        because = f"{NOT_ASKED}: {ending}" if ending else NOT_ASKED
        return {url: because if why == NOT_ASKED else why for url, why in self.left.items()}


def how_many(left: int, named: int) -> str:
    """A line for the run's detail."""
    return f"{left} of {named} named addresses could not be had"
