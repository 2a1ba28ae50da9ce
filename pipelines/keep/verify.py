"""Whether an archive is whole: what SQLite says of itself, what the rows say of each other, what the WARC files hold. Reads only."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.keep.warc import WarcPlace, verify_place
from pipelines.read.text import fingerprint


@dataclass(slots=True)
class Report:
    """What was checked, and one line for each thing that is wrong."""

    captures: int = 0
    articles: int = 0
    revisions: int = 0
    problems: list[str] = field(default_factory=list)


# Each query gives one row for each thing that must not be: (what is wrong, which row).
RULES = (
    (
        "article without its current revision",
        "select url from articles where revision is null or revision not in (select id from revisions where article = articles.id)",
    ),
    (
        "article whose text is not that of its revision",
        """select articles.url from articles join revisions on revisions.id = articles.revision
        where revisions.title <> articles.title or revisions.body <> articles.body or revisions.lead is not articles.lead""",
    ),
    ("revisions of an article with a gap", "select article from revisions group by article having max(seq) <> count(*)"),
    (
        "same text twice in a row",
        """select a.article from revisions a join revisions b on b.article = a.article and b.seq = a.seq + 1 where a.content_sha256 = b.content_sha256""",
    ),
    ("answer without bytes", "select url from captures where status is not null and warc_file is null"),
    ("capture without an outcome", "select url from captures where outcome = 'kept'"),
    (
        "page fetched, but still waiting",
        "select url from pages where state = 'waiting' and last_fetched_at is not null and next_due_at is null and kind in ('article', 'attachment')",
    ),
    (
        "run that says another number of requests than it kept",
        "select id from runs where ended_at is not null and requests <> (select count(*) from captures where run = runs.id)",
    ),
    ("address twice", "select url from pages group by site, url having count(*) > 1"),
)


def verify_archive(db: sqlite3.Connection, captures: Path) -> Report:
    """Checks everything; problems come in the order in which they were looked for."""
    report = Report(*(db.execute(f"select count(*) from {table}").fetchone()[0] for table in ("captures", "articles", "revisions")))
    report.problems.extend(f"SQLite: {row[0]}" for row in db.execute("pragma integrity_check(20)") if row[0] != "ok")
    report.problems.extend(f"foreign key: {row[0]} row {row[1]} points to a missing row of {row[2]}" for row in db.execute("pragma foreign_key_check"))
    for what, query in RULES:
        report.problems.extend(f"{what}: {row[0]}" for row in db.execute(query))
    report.problems.extend(_changed_revisions(db))
    report.problems.extend(_search_problems(db))
    for row in db.execute(
        "select id, url, warc_file, warc_offset, warc_length, sha256, bytes from captures where warc_file is not null order by warc_file, warc_offset"
    ):
        problem = verify_place(captures, WarcPlace(row["warc_file"], row["warc_offset"], row["warc_length"], row["sha256"], row["bytes"]))
        if problem is not None:
            report.problems.append(f"capture {row['id']} ({row['url']}): {row['warc_file']}: {problem}")
    return report


def _changed_revisions(db: sqlite3.Connection) -> list[str]:
    """Revisions are never edited: each must still have the fingerprint that it was kept with."""
    rows = db.execute("select id, article, title, lead, body, author, source, content_sha256 from revisions order by id")
    return [
        f"revision {row['id']} of article {row['article']}: its text is not the one that was kept"
        for row in rows
        if fingerprint(row["title"], row["lead"], row["body"], row["author"], row["source"]) != row["content_sha256"]
    ]


def _search_problems(db: sqlite3.Connection) -> list[str]:
    """FTS5's own check needs the right to write, so a fresh index is made aside and compared term by term."""
    db.execute("create virtual table temp.fresh using fts5(title, lead, body, attachments, tokenize='unicode61 remove_diacritics 2')")
    db.execute("insert into temp.fresh(rowid, title, lead, body, attachments) select id, title, lead, body, attachments from articles_text")
    db.execute("create virtual table temp.fresh_terms using fts5vocab(temp, fresh, row)")
    db.execute("create virtual table temp.held_terms using fts5vocab(main, articles_fts, row)")
    fresh, held = ("select term, doc, cnt from temp.fresh_terms", "select term, doc, cnt from temp.held_terms")
    wrong = db.execute(f"select count(*) from (select term from ({fresh} except {held}) union select term from ({held} except {fresh}))").fetchone()[0]
    return [f"search index: {wrong} words are not counted as in the texts; `sqlite-utils rebuild-fts` makes it anew"] if wrong else []
