"""The addresses that listings, feeds and sitemaps name."""
