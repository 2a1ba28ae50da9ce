"""Where the file of a new site goes, and which portals have one already."""

import os
from pathlib import Path

from crawler.commands.site_names import archived_rows
from pipelines.keep.frontier.hosts import server_of
from pipelines.read.addresses.canonical import known_host
from portals.errors import LoaError
from portals.site import FOLDER, Site, key_for_host, own_folder, site_for_address, sites_to_visit


class SiteFileError(LoaError):
    """The site file cannot be written."""

    exit_code = 3


class KeyTakenError(SiteFileError):
    """Another portal has this key."""


class AlreadyWatchedError(SiteFileError):
    """A site file watches this host."""


class KnownPortals:
    """The site files and the sites of the archive as they are when a command begins."""

    def __init__(self, archive: Path) -> None:
        self._folder = own_folder() or FOLDER
        self._archived = {row["key"]: str(row["url"]) for row in archived_rows(archive)}
        self._key_at = {_server(url): key for key, url in self._archived.items()}
        self._file_at = {
            server_of(host.lower()): site
            for site in sites_to_visit().values()
            for host in site.all_hosts
        }
        self._promised: set[str] = set()

    def promise(self, key: str) -> None:
        """A file with this key will be written: the next portal gets another key."""
        self._promised.add(key)

    def path_of(self, key: str) -> Path:
        """The file of a key."""
        return self._folder / f"{key}.toml"

    def key_of(self, url: str, key: str | None = None, *, other: bool = False) -> str:
        """The key for a portal: the one given, that of the archive's site on this host, if any,
        else one made of the host. `other`: another one where that is taken.
        """
        made = site_for_address(url)
        own = key or self._key_at.get(_server(made.url)) or made.key
        if other and key is None and (self._is_taken(own) or self._is_of_another(own, made)):
            return key_for_host(made.name, {own})
        return own

    def watching(self, url: str) -> Site | None:
        """The site whose file watches the host of an address."""
        return self._file_at.get(_server(site_for_address(url).url))

    def new_file(self, url: str, key: str | None, *, other: bool = False) -> Path:
        """Where the file goes.

        Raises AlreadyWatchedError if no key was given and a file watches this host, and
        KeyTakenError if the key has a file, or is that of another portal in the archive.
        """
        made = site_for_address(url)
        own = self.key_of(url, key, other=other)
        path = self.path_of(own)
        if self._is_taken(own):
            remedy = "remove it, or choose another --key"
            raise KeyTakenError(f"{path}: exists and is never overwritten; {remedy}")
        if key is None and (known := self.watching(url)) is not None:
            raise AlreadyWatchedError(
                f"{known.key}.toml: watches {known.url} already; change that file,"
                " or give a --key for a second site on this host"
            )
        if self._is_of_another(own, made):
            raise KeyTakenError(
                f"{own}: is the archive's key of {self._archived[own]}; choose another --key, or"
                " change the address in that portal's file if the portal has moved"
            )
        return path

    def _is_taken(self, key: str) -> bool:
        return key in self._promised or self.path_of(key).exists()

    def _is_of_another(self, key: str, made: Site) -> bool:
        archived = self._archived.get(key)
        return archived is not None and _server(archived) != _server(made.url)


def write_site_file(path: Path, text: str) -> None:
    """Write a new site file: all of it, or none. Raises SiteFileError."""
    beginning = path.with_name(f".{path.name}.new")
    try:
        beginning.write_text(text, encoding="utf-8")
        with path.open("x"):  # a file that came meanwhile stays
            os.replace(beginning, path)
    except OSError as error:
        raise SiteFileError(
            f"{path}: cannot be written ({error.strerror});"
            " name a writable folder in LOA_SITES, or use --dry-run"
        ) from error
    finally:
        beginning.unlink(missing_ok=True)


def _server(url: str) -> str:
    return server_of(known_host(url) or "")
