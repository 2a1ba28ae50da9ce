"""The facts of a visit by which a site's health is judged: plain data."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pipelines.outcomes import UNREAD, IssueKind, Outcome, Refusal, RunOutcome

SourceKind = Literal["listing", "feed", "sitemap"]
Severity = Literal["suspect", "broken"]
Health = Literal["ok", "quiet", "suspect", "broken"]

# Each of these alone means that the site is broken. If nothing can be read, any issue does.
BROKEN_ALONE = frozenset({IssueKind.PARKED, IssueKind.MOVED, IssueKind.CERTIFICATE})


@dataclass(frozen=True, slots=True)
class Listed:
    """What one response of a source said.

    `entries`: how many articles it named; `newest_on`: the newest day that it printed or, if it
    prints none, the newest day that an article had when it last changed.
    """

    entries: int
    newest_on: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """One listing, feed or sitemap that a visit requested.

    `own`: the site's file names it, or it is the site's address. `listed`: what it says, or said
    when it last changed (304); None if it did not come. `before`: what it said on earlier good
    visits, oldest first, each with the newest day that an article had then.
    """

    url: str
    kind: SourceKind
    own: bool
    outcome: Outcome
    capture: int
    detail: str = ""
    listed: Listed | None = None
    before: tuple[tuple[Listed, date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One address of an article that a visit requested.

    `held`: an article was kept from it before this visit; `lacks`: fields that its page did not
    show; `entry`: a feed or listing named it with a title.
    """

    url: str
    outcome: Outcome
    capture: int
    held: bool
    lacks: frozenset[str] = frozenset()
    entry: bool = False

    @property
    def judged(self) -> bool:
        """Whether it was read, as an article or as something refused."""
        refused = self.outcome.refusal is not None and self.outcome not in UNREAD
        return self.outcome.is_article or refused


@dataclass(frozen=True, slots=True)
class Denial:
    """One address that a visit requested and was denied. `why`: `answered 403`.

    `known`: it gave an article or a listing before, or the site's file names it; `again`: it was
    denied, or failed, the last time too.
    """

    url: str
    capture: int
    why: str
    refusal: Refusal | None = None
    source: bool = False
    known: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Denials:
    """The denied `pages` of a visit, in order. `asked`: how many addresses it requested.

    `shut_out`: at its end a host denied everything; `newest`: the newest articles of the site are
    denied, some of them in this visit.
    """

    pages: tuple[Denial, ...] = ()
    asked: int = 0
    shut_out: bool = False
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """Earlier pages of the site, from visits that were well: how many.

    `read`: were articles; `refused`: were not; `lacking`: lacked a field, by field; `again`: were
    read again; `changed`: had another text then; `lost`: articles that could no longer be read, if
    a person accepted that; `entries`: were named as entries by a feed or listing;
    `entries_refused`: those of them that were no articles.
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
class Walk:
    """A listing that shows more pages than were read.

    `url`: its first page; `read`: how many of its pages were read; `shown`: how many its pager
    shows; `why`: the outcome of the next page, or `too-deep`; None if no link that Loa knows leads
    there.
    """

    url: str
    read: int
    shown: int
    why: str | None = None


@dataclass(frozen=True, slots=True)
class FrontPage:
    """A front page and the addresses on it that no rule takes and the frontier lacks (`left`).

    `linked`: how many addresses worth a request it links.
    """

    url: str
    left: tuple[str, ...]
    linked: int


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """What listings, feeds, sitemaps and pagers name, and no visit has requested.

    `walks`: listings with more pages; `unknown`: how many articles listings name that the frontier
    lacks, as the listing `example` does; `waiting`: how many addresses wait although the visit is
    over, such as `waits`; `max_depth`: the site's limit, if listings lie so deep that their links
    are not taken; `fronts`: front pages with addresses that no rule takes.
    """

    walks: tuple[Walk, ...] = ()
    unknown: int = 0
    example: str | None = None
    waiting: int = 0
    waits: str | None = None
    max_depth: int | None = None
    fronts: tuple[FrontPage, ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """A title or a text that several articles share: `value` is it, or its beginning.

    `articles`: how many share it; `urls`: two of them; `capture`: that of the newest; `by_form`:
    the portal publishes so, because its listings show this title too, or the text is a line beside
    a file or picture.
    """

    value: str
    articles: int
    urls: tuple[str, ...]
    capture: int | None
    by_form: bool = False


@dataclass(frozen=True, slots=True)
class Holdings:
    """The titles and texts that the newest articles of a site share, and how many `articles` these
    are.

    `titles`: of articles with different texts; `empty`: the articles without text, file or picture.
    """

    articles: int = 0
    titles: tuple[Shared, ...] = ()
    texts: tuple[Shared, ...] = ()
    empty: Shared | None = None


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """All that a visit saw of a site. `outcome` and `detail`: the visit's own last word.

    `newest_on`: the newest day that an article bears; `last_good_at`: when a source last came
    before this visit; `ever_read`: whether any article of the site is known; `mended`: addresses
    of open issues of which an article is held by now.
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
    denials: Denials = Denials()
    holdings: Holdings = Holdings()
    unfollowed: Unfollowed = Unfollowed()


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many pages of an import have one outcome. `url`: one of them, with its capture."""

    outcome: Outcome
    count: int
    url: str
    capture: int


@dataclass(frozen=True, slots=True)
class ImportedPages:
    """The pages of a site that an import brought.

    `count`: how many; `articles`: how many of them are articles; `ever_read`: whether any article
    of the site is known; `outcomes`: the most frequent first; `missing`: how many articles its
    listings name that the archive lacks.
    """

    count: int
    articles: int
    ever_read: bool
    outcomes: tuple[OutcomeCount, ...]
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """An apparent fault, with its evidence: what was expected, what came, and where."""

    kind: IssueKind
    detail: str
    url: str | None = None
    capture: int | None = None
