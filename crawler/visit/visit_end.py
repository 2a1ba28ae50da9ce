"""How a visit ends."""

from dataclasses import dataclass

from pipelines.keep.records.outcome import Kept
from pipelines.outcomes import PASSING_FAILURES, UNREAD, Outcome, RunOutcome

# An address of the site file must not have these outcomes: nothing would ever be found through it.
UNUSABLE = (Outcome.GONE, Outcome.CLIENT_ERROR, Outcome.REDIRECT_LOOP, Outcome.REDIRECT_OFFSITE)


@dataclass(slots=True)
class VisitEnd:
    """The run's outcome unless something else happens, and the reason. It starts as `ok`."""

    outcome: RunOutcome = RunOutcome.OK
    detail: str | None = None

    @property
    def is_good(self) -> bool:
        """Whether nothing has gone wrong so far."""
        return self.outcome == RunOutcome.OK

    def becomes(self, outcome: RunOutcome, detail: str) -> None:
        """Set how the visit will end."""
        self.outcome, self.detail = outcome, detail

    def note(self, kept: Kept, *, own: bool) -> None:
        """Note the outcome of one capture.

        A temporary failure leaves the visit incomplete. So does a page that our own fault left
        unread, and an address of the site file (`own`) that leads to nothing.
        """
        lost = own and (kept.outcome in UNUSABLE or kept.outcome.refusal is not None)
        if self.is_good and (lost or kept.outcome in (*PASSING_FAILURES, *UNREAD)):
            self.becomes(RunOutcome.INCOMPLETE, f"{kept.detail}; the next visit asks again")
