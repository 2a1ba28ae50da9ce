"""Indices and a table for pages about portals, visits and issues."""

PORTALS = (
    # A day's articles by portal. Only the index says of a first of a month whether it is a day.
    "create index articles_of_day on articles(published_on, site, published_at, "
    "published_precision)",
    "create index issues_still_open on issues(kind, site) where closed_at is null",
    """create table site_platforms (
        site text not null references sites(key),
        platform text not null,
        first_seen_at text not null,
        last_seen_at text not null,
        primary key (site, platform)
    ) strict, without rowid""",
    """insert into site_platforms (site, platform, first_seen_at, last_seen_at)
        select site, platform, min(fetched_at), max(fetched_at) from captures
        where platform is not null group by site, platform""",
    *(
        f"""create trigger site_platforms_{event.split()[0]} after {event} on captures
        when new.platform is not null begin
            insert into site_platforms (site, platform, first_seen_at, last_seen_at)
            values (new.site, new.platform, new.fetched_at, new.fetched_at)
            on conflict (site, platform) do update
                set first_seen_at = min(first_seen_at, excluded.first_seen_at),
                    last_seen_at = max(last_seen_at, excluded.last_seen_at)
                where excluded.first_seen_at not between first_seen_at and last_seen_at; end"""
        for event in ("insert", "update of platform")
    ),
)
