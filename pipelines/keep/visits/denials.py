"""The addresses that a visit was denied, from the rows of the archive."""

from collections import Counter
from collections.abc import Iterable, Sequence
from sqlite3 import Connection, Row

from pipelines.health.denials import IN_A_ROW, NEWEST
from pipelines.health.facts import Denial, Denials
from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.page import IS_PICTURE
from pipelines.keep.frontier.pages import GATE
from pipelines.keep.frontier.revisit_times import gone_again
from pipelines.keep.issues.acceptances import NewPast
from pipelines.outcomes import DENIALS, PASSING_FAILURES, Outcome, one_of
from pipelines.read.addresses.canonical import canonical_url, host_of
from portals.site import Site

POINT_TO_ONE = 3  # pages of a visit
REDIRECTED = (Outcome.REDIRECT, Outcome.REDIRECT_OFFSITE)


def denials_of(
    db: Connection, site: Site, answers: Sequence[Row], accepted: NewPast | None
) -> Denials:
    """What a visit was denied. `answers`: its captures with their pages, in their order.

    Once a person has accepted denials, only addresses that came before and were never denied still
    count; but a host that denies everything is never normal.
    """
    asked = [row for row in answers if row["kind"] not in (None, "robots")]
    last: dict[str, Row] = {}
    for row in asked:
        last.pop(row["url"], None)
        last[row["url"]] = row
    denied = [_denial(db, site, row) for row in last.values() if _is_denied(db, site, row)]
    shut_out = _shut_out(asked, host_of(site.url))
    if accepted is not None and not shut_out:
        denied = [page for page in denied if page.known and not _was_denied(db, page, accepted)]
    newest = accepted is None and _newest_are_denied(db, site, [page.url for page in denied])
    return Denials(tuple(denied), len(last), shut_out, newest)


def is_own(db: Connection, site: Site, row: Row) -> bool:
    """Whether an address is one of the site's listings, else its front page, or where one of them
    redirects. One that Loa only guesses, such as /sitemap.xml, is none.
    """
    if row["depth"] != 0:
        return False
    urls = [listing.url for listing in site.listing] or [site.url]
    ways = db.execute(
        """with recursive way(url, found_on) as (
            select url, found_on from pages where site = :site and url = :url
            union select pages.url, pages.found_on from pages, way
                where pages.id = way.found_on and pages.depth = 0)
        select url from way""",
        {"site": site.key, "url": row["url"]},
    )
    return not {canonical_url(url) for url in urls}.isdisjoint(url for (url,) in ways)


def ask_again_where_many_point(db: Connection, run: int) -> None:
    """Make those pages of a visit due again that redirect to one and the same page of another site.

    A true redirect off the site has a target of its own. A log-in or captcha on another host is the
    target of every page for a while.
    """
    rows = db.execute(
        """select url, site, error, fetched_at from captures
        where run = ? and outcome = ? and status not in (301, 308) and error like '%points to %'""",
        (run, Outcome.REDIRECT_OFFSITE),
    ).fetchall()
    targets = [row["error"].split("points to ")[1].partition(",")[0] for row in rows]
    pages = Counter(target.partition("?")[0] for target in targets)
    for row, target in zip(rows, targets, strict=True):
        if pages[target.partition("?")[0]] >= POINT_TO_ONE:
            due = utc_text(gone_again(1, parse_utc(row["fetched_at"])))
            db.execute(
                f"""update pages set state = 'failing', failures = 1, next_due_at = ?
                where site = ? and url = ? and state = 'refused'
                    and kind in ('article', 'attachment') and not {IS_PICTURE}""",
                (due, row["site"], row["url"]),
            )


def _is_denied(db: Connection, site: Site, row: Row) -> bool:
    """Whether an answer is a denial: it turned us away, or redirects what came before to elsewhere,
    or redirects to a page that turns us away. Not if it is part of a gate that let us in.
    """
    if row["outcome"] in DENIALS:
        return bool(row["reason"] != GATE)
    if row["state"] != "failing" or row["outcome"] not in REDIRECTED:
        return False
    target = str(row["error"]).rpartition(" ")[2]
    query = "select 1 from pages where site = ? and url = ? and state = 'failing'"
    log_in = first_value(db, query, (site.key, target)) is not None
    astray = row["outcome"] == Outcome.REDIRECT_OFFSITE
    return bool(row["held"]) or astray or log_in or _is_known_source(db, site, row)


def _is_known_source(db: Connection, site: Site, row: Row) -> bool:
    if row["kind"] not in ("listing", "feed", "sitemap"):
        return False
    return is_own(db, site, row) or _was_read(db, site, row)


def _denial(db: Connection, site: Site, row: Row) -> Denial:
    outcome = Outcome(row["outcome"])
    source = row["kind"] in ("listing", "feed", "sitemap")
    told = outcome if outcome in REDIRECTED else row["error"] or outcome
    why = str(outcome.refusal or told.removeprefix(f"{row['url']}: "))
    known = bool(row["held"]) or _is_known_source(db, site, row)
    return Denial(row["url"], row["id"], why, outcome.refusal, source, known, row["failures"] > 1)


def _was_read(db: Connection, site: Site, row: Row) -> bool:
    query = "select 1 from captures where url = ? and site = ? and run < ? and entries > 0"
    return first_value(db, query, (row["url"], site.key, row["run"])) is not None


def _was_denied(db: Connection, page: Denial, accepted: NewPast) -> bool:
    query = f"select 1 from captures where url = ? and run <= ? and outcome {one_of(DENIALS)}"
    return first_value(db, query, (page.url, accepted.last)) is not None


def _shut_out(asked: Iterable[Row], home: str) -> bool:
    """Whether a host's last answers deny a page that it gave earlier in this visit.

    For the site's own host, many denials in a row are enough.
    """
    well: set[str] = set()
    in_a_row: Counter[str] = Counter()
    shut: set[str] = set()
    for row in asked:
        url, host = row["url"], host_of(row["url"])
        if row["outcome"] in DENIALS:
            in_a_row[host] += 1
            if url in well or (host == home and in_a_row[host] >= IN_A_ROW):
                shut.add(host)
        elif row["outcome"] not in PASSING_FAILURES:
            well.add(url)
            in_a_row[host] = 0
            shut.discard(host)
    return bool(shut)


def _newest_are_denied(db: Connection, site: Site, denied: Sequence[str]) -> bool:
    """Whether the newest articles that were requested are all denied, one of them in this visit."""
    rows = db.execute(
        f"""select url, state = 'failing' and article is null
            and reason {one_of((*DENIALS, Outcome.REDIRECT))} as denied
        from pages where site = ? and kind = 'article' and last_fetched_at is not null
        order by id desc limit {NEWEST}""",
        (site.key,),
    ).fetchall()
    return (
        len(rows) == NEWEST
        and all(row["denied"] for row in rows)
        and any(row["url"] in denied for row in rows)
    )
