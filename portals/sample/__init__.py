"""Three small portals of our own, served on loopback: the world of the demo and of the tests. Nothing here reaches beyond 127.0.0.1."""

from portals.sample.server import SamplePortals

__all__ = ["SamplePortals"]
