"""Fetches from portals, and parses no HTML: it hands captures to `pipelines`.

`commands` are the commands of `loa`. `crawl` runs one spider (`spiders`) for all sites at once.
For each site, a `visit` says what to request next, and when; `fetch` sends the request, `browser`
runs scripts where a page needs them, and `item_pipelines` hands the answer on. `add` surveys a new
portal; `schedule` repeats crawls on time.
"""
