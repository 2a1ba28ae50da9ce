"""The family that a site's pages show, stored with the site."""

from sqlite3 import Connection

from pipelines.keep.records.sites import family_of_site
from pipelines.outcomes import LIKE_ARTICLE, Outcome
from pipelines.read.reading import Reading
from portals.platform import Platform, platform_of
from portals.site import Site

# Earlier pages that show whether the signs on an article are the portal's.
LOOKED_BACK = 20


def learn_family(db: Connection, site: Site, reading: Reading | None) -> Platform:
    """The family whose rules apply to this page's addresses; a new one is stored.

    A listing shows the family. An article alone does not, because pasted text bears the signs of
    its origin. A broad family yields to a narrower one: a front page may only show the framework
    that the articles' family is built on.
    """
    known = site.platform or family_of_site(db, site.key)
    if (
        reading is not None
        and site.platform is None
        and narrows(reading.platform, known)
        and _is_shown(db, site, reading)
    ):
        db.execute("update sites set platform = ? where key = ?", (reading.platform, site.key))
        known = reading.platform
    return platform_of((reading.platform if reading else None) or known or "generic")


def _is_shown(db: Connection, site: Site, reading: Reading) -> bool:
    """Whether the signs are on a listing, or on an article and most pages read before it."""
    if reading.kind != "article":
        return reading.kind == "listing"
    row = db.execute(
        f"""select count(*) as pages, ifnull(sum(platform = ?), 0) as same from (
            select platform from captures
            where site = ? and (outcome = '{Outcome.LISTING}' or outcome {LIKE_ARTICLE})
            order by id desc limit ?)""",
        (reading.platform, site.key, LOOKED_BACK),
    ).fetchone()
    return bool(2 * (row["same"] + 1) > row["pages"] + 1)


def narrows(platform: str | None, known: str | None) -> bool:
    """Whether a family is narrower than the known one, or the first."""
    if platform is None or platform == "generic":
        return False
    return known is None or (
        platform_of(known).detect.broad and not platform_of(platform).detect.broad
    )
