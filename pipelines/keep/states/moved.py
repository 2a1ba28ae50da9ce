"""Which articles are at another address now: a redirect leads to the same text, or the same text is
found elsewhere while the old address is gone.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from sqlite3 import Connection, Row

from rapidfuzz import fuzz

from pipelines.keep.states.one_record import join_records
from pipelines.keep.states.sights import LASTING, target_of
from pipelines.read.text.clean_text import same_text

LEAST_TEXT = 120  # characters: shorter texts may be those of many notices
COMPARED = 20_000  # characters of a text that are compared
ALIKE, ALIKE_BY_TITLE = 80, 50  # percent of the text that a redirect's target shares


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two records that are one article, and its address from now on."""

    left: int
    found: int
    url: str


def join_redirected(db: Connection, site: str, run: int | None) -> set[int]:
    """Join the records whose addresses redirect, in a run or ever, to the same text; returns the
    records that stay. Only a lasting redirect changes the article's address.
    """
    rows = db.execute(
        f"""select distinct captures.leads_to, status, pages.article
        from captures join pages on pages.site = captures.site and pages.url = captures.url
        where captures.site = :site and leads_to is not null and pages.article is not null
            {"and captures.run = :run" if run is not None else ""} order by captures.id""",
        {"site": site, "run": run},
    ).fetchall()
    stayed: set[int] = set()
    for row in rows:
        target = target_of(db, site, row["leads_to"])
        if target is None or target.article in (None, row["article"]):
            continue
        query = "select id, url, title, body from articles where id = ?"
        left = db.execute(query, (row["article"],)).fetchone()
        found = db.execute(query, (target.article,)).fetchone()
        if left is None or found is None or not _led_to(db, left, found):
            continue  # it was joined just now, or is another article
        lasts = row["status"] in (*LASTING, 200)
        url = found["url"] if lasts else left["url"]
        stayed.add(join_records(db, left["id"], found["id"], url))
    return stayed


def join_found_elsewhere(db: Connection, site: str, suspected: Collection[int]) -> set[int]:
    """Join the missing articles of a site, and those that one more sight would prove missing, with
    those that show the same text at an address that is there; returns the records that stay.
    """
    pairs = list(_found(db, site, suspected))
    return {join_records(db, pair.left, pair.found, pair.url) for pair in pairs}


def _found(db: Connection, site: str, suspected: Collection[int]) -> Iterator[_Pair]:
    missing = db.execute(
        """select * from articles where site = :site and (removed_at is not null
            or id in (select value from json_each(:suspected)))""",
        {"site": site, "suspected": json.dumps(list(suspected))},
    ).fetchall()
    titles = json.dumps(sorted({row["title"] for row in missing}))
    there = db.execute(
        """select * from articles where site = ? and removed_at is null
            and exists (select 1 from revisions where article = articles.id
                and title in (select value from json_each(?)))
            and id not in (select value from json_each(?))
            and exists (select 1 from pages where article = articles.id and state = 'held')""",
        (site, titles, json.dumps(list(suspected))),
    ).fetchall()
    pairs = [(left, found) for left in missing for found in there if _same(db, left, found)]
    lefts = Counter(left["id"] for left, _ in pairs)
    founds = Counter(found["id"] for _, found in pairs)
    for left, found in pairs:
        if lefts[left["id"]] == founds[found["id"]] == 1:  # else nobody knows which is which
            yield _Pair(left["id"], found["id"], found["url"])


def _same(db: Connection, left: Row, found: Row) -> bool:
    """Whether a missing article and another one are the same: title and text are, now or in an
    earlier revision of the other one, and the one appeared when the other vanished, or they have
    the same day. Short texts need the same files beside them.
    """
    texts = {(text["title"], text["body"]) for text in _texts(db, found["id"])}
    if (left["title"], left["body"]) not in texts:
        return False
    if len(left["body"]) < LEAST_TEXT and not _same_files(db, left["id"], found["id"]):
        return False
    days = {left["published_on"], found["published_on"]} - {None}
    followed = found["first_seen_at"] > left["last_seen_at"]
    return bool(followed) or (len(days) < 2 and left["removed_at"] is not None)


def _same_files(db: Connection, one: int, other: int) -> bool:
    query = "select distinct sha256 from attachments where article = ? and sha256 is not null"
    files, others = ({row["sha256"] for row in db.execute(query, (id,))} for id in (one, other))
    return bool(files) and files == others


def _texts(db: Connection, article: int) -> list[Row]:
    """The texts that an article ever had: it may have moved and been edited since."""
    query = "select distinct title, body from revisions where article = ?"
    return db.execute(query, (article,)).fetchall()


def _led_to(db: Connection, left: Row, found: Row) -> bool:
    """Whether a text to which a redirect leads, or led, is that of the article that was there."""
    return any(_alike(left, text) for text in _texts(db, found["id"]))


def _alike(left: Row, found: Row) -> bool:
    if left["body"] == found["body"] and same_text(left["title"], found["title"]):
        return True
    alike = fuzz.ratio(left["body"][:COMPARED], found["body"][:COMPARED])
    least = ALIKE_BY_TITLE if same_text(left["title"], found["title"]) else ALIKE
    return bool(left["body"]) and alike >= least
