"""Reports captures of a site that do not hold the whole body that its server sent: one issue.

They come from files of other tools. Their bytes are kept, but nothing is read from them, because
the portal did not shorten its articles.
"""

from datetime import datetime
from sqlite3 import Connection, Row

from pipelines.keep.database.rows import first_value
from pipelines.keep.issues.acceptances import open_or_show_newest
from pipelines.keep.issues.issues import Issue, close_issue, open_issues
from pipelines.keep.visits.runs import Ending
from pipelines.outcomes import FAILURES, NOT_WHOLE, IssueKind, Outcome, one_of

_FAULTS = " or ".join(f"error like '{word}:%'" for word in NOT_WHOLE)
_CUT = f"outcome = '{Outcome.FAILED}' and status is not null and ({_FAULTS})"


def report_cut_captures(db: Connection, run: int, ending: Ending, at: datetime) -> Ending:
    """Open, restate or close the issue of each site of a run; the ending tells what came cut.

    The issue closes when each of the addresses has answered in whole since.
    """
    query = f"""select site, count(*) as many, sum({_CUT}) as cut from captures
        where run = ? group by site"""
    came = 0
    for site in db.execute(query, (run,)).fetchall():
        came += site["cut"]
        told = open_issues(db, site["site"], (IssueKind.CAPTURE_CUT,))
        if site["cut"]:
            _tell(db, site["site"], at)
        if (told or site["cut"]) and not _addresses_left(db, site["site"]):
            for issue in open_issues(db, site["site"], (IssueKind.CAPTURE_CUT,)):
                close_issue(db, issue, at)
    if not came:
        return ending
    told_too = f"captures whose body is cut or altered, from which nothing was read: {came}"
    return Ending(ending.outcome, "; ".join(filter(None, (ending.detail, told_too))))


def _tell(db: Connection, site: str, at: datetime) -> None:
    query = f"""select count(*) over () as many, id, url, error from captures
        where site = ? and {_CUT} order by fetched_at desc, id desc limit 1"""
    newest: Row = db.execute(query, (site,)).fetchone()
    detail = (
        f"captures whose body is cut or altered: {newest['many']}; nothing was read from them;"
        f" the newest: {newest['url']}: {newest['error']}; capture these addresses again"
    )
    issue = Issue(IssueKind.CAPTURE_CUT, detail, site, newest["url"], capture=newest["id"])
    open_or_show_newest(db, issue, at)


def _addresses_left(db: Connection, site: str) -> int:
    """How many addresses have not answered in whole since a capture of them was cut."""
    query = f"""select count(distinct url) from captures as cut where site = ? and {_CUT}
        and not exists (select 1 from captures as whole where whole.url = cut.url
            and whole.site = cut.site and whole.fetched_at > cut.fetched_at
            and whole.status is not null and whole.outcome not {one_of(FAILURES)})"""
    left: int = first_value(db, query, (site,))
    return left
