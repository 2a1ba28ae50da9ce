"""The order in which the archive learned what there is to tell: new articles, edits, removals.

Times cannot order it: an import brings captures of long ago, a removal is certain days after it was
first seen, an edit has its name at the end of a run. Row numbers cannot either: SQLite gives the
number of a deleted last row again, and a history that is worked out anew gives its rows others. So
each thing to tell gets the next number of this table, once; triggers see to it. `autoincrement`
never gives a number twice, so who remembers a number misses nothing that comes after it.

What is told is read from the other tables when it is asked for. A row whose text or state is no
longer on record tells nothing. If the record was joined with another, `article` is empty.
"""

TABLE = (
    """create table announcements (
        number integer primary key autoincrement,
        kind text not null check (kind in ('new', 'edited', 'removed')),
        site text not null,
        article integer,
        state text not null default '',
        seen_at text not null,
        told_at text not null
    ) strict""",
)
# New articles come in the order of their rows: a search, which finds the last rows first, then
# gives them in the order of this table.
FILL = (
    """insert into announcements (kind, site, article, state, seen_at, told_at)
        select kind, site, article, state, seen_at, told_at from (
            select 'new' as kind, site, id as article, '' as state, first_seen_at as seen_at,
                first_seen_at as told_at, max(first_seen_at) over (order by id) as place
            from articles
            union all
            select 'edited', site, article, '', revisions.seen_at, revisions.seen_at,
                revisions.seen_at
            from revisions join articles on articles.id = article where changed_by = 'portal'
            union all
            select 'removed', site, article, state, since_at, confirmed_at, confirmed_at
            from sightings join articles on articles.id = article where state <> 'there')
        order by place, article""",
)
INDICES = (
    "create unique index announcements_once on announcements(article, kind, state, seen_at)",
    "create index announcements_by_kind on announcements(kind)",
    "create index announcements_by_site on announcements(site, kind)",
)
# When the archive learned it: an import tells today of what was seen years ago.
TOLD = "max({at}, ifnull((select started_at from runs order by id desc limit 1), {at}))"
EDIT = f"""insert or ignore into announcements (kind, site, article, seen_at, told_at)
            select 'edited', site, new.article, new.seen_at, {TOLD.format(at="new.seen_at")}
            from articles where id = new.article and new.changed_by = 'portal';"""
TRIGGERS = (
    f"""create trigger articles_announced after insert on articles begin
        insert into announcements (kind, site, article, seen_at, told_at)
            values ('new', new.site, new.id, new.first_seen_at,
                {TOLD.format(at="new.first_seen_at")});
        end""",
    """create trigger articles_announced_delete after delete on articles begin
        update announcements set article = null where article = old.id;
        end""",
    f"""create trigger revisions_announced_insert after insert on revisions
        when new.changed_by is not null begin
        {EDIT}
        end""",
    # An edit that goes to another record, or proves to be older, is no other one.
    f"""create trigger revisions_announced_update after update of article, seen_at, changed_by
        on revisions begin
        update or ignore announcements set article = new.article, seen_at = new.seen_at
            where article = old.article and kind = 'edited' and seen_at = old.seen_at
                and (new.article, new.seen_at) <> (old.article, old.seen_at);
        {EDIT}
        end""",
    f"""create trigger sightings_announced after insert on sightings
        when new.state <> 'there' begin
        insert or ignore into announcements (kind, site, article, state, seen_at, told_at)
            select 'removed', site, new.article, new.state, new.since_at,
                {TOLD.format(at="new.confirmed_at")}
            from articles where id = new.article;
        end""",
)

ANNOUNCEMENTS = (*TABLE, *FILL, *INDICES, *TRIGGERS)
