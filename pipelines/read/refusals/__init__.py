"""Pages that are not articles, and why."""
