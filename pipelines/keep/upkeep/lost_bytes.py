"""Finds captures whose bytes a power cut took, at each start, and requests their addresses again.

A disk may report "written" too early and lose the last writes in a power cut. A WARC file is then
shorter than its rows say, ends in zeros, or is missing, although the database's commit survived. A
start checks only recent writes, in milliseconds: the sizes of the last captures' files, and the
last records until many in a row are whole. `loa verify` finds older damage. A lost capture has
`captures.lost_at`.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

from pipelines.capture import Capture
from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.hosts import forget_robots
from pipelines.keep.issues.issues import (
    Issue,
    close_issue,
    open_issues,
    open_issues_of_kind,
    open_once,
    restate,
)
from pipelines.keep.records.captures import SAME_CAPTURE, places_where
from pipelines.keep.warc.reader import WarcPlace, verify_record
from pipelines.outcomes import IssueKind, Outcome
from pipelines.read.addresses.canonical import host_of

# Captures whose files are checked: a minute of the fastest crawl. Each batch was synced, so only
# data in the disk's own memory can be lost.
CAPTURES_CHECKED = 4096
WHOLE_IN_A_ROW = 64  # after so many whole records, newest first, the older ones are trusted
IN_JSON = "in (select value from json_each(?))"


def find_losses(db: Connection, folder: Path, at: datetime) -> None:
    """Flags lost captures, makes their addresses due and opens a `lost-bytes` issue for each site.

    Clears the flag if the bytes are back. Call it in a transaction, before this process writes a
    capture; a second call changes nothing. A power cut can destroy only the newest file. If more
    files are missing, or the whole folder, somebody moved them: nothing becomes due, and a
    `captures-missing` issue asks for them.
    """
    for capture, place in list(places_where(db, "lost_at is not null")):
        if not isinstance(verify_record(folder, place), str):
            db.execute("update captures set lost_at = null where id = ?", (capture,))
    newest = "lost_at is null order by id desc limit ?"
    recent = [place for _, place in places_where(db, newest, (CAPTURES_CHECKED,))]
    sizes = {name: _size(folder / name) for name in dict.fromkeys(place.file for place in recent)}
    absent = [name for name, size in sizes.items() if size is None]
    if len(absent) == 1 and folder.is_dir() and absent == _begun_last(db):
        sizes[absent.pop()] = 0
    _tell_absent(db, folder, absent, at)
    there = {name: size for name, size in sizes.items() if size is not None}
    if lost := _lost(db, folder, [place for place in recent if place.file in there], there):
        numbers = json.dumps(lost)
        db.execute(f"update captures set lost_at = ? where id {IN_JSON}", (utc_text(at), numbers))
        _ask_again(db, numbers, at)
        sites = db.execute(
            f"""select site, min(capture) as first from losses
            where again is null and capture {IN_JSON} group by site""",
            (numbers,),
        ).fetchall()
        for row in sites:
            issue = Issue(IssueKind.LOST_BYTES, "", row["site"], capture=row["first"])
            open_once(db, issue, at)
    follow_losses(db, at)


def follow_losses(db: Connection, at: datetime, *, site: str | None = None) -> None:
    """Updates the issues of one site or all with the remaining loss; closes those without any."""
    for issue in open_issues_of_kind(db, IssueKind.LOST_BYTES):
        if site not in (None, issue.site):
            continue
        left = db.execute(
            """select count(distinct url) as addresses, count(distinct warc_file) as files,
                min(warc_file) as file, (select origin from sites where key = :site) as origin
            from losses where site = :site and again is null""",
            {"site": issue.site},
        ).fetchone()
        if not left["addresses"]:
            close_issue(db, issue, at)
            continue
        files = left["file"]
        if left["files"] > 1:
            files = f"{left['files']} files such as {files}"
        remedy = "the site's visits ask for them again"
        if left["origin"] == "import":
            remedy = "import them again"
        detail = (
            f"what {left['addresses']} addresses answered is no longer in {files}, as after a "
            f"power cut: {remedy}, or put back a whole copy of the file"
        )
        restate(db, issue, detail)


def is_lost(db: Connection, capture: Capture, sha256: str) -> bool:
    """Whether the archive knows this very capture and has lost its bytes."""
    key = (capture.url, utc_text(capture.fetched_at), sha256)
    query = f"select 1 from captures where {SAME_CAPTURE} and lost_at is not null"
    return first_value(db, query, key) is not None


def bring_back(db: Connection, capture: Capture, place: WarcPlace) -> None:
    """Points a lost capture to its bytes that an import has brought back."""
    found = (place.file, place.offset, place.length)
    db.execute(
        f"""update captures set warc_file = ?, warc_offset = ?, warc_length = ?, lost_at = null
        where {SAME_CAPTURE} and lost_at is not null""",
        (*found, capture.url, utc_text(capture.fetched_at), place.sha256),
    )


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _begun_last(db: Connection) -> list[str]:
    """The only file that a power cut can destroy as a whole. Each writer begins one file, and syncs
    the folder with its first records. Reads all captures.
    """
    rows = db.execute(
        """select warc_file from captures where warc_file is not null
        group by warc_file order by min(id) desc limit 1"""
    )
    return [row["warc_file"] for row in rows]


def _lost(
    db: Connection, folder: Path, recent: Sequence[WarcPlace], sizes: Mapping[str, int]
) -> list[int]:
    """The captures whose bytes are past the end of their file, or not whole.

    `recent` are places, newest first. Later captures that point to the same record count too.
    """
    cut = {place.file for place in recent if place.end > sizes[place.file]}
    torn: set[tuple[str, int]] = set()
    whole = 0
    for place in recent:
        if whole == WHOLE_IN_A_ROW:
            break
        if place.end > sizes[place.file]:
            continue
        if isinstance(verify_record(folder, place), str):
            torn.add((place.file, place.offset))
            whole = 0
        else:
            whole += 1
    spoiled = cut | {file for file, _ in torn}
    if not spoiled:
        return []
    there = f"lost_at is null and warc_file {IN_JSON} order by id"
    return [
        capture
        for capture, place in places_where(db, there, (json.dumps(sorted(spoiled)),))
        if place.end > sizes[place.file] or (place.file, place.offset) in torn
    ]


def _ask_again(db: Connection, lost: str, at: datetime) -> None:
    """Makes the addresses due whose last answer is lost (ids as JSON).

    Their validators are deleted: "not modified" would bring no bytes. Addresses that are failing or
    gone are retried anyway, and no sooner: a portal's bad hour must not be believed. A resting feed
    waits for its turn, and robots.txt is fetched before its day is over. A site that nobody visits
    waits for the next import.
    """
    db.execute(
        """update pages set etag = null, last_modified = null, unmodified = 0,
            next_due_at = iif(state in ('held', 'refused') and kind <> 'robots', :at, next_due_at),
            state = iif(state = 'refused', 'waiting', state)
        where (site, url) in (
                select site, url from losses
                where again is null and capture in (select value from json_each(:lost)))
            and site in (select key from sites where origin <> 'import')
            and not (state = 'refused' and reason = 'robots')""",
        {"at": utc_text(at), "lost": lost},
    )
    robots = db.execute(
        f"""select distinct url from losses
        where again is null and outcome = ? and capture {IN_JSON}""",
        (Outcome.ROBOTS, lost),
    ).fetchall()
    for row in robots:
        forget_robots(db, host_of(row["url"]))


def _tell_absent(db: Connection, folder: Path, absent: Sequence[str], at: datetime) -> None:
    """Opens one issue, without a site, for the newest missing file; closes it once it is back."""
    for issue in open_issues(db, None, (IssueKind.CAPTURES_MISSING,)):
        if (folder / issue.detail.partition(" ")[0]).exists():
            close_issue(db, issue, at)
    if absent:
        detail = (
            f"{absent[0]} is not in the folder captures beside the archive, and older files may be "
            "missing too: put them back, `loa verify` names them"
        )
        open_once(db, Issue(IssueKind.CAPTURES_MISSING, detail), at)
