"""Frozen pages of our own making, and what a careful reader finds on each."""
