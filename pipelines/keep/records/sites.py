"""The rows of sites: filled from their files, with the family that their pages show."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection
from typing import Any, Literal

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import utc_text
from pipelines.outcomes import LIKE_ARTICLE, Outcome
from pipelines.read.reading import Reading
from portals.errors import PortalFileError
from portals.platform import Platform, platform_of
from portals.settings import settings_text, site_of_settings
from portals.site import UNDETERMINED, Publisher, Site

Origin = Literal["file", "import", "address"]  # what first named the site
OF_FILE = "excluded.origin = 'file'"
LOOKED_BACK = 20  # earlier pages that show whether the signs on an article are the portal's


def keep_site(
    db: Connection, site: Site, origin: Origin, at: datetime, *, restated: bool = False
) -> None:
    """Write the site's row from its file.

    A platform learned from pages stays if the file names none. What a file says stays after the
    file is gone. An import never changes the name, address or settings of a known site, unless it
    made the site itself and they are `restated`.
    """
    db.execute(
        f"""insert into sites (key, name, url, platform, publisher, level, area_code, language,
            timezone, settings, origin, first_seen_at)
        values (:key, :name, :url, :platform, :publisher, :level, :area_code, :language,
            :timezone, :settings, :origin, :at)
        on conflict (key) do update set
            name = iif({OF_FILE} or :restated, excluded.name, name),
            url = iif(excluded.origin <> 'import' or :restated, excluded.url, url),
            platform = coalesce(excluded.platform, platform),
            publisher = coalesce(excluded.publisher, publisher),
            level = coalesce(excluded.level, level),
            area_code = coalesce(excluded.area_code, area_code),
            language = iif({OF_FILE} or origin <> 'file', excluded.language, language),
            timezone = iif({OF_FILE} or origin <> 'file', excluded.timezone, timezone),
            settings = iif({OF_FILE} or :restated or settings is null, excluded.settings, settings),
            origin = iif({OF_FILE}, 'file', origin)""",
        {
            "key": site.key,
            "name": site.name,
            "url": site.url,
            "platform": site.platform,
            "publisher": site.publisher.name or None,
            "level": site.publisher.level,
            "area_code": site.publisher.area_code or None,
            "language": site.language,
            "timezone": site.timezone,
            "settings": settings_text(site),
            "origin": origin,
            "restated": restated,
            "at": utc_text(at),
        },
    )


def described_site(row: Mapping[str, Any]) -> Site:
    """A site as its row in the archive describes it, without permissions."""
    with suppress(PortalFileError):  # a family may be gone since
        if row["settings"] is not None:
            site = site_of_settings(row["key"], row["settings"])
            return replace(site, name=row["name"], url=row["url"])
    of_file = row["origin"] == "file"
    return Site(
        key=row["key"],
        name=row["name"],
        url=row["url"],
        platform=row["platform"] if of_file else None,
        language=row["language"] if of_file else UNDETERMINED,
        timezone=row["timezone"],
        publisher=Publisher(name=row["publisher"] or ""),
    )


def family_of_site(db: Connection, site: str) -> str | None:
    """The CMS family in a site's row: from its file, or learned from its pages."""
    family: str | None = first_value(db, "select platform from sites where key = ?", (site,))
    return family


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
