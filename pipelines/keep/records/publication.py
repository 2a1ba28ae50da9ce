"""The publication date of a record: whom to believe if page, listings and visits disagree.

The first date stays: if a portal prints another one later, an issue opens and the record does not
change. A page whose date follows the visits is not believed at all: the record takes its date from
other sources, or has none. `upkeep/build_times.py` compares the pages of a portal.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from sqlite3 import Connection
from typing import NamedTuple

from pipelines.keep.database.rows import update_row
from pipelines.keep.database.timestamps import parse_utc, utc_text, utc_text_in_seconds
from pipelines.keep.frontier.discovery import is_better
from pipelines.keep.frontier.page import COLUMNS, Page, given_date
from pipelines.keep.history.named_changes import name_changes
from pipelines.keep.issues.acceptances import accepted_details, open_unless_accepted
from pipelines.keep.issues.issues import (
    Issue,
    close_issue,
    open_issue,
    open_of_article,
    restate,
)
from pipelines.keep.records.decision import Verdict, article_fingerprint, date_follows_visits
from pipelines.outcomes import IssueKind
from pipelines.read.dates.address_dates import date_in_url
from pipelines.read.dates.date_lines import tells_how_long_ago
from pipelines.read.reading import Article, Dated, Link
from portals.languages import languages
from portals.site import Site

# Languages that write numeric dates in either order of day and month.
IN_TWO_ORDERS = {language.key for language in languages().values() if language.figures}
NUMERIC_DATE = re.compile(r"(?<!\d)\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d\d)(?!\d)")
# Evidence that does not come from the page itself.
NAMED_WITH_DATE = frozenset({"feed", "listing", "sitemap"})
SAID_ELSEWHERE = NAMED_WITH_DATE | {"url"}


DATE_COLUMNS = (
    *("published_on", "published_at", "published_precision", "published_evidence"),
    "published_raw",
)
_PRINTED = ("place", *DATE_COLUMNS)
_SAME = """excluded.published_on = printed_dates.published_on
    and excluded.published_at is printed_dates.published_at"""
_EARLIER = "excluded.first_seen_at < printed_dates.first_seen_at"
NOTE_PRINTED = f"""
insert into printed_dates (article, {", ".join(_PRINTED)}, first_seen_at, last_seen_at)
values (:article, {", ".join(f":{name}" for name in _PRINTED)}, :at, :at)
on conflict (article) do update set
    last_seen_at = iif({_SAME}, max(last_seen_at, :at), :at),
    {", ".join(f"{name} = iif({_EARLIER}, excluded.{name}, {name})" for name in _PRINTED)},
    first_seen_at = min(first_seen_at, :at)
where {_SAME} or {_EARLIER}
"""


# Why a date is not believed that its own page has not moved.
AT_FETCH = "its date is a build time, as on many pages of this portal"


class HeldArticle(NamedTuple):
    """The part of a record that decides about its date and text, as stored."""

    id: int
    site: str
    url: str
    title: str
    published_on: str | None
    published_evidence: str | None
    published_raw: str | None
    revision: int
    last_seen_at: str


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a held article: what its page shows at `at`."""

    site: Site
    page: Page
    article: Article
    held: HeldArticle
    at: datetime

    @property
    def today(self) -> date:
        """The day of the look in the portal's zone."""
        return self.at.astimezone(self.site.zone).date()


def held_article(db: Connection, site: str, url: str) -> HeldArticle | None:
    """The record of an article, or None if there is none yet."""
    row = db.execute(
        f"select {', '.join(HeldArticle._fields)} from articles where site = ? and url = ?",
        (site, url),
    ).fetchone()
    return None if row is None else HeldArticle._make(row)


def article_with(db: Connection, article: int) -> HeldArticle | None:
    """The record with this row number."""
    row = db.execute(
        f"select {', '.join(HeldArticle._fields)} from articles where id = ?", (article,)
    ).fetchone()
    return None if row is None else HeldArticle._make(row)


