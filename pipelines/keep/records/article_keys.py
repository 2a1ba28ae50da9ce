"""Keys of articles: what happens to them when an address changes or a record is split.

Triggers add every key that is written to `articles.key` to `article_keys`.
"""

import re
from sqlite3 import Connection

from pipelines.keep.database.rows import update_row
from pipelines.read.addresses.article_key import KEY, article_key
from pipelines.read.addresses.canonical import canonical_url

# The best kind of name comes first: a row number, a present key, an old one, an address.
NAMED = """
select id, 1 as kind from articles where id = cast(:name as integer) and :name not glob '*[^0-9]*'
union select id, 2 from articles where key = :name
union select article, 3 from article_keys where key = :name
union select id, 4 from articles where url in (:name, :url)
union select article, 5 from pages where url in (:name, :url) and article is not null
union select article, 6 from article_keys where key = :key
"""
_PERMALINK = re.compile(rf"(?:.*/)?a/({KEY.pattern})")


def articles_named(db: Connection, name: str) -> list[int]:
    """The articles that a row number, a key, a permalink or an address names. An old key may lead
    to several, an address too, if several sites have it. Addresses may differ in scheme and "www.".
    """
    if permalink := _PERMALINK.fullmatch(name):
        name = permalink[1]
    url = canonical_url(name) or name
    rows = db.execute(NAMED, {"name": name, "url": url, "key": article_key(url)}).fetchall()
    best = min((kind for _, kind in rows), default=0)
    return sorted(article for article, kind in rows if kind == best)


def change_address(db: Connection, article: int, url: str) -> None:
    """Give an article another canonical address, and so another key. Old keys still lead to it."""
    update_row(db, "articles", article, {"url": url, "key": article_key(url)})


def share_keys(db: Connection, whole: int, part: int) -> None:
    """Let every key that leads to one article also lead to another that was split from it.

    `/a/KEY` still shows the article whose present key it is. An old key lists both.
    """
    db.execute(
        """insert or ignore into article_keys (key, article)
        select key, :part from article_keys where article = :whole""",
        {"whole": whole, "part": part},
    )
