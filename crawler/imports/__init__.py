"""Takes captures, settings of sites and removals from the records of WARC files."""
