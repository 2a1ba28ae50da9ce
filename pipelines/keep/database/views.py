"""The views of the archive, as released. `migrations.py` makes them; never edit one."""

NOT_TAKEN = "(outcome like 'refused-%' or outcome in ('redirect-offsite', 'redirect-loop'))"
NOT_HAD = (
    "outcome in ('failed', 'server-error', 'client-error', 'bad-certificate', 'blocked-address')"
)
COVERAGE = f"""create view coverage as
        select site, substr(fetched_at, 1, 10) as utc_day,
            (select count(*) from pages where pages.site = captures.site and substr(first_seen_at, 1, 10) = substr(captures.fetched_at, 1, 10)
                and kind = 'article') as listed,
            count(*) as fetched,
            sum(outcome in ('article-new', 'article-changed', 'attachment')) as stored,
            sum(outcome in ('article-unchanged', 'not-modified')) as unchanged,
            sum({NOT_TAKEN}) as refused, sum({NOT_HAD}) as failed, sum(outcome = 'gone') as gone,
            (select group_concat(outcome || ' ' || times, ', ') from (
                select outcome, count(*) as times from captures as one
                where one.site = captures.site and substr(one.fetched_at, 1, 10) = substr(captures.fetched_at, 1, 10)
                    and ({NOT_TAKEN} or {NOT_HAD} or outcome = 'gone') group by outcome)) as why
        from captures where {{unless}} group by site, substr(fetched_at, 1, 10)"""
LOSSES = """create view losses as
    select id as capture, site, url, fetched_at, outcome, warc_file, lost_at,
        (select min(id) from captures as later where later.url = lost.url and later.site = lost.site and later.id > lost.id
            and later.lost_at is null and later.warc_file is not null and (later.outcome = lost.outcome
                or (later.status = 200 and later.outcome not like 'refused-%' and later.outcome not in ('article-older', 'awaits-browser')))) as again
    from captures as lost where lost_at is not null"""
