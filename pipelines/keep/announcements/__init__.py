"""What there is to tell of articles: new ones, edits by portals, removals. Only reads."""
