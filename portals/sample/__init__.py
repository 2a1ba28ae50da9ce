"""Three small invented portals for the demo and the tests, served on 127.0.0.1 only."""

from portals.sample.server import SamplePortals

__all__ = ["SamplePortals"]
