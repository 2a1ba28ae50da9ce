"""Queries behind the page of an article. Reads only."""

import re
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import tilde_encode
from datasette.utils.asgi import Request
from markupsafe import Markup

from pipelines.keep.records.article_columns import OWN_COLUMNS
from pipelines.read.html.markup import html_of
from pipelines.read.html.paragraphs import parsed
from web.languages import day, instant

Row = dict[str, Any]

EVIDENCE = {
    "selector": "đọc từ dòng ngày của trang / read from the page's date line",
    "label": "đọc từ dòng có nhãn trên trang / read from a labelled line of the page",
    "meta": "lấy từ dữ liệu ẩn của trang / given by the page's metadata",
    "feed": "lấy từ nguồn tin RSS / given by the portal's feed",
    "listing": "ghi cạnh tiêu đề trong danh sách tin / printed beside the title in a list",
    "url": "suy ra từ địa chỉ trang / read from the page's address",
    "sitemap": "lấy từ sơ đồ trang / given by the portal's sitemap",
    "guess": "phỏng đoán, bằng chứng yếu / guessed from the whole page: weak evidence",
}
# Fields with their own place in _article.html; it lists all others among the facts.
PLACED = frozenset(
    ["title", "lead", "body", "body_html", "author", "source", "section", "language", "event_on"]
)
LINK = re.compile(r'<a (?=href=")')
PICTURE = re.compile(r'<img src="([^"]*)" alt="([^"]*)">')


@hookimpl
def extra_template_vars(
    table: str | None,
    database: str | None,
    view_name: str,
    request: Request | None,
    datasette: Datasette,
) -> Callable[[], Awaitable[dict[str, Any]]]:
    """`article` on the page of an article."""

    async def found() -> dict[str, Any]:
        if view_name == "row" and table == "articles" and database and request:
            db, key = datasette.get_database(database), request.url_vars["pks"]
            return {"article": await article(db, key)}
        return {}

    return found


async def article(db: Database, key: str) -> Row:
    """One article with its site, images, attachments, revisions and its text's captures.

    Dates are in the portal's zone.
    """
    row = await _one(db, "select * from articles where id = ?", key)
    site = await _one(db, "select * from sites where key = ?", row["site"])
    zone = site["timezone"]
    images = await db.execute("select * from images where article = ? order by position", [key])
    attachments = await db.execute(
        """select id, url, name, media_type, bytes, text is not null and text <> '' as readable
           from attachments where article = ?""",
        [key],
    )
    revisions = await db.execute(
        "select id, seq, seen_at, title from revisions where article = ? order by seq desc", [key]
    )
    capture = await db.execute(
        """select captures.*, extractor
           from revisions join captures on captures.id = revisions.capture
           where revisions.id = ?""",
        [row["revision"]],
    )
    parts = await db.execute(
        """select number, captures.*
           from article_parts join captures on captures.id = article_parts.capture
           where article_parts.revision = ? order by number""",
        [row["revision"]],
    )
    shown = capture.first()
    return {
        **row,
        "site_name": site["name"],
        "site_path": tilde_encode(row["site"]),
        "paragraphs": [part.strip() for part in row["body"].split("\n\n") if part.strip()],
        "markup": structured(row["body_html"]) if row["body_html"] else None,
        "published": instant(row["published_at"], zone)
        or day(row["published_on"], row["published_precision"]),
        "evidence": EVIDENCE.get(row["published_evidence"]),
        "updated": instant(row["updated_at"], zone),
        "event": day(row["event_on"]),
        "other_facts": {
            name: row[name] for name in OWN_COLUMNS if name not in PLACED and row[name] is not None
        },
        "first_seen": instant(row["first_seen_at"], zone),
        "last_seen": instant(row["last_seen_at"], zone),
        "changed": instant(row["changed_at"], zone),
        "removed": instant(row["removed_at"], zone),
        "images": [dict(each) for each in images.rows],
        "attachments": [dict(each) for each in attachments.rows],
        "revisions": [
            {**dict(each), "seen": instant(each["seen_at"], zone)} for each in revisions.rows
        ],
        "parts": [
            {**dict(each), "fetched": instant(each["fetched_at"], zone)} for each in parts.rows
        ],
        "capture": shown and {**dict(shown), "fetched": instant(shown["fetched_at"], zone)},
    }


def structured(body_html: str) -> Markup:
    """A text with its structure, written anew, so that nothing else can come through.

    A picture is a link in its place: a page of the archive asks no portal for anything.
    """
    shown = PICTURE.sub(
        lambda found: f'<a href="{found[1]}">▣ {found[2] or "ảnh / image"}</a>',
        html_of(parsed(body_html)),
    )
    return Markup(LINK.sub('<a rel="noopener nofollow" ', shown))  # see html/markup.py


async def _one(db: Database, sql: str, *values: object) -> Row:
    row: sqlite3.Row = (await db.execute(sql, list(values))).first()
    return dict(row)
