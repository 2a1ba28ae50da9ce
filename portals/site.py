"""Site: one portal watched. One TOML file each in `portals/sites` and in the folder that LOA_SITES names; the file's name is the site's key."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portals.errors import PortalFileError, UnknownSiteError
from portals.platform import ArticleRules, platform_of
from portals.strict_toml import read_toml, shape_toml

FOLDER = Path(__file__).parent / "sites"
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")

Level = Literal["commune", "district", "province", "ministry", "department", "other"]


@dataclass(frozen=True, slots=True)
class Publisher:
    """The authority that speaks on the portal, in its own language. `area_code`: the statistics office's code of the area, as of the site file's note."""

    name: str = ""
    level: Level | None = None
    area_code: str = ""


@dataclass(frozen=True, slots=True)
class ListingAddress:
    """An address that names articles."""

    kind: Literal["html", "rss", "atom", "sitemap"]
    url: str
    section: str | None = None


@dataclass(frozen=True, slots=True)
class CrawlRules:
    """How the portal is visited. `delay`: seconds between two requests to one host, which robots.txt may only lengthen.

    `allow_private`: the operator names a private or loopback address on purpose. `sections`: follow the sections that listings link to.
    """

    delay: float = 3.0
    max_pages: int = 5000
    max_depth: int = 50
    allow_private: bool = False
    sections: bool = True
    attachments: bool = True


@dataclass(frozen=True, slots=True)
class Site:
    """One portal. `hosts` adds further host[:port] names to that of `url`; `article` holds selectors tried before those of the platform."""

    name: str
    url: str
    platform: str | None = None
    language: str = "vi"
    timezone: str = "Asia/Ho_Chi_Minh"
    hosts: tuple[str, ...] = ()
    publisher: Publisher = Publisher()
    crawl: CrawlRules = CrawlRules()
    listing: tuple[ListingAddress, ...] = ()
    article: ArticleRules = ArticleRules()
    key: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The portal's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def all_hosts(self) -> frozenset[str]:
        """Every host[:port] that belongs to the portal."""
        return frozenset({urlsplit(self.url).netloc.lower(), *self.hosts})


def load_site(path: Path) -> Site:
    """The site of one TOML file. Raises PortalFileError."""
    if not KEY.fullmatch(path.stem):
        raise PortalFileError(f"{path}: the file's name is the site's key; use lower-case letters, digits and hyphens")
    tables = read_toml(path)
    if "key" in tables:
        raise PortalFileError(f"{path}: key: is taken from the file's name; remove it")
    site = shape_toml(Site, {**tables, "key": path.stem}, path)
    for key, url in (("url", site.url), *((f"listing[{n}].url", listing.url) for n, listing in enumerate(site.listing))):
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise PortalFileError(f"{path}: {key}: should be an http or https address, not {url!r}")
    try:
        ZoneInfo(site.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise PortalFileError(f"{path}: timezone: {site.timezone!r} is no IANA time zone; write e.g. 'Asia/Ho_Chi_Minh'") from error
    if site.platform is not None:
        try:
            platform_of(site.platform)
        except PortalFileError as error:
            raise PortalFileError(f"{path}: platform: {error}") from error
    if site.crawl.delay < 0:
        raise PortalFileError(f"{path}: crawl.delay: should be 0 or more seconds, not {site.crawl.delay}")
    return site


def site_folders(environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Where site files are read from: our own folder, then the folder of LOA_SITES."""
    folders = [FOLDER]
    if environment.get("LOA_SITES"):
        extra = Path(environment["LOA_SITES"])
        if not extra.is_dir():
            raise PortalFileError(f"LOA_SITES={extra}: is no folder; create it or unset the variable")
        folders.append(extra)
    return folders


def load_sites(folders: list[Path] | None = None) -> dict[str, Site]:
    """Every site by key; a file of LOA_SITES takes the place of ours with the same name. Raises PortalFileError."""
    files = [path for folder in (site_folders() if folders is None else folders) for path in sorted(folder.glob("*.toml"))]
    return {path.stem: load_site(path) for path in files}


def site_for_address(url: str) -> Site:
    """A site for an address that no file describes: its key is made from the host, its platform is left to its pages.

    A private or loopback address is allowed, because a person named it.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UnknownSiteError(f"{url!r}: is neither the key of a site file nor an http address; `loa status` lists the sites")
    return Site(name=parts.netloc.lower(), url=f"{parts.scheme}://{parts.netloc.lower()}/", key=key_for_host(parts.netloc), crawl=replace(CrawlRules(), allow_private=True))


def key_for_host(host: str) -> str:
    """A site key for host[:port]: `127.0.0.1:18080` gives `127-0-0-1-18080`, a leading `www.` is left out."""
    return re.sub(r"[^a-z0-9]+", "-", host.lower().removeprefix("www.")).strip("-")[:63]
