"""Indices and counts for lists of articles, so that no page reads a whole table.

In a row of `articles` the body stands before the dates: to read a date, SQLite reads the whole
text. So each list has an index that holds what it sorts and filters by. Triggers keep the counts,
so that no code can forget an article that is merged, split, dated anew or taken away.
"""

INDICES = (
    "create index articles_by_time on articles(published_on, published_at)",
    "create index articles_by_site on articles(site, published_on, published_at)",
    "create index articles_by_site_section on articles(site, section, published_on, published_at)",
    "create index articles_by_first_seen on articles(first_seen_at)",
    "create index articles_changed on articles(changed_at) where changed_at is not null",
    "create index articles_changed_by_site on articles(site, changed_at) "
    "where changed_at is not null",
    "create index articles_removed on articles(removed_at) where removed_at is not null",
    "create index articles_removed_by_site on articles(site, removed_at) "
    "where removed_at is not null",
    "create index articles_by_revision on articles(revision)",
    "create index revisions_by_time on revisions(seen_at)",
    "create index runs_by_site on runs(site, started_at)",
    "create index runs_by_start on runs(started_at)",
    "create index issues_by_opening on issues(opened_at)",
    "create index sightings_by_state on sightings(state, since_at)",
    "create index captures_by_site_run on captures(site, run, outcome)",
    "create index pages_looked_at on pages(site, last_fetched_at) "
    "where kind = 'article' and state = 'held' and article is not null",
    # As pages of portals ask for them, word for word.
    "create index pages_that_list on pages(site, kind, priority) "
    "where kind in ('listing', 'feed', 'sitemap')",
    "create index pages_left on pages(left_from) where left_from is not null",
    # The new ones begin with the same columns.
    "drop index articles_by_day",
    "drop index articles_by_section",
)

TABLES = (
    """create table article_counts (
        site text not null references sites(key),
        month text not null,
        articles integer not null,
        edited integer not null,
        removed integer not null,
        primary key (site, month)
    ) strict, without rowid""",
    """create table section_counts (
        site text not null references sites(key),
        section text not null,
        articles integer not null,
        primary key (site, section)
    ) strict, without rowid""",
)

MONTH = "ifnull(substr({row}.published_on, 1, 7), '')"
FILL = (
    f"""insert into article_counts (site, month, articles, edited, removed)
        select site, {MONTH.format(row="articles")}, count(*), count(changed_at), count(removed_at)
        from articles group by 1, 2""",
    """insert into section_counts (site, section, articles)
        select site, section, count(*) from articles where section is not null group by 1, 2""",
)

COUNTED = ("site", "section", "published_on", "changed_at", "removed_at")
CHANGED = " or ".join(f"new.{name} is not old.{name}" for name in COUNTED)
ADD = f"""
    insert into article_counts (site, month, articles, edited, removed)
        values (new.site, {MONTH.format(row="new")}, 1, new.changed_at is not null,
            new.removed_at is not null)
        on conflict (site, month) do update set articles = articles + 1,
            edited = edited + excluded.edited, removed = removed + excluded.removed;
    insert into section_counts (site, section, articles)
        select new.site, new.section, 1 where new.section is not null
        on conflict (site, section) do update set articles = articles + 1;"""
OLD = f"site = old.site and month = {MONTH.format(row='old')}"
OLD_SECTION = "site = old.site and section = old.section"
TAKE = f"""
    update article_counts set articles = articles - 1,
        edited = edited - (old.changed_at is not null),
        removed = removed - (old.removed_at is not null) where {OLD};
    delete from article_counts where {OLD} and articles = 0;
    update section_counts set articles = articles - 1 where {OLD_SECTION};
    delete from section_counts where {OLD_SECTION} and articles = 0;"""
TRIGGERS = (
    f"create trigger articles_counted_insert after insert on articles begin{ADD} end",
    f"create trigger articles_counted_update after update of {', '.join(COUNTED)} on articles "
    f"when {CHANGED} begin{TAKE}{ADD} end",
    f"create trigger articles_counted_delete after delete on articles begin{TAKE} end",
)

LISTS = (*INDICES, *TABLES, *FILL, *TRIGGERS)
