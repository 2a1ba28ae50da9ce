"""One HTML page, parsed once: its tree, its outline of blocks, what it says of itself."""
