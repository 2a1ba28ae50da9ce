"""The sample of a portal's articles that its memory is learned from.

These are the articles whose addresses have the lowest hashes, so the sample depends neither on the
order in which pages come, nor on when a process was killed.
"""

from hashlib import blake2b
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value
from pipelines.outcomes import LIKE_ARTICLE, Outcome
from pipelines.read.memory.portal_memory import SampledArticle, joined_lines, split_lines

MOST_PAGES = 64
MOST_FICKLE = 100  # lines of a page that only some of its captures have
ANY_RANK = 2**63 - 1
# They were read as articles, whatever became of these.
READ_AS_ARTICLE = f"""(outcome {LIKE_ARTICLE} or outcome = '{Outcome.REFUSED_LAYOUT_CHANGED}')
    and warc_file is not null and lost_at is null"""


def rank_of(url: str) -> int:
    """The place of an address in the order of sampling, from 0 to 2**63 - 1."""
    digest = blake2b(url.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def highest_rank(db: Connection, site: str) -> int:
    """The highest rank that still belongs to the site's sample."""
    query = "select rank from sampled_pages where site = ? order by rank limit 1 offset ?"
    rank: int | None = first_value(db, query, (site, MOST_PAGES - 1))
    return ANY_RANK if rank is None else rank


def sample_page(db: Connection, site: str, page: int, url: str, lines: bytes) -> None:
    """Take one capture of an article's page into the sample, if its address belongs there."""
    rank, found = rank_of(url), split_lines(lines)
    query = "select always, sometimes from sampled_pages where page = ?"
    held = db.execute(query, (page,)).fetchone()
    if held is not None:
        before = SampledArticle(split_lines(held["always"]), split_lines(held["sometimes"]))
        article = before.seen_again(found)
    elif rank > highest_rank(db, site):
        return
    else:
        article = SampledArticle(found)
    fickle = sorted(article.sometimes)[:MOST_FICKLE]
    row = (page, site, rank, joined_lines(article.always), joined_lines(fickle))
    db.execute("insert or replace into sampled_pages values (?, ?, ?, ?, ?)", row)
    db.execute(
        "delete from sampled_pages where site = ? and rank > ?", (site, highest_rank(db, site))
    )


def forget_sample(db: Connection, site: str) -> None:
    """Delete the sample of a site; it can be taken again from captures."""
    db.execute("delete from sampled_pages where site = ?", (site,))


def addresses_to_sample(db: Connection, site: str) -> list[tuple[int, str]]:
    """(page, address) of the articles that make the sample of a site."""
    rows = db.execute(
        f"""select id, url from pages where site = :site and url in (
            select url from captures where site = :site and {READ_AS_ARTICLE})""",
        {"site": site},
    )
    return sorted(map(tuple, rows), key=lambda page: rank_of(page[1]))[:MOST_PAGES]


def sample_of(db: Connection, site: str) -> list[SampledArticle]:
    """The sampled articles of a site."""
    query = "select always, sometimes from sampled_pages where site = ? order by rank"
    return [
        SampledArticle(split_lines(row["always"]), split_lines(row["sometimes"]))
        for row in db.execute(query, (site,))
    ]
