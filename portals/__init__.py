"""What Loa knows of each portal: data in TOML, and the strict loader of that data.

Imports nothing from `pipelines`, `crawler` or `web`. Only `portals.sample` touches the network: it
serves small portals on loopback.
"""
