"""What the steps 0029 and 0030 fill in for articles already held. Released: never edit it."""

# Only of its present text does an archive know the pictures.
REFERENCES_OF_PRESENT = """update revisions set section = articles.section,
    images = (select ifnull(json_group_array(json_object('url', url, 'caption', caption)), '[]')
        from (select url, caption from images where article = articles.id order by position)),
    attachments = (select ifnull(json_group_array(json_object('url', url, 'name', name)), '[]')
        from (select url, name from attachments where article = articles.id order by id))
from articles where articles.revision = revisions.id"""

# A text in several parts was seen when the last of them came. A text that was read again later has
# two revisions of one capture: the newer one counts. A page whose text was unchanged showed the
# revision before it.
SHOWN = (
    """update captures set revision = read.revision from (
        select captures.id as capture, max(revisions.id) as revision
        from revisions left join article_parts on article_parts.revision = revisions.id
            join captures on captures.id = ifnull(article_parts.capture, revisions.capture)
        where captures.fetched_at = revisions.seen_at group by captures.id) as read
    where captures.id = read.capture""",
    """update captures set revision = (
        select revisions.id from revisions
            join pages on pages.article = revisions.article
        where pages.site = captures.site and pages.url = captures.url
            and seen_at <= captures.fetched_at
        order by seen_at desc, seq desc limit 1)
    where outcome = 'article-unchanged' and revision is null""",
    """update captures set printed = (
        select json_array(place, published_on, published_at, published_precision,
            published_evidence, published_raw, 0)
        from printed_dates
        where article = (select article from revisions where id = captures.revision)
            and captures.fetched_at in (first_seen_at, last_seen_at))
    where revision is not null""",
)
