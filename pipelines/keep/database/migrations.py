"""The history of archive.db's schema: one function per step, run by sqlite-utils.

`sqlite-utils migrate archive.db pipelines/keep/database --list` shows what has run. Never edit a
step that has been released. Names and meanings are a public contract (docs/design.md);
`web/metadata.yml` describes each table and column, and Datasette shows it.
"""

import logging
from contextlib import closing
from sqlite3 import Connection

from sqlite_utils import Database

from pipelines.keep.database.first_migrations import add_columns, migrations
from pipelines.keep.database.schema.announcements import ANNOUNCEMENTS
from pipelines.keep.database.schema.changes import CHANGES
from pipelines.keep.database.schema.copies import COPIES
from pipelines.keep.database.schema.history import REFERENCES_OF_PRESENT, SHOWN
from pipelines.keep.database.schema.lists import LISTS
from pipelines.keep.database.schema.portals import PORTALS
from pipelines.keep.database.schema.search import SEARCH

LOG = logging.getLogger(__name__)
MANY = 10_000  # articles; fewer are indexed in about a second

__all__ = ["migrations", "newer_steps", "steps_run", "steps_to_run"]


def steps_run(db: Connection) -> list[str]:
    """The names of the steps that an archive has run, in order. Only reads."""
    return [step.name for step in migrations.applied(Database(db, recursive_triggers=False))]


def steps_to_run(db: Connection) -> list[str]:
    """The names of the steps that an archive lacks, in order. Only reads."""
    return [step.name for step in migrations.pending(Database(db, recursive_triggers=False))]


def newer_steps(db: Connection) -> list[str]:
    """The names of the steps that a newer Loa has run and this one does not know. Only reads."""
    with closing(Database(memory=True)) as nothing:
        known = {step.name for step in migrations.pending(nothing)}
    return [name for name in steps_run(db) if name not in known]


@migrations(name="0018_doubts")
def doubts(db: Database) -> None:
    """Addresses that may lead nowhere: those of the frontier, and a count of those that are not
    requested. Parts of a sitemap come after the listings of the site's own file.
    """
    add_columns(db, "pages", "doubt text")
    db.execute("create index pages_doubtful on pages(site, state, depth) where doubt is not null")
    db.execute(
        """create table unasked (
            site text not null references sites(key),
            doubt text not null,
            addresses integer not null,
            names blob not null,
            example text,
            seen_at text,
            primary key (site, doubt)
        ) strict"""
    )
    db.execute(
        """update pages set priority = 28 where kind = 'listing' and depth = 0 and priority = 30"""
    )
    db.execute(
        """update pages set priority = 29 where kind = 'sitemap' and priority = 10
            and id not in (select page from listings where named > 0)
            and found_on in (select id from pages where kind = 'sitemap')"""
    )


@migrations(name="0019_settings")
def settings(db: Database) -> None:
    """What a site's file says, so that it holds after the file is gone."""
    add_columns(db, "sites", "settings text")


@migrations(name="0020_hollow_answers")
def hollow_answers(db: Database) -> None:
    """Empty pages and redirects that led to no record are due again."""
    db.execute(
        """update pages set state = 'failing', failures = 1, next_due_at = last_fetched_at
        where state = 'refused' and kind in ('article', 'attachment') and (
            reason in ('refused-empty', 'refused-undecodable', 'refused-not-a-file')
            or (reason in ('redirect', 'redirect-offsite') and article is not null)
            or (reason = 'redirect' and exists (select 1 from pages as target
                where target.found_on = pages.id and target.state <> 'held')))"""
    )


@migrations(name="0021_parts")
def parts(db: Database) -> None:
    """Articles in several parts: which pages are parts of which article, and the captures from
    which each revision was joined.
    """
    add_columns(db, "pages", "part_of integer references pages(id)", "part integer")
    db.execute("create index pages_parts on pages(part_of) where part_of is not null")
    db.execute(
        """create table article_parts (
            revision integer not null references revisions(id),
            number integer not null,
            url text not null,
            capture integer not null references captures(id),
            content_sha256 text not null,
            primary key (revision, number)
        ) strict"""
    )
    db.execute("create index article_parts_by_capture on article_parts(capture)")


@migrations(name="0022_listings_that_go_on")
def listings_that_go_on(db: Database) -> None:
    """How a listing goes on where no link leads."""
    add_columns(db, "listings", "goes_on text")


