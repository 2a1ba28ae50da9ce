"""The full-text indices, as statements in order.

`articles_fts` holds all that is searched of an article, `titles_fts` its title alone: a phrase of
common words is found in a million titles at once, but not in a million bodies.
"""

TOKENIZER = "tokenize='unicode61 remove_diacritics 2'"
SEARCHED = ("title", "lead", "body", "captions", "attachments", "author", "source", "section")
COLUMNS = ", ".join((*SEARCHED, "filters"))

# Words that no text holds, by which a site, a year and a month are found among a million articles:
# the site's key in hexadecimal digits, y2020, m202007.
FILTERS = """lower(hex(site)) || ifnull(' y' || substr(published_on, 1, 4)
        || ' m' || substr(published_on, 1, 4) || substr(published_on, 6, 2), '')"""

# The searched text is a view, so that FTS5's 'rebuild' finds the same text as the triggers.
ARTICLES_TEXT = f"""create view articles_text as select id, title, lead, body,
    (select group_concat(caption, char(10)) from (select caption from images
        where article = articles.id and caption is not null order by position)) as captions,
    (select group_concat(ifnull(name || char(10), '') || ifnull(text, ''), char(10))
        from (select name, text from attachments where article = articles.id order by id))
        as attachments,
    author, source, section,
    {FILTERS} as filters from articles"""

# The index needs the old text of a row to remove it: BEFORE triggers see the old text, AFTER
# triggers the new one. While an article stands in `unindexed`, it is in no index.
TEXT_OF = "from articles_text where id in ({ids}) and id not in (select article from unindexed);"
ACTIONS = {
    "before": f"insert into articles_fts(articles_fts, rowid, {COLUMNS}) "
    f"select 'delete', id, {COLUMNS} {TEXT_OF}",
    "after": f"insert into articles_fts(rowid, {COLUMNS}) select id, {COLUMNS} {TEXT_OF}",
}


def _is_other(*columns: str) -> str:
    return " or ".join(f"new.{name} is not old.{name}" for name in columns)


TEXTS = tuple(name for name in SEARCHED if name not in ("captions", "attachments"))
OWN = (*TEXTS, "site", "published_on")
MONTH = "substr({row}.published_on, 1, 7)"
OTHER_ARTICLE = (
    f"{_is_other(*TEXTS, 'site')} or {MONTH.format(row='new')} is not {MONTH.format(row='old')}"
)
CAPTION = "{row}.caption is not null"
FILE = "({row}.name is not null or {row}.text is not null)"
IS_FREE = "not exists (select 1 from {table} where article = new.article and {place} = new.{place})"
CHANGES = (
    ("article_insert_new", "after insert on articles", "", "new.id"),
    (
        "article_update_old",
        f"before update of {', '.join(OWN)} on articles",
        OTHER_ARTICLE,
        "old.id",
    ),
    (
        "article_update_new",
        f"after update of {', '.join(OWN)} on articles",
        OTHER_ARTICLE,
        "new.id",
    ),
    ("article_delete_old", "before delete on articles", "", "old.id"),
    *(
        (f"{one}_{event}_{age}", f"{when} {event} {of}on {table}", applies, ids)
        for one, table, columns, has_text, place in (
            ("image", "images", ("article", "caption", "position"), CAPTION, "position"),
            ("attachment", "attachments", ("article", "name", "text"), FILE, "url"),
        )
        for event, of, condition, ids in (
            ("insert", "", has_text.format(row="new"), "new.article"),
            (
                "update",
                f"of {', '.join(columns)} ",
                _is_other(*columns),
                "old.article, new.article",
            ),
            ("delete", "", has_text.format(row="old"), "old.article"),
        )
        for when, age in (("before", "old"), ("after", "new"))
        # A row that conflicts with another may be ignored: only its BEFORE trigger runs.
        for applies in (
            f"{condition} and {IS_FREE.format(table=table, place=place)}"
            if (when, event) == ("before", "insert")
            else condition,
        )
    ),
    ("pause", "before insert on unindexed", "", "new.article"),
    ("resume", "after delete on unindexed", "", "old.article"),
)

TRIGGERS = tuple(
    f"create trigger articles_fts_{name} {event} {f'when {condition} ' if condition else ''}begin "
    f"{ACTIONS[event.split()[0]].format(ids=ids)} end"
    for name, event, condition, ids in CHANGES
)

TITLE_TRIGGERS = tuple(
    f"create trigger titles_fts_{name} {event} begin {actions} end"
    for name, event, actions in (
        ("insert", "after insert on articles", "{new}"),
        (
            "update",
            "after update of title on articles when new.title is not old.title",
            "{old} {new}",
        ),
        ("delete", "after delete on articles", "{old}"),
    )
    for actions in (
        actions.format(
            new="insert into titles_fts(rowid, title) values (new.id, new.title);",
            old="insert into titles_fts(titles_fts, rowid, title) "
            "values ('delete', old.id, old.title);",
        ),
    )
)

# What stands beside hits, in an index: to read a date behind a body, SQLite reads the whole text.
FACTS = (
    "create index articles_facts on articles"
    "(id, site, section, published_on, published_at, changed_at, removed_at)"
)

SEARCH = (
    FACTS,
    "create table unindexed (article integer primary key) strict",
    ARTICLES_TEXT,
    f"create virtual table articles_fts using fts5 ({COLUMNS}, content='articles_text', "
    f"content_rowid='id', {TOKENIZER})",
    "create virtual table titles_fts using fts5 (title, content='articles', content_rowid='id', "
    f"{TOKENIZER})",
    *TRIGGERS,
    *TITLE_TRIGGERS,
    "insert into articles_fts(articles_fts) values ('rebuild')",
    "insert into titles_fts(titles_fts) values ('rebuild')",
)
