"""Text: from bytes to characters, clean text, and the grammar of single lines (bylines, letterheads, furniture)."""
