"""Keeping: WARC files for the bytes, archive.db for everything else. One writer; history is only added to."""
