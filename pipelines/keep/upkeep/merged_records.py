"""Splits records that an older Loa merged because their pages claimed one address.

The revisions of an address are those from its captures. Addresses that showed the same text stay
together; each group of addresses gets its own record. Decision 60 has the reasons.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from sqlite3 import Connection, Row

from pipelines.keep.database.rows import first_value, update_row
from pipelines.keep.frontier.page import page_at
from pipelines.keep.history.rework import keep_images, rework
from pipelines.keep.issues.issues import give_issues, void_issues
from pipelines.keep.records.article_columns import REVISION_FIELDS, own_columns
from pipelines.keep.records.article_keys import change_address, share_keys
from pipelines.keep.records.attachments import drop_attachment_links, keep_attachment_links
from pipelines.keep.records.decision import article_fingerprint
from pipelines.keep.records.moves import (
    delete_record,
    give_revisions,
    lead_to,
    split_record,
)
from pipelines.keep.records.publication import held_article, publication_columns
from pipelines.outcomes import LIKE_ARTICLE, IssueKind, Outcome
from pipelines.read.addresses.family_rules import own_address
from pipelines.read.reading import Article, Reading
from portals.platform import Platform, platform_of

Readings = Mapping[int, Reading]  # by capture
# The address that a capture speaks for: that of the first part, if its page is a later one.
ADDRESS = """ifnull((select first.url from pages as later
        join pages as first on first.id = later.part_of
    where later.site = captures.site and later.url = captures.url), captures.url)"""


@dataclass(slots=True)
class Part:
    """Addresses that showed the same texts, and the revisions that they brought, in order."""

    addresses: set[str] = field(default_factory=set)
    revisions: list[Row] = field(default_factory=list)

    @property
    def first(self) -> str:
        """The address that came first."""
        return str(self.revisions[0]["url"])


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """A record with texts of pages that are not at its address. `stays`: the part that is at its
    address, if there is one; `leave`: those that belong to others.
    """

    id: int
    site: str
    url: str
    platform: str | None
    stays: Part | None
    leave: list[Part]

    def address_of(self, part: Part) -> str:
        """Where a part's record belongs."""
        return own_address(part.first, platform_of(self.platform or "generic"))

    @property
    def captures(self) -> list[int]:
        """The captures of its revisions."""
        parts = [*self.leave, *([self.stays] if self.stays else [])]
        return [row["capture"] for part in parts for row in part.revisions]


def merged_records(db: Connection, site: str | None) -> list[MergedRecord]:
    """The records that hold texts of another page than that at their address, of one site or (None)
    of all, by site.

    A record at an address that its only page claims is no such one, unless the address itself was
    seen to be something else.
    """
    rows = db.execute(
        f"""select id, site, url, platform from articles
        where (:site is null or site = :site) and (
            (select count(distinct {ADDRESS}) from revisions
                join captures on captures.id = revisions.capture where article = articles.id) > 1
            or exists (select 1 from pages where pages.site = articles.site
                and pages.url = articles.url and last_fetched_at is not null
                and pages.article is not articles.id)
            or exists (select 1 from revisions
                join captures on captures.id = revisions.capture
                join articles as own on own.site = captures.site and own.url = {ADDRESS}
                where revisions.article = articles.id and own.id <> articles.id))
        order by site, id""",
        {"site": site},
    ).fetchall()
    found = []
    for row in rows:
        family = platform_of(row["platform"] or "generic")
        parts = _parts(db, row["id"])
        own = [part for part in parts if _holds(part, row["url"], family)]
        if not own and len(parts) == 1 and not _is_elsewhere(db, row, parts[0], family):
            continue
        others = [part for part in parts if part not in own]
        if others:
            identity = (row["id"], row["site"], row["url"], row["platform"])
            found.append(MergedRecord(*identity, own[0] if own else None, others))
    return found


def _holds(part: Part, url: str, platform: Platform) -> bool:
    """Whether an address is the own address of a part."""
    return any(own_address(one, platform) == url for one in part.addresses)


def _is_elsewhere(db: Connection, record: Row, part: Part, platform: Platform) -> bool:
    """Whether the page at a record's address was seen, and belongs to another record or none; or
    whether the page that showed the record's texts has a record of its own.
    """
    page = page_at(db, record["site"], record["url"])
    if page is not None and page.last_fetched_at is not None and page.article != record["id"]:
        return True
    return held_article(db, record["site"], own_address(part.first, platform)) is not None


def _parts(db: Connection, article: int) -> list[Part]:
    """The groups of a record's addresses that share no text, in the order of their first texts."""
    revisions = _revisions(db, article)
    texts: defaultdict[str, set[str]] = defaultdict(set)
    for row in revisions:
        texts[row["url"]].add(row["content_sha256"])
    for url, text in _seen_unchanged(db, article, revisions):
        texts[url].add(text)
    parts: list[Part] = []
    for url, shown in texts.items():
        same = [part for part in parts if any(shown & texts[other] for other in part.addresses)]
        parts = [part for part in parts if part not in same]
        parts.append(Part({url}.union(*(part.addresses for part in same))))
    for row in revisions:
        next(part for part in parts if row["url"] in part.addresses).revisions.append(row)
    return sorted((part for part in parts if part.revisions), key=_begins)


def _revisions(db: Connection, article: int) -> list[Row]:
    return db.execute(
        f"""select revisions.*, {ADDRESS} as url from revisions
            join captures on captures.id = revisions.capture
        where article = ? order by seen_at, seq""",
        (article,),
    ).fetchall()


def _begins(part: Part) -> tuple[str, int]:
    return part.revisions[0]["seen_at"], part.revisions[0]["seq"]


