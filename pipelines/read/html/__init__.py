"""One HTML page, parsed once: its tree, its outline of blocks, its metadata."""
