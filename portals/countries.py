"""Countries and their time zones: the country that a host's ending names, and its main zone."""

from functools import cache
from importlib.resources import files

# CLDR's primaryZones: the main zone of a country with several (Berlin over Büsingen, Madrid over
# the Canaries).
MAIN_ZONES = {
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
# Stands for an unknown zone, because no portal's clocks show UTC. Days are then as written, and a
# time without an offset is no instant.
UNKNOWN_ZONE = "UTC"
# Country domains that anyone can buy.
SOLD = frozenset({"ai", "cc", "co", "fm", "io", "la", "ly", "me", "tv", "to", "ws"})


@cache
def countries_by_zone() -> dict[str, str]:
    """Zone to country (ISO 3166, two letters), from zone.tab of the time zone database.

    Its lines look like `VN +1045+10640 Asia/Ho_Chi_Minh`.
    """
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {zone: country for country, _, zone, *_ in rows}


def zones_of(country: str | None) -> list[str]:
    """The zones of a country; empty for an unknown one."""
    return [zone for zone, of in countries_by_zone().items() if of == country]


@cache
def main_zone(country: str | None) -> str | None:
    """The only zone of a country, or its main one; None if unknown."""
    zones = zones_of(country)
    return zones[0] if len(zones) == 1 else MAIN_ZONES.get(country or "")


def country_of_host(host: str) -> str | None:
    """The country (ISO 3166) that a host name ends in: `GB` for `town.gov.uk`.

    `host` has no port. None for other endings and for literal addresses.
    """
    ending = host.lower().rstrip(".").rpartition(".")[2]
    country = {"uk": "GB"}.get(ending, ending.upper())
    return country if "." in host and ending not in SOLD and zones_of(country) else None
