"""The tables of copies, as statements in order."""

# Columns of `articles` by which an article is compared with others, and dated among them.
COMPARED = (
    *("title", "lead", "body", "first_seen_at"),
    *("published_at", "published_on", "published_precision", "published_evidence"),
)
CHANGED = " or ".join(f"new.{name} is not old.{name}" for name in COMPARED)

COPIES = (
    "create table uncompared (article integer primary key) strict",
    "insert into uncompared select id from articles",
    # Triggers note the articles that wait, so that no code can forget one.
    *(
        f"create trigger articles_uncompared_{name} {event} begin"
        f" insert or ignore into uncompared (article) values ({row}.id); end"
        for name, event, row in (
            ("insert", "after insert on articles", "new"),
            ("update", f"after update of {', '.join(COMPARED)} on articles when {CHANGED}", "new"),
            ("delete", "after delete on articles", "old"),
        )
    ),
    *(
        f"create trigger attachments_uncompared_{name} after {event} begin"
        " insert or ignore into uncompared (article) values (new.article); end"
        for name, event in (
            ("insert", "insert on attachments when new.sha256 is not null"),
            ("update", "update of sha256 on attachments when new.sha256 is not old.sha256"),
        )
    ),
    """create table sketches (
        id integer primary key,
        words integer not null,
        minimums blob not null
    ) strict""",
    """create table sketch_keys (
        key integer not null,
        sketch integer not null,
        primary key (key, sketch)
    ) strict, without rowid""",
    """create table sketched_articles (
        article integer primary key,
        sketch integer not null
    ) strict""",
    "create index sketched_articles_by_sketch on sketched_articles(sketch)",
    """create table likenesses (
        sketch integer not null,
        other integer not null,
        kept integer not null,
        renamed integer not null,
        primary key (sketch, other)
    ) strict, without rowid""",
    """create table copy_groups (
        id integer primary key,
        first integer references articles(id) on delete set null,
        compared_with integer references articles(id) on delete set null,
        articles integer not null,
        sites integer not null,
        words integer not null
    ) strict""",
    "create index copy_groups_by_first on copy_groups(first)",
    "create index copy_groups_by_compared_with on copy_groups(compared_with)",
    """create table copies (
        copy_group integer not null references copy_groups(id),
        article integer not null references articles(id) on delete cascade,
        position text not null check (position in ('first', 'later', 'unknown')),
        known_from text not null check (known_from in ('time', 'day', 'month', 'seen')),
        days_later integer,
        words_added integer not null,
        words_removed integer not null,
        altered real not null,
        round_up integer not null,
        primary key (copy_group, article)
    ) strict, without rowid""",
    "create index copies_by_article on copies(article)",
)
