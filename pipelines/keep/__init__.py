"""Keeps what came back: WARC files for the bytes, archive.db for everything else. One writer."""
