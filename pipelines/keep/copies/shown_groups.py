"""Groups of copies as `loa copies` shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value

CHOSEN = """select copy_group from copies join articles on articles.id = copies.article
    where (:site is null or articles.site = :site) and (:article is null or article = :article)
    group by copy_group
    order by max(ifnull(published_on, substr(first_seen_at, 1, 10))) desc, min(articles.key)
    limit :most"""
SHOWN = """select copies.*, articles.key, site, url, title, published_on, published_at,
        published_evidence, first_seen_at
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
    db: Connection, *, site: str | None = None, article: int | None = None, most: int = -1
) -> list[ShownGroup]:
    """The groups of the archive, of a site or of an article, the newest first; -1: all."""
    values = {"site": site, "article": article, "most": most}
    return [_group(db, row[0]) for row in db.execute(CHOSEN, values).fetchall()]


def group_count(db: Connection, site: str | None = None) -> int:
    """How many groups the archive has, or a site has a part in."""
    if site is None:
        return int(first_value(db, "select count(*) from copy_groups"))
    query = """select count(distinct copy_group) from copies
        join articles on articles.id = copies.article where site = ?"""
    return int(first_value(db, query, (site,)))


def article_named(db: Connection, name: str) -> int | None:
    """The article with this key, address or number, None if there is none."""
    for query in (
        "select id from articles where key = lower(:name)",
        "select article from article_keys where key = lower(:name)",
        "select id from articles where url = :name",
        "select article from pages where url = :name and article is not null",
        "select id from articles where cast(id as text) = :name",
    ):
        if (article := first_value(db, f"{query} limit 1", {"name": name})) is not None:
            return int(article)
    return None


def _group(db: Connection, group: int) -> ShownGroup:
    query = """select first.key as first, compared.key as compared_with, words from copy_groups
        left join articles as first on first.id = copy_groups.first
        left join articles as compared on compared.id = copy_groups.compared_with
        where copy_groups.id = ?"""
    row = db.execute(query, (group,)).fetchone()
    names = ShownCopy.__dataclass_fields__
    copies = [
        ShownCopy(
            **{name: one[name] for name in names if name != "round_up"},
            round_up=bool(one["round_up"]),
        )
        for one in db.execute(SHOWN, (group,))
    ]
    return ShownGroup(row["first"], row["compared_with"], row["words"], copies)
