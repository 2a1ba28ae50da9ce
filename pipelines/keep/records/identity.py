"""Which record a page's text belongs to.

A page may claim another address as its own, by a canonical link or og:url. The claim is believed
only while it can be true: the other address is unknown, or its own page shows the same title and
text. A claim never overwrites a record (docs/decisions/59-believe-a-claim-while-it-can-be-true.md).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.page import COLUMNS, Page, page_at
from pipelines.keep.records.decision import article_fingerprint
from pipelines.keep.records.publication import HeldArticle, article_with, held_article
from pipelines.read.addresses.canonical import spelled_otherwise
from pipelines.read.addresses.family_rules import own_address
from pipelines.read.reading import Reading
from pipelines.read.text.clean_text import same_text
from portals.platform import Platform, platform_of

ANY_RECORD = """select exists (select 1 from articles
        where site = :site and url in (select value from json_each(:urls)))
    or exists (select 1 from pages where site = :site and article is not null
        and url in (select value from json_each(:urls)))"""
MOST_PARAMETERS = 8  # of an address, which is looked for with fewer


@dataclass(frozen=True, slots=True)
class Move:
    """A record, or its revisions after the number `after`, that belongs to another address."""

    record: int
    url: str
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """Where a page's text belongs: a record, or a new one (None) at `url`.

    `own`: the page's own address; `beside`: a record that it was compared with but does not belong
    to; `stale`: an older text of the record, which changes nothing; `move`: what to move first.
    """

    url: str
    own: str
    record: HeldArticle | None = None
    beside: HeldArticle | None = None
    stale: bool = False
    move: Move | None = None

    @property
    def elsewhere(self) -> str | None:
        """The article's address, if it is not the page's own, so that the frontier must know it."""
        is_other = self.url not in {self.own, *spelled_otherwise(self.own)}
        return self.url if is_other else None


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a page shows. `claim`: the address that it names in place of its own; `is_old`: the page
    was seen since, so this says nothing of the present.
    """

    page: Page
    own: str
    claim: str | None
    title: str
    text: str
    platform: Platform
    is_old: bool

    def is_own(self, page: Page) -> bool:
        """Whether a page's own address is this one's."""
        return own_address(page.url, self.platform) == self.own


def home_of(db: Connection, page: Page, reading: Reading, at: datetime) -> Home:
    """The record that an article's page, as it was at an instant, belongs to; changes nothing."""
    article = reading.article
    assert article is not None
    platform = platform_of(reading.platform or "generic")
    own = own_address(page.url, platform)
    claim = article.url if article.url != own else None
    is_old = page.last_fetched_at is not None and utc_text(at) < page.last_fetched_at
    text = article_fingerprint(article)
    shown = _Shown(page, own, claim, article.title, text, platform, is_old)
    owned = held_article(db, page.site, own)
    return _elsewhere(db, shown) if owned is None else _at_own_address(db, shown, owned)


def _at_own_address(db: Connection, shown: _Shown, owned: HeldArticle) -> Home:
    """The home of a page with a record at its own address: that record, unless other pages brought
    the held text there and this page never showed it.
    """
    texts, own = _texts(db, owned), shown.own
    if shown.text == texts[owned.revision]:
        return Home(own, own, owned)
    pages = pages_of(db, owned.id)
    showing = [page for page in pages if page.revision == owned.revision]
    if not showing or shown.page.id in {page.id for page in showing}:
        return Home(own, own, owned)
    last = texts.get(shown.page.revision or 0)
    if shown.is_old and last is not None:
        return Home(own, own, owned)
    if any(map(shown.is_own, showing)):
        return Home(own, own, owned, stale=shown.text == last)
    twins = all(page.url in spelled_otherwise(own) for page in showing)
    if twins and shown.text != last and same_text(shown.title, owned.title):
        return Home(own, own, owned)
    shown_here = {page.revision for page in pages if shown.is_own(page)}
    sequence = _sequence(db, owned)
    after = max((sequence[one] for one in shown_here if one in sequence), default=None)
    if after is not None and sequence[owned.revision] <= after:
        return Home(own, own, owned)  # an import brought what this page showed after the held text
    move = Move(owned.id, _address_for(showing, shown.platform), after)
    return Home(own, own, None if after is None else owned, owned, move=move)