def publication_columns(article: Article, page: Page) -> dict[str, str | None]:
    """The columns of the date: the page's own, else the one from a listing, feed or sitemap.

    A guess yields to either. A feed names the month in words, so it shows which number is the day
    in a language that writes both orders.
    """
    own = article.published
    if page.published_on is not None and (
        own is None or own.evidence == "guess" or _other_way_round(article, page)
    ):
        return hinted(page)
    return _columns(own)


def _other_way_round(article: Article, page: Page) -> bool:
    """Whether a page that may be read in two orders gives the feed's day in the other order."""
    own = article.published
    if own is None or article.language not in IN_TWO_ORDERS or page.published_evidence != "feed":
        return False
    if own.on.day > 12 or NUMERIC_DATE.search(own.raw or "") is None:
        return False
    turned = own.on.replace(month=own.on.day, day=own.on.month)
    return turned != own.on and turned.isoformat() == page.published_on


def hinted(page: Page) -> dict[str, str | None]:
    """The columns of the date with which a listing, feed or sitemap named a page."""
    return {
        "published_on": page.published_on,
        "published_at": page.published_at,
        "published_precision": "minute" if page.published_at else "day",
        "published_evidence": page.published_evidence,
        "published_raw": page.published_raw,
    }


def _columns(dated: Dated | None) -> dict[str, str | None]:
    return {
        "published_on": dated.on.isoformat() if dated else None,
        "published_at": utc_text_in_seconds(dated.at) if dated else None,
        "published_precision": dated.precision if dated else None,
        "published_evidence": dated.evidence if dated else None,
        "published_raw": dated.raw if dated else None,
    }


def date_by_name(db: Connection, site: str, links: Iterable[Link]) -> None:
    """Give held articles whose own pages print no date the one with which listings, feeds and
    sitemaps name them, unless the visits have called a printed date into question.
    """
    urls = [link.url for link in links if link.published is not None]
    if not urls:
        return
    rows = db.execute(
        f"""select {COLUMNS}, articles.published_on as held_on, articles.published_at as held_at,
            articles.published_evidence as held_by
        from pages join articles on articles.id = pages.article
        where pages.site = ? and pages.url in (select value from json_each(?))
            and pages.published_on is not null and (articles.published_on is null
                or articles.published_evidence in ('guess', 'feed', 'listing', 'sitemap'))""",
        (site, json.dumps(urls)),
    ).fetchall()
    for *columns, on, time, by in rows:
        page = Page._make(columns)
        assert page.article is not None
        assert page.given_date is not None
        if by in NAMED_WITH_DATE:
            held = given_date(on, time, by, None)
            if held is None or not is_better(page.given_date, held):
                continue
        if open_of_article(db, page.article, IssueKind.DATE_MOVES) is None:
            update_row(db, "articles", page.article, hinted(page))


def note_printed(db: Connection, article: int, printed: Dated | None, at: datetime) -> None:
    """Note the date that an article's page printed at an instant, if none was printed before it.

    A guess, the address and "3 hours ago" say nothing about what the portal prints.
    """
    if printed is None or printed.is_counted_back or printed.evidence in ("guess", "url"):
        return
    at_text = utc_text(at)
    row = {"article": article, "place": printed.place or printed.evidence, **_columns(printed)}
    db.execute(NOTE_PRINTED, {**row, "at": at_text})


def note_shown(db: Connection, capture: int, revision: int, printed: Dated | None) -> None:
    """Note which revision a capture showed, and the date that it printed."""
    told = None
    if printed is not None:
        columns = _columns(printed).values()
        told = json.dumps([printed.place, *columns, int(printed.is_counted_back)])
    update_row(db, "captures", capture, {"revision": revision, "printed": told})