@migrations(name="0023_named")
def named(db: Database) -> None:
    """Which page gave an address its title, and with which title its captures were read."""
    add_columns(db, "pages", "named_by text", "named_at text", "read_title text")
    db.execute(
        "create index pages_named_since on pages(site) where named_by is not null "
        "and last_fetched_at is not null and title is not read_title"
    )


@migrations(name="0024_body_html")
def structured_texts(db: Database) -> None:
    """The structure of each text. `loa reread --apply` fills it for the texts already held."""
    add_columns(db, "articles", "body_html text")
    add_columns(db, "revisions", "body_html text")


@migrations(name="0025_memory")
def memory(db: Database) -> None:
    """What the articles of each portal repeat. All that was read before counts as settled."""
    db.execute(
        """create table sampled_pages (
            page integer primary key references pages(id),
            site text not null references sites(key),
            rank integer not null,
            always blob not null,
            sometimes blob not null
        ) strict"""
    )
    db.execute("create index sampled_pages_by_rank on sampled_pages(site, rank)")
    db.execute(
        """create table memories (
            site text primary key references sites(key),
            lines blob not null,
            run integer not null,
            learned_at text not null
        ) strict"""
    )
    db.execute(
        """insert into memories (site, lines, run, learned_at)
        select key, x'', (select ifnull(max(id), 0) from runs), first_seen_at from sites"""
    )
    add_columns(db, "captures", "repeated integer")


@migrations(name="0026_pages_shown")
def pages_shown(db: Database) -> None:
    """Where each listing goes on, and how many pages its pager shows."""
    add_columns(db, "listings", "next_page text", "pages_shown integer")


@migrations(name="0027_printed_dates")
def printed_dates(db: Database) -> None:
    """The date that each article's page printed first, where, and how long it stayed."""
    db.execute(
        """create table printed_dates (
            article integer primary key references articles(id),
            place text not null,
            published_on text not null,
            published_at text,
            published_precision text not null,
            published_evidence text not null,
            published_raw text,
            first_seen_at text not null,
            last_seen_at text not null
        ) strict"""
    )
    db.execute(
        """insert into printed_dates select id, published_evidence, published_on, published_at,
            published_precision, published_evidence, published_raw, first_seen_at, last_seen_at
        from articles where published_evidence in ('selector', 'label', 'meta')"""
    )


@migrations(name="0028_left_out")
def left_out(db: Database) -> None:
    """What each front page links, and what of that no rule takes."""
    add_columns(db, "listings", "linked integer", "left_out text")


@migrations(name="0030_changes")
def changes(db: Database) -> None:
    """What each revision showed beside its texts, and what changed with it. The next run names the
    changes of the revisions already held.
    """
    add_columns(
        db,
        "revisions",
        *("section text", "images text", "attachments text", "shown_sha256 text"),
        *("changed text", "words_added integer", "words_removed integer"),
        *("figures_changed integer", "changed_by text"),
    )
    db.execute(
        """create index revisions_unnamed on revisions(article)
        where changed is null and seq > 1"""
    )
    db.execute(REFERENCES_OF_PRESENT)


@migrations(name="0031_sightings")
def sightings(db: Database) -> None:
    """The states of articles over time, and what captures say of them."""
    add_columns(db, "captures", "leads_to text", "confirms_removal integer", "unlisted integer")
    add_columns(db, "pages", "left_from integer references pages(id)")
    db.execute(
        """create table sightings (
            id integer primary key,
            article integer not null references articles(id),
            state text not null,
            since_at text not null,
            until_at text,
            confirmed_at text not null,
            capture integer not null references captures(id),
            url text not null,
            to_url text
        ) strict"""
    )
    db.execute("create index sightings_by_article on sightings(article, since_at)")
    db.execute("create index sightings_by_capture on sightings(capture)")
    db.execute("create index revisions_by_text on revisions(content_sha256)")
    # What an older Loa found gone stays so, until it is seen again.
    db.execute(
        """update captures set confirms_removal = 1 where id in (
            select captures.id from articles
                join pages on pages.article = articles.id
                join captures on captures.site = pages.site and captures.url = pages.url
                    and captures.fetched_at = articles.removed_at
            where removed_at is not null)"""
    )
    db.execute(
        """insert into sightings (article, state, since_at, confirmed_at, capture, url)
        select articles.id, case when outcome = 'refused-soft-404' then 'soft-404'
                when status in (404, 410) then 'gone' else 'redirected-home' end,
            removed_at, removed_at, min(captures.id), captures.url
        from articles join pages on pages.article = articles.id
            join captures on captures.site = pages.site and captures.url = pages.url
                and captures.fetched_at = articles.removed_at
        where removed_at is not null group by articles.id"""
    )


