"""What limits the articles that a question reaches: sites, days, the filters beside the hits."""

from collections.abc import Iterable
from dataclasses import dataclass
from sqlite3 import Connection

from pipelines.keep.search.asked import Asked, Filters
from pipelines.keep.search.facts import Facts
from pipelines.search.marks import folded
from pipelines.search.question import Question
from pipelines.search.spellings import quoted

MOST_SITES = 200  # that the words of one site: may name
MOST_MONTHS = 36  # that are asked for one by one; longer spans by their years
YEARS = (1900, 2100)  # in which open spans of days begin and end


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a question as SQL and FTS5 know them.

    `sites`: keys, None for all. `unwanted`: keys of sites to leave out. `words`: expressions that
    an article must match beside the question. `conditions`: of rows of `articles` that no index of
    words holds.
    """

    sites: tuple[str, ...] | None
    unwanted: frozenset[str]
    words: tuple[str, ...]
    conditions: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no site is meant, so that nothing can be found."""
        return self.sites == ()


def limits_of(db: Connection, asked: Asked) -> Limits:
    """What limits an answer."""
    question, filters = asked.question, asked.filters
    sites = _sites(db, question.sites, filters.site)
    conditions = [
        condition
        for is_asked, condition in (
            (filters.edited, "changed_at is not null"),
            (filters.removed, "removed_at is not null"),
            (filters.files, "exists (select 1 from attachments where article = articles.id)"),
        )
        if is_asked
    ]
    return Limits(
        None if sites is None else tuple(sites),
        frozenset(_sites(db, question.excluded_sites, None) or ()),
        _words(sites, question, filters),
        tuple(conditions),
    )


def lets_through(one: Facts, asked: Asked, limits: Limits) -> bool:
    """Whether an article is within all limits that its facts tell of."""
    question, filters = asked.question, asked.filters
    on = one.published_on or ""
    return (
        one.site not in limits.unwanted
        and (question.since is None or on >= question.since.isoformat())
        and (question.before is None or "" < on < question.before.isoformat())
        and (filters.site is None or one.site == filters.site)
        and (filters.year is None or (on[:4] or "unknown") == filters.year)
        and (filters.section is None or one.section == filters.section)
    )


def months(found: Iterable[str]) -> str:
    """The expression for articles of some months, each as 2020-07."""
    return f"{{filters}} : ({' OR '.join('m' + month.replace('-', '') for month in found)})"


def _sites(db: Connection, named: Iterable[str], picked: str | None) -> list[str] | None:
    """The keys of the sites meant: with a key, or with the words of a name. None: all."""
    meant = None if picked is None else [picked]
    for name in named:
        found = _sites_named(db, name)
        meant = found if meant is None else [key for key in meant if key in found]
    return meant


def _sites_named(db: Connection, name: str) -> list[str]:
    rows = db.execute("select key, name, url from sites").fetchall()
    wanted = folded(name)
    same = [key for key, _, _ in rows if folded(key) == wanted]
    return (
        same
        or [
            key
            for key, title, url in rows
            if wanted in folded(key) or wanted in folded(title) or wanted in folded(url)
        ][:MOST_SITES]
    )


def _words(sites: list[str] | None, question: Question, filters: Filters) -> tuple[str, ...]:
    """Sites, times and sections as FTS5 knows them; see FILTERS in schema/search.py."""
    words = []
    if sites:
        keys = " OR ".join(f'"{key.encode().hex()}"' for key in sites)
        words.append(f"{{filters}} : ({keys})")
    if filters.year is not None and filters.year.isascii() and filters.year.isdecimal():
        words.append(f"{{filters}} : (y{filters.year})")
    if question.since or question.before:
        words.append(_time(question))
    if filters.section and any(letter.isalnum() for letter in filters.section):
        words.append(f"{{section}} : ({quoted(filters.section)})")
    return tuple(words)


def _time(question: Question) -> str:
    """The years or months in which days of a span may lie."""
    first, last = YEARS
    if question.since and question.before:
        begin = question.since.year * 12 + question.since.month - 1
        end = question.before.year * 12 + question.before.month - 1
        if 0 <= end - begin < MOST_MONTHS:
            return months(f"{at // 12:04}-{at % 12 + 1:02}" for at in range(begin, end + 1))
    if question.since:
        first = max(first, question.since.year)
    if question.before:
        last = min(last, question.before.year)
    years = " OR ".join(f"y{year:04}" for year in range(first, last + 1))
    return f"{{filters}} : ({years or 'none'})"
