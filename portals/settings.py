"""A site's settings as text: what the archive and the WARC files keep of a site file.

They hold no permissions: only the person who runs the crawl may allow private addresses and bad
certificates.
"""

import json
from dataclasses import MISSING, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from portals.errors import PortalFileError
from portals.site import KEY, CrawlRules, Site, site_faults
from portals.strict_toml import shape_toml

LONGEST = 256 << 10  # characters
ALWAYS = ("name", "url", "language", "timezone")  # kept even if they are today's defaults


def without_permissions(site: Site) -> Site:
    """The site without what only a person may allow."""
    crawl = replace(site.crawl, allow_private=CrawlRules.allow_private)
    return replace(site, crawl=crawl, tls_exception=())


def settings_text(site: Site) -> str:
    """A site's settings as JSON: the tables of its file, without defaults, key and permissions.

    The same settings give the same text.
    """
    site = without_permissions(site)
    tables = _changed(site) | {name: getattr(site, name) for name in ALWAYS}
    tables.pop("key", None)
    return json.dumps(tables, ensure_ascii=False, sort_keys=True)


def site_of_settings(key: str, text: str) -> Site:
    """The site of such a text, without permissions.

    Raises PortalFileError: the text may come from another version of Loa, or from a stranger.
    """
    named = Path(f"settings of {key}")
    if not KEY.fullmatch(key):
        raise PortalFileError(f"{key[:80]!r}: is not the key of a site")
    if len(text) > LONGEST:
        raise PortalFileError(f"{named}: are longer than {LONGEST} characters")
    try:
        tables = json.loads(text)
        json.dumps(tables, ensure_ascii=False).encode()  # fails on half a character
    except (ValueError, RecursionError) as error:
        raise PortalFileError(f"{named}: are not valid JSON: {error}") from error
    if not isinstance(tables, dict) or "key" in tables:
        raise PortalFileError(f"{named}: are not the tables of a site file")
    site = shape_toml(Site, {**tables, "key": key}, named)
    for wrong_key, wrong in site_faults(site, tables):
        raise PortalFileError(f"{named}: {wrong_key}: {wrong}")
    return without_permissions(site)


def _changed(shape: Any) -> dict[str, Any]:
    """The fields of a dataclass that differ from their defaults, as plain data."""
    changed = {}
    for field in fields(shape):
        made = field.default_factory
        value, default = getattr(shape, field.name), field.default if made is MISSING else made()
        if value != default:
            changed[field.name] = _plain(value)
    return changed


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return _changed(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
