"""The publication date of a record: whom to believe if page, listings and visits disagree.

The first date stays: if a portal prints another one later, an issue opens and the record does not
change. A page whose date follows the visits is not believed at all: the record takes its date from
other sources, or has none. `upkeep/build_times.py` compares the pages of a portal.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from sqlite3 import Connection
from typing import NamedTuple

from pipelines.keep.database.rows import first_value, update_row
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.discovery import is_better
from pipelines.keep.frontier.page import COLUMNS, Page, given_date
from pipelines.keep.history.dates import (
    DATE_COLUMNS,
    Days,
    Look,
    Printed,
    days_of,
    first_printed,
    printed_as,
    printed_in,
    printed_text,
)
from pipelines.keep.history.named_changes import name_changes
from pipelines.keep.history.rework import looks_at
from pipelines.keep.issues.acceptances import accepted_details, open_unless_accepted
from pipelines.keep.issues.issues import (
    Issue,
    close_issue,
    open_issue,
    open_of_article,
    restate,
)
from pipelines.outcomes import IssueKind
from pipelines.read.dates.address_dates import date_in_url
from pipelines.read.reading import Article, Dated, Link
from portals.languages import languages
from portals.site import Site

# Languages that write numeric dates in either order of day and month.
IN_TWO_ORDERS = {language.key for language in languages().values() if language.figures}
NUMERIC_DATE = re.compile(r"(?<!\d)\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d\d)(?!\d)")
# Evidence that does not come from the page itself.
NAMED_WITH_DATE = frozenset({"feed", "listing", "sitemap"})
SAID_ELSEWHERE = NAMED_WITH_DATE | {"url"}


_PRINTED = ("place", *DATE_COLUMNS)
_SAME = """excluded.published_on = printed_dates.published_on
    and excluded.published_at is printed_dates.published_at"""
# Of a capture that is newer than all others.
NOTE_PRINTED = f"""
insert into printed_dates (article, {", ".join(_PRINTED)}, first_seen_at, last_seen_at)
values (:article, {", ".join(f":{name}" for name in _PRINTED)}, :at, :at)
on conflict (article) do update set last_seen_at = :at where {_SAME}
"""
WRITE_PRINTED = f"""
insert or replace into printed_dates
    (article, {", ".join(_PRINTED)}, first_seen_at, last_seen_at, is_late)
values (:article, {", ".join(f":{name}" for name in _PRINTED)}, :first, :last, :late)
"""


# Why a date is not believed that its own page has not moved.
FOLLOWS = "the date it prints follows the visits while its text stays"
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
    """The columns of the date: the page's own, else the one from a listing, feed or sitemap."""
    return _chosen(printed_in(article), page, article.language)


def _chosen(own: Printed | None, page: Page | None, language: str | None) -> dict[str, str | None]:
    """The columns of the page's own date, else of the one from a listing, feed or sitemap.

    A guess yields to either. A feed names the month in words, so it shows which number is the day
    in a language that writes both orders.
    """
    is_guess = own is None or own.published_evidence == "guess"
    if (
        page is not None
        and page.published_on is not None
        and (is_guess or _other_way_round(own, page, language))
    ):
        return hinted(page)
    return dict.fromkeys(DATE_COLUMNS) if own is None else own.columns


def _other_way_round(own: Printed | None, page: Page, language: str | None) -> bool:
    """Whether a page that may be read in two orders gives the feed's day in the other order."""
    if own is None or language not in IN_TWO_ORDERS or page.published_evidence != "feed":
        return False
    on = date.fromisoformat(own.published_on)
    if on.day > 12 or NUMERIC_DATE.search(own.published_raw or "") is None:
        return False
    turned = on.replace(month=on.day, day=on.month)
    return turned != on and turned.isoformat() == page.published_on


