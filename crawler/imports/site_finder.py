"""Finds the site of each record that is imported, and writes the sites' rows.

Nobody can prove who made a file, so what a record says about a site counts only if neither a site
file nor the archive knows better.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from crawler.visit.seeds import own_links
from pipelines.capture import Capture
from pipelines.ingest import Ingest
from pipelines.keep.frontier.discovery import Origin, discover
from pipelines.keep.frontier.hosts import server_of
from pipelines.keep.records.sites import described_site
from pipelines.keep.visits.watch import site_rows, watch_list
from pipelines.keep.warc.record import RequestedAs
from portals.errors import PortalFileError, UnknownSiteError
from portals.platform import platform_of
from portals.settings import site_of_settings
from portals.site import Site, bundled_keys, key_for_host, load_sites, site_for_address

# A record's site, its content, and what is known of its request.
FoundCapture = tuple[Site, Capture, RequestedAs]


class SiteFinder:
    """Finds a record's site: the one named with `--site`, else that of its host's file, else the
    one that a WARC file of Loa names, else the archive's site on its host, else a new one.

    `www.` makes no difference to a host. Raises UnknownSiteError for an unknown `key`.
    """

    def __init__(self, key: str | None) -> None:
        self.files = load_sites()
        if key is not None and key not in self.files:
            raise UnknownSiteError(
                f"--site {key}: no site file has this name; leave --site out to make sites from"
                f" the hosts, or write portals/sites/{key}.toml"
            )
        self._name = key
        self._named: Site | None = None
        self._file_hosts: dict[str, Site] = {}
        self._archived: frozenset[str] = frozenset()
        # Sites without a file: those of the archive, those that settings describe, and new ones.
        self._others: dict[str, Site] = {}
        self._other_hosts: dict[str, Site] = {}
        self._described: set[str] = set()  # keys of sites that settings describe
        self._written: dict[str, Site] = {}
        self.made: dict[str, Site] = {}  # new sites that no settings describe

    def know_archive(self, ingest: Ingest) -> None:
        """Learn which sites the archive has, and under which keys it has those of the files."""
        rows = site_rows(ingest.archive.connection)
        watched = watch_list(rows, self.files)
        if self._name is not None:
            self._named = watched[self._name].site
        usable = [one.site for one in watched.values()]
        self.files = {site.key: site for site in usable}
        self._file_hosts = _by_host(usable)
        self._archived = frozenset(row["key"] for row in rows)
        others = [described_site(row) for row in rows if row["key"] not in self.files]
        self._others = {site.key: site for site in others}
        self._other_hosts = _by_host(others)

    def take_settings(self, key: str, settings: str) -> str | None:
        """Take a site's settings from a WARC file of Loa; returns why they cannot be understood.

        A portal that is new to the archive gets this key, even if its site file has another name by
        now. The settings count only if the portal has no file. If another portal has the key, as
        after a merge of archives, the site gets a key of its own.
        """
        try:
            site = site_of_settings(key, settings)
        except PortalFileError as error:
            return str(error)
        hosts = set(map(server_of, site.all_hosts))
        there = {self._other_hosts[host].key for host in hosts & self._other_hosts.keys()}
        known = self.files.get(key) or self._others.get(key)
        if known is not None and hosts.isdisjoint(map(server_of, known.all_hosts)):
            if there - self._described or hosts & self._file_hosts.keys():
                return None
            own = key_for_host(urlsplit(site.url).netloc, self._taken)
            site = replace(site, key=min(there, default=own))
        elif (
            key in self.files
            or key in self._archived
            or there & self.made.keys()
            or self._is_renamed(site)
        ):
            return None
        self._described.add(site.key)
        self._others[site.key] = site
        for host in hosts:
            if host not in self._other_hosts or self._other_hosts[host].key == site.key:
                self._other_hosts[host] = site
        return None

    def _is_renamed(self, site: Site) -> bool:
        """Whether a file under another name is that of the site, which then gets its key."""
        for file in self.files.values():
            new = file.key not in self._archived and file.key not in self._written
            if new and _front(file) == _front(site):
                del self.files[file.key]
                self.files[site.key] = replace(file, key=site.key)
                self._file_hosts = _by_host(self.files.values())
                return True
        return False

    @property
    def _taken(self) -> set[str]:
        """Keys that a new site cannot have."""
        return {*bundled_keys(), *self.files, *self._others}

    def of(self, url: str, noted: str | None) -> Site:
        """The site of an address. `noted`: the key that a record of Loa names."""
        host = server_of(urlsplit(url).netloc)
        if self._named is not None:
            if host not in map(server_of, self._named.all_hosts):
                more = urlsplit(url).netloc.lower()
                self._named = replace(self._named, hosts=(*self._named.hosts, more))
            return self._named
        for sites, hosts in ((self.files, self._file_hosts), (self._others, self._other_hosts)):
            site = sites.get(noted or "")
            if site is not None and host in map(server_of, site.all_hosts):
                return site
            if host in hosts:
                return hosts[host]
        made = site_for_address(url, self._taken)
        self._others[made.key] = self._other_hosts[host] = self.made[made.key] = made
        return made

    def with_rows(self, captures: Iterator[FoundCapture], ingest: Ingest) -> Iterator[FoundCapture]:
        """The captures; a site's row is written before its first one and when it changes."""
        for site, capture, request in captures:
            if self._written.get(site.key) is not site:
                self.write_row(site, ingest, capture.fetched_at)
            yield site, capture, request

    def write_row(self, site: Site, ingest: Ingest, at: datetime) -> None:
        """Write the row of a site, or write it again because its settings changed.

        The addresses that its settings name enter the frontier first, as in a visit.
        """
        restated = site.key in self._written
        self._written[site.key] = site
        of_file = site.key in self.files
        with ingest.archive.transaction() as db:
            ingest.know_site(db, site, "file" if of_file else "import", at, restated=restated)
            if site.listing:
                family = platform_of(site.platform or "generic")
                discover(db, site.key, own_links(site), family, at, Origin(trusted=True))

    def write_last(self, ingest: Ingest, at: datetime) -> None:
        """Write the rows of sites whose settings changed after their last capture."""
        for site in list(self._written.values()):
            last = self._others.get(site.key)
            if last is not None and last is not site and site.key not in self.files:
                ingest.note_settings(last, at)
                ingest.warc.sync()
                self.write_row(last, ingest, at)


def _front(site: Site) -> tuple[str, str]:
    """Host and path of a site's front page."""
    parts = urlsplit(site.url)
    return server_of(parts.netloc.lower()), parts.path.rstrip("/")


def _by_host(sites: Iterable[Site]) -> dict[str, Site]:
    """Sites by host without `www.`; of several on one host, the first."""
    found: dict[str, Site] = {}
    for site in sites:
        for host in site.all_hosts:
            found.setdefault(server_of(host), site)
    return found
