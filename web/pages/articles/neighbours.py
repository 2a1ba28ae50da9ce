"""The articles of a portal that were published right before and after one."""

import sqlite3

from web.archive import Row, rows_of

MOST_OF_A_DAY = 500
OF_DAY = f"""select id from articles where site = :site and published_on = :on
    order by published_at, id limit {MOST_OF_A_DAY}"""
BEFORE = """select id from articles where site = :site and published_on < :on
    order by published_on desc, published_at desc, id desc limit 1"""
AFTER = """select id from articles where site = :site and published_on > :on
    order by published_on, published_at, id limit 1"""
SHOWN = """select id, key, title, language, published_on, published_precision from articles
    where id in (?, ?)"""


def neighbours_of(db: sqlite3.Connection, article: Row) -> tuple[Row | None, Row | None]:
    """The articles before and after one; of those of the same day without a time, the order is that
    in which Loa found them. None where there is none, or the day is unknown.
    """
    if article["published_on"] is None:
        return None, None
    asked = {"site": article["site"], "on": article["published_on"]}

    def first(query: str) -> int | None:
        return next((row["id"] for row in rows_of(db, query, asked)), None)

    day = [row["id"] for row in rows_of(db, OF_DAY, asked)]
    at = day.index(article["id"]) if article["id"] in day else None
    older = first(BEFORE) if not at else day[at - 1]
    newer = first(AFTER) if at is None or at + 1 == len(day) else day[at + 1]
    found = {row["id"]: row for row in rows_of(db, SHOWN, (older, newer))}
    return found.get(older), found.get(newer)
