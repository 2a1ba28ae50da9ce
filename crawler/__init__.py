"""Fetches from portals: the spider, its politeness rules, and the commands of `loa`.

It parses no HTML: it hands captures to `pipelines`.
"""
