"""What to look at in the archive of the demo: full addresses, and commands for another terminal.

It names only what the archive holds, so that every address answers.
"""

import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from sqlite3 import Connection

from pipelines.keep.database.archive import read_archive
from pipelines.keep.issues.issues import open_issues
from pipelines.outcomes import IssueKind
from portals.sample.events import Event

# What may be shown, in the order of a walk through the archive.
SIGHTS = {
    "front": "the newest articles, and what was edited and removed",
    "edited": "an article that its portal edited: each change, word by word",
    "cited": "how to cite the version that it shows now, for good",
    "removed": "an article that its portal removed: Loa keeps its text",
    "proof": "the answer that proves the removal",
    "vanished": "all that vanished or moved",
    "copies": "who copied whom, who was first, and what was altered",
    "broken": "a portal that broke, beside two that are well",
    "issue": "why Loa says so",
    "picture": "a picture that Loa keeps",
    "attachment": "an attachment, and the text in it",
    "search": 'a search for the phrase "cau mai ha", typed without its marks',
    "feed": "a feed of what portals edit, for any feed reader",
    "questions": "questions in SQL; each needs but a click",
}
ALWAYS = {
    "front": "/",
    "vanished": "/removed",
    "copies": "/copies",
    "broken": "/status",
    "search": "/search?q=%22cau+mai+ha%22",
    "feed": "/feeds/edited.atom",
    "questions": "/questions",
}
# An article by its address or a former one, with the capture that proves what became of it.
_ARTICLE = """select articles.id, key, sightings.capture from articles
    left join sightings on article = articles.id and until_at is null and state <> 'there'
    where articles.url = :url or articles.id = (select article from pages where url = :url)"""
# What belongs to an article and has a page with a number.
_NUMBERED = {
    "picture": "select id from images where article = ? and capture is not null order by position",
    "attachment": "select id from attachments where article = ? and capture is not null",
}
_ROOMS = {"picture": "/image", "attachment": "/attachment"}


def what_to_look_at(archive: Path, articles: Mapping[Event, str], address: str) -> Iterator[str]:
    """Lines for a terminal.

    `articles`: the address at its portal of the article that each event is about; `address`: where
    the archive is served, without a slash at the end.
    """
    paths = dict(ALWAYS)
    with read_archive(archive) as db:
        for event, url in articles.items():
            paths = _paths(db, event, url) | paths
    for sight, told in SIGHTS.items():
        if sight in paths:
            yield f"  {told}"
            yield f"      {address}{paths[sight]}"


def _paths(db: Connection, event: Event, url: str) -> dict[str, str]:
    """The pages that show what came of an event."""
    if event.does == "close":
        issues = open_issues(db, event.portal, [IssueKind.PARKED])
        return {"issue": f"/issue/{issues[0].id}"} if issues else {}
    article = db.execute(_ARTICLE, {"url": url}).fetchone()
    if article is None:
        return {}
    page = f"/a/{article['key']}"
    if event.does == "edit":
        return {"edited": f"{page}/versions", "cited": f"{page}#citation"}
    if event.does == "remove":
        proof = {"proof": f"/capture/{article['capture']}"} if article["capture"] else {}
        return {"removed": page, **proof}
    return _numbered(db, "picture", article["id"]) | _numbered(db, "attachment", article["id"])


def _numbered(db: Connection, sight: str, article: int) -> dict[str, str]:
    row = db.execute(_NUMBERED[sight], (article,)).fetchone()
    return {sight: f"{_ROOMS[sight]}/{row['id']}"} if row else {}


def what_to_try(archive: Path, edited: str) -> Iterator[str]:
    """Commands for another terminal. `edited`: an article's address at its portal."""
    loa = sys.argv[0] if Path(sys.argv[0]).name == "loa" else "loa"
    named = "" if archive == Path("archive.db") else f" --archive {shlex.quote(str(archive))}"
    commands = (f"diff {edited}", "removed", "copies", "status", "accept anphu")
    for command in (*commands, "export --format csv --output articles.csv"):
        yield f"  {loa} {command}{named}"
