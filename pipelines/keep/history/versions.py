"""What each revision of an article shows, as the archive keeps it."""

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from sqlite3 import Connection, Row
from typing import Any

from pipelines.compare.changes import differs
from pipelines.compare.version import File, Picture, Version
from pipelines.keep.issues.issues import open_of_article
from pipelines.outcomes import IssueKind, Outcome
from pipelines.read.reading import Article
from pipelines.read.text.clean_text import fingerprint

TEXTS = ("title", "lead", "body", "body_html", "author", "source")

# Of an article that changes all the time, the nearest revisions are compared.
COMPARED_MOST = 8

# The bytes of each file that the article ever linked, as its captures brought them; a link may
# redirect to the file.
FILES = f"""
with addresses as (
    select attachments.url as link, attachments.url as url, site
    from attachments join articles on articles.id = article where article = :article
    union select attachments.url, captures.url, captures.site
    from attachments join captures on captures.id = capture where article = :article)
select link, fetched_at, sha256 from addresses
    join captures on captures.site = addresses.site and captures.url = addresses.url
where outcome = '{Outcome.ATTACHMENT}' and sha256 is not null
order by fetched_at
"""


def references_of(article: Article) -> dict[str, str | None]:
    """What a revision keeps beside its texts: the section, and as JSON the pictures and files; with
    `shown_sha256`, the fingerprint of all that it shows.
    """
    shown = {
        "section": article.section,
        "images": _json([{"url": one.url, "caption": one.caption} for one in article.images]),
        "attachments": _json([{"url": one.url, "name": one.name} for one in article.attachments]),
    }
    texts = (article.title, article.lead, article.body, article.author, article.source)
    return {**shown, "shown_sha256": fingerprint(*texts, *shown.values())}


def shown_fingerprint(db: Connection, record: int, article: Article, at: str) -> str:
    """The fingerprint of what a reading shows: that of the record's revision that shows the same,
    nearest to the instant `at`, though its bytes may differ (`differs`); else one of its own.

    Revisions of older archives have only the fingerprint of their texts.
    """
    own = references_of(article)["shown_sha256"]
    assert own is not None
    query = "select 1 from revisions where article = ? and shown_sha256 = ?"
    if db.execute(query, (record, own)).fetchone() is not None:
        return own
    seen = version_of(article)
    held = versions_of(db, record)
    before = [one for one in held if one[0]["seen_at"] <= at]
    nearest = [*reversed(before), *held[len(before) :]][:COMPARED_MOST]
    for row, version in nearest:
        if not differs(replace(version, published_on=None), seen):
            return str(row["shown_sha256"] or row["content_sha256"])
    return own


def version_of(article: Article) -> Version:
    """What a reading shows, without its day and the bytes of its files."""
    read = {name: getattr(article, name) for name in TEXTS} | references_of(article)
    return _version({**read, "published_on": None}, {}, None)


def keys_of(db: Connection, article: int) -> dict[int, str]:
    """By revision of an article: a key that those which show the same have in common, whatever the
    dates and the bytes of files. It is the fingerprint of the first of them.
    """
    query = "select * from revisions where article = ? order by seen_at, seq"
    found: dict[int, str] = {}
    seen: dict[str, str] = {}
    classes: list[tuple[str, Version]] = []
    for row in db.execute(query, (article,)).fetchall():
        shown = str(row["shown_sha256"] or row["content_sha256"])
        if shown not in seen:
            version = replace(_version(row, {}, None), published_on=None)
            nearest = reversed(classes[-COMPARED_MOST:])
            same = next((key for key, other in nearest if not differs(other, version)), None)
            seen[shown] = shown if same is None else same
            if same is None:
                classes.append((shown, version))
        found[row["id"]] = seen[shown]
    return found


REVISIONS = """select revisions.*, captures.sha256 as page_sha256, (select seen_at
        from revisions as later where later.article = revisions.article
            and later.seq > revisions.seq order by later.seq limit 1) as until_at
    from revisions join captures on captures.id = capture where article = :article {chosen}
    order by seq"""


def versions_of(
    db: Connection, article: int, chosen: Sequence[int] | None = None
) -> list[tuple[Row, Version]]:
    """The revisions of an article in their order, each with what it shows. A printed day that
    follows the visits is no day. `chosen`: the numbers (seq) of some of them.

    A row has `page_sha256`, of its page's bytes, and `until_at`, when the next one came.
    """
    only = "" if chosen is None else "and seq in (select value from json_each(:chosen))"
    values = {"article": article, "chosen": json.dumps(chosen)}
    rows = db.execute(REVISIONS.format(chosen=only), values).fetchall()
    hashes: dict[str, list[tuple[str, str]]] = {}
    if any(row["attachments"] not in (None, "[]") for row in rows):
        for link, at, sha256 in db.execute(FILES, {"article": article}):
            hashes.setdefault(link, []).append((at, sha256))
    is_dated = open_of_article(db, article, IssueKind.DATE_MOVES) is None
    versions = (_version(row, hashes, row["until_at"]) for row in rows)
    return [
        (row, version if is_dated else replace(version, published_on=None))
        for row, version in zip(rows, versions, strict=True)
    ]


def _version(
    row: Mapping[str, Any] | Row, hashes: Mapping[str, list[tuple[str, str]]], until: str | None
) -> Version:
    pictures = files = None
    if (images := _listed(row["images"])) is not None:
        pictures = tuple(Picture(one["url"], one.get("caption")) for one in images)
    if (attachments := _listed(row["attachments"])) is not None:
        files = tuple(
            File(one["url"], one.get("name"), _sha256(hashes.get(one["url"], []), until))
            for one in attachments
        )
    return Version(
        title=row["title"],
        body=row["body"],
        lead=row["lead"],
        markup=row["body_html"],
        author=row["author"],
        source=row["source"],
        published_on=row["published_on"],
        section=row["section"],
        pictures=pictures,
        files=files,
    )


def _sha256(seen: list[tuple[str, str]], until: str | None) -> str | None:
    """The hash of the bytes that a file had last before an instant."""
    last = len(seen) if until is None else bisect_left(seen, (until, ""))
    return seen[last - 1][1] if last else None


def _listed(stored: str | None) -> list[dict[str, Any]] | None:
    """What `_json` wrote. None is unknown, and so is what somebody else wrote into the column."""
    try:
        found = json.loads(stored or "null")
    except ValueError:
        return None
    is_ours = isinstance(found, list) and all(isinstance(one, dict) for one in found)
    return found if is_ours and all(isinstance(one.get("url"), str) for one in found) else None


def _json(rows: list[dict[str, str | None]]) -> str:
    known = [{name: value for name, value in row.items() if value is not None} for row in rows]
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))