def date_again(db: Connection, look: Look, verdict: Verdict) -> None:
    """Decide about the date that a known article shows now."""
    if (days := _following_days(db, look, verdict)) is not None:
        _disbelieve(db, look, days)
        return
    held, published = look.held, publication_columns(look.article, look.page)
    if published["published_on"] in (None, held.published_on):
        return
    own = look.article.published
    counted_back = own is not None and own.is_counted_back
    vague = tells_how_long_ago(held.published_raw or "") and not counted_back
    guessed = held.published_evidence == "guess" and published["published_evidence"] != "guess"
    if held.published_on is None or guessed or vague:
        update_row(db, "articles", held.id, published)
        return
    if published["published_evidence"] in SAID_ELSEWHERE:
        return  # the page prints none now; what others say moves no date that it printed
    if counted_back:
        return  # "3 weeks ago" is another day tomorrow
    detail = (
        f"{held.url}: the page now prints {published['published_raw']!r} as its date;"
        f" {held.published_on} was seen first and stays"
    )
    issue = Issue(IssueKind.DATE_MOVED, detail, held.site, held.url, held.id)
    open_unless_accepted(db, issue, look.at, per="article")


def _following_days(db: Connection, look: Look, verdict: Verdict) -> list[str] | None:
    """The days that the page has printed, if they follow the visits; else None.

    A page once found out stays so until a person closes its issue.
    """
    held, own = look.held, look.article.published
    if own is not None and (own.is_counted_back or tells_how_long_ago(held.published_raw or "")):
        own = None
    if (issue := open_of_article(db, held.id, IssueKind.DATE_MOVES)) is not None:
        days = days_printed(issue.detail)
        return list(dict.fromkeys([*days, own.on.isoformat()])) if own else days
    if own is None or verdict != "unchanged" or own.on.isoformat() == held.published_on:
        return None
    if own.evidence == "guess" and held.published_evidence != "guess":
        return None  # it says more about the guess than about the page
    accepted = accepted_details(db, held.site, held.id, IssueKind.DATE_MOVES)
    if any(own.on.isoformat() in days_printed(detail) for detail in accepted):
        return None  # a person believes it
    first = db.execute(
        """select min(seen_at) as seen_at, published_on from revisions
        where article = ? and content_sha256 = ?""",
        (held.id, article_fingerprint(look.article)),
    ).fetchone()
    before = first["published_on"] or held.published_on
    text_seen_on = min(parse_utc(first["seen_at"]), look.at).astimezone(look.site.zone).date()
    if before is None or not date_follows_visits(date.fromisoformat(before), own.on, text_seen_on):
        return None
    return list(dict.fromkeys([held.published_on or before, before, own.on.isoformat()]))


def days_printed(detail: str) -> list[str]:
    """The days that an issue `date-moves` names."""
    return detail.rpartition(": ")[2].split(", ")


def _disbelieve(db: Connection, look: Look, days: list[str]) -> None:
    """Take back a date that only the page gives, and open an issue."""
    if look.held.published_evidence not in SAID_ELSEWHERE:
        update_row(
            db, "articles", look.held.id, other_date(look.site, look.held.url, look.page, days)
        )
    told = (
        AT_FETCH if len(days) == 1 else "the date it prints follows the visits while its text stays"
    )
    tell_date_moves(db, look.held, told, days, look.at)


def other_date(
    site: Site, url: str, page: Page | None, days: Sequence[str]
) -> dict[str, str | None]:
    """The columns of the date that an article has if its page's own is not believed.

    A listing's date counts unless the page printed the same day (`days`): a listing may follow the
    visits too.
    """
    if page is not None and page.published_on is not None and page.published_on not in days:
        return hinted(page)
    found = date_in_url(url, zone=site.zone)
    return _columns(Dated(found.on, found.at, found.precision, "url", found.raw) if found else None)


def tell_date_moves(
    db: Connection, held: HeldArticle, told: str, days: Sequence[str], at: datetime
) -> None:
    """Open or restate the issue about an article's date that is not believed."""
    detail = f"{held.url}: {told}, and is not believed; printed so far: {', '.join(days)}"
    if (issue := open_of_article(db, held.id, IssueKind.DATE_MOVES)) is not None:
        restate(db, issue, detail)
        return
    if (moved := open_of_article(db, held.id, IssueKind.DATE_MOVED)) is not None:
        close_issue(db, moved, at)
    # An issue of the article, without an address: a reading without a note closes its address's
    # issues.
    issue_of_article = Issue(IssueKind.DATE_MOVES, detail, held.site, article=held.id)
    open_issue(db, issue_of_article, at)
    name_changes(db, held.id)  # without the dates
