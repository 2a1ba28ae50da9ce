"""Articles, revisions, images and attachments as rows; history is only added to."""

import re
import sqlite3
from datetime import date, datetime
from typing import Any

from pipelines.keep.database.rows import insert_row, update_row
from pipelines.keep.database.timestamps import instant_of, printed, stored
from pipelines.keep.issues.acceptances import accepted_details, open_unless_accepted
from pipelines.keep.issues.issues import (
    Issue,
    close_issue,
    open_issue,
    open_issues,
    open_of_article,
    restate,
)
from pipelines.keep.records.article_columns import own_columns, text_columns
from pipelines.keep.records.decision import (
    Held,
    Verdict,
    article_fingerprint,
    date_follows_visits,
    decide,
)
from pipelines.keep.warc.reader import WarcPlace
from pipelines.outcomes import IssueKind
from pipelines.read.dates.date_lines import date_in_url
from pipelines.read.reading import Article, Dated, Document, Reading
from portals.languages import languages
from portals.site import Site

FOUND_OUT = 5  # articles of a portal whose dates follow the visits, from which the day of the visit is not believed of a new one either
IN_TWO_ORDERS = {language.key for language in languages().values() if language.figures}
FIGURES = re.compile(r"(?<!\d)\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d\d)(?!\d)")
SAID_ELSEWHERE = frozenset(
    {"feed", "listing", "sitemap", "url"}
)  # evidence that is not the page's own word


def keep_article(
    db: sqlite3.Connection,
    site: Site,
    reading: Reading,
    capture: int,
    page: sqlite3.Row,
    at: datetime,
) -> Verdict:
    """Decides and writes.

    The first date of publication stays: a portal that prints another one later opens an issue instead of moving the record. A page whose date follows the
    visits is not believed at all: the record holds what others say of its date, or none. On a portal with several such pages, a new page that prints the
    day of the visit is believed when a later visit finds the same day on it.
    """
    article = reading.article
    assert article is not None
    row = db.execute(
        "select * from articles where site = ? and url = ?", (site.key, article.url)
    ).fetchone()
    verdict = decide(_held(db, row), article, at)
    published = publication_columns(article, page)
    if row is None:
        article_id = _insert(db, site, reading, article, published, at)
        if (day := _doubted_day(db, site, article, at)) is not None:
            _disbelieve_date(
                db,
                site,
                db.execute("select * from articles where id = ?", (article_id,)).fetchone(),
                page,
                [day],
                at,
            )
    else:
        article_id = row["id"]
        _see_again(db, row, at)
        _believe_again(db, site, row, article, at)
        if (follows := _following_days(db, site, row, article, verdict, at)) is not None:
            _disbelieve_date(db, site, row, page, follows, at)
        else:
            _date_again(db, row, published, at)
        if verdict == "changed":
            _replace(db, article_id, article, reading, at)
    if verdict != "unchanged":
        revision = add_revision(db, article_id, article, published["published_on"], capture, at)
        if verdict != "older":
            db.execute("update articles set revision = ? where id = ?", (revision, article_id))
    if verdict in ("new", "changed"):
        keep_images(db, article_id, article)
    if verdict != "older":
        keep_attachment_links(db, article_id, article)
    db.execute("update pages set article = ? where id = ?", (article_id, page["id"]))
    if article.url != page["url"]:
        db.execute(
            "update pages set article = ? where site = ? and url = ? and article is null",
            (article_id, site.key, article.url),
        )
    return verdict


def _held(db: sqlite3.Connection, row: sqlite3.Row | None) -> Held | None:
    if row is None:
        return None
    fingerprints = {
        r["id"]: r["content_sha256"]
        for r in db.execute(
            "select id, content_sha256 from revisions where article = ?", (row["id"],)
        )
    }
    return Held(
        fingerprints[row["revision"]],
        frozenset(fingerprints.values()),
        instant_of(row["last_seen_at"]),
    )


def publication_columns(article: Article, page: sqlite3.Row) -> dict[str, str | None]:
    """The publication columns: the page's own date, else what a listing, feed or sitemap said of it; a guess yields to either.

    A feed names the month in words: on an English page it tells which of two figures is the day.
    """
    own = article.published
    if page["published_on"] is not None and (
        own is None or own.evidence == "guess" or _other_way_round(article, page)
    ):
        return _hinted(page)
    return _columns(own)


def _other_way_round(article: Article, page: sqlite3.Row) -> bool:
    """Whether figures that may be read in two orders name the feed's day once they are turned."""
    own = article.published
    if (
        own is None
        or article.language not in IN_TWO_ORDERS
        or page["published_evidence"] != "feed"
        or own.on.day > 12
        or FIGURES.search(own.raw or "") is None
    ):
        return False
    turned = own.on.replace(month=own.on.day, day=own.on.month)
    return turned != own.on and turned.isoformat() == page["published_on"]


