"""Checks a whole archive: SQLite's own checks, rows against each other, and the WARC files.

Reads only. SQLite has no page checksums, so a corrupt byte inside a value shows only if something
else repeats the value: an index, a revision's fingerprint, the search index, the WARC record,
another row. If only the page itself repeats it (a section, a caption), `loa reread` finds it.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection

from pipelines.capture import media_type_of
from pipelines.keep.database.rows import first_value
from pipelines.keep.database.schema.search import COLUMNS, TOKENIZER
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.records.article_columns import REVISION_FIELDS, text_fingerprint
from pipelines.keep.records.captures import CaptureRow, captures_where
from pipelines.keep.warc.reader import verify_record
from pipelines.keep.warc.record import Record
from pipelines.outcomes import Outcome
from pipelines.read.addresses.article_key import article_key


@dataclass(slots=True)
class Report:
    """How many rows were checked, and one line for each fault.

    `losses`: captures that lost their bytes, which a later capture has brought again.
    """

    captures: int = 0
    articles: int = 0
    revisions: int = 0
    problems: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NO_DAY = "goes_on"  # the one column that ends like those of days

COUNTS = ", ".join(
    f"count(*) filter (where outcome = '{Outcome.of_article(word)}') as {word}"
    for word in ("new", "changed", "unchanged")
)
# A swapped file makes a revision whose page shows nothing else.
FILE_CAME = """exists (
    select 1 from attachments join articles as owner on owner.id = attachments.article
        join captures as file on file.site = owner.site and file.url = attachments.url
    where owner.id = {revision}.article and file.fetched_at = {revision}.seen_at)"""


def _texts(table: str) -> str:
    return ", ".join(f"{table}.{name}" for name in REVISION_FIELDS)


# A fault, and a query for the rows that have it.
RULES = {
    "article without its current revision": """select url from articles where revision is null
            or revision not in (select id from revisions where article = articles.id)""",
    "article whose text is not that of its revision": f"""
        select articles.url from articles join revisions on revisions.id = articles.revision
        where ({_texts("revisions")}) is not ({_texts("articles")})""",
    "article whose key is not made of its address": """
        select url from articles where key is not article_key(url)""",
    "article that its own key does not lead to": """
        select url from articles where (key, id) not in (select key, article from article_keys)""",
    "revisions of an article with a gap": """
        select article from revisions group by article having max(seq) <> count(*)""",
    "same version twice in a row": f"""select a.article from revisions a
        join revisions b on b.article = a.article and b.seq = a.seq + 1
        where a.content_sha256 = b.content_sha256
            and (a.published_on, a.section, a.images, a.attachments)
                is (b.published_on, b.section, b.images, b.attachments)
            and not {FILE_CAME.format(revision="b")}""",
    "answer without bytes": """
        select url from captures where status is not null and warc_file is null""",
    "capture without an outcome": f"select url from captures where outcome = '{Outcome.UNDECIDED}'",
    "page fetched, but still waiting": """
        select url from pages where state = 'waiting' and last_fetched_at is not null
            and next_due_at is null and kind in ('article', 'attachment')""",
    "run that says another number of requests than it kept": """
        select id from runs where ended_at is not null and requests <> (
            select count(*) - count(rendered_from) from captures where run = runs.id)""",
    "run that says other outcomes than it kept": f"""select runs.id from runs
        left join (select run, {COUNTS} from captures group by run) as did on did.run = runs.id
        where ended_at is not null and (articles_new, articles_changed, articles_unchanged)
            is not (ifnull(new, 0), ifnull(changed, 0), ifnull(unchanged, 0))""",
    "revision seen at another time than its capture": f"""
        select revisions.id from revisions join captures on captures.id = capture
        where seen_at <> ifnull((select max(part.fetched_at) from article_parts
            join captures as part on part.id = article_parts.capture
            where article_parts.revision = revisions.id), fetched_at)
            and not {FILE_CAME.format(revision="revisions")}""",
    "revision in parts that is not of its first part's capture": """
        select revisions.id from revisions join article_parts on revision = revisions.id
        group by revisions.id
        having revisions.capture <> min(article_parts.capture) filter (where number = (
            select min(number) from article_parts where revision = revisions.id))""",
    "article seen, changed or removed when nothing was captured": """select url from articles,
            json_each(json_array(first_seen_at, last_seen_at, changed_at, removed_at)) as told
        where told.value is not null and not exists (
            select 1 from captures where site = articles.site and fetched_at = told.value)""",
    "article whose day and time of publication disagree": """select url from articles
        where abs(julianday(published_on) - julianday(substr(published_at, 1, 10))) > 1""",
    "file that is not that of its capture": """
        select attachments.url from attachments join captures on captures.id = capture
        where (attachments.bytes, attachments.sha256) is not (captures.bytes, captures.sha256)""",
    "picture that is not that of its capture": """
        select images.url from images join captures on captures.id = capture
        where (images.bytes, images.sha256, images.media_type)
            is not (captures.bytes, captures.sha256, captures.picture)""",
    "picture that came, and that its article does not show": """
        select images.url from captures join pages using (site, url)
            join images on images.page = pages.id
        where captures.picture is not null and images.capture is null""",
    "address twice": "select url from pages group by site, url having count(*) > 1",
}


def verify_archive(db: Connection, captures: Path) -> Report:
    """Checks everything; problems come in the order of the checks."""
    tables = "captures", "articles", "revisions"
    report = Report(*(first_value(db, f"select count(*) from {table}") for table in tables))
    report.problems.extend(
        f"SQLite: {row[0]}" for row in db.execute("pragma integrity_check(20)") if row[0] != "ok"
    )
    report.problems.extend(
        f"foreign key: {row[0]} row {row[1]} points to a missing row of {row[2]}"
        for row in db.execute("pragma foreign_key_check")
    )
    db.create_function("article_key", 1, article_key, deterministic=True)
    for what, query in RULES.items():
        report.problems.extend(f"{what}: {row[0]}" for row in db.execute(query))
    report.problems.extend(_spoiled_values(db))
    # Text that is not UTF-8 is already reported, and must not end the search.
    db.text_factory = lambda text: text.decode("utf-8", "replace")
    report.problems.extend(_changed_revisions(db))
    report.problems.extend(_search_problems(db))
    _find_spoiled_captures(db, captures, report)
    db.text_factory = str
    return report


def _spoiled_values(db: Connection) -> Iterator[str]:
    """Texts that Loa never writes: not UTF-8 in NFC, with a NUL, not an instant or day."""
    db.text_factory = bytes
    tables = "select name from sqlite_master where type = 'table' and sql like '%strict'"
    for (table,) in db.execute(tables).fetchall():
        table = table.decode()
        columns = db.execute(f"pragma table_info({table})")
        names = [column["name"].decode() for column in columns if column["type"] == b"TEXT"]
        for row in db.execute(f"select rowid, {', '.join(names)} from {table}") if names else ():
            for name, value in zip(names, tuple(row)[1:], strict=True):
                if value is not None and (wrong := _fault(name, value)) is not None:
                    yield f"{table}.{name} of row {row[0]}: {wrong}"


def _fault(name: str, value: bytes) -> str | None:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return "is no UTF-8"
    as_sent = name == "robots_text"
    if "\0" in text or not (as_sent or unicodedata.is_normalized("NFC", text)):
        return "is not as it was written"
    shape = INSTANT if name.endswith("_at") else None
    if name.endswith("_on") and name != NO_DAY:
        shape = DAY
    if shape is None or shape.fullmatch(text):
        return None
    return f"{text[:40]!r} is no {'instant' if shape is INSTANT else 'day'}"


def _find_spoiled_captures(db: Connection, folder: Path, report: Report) -> None:
    """Captures whose bytes are missing, or whose row does not agree with its record."""
    again = dict(db.execute("select capture, again from losses").fetchall())
    for row in captures_where(db, "warc_file is not null order by warc_file, warc_offset"):
        assert row.place is not None
        record = verify_record(folder, row.place)
        problem = record if isinstance(record, str) else _contradiction(row, record)
        if problem is None:
            continue
        line = f"capture {row.id} ({row.url}): {row.place.file}: {problem}"
        if (capture := again.get(row.id)) is not None:
            report.losses.append(f"{line}; lost, fetched again by capture {capture}")
        else:
            report.problems.append(f"{line}; lost, not fetched again yet" if row.lost_at else line)


def _contradiction(row: CaptureRow, record: Record) -> str | None:
    """How a record contradicts the row that points to it. The record may be older: an answer with
    the same bytes as the last one points to the last one's record.
    """
    if record.url != row.url or record.status != row.status:
        return f"is the record of {record.url}, status {record.status}"
    if utc_text(record.date) > row.fetched_at:
        return f"is a record of {utc_text(record.date)}, after {row.fetched_at}"
    if utc_text(record.date) == row.fetched_at and _media_type(record) != row.media_type:
        return f"is a record of {_media_type(record)}, not of {row.media_type}"
    return None


def _media_type(record: Record) -> str | None:
    sent = (value for name, value in record.headers if name.lower() == "content-type")
    return media_type_of(next(sent, None))


def _changed_revisions(db: Connection) -> list[str]:
    """Revisions are never edited: each must still have its first fingerprint."""
    rows = db.execute(
        f"select id, article, content_sha256, {_texts('revisions')} from revisions order by id"
    )
    return [
        f"revision {row['id']} of article {row['article']}: its text is not the one that was kept"
        for row in rows
        if text_fingerprint(row) != row["content_sha256"]
    ]


def _search_problems(db: Connection) -> list[str]:
    """Compares the search index with a fresh one, term by term: FTS5's own check has to write."""
    wrong = 0
    for index, texts, columns in (
        ("articles_fts", "articles_text", COLUMNS),
        ("titles_fts", "articles", "title"),
    ):
        fresh, fresh_terms, held_terms = (f"{index}_{name}" for name in ("anew", "new", "held"))
        db.execute(f"create virtual table temp.{fresh} using fts5({columns}, {TOKENIZER})")
        db.execute(f"insert into temp.{fresh}(rowid, {columns}) select id, {columns} from {texts}")
        db.execute(f"create virtual table temp.{fresh_terms} using fts5vocab(temp, {fresh}, row)")
        db.execute(f"create virtual table temp.{held_terms} using fts5vocab(main, {index}, row)")
        one, other = (
            f"select term, doc, cnt from temp.{terms}" for terms in (fresh_terms, held_terms)
        )
        differing = (
            f"select term from ({one} except {other}) union select term from ({other} except {one})"
        )
        wrong += first_value(db, f"select count(*) from ({differing})")
        for table in (fresh_terms, held_terms, fresh):
            db.execute(f"drop table temp.{table}")
    if not wrong:
        return []
    remedy = "`sqlite-utils rebuild-fts` makes it anew"
    return [f"search index: {wrong} words are not counted as in the texts; {remedy}"]
