"""Shows the progress of a long run: a live line per site on a terminal, plain lines in a log."""

import sys
from typing import Self

from rich.console import Console
from rich.progress import Progress as RichProgress
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from crawler.terminal.escaping import escaped_line
from pipelines.keep.records.outcome import Kept
from pipelines.keep.visits.runs import Counts
from portals.site import Site

EVERY = 50  # captures between two lines of a log


class Progress:
    """Draws on a terminal (stderr); elsewhere writes a line every 50 captures."""

    def __init__(self, quiet: bool = False) -> None:
        self.console = Console(stderr=True, quiet=quiet, highlight=False, soft_wrap=True)
        self.quiet = quiet
        self.live = self.console.is_terminal and not quiet
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.completed} pages"),
            TextColumn("{task.fields[state]}"),
            TimeElapsedColumn(),
        )
        self.bars = RichProgress(
            *columns, console=self.console, transient=True, disable=not self.live
        )
        self.tasks: dict[str, TaskID] = {}
        self.counts: dict[str, Counts] = {}

    def __enter__(self) -> Self:
        self.bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bars.stop()

    def tell(self, site: Site, kept: Kept) -> None:
        """Count one capture that was kept."""
        counts = self.counts.setdefault(site.key, Counts())
        counts.add(kept)
        if self.live:
            if site.key not in self.tasks:
                self.tasks[site.key] = self.bars.add_task(site.key, total=None, state="")
            self.bars.update(self.tasks[site.key], advance=1, state=_short(counts))
        elif counts.requests % EVERY == 0 and not kept.known and not self.quiet:
            line = f"{site.key}: {counts.requests} pages, {_short(counts)}"
            print(line, file=sys.stderr, flush=True)

    def ended(
        self, site: Site, outcome: str, detail: str | None, counts: Counts, *, asked: bool = True
    ) -> None:
        """Report the end of a site's visit. `asked`: False for an import, without requests."""
        self.left(site)
        if not self.quiet:
            cost = _requests_per_new(counts) if asked else None
            told = [f"{outcome}; {counts.requests} pages, {_short(counts)}", cost, detail]
            line = escaped_line(f"{site.key}: {'; '.join(filter(None, told))}")
            print(line, file=sys.stderr, flush=True)

    def left(self, site: Site) -> None:
        """Remove the line of a site whose visit is over; another visit counts anew."""
        self.counts.pop(site.key, None)
        if site.key in self.tasks:
            self.bars.remove_task(self.tasks.pop(site.key))


def _short(counts: Counts) -> str:
    return (
        f"{counts.articles_new} new, {counts.articles_changed} changed,"
        f" {counts.articles_unchanged} unchanged, {counts.refused} refused, {counts.failed} failed"
    )


def _requests_per_new(counts: Counts) -> str | None:
    if not counts.articles_new:
        return None
    return f"{counts.requests / counts.articles_new:.1f} requests for each new article"
