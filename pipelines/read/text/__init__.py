"""Text: from bytes to clean characters, and the kinds of single lines (byline, letterhead ...)."""
