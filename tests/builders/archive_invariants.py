"""What must hold for an archive after any fault (I1 to I6), without the code that wrote it."""

import gzip
import hashlib
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.keep.database.archive import captures_folder, read_archive
from pipelines.keep.upkeep.verify import verify_archive

# The public contract's columns.
REVISION = (
    "id, article, seq, seen_at, title, lead, body, author, source, published_on, content_sha256, "
    "extractor, capture"
)
_COUNTED = """select site, ifnull(substr(published_on, 1, 7), ''), count(*),
    sum(changed_at is not null), sum(removed_at is not null) from articles group by 1, 2"""
_IN_SECTIONS = """select site, section, count(*) from articles where section is not null
    group by 1, 2"""
# Each of these queries finds what is counted wrongly.
COUNTS_TOLD = {
    "articles that are not counted": f"{_COUNTED} except select * from article_counts",
    "counts of no articles": f"select * from article_counts except {_COUNTED}",
    "sections that are not counted": f"{_IN_SECTIONS} except select * from section_counts",
    "counts of no section": f"select * from section_counts except {_IN_SECTIONS}",
}
_EDITS = """select revisions.id, site, seen_at, changed_by
    from revisions join articles on articles.id = article where changed_by is not null"""
_VANISHED = """select sightings.id, site, state, since_at
    from sightings join articles on articles.id = article
    where until_at is null and state <> 'there'"""
LISTS_TOLD = {
    "edits that are not listed": f"{_EDITS} except select * from edits",
    "listed edits that are none": f"select * from edits except {_EDITS}",
    "vanished articles that are not listed": f"{_VANISHED} except select * from vanished",
    "listed articles that did not vanish": f"select * from vanished except {_VANISHED}",
}
GOOD_ENDS = ("ok", "stopped")  # outcomes of runs that leave exit code 0


@dataclass(frozen=True, slots=True)
class Witness:
    """What an archive held; a later look must find all of it unchanged.

    `revisions` maps an id to a digest of the whole row; `captures` holds (url, instant, sha256).
    """

    revisions: dict[int, str]
    captures: frozenset[tuple[str, str, str | None]]


def assert_invariants(archive: Path, *, since: Witness | None = None) -> Witness:
    """Hold an archive that nobody writes to the invariants I1 to I5 and to `loa verify`.

    All that an earlier look saw (`since`) must still be there.

    The archive need not have been closed in order: what SIGKILL leaves must pass too. A run that
    nobody ended breaks no rule; the next writer closes it.
    """
    with opened_read_only(archive) as db:
        _whole(db)
        _conserved(db)
        _bytes_kept(db, captures_folder(archive))
        _history_only_grows(db)
        _clean_text(db)
        seen = _witness(db)
    if since is not None:
        lost = since.captures - seen.captures
        assert not lost, f"acknowledged captures that are gone: {sorted(lost)[:3]}"
        changed = [
            row for row, digest in since.revisions.items() if seen.revisions.get(row) != digest
        ]
        assert not changed, f"revisions that were changed or deleted: {changed[:5]}"
    with read_archive(archive) as db:
        assert verify_archive(db, captures_folder(archive)).problems == []
    return seen


def assert_exit_code_agrees(archive: Path, code: int, *, after_run: int = 0) -> None:
    """I6: a crawl or import exits with 0 exactly if every run it made has an outcome that says so.

    Its runs are those with ids above `after_run`.
    """
    with opened_read_only(archive) as db:
        outcomes = [
            row["outcome"]
            for row in db.execute("select outcome from runs where id > ?", (after_run,))
        ]
    good = bool(outcomes) and all(outcome in GOOD_ENDS for outcome in outcomes)
    assert (code == 0) == good, f"exit code {code}, but the runs say {outcomes}"


