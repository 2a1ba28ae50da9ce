"""Which columns an article fills, derived from the fields of Article so that none is forgotten.

A field has a column of the same name in `articles`, except those in KEPT_APART.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from sqlite3 import Row
from typing import Any

from pipelines.keep.database.timestamps import utc_text_in_seconds
from pipelines.keep.history.versions import references_of
from pipelines.read.reading import Article, Reading
from pipelines.read.text.clean_text import fingerprint, word_count

KEPT_APART = {
    "url": "names the row, together with the site",
    "published": "published_on, published_at and so on: the first date stays",
    "updated": "updated_at",
    "images": "a table of its own",
    "attachments": "a table of its own",
    "extractor": "in revisions: it tells how that text was read",
}
OWN_COLUMNS = tuple(f.name for f in fields(Article) if f.name not in KEPT_APART)

# The fields that count as the article's text. What else makes a revision, `what_changed` says.
TEXT_FIELDS = ("title", "lead", "body", "author", "source")
# The texts of a revision. A new structure alone makes none: addresses of links carry tokens.
REVISION_FIELDS = (*TEXT_FIELDS, "body_html")


def own_columns(article: Article, reading: Reading) -> dict[str, Any]:
    """The columns of `articles` that the page alone fills: all but the date of publication."""
    own = {name: _stored(getattr(article, name)) for name in OWN_COLUMNS}
    words = word_count(f"{article.lead or ''}\n{article.body}")
    if article.updated is not None:
        own["updated_at"] = utc_text_in_seconds(article.updated.at)
    return {**own, "platform": reading.platform, "word_count": words}


def text_columns(article: Article) -> dict[str, str | None]:
    """The texts that a revision keeps, with what stands beside them."""
    return {name: getattr(article, name) for name in REVISION_FIELDS} | references_of(article)


def text_fingerprint(texts: Mapping[str, Any] | Row) -> str:
    """The fingerprint of a row's or mapping's texts; see `fingerprint` for what counts as equal."""
    return fingerprint(*(texts[name] for name in TEXT_FIELDS))


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
