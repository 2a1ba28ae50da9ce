"""Runs: each visit and import has a row from its beginning to its end.

A run that broke off is closed with what the archive holds of it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection
from typing import Literal

from pipelines.keep.database.rows import insert_row
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.records.outcome import Kept
from pipelines.outcomes import (
    FAILURES,
    GOOD_RUNS,
    LIKE_REFUSED,
    PASSING_FAILURES,
    UNREAD,
    Outcome,
    RunOutcome,
    one_of,
)

# What opens a run: a visit, a visit of the addresses that a person named, or an import.
RunKind = Literal["crawl", "addresses", "import"]
# Visits of a whole portal; what a person named says nothing of the rest.
WHOLE_VISIT = "(runs.kind = 'crawl' and runs.addresses_only is null)"


@dataclass(slots=True)
class Counts:
    """The counts in a run's row."""

    requests: int = 0
    articles_new: int = 0
    articles_changed: int = 0
    articles_unchanged: int = 0
    refused: int = 0
    failed: int = 0
    known: int = 0

    def add(self, kept: Kept) -> None:
        """Count one outcome."""
        if kept.known:
            self.known += 1
            return
        self.requests += not kept.rendered
        self.articles_new += kept.outcome == Outcome.ARTICLE_NEW
        self.articles_changed += kept.outcome == Outcome.ARTICLE_CHANGED
        self.articles_unchanged += kept.outcome == Outcome.ARTICLE_UNCHANGED
        self.refused += kept.outcome.refusal is not None
        self.failed += kept.outcome in FAILURES


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: runs.outcome and runs.detail."""

    outcome: RunOutcome
    detail: str | None


def open_run(db: Connection, kind: RunKind, site: str | None, at: datetime) -> int:
    """Open a run, of one site or of any; returns its id."""
    row: dict[str, object] = {"kind": kind, "site": site, "started_at": utc_text(at)}
    if kind == "addresses":
        row |= {"kind": "crawl", "addresses_only": 1}
    return insert_row(db, "runs", row)


def is_whole_visit(db: Connection, run: int) -> bool:
    """Whether a run visited a whole portal."""
    query = f"select 1 from runs where id = ? and {WHOLE_VISIT}"
    return db.execute(query, (run,)).fetchone() is not None


# The counts of a run, by its captures. A page that a browser rendered is no request.
COUNTED = f"""(requests, articles_new, articles_changed, articles_unchanged, refused, failed) = (
    select count(*) - count(rendered_from),
        count(*) filter (where outcome = '{Outcome.ARTICLE_NEW}'),
        count(*) filter (where outcome = '{Outcome.ARTICLE_CHANGED}'),
        count(*) filter (where outcome = '{Outcome.ARTICLE_UNCHANGED}'),
        count(*) filter (where outcome {LIKE_REFUSED}),
        count(*) filter (where outcome {one_of(FAILURES)})
    from captures where run = runs.id)"""


def close_run(
    db: Connection, run: int, *, outcome: RunOutcome, detail: str | None, at: datetime
) -> None:
    """Close a run with its outcome and the counts of its captures."""
    db.execute(
        f"update runs set ended_at = ?, outcome = ?, detail = ?, {COUNTED} where id = ?",
        (utc_text(at), outcome, detail, run),
    )


def held_to_rows(db: Connection, run: int, ending: Ending) -> Ending:
    """The ending of a visit, checked against its captures.

    `ok` and `stopped` hold only if none of them needs a second try.
    """
    return _checked(db, run, ending, (*PASSING_FAILURES, *UNREAD), "the next visit asks again")


def held_to_readings(db: Connection, run: int, ending: Ending) -> Ending:
    """The ending of an import: `ok` holds only if Loa could read all of its captures."""
    return _checked(db, run, ending, UNREAD, "its bytes were kept")


def _checked(
    db: Connection, run: int, ending: Ending, bad: Collection[Outcome], then: str
) -> Ending:
    if ending.outcome not in GOOD_RUNS:
        return ending
    failing = db.execute(
        f"""select ifnull(nullif(error, ''), url) as what from captures
        where run = ? and outcome {one_of(bad)} order by id limit 1""",
        (run,),
    ).fetchone()
    if failing is None:
        return ending
    told = f"{failing['what']}; {then}"
    return Ending(RunOutcome.INCOMPLETE, "; ".join(filter(None, (told, ending.detail))))


def sites_of(db: Connection, run: int) -> list[str]:
    """The sites of which a run kept captures."""
    rows = db.execute("select distinct site from captures where run = ?", (run,))
    return [site for (site,) in rows.fetchall()]


def counts_of(db: Connection, run: int, *, known: int) -> Counts:
    """The counts in a run's row, with the number of captures that the archive had already."""
    row = db.execute(
        """select requests, articles_new, articles_changed, articles_unchanged, refused, failed
        from runs where id = ?""",
        (run,),
    ).fetchone()
    return Counts(**dict(row), known=known)


def recount(db: Connection, run: int) -> None:
    """Count a run's captures again, after `loa reread` changed one's outcome."""
    db.execute(f"update runs set {COUNTED} where id = ?", (run,))


def close_interrupted(db: Connection) -> int:
    """Close every open run as `interrupted` at the time of its last capture; returns how many.

    Only the writer calls this, and there is one writer: a run that is still open when the writer
    begins or ends belongs to nobody.
    """
    return db.execute(
        f"""update runs set outcome = ?, detail = ?, {COUNTED}, ended_at = (
            select ifnull(max(started_at, max(fetched_at)), started_at)
            from captures where run = runs.id)
        where ended_at is null""",
        (RunOutcome.INTERRUPTED, "the process ended before the run did"),
    ).rowcount