@contextmanager
def opened_read_only(archive: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection."""
    db = sqlite3.connect(f"{archive.resolve().as_uri()}?mode=ro", uri=True)
    try:
        db.row_factory = sqlite3.Row
        yield db
    finally:
        db.close()


def _whole(db: sqlite3.Connection) -> None:
    assert [row[0] for row in db.execute("pragma integrity_check")] == ["ok"]  # I1
    assert db.execute("pragma foreign_key_check").fetchall() == []


def _conserved(db: sqlite3.Connection) -> None:
    """I2: each address asked for has one page in one state that its columns confirm.

    Every capture has an outcome.
    """
    lawless = {
        "capture without an outcome": "select url from captures where outcome in ('kept', '')",
        "capture of an address that has no page": (
            "select url from captures where outcome <> 'subresource' except select url from pages"
        ),
        "page held that was never fetched": (
            "select url from pages where state in ('held', 'failing', 'gone') and last_fetched_at "
            "is null"
        ),
        "page refused without a reason": (
            "select url from pages where state = 'refused' and reason is null"
        ),
        "article whose page is not known": (
            "select url from articles where id not in (select article from pages where article is "
            "not null)"
        ),
        "sampled page of another site, or of lines that are no digests": """
            select url from sampled_pages join pages on pages.id = page
            where pages.site <> sampled_pages.site
                or length(always) % 12 <> 0 or length(sometimes) % 12 <> 0""",
        "sample of a site that is too large": (
            "select site from sampled_pages group by site having count(*) > 64"
        ),
        "memory that is too large, or of lines that are no digests": (
            "select site from memories where length(lines) > 13000 or length(lines) % 13 <> 0"
        ),
        "run that miscounts its captures": """select id from runs
            where ended_at > ''
                and requests <> (
                    select count(*) - count(rendered_from) from captures where run = runs.id)""",
    }
    for what, query in (lawless | COUNTS_TOLD | LISTS_TOLD).items():
        assert [row[0] for row in db.execute(query)] == [], what


def _bytes_kept(db: sqlite3.Connection, captures: Path) -> None:
    """I3: the bytes of each revision and file are on disk, or flagged as lost and fetched again.

    Only Python's own gzip and hashlib are asked.
    """
    for row in db.execute(
        "select * from captures where id in (select capture from revisions union select "
        "capture from attachments)"
    ).fetchall():
        if row["lost_at"] is not None:
            later = (
                "select * from captures where site = ? and url = ? and id > ? and warc_file > '' "
                "and lost_at is null order by id limit 1"
            )
            row = db.execute(later, (row["site"], row["url"], row["id"])).fetchone()
            assert row is not None, "a revision or file whose bytes were lost and not fetched again"
        assert row["warc_file"] is not None, f"{row['url']}: a revision without bytes"
        with (captures / row["warc_file"]).open("rb") as file:
            file.seek(row["warc_offset"])
            member = file.read(row["warc_length"])
        assert len(member) == row["warc_length"], f"{row['url']}: its record is cut"
        _, _, block = gzip.decompress(member).partition(b"\r\n\r\n")
        body = block[: -len(b"\r\n\r\n")]
        if row["rendered_from"] is None:  # what a browser made has no answer's head before it
            _, _, body = body.partition(b"\r\n\r\n")
        assert len(body) == row["bytes"], f"{row['url']}: another length than was kept"
        assert hashlib.sha256(body).hexdigest() == row["sha256"], (
            f"{row['url']}: other bytes than were kept"
        )


def _history_only_grows(db: sqlite3.Connection) -> None:
    """I4: no version twice in a row, no gap in the numbers of an article's revisions."""
    before: dict[int, tuple[int, tuple[object, ...]]] = {}
    shown = "content_sha256, published_on, section, images, attachments"
    for row in db.execute(f"select article, seq, {shown} from revisions order by article, seq"):
        seq, version = before.get(row["article"], (0, ()))
        assert row["seq"] == seq + 1, f"article {row['article']}: revision {seq + 1} is missing"
        assert tuple(row)[2:] != version or _other_bytes_came(db, row["article"], seq + 1), (
            f"article {row['article']}: revision {row['seq']} repeats the one before"
        )
        before[row["article"]] = (row["seq"], tuple(row)[2:])


def _other_bytes_came(db: sqlite3.Connection, article: int, seq: int) -> bool:
    """Whether a revision is due to a file whose bytes came in its instant."""
    query = """select 1 from revisions join attachments using (article)
        join captures on captures.url = attachments.url and fetched_at = seen_at
        where revisions.article = ? and seq = ?"""
    return db.execute(query, (article, seq)).fetchone() is not None


def _clean_text(db: sqlite3.Connection) -> None:
    """I5: every text is UTF-8 in NFC, without NUL.

    A host's robots.txt is kept as it was sent; it alone need not be NFC.
    """
    db.text_factory = bytes
    try:
        tables = [
            row[0].decode()
            for row in db.execute(
                "select name from sqlite_master where type = 'table' and sql like '%strict%'"
            )
        ]
        for table in tables:
            names = [
                row["name"].decode()
                for row in db.execute(f"pragma table_info({table})")
                if row["type"] == b"TEXT"
            ]
            for row in db.execute(
                f"select {', '.join(names)} from {table}" if names else "select 1 where 0"
            ):
                for name, value in zip(names, row, strict=True):
                    text = (value or b"").decode("utf-8")
                    assert "\0" not in text, f"{table}.{name}: {text[:80]!r} has a NUL"
                    assert name == "robots_text" or unicodedata.is_normalized("NFC", text), (
                        f"{table}.{name}: {text[:80]!r} is not NFC"
                    )
    finally:
        db.text_factory = str


def _witness(db: sqlite3.Connection) -> Witness:
    revisions = {
        row["id"]: hashlib.sha256(repr(tuple(row)).encode()).hexdigest()
        for row in db.execute(f"select {REVISION} from revisions")
    }
    captures = frozenset(
        (row["url"], row["fetched_at"], row["sha256"])
        for row in db.execute("select url, fetched_at, sha256 from captures")
    )
    return Witness(revisions, captures)