def _elsewhere(db: Connection, shown: _Shown) -> Home:
    """The home of a page that has no record at its own address."""
    own, claim = shown.own, shown.claim
    joined = None if shown.page.article is None else article_with(db, shown.page.article)
    twin = _first_record(db, shown.page.site, spelled_otherwise(own))
    claims = (claim, *spelled_otherwise(claim)) if claim is not None else ()
    claimed = _first_record(db, shown.page.site, claims)
    known = _known(db, shown, (claimed, twin, joined)) or _edited(db, shown, (claimed, twin))
    if known is not None:
        return known
    if twin is not None and same_text(shown.title, twin.title):
        return Home(twin.url, own, twin)
    its_own = joined is not None and _is_its_own(db, shown, joined)
    if joined is not None and shown.is_old and (its_own or _is_twin(shown)):
        return Home(joined.url, own, joined)
    if (target := claimed or twin) is not None:
        return Home(own, own, beside=target, move=_uncovered(db, target, shown.platform))
    if claim is not None and _can_be_true(db, shown, claim):
        return Home(claim, own, beside=joined)
    if (claimant := _true_claimant(db, shown)) is not None:
        return Home(own, own, claimant, move=Move(claimant.id, own))
    if (viewed := _viewed(db, shown)) is not None:
        return Home(viewed.url, own, viewed)
    if joined is not None and its_own and claim is None:
        return Home(own, own, joined, move=Move(joined.id, own))
    return Home(own, own, beside=joined)


def _known(db: Connection, shown: _Shown, records: Iterable[HeldArticle | None]) -> Home | None:
    """The first of these records that has this text. The record that the page belongs to is the
    last; a page that claims nothing is a view of it only while it shows the present text.
    """
    *others, joined = records
    for record in filter(None, (*others, joined)):
        texts = _texts(db, record)
        stale = shown.text != texts[record.revision] and not _showed_held(db, shown.page, record)
        claims = record is not joined or shown.claim is not None
        if shown.text == texts[record.revision] or (claims and shown.text in texts.values()):
            return Home(record.url, shown.own, record, stale=stale)
    return None


def _edited(db: Connection, shown: _Shown, records: Iterable[HeldArticle | None]) -> Home | None:
    """The one of these records that the page belongs to, if it last showed the text held there."""
    for record in filter(None, records):
        if record.id == shown.page.article and _showed_held(db, shown.page, record):
            return Home(record.url, shown.own, record)
    return None


def _viewed(db: Connection, shown: _Shown) -> HeldArticle | None:
    """The record that a page without a claim is another view of: its address is the record's with
    more parameters (`?cview=linear`), and it shows the present text.
    """
    path, _, query = shown.own.partition("?")
    if not query or shown.claim is not None:
        return None
    parameters = query.split("&")[:MOST_PARAMETERS]
    shorter = ["&".join(parameters[:count]) for count in range(len(parameters))]
    for url in (f"{path}?{one}" if one else path for one in reversed(shorter)):
        record = held_article(db, shown.page.site, url)
        if record is not None and _texts(db, record)[record.revision] == shown.text:
            return record
    return None


def _showed_held(db: Connection, page: Page, record: HeldArticle) -> bool:
    """Whether a page last showed the text that a record holds: what it shows now is an edit."""
    texts = _texts(db, record)
    return page.revision is not None and texts.get(page.revision) == texts[record.revision]


def _is_its_own(db: Connection, shown: _Shown, joined: HeldArticle) -> bool:
    """Whether only this page has shown a record, which is at an address that it claimed."""
    showing = [page.id for page in pages_of(db, joined.id) if page.revision is not None]
    return showing == [shown.page.id] and same_text(shown.title, joined.title)


def _is_twin(shown: _Shown) -> bool:
    """Whether a page that belongs to another address's record got there by what it showed, and not
    by a claim (keep/copies/twins.py): what it showed before is history of that record.
    """
    return shown.claim is None and shown.page.revision is not None


def _first_record(db: Connection, site: str, urls: Sequence[str]) -> HeldArticle | None:
    """The record of the first of these addresses that has one."""
    # Nearly always none has one, and this one query says so.
    if not urls or not first_value(db, ANY_RECORD, {"site": site, "urls": json.dumps(urls)}):
        return None
    return next((found for url in urls if (found := _record_at(db, site, url))), None)


