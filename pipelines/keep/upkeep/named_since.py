"""Pages that a listing, feed or sitemap has named by title since they were read.

A page without a date may be an article only because another page names it, and the name tells its
title from other headings. So its kept captures are read again with what is known now, and it makes
no difference whether a page or the listing that names it comes first.
"""

from collections.abc import Iterator
from sqlite3 import Connection

from pipelines.capture import PAGES
from pipelines.keep.database.rows import first_value, update_row
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.discovery import PRIORITY
from pipelines.keep.frontier.page import COLUMNS, Page, page_at
from pipelines.keep.frontier.page_state import article_due
from pipelines.keep.records.attachments import discover_files
from pipelines.keep.records.capture_facts import weaker_than_held
from pipelines.keep.records.captures import CaptureRow, captures_where
from pipelines.keep.records.identity import home_of
from pipelines.keep.records.parts import note_parts, unknown_parts
from pipelines.keep.upkeep.reread import differences, store_reading, take_article
from pipelines.outcomes import LIKE_ARTICLE, Outcome, one_of
from pipelines.read.reading import Reading
from pipelines.read.text.clean_text import same_text
from portals.platform import platform_of
from portals.site import Site

# Outcomes that a title may change. Without it, a page with a column of news is a listing.
UNDECIDED = one_of((Outcome.REFUSED_NOT_AN_ARTICLE, Outcome.REFUSED_TITLE_MISSING, Outcome.LISTING))
CUT = ("...", "\u2026")


def named_since(db: Connection, site: str) -> list[Page]:
    """The pages of a site that were read without the title that they have been given since."""
    rows = db.execute(
        f"""select {COLUMNS} from pages where site = ? and named_by is not null
            and last_fetched_at is not null and title is not read_title order by id""",
        (site,),
    )
    return list(map(Page._make, rows))


def captures_in_doubt(db: Connection, page: Page) -> Iterator[CaptureRow]:
    """The captures of a page that may be read otherwise now, oldest first: those that gave no
    article, and that of the present text if the article has another title.
    """
    held = db.execute(
        """select articles.title, capture from articles
            join revisions on revisions.id = articles.revision
        where articles.id = ?""",
        (page.article,),
    ).fetchone()
    other = held is not None and not _is_same(held["title"], page.title or "")
    return captures_where(
        db,
        f"""site = ? and url = ? and status in {PAGES} and warc_file is not null
            and lost_at is null and (outcome {UNDECIDED} or (outcome {LIKE_ARTICLE} and id = ?))
        order by fetched_at, id""",
        (page.site, page.url, held["capture"] if other else None),
    )


def _is_same(title: str, given: str) -> bool:
    """Whether a title is the given one; a list may cut it."""
    for end in CUT:
        given = given.removesuffix(end).rstrip()
    return same_text(title, given) or title.startswith(given)


def keep_named(db: Connection, site: Site, row: CaptureRow, reading: Reading) -> None:
    """Store what a capture of a page shows now that its name is known, in the caller's
    transaction.
    """
    at = parse_utc(row.fetched_at)
    if Outcome(row.outcome).is_article:
        store_reading(db, site, row, reading, differences(db, site, row, reading), now=at)
        return
    page = page_at(db, row.site, row.url)
    assert page is not None
    if reading.article is None or weaker_than_held(db, home_of(db, page, reading, at), reading, at):
        return
    take_article(db, site, page, row, reading)
    platform = platform_of(reading.platform or "generic")
    if unknown_parts(db, page, reading):
        note_parts(db, page, reading, platform, row.id, at)
    discover_files(db, site, reading.article, platform, page, at)
    no_list = {"entries": None, "newest_on": None, "entries_sha256": None, "entries_gone": None}
    update_row(db, "captures", row.id, no_list)
    if page.last_fetched_at == row.fetched_at:
        _settle(db, page)


def _settle(db: Connection, page: Page) -> None:
    """Let a page that was refused, or taken for a listing, be a held article, due like others."""
    article = first_value(db, "select article from pages where id = ?", (page.id,))
    assert page.last_fetched_at is not None
    due = article_due(db, article, parse_utc(page.last_fetched_at))
    held = {"kind": "article", "priority": PRIORITY["article"], "state": "held", "reason": None}
    update_row(db, "pages", page.id, {**held, "next_due_at": utc_text(due)})
    db.execute("delete from listings where page = ?", (page.id,))


def settle_name(db: Connection, page: Page) -> None:
    """Note that the captures of a page were read with the title that it has been given."""
    update_row(db, "pages", page.id, {"read_title": page.title})
