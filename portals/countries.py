"""Countries and their time zones: the country that the ending of a host names, and the one zone of a country where only one matters."""

from functools import cache
from importlib.resources import files

# CLDR's primaryZones: countries of several zones of which one is the country's own (Berlin over Büsingen, Madrid over the Canaries).
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
# Endings of countries that are sold to anyone.
SOLD = frozenset({"ai", "cc", "co", "fm", "io", "la", "ly", "me", "tv", "to", "ws"})


@cache
def countries_by_zone() -> dict[str, str]:
    """Zone to country (ISO 3166, two letters) by the zone.tab of the time zone database: `VN +1045+10640 Asia/Ho_Chi_Minh`."""
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    return {
        fields[2]: fields[0]
        for line in lines
        if not line.startswith("#") and len(fields := line.split("\t")) > 2
    }


def zones_of(country: str | None) -> list[str]:
    """The zones of a country, none for what is none."""
    return [zone for zone, of in countries_by_zone().items() if of == country]


def main_zone(country: str | None) -> str | None:
    """The zone of a country that has one, or one that matters."""
    zones = zones_of(country)
    return zones[0] if len(zones) == 1 else MAIN_ZONES.get(country or "")


def country_of_host(host: str) -> str | None:
    """The country (ISO 3166) that the ending of a host name, without a port, names: `GB` for `town.gov.uk`; None for any other ending and for addresses."""
    ending = host.lower().rstrip(".").rpartition(".")[2]
    country = {"uk": "GB"}.get(ending, ending.upper())
    return country if "." in host and ending not in SOLD and zones_of(country) else None
