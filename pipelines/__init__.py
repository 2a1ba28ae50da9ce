"""Makes sense of what came back, offline, and keeps it.

One capture's way: preserve (`keep.warc`) -> read (`read`, in a worker process that can be killed) -> decide (`keep.decide`, pure) -> store
(`keep.store`, one transaction). Never imports scrapy and never opens a socket.
"""
