"""The first steps of archive.db's schema, 0001 to 0017. Never edit one: all are released.

`migrations.py` holds the later steps, and runs them all.
"""

from sqlite_utils import Database, Migrations

from pipelines.keep.database.schema.first import FIRST_LIGHT
from pipelines.keep.database.views import COVERAGE, LOSSES
from pipelines.read.addresses.article_key import article_key

# "Loa1" and "Loa2" mark a SQLite file as our archive. The first releases know only "Loa1" and do
# not check for newer steps; they take "Loa2" for a file of another program, so they cannot write to
# an archive whose rules they do not know.
FIRST_APPLICATION_ID = 0x4C6F6131
APPLICATION_ID = 0x4C6F6132
APPLICATION_IDS = (FIRST_APPLICATION_ID, APPLICATION_ID)

migrations = Migrations("loa")

SHOWN_LAST = """update pages set revision = coalesce(
        (select revisions.id from revisions join captures on captures.id = revisions.capture
            where revisions.article = pages.article and captures.url = pages.url
            order by seen_at desc, seq desc limit 1),
        (select revision from articles where articles.id = pages.article))
    where article is not null and last_fetched_at is not null"""


def add_columns(db: Database, table: str, *columns: str) -> None:
    """Add columns to a table, each as its definition in SQL."""
    for column in columns:
        db.execute(f"alter table {table} add column {column}")


@migrations(name="0001_first_light")
def first_light(db: Database) -> None:
    """Tables of the SQL contract, and full-text search over articles and their attachments."""
    for statement in FIRST_LIGHT:
        db.execute(statement)
    db.execute(f"pragma application_id = {FIRST_APPLICATION_ID}")


@migrations(name="0002_schedule")
def schedule(db: Database) -> None:
    """When each site is visited again."""
    add_columns(db, "sites", "next_due_at text", "visited_at text", "interval_minutes integer")
    add_columns(db, "sites", "visits_failed integer not null default 0")


@migrations(name="0003_incremental")
def incremental(db: Database) -> None:
    """Facts that let the next visit request less: what listings name, which validators hold."""
    count = "integer not null default 0"
    add_columns(
        db, "sites", "swept_at text", "sweep_began_at text", f"looks {count}", f"changes {count}"
    )
    add_columns(db, "hosts", "last_modified_moves_at text")
    add_columns(db, "pages", f"unmodified {count}", "edited_at text", f"edits_in_vain {count}")
    add_columns(db, "pages", f"listed {count}")
    db.execute("update sites set swept_at = first_seen_at")
    db.execute(
        "create table listings (page integer primary key references pages(id), "
        "named integer not null, names blob not null, changed_at text not null) strict"
    )


@migrations(name="0004_connection")
def connection(db: Database) -> None:
    """How each capture's connection was trusted."""
    add_columns(db, "captures", "tls text")


@migrations(name="0005_health")
def health(db: Database) -> None:
    """Facts that tell a quiet portal from a broken one; health; coverage by day."""
    add_columns(db, "captures", "entries integer", "newest_on text", "entries_sha256 text")
    add_columns(db, "captures", "entries_gone integer", "lacks text")
    add_columns(db, "sites", "health text check (health in ('ok', 'quiet', 'suspect', 'broken'))")
    add_columns(db, "sites", "health_detail text", "health_at text")
    add_columns(db, "runs", "newest_on text")
    db.execute("create index captures_by_day on captures(site, substr(fetched_at, 1, 10), outcome)")
    db.execute(
        "create index pages_by_day on pages(site, substr(first_seen_at, 1, 10)) "
        "where kind = 'article'"
    )
    db.execute(COVERAGE.format(unless="outcome <> 'robots'"))


@migrations(name="0006_reread")
def reread(db: Database) -> None:
    """Which revisions come from better rules, not from a changed text."""
    add_columns(db, "revisions", "reread_at text")


@migrations(name="0007_deadly")
def deadly(db: Database) -> None:
    """An index of the bodies that killed their readers."""
    db.execute(
        "create index captures_deadly on captures(sha256) "
        "where outcome in ('refused-too-slow', 'refused-reader-died')"
    )


@migrations(name="0008_captures_by_site")
def captures_by_site(db: Database) -> None:
    """Two sites may each capture the same address in the same millisecond."""
    db.execute("drop index captures_once")
    db.execute(
        "create unique index captures_once on captures(url, fetched_at, ifnull(sha256, ''), site)"
    )


