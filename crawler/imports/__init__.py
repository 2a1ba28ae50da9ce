"""What the records of WARC files are: captures, settings of sites, or nothing that Loa takes."""
