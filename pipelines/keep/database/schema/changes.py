"""What lists of edits, of vanished articles and of copies need to be read by portal and by time.

Revisions and sightings name their article, not its portal. A column `site` of theirs would break
the SQL of people who join them with articles. So small tables list what each portal did; triggers
keep them, so that no code can forget a row.
"""

EDITS = (
    """create table edits (
        revision integer primary key,
        site text not null,
        seen_at text not null,
        changed_by text not null
    ) strict""",
    """insert into edits (revision, site, seen_at, changed_by)
        select revisions.id, site, seen_at, changed_by
        from revisions join articles on articles.id = article where changed_by is not null""",
    "create index edits_by_time on edits(changed_by, seen_at)",
    "create index edits_by_site on edits(site, changed_by, seen_at)",
    """create trigger revisions_edits_insert after insert on revisions
        when new.changed_by is not null begin
        insert into edits (revision, site, seen_at, changed_by)
            select new.id, site, new.seen_at, new.changed_by from articles where id = new.article;
        end""",
    """create trigger revisions_edits_update after update of article, seen_at, changed_by
        on revisions when new.changed_by is not null or old.changed_by is not null begin
        delete from edits where revision = old.id;
        insert into edits (revision, site, seen_at, changed_by)
            select new.id, site, new.seen_at, new.changed_by from articles
            where id = new.article and new.changed_by is not null;
        end""",
    """create trigger revisions_edits_delete after delete on revisions
        when old.changed_by is not null begin
        delete from edits where revision = old.id;
        end""",
)

# `there` is the state before an article vanished, never the last one.
VANISHED = (
    """create table vanished (
        sighting integer primary key,
        site text not null,
        state text not null,
        since_at text not null
    ) strict""",
    """insert into vanished (sighting, site, state, since_at)
        select sightings.id, site, state, since_at
        from sightings join articles on articles.id = article
        where until_at is null and state <> 'there'""",
    "create index vanished_by_time on vanished(since_at)",
    "create index vanished_by_site on vanished(site, since_at)",
    """create trigger sightings_vanished_insert after insert on sightings
        when new.until_at is null and new.state <> 'there' begin
        insert into vanished (sighting, site, state, since_at)
            select new.id, site, new.state, new.since_at from articles where id = new.article;
        end""",
    """create trigger sightings_vanished_update after update on sightings begin
        delete from vanished where sighting = old.id;
        insert into vanished (sighting, site, state, since_at)
            select new.id, site, new.state, new.since_at from articles
            where id = new.article and new.until_at is null and new.state <> 'there';
        end""",
    """create trigger sightings_vanished_delete after delete on sightings begin
        delete from vanished where sighting = old.id;
        end""",
)

GROUPS = (
    "alter table copy_groups add column newest_on text",
    """update copy_groups set newest_on = (
        select max(ifnull(published_on, substr(first_seen_at, 1, 10)))
        from copies join articles on articles.id = copies.article
        where copy_group = copy_groups.id)""",
    "create index copy_groups_by_day on copy_groups(newest_on)",
)

CHANGES = (*EDITS, *VANISHED, *GROUPS)
