"""WARC files: `writer` writes, `reader` reads one record, `stream` walks any file."""