def _hinted(page: sqlite3.Row) -> dict[str, str | None]:
    hint: dict[str, str | None] = {
        name: page[name]
        for name in ("published_on", "published_at", "published_evidence", "published_raw")
    }
    return hint | {"published_precision": "minute" if page["published_at"] else "day"}


def _columns(dated: Dated | None) -> dict[str, str | None]:
    return {
        "published_on": dated.on.isoformat() if dated else None,
        "published_at": printed(dated.at) if dated else None,
        "published_precision": dated.precision if dated else None,
        "published_evidence": dated.evidence if dated else None,
        "published_raw": dated.raw if dated else None,
    }


def _insert(
    db: sqlite3.Connection,
    site: Site,
    reading: Reading,
    article: Article,
    published: dict[str, str | None],
    at: datetime,
) -> int:
    values: dict[str, Any] = {
        "site": site.key,
        "url": article.url,
        **own_columns(article, reading),
        **published,
        "updated_at": printed(article.updated.at) if article.updated else None,
        "first_seen_at": stored(at),
        "last_seen_at": stored(at),
    }
    return insert_row(db, "articles", values)


def _see_again(db: sqlite3.Connection, row: sqlite3.Row, at: datetime) -> None:
    db.execute(
        """update articles set first_seen_at = min(first_seen_at, ?), last_seen_at = max(last_seen_at, ?), removed_at = iif(last_seen_at <= ?, null, removed_at)
        where id = ?""",
        (stored(at), stored(at), stored(at), row["id"]),
    )


def _date_again(
    db: sqlite3.Connection, row: sqlite3.Row, published: dict[str, str | None], at: datetime
) -> None:
    if published["published_on"] is None or published["published_on"] == row["published_on"]:
        return
    if row["published_on"] is None or (
        row["published_evidence"] == "guess" and published["published_evidence"] != "guess"
    ):
        update_row(db, "articles", row["id"], published)
    else:
        detail = f"{row['url']}: the page now prints {published['published_raw']!r} as its date; {row['published_on']} was seen first and stays"
        issue = Issue(IssueKind.DATE_MOVED, detail, row["site"], row["url"], row["id"])
        open_unless_accepted(db, issue, at, per="article")


def _following_days(
    db: sqlite3.Connection,
    site: Site,
    row: sqlite3.Row,
    article: Article,
    verdict: Verdict,
    at: datetime,
) -> list[str] | None:
    """The days that the page has printed, where they follow the visits; else None. A page once found out stays so until a person closes its issue."""
    own = article.published
    if (issue := open_of_article(db, row["id"], IssueKind.DATE_MOVES)) is not None:
        days = _days_printed(issue.detail)
        return list(dict.fromkeys([*days, own.on.isoformat()])) if own else days
    if own is None or verdict != "unchanged" or own.on.isoformat() == row["published_on"]:
        return None
    if own.evidence == "guess" and row["published_evidence"] != "guess":
        return None  # it says more of the guesser than of the page
    if any(
        own.on.isoformat() in _days_printed(words)
        for words in accepted_details(db, site.key, row["id"], IssueKind.DATE_MOVES)
    ):
        return None  # a person believes it
    first = db.execute(
        "select min(seen_at) as seen_at, published_on from revisions where article = ? and content_sha256 = ?",
        (row["id"], article_fingerprint(article)),
    ).fetchone()
    before = first["published_on"] or row["published_on"]
    text_seen_on = min(instant_of(first["seen_at"]), at).astimezone(site.zone).date()
    follows = before is not None and date_follows_visits(
        date.fromisoformat(before), own.on, text_seen_on
    )
    return (
        list(dict.fromkeys([row["published_on"] or before, before, own.on.isoformat()]))
        if follows
        else None
    )


def _doubted_day(db: sqlite3.Connection, site: Site, article: Article, at: datetime) -> str | None:
    """The day that a page seen for the first time prints, where it is the day of the visit and other pages of the portal print that too; else None."""
    own = article.published
    if (
        own is None
        or own.at is not None
        or own.evidence in SAID_ELSEWHERE
        or own.on != at.astimezone(site.zone).date()
    ):
        return None
    found_out = len(open_issues(db, site.key, (IssueKind.DATE_MOVES,)))
    return own.on.isoformat() if found_out >= FOUND_OUT else None


def _believe_again(
    db: sqlite3.Connection, site: Site, row: sqlite3.Row, article: Article, at: datetime
) -> None:
    """Closes the doubt in a day that a page still prints on a later one: it did not follow the visits."""
    issue, own = open_of_article(db, row["id"], IssueKind.DATE_MOVES), article.published
    if (
        issue is None
        or own is None
        or _days_printed(issue.detail) != [own.on.isoformat()]
        or at.astimezone(site.zone).date() <= own.on
    ):
        return
    close_issue(db, issue, at)


def _days_printed(detail: str) -> list[str]:
    """The days that an issue `date-moves` names."""
    return detail.rpartition(": ")[2].split(", ")


