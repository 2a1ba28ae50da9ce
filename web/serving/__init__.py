"""Serves an archive: builds Datasette with our pages, opens the file, and answers requests."""
