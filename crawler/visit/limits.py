"""The limits of one visit."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.outcomes import RunOutcome

MOST_KILLED = 10  # pages of a visit that may kill their readers, about ten seconds each
NOT_PAGES = ("robots", "subresource")  # kinds of request that count for no limit of pages


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_pages` limits the pages of a visit, `quota` the requests of each kind that it names."""

    max_pages: int
    quota: Mapping[str, int]

    def reached(self, asked: Counter[str], killed: int) -> tuple[RunOutcome, str] | None:
        """How the visit ends because of a limit; None while it may go on.

        `asked` counts requests by kind, `killed` the pages that brought down a reader or browser.
        """
        if asked.total() - sum(asked[kind] for kind in NOT_PAGES) >= self.max_pages:
            reached = f"the limit of {self.max_pages} pages was reached"
            return RunOutcome.STOPPED, f"{reached}; the next visit goes on from here"
        if killed >= MOST_KILLED:
            heavy = f"{killed} of its pages were too much for a reader or the browser"
            return RunOutcome.INCOMPLETE, f"{heavy}; the next visit goes on from here"
        return None

    def spent(self, asked: Counter[str]) -> list[str]:
        """The kinds of page with a used-up quota."""
        return [kind for kind, most in self.quota.items() if asked[kind] >= most]
