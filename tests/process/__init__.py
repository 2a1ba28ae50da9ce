"""The real commands over real HTTP, with real SQLite files."""