def _disbelieve_date(
    db: sqlite3.Connection,
    site: Site,
    row: sqlite3.Row,
    page: sqlite3.Row,
    days: list[str],
    at: datetime,
) -> None:
    """Takes back a date that only the page says. What a listing says counts where it is none of the days printed: a listing may follow the visits as well."""
    if row["published_evidence"] not in SAID_ELSEWHERE:
        in_url = date_in_url(row["url"], zone=site.zone)
        if page["published_on"] is not None and page["published_on"] not in days:
            update_row(db, "articles", row["id"], _hinted(page))
        else:
            update_row(
                db,
                "articles",
                row["id"],
                _columns(
                    Dated(in_url.on, in_url.at, in_url.precision, "url", in_url.raw)
                    if in_url
                    else None
                ),
            )
    why = (
        "follows the visits while its text stays"
        if len(days) > 1
        else "is the day of the visit, as on pages of this portal whose dates follow the visits"
    )
    detail = f"{row['url']}: the date it prints {why}, and is not believed; printed so far: {', '.join(days)}"
    issue = open_of_article(db, row["id"], IssueKind.DATE_MOVES)
    if issue is not None:
        restate(db, issue, detail)
        return
    if (moved := open_of_article(db, row["id"], IssueKind.DATE_MOVED)) is not None:
        close_issue(db, moved, at)
    # Of the article, and of no address: reading an address again without a note closes that address's issues.
    open_issue(db, Issue(IssueKind.DATE_MOVES, detail, row["site"], article=row["id"]), at)


def _replace(
    db: sqlite3.Connection, article_id: int, article: Article, reading: Reading, at: datetime
) -> None:
    values = own_columns(article, reading) | {"changed_at": stored(at)}
    if article.updated is not None:
        values["updated_at"] = printed(article.updated.at)
    update_row(db, "articles", article_id, values)


def add_revision(
    db: sqlite3.Connection,
    article_id: int,
    article: Article,
    published_on: str | None,
    capture: int,
    at: datetime,
    *,
    reread_at: datetime | None = None,
) -> int:
    """Adds a text to an article's history and gives the revision's id; `reread_at`: when it was read anew from a capture that had been read before."""
    revision = {
        "article": article_id,
        "seq": db.execute(
            "select count(*) + 1 from revisions where article = ?", (article_id,)
        ).fetchone()[0],
        "seen_at": stored(at),
        **text_columns(article),
        "published_on": published_on,
        "content_sha256": article_fingerprint(article),
        "extractor": article.extractor,
        "capture": capture,
        "reread_at": stored(reread_at) if reread_at else None,
    }
    return insert_row(db, "revisions", revision)


def keep_images(db: sqlite3.Connection, article_id: int, article: Article) -> None:
    """The images of an article's current text, in place of those of an earlier one."""
    db.execute("delete from images where article = ?", (article_id,))
    db.executemany(
        "insert into images (article, url, caption, position) values (?, ?, ?, ?)",
        [(article_id, i.url, i.caption, i.position) for i in article.images],
    )


def keep_attachment_links(db: sqlite3.Connection, article_id: int, article: Article) -> None:
    """Files once linked stay, also when a later revision links them no more. A file held for another article is not asked for again."""
    db.executemany(
        "insert into attachments (article, url, name) values (?, ?, ?) on conflict (article, url) do nothing",
        [(article_id, link.url, link.name) for link in article.attachments],
    )
    db.execute(
        """update attachments set (media_type, bytes, sha256, capture, text) = (
            select held.media_type, held.bytes, held.sha256, held.capture, held.text from attachments held join articles on articles.id = held.article
            where held.url = attachments.url and held.capture is not null
                and articles.site = (select site from articles where id = attachments.article) limit 1)
        where article = ? and capture is null""",
        (article_id,),
    )


def take_document(
    db: sqlite3.Connection,
    site: str,
    url: str,
    document: Document,
    place: WarcPlace | None,
    capture: int,
) -> int:
    """The file behind an attachment's link, for every article of the site that links it; returns how many do."""
    return db.execute(
        """update attachments set media_type = ?, bytes = ?, sha256 = ?, capture = ?, text = ?
        where url = ? and article in (select id from articles where site = ?)""",
        (
            document.media_type,
            place.bytes if place else None,
            place.sha256 if place else None,
            capture,
            document.text,
            url,
            site,
        ),
    ).rowcount


def mark_removed(db: sqlite3.Connection, site: str, url: str, at: datetime) -> None:
    """The portal no longer has the article; the last copy stays. Nothing happens where it was seen later than `at`."""
    db.execute(
        """update articles set removed_at = ? where removed_at is null and last_seen_at <= ? and id = (select article from pages where site = ? and url = ?)""",
        (stored(at), stored(at), site, url),
    )


def see_unchanged(db: sqlite3.Connection, page: sqlite3.Row, at: datetime) -> None:
    """The portal says that the article is as it was when it was last asked for."""
    db.execute(
        "update articles set last_seen_at = max(last_seen_at, ?), removed_at = null where id = ?",
        (stored(at), page["article"]),
    )