@migrations(name="0032_looks")
def looks(db: Database) -> None:
    """What each listing shows of its entries, what left one, and how far each round has come."""
    add_columns(db, "listings", "entries blob")
    add_columns(db, "pages", "left_at text")
    add_columns(db, "sites", "round_at text", "round_days integer")


@migrations(name="0029_shown")
def shown(db: Database) -> None:
    """Which revision each capture of an article showed, and which date it printed."""
    add_columns(db, "captures", "revision integer references revisions(id)", "printed text")
    add_columns(db, "revisions", "lent integer")
    add_columns(db, "printed_dates", "is_late integer")
    db.execute("create index captures_by_revision on captures(revision) where revision is not null")
    db.execute("create index revisions_lent on revisions(article) where lent is not null")
    for statement in SHOWN:
        db.execute(statement)


@migrations(name="0033_copies")
def copies(db: Database) -> None:
    """Which articles say what others said. All articles wait to be compared."""
    for statement in COPIES:
        db.execute(statement)


@migrations(name="0034_addresses_only")
def addresses_only(db: Database) -> None:
    """Visits that asked only the addresses that a person named."""
    add_columns(db, "runs", "addresses_only integer")


@migrations(name="0036_pictures")
def pictures(db: Database) -> None:
    """The bytes of pictures. The indexes hold only rows with pictures, so an archive without any
    pays nothing but one look at its captures.
    """
    add_columns(db, "captures", "picture text")
    add_columns(
        db,
        "images",
        *("media_type text", "bytes integer", "sha256 text"),
        *("capture integer references captures(id)", "page integer references pages(id)"),
    )
    db.execute("create index captures_of_pictures on captures(site, url) where picture is not null")
    db.execute("create index images_by_page on images(page) where page is not null")
    db.execute("create index images_by_capture on images(capture) where capture is not null")


@migrations(name="0037_lists")
def lists(db: Database) -> None:
    """Indices and counts for lists of articles. It reads all articles once for each index: some
    minutes for a million.
    """
    for statement in LISTS:
        db.execute(statement)


@migrations(name="0035_search")
def search(db: Database) -> None:
    """Captions, authors, sources, sections and names of files in the index; an index of titles.

    A million articles take some three minutes.
    """
    (articles,) = db.execute("select count(*) from articles").fetchone()
    if articles >= MANY:
        LOG.warning("%d articles are indexed anew: about a minute for 300,000", articles)
    for (trigger,) in db.execute(
        r"select name from sqlite_master where type = 'trigger' and name like 'articles\_fts\_%' "
        r"escape '\'"
    ).fetchall():
        db.execute(f"drop trigger {trigger}")
    db.execute("drop table articles_fts")
    db.execute("drop view articles_text")
    for statement in SEARCH:
        db.execute(statement)


@migrations(name="0038_changes_by_time")
def changes_by_time(db: Database) -> None:
    """Lists of edits, of vanished articles and of copies, by portal and by time. It reads all
    revisions once: half a minute for a million.
    """
    for statement in CHANGES:
        db.execute(statement)


@migrations(name="0040_portals")
def portals(db: Database) -> None:
    """Indices for pages about portals, days and visits, and which platforms each portal had. It
    reads all articles and captures once for each index: some minutes for a million.
    """
    for statement in PORTALS:
        db.execute(statement)


@migrations(name="0039_evidence")
def evidence(db: Database) -> None:
    """Which attachments hold the same bytes. It reads all attachments once."""
    db.execute("create index attachments_by_bytes on attachments(sha256) where sha256 is not null")


@migrations(name="0039_records")
def records(db: Database) -> None:
    """Where the records of answers are whose bytes an earlier record holds."""
    add_columns(
        db, "captures", "record_file text", "record_offset integer", "record_length integer"
    )


@migrations(name="0041_announcements")
def announcements(db: Database) -> None:
    """The order in which the archive learned of new articles, edits and removals. It reads all
    articles and revisions once: some seconds for 100,000.
    """
    for statement in ANNOUNCEMENTS:
        db.execute(statement)
