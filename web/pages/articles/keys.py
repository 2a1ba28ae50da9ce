"""Which article a key leads to, and the address that leads to it alone."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from pipelines.read.addresses.article_key import KEY
from web.archive import Row, rows_of

ANY_KEY = f"(?i:{KEY.pattern})"
# Articles that have this key now come before those that had it earlier.
LED_TO = """select articles.id, articles.key, articles.site, sites.name as site_name, articles.url,
        title, published_on, published_precision, articles.language,
        articles.key <> article_keys.key as moved
    from article_keys join articles on articles.id = article_keys.article
        join sites on sites.key = articles.site
    where article_keys.key = ? order by moved, published_on, articles.id limit 50"""


def led_to(
    db: sqlite3.Connection, key: str, site: str | None = None, article: str | None = None
) -> list[Row]:
    """The articles that a key leads to, at most 50, those that have it now first; `moved`: they had
    it earlier. `site` and `article` (the row's number) choose among them. Each has a `path` that
    leads to it alone.
    """
    found = rows_of(db, LED_TO, (key,))
    keys = Counter(one["key"] for one in found)
    of_site = Counter((one["key"], one["site"]) for one in found)
    for one in found:
        one["path"] = f"/a/{one['key']}"
        if of_site[one["key"], one["site"]] > 1:
            one["path"] += f"?article={one['id']}"
        elif keys[one["key"]] > 1:
            one["path"] += "?" + urlencode({"site": one["site"]})
    return [
        one for one in found if site in (None, one["site"]) and article in (None, str(one["id"]))
    ]


def shown_by(found: list[Row]) -> list[Row]:
    """Of the articles of a key, those that it shows: those that have it now, if any do."""
    return [one for one in found if not one["moved"]] or found


def below(path: str, page: str, query: Mapping[str, object] | None = None) -> str:
    """The path of a page below that of an article, such as its versions, with more of a query."""
    article, _, chosen = path.partition("?")
    asked = {**dict(parse_qsl(chosen)), **(query or {})}
    return f"{article}{page}{'?' if asked else ''}{urlencode(asked)}"
