"""What readers of a large archive ask for: addresses of each kind, chosen from the archive."""

import re
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import quote

Kind = str
SHARES: Mapping[Kind, int] = {
    "front": 20,
    "article": 40,
    "portal": 10,
    "day": 5,
    "search, common word": 10,
    "search, rare word": 10,
    "table": 5,
}
WORDS = 30  # of each sort
SAMPLE = 400  # texts, in which words are counted
CANDIDATES = 300  # words that stand once in these texts
FREQUENT = 5_000  # articles with a word; more are not counted


@dataclass(frozen=True, slots=True)
class Sampled:
    """What an archive holds, as far as addresses need it."""

    articles: Sequence[tuple[int, str]]  # row numbers and keys
    sites: Sequence[str]
    days: Sequence[str]
    common: Sequence[str]
    rare: Sequence[str]


def sample(archive: Path) -> Sampled:
    """Articles, portals and days at random, always the same; the commonest and some rare words."""
    luck = Random(15)
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
        (most,) = db.execute("select max(id) from articles").fetchone()
        numbers = [luck.randint(1, most) for _ in range(5 * SAMPLE)]
        marks = ", ".join("?" * len(numbers))
        query = f"select id, key, published_on from articles where id in ({marks})"
        rows = db.execute(query, numbers).fetchall()
        sites = [key for (key,) in db.execute("select key from sites order by key")]
        few = ", ".join("?" * SAMPLE)
        texts = db.execute(f"select body from articles where id in ({few})", numbers[:SAMPLE])
        words = (word for (body,) in texts for word in re.findall(r"\w{2,}", body.lower()))
        counts = Counter(words)
        seldom = [word for word, times in counts.items() if times == 1]
        luck.shuffle(seldom)
        known = [(_articles_with(db, word), word) for word in seldom[:CANDIDATES]]
    luck.shuffle(rows)
    by_count = [word for word, _ in counts.most_common()]
    return Sampled(
        [(number, key) for number, key, _ in rows],
        sites,
        [day for *_, day in rows if day is not None],
        by_count[:WORDS],
        [word for _, word in sorted(known)[:WORDS]],
    )


def _articles_with(db: sqlite3.Connection, word: str) -> int:
    """How many articles have a word, as far as that matters."""
    query = "select count(*) from (select 1 from articles_fts where articles_fts match ? limit ?)"
    found: int = db.execute(query, (f'"{word}"', FREQUENT)).fetchone()[0]
    return found


def addresses(found: Sampled, database: str) -> dict[Kind, list[str]]:
    """The addresses of Loa's pages; `database`: the name of the archive's file without .db."""
    return {
        "front": ["/"],
        "article": [f"/a/{key}" for _, key in found.articles],
        "portal": [f"/site/{key}" for key in found.sites],
        "day": [f"/day/{day}" for day in found.days],
        "search, common word": [f"/search?q={quote(word)}" for word in found.common],
        "search, rare word": [f"/search?q={quote(word)}" for word in found.rare],
        "table": [
            f"/{database}/articles",
            f"/{database}/captures",
            *(f"/{database}/articles?site={site}" for site in found.sites[::7]),
            *(f"/{database}/articles?published_on={day}" for day in found.days[:40]),
        ],
    }


SEARCH = """select articles.id, articles.title, published_on,
        snippet(articles_fts, -1, '', '', '', 20) as excerpt
    from articles_fts join articles on articles.id = articles_fts.rowid
    where articles_fts match :q order by rank limit 20"""


def stock_addresses(found: Sampled, database: str) -> dict[Kind, list[str]]:
    """The nearest that Datasette alone has. A search is a question in SQL, ranked by bm25."""
    search = f"/{database}?sql={quote(SEARCH)}&q="
    articles = f"/{database}/articles"
    return {
        "front": ["/"],
        "article": [f"{articles}/{number}" for number, _ in found.articles],
        "portal": [f"{articles}?site={key}" for key in found.sites],
        "day": [f"{articles}?published_on={day}" for day in found.days],
        "search, common word": [search + quote(f'"{word}"') for word in found.common],
        "search, rare word": [search + quote(f'"{word}"') for word in found.rare],
        "table": [
            f"{path}{'&' if '?' in path else '?'}_facet=site&_facet=section"
            if path.startswith(articles)
            else path
            for path in addresses(found, database)["table"]
        ],
    }


def arrivals(
    choices: Mapping[Kind, Sequence[str]], rate: float, seconds: float
) -> list[tuple[float, Kind, str]]:
    """When each request is sent, its kind and its address, in order; the same in every run."""
    luck = Random(16)
    kinds, shares = [*SHARES], [*SHARES.values()]
    count = round(rate * seconds)
    return [
        ((place + luck.random()) / rate, kind, luck.choice(choices[kind]))
        for place, kind in enumerate(luck.choices(kinds, weights=shares, k=count))
    ]
