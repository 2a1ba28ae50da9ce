"""Attachments: links from articles to files, and the files once fetched."""

import json
from collections.abc import Collection
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.discovery import discover, links_of
from pipelines.keep.frontier.page import Page
from pipelines.keep.history.rework import rework
from pipelines.keep.records.pictures import ask_pictures_again, discover_pictures
from pipelines.keep.warc.reader import WarcPlace
from pipelines.outcomes import Outcome
from pipelines.read.addresses.canonical import same_site
from pipelines.read.reading import Article, Document, Link
from portals.platform import Platform
from portals.site import Site


def keep_attachment_links(db: Connection, article_id: int, article: Article) -> bool:
    """Keep the links to files; a later revision that drops a link does not remove it. Returns
    whether a file that is linked for the first time already had several contents.

    A file that is already held for another article of the site is not requested again.
    """
    swapped = False
    for link in article.attachments:
        is_new = db.execute(
            """insert into attachments (article, url, name) values (?, ?, ?)
            on conflict (article, url) do nothing""",
            (article_id, link.url, link.name),
        ).rowcount
        if is_new:
            swapped = swapped or _had_several_contents(db, article_id, link.url)
    db.execute(
        """update attachments set (media_type, bytes, sha256, capture, text) = (
            select held.media_type, held.bytes, held.sha256, held.capture, held.text
            from attachments held join articles on articles.id = held.article
            where held.url = attachments.url and held.capture is not null
                and articles.site = (select site from articles where id = attachments.article)
            limit 1)
        where article = ? and capture is null""",
        (article_id,),
    )
    return swapped


def _had_several_contents(db: Connection, article_id: int, url: str) -> bool:
    query = """select count(distinct sha256) from captures
        where site = (select site from articles where id = ?) and url = ? and outcome = ?"""
    count: int = first_value(db, query, (article_id, url, Outcome.ATTACHMENT))
    return count > 1


def drop_attachment_links(db: Connection, article_id: int, *, keep: Collection[str]) -> None:
    """Take from an article the links to files that its own pages never named."""
    db.execute(
        """delete from attachments
        where article = ? and url not in (select value from json_each(?))""",
        (article_id, json.dumps(list(keep))),
    )


def discover_files(
    db: Connection, site: Site, article: Article, platform: Platform, page: Page, at: datetime
) -> None:
    """Store the addresses of an article's files and pictures, if the site file wants them."""
    discover_pictures(db, site, article, platform, page, at)
    if site.crawl.attachments:
        files = [
            Link(link.url, "attachment", link.name)
            for link in article.attachments
            if same_site(link.url, site.all_hosts)
        ]
        discover(db, site.key, files, platform, at, links_of(page))


def ask_files_again(db: Connection, site: Site, page: Page, at: datetime) -> None:
    """Make the held files and pictures of an article due, because its page changed, if the site
    file wants them.
    """
    if site.crawl.keep_images:
        ask_pictures_again(db, page, at)
    if not site.crawl.attachments:
        return
    db.execute(
        """update pages set next_due_at = :at
        where site = :site and kind = 'attachment' and state = 'held' and url in (
            select attachments.url from attachments join pages using (article)
            where pages.id = :page)""",
        {"at": utc_text(at), "site": page.site, "page": page.id},
    )


def take_document(
    db: Connection, site: str, url: str, document: Document, place: WarcPlace | None, capture: int
) -> int:
    """Keep a file for every article of the site that links to it, unless there is a newer capture
    of it; returns how many there are.
    """
    return db.execute(
        """update attachments set media_type = :media_type, bytes = :bytes, sha256 = :sha256,
            capture = :capture, text = :text
        where url = :url
            and (select site from articles where id = attachments.article) = :site
            and not exists (select 1 from captures as held, captures as taken
                where held.id = attachments.capture and taken.id = :capture
                    and held.fetched_at > taken.fetched_at)
            and not exists (select 1 from captures as newer join captures as taken
                using (site, url) where taken.id = :capture
                    and newer.fetched_at > taken.fetched_at and newer.lost_at is null
                    and newer.outcome = :file)""",
        {
            "file": Outcome.ATTACHMENT,
            "media_type": document.media_type,
            "bytes": place and place.bytes,
            "sha256": place and place.sha256,
            "capture": capture,
            "text": document.text,
            "url": url,
            "site": site,
        },
    ).rowcount


def follow_swap(db: Connection, site: str, url: str, capture: int) -> None:
    """Work the articles anew that link a file which had other bytes in another capture."""
    others = """select 1 from captures as other join captures as taken on taken.id = ?
        where other.url = taken.url and other.site = taken.site and other.outcome = taken.outcome
            and other.sha256 <> taken.sha256"""
    if first_value(db, others, (capture,)) is None:
        return
    rows = db.execute(
        """select distinct article from attachments join articles on articles.id = article
        where attachments.url = :url and site = :site
        union select article from attachments where capture = :capture""",
        {"url": url, "site": site, "capture": capture},
    )
    for (article,) in rows.fetchall():
        rework(db, article)
