"""What came of one attempt to tell something."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Outcome:
    """`told`: the receiver took it. `refused`: it never will. `failed`: try again later.

    `reason`: in one line, without a secret. `spreads`: the others for this server would fail too.
    `not_before`: until when the receiver asked us to wait.
    """

    state: Literal["told", "refused", "failed"]
    reason: str | None = None
    spreads: bool = False
    not_before: datetime | None = None


TOLD = Outcome("told")
