"""The version of Loa that runs: the next one tries again what this one cannot read."""

from importlib.metadata import version

VERSION = version("loa")
