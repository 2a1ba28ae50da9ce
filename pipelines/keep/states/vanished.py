"""The articles that vanished, moved or returned, for `loa removed`."""

from dataclasses import dataclass
from sqlite3 import Connection

from pipelines.outcomes import ArticleState


@dataclass(frozen=True, slots=True)
class Vanished:
    """An article whose present state is another than there; instants are stored texts.

    `url`: its present address; `since_at`: when a capture first showed the state; `confirmed_at`:
    when it was certain; `last_seen_at`: when the archive last saw the text; `capture`: the row that
    proves it, with the address `asked`, what came, and the place of its bytes; `to_url`: where it
    went.
    """

    site: str
    key: str
    url: str
    title: str
    published_on: str | None
    state: str
    since_at: str
    confirmed_at: str
    last_seen_at: str
    capture: int
    asked: str
    status: int | None
    outcome: str
    warc_file: str | None
    warc_offset: int | None
    to_url: str | None


def vanished_articles(db: Connection, site: str | None, most: int | None = None) -> list[Vanished]:
    """The articles of a site, or of all, that are or were not there; the latest change first.

    An article that is there again has the state `returned`.
    """
    rows = db.execute(
        """select articles.site, key, articles.url, title, published_on, state, since_at,
            confirmed_at, last_seen_at, capture, sightings.url as asked, status, outcome, warc_file,
            warc_offset, to_url
        from sightings join articles on articles.id = sightings.article
            join captures on captures.id = sightings.capture
        where until_at is null and state <> :there and (:site is null or articles.site = :site)
        order by since_at desc, sightings.id limit :most""",
        {"there": ArticleState.THERE, "site": site, "most": -1 if most is None else most},
    )
    return [Vanished(**dict(row)) for row in rows]