@migrations(name="0009_rendered")
def rendered(db: Database) -> None:
    """Which captures hold a page that a browser rendered; coverage leaves out subresources."""
    add_columns(db, "captures", "rendered_from integer references captures(id)")
    db.execute(
        "create index captures_rendered on captures(rendered_from) where rendered_from is not null"
    )
    db.execute("drop view coverage")
    db.execute(COVERAGE.format(unless="outcome not in ('robots', 'subresource', 'awaits-browser')"))


@migrations(name="0010_lost")
def lost(db: Database) -> None:
    """Which captures lost their bytes, and which later one brought the address's bytes again."""
    add_columns(db, "captures", "lost_at text")
    db.execute("create index captures_lost on captures(site, url) where lost_at is not null")
    db.execute(LOSSES)


@migrations(name="0011_acceptances")
def acceptances(db: Database) -> None:
    """Issues that a person closed, and why; an index finds an address's issues."""
    db.execute(
        """create table acceptances (
            issue integer primary key references issues(id),
            accepted_at text not null,
            because text not null,
            first_run integer references runs(id),
            last_run integer references runs(id)
        ) strict"""
    )
    db.execute("create index issues_by_url on issues(url, kind)")


@migrations(name="0012_article_keys")
def article_keys(db: Database) -> None:
    """Public keys of articles. Triggers note each key that an article gets, so that an old key
    still leads to the article after its address has changed.
    """
    add_columns(db, "articles", "key text")
    db.conn.create_function("article_key", 1, article_key, deterministic=True)
    db.execute("update articles set key = article_key(url)")
    db.execute("create index articles_by_key on articles(key)")
    db.execute(
        "create table article_keys (key text not null, article integer not null "
        "references articles(id), primary key (key, article)) strict, without rowid"
    )
    db.execute("create index article_keys_by_article on article_keys(article)")
    db.execute("insert into article_keys (key, article) select key, id from articles")
    for event in ("insert", "update of key"):
        db.execute(
            f"create trigger article_keys_{event.split()[0]} after {event} on articles "
            "when new.key is not null begin "
            "insert or ignore into article_keys (key, article) values (new.key, new.id); end"
        )


@migrations(name="0013_older_loa_keeps_out")
def older_loa_keeps_out(db: Database) -> None:
    """The first releases, which do not check for newer steps, refuse the file from now on."""
    db.execute(f"pragma application_id = {APPLICATION_ID}")


@migrations(name="0014_denied")
def denied(db: Database) -> None:
    """Addresses that answered 403 and the like are due again; a removal has its capture's time."""
    db.execute(
        "update pages set state = 'failing', failures = 1, next_due_at = last_fetched_at "
        "where state = 'refused' and reason in ('client-error', 'redirect-loop')"
    )
    db.execute(
        """update articles set removed_at = (
            select max(fetched_at) from captures
                join pages on pages.site = captures.site and pages.url = captures.url
            where pages.article = articles.id and captures.outcome = 'refused-soft-404'
                and fetched_at <= articles.removed_at)
        where removed_at in (select ended_at from runs) and not exists (
            select 1 from captures
            where captures.site = articles.site and fetched_at = articles.removed_at)"""
    )


@migrations(name="0015_claims")
def claims(db: Database) -> None:
    """What each address claims and shows: its canonical link, and the text that it showed last."""
    add_columns(db, "pages", "claimed_url text", "revision integer references revisions(id)")
    db.execute(SHOWN_LAST)
    db.execute(
        "create index pages_by_claim on pages(site, claimed_url) where claimed_url is not null"
    )
    db.execute("create index pages_by_revision on pages(revision) where revision is not null")


@migrations(name="0016_watch")
def watch(db: Database) -> None:
    """Which sites a person paused or removed; which hosts a visit is asking."""
    add_columns(db, "sites", "paused_at text", "removed_at text")
    add_columns(db, "hosts", "asked_by integer references runs(id)")


@migrations(name="0017_unread")
def unread(db: Database) -> None:
    """Which version of Loa could not read a capture. Pages that were refused for good because
    of a fault of ours are due again.
    """
    add_columns(db, "captures", "unread_by text")
    db.execute("drop index captures_deadly")
    db.execute("create index captures_unread on captures(site, url) where unread_by is not null")
    db.execute(
        """update pages set state = 'failing', next_due_at = last_fetched_at
        where state = 'refused' and reason in ('refused-too-slow', 'refused-too-large',
            'refused-reader-died', 'refused-reader-failed', 'refused-not-read',
            'refused-given-up')"""
    )
