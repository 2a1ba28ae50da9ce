"""Reports a template whose pages claim each other's addresses.

Loa's records are right: each page keeps its own. But the template misleads other readers, and Loa
may have disbelieved a true claim among the false ones.
"""

from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value
from pipelines.keep.issues.acceptances import ever_accepted
from pipelines.keep.issues.issues import Issue, close_issue, open_issue, open_issues, restate
from pipelines.keep.visits.runs import Ending, sites_of
from pipelines.outcomes import GOOD_RUNS, IssueKind, Outcome, RunOutcome, one_of

# Pages that claim an address that shows another text, or that a page with another text claims too.
_FALSE = """pages.claimed_url is not null and articles.url <> pages.claimed_url and exists (
        select 1 from pages as other
            join articles as another on another.id = other.article
            join revisions as theirs on theirs.id = another.revision
        where other.site = pages.site and other.article <> pages.article
            and (other.url = pages.claimed_url or other.claimed_url = pages.claimed_url)
            and theirs.content_sha256 <> mine.content_sha256)"""
_JOINED = """pages join articles on articles.id = pages.article
    join revisions as mine on mine.id = articles.revision"""
_NEW = one_of((Outcome.ARTICLE_NEW, Outcome.ARTICLE_CHANGED))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A site's false claims after a run. `count`: pages that make one; `new`: those with texts that
    came in this run; `evidence` and `capture`: of the newest.
    """

    site: str
    count: int
    new: int
    evidence: str
    capture: int


def report_false_claims(db: Connection, run: int, ending: Ending, at: datetime) -> Ending:
    """Open, restate or close the issue of each site of a run; returns the run's ending.

    A run that saw such claims for the first time, or with new texts, is `suspect`, not `ok`. A
    person who accepts the issue declares that this is normal for the portal.
    """
    for site in sites_of(db, run):
        told = open_issues(db, site, (IssueKind.FALSE_CANONICAL,))
        seen = _seen(db, site, run)
        if seen is None:
            for issue in told:
                close_issue(db, issue, at)
            continue
        if ever_accepted(db, site, IssueKind.FALSE_CANONICAL):
            continue
        pages = "1 page does so" if seen.count == 1 else f"{seen.count} pages do so"
        detail = f"{seen.evidence}; {pages}, and each keeps a record of its own"
        if told:
            restate(db, told[0], detail)
        else:
            issue_of_site = Issue(IssueKind.FALSE_CANONICAL, detail, site, capture=seen.capture)
            open_issue(db, issue_of_site, at)
        if (seen.new or not told) and ending.outcome in GOOD_RUNS:
            besides = f"; {ending.detail}" if ending.detail else ""
            ending = Ending(RunOutcome.SUSPECT, f"{IssueKind.FALSE_CANONICAL}: {detail}{besides}")
    return ending


def _seen(db: Connection, site: str, run: int) -> _Seen | None:
    count = first_value(
        db, f"select count(*) from {_JOINED} where pages.site = ? and {_FALSE}", (site,)
    )
    if not count:
        return None
    last = db.execute(
        f"""select pages.url, pages.claimed_url, articles.platform, captures.id,
            sum(captures.run = :run and captures.outcome {_NEW}) over () as new
        from {_JOINED}
            join captures on captures.site = pages.site and captures.url = pages.url
                and captures.fetched_at = pages.last_fetched_at
        where pages.site = :site and {_FALSE} order by captures.id desc limit 1""",
        {"site": site, "run": run},
    ).fetchone()
    if last is None:
        return None
    evidence = (
        f"{last['url']}: the template of {last['platform']} names {last['claimed_url']} as the"
        " page's address, which has another text"
    )
    return _Seen(site, count, last["new"], evidence, last["id"])
