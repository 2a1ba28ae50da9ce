"""Reads captures, offline, and keeps the results. Never imports Scrapy, never opens a socket.

`ingest` carries a capture through: write its bytes (`keep.warc`), read it in a worker process
(`readers`, `read`), compare it with the archive (`keep.records.decision`), and store everything in
one transaction (`keep.records.answer`).
"""
