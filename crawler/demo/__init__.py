"""What `loa demo` does: visits the sample portals while they change, and says what to look at."""
