"""Reads from the archive what a site's articles share, and which listed ones it lacks."""

from datetime import datetime
from sqlite3 import Connection, Row

from pipelines.health.facts import Holdings, Shared
from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.pages import GATE
from pipelines.outcomes import LED_ELSEWHERE, Outcome, one_of

NEWEST = 1000  # articles of a site that are looked at
ALIKE = 3  # articles with one title; two may be about the same matter
LONGEST_LINE = 200  # characters of a text that only points to a file
_NEWEST = f"""with newest as materialized (
    select articles.id, url, title, lead, body, first_seen_at, revision,
        exists (select 1 from pages where pages.article = articles.id
            and pages.named_by is not null and pages.title = articles.title) as named,
        (exists (select 1 from attachments where attachments.article = articles.id)
            or exists (select 1 from images where images.article = articles.id)) as has_file
    from articles where articles.id in (select id from articles
        where site = :site and removed_at is null order by id desc limit {NEWEST}))"""
# Groups of which two members were there at `since` already are what a person accepted.
_SHARED = """select substr({value}, 1, 100) as value, count(*) as articles, min(url) as one,
        max(url) as other, max(revision) as revision, sum({form}) * 2 > count(*) as by_form
    from newest where {value} <> '' group by {value}
    having count({distinct}) >= :least and sum(first_seen_at <= :since) < 2
    order by count(*) desc"""
# Articles that are only files differ, though they have no text.
_TITLES = _SHARED.format(
    value="title", form="named", distinct="distinct ifnull(nullif(body, ''), id)"
)
_TEXTS = _SHARED.format(
    value="body", form=f"(length(body) <= {LONGEST_LINE} and has_file)", distinct="*"
)

_EMPTY = """select '' as value, count(*) as articles, min(url) as one, max(url) as other,
        max(revision) as revision, 0 as by_form
    from newest where body = '' and lead is null and not has_file and first_seen_at > :since"""
# An address that leads to another record, or off the portal, lacks no article.
_ELSEWHERE = one_of((*LED_ELSEWHERE, Outcome.REFUSED_PRINT_TWIN))
_NOT_READ = f"""select ifnull(reason, state) as reason, count(*) as pages from pages
    where site = ? and state in ('gone', 'refused', 'failing') and kind = 'article' and listed = 1
        and article is null and doubt is null and ifnull(reason, '') not {_ELSEWHERE}
        and ifnull(reason, '') not in ('same-article', '{GATE}')
    group by 1 order by pages desc, 1"""


def not_read(db: Connection, site: str) -> list[tuple[str, int]]:
    """How many listed addresses never gave an article, by reason."""
    return [(row["reason"], row["pages"]) for row in db.execute(_NOT_READ, (site,))]


def holdings_of(db: Connection, site: str, since: datetime | None = None) -> Holdings:
    """The newest articles of a site. `since`: when a person accepted what they share; only what
    they have come to share later counts then.
    """
    count = first_value(
        db,
        f"""select count(*) from (
            select 1 from articles where site = ? and removed_at is null limit {NEWEST})""",
        (site,),
    )
    asked = {"site": site, "since": utc_text(since) if since else ""}
    titles = db.execute(f"{_NEWEST} {_TITLES}", {**asked, "least": ALIKE}).fetchall()
    texts = db.execute(f"{_NEWEST} {_TEXTS}", {**asked, "least": 2}).fetchall()
    empty = db.execute(f"{_NEWEST} {_EMPTY}", asked).fetchone()
    return Holdings(
        count,
        tuple(_shared(db, row) for row in titles),
        tuple(_shared(db, row) for row in texts),
        _shared(db, empty) if empty["articles"] else None,
    )


def _shared(db: Connection, row: Row) -> Shared:
    capture = first_value(db, "select capture from revisions where id = ?", (row["revision"],))
    value, urls = " ".join(row["value"].split()), (row["one"], row["other"])
    return Shared(value, row["articles"], urls, capture, by_form=bool(row["by_form"]))
