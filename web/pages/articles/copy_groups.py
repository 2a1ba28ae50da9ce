"""The articles of a group of copies, in the order in which they were published."""

import sqlite3

from web.archive import Row, rows_of

# A group may have thousands of articles: they are chosen by the small table alone.
CHOSEN = """select article from copies where copy_group = :group
    order by article is not :this, position <> 'first', days_later is null, days_later, article
    limit :most"""
COPIES = f"""select articles.id, articles.key, articles.title, articles.language, articles.site,
        sites.name as site_name, published_on, published_at, published_precision,
        articles.first_seen_at, position, known_from, days_later, words_added, words_removed,
        altered, round_up, articles.id = copy_groups.compared_with as is_measure
    from copies join copy_groups on copy_groups.id = copy_group
        join articles on articles.id = copies.article join sites on sites.key = articles.site
    where copy_group = :group and copies.article in ({CHOSEN})"""


def copies_of(db: sqlite3.Connection, group: int, most: int, this: int | None = None) -> list[Row]:
    """At most so many articles of a group, the first one first; `this` article is among them."""
    rows = rows_of(db, COPIES, {"group": group, "most": most, "this": this})
    return sorted(rows, key=_order)


def _order(one: Row) -> tuple[object, ...]:
    when = one["published_at"] or one["published_on"] or one["first_seen_at"]
    return one["position"] != "first", when, one["key"]
