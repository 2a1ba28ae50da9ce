"""The commands that show articles: one module each."""
