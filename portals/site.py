"""Site: a portal that Loa watches, one TOML file each; the file's name is the site's key.

The files are in `portals/sites`, and in the folder that $LOA_SITES names.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portals.countries import UNKNOWN_ZONE, country_of_host, main_zone
from portals.defaults import DEFAULTS
from portals.errors import PortalFileError, UnknownSiteError
from portals.platform import ArticleRules, platform_of
from portals.public_addresses import is_private_by_name
from portals.strict_toml import read_toml, shape_file

FOLDER = Path(__file__).parent / "sites"
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
LONGEST_KEY = 63  # characters
HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::\d{1,5})?")
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
LONGEST_DELAY = 3600  # seconds; a longer delay is a typing error, or the portal wants no visits
LONGEST_TIMEOUT = 300  # seconds; a portal that needs more for one page cannot be crawled
LARGEST_IMAGE = 16 << 20  # bytes; a worker takes no larger content
UNDETERMINED = "und"  # BCP 47's word for an unknown language
SPAN = re.compile(r"([1-9][0-9]{0,3})([mhd])")
SHORTEST_INTERVAL = timedelta(minutes=15)  # how often the printed timers look
LONGEST_INTERVAL = timedelta(days=30)  # a portal may vanish within a month

Level = Literal["commune", "district", "province", "ministry", "department", "other"]


@dataclass(frozen=True)
class Publisher:
    """The authority that speaks on the portal, named in its own language.

    `area_code`: the statistics office's code of the area.
    """

    name: str = ""
    level: Level | None = None
    area_code: str = ""


@dataclass(frozen=True)
class ListingAddress:
    """The address of a listing, feed or sitemap."""

    kind: Literal["html", "rss", "atom", "json", "sitemap"]
    url: str
    section: str | None = None


@dataclass(frozen=True)
class TlsException:
    """One certificate to accept though it does not verify.

    `host`: host, or host:port if not 443. `sha256`: its fingerprint. `why`: a note.
    """

    host: str
    sha256: str
    why: str = ""


@dataclass(frozen=True)
class CrawlRules:
    """How to visit the portal.

    `delay`: seconds between two requests to one host; robots.txt may only lengthen it. `interval`:
    from one visit to the next, as in '30m', '6h' or '2d', or 'adaptive': depends on how often the
    portal publishes. `timeout`: seconds that one answer may take, from connecting to its last byte.
    `allow_private`: allow private and loopback addresses, for the site's own hosts.
    `answer_challenges`: send back the cookie that a page of script sets before it reloads itself.
    `browser`: let a browser fill the pages that arrive as an empty shell for scripts to fill. Needs
    the extra `loa[browser]` and the system's Chromium. `sections`: follow the sections and feeds
    that listings link to. `keep_images`: fetch the pictures of articles too, each of at most
    `max_image_bytes`, the first `max_images_per_article` of an article, and `max_images_per_visit`.
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
    keep_images: bool = False
    max_image_bytes: int = 5_000_000
    max_images_per_article: int = 20
    max_images_per_visit: int = 500

    @property
    def fixed_interval(self) -> timedelta | None:
        """The time from one visit to the next; None if adaptive."""
        if (span := SPAN.fullmatch(self.interval)) is None:
            return None
        return timedelta(minutes=int(span[1]) * {"m": 1, "h": 60, "d": 1440}[span[2]])


@dataclass(frozen=True)
class Site:
    """One portal.

    `hosts` adds host[:port] names to the one in `url`. `article` holds selectors to try before the
    platform's. `language` holds for all articles; if it is `und`, each page says its own. If it is
    not `enabled`, it gets no visits.
    """

    name: str
    url: str
    enabled: bool = True
    platform: str | None = None
    language: str = DEFAULTS.language
    timezone: str = DEFAULTS.timezone
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

    @cached_property
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
    site = shape_file(Site, tables, path)
    for key, wrong in site_faults(site, tables):
        raise PortalFileError(f"{path}: {key}: {wrong}")
    return site


