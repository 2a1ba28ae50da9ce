"""How a run ended, once everything that it kept is known: its issues, removals and outcome."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.history.named_changes import name_new_changes
from pipelines.keep.states.removals import Removal, take_removals
from pipelines.keep.states.sightings import tell_states
from pipelines.keep.visits.counted_pages import report_counted_pages
from pipelines.keep.visits.cut_captures import report_cut_captures
from pipelines.keep.visits.false_claims import report_false_claims
from pipelines.keep.visits.import_judgement import judge_import
from pipelines.keep.visits.judgement import judge_visit
from pipelines.keep.visits.listings_that_go_on import report_listings_that_go_on
from pipelines.keep.visits.out_of_reach import report_out_of_reach
from pipelines.keep.visits.runs import (
    Ending,
    held_to_readings,
    held_to_rows,
    is_whole_visit,
)
from portals.site import Site


def judge_run(
    db: Connection,
    run: int,
    ending: Ending,
    at: datetime,
    visited: Site | None,
    removals: Sequence[Removal],
) -> Ending:
    """Judge a visit or an import, name what changed, and report what needs a person; returns the
    run's ending.

    `visited`: the site of a visit, which says nothing of the portal's health if a person named its
    addresses; None: an import. `removals`: those that the imported files record.
    """
    take_removals(db, removals)
    tell_states(db, run, at)
    name_new_changes(db)
    report_counted_pages(db, run, at)
    if visited is not None and not is_whole_visit(db, run):
        ending = held_to_rows(db, run, ending)
    elif visited is not None:
        report_listings_that_go_on(db, visited.key, at)
        ending = judge_visit(db, visited, run, held_to_rows(db, run, ending), at)
        ending = report_out_of_reach(db, visited.key, run, ending, at)
    else:
        ending = judge_import(db, run, held_to_readings(db, run, ending), at)
    ending = report_false_claims(db, run, ending, at)
    return report_cut_captures(db, run, ending, at)