def _seen_unchanged(
    db: Connection, article: int, revisions: Sequence[Row]
) -> Iterable[tuple[str, str]]:
    """Each address that showed a text as another address had shown it, with the text."""
    rows = db.execute(
        """select captures.url, fetched_at from captures
            join pages on pages.site = captures.site and pages.url = captures.url
        where pages.article = :article and outcome = :unchanged
            -- A page that claims another address only since then was unchanged in its own record.
            and (fetched_at >= (select min(seen_at) from revisions
                    join captures as brought on brought.id = revisions.capture
                    where revisions.article = :article and brought.url = captures.url)
                or not exists (select 1 from articles as own where own.site = captures.site
                    and own.url = captures.url and own.id <> :article))
        order by fetched_at""",
        {"article": article, "unchanged": Outcome.ARTICLE_UNCHANGED},
    )
    for row in rows:
        before = [one for one in revisions if one["seen_at"] <= row["fetched_at"]]
        if before:
            yield row["url"], before[-1]["content_sha256"]


def split_merged(
    db: Connection, records: Sequence[MergedRecord], readings: Readings, now: datetime
) -> None:
    """Give each page's texts to its own record, in the caller's transaction; `records`: all of a
    site's.

    `readings`: of the captures of their revisions, as far as they can be read; they bring back what
    the merged records have lost: dates, images, files. No text is lost; a revision that only
    repeats the text before it goes.
    """
    for record in records:
        # These issues were about dates of other articles.
        void_issues(db, record.id, (IssueKind.DATE_MOVED, IssueKind.DATE_MOVES), now)
        if record.stays is None:  # its address may be another's now
            update_row(db, "articles", record.id, {"url": f"moving:{record.id}"})
    touched: dict[int, None] = {}  # in the order of their making
    for record in records:
        for part in record.leave:
            touched[_take_home(db, record, part)] = None
    for record in records:  # last, because they have the files of all parts
        if first_value(db, "select 1 from revisions where article = ?", (record.id,)) is None:
            delete_record(db, record.id)
        else:
            touched.pop(record.id, None)
            touched[record.id] = None
    for article in touched:
        _settle(db, article, readings)


def _take_home(db: Connection, record: MergedRecord, part: Part) -> int:
    """Give a part to the record at its own address, made if need be; returns that record."""
    revisions, url = [row["id"] for row in part.revisions], record.address_of(part)
    if (held := held_article(db, record.site, url)) is not None:
        share_keys(db, record.id, held.id)
        return give_revisions(db, revisions, held.id)
    if record.stays is None and part is record.leave[-1]:
        change_address(db, record.id, url)
        return record.id
    return split_record(db, record.id, revisions, url)


def _settle(db: Connection, article: int, readings: Readings) -> None:
    """Number a record's revisions, and write what its own pages say about it."""
    rework(db, article)
    part = Part(revisions=_revisions(db, article))
    part.addresses.update(row["url"] for row in part.revisions)
    site = str(first_value(db, "select site from articles where id = ?", (article,)))
    _join_pages(db, site, article, part, readings)
    give_issues(db, site, part.addresses, article)
    last, texts = part.revisions[-1], [_article(readings, row) for row in part.revisions]
    columns = {
        **{name: last[name] for name in REVISION_FIELDS},
        "revision": last["id"],
        "first_seen_at": part.revisions[0]["seen_at"],
        "last_seen_at": _last_seen(db, article),
        "changed_at": last["seen_at"] if len(part.revisions) > 1 else None,
    }
    first_page = page_at(db, site, part.first)
    if texts[0] is not None and first_page is not None:
        columns |= publication_columns(texts[0], first_page)
    if (now := texts[-1]) is not None and article_fingerprint(now) == last["content_sha256"]:
        columns = own_columns(now, readings[last["capture"]]) | columns
        keep_images(db, article, now)
    update_row(db, "articles", article, columns)
    known = [text for text in texts if text is not None]
    for text in known:
        keep_attachment_links(db, article, text)
    if len(known) == len(texts):
        linked = {link.url for text in known for link in text.attachments}
        drop_attachment_links(db, article, keep=linked)


def _article(readings: Readings, revision: Row) -> Article | None:
    reading = readings.get(revision["capture"])
    return None if reading is None else reading.article


def _join_pages(db: Connection, site: str, article: int, part: Part, readings: Readings) -> None:
    """Note with each address what it belongs to, shows and claims."""
    for url in part.addresses:
        page = page_at(db, site, url)
        if page is None:
            continue
        mine = [row for row in part.revisions if row["url"] == url]
        joined: dict[str, object] = {"article": article}
        if page.revision not in {row["id"] for row in part.revisions}:
            if page.article not in {None, article}:
                continue  # it shows another article now
            joined["revision"] = mine[-1]["id"]
        if (text := _article(readings, mine[-1])) is not None:
            family = platform_of(readings[mine[-1]["capture"]].platform or "generic")
            joined["claimed_url"] = text.url if text.url != own_address(url, family) else None
        update_row(db, "pages", page.id, joined)
    lead_to(db, article)


def _last_seen(db: Connection, article: int) -> str:
    """When one of a record's addresses last showed it, as far as captures show."""
    seen = first_value(
        db,
        f"""select max(fetched_at) from captures
            join pages on pages.site = captures.site and pages.url = captures.url
        where pages.article = ?
            and (outcome {LIKE_ARTICLE} or outcome = '{Outcome.NOT_MODIFIED}')""",
        (article,),
    )
    latest = first_value(db, "select max(seen_at) from revisions where article = ?", (article,))
    return max(str(seen or ""), str(latest))
