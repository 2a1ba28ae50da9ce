"""An archive rebuilt from its WARC files without any site file, and what both hold."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from crawler.commands.import_ import import_
from tests.builders.sample_world import Workplace

# Everything but row numbers, and columns of sites that belong to visits.
TABLES = {
    "sites": "key, name, url, platform, publisher, level, area_code, language, timezone, settings",
    "articles": """site, url, key, title, lead, body, author, source, section, language,
        published_at, published_on, published_precision, published_evidence, published_raw,
        updated_at, event_on, first_seen_at, last_seen_at, changed_at, removed_at, platform,
        word_count, body_html""",
    "revisions": """(select url from articles where id = article) as url, seq, seen_at, title, lead,
        body, author, source, published_on, content_sha256, extractor""",
    "attachments": """(select articles.url from articles where id = article) as of_article, url,
        name, media_type, bytes, sha256, text""",
    "images": """(select articles.url from articles where id = article) as of_article, url, caption,
        position, media_type, bytes, sha256, page is not null as known""",
    "printed_dates": """(select url from articles where id = article) as of_article, place,
        published_on, published_at, published_evidence, published_raw, first_seen_at,
        last_seen_at""",
    "announcements": """(select key from articles where id = article) as key, site, kind, state,
        seen_at""",
    "captures": """site, url, fetched_at, status, media_type, bytes, sha256, outcome, platform,
        etag, last_modified, error, tls, picture""",
}


def contents(archive: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table, in an order that does not depend on row numbers."""
    db = sqlite3.connect(f"file:{archive}?mode=ro", uri=True)
    try:
        db.row_factory = sqlite3.Row
        held = {name for (name,) in db.execute("select name from pragma_table_info('articles')")}
        found = {}
        for table, columns in TABLES.items():
            if table == "articles" and "body_html" not in held:
                columns = columns.replace(", body_html", "")
            rows = [dict(row) for row in db.execute(f"select {columns} from {table}")]
            found[table] = sorted(rows, key=lambda row: json.dumps(row, default=str))
        return found
    finally:
        db.close()


def imported(world: Workplace, *arguments: str | Path, **environment: str) -> Result:
    """An import in this process, which saves half a second; its readers are real."""
    given = {**world.environment, **environment}
    return CliRunner().invoke(import_, [*map(str, arguments)], env=given)


def rebuilt(world: Workplace, **environment: str) -> Path:
    """A new archive made from the captures of a world, without any site file."""
    none = world.folder / "no-sites"
    none.mkdir(exist_ok=True)
    new = world.folder / "new" / "archive.db"
    new.parent.mkdir(exist_ok=True)
    files = sorted((world.folder / "captures").glob("*.warc.gz"))
    environment = {"LOA_ARCHIVE": str(new), "LOA_SITES": str(none), **environment}
    done = imported(world, *files, **environment)
    # If a portal sends one page from many addresses, the import says so.
    assert done.exit_code == (7 if "texts-shared" in done.output else 0), done.output
    return new
