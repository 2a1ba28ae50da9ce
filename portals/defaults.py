"""The defaults for a portal that says nothing: `defaults.toml`."""

from dataclasses import dataclass
from pathlib import Path

from portals.strict_toml import read_toml, shape_toml

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Defaults:
    """The language and time zone of a site file that names none, and our Accept-Language header."""

    language: str
    timezone: str
    accept_language: str


DEFAULTS = shape_toml(Defaults, read_toml(FILE), FILE)
