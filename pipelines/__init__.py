"""Makes sense of what came back, offline, and keeps it. Never imports Scrapy or opens a socket.

`ingest` takes a capture all the way: read it (`read`, in a worker process that can be killed),
preserve its bytes (`keep.warc`), decide (`keep.records.decision`, pure) and store
(`keep.records.answer`, one transaction).
"""
