"""Goes out to the portals: the spider, its manners, and the commands of `loa`.

It parses no HTML: it hands captures to `pipelines`.
"""
