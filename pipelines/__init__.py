"""Makes sense of what came back, offline, and keeps it. Never imports Scrapy or opens a socket.

<<<<<<< HEAD
`ingest` takes a capture all the way: read it (`read`, in a worker process that can be killed),
preserve its bytes (`keep.warc`), decide (`keep.records.decision`, pure) and store
(`keep.records.answer`, one transaction).
=======
A capture is preserved (`keep.warc`), read in a worker process (`readers`, `read`), compared with
what is held (`keep.records.decision`) and stored in one transaction (`keep.records.answer`);
`ingest` carries it through. Never imports scrapy and never opens a socket.
>>>>>>> 69531b4 (The rooms of keeping say what they hold)
"""
