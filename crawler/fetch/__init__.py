"""Fetching one answer: the download handler, its address guard, and certificates."""
