"""The version of this Loa. The next version tries again what this one cannot read."""

from importlib.metadata import version

VERSION = version("loa")
