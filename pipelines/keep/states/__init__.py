"""What portals did with their articles: there, gone, moved, unlisted, and when."""
