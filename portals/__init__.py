"""Loa's knowledge about portals: data in TOML, and its strict loader.

Imports nothing from `pipelines`, `crawler` or `web`. Only `portals.sample` touches the network: it
serves small portals on loopback.
"""
