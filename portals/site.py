"""Site: one portal watched. One TOML file each in `portals/sites` and in the folder that LOA_SITES names; the file's name is the site's key."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portals.countries import country_of_host, main_zone
from portals.errors import PortalFileError, UnknownSiteError
from portals.platform import ArticleRules, platform_of
from portals.public_addresses import is_private_by_name
from portals.strict_toml import read_toml, shape_toml

FOLDER = Path(__file__).parent / "sites"
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::\d{1,5})?")
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
LONGEST_DELAY = (
    3600  # seconds; a longer one is a typing error, or a portal that should be left alone
)
LONGEST_TIMEOUT = 300  # seconds; a portal that needs more for a page cannot be crawled at all
VIETNAM = "Asia/Ho_Chi_Minh"
UNDETERMINED = "und"  # BCP 47's word for a language that nobody named
SPAN = re.compile(r"([1-9][0-9]{0,3})([mhd])")
SHORTEST_INTERVAL, LONGEST_INTERVAL = (
    timedelta(minutes=15),
    timedelta(days=30),
)  # how often the printed timers look; within a month a portal may be gone

Level = Literal["commune", "district", "province", "ministry", "department", "other"]


@dataclass(frozen=True)
class Publisher:
    """The authority that speaks on the portal, in its own language. `area_code`: the statistics office's code of the area, as of the site file's note."""

    name: str = ""
    level: Level | None = None
    area_code: str = ""


@dataclass(frozen=True)
class ListingAddress:
    """An address that names articles."""

    kind: Literal["html", "rss", "atom", "sitemap"]
    url: str
    section: str | None = None


@dataclass(frozen=True)
class TlsException:
    """One certificate that is taken although it does not stand the test. `host`: host, or host:port beside 443; `sha256`: its fingerprint; `why`: a note."""

    host: str
    sha256: str
    why: str = ""


@dataclass(frozen=True)
class CrawlRules:
    """How the portal is visited. `delay`: seconds between two requests to one host, which robots.txt may only lengthen.

    `interval`: from one visit to the next, as in '30m', '6h' or '2d', or 'adaptive': found from how often the portal publishes.
    `timeout`: seconds that one answer may take, from connecting to its last byte.
    `allow_private`: the operator names a private or loopback address on purpose; it holds for the site's own hosts.
    `answer_challenges`: send back the cookie that a page of script sets before it loads itself again.
    `browser`: have a browser fill the pages that come as an empty shell for scripts to fill (needs the extra `loa[browser]` and the system's Chromium).
    `sections`: follow the sections and feeds that listings link to.
    """

    interval: str = "adaptive"
    delay: float = 3.0
    timeout: float = 30.0
    max_pages: int = 5000
    max_depth: int = 50
    allow_private: bool = False
    answer_challenges: bool = False
    browser: bool = False
    sections: bool = True
    attachments: bool = True

    @property
    def fixed_interval(self) -> timedelta | None:
        """The time from one visit to the next; None where it is adaptive."""
        span = SPAN.fullmatch(self.interval)
        return (
            timedelta(minutes=int(span[1]) * {"m": 1, "h": 60, "d": 1440}[span[2]])
            if span
            else None
        )


@dataclass(frozen=True)
class Site:
    """One portal. `hosts` adds further host[:port] names to that of `url`; `article` holds selectors tried before those of the platform.

    `language` is that of all its articles; where it is `und`, each page tells its own.
    """

    name: str
    url: str
    platform: str | None = None
    language: str = "vi"
    timezone: str = VIETNAM
    hosts: tuple[str, ...] = ()
    publisher: Publisher = Publisher()
    crawl: CrawlRules = CrawlRules()
    listing: tuple[ListingAddress, ...] = ()
    tls_exception: tuple[TlsException, ...] = ()
    article: ArticleRules = field(default_factory=ArticleRules)
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
        raise PortalFileError(
            f"{path}: the file's name is the site's key; use lower-case letters, digits and hyphens"
        )
    tables = read_toml(path)
    if "key" in tables:
        raise PortalFileError(f"{path}: key: is taken from the file's name; remove it")
    site = shape_toml(Site, {**tables, "key": path.stem}, path)
    for key, wrong in _faults(site, tables):
        raise PortalFileError(f"{path}: {key}: {wrong}")
    return site


def _faults(site: Site, tables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(key, what should stand there) of each value that has the right type and can still not be meant."""
    addresses = [
        ("url", site.url),
        *((f"listing[{n}].url", listing.url) for n, listing in enumerate(site.listing)),
    ]
    for key, url in addresses:
        if not is_address(url):
            yield key, f"should be an http or https address, not {url!r}"
    for n, host in enumerate(site.hosts):
        if not HOST.fullmatch(host):
            yield (
                f"hosts[{n}]",
                f"should be a host as in 'www.example.gov.vn' or 'example.gov.vn:8080', not {host!r}",
            )
    for key, url in addresses[1:]:
        if is_address(url) and urlsplit(url).netloc.lower().removeprefix("www.") not in {
            host.removeprefix("www.") for host in site.all_hosts
        }:
            yield (
                key,
                f"lies on another host than the site, so it would never be asked for; add {urlsplit(url).netloc!r} to hosts",
            )
    for n, exception in enumerate(site.tls_exception):
        if exception.host not in site.all_hosts:
            yield (
                f"tls_exception[{n}].host",
                f"should be one of the site's hosts ({', '.join(sorted(site.all_hosts))}), not {exception.host!r}",
            )
        if not FINGERPRINT.fullmatch(exception.sha256):
            yield (
                f"tls_exception[{n}].sha256",
                f"should be the 64 hexadecimal digits of a certificate's SHA-256 in lower case, not {exception.sha256!r}",
            )
    try:
        ZoneInfo(site.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Asia" is a folder of zones
        yield "timezone", f"{site.timezone!r} is no IANA time zone; write e.g. 'Asia/Ho_Chi_Minh'"
    if site.platform is not None:
        try:
            platform_of(site.platform)
        except PortalFileError as error:
            yield "platform", str(error)
    every = site.crawl.fixed_interval
    if site.crawl.interval != "adaptive" and (
        every is None or not SHORTEST_INTERVAL <= every <= LONGEST_INTERVAL
    ):
        yield (
            "crawl.interval",
            f"should be 'adaptive', or from 15 minutes to 30 days as in '30m', '6h' or '2d', not {site.crawl.interval!r}",
        )
    if not 0 <= site.crawl.delay <= LONGEST_DELAY:
        yield "crawl.delay", f"should be 0 to {LONGEST_DELAY} seconds, not {site.crawl.delay}"
    if not 0 < site.crawl.timeout <= LONGEST_TIMEOUT:
        yield (
            "crawl.timeout",
            f"should be more than 0 and at most {LONGEST_TIMEOUT} seconds, not {site.crawl.timeout}",
        )
    for key, number in (
        ("crawl.max_pages", site.crawl.max_pages),
        ("crawl.max_depth", site.crawl.max_depth),
    ):
        if number < 1:
            yield key, f"should be 1 or more, not {number}"
    for key in ("lead_in_body", "byline_in_body"):
        if key in tables.get("article", {}):
            yield f"article.{key}", "is for the family to say, not for a site; remove it"


def is_address(url: str) -> bool:
    """Whether a text is an absolute http or https address, without user name and password, which would end up in an archive that is shown."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:  # brackets that are no IPv6 address, a port that is no number
        return False


def site_folders(environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Where site files are read from: our own folder, then the folder of LOA_SITES."""
    folders = [FOLDER]
    if environment.get("LOA_SITES"):
        extra = Path(environment["LOA_SITES"])
        if not extra.is_dir():
            raise PortalFileError(
                f"LOA_SITES={extra}: is no folder; create it or unset the variable"
            )
        folders.append(extra)
    return folders


def load_sites(folders: list[Path] | None = None) -> dict[str, Site]:
    """Every site by key; a file of LOA_SITES takes the place of ours with the same name. Raises PortalFileError."""
    files = [
        path
        for folder in (site_folders() if folders is None else folders)
        for path in sorted(folder.glob("*.toml"))
    ]
    return {path.stem: load_site(path) for path in files}


def site_for_address(url: str) -> Site:
    """A site for an address that no file describes: its key is made from the host, its platform and its language are left to its pages. Its zone is that
    of the country that the host's ending names, if that has one.

    A private or loopback address is allowed, because a person named it: an address or localhost, that is. Where another name leads, nobody has named.
    """
    if not is_address(url):
        raise UnknownSiteError(
            f"{url!r}: is neither the key of a site file nor an http address; `loa status` lists the sites"
        )
    parts = urlsplit(url)
    return Site(
        name=parts.netloc.lower(),
        timezone=main_zone(country_of_host(parts.hostname or "")) or VIETNAM,
        url=f"{parts.scheme}://{parts.netloc.lower()}/",
        language=UNDETERMINED,
        key=key_for_host(parts.netloc),
        crawl=CrawlRules(allow_private=is_private_by_name(parts.hostname or "")),
    )


def key_for_host(host: str) -> str:
    """A site key for host[:port]: `127.0.0.1:18080` gives `127-0-0-1-18080`, a leading `www.` is left out."""
    return re.sub(r"[^a-z0-9]+", "-", host.lower().removeprefix("www.")).strip("-")[:63]
