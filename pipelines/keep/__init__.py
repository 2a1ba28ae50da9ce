"""Keeps captures: WARC files for the bytes, archive.db for everything else. One process writes."""
