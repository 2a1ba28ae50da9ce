"""Pictures of articles: which are to be fetched, and which capture holds each."""

import json
from datetime import datetime
from sqlite3 import Connection, Row

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.discovery import Origin, discover, links_of
from pipelines.keep.frontier.page import IS_PICTURE, Page
from pipelines.outcomes import Outcome
from pipelines.read.addresses.canonical import same_site
from pipelines.read.files.media_types import PICTURES
from pipelines.read.reading import Article, Link
from portals.platform import Platform
from portals.site import Site

MOST_HOPS = 10  # redirects in a row that lead to a picture

HELD = """select captures.id, bytes, sha256, picture from captures
where site = ? and url = ? and picture is not null
order by lost_at is not null, fetched_at desc limit 1"""
LEADS_TO = """select leads_to from captures where site = ? and url = ? and outcome = ?
order by fetched_at desc limit 1"""
UNASKED = """select images.article, images.url from images
    join articles on articles.id = images.article
where site = :site and images.page is null and position <= :most and exists (
    select 1 from json_each(:hosts) where substr(images.url, 1, length(value)) = value)
order by articles.id desc, position limit :some"""
# Files that an older Loa kept, and that articles show; for `:site`, or all.
UNPICTURED = f"""select captures.id from images join articles on articles.id = images.article
    join captures on captures.site = articles.site and captures.url = images.url
where images.capture is null and outcome = '{Outcome.ATTACHMENT}' and picture is null
    and (:site is null or articles.site = :site)"""
# Pictures that came without a crawl, before or after the article that shows them.
UNLINKED = """select distinct images.article from images
    join articles on articles.id = images.article
    join pages on pages.site = articles.site and pages.url = images.url
where articles.site = ? and images.capture is null and pages.kind = 'attachment'"""


def discover_pictures(
    db: Connection, site: Site, article: Article, platform: Platform, page: Page, at: datetime
) -> None:
    """Store the addresses of an article's pictures, if the site file wants them."""
    if not site.crawl.keep_images:
        return
    links = [
        Link(image.url, "image")
        for image in article.images[: site.crawl.max_images_per_article]
        if same_site(image.url, site.all_hosts)
    ]
    discover(db, site.key, links, platform, at, links_of(page))
    record = first_value(db, "select article from pages where id = ?", (page.id,))
    if record is not None:
        link_pictures(db, record)


def discover_held(db: Connection, site: Site, platform: Platform, at: datetime) -> None:
    """Store the addresses of pictures that held articles show, the newest articles first, as many
    as a visit may request: the site file did not want them before. Those that were too large for
    another limit wait again.
    """
    rules = site.crawl
    hosts = [
        f"{scheme}://{www}{host.removeprefix('www.')}/"
        for host in site.all_hosts
        for scheme in ("http", "https")
        for www in ("", "www.")
    ]
    values = {"site": site.key, "most": rules.max_images_per_article, "hosts": json.dumps(hosts)}
    rows = db.execute(UNASKED, {**values, "some": rules.max_images_per_visit}).fetchall()
    links = [Link(row["url"], "image") for row in rows]
    discover(db, site.key, links, platform, at, Origin(depth=1))
    for article in {row["article"]: None for row in rows}:
        link_pictures(db, article)
    db.execute(
        f"""update pages set state = 'waiting', reason = null, next_due_at = :at
        where site = :site and state = 'refused' and reason = :reason and {IS_PICTURE}
            and (select error from captures
                where captures.site = pages.site and captures.url = pages.url
                order by fetched_at desc limit 1) not like :limit""",
        {
            **{"site": site.key, "at": utc_text(at), "limit": f"%{too_large(site)}"},
            "reason": Outcome.REFUSED_PICTURE_TOO_LARGE,
        },
    )


def too_large(site: Site) -> str:
    """What is wrong with a picture that is larger than its site file allows."""
    return f"more than crawl.max_image_bytes of its site file ({site.crawl.max_image_bytes})"


def ask_pictures_again(db: Connection, page: Page, at: datetime) -> None:
    """Make the held pictures of an article due, because its page changed."""
    db.execute(
        """update pages set next_due_at = :at where state = 'held' and id in (
            select images.page from images join pages as showing on showing.id = :page
            where images.article = showing.article)""",
        {"at": utc_text(at), "page": page.id},
    )


def link_pictures(db: Connection, article: int) -> None:
    """Point the pictures of an article to the pages of their addresses and to the captures that
    hold them, as far as the archive has any.
    """
    db.execute(
        """update images set page = (select pages.id from pages join articles using (site)
            where articles.id = images.article and pages.url = images.url
                and pages.kind = 'attachment')
        where article = ? and page is null""",
        (article,),
    )
    rows = db.execute(
        """select distinct images.page, site, pages.url from images
            join pages on pages.id = images.page
        where images.article = ? and images.capture is null""",
        (article,),
    ).fetchall()
    for row in rows:
        _show(db, row["site"], row["url"], row["page"])


def link_unlinked(db: Connection, site: str) -> None:
    """Point the pictures of a site to what an import brought of them, if it brought any."""
    query = "select 1 from captures where site = ? and picture is not null limit 1"
    if first_value(db, query, (site,)) is not None:
        for row in db.execute(UNLINKED, (site,)).fetchall():
            link_pictures(db, row["article"])


def take_picture(db: Connection, site: str, url: str, media_type: str, capture: int) -> None:
    """Keep a file as the picture of all articles that show its address, if it is a picture. `url`:
    the address of the capture, or one that redirects to it.
    """
    if media_type in PICTURES:
        db.execute("update captures set picture = ? where id = ?", (media_type, capture))
        follow_picture(db, site, url)


def is_new_picture(db: Connection, capture: int, media_type: str) -> bool:
    """Whether a capture, which an older Loa kept as a file, proves to be a picture."""
    query = "select picture is null from captures where id = ?"
    return media_type in PICTURES and bool(first_value(db, query, (capture,)))


def follow_picture(db: Connection, site: str, url: str) -> None:
    """Let the articles that show the picture of an address show its newest capture."""
    query = "select id from pages where site = ? and url = ? and kind = 'attachment'"
    page = first_value(db, query, (site, url))
    if page is not None:
        _show(db, site, url, page)


def _show(db: Connection, site: str, url: str, page: int) -> None:
    held = _held(db, site, url)
    if held is not None:
        db.execute(
            """update images set capture = ?, bytes = ?, sha256 = ?, media_type = ?
            where page = ?""",
            (*held, page),
        )


def _held(db: Connection, site: str, url: str) -> Row | None:
    """The newest capture of the picture at an address, or at the end of its redirects."""
    seen: set[str] = set()
    while len(seen) <= MOST_HOPS and url not in seen:
        row: Row | None = db.execute(HELD, (site, url)).fetchone()
        if row is not None:
            return row
        seen.add(url)
        url = first_value(db, LEADS_TO, (site, url, Outcome.REDIRECT)) or url
    return None
