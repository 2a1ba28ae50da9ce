"""Pages about portals, and about the days and months in which they published."""
