"""What the archive holds about one article: a handful of short queries, each with its limit."""

import sqlite3
from typing import Any

from pipelines.keep.records.article_columns import OWN_COLUMNS
from web.archive import Row, rows_of, stored_list
from web.pages.articles.copy_groups import copies_of
from web.pages.articles.neighbours import neighbours_of

# Columns with their own place on the page, which lists all others among the facts.
PLACED = frozenset(
    ["title", "lead", "body", "body_html", "author", "source", "section", "language", "event_on"]
)
MOST = 50  # rows of one kind on the page
MOST_PICTURES = 500

ARTICLE = """select articles.*, sites.name as site_name, sites.timezone, revisions.extractor,
        revisions.capture, revisions.seq
    from articles join sites on sites.key = articles.site
        left join revisions on revisions.id = articles.revision
    where articles.id = ?"""
# `others`: whether the portal has sent other pictures under the address.
OTHERS = """exists (select 1 from captures join captures as other using (site, url)
        where captures.id = images.capture and other.picture is not null
            and other.sha256 <> captures.sha256) as others"""
IMAGES = f"""select images.*, {OTHERS}
    from images where article = ? order by position limit {MOST_PICTURES}"""
ATTACHMENTS = f"""select id, url, name, media_type, bytes, capture,
        text is not null and text <> '' as readable
    from attachments where article = ? order by id limit {MOST}"""
VERSIONS = f"""select seq, seen_at, changed, words_added, words_removed, figures_changed,
        changed_by, published_on, capture
    from revisions where article = ? order by seq desc limit {MOST}"""
CAPTURE = """select id, url, fetched_at, status, sha256, warc_file, warc_offset, warc_length
    from captures where id = ?"""
PARTS = f"""select number, captures.id, captures.url, fetched_at
    from article_parts join captures on captures.id = article_parts.capture
    where article_parts.revision = ? order by number limit {MOST}"""
SIGHTINGS = f"""select state, since_at, until_at, confirmed_at, capture, sightings.url, to_url,
        captures.status
    from sightings join captures on captures.id = sightings.capture
    where sightings.article = ? order by since_at desc, sightings.id desc limit {MOST}"""
GROUPS = "select copy_group as id from copies where article = ? order by copy_group limit 5"
ISSUES = """select id, kind, detail, opened_at from issues
    where article = ? and closed_at is null order by id desc limit 10"""
SHARING = """select articles.key, articles.title, articles.language, sites.name as site_name
    from article_keys join articles on articles.id = article_keys.article
        join sites on sites.key = articles.site
    where article_keys.key = ? and article_keys.article <> ? order by articles.id limit 20"""


def record_of(db: sqlite3.Connection, number: int) -> dict[str, Any]:
    """An article with its pictures, files, versions, capture, states, copies and issues.

    `versions` newest first, `number_of_versions` counts all; `state`: what the portal did last with
    the article, None if it was always there; `older`, `newer`: its neighbours on the portal;
    `other_days`: other days of publication that the portal printed, each with the version that
    showed it first.
    """

    def rows(query: str, *values: object) -> list[Row]:
        return rows_of(db, query, values)

    (article,) = rows(ARTICLE, number)
    versions = [changes_named(one) for one in rows(VERSIONS, number)]
    sightings = rows(SIGHTINGS, number)
    older, newer = neighbours_of(db, article)
    return {
        "article": article,
        "images": rows(IMAGES, number),
        "attachments": rows(ATTACHMENTS, number),
        "versions": versions,
        "number_of_versions": versions[0]["seq"] if versions else 0,
        "other_days": other_days(article["published_on"], versions),
        "capture": next(iter(rows(CAPTURE, article["capture"])), None),
        "article_parts": rows(PARTS, article["revision"]),
        "state": next((one for one in sightings if one["until_at"] is None), None),
        "sightings": [one for one in sightings if one["since_at"] != article["first_seen_at"]],
        "older": older,
        "newer": newer,
        "groups": [copies_of(db, one["id"], MOST, number) for one in rows(GROUPS, number)],
        "issues": rows(ISSUES, number),
        "sharing": rows(SHARING, article["key"], number),
        "other_facts": {
            name: article[name]
            for name in OWN_COLUMNS
            if name not in PLACED and article[name] is not None
        },
    }


def other_days(day: str | None, versions: list[Row]) -> list[Row]:
    """The versions that were the first to show another day of publication, oldest first."""
    shown = {day, None}
    found = []
    for one in reversed(versions):
        if one["published_on"] not in shown:
            shown.add(one["published_on"])
            found.append(one)
    return found


def changes_named(version: Row) -> Row:
    """A version with its changed fields as a list; None if it is the first, or not named yet."""
    changed = version["changed"]
    return {**version, "changed": None if changed is None else stored_list(changed)}
