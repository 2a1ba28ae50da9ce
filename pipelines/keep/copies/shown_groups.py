"""Groups of copies as `loa copies` shows them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

CHOSEN = """select copy_group from copies join articles on articles.id = copies.article
    where (:site is null or articles.site = :site)
        and (:articles is null or article in (select value from json_each(:articles)))
    group by copy_group
    order by max(ifnull(published_on, substr(first_seen_at, 1, 10))) desc, min(articles.key)
    limit :most"""
SHOWN = """select key, site, url, title, published_on, published_at, published_evidence,
        first_seen_at, position, known_from, days_later, words_added, words_removed, altered,
        round_up
    from copies join articles on articles.id = copies.article
    where copy_group = ?
    order by position <> 'first', ifnull(published_at, ifnull(published_on, first_seen_at)), key"""


@dataclass(frozen=True, slots=True)
class ShownCopy:
    """An article of a group. `position`, `known_from`, `days_later`, `words_added`,
    `words_removed`, `altered` and `round_up` as in the table copies; the rest as in articles.
    """

    key: str
    site: str
    url: str
    title: str
    published_on: str | None
    published_at: str | None
    published_evidence: str | None
    first_seen_at: str
    position: str
    known_from: str
    days_later: int | None
    words_added: int
    words_removed: int
    altered: float
    round_up: bool


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group of copies. `first`, `compared_with`: keys of articles; `first` is None if the
    evidence does not say who was first. `copies`: first the first one, then by date.
    """

    first: str | None
    compared_with: str | None
    words: int
    copies: Sequence[ShownCopy]


def shown_groups(
    db: Connection, *, site: str | None = None, articles: Sequence[int] | None = None, most: int
) -> list[ShownGroup]:
    """The newest groups of the archive, of a site or of some articles, at most `most`."""
    values = {
        "site": site,
        "articles": None if articles is None else json.dumps(articles),
        "most": most,
    }
    return [_group(db, row[0]) for row in db.execute(CHOSEN, values).fetchall()]


def _group(db: Connection, group: int) -> ShownGroup:
    query = """select first.key as first, compared.key as compared_with, words from copy_groups
        left join articles as first on first.id = copy_groups.first
        left join articles as compared on compared.id = copy_groups.compared_with
        where copy_groups.id = ?"""
    row = db.execute(query, (group,)).fetchone()
    copies = [
        ShownCopy(**{**dict(one), "round_up": bool(one["round_up"])})
        for one in db.execute(SHOWN, (group,))
    ]
    return ShownGroup(row["first"], row["compared_with"], row["words"], copies)