def _record_at(db: Connection, site: str, url: str) -> HeldArticle | None:
    """The record of an address: its own, or the one that its page belongs to."""
    if (record := held_article(db, site, url)) is not None:
        return record
    page = page_at(db, site, url)
    return None if page is None or page.article is None else article_with(db, page.article)


def _can_be_true(db: Connection, shown: _Shown, claim: str) -> bool:
    """Whether an address without a record may be the claimant's: its page was not seen to be
    something else, listings do not name both, and no other claim to it proved false.
    """
    site = shown.page.site
    page = page_at(db, site, claim)
    if page is not None and page.last_fetched_at is not None and page.state in NOT_THERE:
        return False
    both_listed = """select 1 from pages as claimed, pages as own
        where claimed.id = ? and own.id = ? and claimed.listed and own.listed
            and claimed.reason is not 'same-article'"""
    if page is not None and first_value(db, both_listed, (page.id, shown.page.id)) is not None:
        return False
    query = """select 1 from pages join articles on articles.id = pages.article
        where pages.site = ? and claimed_url = ? and pages.id <> ?
            and articles.url <> claimed_url"""
    return first_value(db, query, (site, claim, shown.page.id)) is None


# States of an address that answered, but not with an article.
NOT_THERE = ("gone", "refused", "held")


def _true_claimant(db: Connection, shown: _Shown) -> HeldArticle | None:
    """A record with this very text whose page claims this page's address."""
    rows = db.execute(
        """select distinct article from pages
        where site = ? and claimed_url = ? and article is not null and id <> ?""",
        (shown.page.site, shown.own, shown.page.id),
    )
    for row in rows.fetchall():
        record = article_with(db, row["article"])
        if record is not None and _texts(db, record)[record.revision] == shown.text:
            return record
    return None


def _uncovered(db: Connection, target: HeldArticle, platform: Platform) -> Move | None:
    """The move of a record away from an address that two texts claim: believe neither until the
    address's own page was seen.
    """
    pages = pages_of(db, target.id)
    return None if _is_confirmed(pages, target, platform) else _home_again(target, pages, platform)


def _is_confirmed(pages: list[Page], record: HeldArticle, platform: Platform) -> bool:
    """Whether the page at the record's own address has shown one of its texts."""
    return any(
        page.revision is not None and own_address(page.url, platform) == record.url
        for page in pages
    )


def _home_again(record: HeldArticle, pages: list[Page], platform: Platform) -> Move | None:
    showing = [page for page in pages if page.revision is not None and page.url != record.url]
    return Move(record.id, _address_for(showing, platform)) if showing else None


def _address_for(showing: list[Page], platform: Platform) -> str:
    """The own address of the page that brought a record's text: the first of `showing`."""
    first = min(showing, key=lambda page: (page.revision or 0, page.id))
    return own_address(first.url, platform)


def without_article(
    db: Connection, page: Page, platform: Platform, target: str | None
) -> Move | None:
    """What follows for a record that others filed under an address that shows no article.

    `target`: where the address redirects to, if it is the portal's: the claim goes on there.
    """
    record = held_article(db, page.site, own_address(page.url, platform))
    if record is None:
        return None
    pages = pages_of(db, record.id)
    if _is_confirmed(pages, record, platform):
        return None
    claimants = {own_address(other.url, platform) for other in pages}
    if target is not None and target not in claimants and _record_at(db, page.site, target) is None:
        return Move(record.id, target)
    return _home_again(record, pages, platform)


def pages_of(db: Connection, article: int) -> list[Page]:
    """The addresses that belong to an article."""
    rows = db.execute(f"select {COLUMNS} from pages where article = ? order by id", (article,))
    return [Page._make(row) for row in rows]


def _texts(db: Connection, record: HeldArticle) -> dict[int, str]:
    """The fingerprints of a record's revisions."""
    query = "select id, content_sha256 from revisions where article = ?"
    return {row["id"]: row["content_sha256"] for row in db.execute(query, (record.id,))}


def _sequence(db: Connection, record: HeldArticle) -> dict[int, int]:
    query = "select id, seq from revisions where article = ?"
    return {row["id"]: row["seq"] for row in db.execute(query, (record.id,))}