def site_faults(site: Site, tables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(key, message) for each value that has the right type but is wrong."""
    yield from _address_faults(site)
    yield from _certificate_faults(site)
    try:
        ZoneInfo(site.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Asia" is a folder of zones
        wrong = f"{site.timezone!r} is not an IANA time zone"
        yield "timezone", f"{wrong}; write one like '{DEFAULTS.timezone}'"
    if site.platform is not None:
        try:
            platform_of(site.platform)
        except PortalFileError as error:
            yield "platform", str(error)
    yield from _crawl_faults(site.crawl)
    if "lead_in_body" in tables.get("article", {}):
        why = "belongs in the platform's file, not in a site's; remove it"
        yield "article.lead_in_body", why


def _address_faults(site: Site) -> Iterator[tuple[str, str]]:
    listings = [(f"listing[{n}].url", listing.url) for n, listing in enumerate(site.listing)]
    for key, url in [("url", site.url), *listings]:
        if not is_address(url):
            yield key, f"should be an http or https address, not {url!r}"
    for n, host in enumerate(site.hosts):
        if not HOST.fullmatch(host):
            example = "'www.example.gov.vn' or 'example.gov.vn:8080'"
            yield f"hosts[{n}]", f"should be a host like {example}, not {host!r}"
    own = set(map(_bare, site.all_hosts))
    for key, url in listings:
        host = urlsplit(url).netloc if is_address(url) else ""
        if host and _bare(host.lower()) not in own:
            yield key, f"is on another host, so it would never be fetched; add {host!r} to hosts"


def _certificate_faults(site: Site) -> Iterator[tuple[str, str]]:
    for n, exception in enumerate(site.tls_exception):
        key, host, sum_ = f"tls_exception[{n}]", exception.host, exception.sha256
        if host not in site.all_hosts:
            hosts = ", ".join(sorted(site.all_hosts))
            yield f"{key}.host", f"should be one of the site's hosts ({hosts}), not {host!r}"
        if not FINGERPRINT.fullmatch(sum_):
            wanted = "the 64 hexadecimal digits of a certificate's SHA-256 in lower case"
            yield f"{key}.sha256", f"should be {wanted}, not {sum_!r}"


def _crawl_faults(crawl: CrawlRules) -> Iterator[tuple[str, str]]:
    every = crawl.fixed_interval or timedelta(0)
    if crawl.interval != "adaptive" and not SHORTEST_INTERVAL <= every <= LONGEST_INTERVAL:
        wanted = "'adaptive', or from 15 minutes to 30 days as in '30m', '6h' or '2d'"
        yield "crawl.interval", f"should be {wanted}, not {crawl.interval!r}"
    if not 0 <= crawl.delay <= LONGEST_DELAY:
        yield "crawl.delay", f"should be 0 to {LONGEST_DELAY} seconds, not {crawl.delay}"
    if not 0 < crawl.timeout <= LONGEST_TIMEOUT:
        wanted = f"more than 0 and at most {LONGEST_TIMEOUT} seconds"
        yield "crawl.timeout", f"should be {wanted}, not {crawl.timeout}"
    for key in ("max_pages", "max_depth", "max_images_per_article", "max_images_per_visit"):
        if (number := getattr(crawl, key)) < 1:
            yield f"crawl.{key}", f"should be 1 or more, not {number}"
    if not 1 <= crawl.max_image_bytes <= LARGEST_IMAGE:
        wanted = f"1 to {LARGEST_IMAGE} bytes"
        yield "crawl.max_image_bytes", f"should be {wanted}, not {crawl.max_image_bytes}"


def is_address(url: str) -> bool:
    """Whether a text is an absolute http or https address.

    It may not have a user name or password: people can read them in the archive.
    """
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
        return named and parts.scheme in ("http", "https")
    except ValueError:  # brackets without an IPv6 address, a port that is not a number
        return False


def own_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder of $LOA_SITES; None if it is not set. Raises PortalFileError if it is missing."""
    if not environment.get("LOA_SITES"):
        return None
    folder = Path(environment["LOA_SITES"])
    if not folder.is_dir():
        remedy = "create it or unset the variable"
        raise PortalFileError(f"LOA_SITES={folder}: is not a folder; {remedy}")
    return folder


def sites_in(folder: Path) -> dict[str, Site]:
    """The sites of a folder's files, by key. Raises PortalFileError."""
    return {path.stem: load_site(path) for path in sorted(folder.glob("*.toml"))}


def sites_to_visit(
    environment: Mapping[str, str] = os.environ, *, bundled: bool = False
) -> dict[str, Site]:
    """The sites that take part in a crawl of all, by key: those of $LOA_SITES alone, if it is set.

    `bundled` adds the bundled ones. Raises PortalFileError.
    """
    folder = own_folder(environment)
    return load_sites(environment) if bundled or folder is None else sites_in(folder)


def load_sites(environment: Mapping[str, str] = os.environ) -> dict[str, Site]:
    """Every site that has a file, by key: those of $LOA_SITES first, then the bundled ones.

    A file in $LOA_SITES replaces a bundled one of the same name or host. Raises PortalFileError.
    """
    folder = own_folder(environment)
    own = sites_in(folder) if folder is not None else {}
    hosts = {_bare(host) for site in own.values() for host in site.all_hosts}
    bundled = {
        key: site
        for key, site in sites_in(FOLDER).items()
        if key not in own and not hosts & set(map(_bare, site.all_hosts))
    }
    return own | bundled


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def site_for_address(url: str, taken: Collection[str] = ()) -> Site:
    """A site for an address that has no file.

    Its key is made from the host and is none of the `taken` ones; its pages show platform and
    language; the country that the host ends in gives the zone, else it is unknown. A private
    literal address or localhost is allowed, because a person typed it. Any other name could lead
    anywhere.
    """
    if not is_address(url):
        raise UnknownSiteError(
            f"{url!r}: is neither the key of a site file nor an http address;"
            " `loa status` lists the sites"
        )
    parts = urlsplit(url)
    place, host = parts.netloc.lower(), parts.hostname or ""
    return Site(
        name=place,
        timezone=main_zone(country_of_host(host)) or UNKNOWN_ZONE,
        url=f"{parts.scheme}://{place}/",
        language=UNDETERMINED,
        key=key_for_host(place, taken),
        crawl=CrawlRules(allow_private=is_private_by_name(host)),
    )


def key_for_host(host: str, taken: Collection[str] = ()) -> str:
    """A site key for host[:port], without `www.`: `127.0.0.1:18080` gives `127-0-0-1-18080`.

    Several hosts may give the same letters (`tan-lap.gov.vn`, `tan.lap.gov.vn`). If they are the
    key of another portal (`taken`), or there are none or too many, the key ends in a digest of the
    host.
    """
    host = host.lower().removeprefix("www.")
    key = re.sub(r"[^a-z0-9]+", "-", host).strip("-")
    if key and len(key) <= LONGEST_KEY and key not in taken:
        return key
    digest = sha256(host.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{key[: LONGEST_KEY - 9].strip('-') or 'host'}-{digest}"


def bundled_keys() -> set[str]:
    """The keys of the site files that come with Loa, whichever are in use."""
    return {path.stem for path in FOLDER.glob("*.toml")}
