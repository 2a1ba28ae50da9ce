"""Where the site stands on the web: the address at which readers reach it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from portals.errors import LoaError

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

    @property
    def host(self) -> str | None:
        """The host of the origin, with its port if that is not the scheme's own."""
        return self.origin.partition("://")[2] if self.origin else None

    def seen_from_within(self, scope: Mapping[str, Any]) -> dict[str, Any]:
        """A request as our pages see it: without the base path, and at the operator's origin.

        Some proxies take the base path away, and some do not. No page of ours has an address that
        begins with it (see `parse`), so that both can be told apart. With a known origin, nothing
        that a request says of its host or scheme is in any page, nor in any cache of it.
        """
        seen = dict(scope)
        for name, slash in (("path", "/"), ("raw_path", b"/")):
            given, base = seen.get(name), self.path if name == "path" else self.path.encode()
            if given and given.startswith(base):
                seen[name] = slash + given[len(base) :]
            elif given == base[:-1]:
                seen[name] = slash
        if self.origin is not None:
            scheme, _, host = self.origin.partition("://")
            others = [header for header in seen["headers"] if header[0] != b"host"]
            seen |= {"scheme": scheme, "headers": [(b"host", host.encode("ascii")), *others]}
        return seen

    def with_base_path(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """The headers of an answer, with the base path in a redirect that lacks it.

        Datasette makes some redirects from the path that it sees.
        """
        base = self.path.encode("ascii")

        def mended(value: bytes) -> bytes:
            is_path = value.startswith(b"/") and not value.startswith((b"//", base))
            return base + value[1:] if is_path else value

        return [
            (name, mended(value) if name.lower() == b"location" else value)
            for name, value in headers
        ]


AT_ROOT = Place()
