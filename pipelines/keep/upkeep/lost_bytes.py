"""Bytes that are gone from under committed rows, looked for at each start: such captures are flagged (`captures.lost_at`) and their addresses asked again.

A disk that says "written" too early loses at a power cut what was written last: a WARC file is then shorter than its rows say, holds zeros at its end, or is
not there, although the database's commit survived. So a start looks at what was written lately and nowhere else, in milliseconds: the sizes of the files that
the last captures point to, and the last records, read back until many in a row are whole. Damage further back is `loa verify`'s to find.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pipelines.capture import Capture
from pipelines.keep.database.timestamps import stored
from pipelines.keep.frontier.hosts import forget_robots
from pipelines.keep.issues.issues import (
    Issue,
    close_issue,
    open_issues,
    open_issues_of_kind,
    open_once,
    restate,
)
from pipelines.keep.warc.reader import WarcPlace, verify_record
from pipelines.outcomes import IssueKind, Outcome
from pipelines.read.addresses.canonical import host_of

RECENT = 4096  # captures whose files are looked at: a minute of the fastest crawl, and each batch was synced, so that only a disk's own memory is lost
ENOUGH = 64  # records in a row that are whole, from the newest backwards: then those before them are believed
PLACE = "id, warc_file, warc_offset, warc_length, sha256, bytes"
THIS_VERY = "url = ? and fetched_at = ? and ifnull(sha256, '') = ?"


def find_losses(db: sqlite3.Connection, folder: Path, at: datetime) -> None:
    """Flags what is lost and makes its addresses due, with an issue `lost-bytes` for each site; takes the flag from what was put back since.

    Called inside a transaction before this process has written a capture; doing it twice is doing it once. Files that no power cut can have taken (more than
    the one begun last, or the whole folder: the archive was moved without it) make nothing due: an issue `captures-missing` asks for them.
    """
    for row in db.execute(f"select {PLACE} from captures where lost_at is not null").fetchall():
        if not isinstance(verify_record(folder, _place(row)), str):
            db.execute("update captures set lost_at = null where id = ?", (row["id"],))
    recent = db.execute(
        f"select {PLACE} from captures where warc_file is not null and lost_at is null order by id desc limit ?",
        (RECENT,),
    ).fetchall()
    sizes = {
        name: _size(folder / name) for name in dict.fromkeys(row["warc_file"] for row in recent)
    }
    absent = [name for name, size in sizes.items() if size is None]
    if len(absent) == 1 and folder.is_dir() and absent == _begun_last(db):
        sizes[absent.pop()] = 0
    _tell_absent(db, folder, absent, at)
    there = {name: size for name, size in sizes.items() if size is not None}
    if lost := _lost(db, folder, [row for row in recent if row["warc_file"] in there], there):
        db.execute(
            "update captures set lost_at = ? where id in (select value from json_each(?))",
            (stored(at), json.dumps(lost)),
        )
        _ask_again(db, lost, at)
        sites = db.execute(
            """select site, min(capture) as first from losses
            where again is null and capture in (select value from json_each(?)) group by site""",
            (json.dumps(lost),),
        ).fetchall()
        for row in sites:
            issue = Issue(IssueKind.LOST_BYTES, "", row["site"], capture=row["first"])
            open_once(db, issue, at)
    follow_losses(db, at)


def follow_losses(db: sqlite3.Connection, at: datetime, *, site: str | None = None) -> None:
    """Makes the open issues of lost bytes say how much is still lost, and closes those where nothing is; of one site or of all."""
    for issue in open_issues_of_kind(db, IssueKind.LOST_BYTES):
        if site not in (None, issue.site):
            continue
        left = db.execute(
            """select count(distinct url) as addresses, count(distinct warc_file) as files, min(warc_file) as file from losses
            where site = ? and again is null""",
            (issue.site,),
        ).fetchone()
        if not left["addresses"]:
            close_issue(db, issue, at)
            continue
        files = (
            left["file"] if left["files"] == 1 else f"{left['files']} files such as {left['file']}"
        )
        origin = db.execute("select origin from sites where key = ?", (issue.site,)).fetchone()
        mends = (
            "import them again"
            if origin["origin"] == "import"
            else "the site's visits ask for them again"
        )
        detail = f"what {left['addresses']} addresses answered is not in {files} any more, as after a power cut: {mends}, or put back a whole copy of the file"
        restate(db, issue, detail)


def is_lost(db: sqlite3.Connection, capture: Capture, sha256: str) -> bool:
    """Whether the archive knows this very capture and has lost its bytes."""
    return (
        db.execute(
            f"select 1 from captures where {THIS_VERY} and lost_at is not null",
            _key(capture, sha256),
        ).fetchone()
        is not None
    )


def bring_back(db: sqlite3.Connection, capture: Capture, place: WarcPlace) -> None:
    """Lets a lost capture point to where its very bytes, brought by an import, lie now."""
    db.execute(
        f"update captures set warc_file = ?, warc_offset = ?, warc_length = ?, lost_at = null where {THIS_VERY} and lost_at is not null",
        (place.file, place.offset, place.length, *_key(capture, place.sha256)),
    )


def _key(capture: Capture, sha256: str) -> tuple[str, str, str]:
    return capture.url, stored(capture.fetched_at), sha256


def _place(row: sqlite3.Row) -> WarcPlace:
    return WarcPlace(
        row["warc_file"], row["warc_offset"], row["warc_length"], row["sha256"], row["bytes"]
    )


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _begun_last(db: sqlite3.Connection) -> list[str]:
    """The one file that a power cut can take whole: each writer begins one, and syncs the folder with its first records. Reads all captures."""
    rows = db.execute(
        "select warc_file from captures where warc_file is not null group by warc_file order by min(id) desc limit 1"
    )
    return [row["warc_file"] for row in rows]


def _lost(
    db: sqlite3.Connection, folder: Path, recent: Sequence[sqlite3.Row], sizes: Mapping[str, int]
) -> list[int]:
    """The captures whose bytes lie past the end of a file, or in one of the last records and are not whole; those too that came later and refer to them."""
    cut = {row["warc_file"] for row in recent if _ends(row) > sizes[row["warc_file"]]}
    torn: set[tuple[str, int]] = set()
    whole = 0
    for row in recent:
        if whole == ENOUGH:
            break
        if _ends(row) > sizes[row["warc_file"]]:
            continue
        if isinstance(verify_record(folder, _place(row)), str):
            torn.add((row["warc_file"], row["warc_offset"]))
            whole = 0
        else:
            whole += 1
    spoiled = cut | {file for file, _ in torn}
    if not spoiled:
        return []
    rows = db.execute(
        "select id, warc_file, warc_offset, warc_length from captures where lost_at is null and warc_file in (select value from json_each(?)) order by id",
        (json.dumps(sorted(spoiled)),),
    )
    return [
        row["id"]
        for row in rows
        if _ends(row) > sizes[row["warc_file"]] or (row["warc_file"], row["warc_offset"]) in torn
    ]


def _ends(row: sqlite3.Row) -> int:
    end: int = row["warc_offset"] + row["warc_length"]
    return end


def _ask_again(db: sqlite3.Connection, lost: list[int], at: datetime) -> None:
    """Makes the addresses due whose last answer is lost, without a condition: "not modified" would bring no bytes.

    What is failing or gone is asked again anyhow, and not sooner: a portal's bad hour must not be believed. A feed that rests has its turn, robots.txt its day
    cut short. A site that nobody visits is left to the next import.
    """
    db.execute(
        """update pages set etag = null, last_modified = null, unmodified = 0,
            next_due_at = iif(state in ('held', 'refused') and kind <> 'robots', :at, next_due_at), state = iif(state = 'refused', 'waiting', state)
        where (site, url) in (select site, url from losses where again is null and capture in (select value from json_each(:lost)))
            and site in (select key from sites where origin <> 'import') and not (state = 'refused' and reason = 'robots')""",
        {"at": stored(at), "lost": json.dumps(lost)},
    )
    robots = db.execute(
        """select distinct url from losses
        where again is null and outcome = ? and capture in (select value from json_each(?))""",
        (Outcome.ROBOTS, json.dumps(lost)),
    ).fetchall()
    for row in robots:
        forget_robots(db, host_of(row["url"]))


def _tell_absent(db: sqlite3.Connection, folder: Path, absent: Sequence[str], at: datetime) -> None:
    """One open issue, of no site, that names the newest file missed; it closes when that is there again."""
    told = open_issues(db, None, (IssueKind.CAPTURES_MISSING,))
    for issue in told:
        if (folder / issue.detail.partition(" ")[0]).exists():
            close_issue(db, issue, at)
    if absent:
        detail = f"{absent[0]} is not in the folder captures beside the archive, and perhaps files before it are not: put them back, `loa verify` names them"
        open_once(db, Issue(IssueKind.CAPTURES_MISSING, detail), at)
