"""The SITEs on a command line: keys of site files, addresses, and sites in the archive."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from crawler.crawl import Choice
from pipelines.keep.database.archive import read_archive
from pipelines.read.addresses.canonical import canonical_url
from portals.errors import UnknownSiteError
from portals.site import UNDETERMINED, Publisher, Site, key_for_host, load_sites, site_for_address


def choose_sites(names: Sequence[str], archive: Path) -> list[Choice]:
    """The sites that keys and addresses name, or all site files if there are no names.

    Raises UnknownSiteError and PortalFileError.
    """
    files = load_sites()
    if not names:
        if not files:
            raise UnknownSiteError(
                "there are no site files; name an address, or put a site file into $LOA_SITES"
            )
        return [(site, "file") for site in files.values()]
    return [_choose(name, files, archive) for name in dict.fromkeys(names)]


def _choose(name: str, files: dict[str, Site], archive: Path) -> Choice:
    if name in files:
        return files[name], "file"
    if "://" in name:
        if canonical_url(name) is None:
            raise UnknownSiteError(
                f"{name}: not a web address; write one like https://example.gov.vn/"
            )
        known = site_on_hosts(site_for_address(name), files)
        return (known, "file") if known else (site_for_address(name), "address")
    held = archived_site(name, archive)
    if held is None:
        near = [key for key in files if name.lower() in key or key_for_host(name) == key]
        hint = "`loa status` and portals/sites list the sites; an address begins with http"
        if near:
            hint = f"did you mean {', '.join(near)}?"
        raise UnknownSiteError(f"{name!r}: no site file or archived site has this name; {hint}")
    return held, "address"


def site_on_hosts(site: Site, files: Mapping[str, Site]) -> Site | None:
    """The site file that watches a host of this site, if there is one."""
    return next((known for known in files.values() if known.all_hosts & site.all_hosts), None)


def require_site(db: sqlite3.Connection, key: str, archive: Path) -> None:
    """Raise UnknownSiteError if the archive does not know this site."""
    if db.execute("select 1 from sites where key = ?", (key,)).fetchone() is None:
        raise UnknownSiteError(
            f"{key!r}: is not in {archive}; `loa status` lists the sites that are there"
        )


def archived_site(key: str, archive: Path) -> Site | None:
    """A site without a file, made from its row in the archive; None for an unknown key."""
    if not archive.exists():
        return None
    with read_archive(archive) as db:
        row = db.execute("select * from sites where key = ?", (key,)).fetchone()
    if row is None:
        return None
    site = Site(
        key=key,
        name=row["name"],
        url=row["url"],
        platform=row["platform"],
        language=row["language"] if row["origin"] == "file" else UNDETERMINED,
        timezone=row["timezone"],
        publisher=Publisher(name=row["publisher"] or ""),
    )
    # Only an address that the operator typed may be private, not one from an import.
    typed = row["origin"] == "address"
    return replace(site, crawl=site_for_address(site.url).crawl) if typed else site
