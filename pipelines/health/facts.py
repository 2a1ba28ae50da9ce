"""What a visit saw of a site, as far as its health is judged by it: plain data, taken from the rows of the archive."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pipelines.outcomes import IssueKind, Outcome, RunOutcome

SourceKind = Literal["listing", "feed", "sitemap"]
Severity = Literal["suspect", "broken"]
Health = Literal["ok", "quiet", "suspect", "broken"]

# Each of these alone means that the site is broken; where nothing at all can be read, so does any.
BROKEN_ALONE = frozenset({IssueKind.PARKED, IssueKind.MOVED, IssueKind.CERTIFICATE})


@dataclass(frozen=True, slots=True)
class Listed:
    """What one answer of a source said: how many articles it named, the newest day that it printed, and the instant of the answer."""

    entries: int
    newest_on: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """One listing, feed or sitemap that a visit asked.

    `own`: the site's file names it, or its address does; `listed`: what it says, or said when it last changed (304), None where it was not had;
    `fingerprint` stands for the addresses that it names; `gone`: how many of them are known to be gone. `before`: what it said on earlier good visits,
    oldest first, each with the newest day that an article bore then.
    """

    url: str
    kind: SourceKind
    own: bool
    outcome: Outcome
    capture: int
    detail: str = ""
    listed: Listed | None = None
    fingerprint: str | None = None
    gone: int = 0
    last_fingerprint: str | None = None
    before: tuple[tuple[Listed, date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One address of an article that a visit asked. `held`: an article was kept from it before this visit; `lacks`: fields that its page did not show.
    `entry`: a feed or listing named it with a title, as one of its entries.
    """

    url: str
    outcome: Outcome
    capture: int
    held: bool
    lacks: frozenset[str] = frozenset()
    entry: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """Earlier pages of the site, from visits that nothing was wrong with. `read`: pages read as articles; `refused`: pages that were none; `lacking`: a field
    and how many lacked it; `again`: pages read again; `changed`: those whose text had changed; `lost`: articles that could be read no more, where a person
    accepted that; `entries`: pages that a feed or listing named as its entries; `entries_refused`: those of them that were none.
    """

    read: int = 0
    refused: int = 0
    lacking: tuple[tuple[str, int], ...] = ()
    again: int = 0
    changed: int = 0
    lost: int = 0
    entries: int = 0
    entries_refused: int = 0


@dataclass(frozen=True, slots=True)
class Sight:
    """All that a visit saw of a site. `outcome` and `detail` are the visit's own word; `newest_on`: the newest day that an article bears;
    `last_good_at`: when a source was last had before this visit; `ever_read`: whether any article of the site is known; `mended`: addresses of open issues of
    which an article is held by now.
    """

    at: datetime
    outcome: RunOutcome
    detail: str | None
    newest_on: date | None
    sources: tuple[Source, ...]
    pages: tuple[ArticlePage, ...]
    past: Past
    last_good_at: datetime | None
    ever_read: bool = False
    mended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that looks broken, with its evidence: what was expected, what came, where."""

    kind: IssueKind
    detail: str
    url: str | None = None
    capture: int | None = None
