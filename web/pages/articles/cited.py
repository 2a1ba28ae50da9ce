"""What is cited of an article: one version, its capture, and an address that keeps showing it.

`/a/KEY/captured/20261130T224820Z-3f2a9c1b` names a version by what does not change: the instant of
the capture that showed it, and the beginning of the fingerprint of what it shows.
"""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, Literal, NamedTuple

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.keep.history.dates import printed_from
from web.archive import Row, rows_of
from web.citations.formats import FORMATS
from web.citations.plain import plain
from web.citations.record import Citation, Proof, PublishedOn
from web.links import absolute

# Evidence of dates that the portal does not state.
DOUBTFUL = ("url", "sitemap", "guess")
FINGERPRINT = 8  # its first digits tell the readings of one capture apart
CITED = """select articles.id as article, articles.key, articles.url, articles.language,
        sites.name as publisher, ifnull(revisions.title, articles.title) as title,
        iif(revisions.id is null, articles.author, revisions.author) as author, revisions.seq,
        articles.published_on,
        articles.published_precision, articles.published_evidence,
        ifnull(revisions.id = articles.revision, 1) as is_present, captures.fetched_at,
        captures.sha256, captures.printed, ifnull(shown_sha256, content_sha256) as fingerprint
    from articles join sites on sites.key = articles.site
        left join revisions on revisions.article = articles.id and revisions.seq = ifnull(:seq,
            (select seq from revisions as present where present.id = articles.revision))
        left join captures on captures.id = revisions.capture
    where articles.id = :article"""
REVISIONS = """select id, article, seq, seen_at, content_sha256, shown_sha256 from revisions
    where article in (select value from json_each(?)) order by seen_at, seq"""
# The revisions that the captures of a second showed, or were read from; `is_read_so`: by the rules
# of today.
SEEN_THEN = """with held as materialized (select id, capture from revisions
        where article in (select value from json_each(:articles)))
    select held.id, captures.revision = held.id as is_read_so from held
        join captures on captures.id = held.capture
        where substr(fetched_at, 1, 19) = :second
    union select held.id, 1 from held join captures on captures.revision = held.id
        where substr(fetched_at, 1, 19) = :second"""


class Found(NamedTuple):
    """The version that an address with an instant shows: the article's number, the version's number
    and how far it is what was asked for. `same`: those very words; `read-anew`: what today's rules
    read in that capture; `then`: what the archive had seen by that instant.
    """

    article: int
    seq: int
    how: Literal["same", "read-anew", "then"]


def cited_row(db: sqlite3.Connection, article: int, seq: int | None = None) -> Row:
    """What a citation of a version needs to know; of the present one without a number."""
    return rows_of(db, CITED, {"article": article, "seq": seq})[0]


def citation_of(row: Row, whole: Callable[[str], str], day: str | None = None) -> Citation:
    """The citation of a version. `whole` makes a path a whole address; `day`: the day of
    publication that an earlier version stated.
    """
    path = lasting_path(row)
    return Citation(
        key=row["key"],
        title=row["title"],
        author=row["author"],
        publisher=row["publisher"],
        published=_published(row, day),
        language=row["language"],
        url=row["url"],
        path=path,
        permalink=whole(path),
        proof=_proof(row),
    )


def citation_shown(citation: Citation) -> dict[str, Any]:
    """What the block of a page shows: the citation in words, and for each format its name, its text
    and the path of its file.
    """
    files = [
        (form.name, form.write([citation]), f"{citation.path}.{ending}")
        for ending, form in FORMATS.items()
    ]
    return {"plain": plain(citation), "files": files}


def cited_file(citations: Iterable[Citation], form: str, name: str) -> Response:
    """Citations as a file of a format."""
    format_ = FORMATS[form]
    headers = {"content-disposition": f'attachment; filename="{name}.{form}"'}
    text = format_.write(list(citations))
    return Response(text, headers=headers, content_type=f"{format_.media_type}; charset=utf-8")


def whole_addresses(datasette: Datasette, request: Request) -> Callable[[str], str]:
    """A function that makes a path a whole address."""
    return lambda path: absolute(datasette, request, path)


def lasting_path(row: Row) -> str:
    """The path of a version by its capture and its words; that of its article if no capture is
    known.
    """
    own, proof = f"/a/{row['key']}", _proof(row)
    if proof is None:
        return own
    return f"{own}/captured/{proof.stamp}-{_digits(row['fingerprint'])[:FINGERPRINT]}"


def found_then(
    db: sqlite3.Connection, articles: list[int], at: datetime, digits: str
) -> Found | None:
    """The version that a lasting address means: of these articles, the first that has it. `digits`:
    the beginning of its fingerprint, "" if the address has none.
    """
    numbers, second = str(articles), f"{at:%Y-%m-%dT%H:%M:%S}"
    seen = rows_of(db, SEEN_THEN, {"articles": numbers, "second": second})
    is_read_so = {row["id"]: bool(row["is_read_so"]) for row in sorted(seen, key=_read_so)}
    rows = sorted(
        rows_of(db, REVISIONS, (numbers,)), key=lambda row: articles.index(row["article"])
    )
    if digits and (same := [row for row in rows if _has(row, digits)]):
        then = [row for row in same if row["id"] in is_read_so]
        before = [row for row in same if row["seen_at"][:19] <= second]
        best = then or before[-1:] or same
        return Found(best[0]["article"], best[0]["seq"], "same")
    then = [row for row in rows if row["id"] in is_read_so]
    if then:
        best = [row for row in then if is_read_so[row["id"]]] or then
        return Found(best[0]["article"], best[0]["seq"], "read-anew" if digits else "then")
    own = [row for row in rows if row["article"] == articles[0] and row["seen_at"][:19] <= second]
    return Found(own[-1]["article"], own[-1]["seq"], "then") if own else None


def instant_of(stamp: str) -> datetime | None:
    """The instant of a lasting address: 20261130T224820Z."""
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _read_so(row: Row) -> bool:
    return bool(row["is_read_so"])


def _has(row: Row, digits: str) -> bool:
    prints = (row["shown_sha256"], row["content_sha256"])
    return any(_digits(one).startswith(digits) for one in prints if one)


def _digits(fingerprint: str) -> str:
    """A fingerprint without the number of the rule that made it."""
    return fingerprint.rpartition(":")[2]


def _proof(row: Row) -> Proof | None:
    try:
        return Proof(datetime.fromisoformat(row["fetched_at"]).astimezone(UTC), row["sha256"])
    except (TypeError, ValueError, OverflowError):
        return None


def _published(row: Row, day: str | None) -> PublishedOn | None:
    """The day that a version stated, as far as it is known."""
    known = (row["published_on"], row["published_precision"], row["published_evidence"])
    if not row["is_present"]:
        printed = _printed(row["printed"])
        if printed is not None and printed[0] == day:
            known = printed
        elif known[0] != day:  # nothing tells how exact it is
            known = (day, "month" if (day or "").endswith("-01") else "day", "guess")
    on, precision, evidence = known
    try:
        day_of = date.fromisoformat(on)
    except (TypeError, ValueError):
        return None
    exact: Literal["day", "month"] = "month" if precision == "month" else "day"
    return PublishedOn(day_of, exact, evidence not in DOUBTFUL)


def _printed(text: str | None) -> tuple[str, str, str] | None:
    try:
        found = printed_from(text)
    except (TypeError, ValueError, RecursionError):  # somebody else wrote into the column
        return None
    if found is None:
        return None
    return found.published_on, found.published_precision, found.published_evidence