def hinted(page: Page) -> dict[str, str | None]:
    """The columns of the date with which a listing, feed or sitemap named a page."""
    return {
        "published_on": page.published_on,
        "published_at": page.published_at,
        "published_precision": "minute" if page.published_at else "day",
        "published_evidence": page.published_evidence,
        "published_raw": page.published_raw,
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
            give_date(db, page.article, hinted(page))


def note_shown(db: Connection, capture: int, revision: int, printed: Printed | None) -> None:
    """Note which revision a capture showed, and the date that it printed."""
    update_row(db, "captures", capture, {"revision": revision, "printed": printed_text(printed)})


def note_printed(db: Connection, article: int, printed: Printed | None, at: datetime) -> None:
    """Note the date that an article's page printed, if it is the first, or that it stayed.

    A guess, the address and "3 hours ago" say nothing about what the portal prints.
    """
    if printed is not None and printed.is_firm and printed.is_own:
        db.execute(NOTE_PRINTED, {**printed._asdict(), "article": article, "at": utc_text(at)})


def is_date_open(db: Connection, held: HeldArticle, article: Article, page: Page) -> bool:
    """Whether a look at a known article calls for a decision about its date: it shows another one,
    or one from a better source, or its date was in question.
    """
    seen = publication_columns(article, page)
    if seen["published_on"] is not None and (
        seen["published_on"] != held.published_on
        or seen["published_evidence"] != held.published_evidence
    ):
        return True
    return has_date_issue(db, held.id)


def give_date(db: Connection, article: int, columns: Mapping[str, str | None]) -> None:
    """Write the date of an article, which is also that of its revisions whose pages stated none."""
    update_row(db, "articles", article, columns)
    db.execute(
        """update revisions set published_on = :on where article = :article
            and published_on is not :on and not exists (
                select 1 from captures where captures.id = revisions.capture
                    and json_extract(printed, '$[4]') not in ('guess', 'url')
                    and json_extract(printed, '$[6]') = 0)""",
        {"on": columns["published_on"], "article": article},
    )


def has_date_issue(db: Connection, article: int) -> bool:
    """Whether an article's date is in question."""
    kinds = (IssueKind.DATE_MOVED, IssueKind.DATE_MOVES)
    return any(open_of_article(db, article, kind) is not None for kind in kinds)


def settle_date(db: Connection, site: Site, article: int, at: datetime) -> None:
    """Write the date of an article, as all looks at it and what others say of it show.

    The first date stays: if the page states another one later, an issue tells it. If its dates
    follow the visits, none counts, and the article has the date that others give.
    """
    held, looks = article_with(db, article), looks_at(db, article)
    assert held is not None
    days = days_of(looks, site.zone)
    _write_printed(db, article, looks, days)
    accepted = accepted_details(db, held.site, held.id, IssueKind.DATE_MOVES)
    believed = {day for detail in accepted for day in days_printed(detail)}
    doubt = open_of_article(db, held.id, IssueKind.DATE_MOVES)
    page = page_with_hint(db, article)
    if days.follows and days.last is not None and days.last.published_on in believed:
        days = replace(days, first=days.last)  # a person believes it
    elif days.follows:
        give_date(db, held.id, other_date(site, held.url, page, days.follows))
        tell_date_moves(db, held, FOLLOWS, days.follows, at)
        return
    if doubt is not None and len(days_printed(doubt.detail)) == 1:
        return  # on many pages of the portal it is a build time
    if doubt is not None:
        close_issue(db, doubt, at)
    if days.first is None and held.published_evidence not in (None, *NAMED_WITH_DATE):
        return  # an archive that is older than `captures.printed`
    language = first_value(db, "select language from articles where id = ?", (article,))
    give_date(db, held.id, _chosen(days.first, page, language))
    _tell_date_moved(db, held, days, at)


def _write_printed(db: Connection, article: int, looks: Sequence[Look], days: Days) -> None:
    if (found := first_printed(looks)) is not None:
        printed, first, last = found
        row = {**printed._asdict(), "article": article, "first": first, "last": last}
        db.execute(WRITE_PRINTED, {**row, "late": int(days.is_late)})


def _tell_date_moved(db: Connection, held: HeldArticle, days: Days, at: datetime) -> None:
    """Open, restate or close the issue that a page states another date than before."""
    issue = open_of_article(db, held.id, IssueKind.DATE_MOVED)
    if days.moved is None or days.first is None:
        if issue is not None:
            close_issue(db, issue, at)
        return
    detail = (
        f"{held.url}: the page now prints {days.moved.published_raw!r} as its date;"
        f" {days.first.published_on} was seen first and stays"
    )
    if issue is not None:
        restate(db, issue, detail)
        return
    moved = Issue(IssueKind.DATE_MOVED, detail, held.site, held.url, held.id)
    open_unless_accepted(db, moved, at, per="article")


def page_with_hint(db: Connection, article: int) -> Page | None:
    """The page of an article that a listing, feed or sitemap named with the earliest date."""
    row = db.execute(
        f"""select {COLUMNS} from pages where article = ? and published_on is not null
        order by published_on, id limit 1""",
        (article,),
    ).fetchone()
    return None if row is None else Page._make(row)


def days_printed(detail: str) -> list[str]:
    """The days that an issue `date-moves` names."""
    return detail.rpartition(": ")[2].split(", ")


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
    if found is None:
        return dict.fromkeys(DATE_COLUMNS)
    printed = printed_as(Dated(found.on, found.at, found.precision, "url", found.raw))
    return printed.columns


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
