"""Text: from bytes to clean characters, and what single lines are (bylines, letterheads,
furniture).
"""
