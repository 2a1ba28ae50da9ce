"""Checks and repairs of a whole archive: verify, lost bytes, reread."""
