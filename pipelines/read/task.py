"""A worker's task, in a module of its own so that the fetching process need not load the reader."""

from dataclasses import dataclass

from pipelines.capture import Capture
from portals.site import Site


@dataclass(frozen=True)
class Task:
    """A page to read, and what is known about it. `expected`: the kind that was requested.
    `platform`: the family that a person named, which overrides every sign. `learned`: the family
    that the site's pages have shown so far, if its file names none. `too_deep`: the page lies at
    the site's depth limit, so none of its links is kept. `document_seconds`: the CPU time after
    which a document is cut; None for the usual. `parts`: captures of the article's later pages, by
    their numbers, which are read and joined with the first. `is_part`: the page was named as a
    later part of an article, so it need not prove to be one. `given_title`: the title that another
    page gives this one, if any is known. `memory`: what the portal's articles repeat, as
    `learned_from` in memory/portal_memory.py wrote it. `sampled`: whether the reading gives the
    lines of the page. `blind_too`: a survey also takes the links that a look without family and
    rules finds.
    """

    capture: Capture
    site: Site
    expected: str | None = None
    platform: str | None = None
    too_deep: bool = False
    learned: str | None = None
    document_seconds: float | None = None
    parts: tuple[tuple[int, Capture], ...] | None = None
    is_part: bool = False
    given_title: str | None = None
    memory: bytes = b""
    sampled: bool = False
    blind_too: bool = False
