"""The schema of the first release, as statements in order. Never edit it: it has been released.

`first_migrations.py` and `migrations.py` hold the later steps.
"""

# The index needs the old text of a row to remove it: BEFORE triggers see the old text, AFTER
# triggers the new one. An attachment without text changes nothing, so its row may be inserted
# before its file is fetched.
SEARCH_ACTIONS = {
    "before": """insert into articles_fts(articles_fts, rowid, title, lead, body, attachments)
    select 'delete', id, title, lead, body, attachments from articles_text where id = {article};""",
    "after": """insert into articles_fts(rowid, title, lead, body, attachments)
    select id, title, lead, body, attachments from articles_text where id = {article};""",
}
NEW_TEXT = "on attachments when new.text is not null"
OLD_TEXT = "on attachments when old.text is not null"
OTHER_TEXT = "of text on attachments when old.text is not new.text"
SEARCH_TRIGGERS = tuple(
    f"create trigger articles_fts_{name} {when} {event} begin "
    f"{SEARCH_ACTIONS[when].format(article=article)} end"
    for name, when, event, article in (
        ("article_insert", "after", "insert on articles", "new.id"),
        ("article_update_old", "before", "update of title, lead, body on articles", "old.id"),
        ("article_update_new", "after", "update of title, lead, body on articles", "new.id"),
        ("article_delete", "before", "delete on articles", "old.id"),
        ("attachment_insert_old", "before", f"insert {NEW_TEXT}", "new.article"),
        ("attachment_insert_new", "after", f"insert {NEW_TEXT}", "new.article"),
        ("attachment_update_old", "before", f"update {OTHER_TEXT}", "old.article"),
        ("attachment_update_new", "after", f"update {OTHER_TEXT}", "new.article"),
        ("attachment_delete_old", "before", f"delete {OLD_TEXT}", "old.article"),
        ("attachment_delete_new", "after", f"delete {OLD_TEXT}", "old.article"),
    )
)

FIRST_LIGHT = (
    """create table sites (
        key text primary key,
        name text not null,
        url text not null,
        platform text,
        publisher text,
        level text,
        area_code text,
        language text not null,
        timezone text not null,
        origin text not null check (origin in ('file', 'import', 'address')),
        first_seen_at text not null
    ) strict""",
    """create table runs (
        id integer primary key,
        kind text not null check (kind in ('crawl', 'import')),
        site text references sites(key),
        started_at text not null,
        ended_at text,
        outcome text,
        requests integer not null default 0,
        articles_new integer not null default 0,
        articles_changed integer not null default 0,
        articles_unchanged integer not null default 0,
        refused integer not null default 0,
        failed integer not null default 0,
        detail text
    ) strict""",
    """create table captures (
        id integer primary key,
        run integer not null references runs(id),
        site text not null references sites(key),
        url text not null,
        fetched_at text not null,
        status integer,
        media_type text,
        bytes integer,
        sha256 text,
        outcome text not null,
        platform text,
        warc_file text,
        warc_offset integer,
        warc_length integer,
        etag text,
        last_modified text,
        error text
    ) strict""",
    "create unique index captures_once on captures(url, fetched_at, ifnull(sha256, ''))",
    "create index captures_by_site on captures(site, fetched_at)",
    "create index captures_by_run on captures(run)",
    """create table articles (
        id integer primary key,
        site text not null references sites(key),
        url text not null,
        title text not null,
        lead text,
        body text not null,
        author text,
        source text,
        section text,
        language text,
        published_at text,
        published_on text,
        published_precision text check (published_precision in ('minute', 'day', 'month')),
        published_evidence text check (published_evidence in ('selector', 'label', 'meta', 'feed', 'listing', 'url', 'sitemap', 'guess')),
        published_raw text,
        updated_at text,
        event_on text,
        first_seen_at text not null,
        last_seen_at text not null,
        changed_at text,
        removed_at text,
        revision integer references revisions(id) deferrable initially deferred,
        platform text,
        word_count integer not null,
        unique (site, url)
    ) strict""",
    "create index articles_by_day on articles(published_on)",
    "create index articles_by_section on articles(site, section)",
    """create table revisions (
        id integer primary key,
        article integer not null references articles(id) deferrable initially deferred,
        seq integer not null,
        seen_at text not null,
        title text not null,
        lead text,
        body text not null,
        author text,
        source text,
        published_on text,
        content_sha256 text not null,
        extractor text not null,
        capture integer not null references captures(id),
        unique (article, seq)
    ) strict""",
    "create index revisions_by_capture on revisions(capture)",
    """create table attachments (
        id integer primary key,
        article integer not null references articles(id),
        url text not null,
        name text,
        media_type text,
        bytes integer,
        sha256 text,
        capture integer references captures(id),
        text text,
        unique (article, url)
    ) strict""",
    "create index attachments_by_url on attachments(url)",
    "create index attachments_by_capture on attachments(capture)",
    """create table images (
        id integer primary key,
        article integer not null references articles(id),
        url text not null,
        caption text,
        position integer not null,
        unique (article, position)
    ) strict""",
    """create table pages (
        id integer primary key,
        site text not null references sites(key),
        url text not null,
        kind text not null check (kind in ('listing', 'feed', 'sitemap', 'article', 'attachment', 'robots')),
        state text not null check (state in ('waiting', 'held', 'failing', 'gone', 'refused', 'resting')),
        reason text,
        identity text,
        depth integer not null default 0,
        priority integer not null default 0,
        found_on integer references pages(id),
        title text,
        section text,
        published_on text,
        published_at text,
        published_evidence text,
        published_raw text,
        first_seen_at text not null,
        last_fetched_at text,
        next_due_at text,
        failures integer not null default 0,
        etag text,
        last_modified text,
        article integer references articles(id),
        unique (site, url)
    ) strict""",
    "create index pages_by_state on pages(site, state, priority, id)",
    "create index pages_by_due on pages(site, next_due_at) where next_due_at is not null",
    "create index pages_by_identity on pages(site, identity)",
    "create index pages_by_article on pages(article)",
    "create index pages_by_found_on on pages(found_on)",
    """create table hosts (
        host text primary key,
        robots_fetched_at text,
        robots_status integer,
        robots_text text,
        crawl_delay real,
        not_before_at text
    ) strict""",
    """create table issues (
        id integer primary key,
        site text references sites(key),
        article integer references articles(id),
        url text,
        kind text not null,
        detail text not null,
        opened_at text not null,
        closed_at text,
        capture integer references captures(id)
    ) strict""",
    "create index issues_open on issues(site, kind, closed_at)",
    "create index issues_by_article on issues(article)",
    "create index issues_by_capture on issues(capture)",
    # The searched text. It is a view, so that FTS5's 'rebuild' finds the same text as the triggers.
    """create view articles_text as
        select id, title, lead, body,
            (select group_concat(text, char(10)) from (select text from attachments where article = articles.id order by id)) as attachments
        from articles""",
    """create virtual table articles_fts using fts5 (
        title, lead, body, attachments, content='articles_text', content_rowid='id', tokenize='unicode61 remove_diacritics 2')""",
    *SEARCH_TRIGGERS,
)
