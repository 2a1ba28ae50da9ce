"""What is known of each portal: data (TOML) and the strict loader of that data.

Imports nothing of `pipelines`, `crawler` or `web`, and never touches the network, but for `portals.sample`, which serves small portals on loopback.
"""
