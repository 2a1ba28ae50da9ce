"""Goes out: spider, politeness, robots, and the commands of `loa`. Never parses HTML: it hands captures to `pipelines`."""
