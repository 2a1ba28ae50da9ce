"""Judges an import at its end: many pages without one article are a fault to look at."""

from datetime import datetime
from sqlite3 import Connection

from pipelines.capture import PAGES
from pipelines.keep.issues.issues import Issue, close_issue, open_issues, open_once
from pipelines.keep.visits.runs import Ending
from pipelines.outcomes import LIKE_ARTICLE, IssueKind, Outcome, RunOutcome, one_of

MANY_PAGES = 100  # so many pages of a portal are hardly all listings
SOME_PAGES = 20  # from so many on, the ending mentions that none was an article
REMEDY = "`loa read` explains how Loa reads a page"


def judge_import(db: Connection, run: int, ending: Ending, at: datetime) -> Ending:
    """The ending of an import; `suspect` if a hundred pages or more gave no article.

    Each site with so many pages, and without any article, gets an issue `no-articles`. It closes
    when an import brings one.
    """
    rows = db.execute(
        f"""select site, count(*) as pages, sum(outcome {LIKE_ARTICLE}) as articles,
            max(id) as newest, exists (
                select 1 from articles where articles.site = captures.site) as held
        from captures where run = ? and status in {PAGES}
            and media_type in ('text/html', 'application/xhtml+xml')
            and outcome not {one_of((Outcome.ROBOTS, Outcome.SUBRESOURCE))}
        group by site order by pages desc""",
        (run,),
    ).fetchall()
    empty = [row for row in rows if not row["held"] and row["pages"] >= MANY_PAGES]
    for row in rows:
        if row["held"]:
            for issue in open_issues(db, row["site"], (IssueKind.NO_ARTICLES,)):
                close_issue(db, issue, at)
    for row in empty:
        page, why = _most_frequent(db, run, row["site"])
        detail = (
            f"none of {row['pages']} imported pages was read as an article, most of them {why},"
            f" such as {page}: {REMEDY}"
        )
        found = Issue(IssueKind.NO_ARTICLES, detail, row["site"], capture=row["newest"])
        open_once(db, found, at)
    pages, articles = (sum(row[name] for row in rows) for name in ("pages", "articles"))
    if not empty and (articles or pages < SOME_PAGES):
        return ending
    told = f"no article among {pages} pages"
    if articles:
        names = ", ".join(f"{row['site']} ({row['pages']} pages)" for row in empty[:3])
        more = f" and {len(empty) - 3} more sites" if len(empty) > 3 else ""
        told = f"no article on {names}{more}"
    detail = "; ".join(filter(None, (f"{told}: {REMEDY}", ending.detail)))
    if ending.outcome == RunOutcome.OK and (empty or pages >= MANY_PAGES):
        return Ending(RunOutcome.SUSPECT, detail)
    return Ending(ending.outcome, detail)


def _most_frequent(db: Connection, run: int, site: str) -> tuple[str, str]:
    """(address, outcome) of the newest page with the import's most frequent outcome on a site."""
    row = db.execute(
        f"""select url, outcome, max(id) from captures
        where run = ? and site = ? and status in {PAGES}
        group by outcome order by count(*) desc limit 1""",
        (run, site),
    ).fetchone()
    return row["url"], row["outcome"]
