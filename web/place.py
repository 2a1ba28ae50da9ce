"""Where the site stands on the web: the address at which readers reach it."""

import re
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from datasette.app import Datasette

from portals.errors import LoaError

PLUGIN = "loa"  # under which name Datasette's configuration holds our settings
_PATH = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9._-]*)*/")
_NAME = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.ASCII)
_ADDRESS = re.compile(r"\[[0-9a-f:.]+\]")


class BaseAddressError(LoaError):
    """The base address of a site cannot be used."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Place:
    """The base path, which begins and ends with `/`, and the origin if the operator named it.

    The origin is a scheme and a host such as `https://news.example.org`, without a path.
    """

    path: str = "/"
    origin: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """The place that a base address names: a path, or `http(s)://host/path`.

        Raises BaseAddressError.
        """
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise BaseAddressError(f"base address {text!r}: {error}") from error
        path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
        odd = parts.query or parts.fragment or not _PATH.fullmatch(path)
        if not parts.scheme and not parts.netloc and text.startswith("/") and not odd:
            return cls(path)
        name = parts.netloc.lower().removesuffix(f":{port}")
        host = _NAME.fullmatch(name) or _ADDRESS.fullmatch(name)
        if parts.scheme not in ("http", "https") or not host or odd:
            raise BaseAddressError(
                f"base address {text!r}: write a path such as /loa/, or a whole address such as "
                "https://news.example.org/loa/"
            )
        standard = {"http": 80, "https": 443}[parts.scheme]
        shown = name if port in (None, standard) else f"{name}:{port}"
        return cls(path, f"{parts.scheme}://{shown}")

    @classmethod
    def of(cls, datasette: Datasette) -> Self:
        """The place for which a Datasette was set up."""
        settings: Any = datasette.plugin_config(PLUGIN) or {}
        return cls(datasette.setting("base_url"), settings.get("origin"))
