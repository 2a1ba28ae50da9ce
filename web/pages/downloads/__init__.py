"""Rows to take away: whole, as CSV and as JSON Lines."""
