"""The rows of sites, filled from their files."""

from datetime import datetime
from sqlite3 import Connection
from typing import Literal

from pipelines.keep.database.timestamps import utc_text
from portals.site import Site

Origin = Literal["file", "import", "address"]  # what first named the site


def family_of_site(db: Connection, site: str) -> str | None:
    """The CMS family in a site's row: from its file, or learned from its pages."""
    row = db.execute("select platform from sites where key = ?", (site,)).fetchone()
    family: str | None = row["platform"]
    return family


def keep_site(db: Connection, site: Site, origin: Origin, at: datetime) -> None:
    """Write the site's row from its file.

    A platform learned from pages stays if the file names none. The language and time zone from a
    file stay after the file is gone.
    """
    db.execute(
        """insert into sites (key, name, url, platform, publisher, level, area_code, language,
            timezone, origin, first_seen_at)
        values (:key, :name, :url, :platform, :publisher, :level, :area_code, :language,
            :timezone, :origin, :at)
        on conflict (key) do update set
            name = iif(excluded.origin = 'file', excluded.name, name),
            url = excluded.url,
            platform = coalesce(excluded.platform, platform),
            publisher = coalesce(excluded.publisher, publisher),
            level = coalesce(excluded.level, level),
            area_code = coalesce(excluded.area_code, area_code),
            language = iif(excluded.origin = 'file' or origin <> 'file',
                excluded.language, language),
            timezone = iif(excluded.origin = 'file' or origin <> 'file',
                excluded.timezone, timezone),
            origin = iif(excluded.origin = 'file', 'file', origin)""",
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
            "origin": origin,
            "at": utc_text(at),
        },
    )
