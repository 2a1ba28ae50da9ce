"""What listings, feeds and sitemaps name."""
