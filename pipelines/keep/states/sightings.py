"""The table `sightings`: the states of articles, worked out at the end of a run.

Only articles that were once seen otherwise than there have rows. All others are there, from
articles.first_seen_at to last_seen_at.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.rows import insert_row
from pipelines.keep.states.course import Sight, Sighting, course
from pipelines.keep.states.moved import join_found_elsewhere, join_redirected
from pipelines.keep.states.second_sights import ask_again
from pipelines.keep.states.sights import sights_of
from pipelines.keep.states.unlisted import note_unlisted
from pipelines.outcomes import LIKE_ARTICLE, MISSING_STATES, Outcome, one_of

_SOMETHING_ELSE = f"""(captures.outcome not {LIKE_ARTICLE}
    and captures.outcome <> '{Outcome.NOT_MODIFIED}'
    or captures.unlisted = 1)"""
_SIGHTING = ", ".join(Sighting._fields)


def tell_states(db: Connection, run: int, at: datetime) -> None:
    """Write the states of the articles on which the captures of a run throw light, and have the
    next visit request again what one more sight would make certain. `at`: when the run ends.

    After a visit these are the articles that it found otherwise than there, or that ever were.
    After an import, which may bring old witnesses, they are all articles of its sites that ever
    were.
    """
    kind = db.execute("select kind from runs where id = ?", (run,)).fetchone()["kind"]
    sites = db.execute("select distinct site from captures where run = ?", (run,)).fetchall()
    for (site,) in sites:
        visit = None if kind == "import" else run
        if visit is not None:
            note_unlisted(db, site, run)
        stayed = join_redirected(db, site, visit)
        suspected = _tell(db, site, {*_in_question(db, site, visit), *stayed})
        missing = {article for article, sight in suspected.items() if sight.shows in MISSING_STATES}
        suspected |= _tell(db, site, join_found_elsewhere(db, site, missing))
        if visit is not None:
            ask_again(db, site, list(suspected.values()), at)


def _tell(db: Connection, site: str, articles: Collection[int]) -> dict[int, Sight]:
    """Work out the states of some articles of a site, and write them; returns what one more sight
    would make certain, by article.
    """
    suspected: dict[int, Sight] = {}
    for article, sights in sights_of(db, site, articles).items():
        told = course(sights)
        write_states(db, article, told.sightings)
        if told.suspected is not None:
            suspected[article] = told.suspected
    return suspected


def _in_question(db: Connection, site: str, run: int | None) -> list[int]:
    """The articles of a site that were ever otherwise than there, or that a run showed so.

    `run`: None for any run.
    """
    rows = db.execute(
        f"""select distinct pages.article from captures
            join pages on pages.site = captures.site and pages.url = captures.url
        where {"captures.run = :run and" if run is not None else ""} captures.site = :site
            and pages.article is not null and ({_SOMETHING_ELSE}
                or exists (select 1 from sightings where sightings.article = pages.article))
        union select articles.id from articles join sightings on sightings.article = articles.id
        where articles.site = :site and until_at is null and removed_at is null
            and sightings.state {one_of(MISSING_STATES)}""",
        {"run": run, "site": site},
    )
    return [article for (article,) in rows.fetchall()]


def write_states(db: Connection, article: int, sightings: Sequence[Sighting]) -> None:
    """Write the states of an article, and when it was found gone. Rows that stay the same keep
    their numbers.
    """
    rows = db.execute(
        f"select id, until_at, {_SIGHTING} from sightings where article = ? order by since_at, id",
        (article,),
    ).fetchall()
    ends = [sighting.since_at for sighting in sightings[1:]]
    told = list(zip(sightings, [*ends, None], strict=True)) if len(sightings) > 1 else []
    same = 0
    for row, (sighting, until) in zip(rows, told, strict=False):
        if (*tuple(row)[2:], row["until_at"]) != (*sighting, until):
            break
        same += 1
    db.executemany("delete from sightings where id = ?", [(row["id"],) for row in rows[same:]])
    for sighting, until in told[same:]:
        insert_row(db, "sightings", {"article": article, **sighting._asdict(), "until_at": until})
    missing = bool(sightings) and sightings[-1].state in MISSING_STATES
    db.execute(
        "update articles set removed_at = ? where id = ?",
        (sightings[-1].confirmed_at if missing else None, article),
    )
