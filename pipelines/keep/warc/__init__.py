"""WARC files: writing, reading, and one record as bytes."""
