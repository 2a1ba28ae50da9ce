"""Compares two versions of an article. Pure: no database, no clock."""
