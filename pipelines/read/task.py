"""What a worker is given to read. Apart from the reader, so that the process that fetches need not load what reads."""

from dataclasses import dataclass

from pipelines.capture import Capture
from portals.site import Site


@dataclass(frozen=True)
class Task:
    """What a worker is given. `expected`: what the address was asked for as; `platform`: the family that a person named, against every sign; `learned`: the
    family that the site's pages have shown so far, where its file names none.

    `too_deep`: the page lies at the site's depth limit, so that nothing it links to will be kept.
    """

    capture: Capture
    site: Site
    expected: str | None = None
    platform: str | None = None
    too_deep: bool = False
    learned: str | None = None
